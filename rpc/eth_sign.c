/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking for a signature: see eth_sign.h.
 *
 *   [{"from", "to" (absent to create), "gas", "maxFeePerGas", "maxPriorityFeePerGas",
 *     "value", "nonce", "data", "chainId"}]
 *
 * Quantities and data as Ethereum's JSON has them, addresses with their EIP-55
 * case: Clef warns its operator of any other.
 */
#include "rpc/eth_sign.h"

#include <stdlib.h>

#include "rpc/eth_call.h"

/* Everything of the object but its data. */
#define OBJECT_MAX 1024u

/* An answer may say the transaction twice, signed and as an object; the rest of it is small. */
#define ANSWER_EXTRA ((size_t)8 * 1024)

static void put_name(struct vota_wr *wr, const char *name)
{
    vota_wr_text(wr, ",\"");
    vota_wr_text(wr, name);
    vota_wr_text(wr, "\":");
}

static void put_quantity(struct vota_wr *wr, const char *name, uint64_t value)
{
    put_name(wr, name);
    vota_wr_byte(wr, '"');
    vota_quantity_write_u64(wr, value);
    vota_wr_byte(wr, '"');
}

static void put_address(struct vota_wr *wr, const vota_addr *addr)
{
    char text[43];
    vota_recover_checksum_text(text, addr);
    vota_wr_byte(wr, '"');
    vota_wr_text(wr, text);
    vota_wr_byte(wr, '"');
}

static void put_params(struct vota_wr *wr, const vota_addr *from, const struct vota_tx *tx)
{
    vota_wr_text(wr, "[{\"from\":");
    put_address(wr, from);
    if (!tx->create) {
        put_name(wr, "to");
        put_address(wr, &tx->to);
    }
    put_quantity(wr, "gas", tx->gas_limit);
    put_quantity(wr, "maxFeePerGas", tx->max_fee_per_gas);
    put_quantity(wr, "maxPriorityFeePerGas", tx->max_priority_fee_per_gas);
    put_name(wr, "value");
    vota_wr_byte(wr, '"');
    vota_quantity_write(wr, &tx->value);
    vota_wr_byte(wr, '"');
    put_quantity(wr, "nonce", tx->nonce);
    put_name(wr, "data");
    vota_eth_put_hex(wr, tx->data.at, tx->data.len);
    put_quantity(wr, "chainId", tx->chain_id);
    vota_wr_text(wr, "}]");
}

/* NULL, or why the answer is no signed bytes. */
static const char *take_raw(struct vota_wr *wr, const json_t *result, size_t max)
{
    const json_t *raw = json_is_object(result) ? json_object_get(result, "raw") : result;
    size_t len = 0;
    if (!vota_eth_get_len(&len, raw))
        return "not-hex";
    if (len > max)
        return "too-long";
    return vota_eth_get_bytes(wr, raw) ? NULL : "not-hex";
}

enum vota_status vota_eth_sign(struct vota_provider *provider, struct vota_wr *wr,
                               const char *method, const vota_addr *from, const struct vota_tx *tx,
                               struct vota_error *err)
{
    const size_t raw_max = tx->data.len + VOTA_TX_OVERHEAD_MAX;
    const size_t text_max = 2 * tx->data.len + OBJECT_MAX;
    if (wr->len > wr->cap || wr->cap - wr->len < raw_max)
        return vota_fail(err, VOTA_LIMIT, "transaction", "calldata-too-long");
    uint8_t *text = malloc(text_max);
    if (text == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, method, "no-memory");
    struct vota_wr params = vota_wr_of(text, text_max);
    put_params(&params, from, tx);
    VOTA_ASSERT(vota_wr_fits(&params));
    const struct vota_eth_question question = {method, &params, 4 * raw_max + ANSWER_EXTRA, true};
    json_t *result = NULL;
    const enum vota_status status = vota_eth_ask(provider, &result, &question, err);
    free(text);
    if (status != VOTA_OK)
        return status;
    const char *reason = take_raw(wr, result, raw_max);
    json_decref(result);
    return reason == NULL ? VOTA_OK : vota_eth_malformed(provider, method, reason, err);
}
