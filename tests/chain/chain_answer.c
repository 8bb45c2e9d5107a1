/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text out, parameters in: see chain_answer.h. */
#include "tests/chain/chain_answer.h"

#include <stdio.h>
#include <string.h>

#include "proof/hex.h"

/* ---- writing ---- */

void chain_put_text(struct chain_request *request, const char *text)
{
    vota_wr_text(request->out, text);
}

/* A comma unless something has just been opened. */
void chain_put_key(struct chain_request *request, const char *key)
{
    struct vota_wr *out = request->out;
    const uint8_t last = out->to[out->len - 1];
    if (last != '{' && last != '[')
        vota_wr_byte(out, ',');
    if (key == NULL)
        return;
    vota_wr_byte(out, '"');
    vota_wr_text(out, key);
    vota_wr_text(out, "\":");
}

void chain_put_hex(struct chain_request *request, const void *bytes, size_t len)
{
    vota_wr_byte(request->out, '"');
    vota_hex_write(request->out, bytes, len);
    vota_wr_byte(request->out, '"');
}

void chain_put_amount(struct chain_request *request, const struct vota_u256 *value)
{
    static const char wide[] =
        "\"0x1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"";
    struct vota_wr *out = request->out;
    switch (request->numbers) {
    case CHAIN_NUMBERS_HUGE:
        vota_wr_text(out, "99999999999999999999999999");
        return;
    case CHAIN_NUMBERS_WIDE:
        vota_wr_text(out, wide);
        return;
    case CHAIN_NUMBERS_BARE:
        vota_wr_text(out, "\"0x\"");
        return;
    case CHAIN_NUMBERS_ZEROS:
        chain_put_hex(request, value->be, 32);
        return;
    case CHAIN_NUMBERS_RIGHT:
        break;
    }
    vota_wr_byte(out, '"');
    vota_quantity_write(out, value);
    vota_wr_byte(out, '"');
}

void chain_put_quantity(struct chain_request *request, uint64_t number)
{
    const struct vota_u256 value = vota_u256_of(number);
    chain_put_amount(request, &value);
}

void chain_put_error(struct chain_request *request, int code, const char *message,
                     struct vota_slice data)
{
    char text[512];
    (void)snprintf(text, sizeof text, "{\"code\":%d,\"message\":\"%s\"", code, message);
    request->failed = true;
    chain_put_text(request, text);
    if (data.len > 0) {
        chain_put_key(request, "data");
        chain_put_hex(request, data.at, data.len);
    }
    chain_put_text(request, "}");
}

/* ---- reading ---- */

static bool get_fixed(uint8_t *ret_bytes, size_t len, const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL &&
           vota_hex_read_any(ret_bytes, len, text, json_string_length(value)) == VOTA_OK;
}

bool chain_get_hash(vota_hash *ret_hash, const json_t *value)
{
    return get_fixed(ret_hash->bytes, sizeof ret_hash->bytes, value);
}

bool chain_get_addr(vota_addr *ret_addr, const json_t *value)
{
    return get_fixed(ret_addr->bytes, sizeof ret_addr->bytes, value);
}

bool chain_get_u64(uint64_t *ret_value, const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL &&
           vota_quantity_read_u64(ret_value, text, json_string_length(value)) == VOTA_OK;
}

uint32_t chain_block_by_hash(const struct chain_request *request, const vota_hash *hash)
{
    const struct chain *chain = request->chain;
    for (uint32_t i = chain->n_blocks; i-- > 0;) {
        const struct chain_block *block = &chain->blocks[i];
        if (block->number <= chain->blocks[request->tip].number &&
            vota_hash_equal(&block->hash, hash))
            return i;
    }
    return CHAIN_NOTHING;
}

static const struct vota_slice nothing = {NULL, 0};

static bool missing_block(struct chain_request *request, const char *missing)
{
    if (missing == NULL)
        chain_put_text(request, "null");
    else
        chain_put_error(request, -32000, missing, nothing);
    return false;
}

/* {"blockHash":"0x.."} */
static bool block_of_object(struct chain_request *request, uint32_t *ret_block, const json_t *value,
                            const char *missing)
{
    vota_hash hash;
    if (!request->node->block_hash || !chain_get_hash(&hash, json_object_get(value, "blockHash"))) {
        chain_put_error(request, -32602,
                        "invalid argument: cannot unmarshal object into a block number", nothing);
        return false;
    }
    *ret_block = chain_block_by_hash(request, &hash);
    if (*ret_block != CHAIN_NOTHING)
        return true;
    return missing_block(request, missing != NULL ? "header for hash not found" : NULL);
}

bool chain_get_block(struct chain_request *request, uint32_t *ret_block, const json_t *value,
                     const char *missing)
{
    const char *text = json_string_value(value);
    uint64_t number = 0;
    if (json_is_object(value))
        return block_of_object(request, ret_block, value, missing);
    if (text == NULL || strcmp(text, "latest") == 0 || strcmp(text, "pending") == 0) {
        *ret_block = request->tip;
        return true;
    }
    if (strcmp(text, "finalized") == 0 || strcmp(text, "safe") == 0) {
        *ret_block = request->final;
        if (request->final != CHAIN_NOTHING)
            return true;
        return missing_block(request,
                             text[0] == 's' ? "safe block not found" : "finalized block not found");
    }
    if (strcmp(text, "earliest") != 0 && !chain_get_u64(&number, value)) {
        chain_put_error(request, -32602, "invalid argument: hex string without 0x prefix", nothing);
        return false;
    }
    *ret_block = chain_ancestor(request->chain, request->tip, number);
    return *ret_block != CHAIN_NOTHING || missing_block(request, missing);
}
