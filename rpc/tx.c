/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Type 2 transactions as bytes (EIP-1559, EIP-2718): see tx.h.
 *
 *   unsigned  0x02 ‖ rlp([chain_id, nonce, max_priority_fee_per_gas, max_fee_per_gas,
 *                         gas_limit, to (20 bytes, or empty to create), value, data, []])
 *   signed    the same list with y_parity, r, s as integers behind
 *   hashes    sighash = keccak(unsigned), transaction hash = keccak(signed)
 */
#include "rpc/tx.h"

#include "keccak/keccak.h"
#include "proof/rlp.h"

#define TX_TYPE         0x02u
#define UNSIGNED_FIELDS 9u
#define SIGNED_FIELDS   12u

/* Everything of an unsigned transaction but its data and the list's frame. */
#define UNSIGNED_HEAD_MAX 128u

enum vota_status vota_tx_check(const struct vota_tx *tx, struct vota_error *err)
{
    const char *reason = NULL;
    if (tx->chain_id == 0)
        reason = "zero-chain-id";
    else if (tx->nonce == UINT64_MAX) /* EIP-2681 */
        reason = "nonce-too-high";
    else if (tx->gas_limit == 0)
        reason = "zero-gas";
    else if (tx->gas_limit > VOTA_TX_GAS_MAX)
        reason = "gas-above-cap";
    else if (tx->max_priority_fee_per_gas > tx->max_fee_per_gas)
        reason = "tip-above-fee";
    else if (tx->create && !vota_addr_is_zero(&tx->to))
        reason = "create-with-address";
    else if (tx->data.len > VOTA_TX_DATA_MAX)
        reason = "data-too-long";
    if (reason != NULL)
        return vota_fail(err, VOTA_BAD_INPUT, "transaction", reason);
    return VOTA_OK;
}

/* The items before data, without a frame. */
static void put_head(struct vota_wr *wr, const struct vota_tx *tx)
{
    vota_rlp_put_uint64(wr, tx->chain_id);
    vota_rlp_put_uint64(wr, tx->nonce);
    vota_rlp_put_uint64(wr, tx->max_priority_fee_per_gas);
    vota_rlp_put_uint64(wr, tx->max_fee_per_gas);
    vota_rlp_put_uint64(wr, tx->gas_limit);
    vota_rlp_put_string(wr, tx->to.bytes, tx->create ? 0 : sizeof tx->to.bytes);
    vota_rlp_put_integer(wr, tx->value.be, sizeof tx->value.be);
}

static void put_signature(struct vota_wr *wr, const struct vota_signature *signature)
{
    vota_rlp_put_uint64(wr, signature->bytes[64]);
    vota_rlp_put_integer(wr, signature->bytes, 32);
    vota_rlp_put_integer(wr, signature->bytes + 32, 32);
}

void vota_tx_sighash(vota_hash *ret_hash, const struct vota_tx *tx)
{
    /* Hashed in parts, so that creation code needs no second buffer. */
    uint8_t head[UNSIGNED_HEAD_MAX];
    uint8_t frame[16];
    struct vota_wr head_wr = vota_wr_of(head, sizeof head);
    put_head(&head_wr, tx);
    const size_t data_size = vota_rlp_size_of_string(tx->data.at, tx->data.len);
    const size_t data_frame = data_size - tx->data.len;
    struct vota_wr data_wr = vota_wr_of(head + head_wr.len, data_frame);
    VOTA_ASSERT(vota_wr_fits(&head_wr) && head_wr.len + data_frame <= sizeof head);
    vota_rlp_put_string(&data_wr, tx->data.at, tx->data.len); /* all but the frame is cut off */
    struct vota_wr frame_wr = vota_wr_of(frame, sizeof frame);
    vota_wr_byte(&frame_wr, TX_TYPE);
    vota_rlp_put_list(&frame_wr, head_wr.len + data_size + 1);

    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, frame, frame_wr.len);
    vota_keccak_update(&keccak, head, head_wr.len + data_frame);
    vota_keccak_update(&keccak, tx->data.at, tx->data.len);
    vota_keccak_update(&keccak, "\xc0", 1); /* the empty access list */
    vota_keccak_final(&keccak, ret_hash->bytes);
}

static void put_signed(struct vota_wr *wr, const struct vota_tx *tx,
                       const struct vota_signature *signature)
{
    put_head(wr, tx);
    vota_rlp_put_string(wr, tx->data.at, tx->data.len);
    vota_rlp_put_list(wr, 0);
    put_signature(wr, signature);
}

void vota_tx_encode(struct vota_wr *wr, const struct vota_tx *tx,
                    const struct vota_signature *signature)
{
    struct vota_wr measure = vota_wr_of(NULL, 0);
    put_signed(&measure, tx, signature);
    vota_wr_byte(wr, TX_TYPE);
    vota_rlp_put_list(wr, measure.len);
    put_signed(wr, tx, signature);
}

void vota_tx_hash(vota_hash *ret_hash, const void *raw, size_t len)
{
    vota_keccak_hash(ret_hash->bytes, raw, len);
}

bool vota_tx_max_cost(struct vota_u256 *ret_wei, const struct vota_tx *tx)
{
    struct vota_u256 cost = vota_u256_of(tx->gas_limit);
    if (!vota_u256_mul(&cost, &cost, tx->max_fee_per_gas))
        return false;
    return vota_u256_add(ret_wei, &cost, &tx->value);
}

/* ---- back ---- */

/* The items of the signed list, each by its place. */
static enum vota_status read_items(struct vota_rlp_item items[SIGNED_FIELDS], const uint8_t *raw,
                                   size_t len, struct vota_error *err)
{
    struct vota_rlp_item list;
    if (len < 1 || raw[0] != TX_TYPE)
        return vota_fail(err, VOTA_BAD_INPUT, "transaction", "not-type-2");
    if (vota_rlp_read(&list, raw + 1, len - 1, err) != VOTA_OK)
        return VOTA_BAD_INPUT;
    if (!list.is_list)
        return vota_fail(err, VOTA_BAD_INPUT, "transaction", "not-a-list");
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    for (size_t i = 0; i < SIGNED_FIELDS; i++) {
        if (vota_rlp_next(&rd, &items[i], err) != VOTA_OK)
            return VOTA_BAD_INPUT;
    }
    if (rd.left != 0)
        return vota_fail(err, VOTA_BAD_INPUT, "transaction", "too-many-fields");
    return VOTA_OK;
}

static enum vota_status read_to(struct vota_tx *tx, const struct vota_rlp_item *item,
                                struct vota_error *err)
{
    tx->create = !item->is_list && item->payload.len == 0;
    if (tx->create)
        return VOTA_OK;
    return vota_rlp_fixed(tx->to.bytes, sizeof tx->to.bytes, item, err);
}

static enum vota_status read_fields(struct vota_tx *tx, const struct vota_rlp_item *items,
                                    struct vota_error *err)
{
    uint64_t *const numbers[] = {&tx->chain_id, &tx->nonce, &tx->max_priority_fee_per_gas,
                                 &tx->max_fee_per_gas, &tx->gas_limit};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (vota_rlp_uint64(numbers[i], &items[i], err) != VOTA_OK)
            return VOTA_BAD_INPUT;
    }
    if (read_to(tx, &items[5], err) != VOTA_OK ||
        vota_rlp_integer(tx->value.be, sizeof tx->value.be, &items[6], err) != VOTA_OK)
        return VOTA_BAD_INPUT;
    if (items[7].is_list)
        return vota_fail(err, VOTA_BAD_INPUT, "data", "not-bytes");
    if (!items[8].is_list || items[8].payload.len != 0)
        return vota_fail(err, VOTA_BAD_INPUT, "access_list", "not-empty");
    tx->data = items[7].payload;
    return vota_tx_check(tx, err);
}

static enum vota_status read_signature(struct vota_signature *signature,
                                       const struct vota_rlp_item *items, struct vota_error *err)
{
    uint64_t y_parity;
    if (vota_rlp_uint64(&y_parity, &items[9], err) != VOTA_OK ||
        vota_rlp_integer(signature->bytes, 32, &items[10], err) != VOTA_OK ||
        vota_rlp_integer(signature->bytes + 32, 32, &items[11], err) != VOTA_OK)
        return VOTA_BAD_INPUT;
    if (y_parity > 1)
        return vota_fail(err, VOTA_BAD_INPUT, "y_parity", "not-0-or-1");
    signature->bytes[64] = (uint8_t)y_parity;
    return VOTA_OK;
}

enum vota_status vota_tx_decode(struct vota_tx *ret_tx, struct vota_signature *ret_signature,
                                const void *raw, size_t len, struct vota_error *err)
{
    struct vota_rlp_item items[SIGNED_FIELDS];
    struct vota_tx tx = {0};
    struct vota_signature signature;
    if (read_items(items, raw, len, err) != VOTA_OK || read_fields(&tx, items, err) != VOTA_OK ||
        read_signature(&signature, items, err) != VOTA_OK)
        return VOTA_BAD_INPUT;
    *ret_tx = tx;
    *ret_signature = signature;
    return VOTA_OK;
}
