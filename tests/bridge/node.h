/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node of a chain on which nothing happens but a town's journal: blocks whose
 * headers hash, state that proves, events. It answers what is asked through the
 * seam of rpc/transport.h, and lies on request.
 */
#ifndef VOTA_TESTS_BRIDGE_NODE_H
#define VOTA_TESTS_BRIDGE_NODE_H

#include "bridge/audit/witness.h"
#include "proof/rlp.h"
#include "rpc/abi.h"
#include "tests/bridge/town.h"

#define NODE_CREATED 1000u /* block of the deployment; entry n is in block 1000 + n */

enum node_creation { NODE_PROXY, NODE_BOOTSTRAP, NODE_ORDINARY, NODE_UNKNOWN_WAY };

struct node {
    const struct town *town;
    uint64_t latest, final;
    enum node_creation creation;
    const uint8_t *init_code; /* other than ours; NULL: ours */
    size_t init_code_len;
    /* lies */
    bool down;
    uint64_t fork;      /* blocks from here on are another chain's; 0: none */
    uint64_t chain_id;  /* 0: the town's */
    uint64_t max_span;  /* of eth_getLogs, in blocks; 0: any */
    uint64_t max_logs;  /* in one answer; 0: any */
    uint64_t lost_log;  /* number of an entry whose event is not told */
    uint64_t wrong_log; /* number of an entry whose event tells another head */
    bool no_genesis_log;
    bool no_final;
    bool no_account, other_code, wrong_node;
    bool pruned; /* no state of any block */
    size_t asked;
    struct vota_transport transport;
    struct vota_provider provider;
};

/* ---- hex and RLP ---- */

static inline json_t *node_hex(const void *bytes, size_t len)
{
    char *text = malloc(2 * len + 3);
    struct vota_wr wr = vota_wr_of(text, 2 * len + 2);
    vota_hex_write(&wr, bytes, len);
    json_t *value = json_stringn(text, wr.len);
    free(text);
    return value;
}

static inline json_t *node_quantity(uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "0x%llx", (unsigned long long)number);
    return json_string(text);
}

/* A list of what `fill` puts, into `to`; its length. */
static inline size_t node_list(uint8_t *to, size_t cap, const struct vota_wr *payload)
{
    struct vota_wr wr = vota_wr_of(to, cap);
    vota_rlp_put_list(&wr, payload->len);
    vota_wr_put(&wr, payload->to, payload->len);
    assert_true(vota_wr_fits(&wr));
    return wr.len;
}

/* A leaf of a trie: the key from nibble `from` on, and the value. */
static inline size_t node_leaf(uint8_t *to, size_t cap, const vota_hash *key, size_t from,
                               struct vota_slice value)
{
    uint8_t path[33];
    uint8_t payload[256];
    const size_t nibbles = 64 - from;
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    path[0] = nibbles % 2 == 1 ? (uint8_t)(0x30u | (key->bytes[from / 2] & 0x0fu)) : 0x20u;
    for (size_t i = 0; i < nibbles / 2; i++)
        path[1 + i] = key->bytes[(from + nibbles % 2) / 2 + i];
    vota_rlp_put_string(&wr, path, 1 + nibbles / 2);
    vota_rlp_put_string(&wr, value.at, value.len);
    return node_list(to, cap, &wr);
}

/* ---- state ---- */

struct node_state {
    vota_hash values[3]; /* slots 0 to 2 */
    uint8_t leaves[3][128];
    size_t leaf_len[3];
    uint8_t branch[512];
    size_t branch_len;
    uint8_t account[256];
    size_t account_len;
    vota_hash state_root;
};

static inline vota_hash node_keccak(const void *bytes, size_t len)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, bytes, len);
    return hash;
}

static inline void node_values(const struct node *node, uint64_t block, vota_hash values[3])
{
    const struct vota_deployment *deployment = &node->town->deployment;
    uint64_t length = deployment->genesis.pred_length;
    vota_journal_genesis(&values[0], &deployment->genesis);
    for (size_t i = 0; i < node->town->lines.n; i++) {
        if (node->town->lines.entries[i].block > block)
            continue;
        values[0] = node->town->lines.heads[i];
        length = node->town->lines.entries[i].number;
    }
    values[1] = vota_word_of_addr(&deployment->genesis.anchorer);
    vota_store_be(values[1].bytes + 4, 8, length);
    values[2] = vota_word_of_addr(&deployment->genesis.acceptance_key);
}

/* Three slots whose hashed keys begin with different nibbles: a branch over three leaves. */
static inline void node_storage(struct node_state *state)
{
    uint8_t payload[512];
    size_t at[3];
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    for (size_t i = 0; i < 3; i++) {
        const vota_hash slot = vota_word_of_u64(i);
        const vota_hash key = node_keccak(slot.bytes, 32);
        uint8_t value[40];
        struct vota_wr rlp = vota_wr_of(value, sizeof value);
        vota_rlp_put_integer(&rlp, state->values[i].bytes, 32);
        at[i] = key.bytes[0] >> 4;
        state->leaf_len[i] = node_leaf(state->leaves[i], sizeof state->leaves[i], &key, 1,
                                       (struct vota_slice){value, rlp.len});
    }
    for (size_t nibble = 0; nibble < 16; nibble++) {
        size_t i = 0;
        while (i < 3 && at[i] != nibble)
            i++;
        const vota_hash hash =
            i < 3 ? node_keccak(state->leaves[i], state->leaf_len[i]) : (vota_hash){{0}};
        vota_rlp_put_string(&wr, hash.bytes, i < 3 ? 32 : 0);
    }
    vota_rlp_put_string(&wr, NULL, 0);
    state->branch_len = node_list(state->branch, sizeof state->branch, &wr);
}

static inline void node_state_at(struct node_state *state, const struct node *node, uint64_t block)
{
    uint8_t payload[128];
    uint8_t account[160];
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    memset(state, 0, sizeof *state);
    node_values(node, block, state->values);
    node_storage(state);
    const vota_hash storage_root = node_keccak(state->branch, state->branch_len);
    vota_hash code = vota_contract_code_hash;
    code.bytes[0] ^= node->other_code;
    vota_rlp_put_uint64(&wr, 1);
    vota_rlp_put_uint64(&wr, 0);
    vota_rlp_put_string(&wr, storage_root.bytes, 32);
    vota_rlp_put_string(&wr, code.bytes, 32);
    const size_t account_len = node_list(account, sizeof account, &wr);
    const vota_addr *contract = &node->town->deployment.genesis.contract;
    const vota_hash key = node_keccak(contract->bytes, 20);
    state->account_len = node_leaf(state->account, sizeof state->account, &key, 0,
                                   (struct vota_slice){account, account_len});
    if (block >= NODE_CREATED && !node->no_account)
        state->state_root = node_keccak(state->account, state->account_len);
    else
        state->state_root = vota_trie_empty_root;
}

/* ---- blocks ---- */

static inline uint64_t node_time(const struct node *node, uint64_t block)
{
    for (size_t i = 0; i < node->town->lines.n; i++) {
        if (node->town->lines.entries[i].block == block)
            return node->town->lines.entries[i].time;
    }
    return block <= NODE_CREATED ? node->town->deployment.time : TOWN_LATER;
}

#define NODE_HEADER_MAX 1100u

/* What a header says in its extra data: which fork it is of. */
static inline void node_extra(const struct node *node, uint64_t number, uint8_t extra[8])
{
    vota_store_be(extra, 8, node->fork != 0 && number >= node->fork ? node->fork : 0);
}

static inline size_t node_header(const struct node *node, uint64_t number,
                                 uint8_t header[NODE_HEADER_MAX])
{
    struct node_state state;
    uint8_t payload[1024];
    const uint8_t bloom[256] = {0};
    const vota_hash filler = town_hash("filler", 0);
    uint8_t extra[8];
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    node_state_at(&state, node, number);
    node_extra(node, number, extra);
    vota_rlp_put_string(&wr, filler.bytes, 32);
    vota_rlp_put_string(&wr, filler.bytes, 32);
    vota_rlp_put_string(&wr, filler.bytes, 20);
    vota_rlp_put_string(&wr, state.state_root.bytes, 32);
    vota_rlp_put_string(&wr, filler.bytes, 32);
    vota_rlp_put_string(&wr, filler.bytes, 32);
    vota_rlp_put_string(&wr, bloom, sizeof bloom);
    vota_rlp_put_uint64(&wr, 0);
    vota_rlp_put_uint64(&wr, number);
    vota_rlp_put_uint64(&wr, 30000000);
    vota_rlp_put_uint64(&wr, 0);
    vota_rlp_put_uint64(&wr, node_time(node, number));
    vota_rlp_put_string(&wr, extra, sizeof extra);
    vota_rlp_put_string(&wr, filler.bytes, 32);
    vota_rlp_put_string(&wr, bloom, 8);
    vota_rlp_put_uint64(&wr, 7);
    return node_list(header, NODE_HEADER_MAX, &wr);
}

/* The header as JSON, all that it is made of hashed into "hash". */
static inline json_t *node_block(const struct node *node, uint64_t number, vota_hash *ret_hash)
{
    struct node_state state;
    uint8_t header[NODE_HEADER_MAX];
    const uint8_t bloom[256] = {0};
    const vota_hash filler = town_hash("filler", 0);
    uint8_t extra[8];
    node_state_at(&state, node, number);
    node_extra(node, number, extra);
    const size_t len = node_header(node, number, header);
    const vota_hash hash = node_keccak(header, len);
    if (ret_hash != NULL)
        *ret_hash = hash;
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
                     "hash", node_hex(hash.bytes, 32), "parentHash", node_hex(filler.bytes, 32),
                     "sha3Uncles", node_hex(filler.bytes, 32), "miner", node_hex(filler.bytes, 20),
                     "stateRoot", node_hex(state.state_root.bytes, 32), "transactionsRoot",
                     node_hex(filler.bytes, 32), "receiptsRoot", node_hex(filler.bytes, 32),
                     "logsBloom", node_hex(bloom, sizeof bloom), "difficulty", node_quantity(0),
                     "number", node_quantity(number), "gasLimit", node_quantity(30000000),
                     "gasUsed", node_quantity(0), "timestamp",
                     node_quantity(node_time(node, number)), "extraData",
                     node_hex(extra, sizeof extra), "mixHash", node_hex(filler.bytes, 32), "nonce",
                     node_hex(bloom, 8), "baseFeePerGas", node_quantity(7));
}

static inline vota_hash node_block_hash(const struct node *node, uint64_t number)
{
    vota_hash hash;
    json_decref(node_block(node, number, &hash));
    return hash;
}

/* Evidence of the head in a block; the anchor borrows from it. */
struct node_evidence {
    struct node_state state;
    uint8_t header[NODE_HEADER_MAX];
    size_t header_len;
};

static inline void node_prove(struct node_evidence *evidence, struct vota_anchor *anchor,
                              const struct node *node, uint64_t block)
{
    node_state_at(&evidence->state, node, block);
    evidence->header_len = node_header(node, block, evidence->header);
    anchor->has_evidence = true;
    anchor->evidence = (struct vota_evidence){
        .header = {evidence->header, evidence->header_len},
        .account = {{evidence->state.account, evidence->state.account_len}},
        .account_count = 1,
        .storage = {{evidence->state.branch, evidence->state.branch_len},
                    {evidence->state.leaves[0], evidence->state.leaf_len[0]}},
        .storage_count = 2};
}

/* ---- events ---- */

static inline void node_entry_data(struct vota_wr *wr, const struct vota_journal_line *line,
                                   vota_hash head)
{
    const struct vota_entry *entry = &line->entry;
    uint64_t number = 0;
    uint64_t last = 0;
    (void)!vota_word_u64(&number, &entry->a);
    (void)!vota_word_u64(&last, &entry->b);
    if (entry->kind == VOTA_ENTRY_REGISTER) {
        const struct vota_abi_value values[] = {vota_abi_bytes(line->text.at, line->text.len),
                                                vota_abi_hash(&head)};
        vota_abi_encode(wr, values, 2);
    } else if (entry->kind == VOTA_ENTRY_BATCH) {
        const struct vota_abi_value values[] = {vota_abi_hash(&entry->a), vota_abi_hash(&entry->b),
                                                vota_abi_hash(&head)};
        vota_abi_encode(wr, values, 3);
    } else if (entry->kind == VOTA_ENTRY_RESULT) {
        const struct vota_abi_value values[] = {
            vota_abi_u64(last), vota_abi_u64s(line->counts, line->count), vota_abi_hash(&head)};
        vota_abi_encode(wr, values, 3);
    } else if (entry->kind == VOTA_ENTRY_SUCCEEDED) {
        const struct vota_abi_value values[] = {vota_abi_hash(&entry->a), vota_abi_hash(&entry->b),
                                                vota_abi_hash(&head)};
        vota_abi_encode(wr, values, 3);
    } else {
        assert_int_equal(entry->kind, VOTA_ENTRY_DISAVOWED);
        const struct vota_abi_value values[] = {vota_abi_u64(number), vota_abi_u64(last),
                                                vota_abi_bytes(line->text.at, line->text.len),
                                                vota_abi_hash(&head)};
        vota_abi_encode(wr, values, 4);
    }
}

static inline json_t *node_log(const struct node *node, uint64_t block, json_t *topics,
                               const struct vota_wr *data, const vota_hash *tx)
{
    const vota_hash hash = node_block_hash(node, block);
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "address",
                     node_hex(node->town->deployment.genesis.contract.bytes, 20), "topics", topics,
                     "data", node_hex(data->to, data->len), "blockNumber", node_quantity(block),
                     "blockHash", node_hex(hash.bytes, 32), "transactionHash",
                     node_hex(tx->bytes, 32), "logIndex", node_quantity(0));
}

static inline void node_topic(json_t *topics, const char *signature)
{
    vota_hash topic;
    vota_abi_topic(&topic, signature);
    json_array_append_new(topics, node_hex(topic.bytes, 32));
}

static inline json_t *node_entry_log(const struct node *node, size_t place)
{
    static const char *const signatures[] = {
        [VOTA_ENTRY_REGISTER] = "RegisterOpened(uint64,bytes32,string,bytes32)",
        [VOTA_ENTRY_BATCH] = "BatchAnchored(uint64,bytes32,uint32,bytes32)",
        [VOTA_ENTRY_RESULT] = "ResultPublished(uint64,bytes32,uint64,uint64[],bytes32)",
        [VOTA_ENTRY_DISAVOWED] = "Disavowed(uint64,uint64,uint64,string,bytes32)",
        [VOTA_ENTRY_SUCCEEDED] = "SucceededBy(uint64,uint256,address,bytes32)"};
    const struct vota_journal_line line = vota_lines_at(&node->town->lines, place);
    static uint8_t bytes[65536];
    struct vota_wr data = vota_wr_of(bytes, sizeof bytes);
    json_t *topics = json_array();
    const vota_hash number = vota_word_of_u64(line.entry.number);
    vota_hash head = line.head;
    head.bytes[31] ^= line.entry.number == node->wrong_log;
    node_topic(topics, signatures[line.entry.kind]);
    json_array_append_new(topics, node_hex(number.bytes, 32));
    if (line.entry.kind == VOTA_ENTRY_REGISTER || line.entry.kind == VOTA_ENTRY_RESULT)
        json_array_append_new(topics, node_hex(line.entry.a.bytes, 32));
    node_entry_data(&data, &line, head);
    return node_log(node, line.entry.block, topics, &data, &line.transaction);
}

static inline json_t *node_genesis_log(const struct node *node)
{
    const struct vota_deployment *deployment = &node->town->deployment;
    const struct vota_genesis *genesis = &deployment->genesis;
    const struct vota_abi_value values[] = {
        vota_abi_u64(genesis->chain_id),      vota_abi_addr(&genesis->owner),
        vota_abi_addr(&genesis->anchorer),    vota_abi_addr(&genesis->acceptance_key),
        vota_abi_u64(genesis->pred_chain_id), vota_abi_addr(&genesis->pred_contract),
        vota_abi_u64(genesis->pred_length),   vota_abi_hash(&genesis->pred_head)};
    uint8_t bytes[512];
    struct vota_wr data = vota_wr_of(bytes, sizeof bytes);
    json_t *topics = json_array();
    node_topic(topics, "Genesis(uint256,address,address,address,uint256,address,uint64,bytes32)");
    vota_abi_encode(&data, values, 8);
    return node_log(node, NODE_CREATED, topics, &data, &deployment->transaction);
}

static inline uint64_t node_u64(const json_t *value)
{
    uint64_t number = 0;
    const char *text = json_string_value(value);
    assert_non_null(text);
    assert_int_equal(vota_quantity_read_u64(&number, text, strlen(text)), VOTA_OK);
    return number;
}

/* NULL: refused. */
static inline json_t *node_logs(const struct node *node, const json_t *filter)
{
    const uint64_t from = node_u64(json_object_get(filter, "fromBlock"));
    const uint64_t to = node_u64(json_object_get(filter, "toBlock"));
    const bool genesis_only = json_array_size(json_object_get(filter, "topics")) > 0;
    json_t *logs = json_array();
    if (!node->no_genesis_log && from <= NODE_CREATED && NODE_CREATED <= to)
        json_array_append_new(logs, node_genesis_log(node));
    for (size_t i = 0; !genesis_only && i < node->town->lines.n; i++) {
        const struct vota_entry *entry = &node->town->lines.entries[i];
        if (entry->block >= from && entry->block <= to && entry->number != node->lost_log)
            json_array_append_new(logs, node_entry_log(node, i));
    }
    if ((node->max_span == 0 || to - from < node->max_span) &&
        (node->max_logs == 0 || json_array_size(logs) <= node->max_logs))
        return logs;
    json_decref(logs);
    return NULL;
}

/* ---- the deployment's transaction ---- */

static inline json_t *node_creation_data(const struct node *node)
{
    const struct vota_deployment *deployment = &node->town->deployment;
    static uint8_t code[65536];
    static uint8_t data[65536];
    struct vota_wr init = vota_wr_of(code, sizeof code);
    struct vota_wr wr = vota_wr_of(data, sizeof data);
    if (node->init_code != NULL)
        vota_wr_put(&init, node->init_code, node->init_code_len);
    else
        vota_create2_init_code(&init, vota_contract_creation_code, &deployment->genesis);
    const struct vota_slice slice = {code, init.len};
    if (node->creation == NODE_BOOTSTRAP)
        vota_create2_bootstrap(&wr, &deployment->salt, slice);
    else if (node->creation == NODE_PROXY)
        vota_create2_proxy_call(&wr, &deployment->salt, slice);
    else
        vota_wr_put(&wr, code, init.len);
    return node_hex(data, wr.len);
}

static inline json_t *node_creation_receipt(const struct node *node)
{
    const struct vota_deployment *deployment = &node->town->deployment;
    const vota_hash hash = node_block_hash(node, NODE_CREATED);
    const vota_addr sender = town_addr("deployer");
    json_t *created = json_null();
    if (node->creation == NODE_BOOTSTRAP)
        created = node_hex(deployment->deployer.bytes, 20);
    if (node->creation == NODE_ORDINARY)
        created = node_hex(deployment->genesis.contract.bytes, 20);
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:[]}", "transactionHash",
                     node_hex(deployment->transaction.bytes, 32), "blockHash",
                     node_hex(hash.bytes, 32), "blockNumber", node_quantity(NODE_CREATED),
                     "transactionIndex", node_quantity(0), "status", node_quantity(1), "gasUsed",
                     node_quantity(1), "effectiveGasPrice", node_quantity(1), "from",
                     node_hex(sender.bytes, 20), "contractAddress", created, "logs");
}

/* ---- answering ---- */

static inline json_t *node_block_by_number(const struct node *node, const json_t *param)
{
    const char *text = json_string_value(param);
    uint64_t number = node->latest;
    if (strcmp(text, "finalized") == 0)
        number = node->no_final ? UINT64_MAX : node->final;
    else if (strcmp(text, "latest") != 0)
        number = node_u64(param);
    return number > node->latest ? json_null() : node_block(node, number, NULL);
}

/* The number of a block with this hash, looked for where there can be one; UINT64_MAX if none. */
static inline uint64_t node_number_of(const struct node *node, const json_t *param)
{
    vota_hash wanted;
    const char *text =
        json_string_value(json_is_object(param) ? json_object_get(param, "blockHash") : param);
    test_hex(wanted.bytes, 32, text);
    for (uint64_t number = NODE_CREATED - 2; number <= node->latest; number++) {
        const vota_hash hash = node_block_hash(node, number);
        if (vota_hash_equal(&hash, &wanted))
            return number;
    }
    return UINT64_MAX;
}

static inline json_t *node_proof(const struct node *node, const json_t *params)
{
    struct node_state state;
    const json_t *slots = json_array_get(params, 1);
    json_t *account = json_array();
    json_t *storage = json_array();
    const json_t *slot = NULL;
    size_t i = 0;
    const uint64_t number = node_number_of(node, json_array_get(params, 2));
    assert_true(number != UINT64_MAX);
    node_state_at(&state, node, number);
    state.account[40] ^= node->wrong_node;
    if (!node->no_account && number >= NODE_CREATED)
        json_array_append_new(account, node_hex(state.account, state.account_len));
    json_array_foreach(slots, i, slot)
    {
        json_t *nodes = json_array();
        if (json_array_size(account) > 0) {
            json_array_append_new(nodes, node_hex(state.branch, state.branch_len));
            json_array_append_new(nodes, node_hex(state.leaves[i], state.leaf_len[i]));
        }
        json_array_append_new(storage, json_pack("{s:o,s:o,s:o}", "key", node_quantity(i), "value",
                                                 node_quantity(0), "proof", nodes));
    }
    return json_pack("{s:o,s:o}", "accountProof", account, "storageProof", storage);
}

/* NULL: an error instead. */
static inline json_t *node_result(const struct node *node, const char *method, const json_t *params)
{
    const json_t *first = json_array_get(params, 0);
    if (strcmp(method, "eth_chainId") == 0)
        return node_quantity(node->chain_id != 0 ? node->chain_id
                                                 : node->town->deployment.genesis.chain_id);
    if (strcmp(method, "eth_getBlockByNumber") == 0)
        return node_block_by_number(node, first);
    if (strcmp(method, "eth_getBlockByHash") == 0) {
        const uint64_t number = node_number_of(node, first);
        return number == UINT64_MAX ? json_null() : node_block(node, number, NULL);
    }
    if (strcmp(method, "eth_getProof") == 0)
        return node->pruned ? NULL : node_proof(node, params);
    if (strcmp(method, "eth_getLogs") == 0)
        return node_logs(node, first);
    if (strcmp(method, "eth_getTransactionReceipt") == 0)
        return node_creation_receipt(node);
    if (strcmp(method, "eth_getTransactionByHash") == 0)
        return json_pack("{s:O,s:o}", "hash", first, "input", node_creation_data(node));
    return NULL;
}

static inline enum vota_status node_send(void *ctx, struct vota_response *ret_response,
                                         struct vota_slice request, unsigned timeout_ms)
{
    struct node *node = ctx;
    (void)timeout_ms;
    node->asked++;
    if (node->down) {
        ret_response->fault = VOTA_TRANSPORT_CONNECT;
        return VOTA_REMOTE;
    }
    json_t *asked = json_loadb((const char *)request.at, request.len, 0, NULL);
    assert_non_null(asked);
    const char *method = test_text(asked, "method");
    json_t *result = node_result(node, method, test_get(asked, "params"));
    json_t *answer =
        result != NULL ? json_pack("{s:s,s:O,s:o}", "jsonrpc", "2.0", "id", test_get(asked, "id"),
                                   "result", result)
                       : json_pack("{s:s,s:O,s:{s:i,s:s}}", "jsonrpc", "2.0", "id",
                                   test_get(asked, "id"), "error", "code",
                                   strcmp(method, "eth_getLogs") == 0 ? -32005 : -32000, "message",
                                   strcmp(method, "eth_getLogs") == 0
                                       ? "query returned more than 10000 results"
                                       : "missing trie node");
    char *text = json_dumps(answer, JSON_COMPACT);
    ret_response->http_status = 200;
    ret_response->fault = VOTA_TRANSPORT_NONE;
    const enum vota_status status = vota_response_add(ret_response, text, strlen(text));
    free(text);
    json_decref(answer);
    json_decref(asked);
    return status;
}

static inline void node_pause(unsigned ms)
{
    (void)ms;
}

/* A node that knows the whole journal of the town and calls all of it final. */
static inline void node_init(struct node *node, const struct town *town)
{
    const uint64_t last = NODE_CREATED + town->deployment.genesis.pred_length + town->lines.n;
    *node = (struct node){.town = town, .latest = last + 20, .final = last + 5};
    node->transport = (struct vota_transport){node, node_send};
    vota_provider_init(&node->provider, "node", &node->transport);
    node->provider.pause = node_pause;
}

/* The town's network is the node's: its genesis hash is that of the node's block 0. */
static inline void node_bind(struct town *town)
{
    struct node node;
    node_init(&node, town);
    town->deployment.chain_genesis = node_block_hash(&node, 0);
}

/* Witnesses as vota_witness_open would find them; the majority decides. */
static inline enum vota_status node_witness(struct vota_witness *ret_witness, struct node *nodes,
                                            size_t n, struct vota_error *err)
{
    struct vota_connections *providers = &ret_witness->providers;
    *providers = (struct vota_connections){.chain_id = nodes[0].town->deployment.genesis.chain_id,
                                           .genesis = nodes[0].town->deployment.chain_genesis};
    for (size_t i = 0; i < n; i++) {
        struct vota_connection *connection =
            vota_connect_add(providers, NULL, &nodes[i].transport, 0);
        connection->provider.pause = node_pause;
        connection->usable = true;
    }
    return vota_witness_settle(ret_witness, 0, err);
}

#endif
