/* SPDX-License-Identifier: Apache-2.0 */
/* Anchors and receipts from the store: see prove.h. */
#include "bridge/engine/prove.h"

#include <stdlib.h>

#include "bridge/store/store_batch.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_register.h"
#include "proof/journal.h"
#include "proof/merkle.h"

/* ---- anchors ---- */

/* Entries from the one before the batch's to the last that the evidence covers. */
struct walk {
    struct vota_proved_anchor *anchor;
    uint64_t number;
    bool found;
};

static enum vota_status walk_entry(void *context, const struct vota_store_entry *entry)
{
    struct walk *walk = context;
    struct vota_anchor *about = &walk->anchor->about;
    const uint64_t number = entry->entry.number;
    if (number < walk->number) {
        about->parent = entry->head;
        return VOTA_OK;
    }
    if (number > walk->number) {
        vota_entry_hash(&walk->anchor->later[about->later_count++], &entry->entry);
        return VOTA_OK;
    }
    uint32_t count = 0;
    walk->found = vota_entry_get_batch(&about->entry.root, &count, &entry->entry);
    about->entry.number = number;
    about->entry.block = entry->entry.block;
    about->entry.time = entry->entry.time;
    about->entry.count = count;
    return VOTA_OK;
}

/* The store's nodes, each after its length, as slices. */
static enum vota_status unpack_nodes(struct vota_slice *ret_nodes, size_t *ret_count,
                                     struct vota_slice packed)
{
    struct vota_rd rd = vota_rd_of_slice(packed);
    size_t count = 0;
    while (rd.left > 0) {
        const uint8_t *size = vota_rd_take(&rd, 4);
        if (size == NULL || count == VOTA_TRIE_MAX_NODES)
            return VOTA_INTERNAL;
        const size_t len = (size_t)vota_load_be(size, 4);
        const uint8_t *node = vota_rd_take(&rd, len);
        if (node == NULL)
            return VOTA_INTERNAL;
        ret_nodes[count++] = (struct vota_slice){node, len};
    }
    *ret_count = count;
    return VOTA_OK;
}

static enum vota_status take_evidence(struct vota_proved_anchor *anchor, struct vota_store *store,
                                      int64_t network, uint64_t number, struct vota_error *err)
{
    struct vota_error detail = {0};
    struct vota_anchor *about = &anchor->about;
    enum vota_status status =
        vota_store_journal_evidence(&anchor->evidence, store, network, number, &detail);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    const struct vota_store_evidence *kept = &anchor->evidence.about;
    about->has_evidence = true;
    about->has_later = true;
    about->evidence.header = kept->header;
    status = unpack_nodes(about->evidence.account, &about->evidence.account_count, kept->account);
    if (status == VOTA_OK)
        status =
            unpack_nodes(about->evidence.storage, &about->evidence.storage_count, kept->storage);
    if (status != VOTA_OK)
        return vota_fail(err, status, "evidence", "corrupt");
    anchor->later = calloc((size_t)(kept->length - number + 1), sizeof *anchor->later);
    if (anchor->later == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "evidence", "no-memory");
    about->later = anchor->later;
    return VOTA_OK;
}

static enum vota_status fill_anchor(struct vota_proved_anchor *anchor, struct vota_store *store,
                                    const struct vota_store_network *network, uint64_t number,
                                    struct vota_error *err)
{
    struct walk walk = {.anchor = anchor, .number = number};
    const struct vota_genesis *genesis = &network->deployment.genesis;
    anchor->about.chain_id = network->chain_id;
    anchor->about.chain_genesis = network->genesis_block;
    anchor->about.contract = genesis->contract;
    vota_journal_genesis(&anchor->about.parent, genesis);
    enum vota_status status = take_evidence(anchor, store, network->id, number, err);
    if (status != VOTA_OK)
        return status;
    const uint64_t last = anchor->about.has_evidence ? anchor->evidence.about.length : number;
    const struct vota_store_range range = {number > 0 ? number - 1 : 0, last};
    status = vota_store_journal_each(store, network->id, range, walk_entry, &walk, err);
    if (status == VOTA_OK && !walk.found)
        return vota_fail(err, VOTA_NOT_FOUND, "journal", "no-entry");
    return status;
}

enum vota_status vota_prove_anchor(struct vota_proved_anchor *ret_anchor, struct vota_store *store,
                                   const struct vota_store_network *network, uint64_t number,
                                   struct vota_error *err)
{
    *ret_anchor = (struct vota_proved_anchor){0};
    const enum vota_status status = fill_anchor(ret_anchor, store, network, number, err);
    if (status != VOTA_OK)
        vota_prove_anchor_done(ret_anchor);
    return status;
}

void vota_prove_anchor_done(struct vota_proved_anchor *anchor)
{
    free(anchor->later);
    vota_store_evidence_done(&anchor->evidence);
    *anchor = (struct vota_proved_anchor){0};
}

/* ---- receipts ---- */

void vota_prover_done(struct vota_prover *prover)
{
    free(prover->tree);
    for (size_t i = 0; i < prover->anchor_count; i++)
        vota_prove_anchor_done(&prover->anchors[i]);
    prover->anchor_count = 0;
    prover->tree = NULL;
    prover->batch = 0;
}

static enum vota_status build_tree(struct vota_prover *prover, const struct vota_store_batch *batch,
                                   struct vota_error *err)
{
    size_t tree_len = 0;
    size_t n = 0;
    if (vota_merkle_tree_len(&tree_len, (size_t)batch->count) != VOTA_OK)
        return vota_fail(err, VOTA_INTERNAL, "batch", "corrupt");
    vota_hash *leaves = calloc((size_t)batch->count, sizeof *leaves);
    prover->tree = calloc(tree_len, sizeof *prover->tree);
    enum vota_status status = leaves != NULL && prover->tree != NULL
                                  ? VOTA_OK
                                  : vota_fail(err, VOTA_NO_MEMORY, "batch", "no-memory");
    if (status == VOTA_OK)
        status = vota_store_batch_leaves(leaves, &n, (size_t)batch->count, prover->store, batch->id,
                                         err);
    if (status == VOTA_OK)
        status = vota_merkle_build(prover->tree, leaves, n);
    free(leaves);
    prover->leaves = n;
    if (status == VOTA_OK && !vota_hash_equal(&prover->tree[0], &batch->root))
        status = vota_fail(err, VOTA_INTERNAL, "batch", "root-differs");
    return status;
}

/* An anchor for each network that has the batch. */
static enum vota_status hold_anchors(struct vota_prover *prover,
                                     const struct vota_store_anchored *anchored, size_t n,
                                     struct vota_error *err)
{
    for (size_t i = 0; i < n; i++) {
        struct vota_store_network network;
        enum vota_status status =
            vota_store_line_get(&network, prover->store, anchored[i].network, err);
        if (status == VOTA_OK)
            status = vota_prove_anchor(&prover->anchors[i], prover->store, &network,
                                       anchored[i].entry, err);
        if (status != VOTA_OK)
            return status;
        prover->anchor_count++;
    }
    return VOTA_OK;
}

/* Tree and anchors of a batch; *ret_anchored is false while it is in no journal. */
static enum vota_status hold_batch(struct vota_prover *prover, bool *ret_anchored, int64_t id,
                                   struct vota_error *err)
{
    struct vota_store_batch batch;
    struct vota_store_anchored anchored[VOTA_RECEIPT_MAX_ANCHORS];
    size_t n = 0;
    *ret_anchored = true;
    if (prover->batch == id)
        return VOTA_OK;
    enum vota_status status =
        vota_store_line_anchored(anchored, &n, VOTA_RECEIPT_MAX_ANCHORS, prover->store, id, err);
    if (status != VOTA_OK || n == 0) {
        *ret_anchored = false;
        return status;
    }
    vota_prover_done(prover);
    status = vota_store_batch_get(&batch, prover->store, id, err);
    if (status == VOTA_OK)
        status = build_tree(prover, &batch, err);
    if (status == VOTA_OK)
        status = hold_anchors(prover, anchored, n, err);
    if (status == VOTA_OK)
        prover->batch = id;
    else
        vota_prover_done(prover);
    return status;
}

/* The line's network when a record came: a successor's promises begin with its contract. */
static enum vota_status network_at(struct vota_store_network *ret_network,
                                   const struct vota_prover *prover, uint64_t time,
                                   struct vota_error *err)
{
    *ret_network = *prover->network;
    while (ret_network->predecessor != 0 &&
           (!ret_network->deployed || ret_network->deploy_time > time)) {
        const enum vota_status status =
            vota_store_line_get(ret_network, prover->store, ret_network->predecessor, err);
        if (status != VOTA_OK)
            return status;
    }
    return VOTA_OK;
}

static enum vota_status sign_acceptance(struct vota_receipt *receipt,
                                        const struct vota_prover *prover,
                                        const struct vota_store_record *record,
                                        struct vota_error *err)
{
    struct vota_acceptance *acceptance = &receipt->acceptance;
    struct vota_store_network network;
    struct vota_signature signature;
    vota_hash digest;
    enum vota_status status = network_at(&network, prover, record->accepted_at, err);
    if (status != VOTA_OK)
        return status;
    *acceptance = (struct vota_acceptance){.chain_id = network.chain_id,
                                           .contract = network.deployment.genesis.contract,
                                           .accepted_at = record->accepted_at,
                                           .anchor_by = record->anchor_by};
    vota_acceptance_digest(&digest, &record->leaf, acceptance);
    status = vota_signer_sign(prover->acceptance, &signature, &digest, err);
    if (status != VOTA_OK)
        return status;
    vota_bytes_copy(acceptance->signature, signature.bytes, sizeof acceptance->signature);
    acceptance->signature[64] = (uint8_t)(acceptance->signature[64] + 27); /* EIP-712 texts: v */
    receipt->has_acceptance = true;
    return VOTA_OK;
}

static enum vota_status add_anchor(struct vota_receipt *receipt,
                                   vota_hash path[VOTA_MERKLE_MAX_PATH], struct vota_prover *prover,
                                   const struct vota_store_record *record, struct vota_error *err)
{
    struct vota_store_place place;
    bool anchored = false;
    enum vota_status status = vota_store_record_place(&place, prover->store, record->id, err);
    if (status != VOTA_OK || !place.sealed)
        return status;
    status = hold_batch(prover, &anchored, place.batch, err);
    if (status != VOTA_OK || !anchored)
        return status;
    status = vota_merkle_path(path, &receipt->path_len, prover->tree, prover->leaves,
                              (size_t)place.position);
    if (status != VOTA_OK)
        return vota_fail(err, VOTA_INTERNAL, "batch", "corrupt");
    receipt->path = path;
    for (size_t i = 0; i < prover->anchor_count; i++)
        receipt->anchors[i] = prover->anchors[i].about;
    receipt->anchor_count = prover->anchor_count;
    return VOTA_OK;
}

static enum vota_status add_opening(struct vota_receipt *receipt,
                                    const struct vota_store_record *record,
                                    enum vota_receipt_form form, struct vota_error *err)
{
    if (form != VOTA_RECEIPT_FULL && form != VOTA_RECEIPT_QR_FULL)
        return VOTA_OK;
    if (record->erased)
        return vota_fail(err, VOTA_CONFLICT, "record", "erased");
    receipt->has_opening = true;
    receipt->opening = (struct vota_receipt_opening){.city_salt = record->city_salt,
                                                     .citizen_salt = record->citizen_salt,
                                                     .content = record->content};
    return VOTA_OK;
}

enum vota_status vota_prove_new(struct vota_receipt *ret_receipt, const struct vota_prover *prover,
                                const struct vota_store_record *record,
                                struct vota_slice definition, struct vota_error *err)
{
    ret_receipt->row = record->row;
    ret_receipt->path = NULL;
    ret_receipt->path_len = 0;
    ret_receipt->anchor_count = 0;
    ret_receipt->has_acceptance = false;
    ret_receipt->has_definition = true;
    ret_receipt->definition = definition;
    const enum vota_status status = add_opening(ret_receipt, record, VOTA_RECEIPT_FULL, err);
    if (status != VOTA_OK || prover->acceptance == NULL)
        return status;
    return sign_acceptance(ret_receipt, prover, record, err);
}

enum vota_status vota_prove_record(struct vota_prover *prover, struct vota_wr *wr,
                                   struct vota_slice record_id, enum vota_receipt_form form,
                                   struct vota_error *err)
{
    struct vota_receipt receipt;
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    struct vota_store_record_copy record = {0};
    struct vota_store_register_copy reg = {0};
    enum vota_status status = vota_store_record_get(&record, prover->store, record_id, err);
    if (status != VOTA_OK)
        return status;
    receipt = (struct vota_receipt){.row = record.about.row};
    status = vota_store_register_get_id(&reg, prover->store, record.about.reg, err);
    if (status == VOTA_OK) {
        receipt.row.register_hash = reg.about.hash;
        receipt.has_definition = true;
        receipt.definition = reg.about.definition;
        status = add_opening(&receipt, &record.about, form, err);
    }
    if (status == VOTA_OK)
        status = add_anchor(&receipt, path, prover, &record.about, err);
    if (status == VOTA_OK && prover->acceptance != NULL)
        status = sign_acceptance(&receipt, prover, &record.about, err);
    if (status == VOTA_OK) {
        vota_receipt_reduce(&receipt, form, 0);
        status = vota_receipt_encode(wr, &receipt, err);
    }
    vota_store_register_done(&reg);
    vota_store_record_done(&record);
    return status;
}
