/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts from the store, and what of them is kept from one to the next: see prove.h. */
#include <stdlib.h>

#include "bridge/engine/prove.h"
#include "bridge/engine/tree.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_list.h"
#include "bridge/store/store_register.h"
#include "proof/journal.h"

/* What many receipts share: an anchor, or a register. */
struct vota_proved_kept {
    struct vota_kept kept; /* key.kind says which of the two is there */
    struct vota_proved_anchor anchor;
    struct vota_store_register_copy reg;
};

static struct vota_proved_kept *proved(struct vota_kept *kept)
{
    return (struct vota_proved_kept *)kept; /* its first member */
}

static void free_proved(struct vota_kept *kept)
{
    struct vota_proved_kept *about = proved(kept);
    vota_prove_anchor_done(&about->anchor);
    vota_store_register_done(&about->reg);
    free(about);
}

/* NULL without memory. */
static struct vota_proved_kept *make_kept(struct vota_keep_key key)
{
    struct vota_proved_kept *about = calloc(1, sizeof *about);
    if (about != NULL)
        about->kept = (struct vota_kept){.key = key, .free = free_proved};
    return about;
}

/* ---- how far ---- */

enum vota_status vota_prove_state_of(enum vota_prove_state *ret_state, uint64_t *ret_entry,
                                     struct vota_store *store, int64_t batch,
                                     struct vota_error *err)
{
    struct vota_store_anchored anchored[VOTA_RECEIPT_MAX_ANCHORS];
    size_t n = 0;
    bool is_proven = false;
    enum vota_status status =
        vota_store_line_anchored(anchored, &n, VOTA_RECEIPT_MAX_ANCHORS, store, batch, err);
    const bool is_mined = status == VOTA_OK && n > 0 && !anchored[0].is_secondary;
    if (is_mined)
        status = vota_store_journal_is_proven(&is_proven, store, anchored[0].network,
                                              anchored[0].entry, err);
    if (status != VOTA_OK)
        return status;
    *ret_entry = is_mined ? anchored[0].entry : 0;
    *ret_state = !is_mined   ? VOTA_PROVE_BATCHED
                 : is_proven ? VOTA_PROVE_FINAL
                             : VOTA_PROVE_ANCHORED;
    return VOTA_OK;
}

const char *vota_prove_state_name(enum vota_prove_state state)
{
    static const char *const names[] = {"accepted", "batched", "anchored", "final"};
    return names[state];
}

/* ---- anchors ---- */

/* An anchor with evidence never changes; another is made afresh each time. */
static enum vota_status hold_anchor(struct vota_proved_kept **ret_anchor,
                                    const struct vota_prover *prover,
                                    const struct vota_store_anchored *anchored,
                                    struct vota_error *err)
{
    const struct vota_keep_key key = {VOTA_KEEP_ANCHOR, anchored->network, anchored->entry};
    struct vota_store_network network;
    struct vota_proved_kept *about = proved(vota_keep_take(prover->keep, key));
    if (about != NULL) {
        *ret_anchor = about;
        return VOTA_OK;
    }
    about = make_kept(key);
    if (about == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "anchor", "no-memory");
    enum vota_status status = vota_store_line_get(&network, prover->store, anchored->network, err);
    if (status == VOTA_OK)
        status = vota_prove_anchor(&about->anchor, prover->store, &network, anchored->entry, err);
    if (status != VOTA_OK) {
        free_proved(&about->kept);
        return status;
    }
    const struct vota_store_evidence *evidence = &about->anchor.evidence.about;
    about->kept.bytes = sizeof *about + evidence->header.len + evidence->account.len +
                        evidence->storage.len + about->anchor.about.later_count * sizeof(vota_hash);
    if (about->anchor.about.has_evidence)
        about = proved(vota_keep_add(prover->keep, &about->kept));
    *ret_anchor = about;
    return VOTA_OK;
}

static void release_anchor(struct vota_keep *keep, struct vota_proved_kept *anchor)
{
    if (anchor->anchor.about.has_evidence)
        vota_keep_release(keep, &anchor->kept);
    else
        free_proved(&anchor->kept);
}

/* An anchor for each network that has the batch. */
static enum vota_status hold_anchors(struct vota_prover *prover,
                                     const struct vota_store_anchored *anchored, size_t n,
                                     struct vota_error *err)
{
    struct vota_receipt *receipt = &prover->receipt;
    for (size_t i = 0; i < n; i++) {
        const enum vota_status status = hold_anchor(&prover->anchors[i], prover, &anchored[i], err);
        if (status != VOTA_OK)
            return status;
        receipt->anchors[i] = prover->anchors[i]->anchor.about;
        prover->networks[i] = anchored[i].network;
        receipt->anchor_count = i + 1;
    }
    if (n > 0 && !anchored[0].is_secondary)
        prover->state = receipt->anchors[0].has_evidence ? VOTA_PROVE_FINAL : VOTA_PROVE_ANCHORED;
    return VOTA_OK;
}

/* ---- parts of a receipt ---- */

static enum vota_status add_path(struct vota_prover *prover, int64_t batch, uint64_t position,
                                 struct vota_error *err)
{
    struct vota_tree *tree = NULL;
    enum vota_status status = vota_tree_hold(&tree, prover->keep, prover->store, batch, err);
    if (status != VOTA_OK)
        return status;
    status =
        vota_tree_path(prover->path, &prover->receipt.path_len, tree, prover->store, position, err);
    vota_keep_release(prover->keep, &tree->kept);
    prover->receipt.path = prover->path;
    return status;
}

/* Path and anchors of a sealed leaf, none while its batch is in no journal. */
static enum vota_status add_batch(struct vota_prover *prover, int64_t batch, uint64_t position,
                                  struct vota_error *err)
{
    struct vota_store_anchored anchored[VOTA_RECEIPT_MAX_ANCHORS];
    size_t n = 0;
    prover->state = VOTA_PROVE_BATCHED;
    enum vota_status status =
        vota_store_line_anchored(anchored, &n, VOTA_RECEIPT_MAX_ANCHORS, prover->store, batch, err);
    if (status == VOTA_OK && n > 0)
        status = add_path(prover, batch, position, err);
    return status == VOTA_OK ? hold_anchors(prover, anchored, n, err) : status;
}

static enum vota_status add_place(struct vota_prover *prover, struct vota_error *err)
{
    struct vota_store_place place;
    const enum vota_status status =
        vota_store_record_place(&place, prover->store, prover->record.about.id, err);
    if (status != VOTA_OK || !place.sealed)
        return status;
    return add_batch(prover, place.batch, place.position, err);
}

static enum vota_status add_definition(struct vota_prover *prover, struct vota_error *err)
{
    const struct vota_keep_key key = {VOTA_KEEP_REGISTER, prover->record.about.reg, 0};
    prover->reg = proved(vota_keep_take(prover->keep, key));
    if (prover->reg == NULL) {
        struct vota_proved_kept *about = make_kept(key);
        if (about == NULL)
            return vota_fail(err, VOTA_NO_MEMORY, "register", "no-memory");
        const enum vota_status status =
            vota_store_register_get_id(&about->reg, prover->store, key.a, err);
        if (status != VOTA_OK) {
            free_proved(&about->kept);
            return status;
        }
        about->kept.bytes = sizeof *about + about->reg.about.definition.len;
        prover->reg = proved(vota_keep_add(prover->keep, &about->kept));
    }
    prover->receipt.has_definition = true;
    prover->receipt.definition = prover->reg->reg.about.definition;
    return VOTA_OK;
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

static enum vota_status sign_acceptance(struct vota_prover *prover,
                                        const struct vota_store_record *record,
                                        struct vota_error *err)
{
    struct vota_acceptance *acceptance = &prover->receipt.acceptance;
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
    prover->receipt.has_acceptance = true;
    return VOTA_OK;
}

static enum vota_status add_opening(struct vota_prover *prover,
                                    const struct vota_store_record *record,
                                    enum vota_receipt_form form, struct vota_error *err)
{
    if (form != VOTA_RECEIPT_FULL && form != VOTA_RECEIPT_QR_FULL)
        return VOTA_OK;
    if (record->erased)
        return vota_fail(err, VOTA_CONFLICT, "record", "erased");
    prover->receipt.has_opening = true;
    prover->receipt.opening = (struct vota_receipt_opening){.city_salt = record->city_salt,
                                                            .citizen_salt = record->citizen_salt,
                                                            .content = record->content};
    return VOTA_OK;
}

/* ---- receipts ---- */

/* A receipt of a row alone. */
static void begin_receipt(struct vota_prover *prover, const struct vota_row *row)
{
    struct vota_receipt *receipt = &prover->receipt;
    receipt->row = *row;
    receipt->path = prover->path;
    receipt->path_len = 0;
    receipt->anchor_count = 0;
    receipt->has_acceptance = false;
    receipt->has_definition = false;
    receipt->has_opening = false;
    prover->state = VOTA_PROVE_ACCEPTED;
}

void vota_prover_end(struct vota_prover *prover)
{
    for (size_t i = 0; i < prover->receipt.anchor_count; i++)
        release_anchor(prover->keep, prover->anchors[i]);
    prover->receipt.anchor_count = 0;
    if (prover->reg != NULL)
        vota_keep_release(prover->keep, &prover->reg->kept);
    prover->reg = NULL;
    vota_store_record_done(&prover->record);
}

enum vota_status vota_prover_begin_new(struct vota_prover *prover,
                                       const struct vota_store_record *record,
                                       struct vota_slice definition, struct vota_error *err)
{
    begin_receipt(prover, &record->row);
    prover->receipt.has_definition = true;
    prover->receipt.definition = definition;
    const enum vota_status status = add_opening(prover, record, VOTA_RECEIPT_FULL, err);
    if (status != VOTA_OK || prover->acceptance == NULL)
        return status;
    return sign_acceptance(prover, record, err);
}

enum vota_status vota_prover_begin(struct vota_prover *prover, struct vota_slice record_id,
                                   enum vota_receipt_form form, struct vota_error *err)
{
    enum vota_status status = vota_store_record_get(&prover->record, prover->store, record_id, err);
    if (status != VOTA_OK)
        return status;
    begin_receipt(prover, &prover->record.about.row);
    status = add_definition(prover, err);
    if (status == VOTA_OK)
        status = add_opening(prover, &prover->record.about, form, err);
    if (status == VOTA_OK)
        status = add_place(prover, err);
    if (status == VOTA_OK && prover->acceptance != NULL)
        status = sign_acceptance(prover, &prover->record.about, err);
    if (status != VOTA_OK)
        vota_prover_end(prover);
    return status;
}

enum vota_status vota_prover_begin_public(struct vota_prover *prover, const vota_hash *leaf,
                                          struct vota_error *err)
{
    struct vota_store_leaf place;
    enum vota_status status = vota_store_list_leaf(&place, prover->store, leaf, err);
    if (status == VOTA_OK)
        status = vota_store_record_get_row(&prover->record, prover->store, place.record, err);
    if (status != VOTA_OK)
        return status;
    begin_receipt(prover, &prover->record.about.row);
    status = add_batch(prover, place.batch, place.position, err);
    if (status == VOTA_OK && prover->receipt.anchor_count == 0)
        status = vota_fail(err, VOTA_NOT_FOUND, "leaf", "not-anchored");
    if (status == VOTA_OK)
        status = add_definition(prover, err);
    if (status != VOTA_OK)
        vota_prover_end(prover);
    return status;
}

enum vota_status vota_prove_record(struct vota_prover *prover, struct vota_wr *wr,
                                   struct vota_slice record_id, enum vota_receipt_form form,
                                   struct vota_error *err)
{
    enum vota_status status = vota_prover_begin(prover, record_id, form, err);
    if (status != VOTA_OK)
        return status;
    struct vota_receipt reduced = prover->receipt; /* a QR form keeps one anchor, we hold all */
    vota_receipt_reduce(&reduced, form, 0);
    status = vota_receipt_encode(wr, &reduced, err);
    vota_prover_end(prover);
    return status;
}
