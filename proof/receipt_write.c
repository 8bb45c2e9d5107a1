/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes receipts, whole or reduced to a form: the byte table is at the top of
 * receipt.c. Decides nothing: what it wrote is read back by the reader's rules.
 */
#include "proof/cbor.h"
#include "proof/leaf.h"
#include "proof/receipt.h"

static void put_key_uint(struct vota_wr *wr, uint64_t key, uint64_t value)
{
    vota_cbor_put_uint(wr, key);
    vota_cbor_put_uint(wr, value);
}

static void put_key_bytes(struct vota_wr *wr, uint64_t key, const void *bytes, size_t len)
{
    vota_cbor_put_uint(wr, key);
    vota_cbor_put_bytes(wr, bytes, len);
}

static void put_key_text(struct vota_wr *wr, uint64_t key, const void *text, size_t len)
{
    vota_cbor_put_uint(wr, key);
    vota_cbor_put_text(wr, text, len);
}

static void put_entry(struct vota_wr *wr, const struct vota_batch_entry *entry)
{
    vota_cbor_put_map(wr, 5);
    put_key_uint(wr, 0, entry->number);
    put_key_uint(wr, 1, entry->block);
    put_key_uint(wr, 2, entry->time);
    put_key_bytes(wr, 3, entry->root.bytes, sizeof entry->root.bytes);
    put_key_uint(wr, 4, entry->count);
}

static void put_nodes(struct vota_wr *wr, uint64_t key, const struct vota_slice *nodes,
                      size_t count)
{
    vota_cbor_put_uint(wr, key);
    vota_cbor_put_array(wr, count);
    for (size_t i = 0; i < count; i++)
        vota_cbor_put_bytes(wr, nodes[i].at, nodes[i].len);
}

static void put_evidence(struct vota_wr *wr, const struct vota_evidence *evidence)
{
    vota_cbor_put_map(wr, 4);
    put_key_text(wr, 0, VOTA_EVIDENCE_FORMAT, sizeof VOTA_EVIDENCE_FORMAT - 1);
    put_key_bytes(wr, 1, evidence->header.at, evidence->header.len);
    put_nodes(wr, 2, evidence->account, evidence->account_count);
    put_nodes(wr, 3, evidence->storage, evidence->storage_count);
}

static void put_anchor(struct vota_wr *wr, const struct vota_anchor *anchor)
{
    vota_cbor_put_map(wr, 5u + (anchor->has_later ? 1u : 0u) + (anchor->has_evidence ? 1u : 0u));
    put_key_uint(wr, 0, anchor->chain_id);
    put_key_bytes(wr, 1, anchor->chain_genesis.bytes, sizeof anchor->chain_genesis.bytes);
    put_key_bytes(wr, 2, anchor->contract.bytes, sizeof anchor->contract.bytes);
    vota_cbor_put_uint(wr, 3);
    put_entry(wr, &anchor->entry);
    put_key_bytes(wr, 4, anchor->parent.bytes, sizeof anchor->parent.bytes);
    if (anchor->has_later)
        put_key_bytes(wr, 5, anchor->later, anchor->later_count * sizeof(vota_hash));
    if (anchor->has_evidence) {
        vota_cbor_put_uint(wr, 6);
        put_evidence(wr, &anchor->evidence);
    }
}

static void put_acceptance(struct vota_wr *wr, const struct vota_acceptance *acceptance)
{
    vota_cbor_put_map(wr, 5);
    put_key_uint(wr, 0, acceptance->chain_id);
    put_key_bytes(wr, 1, acceptance->contract.bytes, sizeof acceptance->contract.bytes);
    put_key_uint(wr, 2, acceptance->accepted_at);
    put_key_uint(wr, 3, acceptance->anchor_by);
    put_key_bytes(wr, 4, acceptance->signature, sizeof acceptance->signature);
}

static void put_opening(struct vota_wr *wr, const struct vota_receipt_opening *opening)
{
    vota_cbor_put_map(wr, 3);
    put_key_bytes(wr, 0, opening->city_salt.bytes, sizeof opening->city_salt.bytes);
    put_key_bytes(wr, 1, opening->citizen_salt.bytes, sizeof opening->citizen_salt.bytes);
    put_key_text(wr, 2, opening->content.at, opening->content.len);
}

static void put_receipt(struct vota_wr *wr, const struct vota_receipt *receipt)
{
    uint8_t row[VOTA_ROW_BYTES];
    vota_leaf_row_write(row, &receipt->row);
    vota_cbor_put_map(wr, 4u + (receipt->has_acceptance ? 1u : 0u) +
                              (receipt->has_definition ? 1u : 0u) +
                              (receipt->has_opening ? 1u : 0u));
    put_key_text(wr, 0, VOTA_RECEIPT_FORMAT, sizeof VOTA_RECEIPT_FORMAT - 1);
    put_key_bytes(wr, 1, row, sizeof row);
    put_key_bytes(wr, 2, receipt->path, receipt->path_len * sizeof(vota_hash));
    vota_cbor_put_uint(wr, 3);
    vota_cbor_put_array(wr, receipt->anchor_count);
    for (size_t i = 0; i < receipt->anchor_count; i++)
        put_anchor(wr, &receipt->anchors[i]);
    if (receipt->has_acceptance) {
        vota_cbor_put_uint(wr, 4);
        put_acceptance(wr, &receipt->acceptance);
    }
    if (receipt->has_definition)
        put_key_text(wr, 5, receipt->definition.at, receipt->definition.len);
    if (receipt->has_opening) {
        vota_cbor_put_uint(wr, 6);
        put_opening(wr, &receipt->opening);
    }
}

enum vota_status vota_receipt_encode(struct vota_wr *wr, const struct vota_receipt *receipt,
                                     struct vota_error *err)
{
    const size_t start = wr->len;
    put_receipt(wr, receipt);
    if (!vota_wr_fits(wr))
        return VOTA_OK; /* the caller measures, or sees that it does not fit */
    struct vota_receipt back;
    const enum vota_status status =
        vota_receipt_decode(&back, wr->to + start, wr->len - start, err);
    if (status != VOTA_OK)
        wr->len = start;
    return status;
}

static void reduce_to_qr(struct vota_receipt *receipt, size_t anchor)
{
    receipt->has_definition = false;
    if (receipt->anchor_count == 0)
        return;
    VOTA_ASSERT(anchor < receipt->anchor_count);
    receipt->anchors[0] = receipt->anchors[anchor];
    receipt->anchors[0].has_later = false;
    receipt->anchors[0].has_evidence = false;
    receipt->anchor_count = 1;
    receipt->has_acceptance = false;
}

void vota_receipt_reduce(struct vota_receipt *receipt, enum vota_receipt_form form, size_t anchor)
{
    if (form == VOTA_RECEIPT_SHARE || form == VOTA_RECEIPT_QR_SHARE)
        receipt->has_opening = false;
    if (form == VOTA_RECEIPT_QR_FULL || form == VOTA_RECEIPT_QR_SHARE)
        reduce_to_qr(receipt, anchor);
}
