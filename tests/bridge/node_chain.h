/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain of node.h: blocks whose headers hash, and state that proves. Nothing
 * happens on it but a town's journal. Knows nothing of what is asked.
 */
#ifndef VOTA_TESTS_BRIDGE_NODE_CHAIN_H
#define VOTA_TESTS_BRIDGE_NODE_CHAIN_H

#include "bridge/audit/witness.h"
#include "proof/rlp.h"
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
    uint64_t fork;         /* blocks from here on are another chain's; 0: none */
    uint64_t chain_id;     /* 0: the town's */
    uint64_t max_span;     /* of eth_getLogs, in blocks; 0: any */
    uint64_t max_logs;     /* in one answer; 0: any */
    uint64_t lost_log;     /* number of an entry whose event is not told */
    uint64_t wrong_log;    /* number of an entry whose event tells another head */
    uint64_t invented_log; /* number of a batch whose event tells another root, and what follows */
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

#endif
