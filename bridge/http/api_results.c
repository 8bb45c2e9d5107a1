/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results as they stand in the journal: the last one of a register is its
 * result, earlier ones stay visible beside it, and one that the owner disavowed
 * is as if it had never been there. Numbers are the publisher's, not recounted.
 * See api_call.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/http/api_call.h"
#include "bridge/publish/canon.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_register.h"
#include "proof/count.h"
#include "proof/time.h"
#include "proof/word.h"

#define CACHE_RESULT "public, max-age=60"

/* A result, or a disavowal. */
struct entry {
    struct vota_store_entry about; /* without its data */
    uint64_t *counts;              /* those, of a result */
    size_t n;
};

/* The journal's results and disavowals, in order. */
struct journal {
    struct entry *entries;
    size_t n, cap;
};

/* A document on its way out. */
struct document {
    struct vota_canon canon;
    const struct journal *journal;
    struct vota_definition *definition;
    size_t n; /* results written */
    /* of the last of them */
    bool is_final;
    uint64_t entry, earlier;
};

/* ---- reading ---- */

static enum vota_status note_entry(void *context, const struct vota_store_entry *about)
{
    struct journal *journal = context;
    if (journal->n == journal->cap) {
        const size_t cap = journal->cap == 0 ? 16 : 2 * journal->cap;
        struct entry *entries = reallocarray(journal->entries, cap, sizeof *entries);
        if (entries == NULL)
            return VOTA_NO_MEMORY;
        journal->entries = entries;
        journal->cap = cap;
    }
    struct entry *entry = &journal->entries[journal->n];
    *entry = (struct entry){.about = *about};
    entry->about.data = (struct vota_slice){.at = NULL};
    if (about->entry.kind == VOTA_ENTRY_RESULT) {
        entry->n = about->data.len / 8;
        entry->counts = calloc(entry->n + 1, sizeof *entry->counts);
        if (entry->counts == NULL)
            return VOTA_NO_MEMORY;
    }
    for (size_t i = 0; i < entry->n; i++)
        entry->counts[i] = vota_load_be(about->data.at + 8 * i, 8);
    journal->n++;
    return VOTA_OK;
}

static void done(struct journal *journal)
{
    for (size_t i = 0; i < journal->n; i++)
        free(journal->entries[i].counts);
    free(journal->entries);
}

static enum vota_status read_journal(struct journal *journal, struct vota_store *store,
                                     int64_t line, struct vota_error *err)
{
    struct vota_store_network primary;
    struct vota_store_span spans[VOTA_LINE_NETWORKS_MAX];
    size_t n = 0;
    enum vota_status status = vota_store_line_primary(&primary, store, line, err);
    if (status == VOTA_OK)
        status = vota_store_line_spans(spans, &n, VOTA_LINE_NETWORKS_MAX, store, primary.id, err);
    for (size_t i = 0; status == VOTA_OK && i < n; i++)
        status = vota_store_journal_results(store, spans[i].network, spans[i].last, note_entry,
                                            journal, err);
    return status;
}

static bool is_disavowed(const struct journal *journal, const struct entry *entry)
{
    const uint64_t number = entry->about.entry.number;
    for (size_t i = 0; i < journal->n; i++) {
        const struct vota_entry *other = &journal->entries[i].about.entry;
        uint64_t first = 0;
        uint64_t last = 0;
        if (other->kind == VOTA_ENTRY_DISAVOWED && other->number > number &&
            vota_word_u64(&first, &other->a) == VOTA_OK &&
            vota_word_u64(&last, &other->b) == VOTA_OK && number >= first && number <= last)
            return true;
    }
    return false;
}

/* The next result of a register before `before` (an index), from the last back; NULL: none. */
static const struct entry *result_before(const struct journal *journal, const vota_hash *reg,
                                         const struct entry *before)
{
    const struct entry *at = before != NULL ? before : journal->entries + journal->n;
    while (at != journal->entries) {
        at--;
        if (at->about.entry.kind == VOTA_ENTRY_RESULT && vota_hash_equal(&at->about.entry.a, reg) &&
            !is_disavowed(journal, at))
            return at;
    }
    return NULL;
}

/* ---- writing ---- */

static void put_counts(struct document *document, const struct entry *entry)
{
    static const char *const extras[VOTA_COUNT_NUMBERS] = {"blank",      "rows",     "counted",
                                                           "superseded", "untimely", "conflict",
                                                           "invalid",    "unopened", "erased"};
    struct vota_canon *canon = &document->canon;
    const struct vota_definition *definition = document->definition;
    const size_t options = definition->option_count;
    vota_canon_numbers(canon, "counts", entry->counts, entry->n);
    if (entry->n != options + VOTA_COUNT_NUMBERS)
        return; /* not what the rule says: only the numbers as they are */
    vota_canon_object(canon, "options");
    for (size_t i = 0; i < options; i++) {
        char id[64];
        const struct vota_slice slice = vota_definition_option_id(definition, i);
        (void)snprintf(id, sizeof id, "%.*s", (int)slice.len, (const char *)slice.at);
        vota_canon_number(canon, id, entry->counts[i]);
    }
    vota_canon_object_end(canon);
    for (size_t i = 0; i < VOTA_COUNT_NUMBERS; i++)
        vota_canon_number(canon, extras[i], entry->counts[options + i]);
}

/* The members of one result, inside an object. */
static void put_result(struct document *document, const struct entry *entry)
{
    struct vota_canon *canon = &document->canon;
    const struct vota_store_entry *about = &entry->about;
    char time[VOTA_TIME_CHARS + 1];
    uint64_t last = 0;
    vota_time_text(time, about->entry.time);
    vota_canon_word(canon, "state", about->final ? "final" : "anchored");
    vota_canon_number(canon, "entry", about->entry.number);
    vota_canon_number(canon, "block", about->entry.block);
    vota_canon_word(canon, "time", time);
    if (!vota_hash_is_zero(&about->tx_hash)) /* proven, not found */
        vota_canon_hash(canon, "transaction", &about->tx_hash);
    if (vota_word_u64(&last, &about->entry.b) == VOTA_OK)
        vota_canon_number(canon, "last_entry", last);
    put_counts(document, entry);
}

/* A register's results, if it has one. */
static enum vota_status put_register(struct document *document,
                                     const struct vota_store_register *reg)
{
    struct vota_canon *canon = &document->canon;
    const struct vota_slice text = reg->definition;
    const struct entry *entry = result_before(document->journal, &reg->hash, NULL);
    if (entry == NULL)
        return VOTA_OK;
    const enum vota_status status =
        vota_definition_read(document->definition, text.at, text.len, NULL);
    if (status != VOTA_OK)
        return VOTA_INTERNAL; /* it was read before it was stored */
    document->n++;
    document->is_final = entry->about.final;
    document->entry = entry->about.entry.number;
    document->earlier = 0;
    vota_canon_object(canon, NULL);
    vota_canon_word(canon, "id", reg->slug);
    vota_canon_hash(canon, "hash", &reg->hash);
    put_result(document, entry);
    vota_canon_array(canon, "earlier");
    while ((entry = result_before(document->journal, &reg->hash, entry)) != NULL) {
        document->earlier++;
        vota_canon_object(canon, NULL);
        put_result(document, entry);
        vota_canon_object_end(canon);
    }
    vota_canon_array_end(canon);
    vota_canon_object_end(canon);
    return VOTA_OK;
}

/* ---- answers ---- */

static enum vota_status each_register(void *context, const struct vota_store_register *reg)
{
    return put_register(context, reg);
}

static enum vota_status put_all(struct document *document, struct vota_store *store, int64_t line,
                                struct vota_error *err)
{
    vota_canon_object(&document->canon, NULL);
    vota_canon_array(&document->canon, "results");
    const enum vota_status status =
        vota_store_register_each(store, line, each_register, document, err);
    vota_canon_array_end(&document->canon);
    vota_canon_object_end(&document->canon);
    return status;
}

static enum vota_status put_one(struct document *document, struct vota_store *store, int64_t line,
                                const char *slug, struct vota_error *err)
{
    struct vota_store_register_copy reg;
    enum vota_status status = vota_store_register_get(&reg, store, line, slug, err);
    if (status != VOTA_OK)
        return status;
    status = put_register(document, &reg.about);
    vota_store_register_done(&reg);
    return status == VOTA_OK && document->n == 0 ? VOTA_NOT_FOUND : status;
}

/* All of it of one moment; slug NULL: of every register. */
static enum vota_status make(struct document *document, struct vota_store *store, int64_t line,
                             const char *slug, struct vota_error *err)
{
    struct journal journal = {.n = 0};
    enum vota_status status = vota_store_begin_view(store, err);
    if (status != VOTA_OK)
        return status;
    document->journal = &journal;
    document->definition = malloc(sizeof *document->definition);
    status =
        document->definition != NULL ? read_journal(&journal, store, line, err) : VOTA_NO_MEMORY;
    if (status == VOTA_OK)
        status = slug == NULL ? put_all(document, store, line, err)
                              : put_one(document, store, line, slug, err);
    vota_store_end_view(store);
    free(document->definition);
    document->definition = NULL;
    document->journal = NULL;
    done(&journal);
    return status;
}

static void answer(struct vota_api_call *call, struct vota_receipts_maker *maker, const char *slug)
{
    struct vota_wr wr = vota_receipts_wr(maker);
    struct vota_error err = {.status = VOTA_OK};
    struct document document = {.canon = vota_canon_of(&wr)};
    struct vota_server_reply reply = {.status = 200, .content_type = VOTA_API_JSON};
    const enum vota_status status =
        make(&document, vota_receipts_store(maker), vota_receipts_line(maker), slug, &err);
    if (status != VOTA_OK) {
        vota_api_call_fail_status(call, status, &err);
        return;
    }
    if (slug != NULL && document.is_final) {
        reply.cache = CACHE_RESULT;
        (void)snprintf(reply.etag, sizeof reply.etag, "\"r%" PRIu64 ".%" PRIu64 "\"",
                       document.entry, document.earlier);
        if (vota_api_call_is_known(call, &reply))
            return;
    }
    vota_api_call_end_wr(call, &wr, &reply);
}

void vota_api_reply_results(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    answer(job->context, maker, NULL);
}

void vota_api_reply_result(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    answer(call, maker, call->routed.param);
}
