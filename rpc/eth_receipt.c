/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a transaction, as one provider tells it: receipts and places. See eth.h. */
#include <string.h>

#include "rpc/eth_logs.h"

static const char receipt_method[] = "eth_getTransactionReceipt";
static const char tx_method[] = "eth_getTransactionByHash";

void vota_tx_receipt_done(struct vota_tx_receipt *receipt)
{
    vota_eth_logs_done(&receipt->logs);
}

static void put_hash(struct vota_wr *wr, const vota_hash *hash)
{
    vota_wr_byte(wr, '[');
    vota_eth_put_hex(wr, hash->bytes, sizeof hash->bytes);
    vota_wr_byte(wr, ']');
}

static bool read_numbers(struct vota_tx_receipt *receipt, const json_t *object)
{
    const struct {
        const char *name;
        uint64_t *to;
    } numbers[] = {{"blockNumber", &receipt->block_number},
                   {"transactionIndex", &receipt->tx_index},
                   {"gasUsed", &receipt->gas_used},
                   {"effectiveGasPrice", &receipt->effective_gas_price}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!vota_eth_get_u64(numbers[i].to, json_object_get(object, numbers[i].name),
                              VOTA_ETH_PADDED))
            return false;
    }
    uint64_t status;
    if (!vota_eth_get_u64(&status, json_object_get(object, "status"), VOTA_ETH_PADDED) ||
        status > 1)
        return false;
    receipt->succeeded = status == 1;
    return true;
}

static bool read_hashes(struct vota_tx_receipt *receipt, const json_t *object)
{
    const json_t *created = json_object_get(object, "contractAddress");
    receipt->created = created != NULL && !json_is_null(created);
    if (receipt->created && !vota_eth_get_fixed(receipt->contract_address.bytes,
                                                sizeof receipt->contract_address.bytes, created))
        return false;
    return vota_eth_get_fixed(receipt->tx_hash.bytes, 32,
                              json_object_get(object, "transactionHash")) &&
           vota_eth_get_fixed(receipt->block_hash.bytes, 32,
                              json_object_get(object, "blockHash")) &&
           vota_eth_get_fixed(receipt->from.bytes, sizeof receipt->from.bytes,
                              json_object_get(object, "from"));
}

/* Its logs are of its block and transaction, or it is not one receipt. */
static bool is_whole(const struct vota_tx_receipt *receipt)
{
    for (size_t i = 0; i < receipt->logs.count; i++) {
        const struct vota_eth_log *log = &receipt->logs.items[i];
        if (!vota_hash_equal(&log->tx_hash, &receipt->tx_hash) ||
            !vota_hash_equal(&log->block_hash, &receipt->block_hash) ||
            log->block_number != receipt->block_number)
            return false;
    }
    return true;
}

static enum vota_status read_receipt(struct vota_provider *provider,
                                     struct vota_tx_receipt *ret_receipt, const json_t *object,
                                     const vota_hash *tx_hash, struct vota_error *err)
{
    struct vota_tx_receipt receipt = {.created = false};
    if (!read_numbers(&receipt, object) || !read_hashes(&receipt, object))
        return vota_eth_malformed(provider, receipt_method, "bad-receipt", err);
    if (!vota_hash_equal(&receipt.tx_hash, tx_hash))
        return vota_eth_untrue(provider, receipt_method, "wrong-receipt", err);
    const char *fault = vota_eth_logs_read(&receipt.logs, json_object_get(object, "logs"));
    if (fault != NULL && strcmp(fault, "no-memory") == 0)
        return vota_fail(err, VOTA_NO_MEMORY, receipt_method, fault);
    if (fault != NULL)
        return vota_eth_malformed(provider, receipt_method, fault, err);
    if (!is_whole(&receipt)) {
        vota_tx_receipt_done(&receipt);
        return vota_eth_untrue(provider, receipt_method, "log-of-another-block", err);
    }
    *ret_receipt = receipt;
    return VOTA_OK;
}

enum vota_status vota_eth_receipt(struct vota_provider *provider,
                                  struct vota_tx_receipt *ret_receipt, const vota_hash *tx_hash,
                                  struct vota_error *err)
{
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_hash(&params, tx_hash);
    const struct vota_eth_question question = {receipt_method, &params, VOTA_ETH_LOGS_MAX, false};
    json_t *result = NULL;
    enum vota_status status = vota_eth_ask_some(provider, &result, &question, err);
    if (status != VOTA_OK)
        return status;
    status = read_receipt(provider, ret_receipt, result, tx_hash, err);
    json_decref(result);
    return status;
}

/* A transaction in the pool has null for its block. */
static bool read_tx_place(struct vota_tx_place *place, const json_t *object)
{
    const json_t *block_hash = json_object_get(object, "blockHash");
    place->mined = block_hash != NULL && !json_is_null(block_hash);
    if (!place->mined)
        return true;
    return vota_eth_get_fixed(place->block_hash.bytes, 32, block_hash) &&
           vota_eth_get_u64(&place->block_number, json_object_get(object, "blockNumber"),
                            VOTA_ETH_STRICT);
}

/* The answer about a transaction, which must be that one; the caller drops the reference. */
static enum vota_status ask_transaction(struct vota_provider *provider, json_t **ret_object,
                                        const vota_hash *tx_hash, struct vota_error *err)
{
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_hash(&params, tx_hash);
    const struct vota_eth_question question = {tx_method, &params, VOTA_ETH_RESPONSE_MAX, false};
    json_t *object = NULL;
    enum vota_status status = vota_eth_ask_some(provider, &object, &question, err);
    if (status != VOTA_OK)
        return status;
    vota_hash hash;
    if (!vota_eth_get_fixed(hash.bytes, 32, json_object_get(object, "hash")))
        status = vota_eth_malformed(provider, tx_method, "bad-transaction", err);
    else if (!vota_hash_equal(&hash, tx_hash))
        status = vota_eth_untrue(provider, tx_method, "wrong-transaction", err);
    if (status == VOTA_OK)
        *ret_object = object;
    else
        json_decref(object);
    return status;
}

enum vota_status vota_eth_transaction(struct vota_provider *provider,
                                      struct vota_tx_place *ret_place, const vota_hash *tx_hash,
                                      struct vota_error *err)
{
    json_t *object = NULL;
    const enum vota_status status = ask_transaction(provider, &object, tx_hash, err);
    if (status != VOTA_OK)
        return status;
    struct vota_tx_place place = {.mined = false};
    const bool good = read_tx_place(&place, object);
    json_decref(object);
    if (!good)
        return vota_eth_malformed(provider, tx_method, "bad-transaction", err);
    *ret_place = place;
    return VOTA_OK;
}

enum vota_status vota_eth_transaction_data(struct vota_provider *provider, struct vota_wr *wr,
                                           const vota_hash *tx_hash, struct vota_error *err)
{
    json_t *object = NULL;
    enum vota_status status = ask_transaction(provider, &object, tx_hash, err);
    if (status != VOTA_OK)
        return status;
    status = vota_eth_take_bytes(provider, wr, json_object_get(object, "input"), tx_method, err);
    json_decref(object);
    return status;
}
