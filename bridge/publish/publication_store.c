/* SPDX-License-Identifier: Apache-2.0 */
/* A publication from the store: see publication_store.h. */
#include "bridge/publish/publication_store.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/engine/prove.h"
#include "bridge/store/store_batch.h"
#include "bridge/store/store_outbox.h"
#include "bridge/store/store_register.h"
#include "proof/header.h"
#include "proof/leaf.h"

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

static void copy_deployment(struct vota_publication_store *publication)
{
    const struct vota_store_network *network = publication->network;
    publication->deployment =
        (struct vota_deployment){.genesis = network->deployment.genesis,
                                 .chain_genesis = network->genesis_block,
                                 .deployer = network->deployment.deployer,
                                 .salt = network->deployment.salt,
                                 .creation_code_hash = network->deployment.creation_code_hash,
                                 .block = network->deploy_block,
                                 .time = network->deploy_time,
                                 .transaction = network->deploy_tx};
}

/* ---- trust file ---- */

static enum vota_status add_head(struct vota_publication_store *publication,
                                 const struct vota_store_evidence *evidence)
{
    struct vota_trust_file *trust = &publication->trust;
    struct vota_header header;
    if (vota_header_read(&header, evidence->header, NULL) != VOTA_OK)
        return VOTA_INTERNAL;
    if (trust->head_count == publication->head_cap) {
        const size_t cap = publication->head_cap == 0 ? 64 : 2 * publication->head_cap;
        struct vota_trust_file_head *grown = reallocarray(trust->heads, cap, sizeof *trust->heads);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        trust->heads = grown;
        publication->head_cap = cap;
    }
    trust->heads[trust->head_count++] =
        (struct vota_trust_file_head){.chain_id = publication->network->chain_id,
                                      .chain_genesis = publication->network->genesis_block,
                                      .contract = publication->deployment.genesis.contract,
                                      .head = evidence->head,
                                      .length = evidence->length,
                                      .block = header.number,
                                      .time = header.time,
                                      .block_hash = evidence->block_hash};
    return VOTA_OK;
}

/* Every block that proves a head: the evidence of receipts is about one of them. */
static enum vota_status read_heads(struct vota_publication_store *publication,
                                   struct vota_error *err)
{
    const struct vota_lines *lines = &publication->lines;
    uint64_t covered = 0;
    for (size_t i = 0; i < lines->n && publication->trust.head_count < VOTA_TRUST_FILE_MAX_ITEMS;
         i++) {
        struct vota_store_evidence_copy copy = {0};
        struct vota_error detail = {0};
        if (lines->entries[i].number <= covered)
            continue;
        enum vota_status status = vota_store_journal_evidence(
            &copy, publication->store, publication->network->id, lines->entries[i].number, &detail);
        if (status == VOTA_NOT_FOUND)
            return VOTA_OK;
        if (status != VOTA_OK)
            return vota_fail(err, status, detail.where, detail.text);
        covered = copy.about.length;
        status = add_head(publication, &copy.about);
        vota_store_evidence_done(&copy);
        if (status != VOTA_OK)
            return vota_fail(err, status, "evidence", "corrupt");
    }
    return VOTA_OK;
}

static void set_trust(struct vota_publication_store *publication, const char *city)
{
    const struct vota_store_network *network = publication->network;
    struct vota_trust_file *trust = &publication->trust;
    publication->trust_network =
        (struct vota_trust_file_network){network->chain_id, network->genesis_block};
    trust->city = (struct vota_slice){(const uint8_t *)city, strlen(city)};
    trust->networks = &publication->trust_network;
    trust->network_count = 1;
    trust->contracts = &publication->deployment;
    trust->contract_count = 1;
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
    return vota_fail(err, VOTA_CONFLICT, "rows", "no-such-batch");
}

static enum vota_status give_opening(void *context, const struct vota_store_record *record)
{
    const struct giving *giving = context;
    vota_publication_opening *const *each = giving->each;
    struct vota_opening opening = {.leaf = record->leaf, .content = record->content};
    vota_leaf_salt(&opening.salt, &record->city_salt, &record->citizen_salt);
    return (*each)(giving->to, &opening);
}

static enum vota_status openings(void *context, const vota_hash *register_hash,
                                 vota_publication_opening *each, void *to, struct vota_error *err)
{
    const struct vota_publication_store *publication = context;
    struct vota_store_register_copy reg = {0};
    struct vota_error detail = {0};
    struct giving giving = {&each, to};
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
    copy_deployment(ret_publication);
    set_trust(ret_publication, city);
    enum vota_status status = read_journal(ret_publication, err);
    if (status == VOTA_OK)
        status = read_heads(ret_publication, err);
    ret_publication->source =
        (struct vota_publication_source){.deployment = &ret_publication->deployment,
                                         .lines = &ret_publication->lines,
                                         .trust = &ret_publication->trust,
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
    free(publication->trust.heads);
    publication->trust.heads = NULL;
    publication->batches = NULL;
}
