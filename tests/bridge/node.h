/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node of a chain on which nothing happens but a town's journal (node_chain.h):
 * it answers what is asked through the seam of rpc/transport.h, and lies on
 * request.
 */
#ifndef VOTA_TESTS_BRIDGE_NODE_H
#define VOTA_TESTS_BRIDGE_NODE_H

#include "rpc/abi.h"
#include "tests/bridge/node_chain.h"

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
    struct vota_journal_line line = vota_lines_at(&node->town->lines, place);
    static uint8_t bytes[65536];
    struct vota_wr data = vota_wr_of(bytes, sizeof bytes);
    json_t *topics = json_array();
    const vota_hash number = vota_word_of_u64(line.entry.number);
    vota_hash head = line.head;
    head.bytes[31] ^= line.entry.number == node->wrong_log;
    if (line.entry.number == node->invented_log) {
        vota_hash hash;
        line.entry.a.bytes[0] ^= 1;
        vota_entry_hash(&hash, &line.entry);
        vota_journal_next(&head, &node->town->lines.heads[place - 1], &hash);
    }
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
