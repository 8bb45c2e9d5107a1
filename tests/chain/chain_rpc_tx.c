/* SPDX-License-Identifier: Apache-2.0 */
/* What became of transactions: receipts, places, events. */
#include <string.h>

#include "tests/chain/chain_answer.h"

static const struct vota_slice nothing = {NULL, 0};

static bool acts(struct chain_request *request, enum chain_fault fault)
{
    return chain_fires(request->chain, request->node, fault, request->method);
}

static void put_block_of(struct chain_request *request, const struct chain_block *block)
{
    chain_put_key(request, "blockHash");
    chain_put_hex(request, block->hash.bytes, 32);
    chain_put_key(request, "blockNumber");
    chain_put_quantity(request, block->number);
}

static void put_bytes(struct chain_request *request, const char *key, const void *bytes, size_t len)
{
    chain_put_key(request, key);
    chain_put_hex(request, bytes, len);
}

static void put_number(struct chain_request *request, const char *key, uint64_t value)
{
    chain_put_key(request, key);
    chain_put_quantity(request, value);
}

/* ---- events ---- */

/* One event, and the block that it is said to be in. */
struct told {
    const struct chain_inclusion *inclusion;
    const struct chain_block *block;
    uint32_t log; /* in chain->logs */
    bool lie;
};

static void put_topics(struct chain_request *request, const struct chain_log *log)
{
    chain_put_key(request, "topics");
    chain_put_text(request, "[");
    for (uint32_t i = 0; i < log->n_topics; i++)
        put_bytes(request, NULL, log->topics[i].bytes, 32);
    chain_put_text(request, "]");
}

/* The data; with another head in it when that is the lie. */
static void put_data(struct chain_request *request, const struct chain_log *log, bool lie)
{
    static uint8_t data[CHAIN_DATA_MAX];
    memcpy(data, request->chain->bytes + log->data, log->data_len);
    if (log->data_len > 0)
        data[log->head_at] ^= lie;
    put_bytes(request, "data", data, log->data_len);
}

static void put_log(struct chain_request *request, const struct told *told)
{
    const struct chain *chain = request->chain;
    const struct chain_log *log = &chain->logs[told->log];
    const uint32_t first = chain->inclusions[chain->blocks[told->inclusion->block].first].first_log;
    chain_put_key(request, NULL);
    chain_put_text(request, "{");
    put_bytes(request, "address", log->address.bytes, sizeof log->address.bytes);
    put_topics(request, log);
    put_data(request, log, told->lie);
    put_block_of(request, told->block);
    put_bytes(request, "transactionHash", chain->txs[told->inclusion->tx].hash.bytes, 32);
    put_number(request, "transactionIndex", told->inclusion->place);
    put_number(request, "logIndex", told->log - first);
    chain_put_key(request, "removed");
    chain_put_text(request, "false}");
}

/* ---- receipts ---- */

static void put_receipt_logs(struct chain_request *request, const struct chain_inclusion *inclusion,
                             const struct chain_block *block)
{
    const bool lie = acts(request, CHAIN_FAULT_LOG);
    const bool loses = acts(request, CHAIN_FAULT_NO_LOGS);
    chain_put_key(request, "logs");
    chain_put_text(request, "[");
    for (uint32_t i = 0; i + loses < inclusion->n_logs; i++) {
        const struct told told = {inclusion, block, inclusion->first_log + i, lie};
        put_log(request, &told);
    }
    chain_put_text(request, "]");
}

static void put_parties(struct chain_request *request, const struct chain_inclusion *inclusion)
{
    const struct chain_tx *tx = &request->chain->txs[inclusion->tx];
    put_bytes(request, "from", tx->sender.bytes, sizeof tx->sender.bytes);
    chain_put_key(request, "to");
    if (tx->create)
        chain_put_text(request, "null");
    else
        chain_put_hex(request, tx->to.bytes, sizeof tx->to.bytes);
    chain_put_key(request, "contractAddress");
    if (tx->create) {
        const vota_addr *created = &inclusion->created;
        chain_put_hex(request, created->bytes, sizeof created->bytes);
    } else {
        chain_put_text(request, "null");
    }
}

static void put_receipt(struct chain_request *request, const struct chain_inclusion *inclusion,
                        const struct chain_block *block)
{
    const bool lie = acts(request, CHAIN_FAULT_STATUS);
    chain_put_text(request, "{");
    put_bytes(request, "transactionHash", request->chain->txs[inclusion->tx].hash.bytes, 32);
    put_number(request, "transactionIndex", inclusion->place);
    put_block_of(request, block);
    put_parties(request, inclusion);
    put_number(request, "status", inclusion->ok != lie);
    put_number(request, "type", 2);
    put_number(request, "gasUsed", inclusion->gas_used);
    put_number(request, "cumulativeGasUsed", inclusion->cumulative);
    put_number(request, "effectiveGasPrice", inclusion->price);
    put_receipt_logs(request, inclusion, block);
    chain_put_text(request, "}");
}

static const struct chain_inclusion *asked_inclusion(struct chain_request *request)
{
    vota_hash hash;
    uint32_t tx = CHAIN_NOTHING;
    if (chain_get_hash(&hash, json_array_get(request->params, 0)))
        tx = chain_tx_find(request->chain, &hash);
    return tx != CHAIN_NOTHING ? chain_inclusion_of(request->chain, request->tip, tx) : NULL;
}

void chain_answer_receipt(struct chain_request *request)
{
    const struct chain *chain = request->chain;
    const struct chain_inclusion *inclusion = asked_inclusion(request);
    if (inclusion == NULL || acts(request, CHAIN_FAULT_NO_RECEIPT)) {
        chain_put_text(request, "null");
        return;
    }
    const struct chain_block *block = &chain->blocks[inclusion->block];
    if (acts(request, CHAIN_FAULT_RECEIPT_OTHER))
        inclusion = inclusion > chain->inclusions ? inclusion - 1 : inclusion + 1;
    if (acts(request, CHAIN_FAULT_RECEIPT_BLOCK))
        block = &chain->blocks[block->parent];
    put_receipt(request, inclusion, block);
}

/* ---- transactions ---- */

static void put_signature(struct chain_request *request, const struct chain_tx *tx)
{
    struct vota_tx fields;
    struct vota_signature signature;
    chain_must(vota_tx_decode(&fields, &signature, request->chain->bytes + tx->raw, tx->raw_len,
                              NULL) == VOTA_OK,
               "a transaction that is none");
    const struct vota_u256 r = vota_u256_of_be(signature.bytes, 32);
    const struct vota_u256 s = vota_u256_of_be(signature.bytes + 32, 32);
    chain_put_key(request, "r");
    chain_put_amount(request, &r);
    chain_put_key(request, "s");
    chain_put_amount(request, &s);
    put_number(request, "v", signature.bytes[64]);
    put_number(request, "yParity", signature.bytes[64]);
    chain_put_text(request, ",\"accessList\":[]");
}

static void put_fields(struct chain_request *request, const struct chain_tx *tx)
{
    const struct chain *chain = request->chain;
    put_bytes(request, "hash", tx->hash.bytes, 32);
    put_bytes(request, "from", tx->sender.bytes, sizeof tx->sender.bytes);
    chain_put_key(request, "to");
    if (tx->create)
        chain_put_text(request, "null");
    else
        chain_put_hex(request, tx->to.bytes, sizeof tx->to.bytes);
    put_number(request, "type", 2);
    put_number(request, "chainId", chain->id);
    put_number(request, "nonce", tx->nonce);
    put_number(request, "gas", tx->gas);
    put_number(request, "maxFeePerGas", tx->fee);
    put_number(request, "maxPriorityFeePerGas", tx->tip);
    chain_put_key(request, "value");
    chain_put_amount(request, &tx->value);
    put_bytes(request, "input", chain->bytes + tx->data, tx->data_len);
    put_signature(request, tx);
}

void chain_answer_transaction(struct chain_request *request)
{
    const struct chain *chain = request->chain;
    const struct chain_inclusion *inclusion = asked_inclusion(request);
    vota_hash hash;
    uint32_t tx = CHAIN_NOTHING;
    if (chain_get_hash(&hash, json_array_get(request->params, 0)))
        tx = chain_tx_find(chain, &hash);
    const bool known =
        tx != CHAIN_NOTHING && (inclusion != NULL || chain_pool_has(request->node, tx));
    if (!known || acts(request, CHAIN_FAULT_NO_TRANSACTION)) {
        chain_put_text(request, "null");
        return;
    }
    chain_put_text(request, "{");
    put_fields(request, &chain->txs[tx]);
    if (inclusion != NULL) {
        put_block_of(request, &chain->blocks[inclusion->block]);
        put_number(request, "transactionIndex", inclusion->place);
    } else {
        chain_put_text(request,
                       ",\"blockHash\":null,\"blockNumber\":null,\"transactionIndex\":null");
    }
    chain_put_text(request, "}");
}

/* ---- eth_getLogs ---- */

struct filter {
    bool by_address;
    vota_addr address;
    size_t n_topics;
    bool any[CHAIN_TOPICS];
    vota_hash topics[CHAIN_TOPICS];
    uint32_t last; /* block */
    uint64_t first_number;
};

static bool read_range(struct chain_request *request, struct filter *filter, const json_t *object)
{
    const struct chain *chain = request->chain;
    const uint64_t height = chain->blocks[request->tip].number;
    const json_t *to = json_object_get(object, "toBlock");
    uint32_t first = CHAIN_NOTHING;
    uint64_t number = 0;
    vota_hash hash;
    if (chain_get_hash(&hash, json_object_get(object, "blockHash"))) {
        filter->last = chain_block_by_hash(request, &hash);
        if (filter->last == CHAIN_NOTHING)
            chain_put_error(request, -32000, "unknown block", nothing);
        else
            filter->first_number = chain->blocks[filter->last].number;
        return filter->last != CHAIN_NOTHING;
    }
    filter->last = request->tip;
    if (!(chain_get_u64(&number, to) && number > height) &&
        !chain_get_block(request, &filter->last, to, "unknown block"))
        return false;
    if (chain_get_u64(&filter->first_number, json_object_get(object, "fromBlock")))
        return true;
    if (!chain_get_block(request, &first, json_object_get(object, "fromBlock"), "unknown block"))
        return false;
    filter->first_number = chain->blocks[first].number;
    return true;
}

static bool read_filter(struct chain_request *request, struct filter *filter)
{
    const json_t *object = json_array_get(request->params, 0);
    const json_t *topics = json_object_get(object, "topics");
    filter->by_address = chain_get_addr(&filter->address, json_object_get(object, "address"));
    filter->n_topics = json_array_size(topics);
    chain_must(filter->n_topics <= CHAIN_TOPICS, "too many topics");
    for (size_t i = 0; i < filter->n_topics; i++)
        filter->any[i] = !chain_get_hash(&filter->topics[i], json_array_get(topics, i));
    return read_range(request, filter, object);
}

static bool matches(const struct filter *filter, const struct chain_log *log)
{
    if (filter->by_address && !vota_addr_equal(&filter->address, &log->address))
        return false;
    for (size_t i = 0; i < filter->n_topics; i++) {
        if (i >= log->n_topics ||
            (!filter->any[i] && !vota_hash_equal(&filter->topics[i], &log->topics[i])))
            return false;
    }
    return true;
}

/* Appends what matches in one transaction. */
static size_t find_in(struct told *told, size_t n, const struct chain *chain,
                      const struct chain_inclusion *inclusion, const struct filter *filter)
{
    for (uint32_t i = 0; i < inclusion->n_logs; i++) {
        const uint32_t log = inclusion->first_log + i;
        if (matches(filter, &chain->logs[log]))
            told[n++] = (struct told){inclusion, &chain->blocks[inclusion->block], log, false};
    }
    return n;
}

/* Inclusions are made in the order of their branch, so those of one branch are in order. */
static size_t find(struct told *told, const struct chain *chain, const struct filter *filter)
{
    const uint64_t last = chain->blocks[filter->last].number;
    size_t n = 0;
    for (uint32_t i = 0; i < chain->n_inclusions; i++) {
        const struct chain_inclusion *inclusion = &chain->inclusions[i];
        const uint64_t number = chain->blocks[inclusion->block].number;
        if (inclusion->n_logs > 0 && number >= filter->first_number && number <= last &&
            chain_is_ancestor(chain, inclusion->block, filter->last))
            n = find_in(told, n, chain, inclusion, filter);
    }
    return n;
}

void chain_answer_logs(struct chain_request *request)
{
    static struct told told[CHAIN_LOG_MAX];
    struct filter filter = {.n_topics = 0};
    if (!read_filter(request, &filter))
        return;
    size_t n = find(told, request->chain, &filter);
    if (n > 0 && acts(request, CHAIN_FAULT_LOG))
        told[n - 1].lie = true;
    if (n > 0 && acts(request, CHAIN_FAULT_NO_LOGS))
        n--;
    chain_put_text(request, "[");
    for (size_t i = 0; i < n; i++)
        put_log(request, &told[i]);
    chain_put_text(request, "]");
}
