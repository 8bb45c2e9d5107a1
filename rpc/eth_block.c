/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block headers: JSON -> RLP -> hash, believed only when that is the claimed
 * hash. Fields in the order they are hashed, each named as in JSON; a header
 * ends at the first that is absent (15 before London, 21 since Prague, 23
 * since Amsterdam), and a field behind a gap is an error.
 */
#include <string.h>

#include "keccak/keccak.h"
#include "proof/rlp.h"
#include "rpc/eth_call.h"

#define FIELDS_MIN 15u /* before London */

static const char block_method[] = "eth_getBlockByNumber";

enum kind { HASH = 32, ADDRESS = 20, BLOOM = 256, NONCE = 8, UINT = 0, BYTES = 1 };

static const struct field {
    const char *name;
    enum kind kind; /* UINT, BYTES, or how many bytes */
} fields[] = {
    {"parentHash", HASH},
    {"sha3Uncles", HASH},
    {"miner", ADDRESS},
    {"stateRoot", HASH},
    {"transactionsRoot", HASH},
    {"receiptsRoot", HASH},
    {"logsBloom", BLOOM},
    {"difficulty", UINT},
    {"number", UINT},
    {"gasLimit", UINT},
    {"gasUsed", UINT},
    {"timestamp", UINT},
    {"extraData", BYTES},
    {"mixHash", HASH},
    {"nonce", NONCE},
    {"baseFeePerGas", UINT},         /* London */
    {"withdrawalsRoot", HASH},       /* Shanghai */
    {"blobGasUsed", UINT},           /* Cancun */
    {"excessBlobGas", UINT},         /* Cancun */
    {"parentBeaconBlockRoot", HASH}, /* Cancun */
    {"requestsHash", HASH},          /* Prague */
    {"blockAccessListHash", HASH},   /* Amsterdam */
    {"slotNumber", UINT},            /* Amsterdam */
};
#define FIELDS (sizeof fields / sizeof fields[0])

/* Members of a block that are no part of its header. */
static const char *const harmless[] = {"hash",        "size",         "totalDifficulty", "uncles",
                                       "withdrawals", "transactions", "author"};

static bool put_field(struct vota_wr *wr, const struct field *field, const json_t *value)
{
    uint8_t bytes[BLOOM];
    struct vota_u256 number;
    if (field->kind == UINT) {
        if (!vota_eth_get_u256(&number, value, VOTA_ETH_STRICT))
            return false;
        vota_rlp_put_integer(wr, number.be, sizeof number.be);
        return true;
    }
    size_t len = field->kind;
    if (field->kind == BYTES && (!vota_eth_get_len(&len, value) || len > sizeof bytes))
        return false;
    if (!vota_eth_get_fixed(bytes, len, value))
        return false;
    vota_rlp_put_string(wr, bytes, len);
    return true;
}

/* The fields that are there, or 0 when one is missing in the middle. */
static size_t count_fields(const json_t *object)
{
    size_t count = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        const json_t *value = json_object_get(object, fields[i].name);
        if (value == NULL || json_is_null(value))
            continue;
        if (i != count)
            return 0;
        count++;
    }
    return count;
}

/* NULL, or why there is no header in this object. */
static const char *encode_header(struct vota_block *block, const json_t *object)
{
    uint8_t payload[VOTA_ETH_HEADER_MAX];
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    const size_t count = count_fields(object);
    if (count < FIELDS_MIN)
        return "header-gap";
    for (size_t i = 0; i < count; i++) {
        if (!put_field(&wr, &fields[i], json_object_get(object, fields[i].name)))
            return "header-field";
    }
    struct vota_wr rlp = vota_wr_of(block->rlp, sizeof block->rlp);
    vota_rlp_put_list(&rlp, wr.len);
    vota_wr_put(&rlp, payload, wr.len);
    if (!vota_wr_fits(&wr) || !vota_wr_fits(&rlp))
        return "header-field";
    block->rlp_len = rlp.len;
    return NULL;
}

static bool has_unknown_member(json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < FIELDS && !known; i++)
            known = strcmp(key, fields[i].name) == 0;
        for (size_t i = 0; i < sizeof harmless / sizeof harmless[0] && !known; i++)
            known = strcmp(key, harmless[i]) == 0;
        if (!known && !json_is_null(value))
            return true;
    }
    return false;
}

/* ---- what is read from the bytes, by position, so that later fields do no harm ---- */

static bool read_positions(struct vota_block *block)
{
    struct vota_rlp_item list;
    struct vota_rlp_item items[16];
    size_t count = 0;
    if (vota_rlp_check(block->rlp, block->rlp_len, NULL) != VOTA_OK ||
        vota_rlp_read(&list, block->rlp, block->rlp_len, NULL) != VOTA_OK ||
        vota_rlp_count(&block->fields, &list, NULL) != VOTA_OK || block->fields < FIELDS_MIN)
        return false;
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    while (count < 16 && rd.left > 0) {
        if (vota_rlp_next(&rd, &items[count++], NULL) != VOTA_OK)
            return false;
    }
    block->has_base_fee = count == 16;
    block->base_fee = 0;
    return vota_rlp_fixed(block->parent_hash.bytes, 32, &items[0], NULL) == VOTA_OK &&
           vota_rlp_fixed(block->state_root.bytes, 32, &items[3], NULL) == VOTA_OK &&
           vota_rlp_uint64(&block->number, &items[8], NULL) == VOTA_OK &&
           vota_rlp_uint64(&block->gas_limit, &items[9], NULL) == VOTA_OK &&
           vota_rlp_uint64(&block->gas_used, &items[10], NULL) == VOTA_OK &&
           vota_rlp_uint64(&block->time, &items[11], NULL) == VOTA_OK &&
           (!block->has_base_fee || vota_rlp_uint64(&block->base_fee, &items[15], NULL) == VOTA_OK);
}

static bool hashes_to(const struct vota_block *block, const vota_hash *claimed)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, block->rlp, block->rlp_len);
    return vota_hash_equal(&hash, claimed);
}

/* ---- asking ---- */

/* The raw bytes from nodes that offer them: right for every fork, known or not. */
static bool fetch_raw(struct vota_provider *provider, struct vota_block *block,
                      const vota_hash *claimed)
{
    if (provider->no_raw_header)
        return false;
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    vota_wr_byte(&params, '[');
    vota_eth_put_hex(&params, claimed->bytes, sizeof claimed->bytes);
    vota_wr_byte(&params, ']');
    const struct vota_eth_question question = {"debug_getRawHeader", &params, VOTA_ETH_RESPONSE_MAX,
                                               false};
    json_t *result = NULL;
    const enum vota_status status = vota_eth_ask(provider, &result, &question, NULL);
    if (status != VOTA_OK) {
        provider->no_raw_header = vota_answers_retry(&provider->failure) == VOTA_RETRY_NEVER;
        return false;
    }
    struct vota_wr rlp = vota_wr_of(block->rlp, sizeof block->rlp);
    const bool good = vota_eth_get_bytes(&rlp, result);
    json_decref(result);
    block->rlp_len = good ? rlp.len : 0;
    return good && hashes_to(block, claimed);
}

static bool is_asked_block(const struct vota_block *block, const struct vota_block_id *id)
{
    if (id->tag == VOTA_BLOCK_NUMBER)
        return block->number == id->number;
    return id->tag != VOTA_BLOCK_HASH || vota_hash_equal(&block->hash, &id->hash);
}

static enum vota_status read_block(struct vota_provider *provider, struct vota_block *block,
                                   json_t *object, const struct vota_block_id *id,
                                   struct vota_error *err)
{
    if (!vota_eth_get_fixed(block->hash.bytes, 32, json_object_get(object, "hash")))
        return vota_eth_malformed(provider, block_method, "no-hash", err);
    const vota_hash claimed = block->hash;
    const char *fault = encode_header(block, object);
    const bool known = fault == NULL && hashes_to(block, &claimed);
    if (!known && !fetch_raw(provider, block, &claimed)) {
        if (has_unknown_member(object))
            return vota_eth_malformed(provider, block_method, "unsupported-header", err);
        if (fault != NULL)
            return vota_eth_malformed(provider, block_method, fault, err);
        return vota_eth_untrue(provider, block_method, "header-hash-differs", err);
    }
    if (!read_positions(block))
        return vota_eth_malformed(provider, block_method, "header-form", err);
    if (!is_asked_block(block, id))
        return vota_eth_untrue(provider, block_method, "wrong-block", err);
    return VOTA_OK;
}

static void put_question(struct vota_wr *wr, const struct vota_block_id *id)
{
    vota_wr_byte(wr, '[');
    if (id->tag == VOTA_BLOCK_HASH)
        vota_eth_put_hex(wr, id->hash.bytes, sizeof id->hash.bytes);
    else
        vota_eth_put_block(wr, id);
    vota_wr_text(wr, ",false]");
}

/* A young chain has no finalized block yet: an error in geth, null elsewhere. */
static enum vota_status no_such_block(enum vota_status status, const struct vota_provider *provider)
{
    if (status != VOTA_OK && status != VOTA_NOT_FOUND &&
        vota_answers_is_no_block(&provider->failure))
        return VOTA_NOT_FOUND;
    return status;
}

enum vota_status vota_eth_block(struct vota_provider *provider, struct vota_block *ret_block,
                                const struct vota_block_id *id, struct vota_error *err)
{
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_question(&params, id);
    const struct vota_eth_question question = {id->tag == VOTA_BLOCK_HASH ? "eth_getBlockByHash"
                                                                          : block_method,
                                               &params, VOTA_ETH_BLOCK_MAX, false};
    json_t *object = NULL;
    struct vota_error why = {0};
    enum vota_status status = vota_eth_ask_some(provider, &object, &question, &why);
    status = no_such_block(status, provider);
    if (status != VOTA_OK)
        return vota_fail(err, status, question.method, why.text);
    struct vota_block block;
    status = read_block(provider, &block, object, id, err);
    json_decref(object);
    if (status == VOTA_OK)
        *ret_block = block;
    return status;
}

enum vota_status vota_eth_genesis(struct vota_provider *provider, vota_hash *ret_hash,
                                  struct vota_error *err)
{
    struct vota_block block;
    const struct vota_block_id id = vota_block_numbered(0);
    const enum vota_status status = vota_eth_block(provider, &block, &id, err);
    if (status == VOTA_OK)
        *ret_hash = block.hash;
    return status;
}
