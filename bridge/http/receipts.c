/* SPDX-License-Identifier: Apache-2.0 */
/* A pool of threads that sign: see receipts.h. */
#include "bridge/http/receipts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/paper/sheet.h"
#include "bridge/publish/receipt_json.h"

/* A receipt in either form, and a page of any list. */
#define BUFFER_CAP ((size_t)3 * VOTA_RECEIPT_MAX_BYTES)

struct vota_receipts_maker {
    struct vota_receipts *receipts;
    struct vota_store *store;
    struct vota_signer *signer;
    struct vota_desk *desk;
    struct vota_prover prover;
    struct vota_sheet_code code; /* of the receipt that is drawn */
    uint8_t *buffer;             /* its share of the pool's */
    pthread_t thread;
    bool started;
};

struct vota_receipts {
    struct vota_store_network network;
    struct vota_metrics *metrics;
    const char *city, *page_url;
    struct vota_keep *keep;
    struct vota_keep *texts; /* apart, so that texts drive out no trees */
    struct vota_receipts_maker *makers;
    uint8_t *buffer; /* written as far as receipts are long: untouched pages cost nothing */
    unsigned n;
    struct vota_intake_options intake; /* the caller's pepper */
    pthread_mutex_t pepper;            /* held while it is asked */
    pthread_mutex_t mutex;             /* guards what follows */
    pthread_cond_t more;
    struct queue {
        struct vota_receipts_job *first, **last;
    } urgent, bulk;
    bool ending;
};

/* Bytes of anchors as JSON. */
#define TEXTS ((size_t)8 << 20)

/* A connection reads a few pages again and again; the file's cache is the system's. */
#define CACHE_KIB 4096u

/* ---- making ---- */

struct vota_store *vota_receipts_store(struct vota_receipts_maker *maker)
{
    return maker->store;
}

int64_t vota_receipts_line(const struct vota_receipts_maker *maker)
{
    return maker->receipts->network.line;
}

struct vota_wr vota_receipts_wr(struct vota_receipts_maker *maker)
{
    return vota_wr_of(maker->buffer, BUFFER_CAP);
}

/* Within one view, so that a batch sealed meanwhile is seen whole or not at all. */
static enum vota_status prove(struct vota_receipts_maker *maker,
                              const struct vota_receipts_want *want, struct vota_error *err)
{
    struct vota_slice id = {.at = (const uint8_t *)want->record_id};
    enum vota_status status = vota_store_begin_view(maker->store, err);
    if (status != VOTA_OK)
        return status;
    if (want->record_id != NULL) {
        id.len = strlen(want->record_id);
        status = vota_prover_begin(&maker->prover, id, want->form, err);
    } else {
        status = vota_prover_begin_public(&maker->prover, &want->leaf, err);
    }
    vota_store_end_view(maker->store);
    return status;
}

/* An anchor as JSON, most of it evidence: the same for every leaf of its batch. */
struct text {
    struct vota_kept kept;
    size_t len;
    uint8_t bytes[];
};

static void free_text(struct vota_kept *kept)
{
    free(kept); /* its first member */
}

/* NULL where it may still change, or without memory: then it is written afresh. */
static struct text *hold_text(struct vota_keep *texts, const struct vota_prover *prover, size_t i)
{
    const struct vota_anchor *anchor = &prover->receipt.anchors[i];
    const struct vota_keep_key key = {VOTA_KEEP_TEXT, prover->networks[i], anchor->entry.number};
    struct vota_wr wr = vota_wr_of(NULL, 0);
    if (!anchor->has_evidence)
        return NULL;
    struct text *text = (struct text *)vota_keep_take(texts, key);
    if (text != NULL)
        return text;
    vota_receipt_json_write_anchor(&wr, anchor);
    text = malloc(sizeof *text + wr.len);
    if (text == NULL)
        return NULL;
    text->kept = (struct vota_kept){.key = key, .bytes = sizeof *text + wr.len, .free = free_text};
    text->len = wr.len;
    wr = vota_wr_of(text->bytes, wr.len);
    vota_receipt_json_write_anchor(&wr, anchor);
    return (struct text *)vota_keep_add(texts, &text->kept);
}

static void write_json(struct vota_wr *wr, struct vota_keep *texts,
                       const struct vota_prover *prover)
{
    struct text *held[VOTA_RECEIPT_MAX_ANCHORS];
    struct vota_slice slices[VOTA_RECEIPT_MAX_ANCHORS] = {{.at = NULL}};
    const size_t n = prover->receipt.anchor_count;
    for (size_t i = 0; i < n; i++) {
        held[i] = hold_text(texts, prover, i);
        if (held[i] != NULL)
            slices[i] = (struct vota_slice){held[i]->bytes, held[i]->len};
    }
    vota_receipt_json_write_with(wr, &prover->receipt, slices);
    for (size_t i = 0; i < n; i++) {
        if (held[i] != NULL)
            vota_keep_release(texts, &held[i]->kept);
    }
}

static enum vota_status write_page(struct vota_wr *wr, const struct vota_receipts_maker *maker,
                                   const struct vota_receipts_want *want, struct vota_error *err)
{
    const struct vota_receipt *receipt = &maker->prover.receipt;
    const struct vota_receipts *receipts = maker->receipts;
    const bool is_ours = receipt->acceptance.chain_id == receipts->network.chain_id;
    const struct vota_sheet sheet = {
        .lang = want->lang,
        .city = receipts->city,
        .page = receipts->page_url,
        .receipt = receipt,
        .form = want->form == VOTA_RECEIPT_FULL ? VOTA_RECEIPT_QR_FULL : VOTA_RECEIPT_QR_SHARE,
        .code = &maker->code,
        .genesis = is_ours ? &receipts->network.genesis_block : NULL};
    return vota_sheet_write(wr, &sheet, err);
}

/* What goes by the QR form. */
static enum vota_status draw(struct vota_wr *wr, struct vota_receipts_maker *maker,
                             const struct vota_receipts_want *want, struct vota_error *err)
{
    const enum vota_status status = vota_sheet_code(
        &maker->code, NULL, &maker->prover.receipt,
        want->form == VOTA_RECEIPT_FULL ? VOTA_RECEIPT_QR_FULL : VOTA_RECEIPT_QR_SHARE, 0, err);
    if (status != VOTA_OK)
        return status;
    if (want->format == VOTA_RECEIPTS_HTML)
        return write_page(wr, maker, want, err);
    if (want->format == VOTA_RECEIPTS_SVG)
        vota_qr_write_svg(wr, &maker->code.qr);
    else
        vota_wr_put(wr, maker->code.text, maker->code.len);
    return VOTA_OK;
}

static enum vota_status write(struct vota_wr *wr, struct vota_receipts_maker *maker,
                              const struct vota_receipts_want *want, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    switch (want->format) {
    case VOTA_RECEIPTS_JSON:
        write_json(wr, maker->receipts->texts, &maker->prover);
        break;
    case VOTA_RECEIPTS_CBOR:
        status = vota_receipt_encode(wr, &maker->prover.receipt, err);
        break;
    case VOTA_RECEIPTS_QR:
    case VOTA_RECEIPTS_SVG:
    case VOTA_RECEIPTS_HTML:
        status = draw(wr, maker, want, err);
        break;
    }
    if (status == VOTA_OK && !vota_wr_fits(wr))
        return vota_fail(err, VOTA_LIMIT, "receipt", "too-long");
    return status;
}

static void describe(struct vota_receipts_made *made, const struct vota_prover *prover,
                     const vota_hash *leaf)
{
    const struct vota_receipt *receipt = &prover->receipt;
    made->leaf = *leaf;
    made->state = prover->state;
    made->has_acceptance = receipt->has_acceptance;
    made->accepted_at = receipt->acceptance.accepted_at;
    made->anchor_by = receipt->acceptance.anchor_by;
    made->n_marks = receipt->anchor_count;
    made->is_settled = receipt->anchor_count > 0;
    for (size_t i = 0; i < receipt->anchor_count; i++) {
        const struct vota_anchor *anchor = &receipt->anchors[i];
        made->marks[i] = (struct vota_receipts_mark){anchor->entry.number, anchor->later_count};
        made->is_settled = made->is_settled && anchor->has_evidence;
    }
}

enum vota_status vota_receipts_make(struct vota_receipts_made *ret_made,
                                    struct vota_receipts_maker *maker,
                                    const struct vota_receipts_want *want, struct vota_error *err)
{
    struct vota_prover *prover = &maker->prover;
    struct vota_wr wr = vota_receipts_wr(maker);
    struct vota_receipts_made made;
    enum vota_status status = prove(maker, want, err);
    if (status != VOTA_OK)
        return status;
    describe(&made, prover, &prover->record.about.leaf);
    status = write(&wr, maker, want, err);
    vota_prover_end(prover);
    if (status != VOTA_OK)
        return status;
    made.bytes = (struct vota_slice){wr.to, wr.len};
    *ret_made = made;
    return VOTA_OK;
}

enum vota_status vota_receipts_make_new(struct vota_receipts_made *ret_made,
                                        struct vota_receipts_maker *maker,
                                        const struct vota_store_record *record,
                                        struct vota_error *err)
{
    struct vota_prover *prover = &maker->prover;
    struct vota_wr wr = vota_receipts_wr(maker);
    struct vota_receipts_made made;
    struct vota_slice definition;
    enum vota_status status = vota_drafts_definition(&definition, maker->desk, record->reg, err);
    if (status == VOTA_OK)
        status = vota_prover_begin_new(prover, record, definition, err);
    if (status != VOTA_OK)
        return status;
    describe(&made, prover, &record->leaf);
    const struct vota_receipts_want want = {.form = VOTA_RECEIPT_FULL};
    status = write(&wr, maker, &want, err);
    vota_prover_end(prover);
    if (status != VOTA_OK)
        return status;
    made.bytes = (struct vota_slice){wr.to, wr.len};
    *ret_made = made;
    return VOTA_OK;
}

struct vota_desk *vota_receipts_desk(struct vota_receipts_maker *maker)
{
    return maker->desk;
}

struct vota_metrics *vota_receipts_metrics(const struct vota_receipts_maker *maker)
{
    return maker != NULL ? maker->receipts->metrics : NULL;
}

/* Desks of several threads ask: the caller's answers one at a time. */
static enum vota_status ask_pepper(void *context, uint8_t ret_pepper[32],
                                   const vota_hash *register_hash, struct vota_error *err)
{
    struct vota_receipts *receipts = context;
    const struct vota_intake_options *intake = &receipts->intake;
    (void)pthread_mutex_lock(&receipts->pepper);
    const enum vota_status status = intake->pepper(intake->context, ret_pepper, register_hash, err);
    (void)pthread_mutex_unlock(&receipts->pepper);
    return status;
}

/* ---- threads ---- */

/* With the mutex. */
static struct vota_receipts_job *take_first(struct queue *queue)
{
    struct vota_receipts_job *job = queue->first;
    if (job == NULL)
        return NULL;
    queue->first = job->next;
    if (queue->first == NULL)
        queue->last = &queue->first;
    return job;
}

static struct vota_receipts_job *next_job(struct vota_receipts *receipts)
{
    (void)pthread_mutex_lock(&receipts->mutex);
    while (receipts->urgent.first == NULL && receipts->bulk.first == NULL && !receipts->ending)
        (void)pthread_cond_wait(&receipts->more, &receipts->mutex);
    struct vota_receipts_job *job = take_first(&receipts->urgent);
    if (job == NULL)
        job = take_first(&receipts->bulk);
    (void)pthread_mutex_unlock(&receipts->mutex);
    return job;
}

static void *run(void *context)
{
    struct vota_receipts_maker *maker = context;
    struct vota_receipts_job *job;
    while ((job = next_job(maker->receipts)) != NULL)
        job->run(job, maker);
    return NULL;
}

static void submit(struct vota_receipts *receipts, struct queue *queue,
                   struct vota_receipts_job *job)
{
    job->next = NULL;
    (void)pthread_mutex_lock(&receipts->mutex);
    *queue->last = job;
    queue->last = &job->next;
    (void)pthread_cond_signal(&receipts->more);
    (void)pthread_mutex_unlock(&receipts->mutex);
}

void vota_receipts_submit(struct vota_receipts *receipts, struct vota_receipts_job *job)
{
    submit(receipts, &receipts->urgent, job);
}

void vota_receipts_submit_bulk(struct vota_receipts *receipts, struct vota_receipts_job *job)
{
    submit(receipts, &receipts->bulk, job);
}

/* ---- life ---- */

static enum vota_status start_maker(struct vota_receipts_maker *maker,
                                    struct vota_receipts *receipts,
                                    const struct vota_receipts_options *options,
                                    struct vota_error *err)
{
    maker->receipts = receipts;
    struct vota_desk_options desk = options->desk;
    desk.intake.pepper = ask_pepper;
    desk.intake.context = receipts;
    enum vota_status status =
        vota_store_open(&maker->store, options->store_path, VOTA_STORE_READ_ONLY, err);
    if (status == VOTA_OK)
        status = vota_store_set_cache(maker->store, CACHE_KIB, err);
    if (status == VOTA_OK)
        status = vota_drafts_desk_new(&maker->desk, maker->store, &desk, err);
    if (status == VOTA_OK && options->acceptance != NULL)
        status = vota_signer_copy(&maker->signer, options->acceptance, err);
    if (status != VOTA_OK)
        return status;
    maker->prover = (struct vota_prover){.store = maker->store,
                                         .network = &receipts->network,
                                         .acceptance = maker->signer,
                                         .keep = receipts->keep};
    maker->started = pthread_create(&maker->thread, NULL, run, maker) == 0;
    return maker->started ? VOTA_OK : vota_fail(err, VOTA_NO_MEMORY, "receipts", "no-memory");
}

static void end_maker(struct vota_receipts_maker *maker)
{
    if (maker->started)
        (void)pthread_join(maker->thread, NULL);
    vota_drafts_desk_free(maker->desk);
    vota_signer_free(maker->signer);
    vota_store_free(maker->store);
}

void vota_receipts_free(struct vota_receipts *receipts)
{
    if (receipts == NULL)
        return;
    (void)pthread_mutex_lock(&receipts->mutex);
    receipts->ending = true;
    (void)pthread_cond_broadcast(&receipts->more);
    (void)pthread_mutex_unlock(&receipts->mutex);
    for (unsigned i = 0; i < receipts->n; i++)
        end_maker(&receipts->makers[i]);
    (void)pthread_cond_destroy(&receipts->more);
    (void)pthread_mutex_destroy(&receipts->pepper);
    (void)pthread_mutex_destroy(&receipts->mutex);
    vota_keep_free(receipts->keep);
    vota_keep_free(receipts->texts);
    free(receipts->buffer);
    free(receipts->makers);
    free(receipts);
}

static struct vota_receipts *allocate(const struct vota_receipts_options *options)
{
    struct vota_receipts *receipts = calloc(1, sizeof *receipts);
    if (receipts == NULL)
        return NULL;
    receipts->makers = calloc(options->threads, sizeof *receipts->makers);
    receipts->buffer = calloc(options->threads, BUFFER_CAP);
    receipts->keep =
        vota_keep_new(options->keep_bytes != 0 ? options->keep_bytes : VOTA_RECEIPTS_KEEP);
    receipts->texts = vota_keep_new(TEXTS);
    if (receipts->makers == NULL || receipts->buffer == NULL || receipts->keep == NULL ||
        receipts->texts == NULL || pthread_mutex_init(&receipts->mutex, NULL) != 0) {
        vota_keep_free(receipts->texts);
        vota_keep_free(receipts->keep);
        free(receipts->buffer);
        free(receipts->makers);
        free(receipts);
        return NULL;
    }
    /* These cannot fail where the mutex did not. */
    (void)pthread_mutex_init(&receipts->pepper, NULL);
    (void)pthread_cond_init(&receipts->more, NULL);
    receipts->network = options->network;
    receipts->metrics = options->metrics;
    receipts->city = options->city;
    receipts->page_url = options->page_url;
    receipts->intake = options->desk.intake;
    receipts->urgent.last = &receipts->urgent.first;
    receipts->bulk.last = &receipts->bulk.first;
    return receipts;
}

enum vota_status vota_receipts_new(struct vota_receipts **ret_receipts,
                                   const struct vota_receipts_options *options,
                                   struct vota_error *err)
{
    struct vota_receipts *receipts = allocate(options);
    if (receipts == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "receipts", "no-memory");
    for (unsigned i = 0; i < options->threads; i++) {
        receipts->n = i + 1;
        receipts->makers[i].buffer = receipts->buffer + i * BUFFER_CAP;
        const enum vota_status status = start_maker(&receipts->makers[i], receipts, options, err);
        if (status != VOTA_OK) {
            vota_receipts_free(receipts);
            return status;
        }
    }
    *ret_receipts = receipts;
    return VOTA_OK;
}
