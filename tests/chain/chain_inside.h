/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the scripted chain share. Not for tests: chain.h is. */
#ifndef VOTA_TESTS_CHAIN_CHAIN_INSIDE_H
#define VOTA_TESTS_CHAIN_CHAIN_INSIDE_H

#include "rpc/tx.h"
#include "tests/chain/chain.h"
#include "tests/chain/chain_trie.h"

#define CHAIN_ACCOUNTS     16u
#define CHAIN_CONTRACTS    4u
#define CHAIN_BLOCK_TXS    16u
#define CHAIN_HEADER_MAX   768u
#define CHAIN_LOG_MAX      8192u
#define CHAIN_INCLUSIONS   8192u
#define CHAIN_TOPICS       4u
#define CHAIN_SLOTS        5u /* of the contract */
#define CHAIN_NEW_BALANCES 8u
#define CHAIN_BYTES        ((size_t)64 << 20)
#define CHAIN_DATA_MAX     ((size_t)64 * 1024)
#define CHAIN_NOTHING      UINT32_MAX /* an index of nothing */
#define CHAIN_PER_ETH      1000000000000000000u

/* Ends the process: a test asked for what cannot be. */
_Noreturn void chain_die(const char *sentence);

static inline void chain_must(bool condition, const char *sentence)
{
    if (!condition)
        chain_die(sentence);
}

/* ---- state after a block ---- */

struct chain_account {
    vota_addr addr;
    bool is_proxy; /* its code is the CREATE2 proxy's */
    uint64_t nonce;
    struct vota_u256 balance;
};

struct chain_state {
    struct chain_account accounts[CHAIN_ACCOUNTS];
    struct chain_contract contracts[CHAIN_CONTRACTS];
    uint32_t n_accounts, n_contracts;
    bool changed; /* root is not that of the rest */
    vota_hash root;
};

/* The account, new and empty if it is not there yet. */
struct chain_account *chain_account(struct chain_state *state, const vota_addr *addr);
const struct chain_account *chain_account_find(const struct chain_state *state,
                                               const vota_addr *addr);
const struct chain_contract *chain_contract_find(const struct chain_state *state,
                                                 const vota_addr *addr);
void chain_contract_slots(vota_hash ret_slots[CHAIN_SLOTS], const struct chain_contract *contract);

/* Brings state->root up to date. */
void chain_state_root(struct chain_state *state);

/* The nodes to an account and, if it is a contract, to a slot of it. */
void chain_state_prove(struct chain_path *ret_path, const struct chain_state *state,
                       const vota_addr *addr);
void chain_slot_prove(struct chain_path *ret_path, const struct chain_contract *contract,
                      const vota_hash *slot);
vota_hash chain_storage_root(const struct chain_contract *contract);
vota_hash chain_code_hash(const struct chain_state *state, const vota_addr *addr);
struct vota_slice chain_code(const struct chain_state *state, const vota_addr *addr);

/* ---- execution ---- */

struct chain_message {
    vota_addr from;
    uint64_t nonce; /* of the transaction, for creations */
    bool create;
    vota_addr to;
    struct vota_u256 value;
    struct vota_slice data;
    uint64_t block, time, chain_id;
};

struct chain_event {
    vota_addr address;
    size_t n_topics;
    vota_hash topics[CHAIN_TOPICS];
    struct vota_slice data; /* borrowed from the outcome's buffer */
    size_t head_at;         /* where in the data the new head is; 0: no entry */
};

struct chain_outcome {
    bool ok;
    uint64_t gas; /* beyond the intrinsic */
    uint8_t revert[128];
    size_t revert_len;
    uint8_t value[32]; /* what a getter returns */
    size_t value_len;
    struct chain_event events[2];
    size_t n_events;
    bool has_entry;
    struct vota_entry entry;
    vota_hash head;
    bool has_created;
    vota_addr created; /* of a creation transaction */
    uint8_t bytes[CHAIN_DATA_MAX];
    struct vota_wr data;
};

/* Runs a message on state; a refusal leaves it as it was. The value is not moved here. */
void chain_execute(struct chain_outcome *ret_outcome, struct chain_state *state,
                   const struct chain_message *message);
/* A call to a contract: chain_contract.c; a deployment: chain_deploy.c. */
void chain_call_contract(struct chain_outcome *out, struct chain_contract *contract,
                         const struct chain_message *message);
void chain_deploy(struct chain_outcome *out, struct chain_state *state,
                  const struct chain_message *message, const vota_addr *deployer,
                  const vota_hash *salt, struct vota_slice init_code);
bool chain_keys_distinct(struct chain_outcome *out, const struct chain_contract *contract);

/* Refuses: "StaleParent(bytes32,bytes32)" and its words. */
void chain_revert(struct chain_outcome *out, const char *error, const vota_hash *words, size_t n);
/* Appends an event whose data is out->data from `start` on. */
struct chain_event *chain_emit(struct chain_outcome *out, const vota_addr *address,
                               const char *signature, size_t start);

uint64_t chain_intrinsic_gas(bool creates, struct vota_slice data);

/* ---- blocks ---- */

struct chain_tx {
    vota_hash hash;
    vota_addr sender, to;
    bool create;
    bool preferred;
    uint64_t nonce, tip, fee, gas;
    struct vota_u256 value;
    uint32_t raw, raw_len; /* in chain->bytes */
    uint32_t data, data_len;
};

struct chain_log {
    vota_addr address;
    uint32_t n_topics;
    vota_hash topics[CHAIN_TOPICS];
    uint32_t data, data_len;
    uint32_t head_at;
};

/* A transaction in a block. */
struct chain_inclusion {
    uint32_t tx, block, place;
    bool ok, has_entry, has_created;
    uint64_t gas_used, cumulative, price;
    uint32_t first_log, n_logs;
    vota_addr created;
    vota_addr contract; /* of the entry */
    struct vota_entry entry;
    vota_hash head;
};

struct chain_block {
    uint32_t parent;   /* CHAIN_NOTHING: block 0 */
    uint32_t first, n; /* inclusions */
    uint64_t number, time, base_fee, gas_used, slot;
    uint32_t fields;
    vota_hash hash, txs_root, receipts_root;
    uint8_t bloom[256];
    uint32_t rlp_len;
    uint8_t rlp[CHAIN_HEADER_MAX];
    struct chain_state state;
};

/* ---- nodes ---- */

struct chain_node {
    uint32_t index; /* which of the chain's */
    uint32_t pool[CHAIN_POOL];
    uint32_t n_pool;
    bool own; /* has a branch of its own, or holds on to the one it has */
    uint32_t tip;
    bool raw_header, block_hash, isolated;
    uint32_t window;
    struct chain_rule rules[CHAIN_FAULTS];
    struct chain_calls calls;
};

struct chain {
    uint64_t id, now, rng, salt, slot;
    uint64_t genesis_time, gas_limit;
    uint32_t fields;
    uint32_t tip, final, deployed; /* blocks */
    uint32_t finalise_behind;
    uint32_t demand, storm;
    uint64_t tip_wei, forced_base_fee, extra_gas;
    struct chain_account new_balances[CHAIN_NEW_BALANCES]; /* for the next block */
    uint32_t n_new_balances;
    struct vota_store_deployment deployment;
    uint32_t n_blocks, n_txs, n_logs, n_inclusions, n_bytes;
    struct chain_node nodes[CHAIN_NODES];
    struct chain_tx txs[CHAIN_TXS];
    struct chain_log logs[CHAIN_LOG_MAX];
    struct chain_inclusion inclusions[CHAIN_INCLUSIONS];
    struct chain_block blocks[CHAIN_BLOCKS];
    uint8_t bytes[CHAIN_BYTES];
};

static inline uint32_t chain_block_of(const struct chain *chain, const struct chain_block *block)
{
    return (uint32_t)(block - chain->blocks);
}

/* Copies bytes in; their place. */
uint32_t chain_keep(struct chain *chain, struct vota_slice bytes);
uint64_t chain_random(struct chain *chain);

/* The ancestor of `from` (or itself) with this number; CHAIN_NOTHING above it. */
uint32_t chain_ancestor(const struct chain *chain, uint32_t from, uint64_t number);
bool chain_is_ancestor(const struct chain *chain, uint32_t ancestor, uint32_t of);

/* What a block mined on `parent` is asked to be. */
struct chain_plan {
    uint32_t parent;
    uint64_t time;
    bool from_pools; /* else exactly these, as far as they can be */
    const uint32_t *txs;
    size_t n;
};

uint32_t chain_make_block(struct chain *chain, const struct chain_plan *plan);
/* Roots, header and hash; the salt makes it another block than any other. */
void chain_make_header(const struct chain *chain, struct chain_block *block, uint64_t salt);
uint64_t chain_next_base_fee(const struct chain *chain, uint32_t parent);
/* Runs one transaction in a block being made. False: cannot be in it. */
bool chain_include(struct chain *chain, struct chain_block *block, uint32_t tx);
/* Fee, nonce, funds and room are right for this block. */
bool chain_fits(const struct chain *chain, const struct chain_block *block, uint32_t tx);
/* Where a transaction is on the branch of `tip`; NULL: not there. */
const struct chain_inclusion *chain_inclusion_of(const struct chain *chain, uint32_t tip,
                                                 uint32_t tx);
struct vota_u256 chain_cost(const struct chain_tx *tx); /* the most it can cost */

/* ---- pools ---- */

#define CHAIN_REFUSAL_MAX 384u

/* An empty text: it is in the pool. */
struct chain_refusal {
    char text[CHAIN_REFUSAL_MAX];
    bool for_now; /* geth's local tracker would hide it */
};

/* The transaction of these bytes, known from now on; CHAIN_NOTHING: refused. */
uint32_t chain_learn(struct chain *chain, struct vota_slice raw, struct chain_refusal *ret_refusal);
void chain_pool_add(struct chain *chain, struct chain_node *node, uint32_t tx,
                    struct chain_refusal *ret_refusal);
void chain_pool_remove(struct chain_node *node, uint32_t tx);
bool chain_pool_has(const struct chain_node *node, uint32_t tx);
/* Hands everything round that is not isolated. */
void chain_pool_gossip(struct chain *chain);
/* Forgets what the node's branch has used up. */
void chain_pool_prune(struct chain *chain, struct chain_node *node);
uint32_t chain_tx_find(const struct chain *chain, const vota_hash *hash);
uint32_t chain_tip_of(const struct chain *chain, const struct chain_node *node);

/* ---- faults ---- */

/* Whether it happens in this call; counts it down. */
bool chain_fires(struct chain *chain, struct chain_node *node, enum chain_fault fault,
                 enum chain_method method);
uint32_t chain_amount(const struct chain_node *node, enum chain_fault fault, uint32_t otherwise);

#endif
