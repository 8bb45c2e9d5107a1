/* SPDX-License-Identifier: Apache-2.0 */
/* A publication from the store: see publication_store.h. */
#include "bridge/publish/publication_store.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/engine/prove.h"
#include "bridge/store/store_batch.h"
#include "bridge/store/store_outbox.h"
#include "bridge/store/store_register.h"

/* ---- journal ---- */

/* The store keeps counts as 8 bytes each; NULL without memory. */
static uint64_t *unpack_counts(struct vota_slice data)
{
    uint64_t *counts = malloc(data.len > 0 ? data.len : 1);
    for (size_t i = 0; counts != NULL && i < data.len / 8; i++)
        counts[i] = vota_load_be(data.at + 8 * i, 8);
    return counts;
}

static enum vota_status take_entry(void *context, const struct vota_store_entry *entry)
{
    struct vota_publication_store *publication = context;
    const uint64_t kind = entry->entry.kind;
    struct vota_journal_line line = {
        .entry = entry->entry, .head = entry->head, .transaction = entry->tx_hash};
    uint64_t *counts = NULL;
    publication->mined = entry->entry.number;
    if (!entry->final)
        return VOTA_OK;
    if (kind == VOTA_ENTRY_REGISTER || kind == VOTA_ENTRY_DISAVOWED)
        line.text = entry->data;
    if (kind == VOTA_ENTRY_RESULT) {
        counts = unpack_counts(entry->data);
        if (counts == NULL)
            return VOTA_NO_MEMORY;
        line.counts = counts;
        line.count = entry->data.len / 8;
    }
    const enum vota_status status = vota_lines_add(&publication->lines, &line);
    free(counts);
    return status;
}

static enum vota_status take_operation(void *context, const struct vota_store_operation *operation)
{
    struct vota_publication_store *publication = context;
    if (operation->kind != VOTA_OP_BATCH || !operation->entered)
        return VOTA_OK;
    if (publication->batch_count == publication->batch_cap) {
        const size_t cap = publication->batch_cap == 0 ? 64 : 2 * publication->batch_cap;
        struct vota_publication_batch *grown =
            reallocarray(publication->batches, cap, sizeof *publication->batches);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        publication->batches = grown;
        publication->batch_cap = cap;
    }
    publication->batches[publication->batch_count++] =
        (struct vota_publication_batch){operation->entry.number, operation->batch};
    return VOTA_OK;
}

static enum vota_status read_journal(struct vota_publication_store *publication,
                                     struct vota_error *err)
{
    const int64_t network = publication->network->id;
    const struct vota_store_range all = {0, INT64_MAX};
    const unsigned entered = (1u << VOTA_OP_MINED) | (1u << VOTA_OP_FINAL);
    const enum vota_status status =
        vota_store_journal_each(publication->store, network, all, take_entry, publication, err);
    if (status != VOTA_OK)
        return status;
    return vota_store_outbox_each(publication->store, network, entered, take_operation, publication,
                                  err);
}

/* ---- registers that a predecessor opened ---- */

static enum vota_status take_register(void *context, const struct vota_store_register *reg)
{
    struct vota_publication_store *publication = context;
    const struct vota_genesis *genesis = &publication->deployment.genesis;
    if (reg->opened_entry == 0 || reg->opened_entry > genesis->pred_length)
        return VOTA_OK;
    if (publication->carried_count == publication->carried_cap) {
        const size_t cap = publication->carried_cap == 0 ? 16 : 2 * publication->carried_cap;
        struct vota_slice *grown =
            reallocarray(publication->carried, cap, sizeof *publication->carried);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        publication->carried = grown;
        publication->carried_cap = cap;
    }
    uint8_t *copy = malloc(reg->definition.len);
    if (copy == NULL)
        return VOTA_NO_MEMORY;
    memcpy(copy, reg->definition.at, reg->definition.len);
    publication->carried[publication->carried_count++] =
        (struct vota_slice){copy, reg->definition.len};
    return VOTA_OK;
}

static enum vota_status read_carried(struct vota_publication_store *publication,
                                     struct vota_error *err)
{
    if (publication->network->predecessor == 0)
        return VOTA_OK;
    return vota_store_register_each(publication->store, publication->network->line, take_register,
                                    publication, err);
}

/* ---- what is read while it is written ---- */

struct giving {
    void *each;
    void *to;
};

static enum vota_status give_row(void *context, const struct vota_store_record *record)
{
    const struct giving *giving = context;
    vota_publication_row *const *each = giving->each;
    return (*each)(giving->to, &record->row);
}

static enum vota_status rows(void *context, uint64_t entry, vota_publication_row *each, void *to,
                             struct vota_error *err)
{
    const struct vota_publication_store *publication = context;
    struct giving giving = {&each, to};
    for (size_t i = 0; i < publication->batch_count; i++) {
        if (publication->batches[i].entry == entry)
            return vota_store_batch_records(publication->store, publication->batches[i].batch,
                                            give_row, &giving, err);
    }
    return vota_fail(err, VOTA_NOT_FOUND, "rows", "no-such-batch");
}

static enum vota_status give_opening(void *context, const struct vota_store_record *record)
{
    const struct giving *giving = context;
    vota_publication_opening *const *each = giving->each;
    struct vota_opening opening = {.leaf = record->leaf, .content = record->content};
    if (!vota_store_record_salt(&opening.salt, record))
        return VOTA_OK;
    return (*each)(giving->to, &opening);
}

static enum vota_status openings(void *context, const vota_hash *register_hash,
                                 vota_publication_opening *each, void *to, struct vota_error *err)
{
    const struct vota_publication_store *publication = context;
    struct vota_store_register_copy reg = {0};
    struct vota_error detail = {0};
    struct giving giving = {&each, to};
    if (publication->lines.n == 0) /* a successor without an entry of its own */
        return VOTA_OK;
    enum vota_status status = vota_store_register_get_hash(
        &reg, publication->store, publication->network->line, register_hash, &detail);
    if (status == VOTA_NOT_FOUND) /* opened by an entry that this store did not write */
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    const struct vota_store_batch_range range = {
        .network = publication->network->id,
        .last = publication->lines.entries[publication->lines.n - 1].number};
    status = vota_store_batch_register_openings(publication->store, reg.about.id, range,
                                                give_opening, &giving, err);
    vota_store_register_done(&reg);
    return status;
}

static enum vota_status evidence(void *context, uint64_t entry, vota_publication_anchor *each,
                                 void *to, struct vota_error *err)
{
    const struct vota_publication_store *publication = context;
    struct vota_proved_anchor anchor = {0};
    enum vota_status status =
        vota_prove_anchor(&anchor, publication->store, publication->network, entry, err);
    if (status != VOTA_OK)
        return status;
    status = anchor.about.has_evidence ? each(to, &anchor.about) : VOTA_NOT_FOUND;
    vota_prove_anchor_done(&anchor);
    return status;
}

enum vota_status vota_publication_store_init(struct vota_publication_store *ret_publication,
                                             struct vota_store *store,
                                             const struct vota_store_network *network,
                                             const char *city, struct vota_error *err)
{
    *ret_publication = (struct vota_publication_store){.store = store, .network = network};
    vota_lines_init(&ret_publication->lines);
    if (!network->has_contract || !network->deployed)
        return vota_fail(err, VOTA_CONFLICT, "contract", "not-deployed");
    vota_trust_store_deployment(&ret_publication->deployment, network);
    enum vota_status status = read_journal(ret_publication, err);
    if (status == VOTA_OK)
        status = read_carried(ret_publication, err);
    if (status == VOTA_OK)
        status = vota_trust_store_init(&ret_publication->trust, store, network->line, city, err);
    ret_publication->source =
        (struct vota_publication_source){.deployment = &ret_publication->deployment,
                                         .lines = &ret_publication->lines,
                                         .carried = ret_publication->carried,
                                         .carried_count = ret_publication->carried_count,
                                         .trust = &ret_publication->trust.about,
                                         .context = ret_publication,
                                         .rows = rows,
                                         .openings = openings,
                                         .evidence = evidence};
    return status;
}

void vota_publication_store_done(struct vota_publication_store *publication)
{
    vota_lines_done(&publication->lines);
    free(publication->batches);
    for (size_t i = 0; i < publication->carried_count; i++)
        free((void *)(uintptr_t)publication->carried[i].at);
    free(publication->carried);
    vota_trust_store_done(&publication->trust);
    publication->carried = NULL;
    publication->carried_count = 0;
    publication->batches = NULL;
}
