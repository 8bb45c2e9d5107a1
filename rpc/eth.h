/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed calls to one provider. Every answer is range-checked; a block is
 * believed only after its header was encoded again and hashed (CHAIN 5.1).
 * Knows Ethereum, and nothing of journals.
 *
 * Common law of the calls. OK: *ret is set. NOT_FOUND: the provider answered
 * null, which means unknown, not yet indexed or pruned, never "no". REMOTE:
 * it could not be had from this provider, after the bounded retries that are
 * safe for reads; provider->failure says why. CONFLICT: the provider answered
 * with an error about the request (provider->failure.error), e.g. a revert.
 * LIMIT: the answer is over the documented ceiling. NO_MEMORY. On anything but
 * OK *ret is untouched.
 */
#ifndef VOTA_RPC_ETH_H
#define VOTA_RPC_ETH_H

#include "proof/trie.h"
#include "rpc/answers.h"
#include "rpc/fees.h"
#include "rpc/quantity.h"
#include "rpc/transport.h"

#define VOTA_ETH_RESPONSE_MAX ((size_t)256 * 1024)
#define VOTA_ETH_PROOF_MAX    ((size_t)1024 * 1024)
#define VOTA_ETH_BLOCK_MAX                                                                         \
    ((size_t)2 * 1024 * 1024) /* all transaction hashes of a 200 M gas block */
#define VOTA_ETH_LOGS_MAX   ((size_t)16 * 1024 * 1024)
#define VOTA_ETH_HEADER_MAX 4096u
#define VOTA_ETH_CODE_MAX   ((size_t)64 * 1024)
#define VOTA_ETH_TOPICS_MAX 4u
#define VOTA_ETH_SLOTS_MAX  16u
#define VOTA_ETH_CALL_MS    10000u
#define VOTA_ETH_RETRIES    3u
#define VOTA_ETH_REFUSED    4u

/* One element of the array of providers. The caller fills name and transport, rest by init. */
struct vota_provider {
    const char *name; /* what people and logs see; never the URL. Borrowed. */
    const struct vota_transport *transport;
    unsigned timeout_ms;
    unsigned retries;         /* for reads; sends are never repeated here */
    unsigned backoff_ms;      /* first pause, doubled each time, at most 10 s */
    bool no_raw_header;       /* debug_getRawHeader was refused once */
    bool no_block_hash_param; /* EIP-1898 object was refused once */
    /* Methods that it said it does not offer (static names): not asked for again. */
    const char *unsupported[VOTA_ETH_REFUSED];
    size_t n_unsupported;
    uint64_t next_id;
    void (*pause)(unsigned ms); /* nanosleep; tests put a counter here */
    struct vota_rpc_failure failure;
};

void vota_provider_init(struct vota_provider *provider, const char *name,
                        const struct vota_transport *transport);

/* Which block a question is about. */
enum vota_block_tag {
    VOTA_BLOCK_LATEST,
    VOTA_BLOCK_SAFE,
    VOTA_BLOCK_FINALIZED,
    VOTA_BLOCK_PENDING, /* nonces only: the pool of one node, a hint */
    VOTA_BLOCK_NUMBER,
    VOTA_BLOCK_HASH
};

struct vota_block_id {
    enum vota_block_tag tag;
    uint64_t number;
    vota_hash hash;
};

struct vota_block_id vota_block_tagged(enum vota_block_tag tag);
struct vota_block_id vota_block_numbered(uint64_t number);
struct vota_block_id vota_block_hashed(const vota_hash *hash);

/* A header whose bytes hash to `hash`. */
struct vota_block {
    vota_hash hash;
    vota_hash parent_hash;
    vota_hash state_root;
    uint64_t number;
    uint64_t time;
    uint64_t gas_limit;
    uint64_t gas_used;
    bool has_base_fee;
    uint64_t base_fee; /* wei per gas */
    size_t fields;     /* RLP items: 15 in old blocks, 21 since Prague, 23 since Amsterdam */
    size_t rlp_len;
    uint8_t rlp[VOTA_ETH_HEADER_MAX];
};

VOTA_MUST_USE enum vota_status vota_eth_chain_id(struct vota_provider *provider,
                                                 uint64_t *ret_chain_id, struct vota_error *err);

/* Hash of block 0, recomputed from its header. */
VOTA_MUST_USE enum vota_status vota_eth_genesis(struct vota_provider *provider, vota_hash *ret_hash,
                                                struct vota_error *err);

/*
 * A block header by number, tag or hash. When the known fields do not hash to
 * the claimed hash, debug_getRawHeader is tried; failing that: REMOTE
 * "unsupported-header" when the block has members we do not know (a new fork,
 * not a lie), REMOTE "header-hash-differs" (failure.fault LIE) when not. For a
 * number or hash the block must be that one ("wrong-block", LIE).
 */
VOTA_MUST_USE enum vota_status vota_eth_block(struct vota_provider *provider,
                                              struct vota_block *ret_block,
                                              const struct vota_block_id *id,
                                              struct vota_error *err);

VOTA_MUST_USE enum vota_status vota_eth_nonce(struct vota_provider *provider, uint64_t *ret_nonce,
                                              const vota_addr *addr, const struct vota_block_id *id,
                                              struct vota_error *err);

VOTA_MUST_USE enum vota_status vota_eth_balance(struct vota_provider *provider,
                                                struct vota_u256 *ret_wei, const vota_addr *addr,
                                                const struct vota_block_id *id,
                                                struct vota_error *err);

/* Appends the code (nothing for an account without). LIMIT above VOTA_ETH_CODE_MAX or wr's room. */
VOTA_MUST_USE enum vota_status vota_eth_code(struct vota_provider *provider, struct vota_wr *wr,
                                             const vota_addr *addr, const struct vota_block_id *id,
                                             struct vota_error *err);

/* A message call, also a transaction to be estimated. Zero value and NULL from mean none. */
struct vota_eth_message {
    const vota_addr *from;
    const vota_addr *to; /* NULL: creation */
    struct vota_u256 value;
    struct vota_slice data;
};

/* Appends what eth_call returns. CONFLICT when it reverts. A hint: calls are not proven. */
VOTA_MUST_USE enum vota_status vota_eth_call(struct vota_provider *provider, struct vota_wr *wr,
                                             const struct vota_eth_message *message,
                                             const struct vota_block_id *id,
                                             struct vota_error *err);

/* CONFLICT when it would revert: poll receipts before believing that (CHAIN 4.4). */
VOTA_MUST_USE enum vota_status vota_eth_estimate_gas(struct vota_provider *provider,
                                                     uint64_t *ret_gas,
                                                     const struct vota_eth_message *message,
                                                     struct vota_error *err);

/* blocks <= VOTA_FEES_BLOCKS_MAX, up to latest; percentile 0..100. */
VOTA_MUST_USE enum vota_status vota_eth_fee_history(struct vota_provider *provider,
                                                    struct vota_fee_history *ret_history,
                                                    unsigned blocks, unsigned percentile,
                                                    struct vota_error *err);

/*
 * Sends signed bytes once, without retry. OK whenever there is an answer class
 * to act on, VOTA_SEND_TRANSPORT included; detail stays in provider->failure.
 */
VOTA_MUST_USE enum vota_status vota_eth_send_raw(struct vota_provider *provider,
                                                 enum vota_send_answer *ret_answer,
                                                 struct vota_slice raw, struct vota_error *err);

/* One event. `data` borrows from the list that holds it. */
struct vota_eth_log {
    vota_addr address;
    size_t topic_count;
    vota_hash topics[VOTA_ETH_TOPICS_MAX];
    struct vota_slice data;
    uint64_t block_number;
    vota_hash block_hash;
    vota_hash tx_hash;
    uint64_t log_index;
};

/* A list of events, heap-owned: init with {0}, release with vota_eth_logs_done. */
struct vota_eth_logs {
    struct vota_eth_log *items;
    size_t count;
    uint8_t *bytes; /* what the data of the items points into */
};

void vota_eth_logs_done(struct vota_eth_logs *logs);

/* A transaction receipt. Its logs are owned: vota_tx_receipt_done. */
struct vota_tx_receipt {
    vota_hash tx_hash;
    vota_hash block_hash;
    uint64_t block_number;
    uint64_t tx_index;
    bool succeeded; /* status 1 */
    uint64_t gas_used;
    uint64_t effective_gas_price; /* wei per gas */
    vota_addr from;
    bool created; /* contract_address is set */
    vota_addr contract_address;
    struct vota_eth_logs logs;
};

void vota_tx_receipt_done(struct vota_tx_receipt *receipt);

/* NOT_FOUND: unknown, not indexed yet, or pruned: no verdict. A receipt of another transaction is
 * REMOTE "wrong-receipt". Whether its block is canonical is the caller's question. */
VOTA_MUST_USE enum vota_status vota_eth_receipt(struct vota_provider *provider,
                                                struct vota_tx_receipt *ret_receipt,
                                                const vota_hash *tx_hash, struct vota_error *err);

/* Where a transaction is, as one provider sees it. */
struct vota_tx_place {
    bool mined;
    uint64_t block_number; /* when mined */
    vota_hash block_hash;
};

/* NOT_FOUND when the provider does not know it. */
VOTA_MUST_USE enum vota_status vota_eth_transaction(struct vota_provider *provider,
                                                    struct vota_tx_place *ret_place,
                                                    const vota_hash *tx_hash,
                                                    struct vota_error *err);

/*
 * Appends the data of a transaction (calldata, or creation data). A hint: what
 * it holds is not checked against the hash. NOT_FOUND, LIMIT beyond wr's room.
 */
VOTA_MUST_USE enum vota_status vota_eth_transaction_data(struct vota_provider *provider,
                                                         struct vota_wr *wr,
                                                         const vota_hash *tx_hash,
                                                         struct vota_error *err);

/* Which events: of one address, in a range of blocks or in one block, optionally by topics. */
struct vota_eth_filter {
    vota_addr address;
    const vota_hash *block_hash; /* not NULL: this block; else from..to */
    uint64_t from_block;
    uint64_t to_block;
    size_t topic_count;                           /* leading topics that must match */
    const vota_hash *topics[VOTA_ETH_TOPICS_MAX]; /* NULL matches any */
};

/*
 * "No log" is no verdict (nodes miss logs): it shows where to look, the head
 * decides. Every log is checked against the filter. LIMIT "too-many-logs" when
 * the provider or our ceiling refuses the range: ask for a smaller one.
 */
VOTA_MUST_USE enum vota_status vota_eth_logs(struct vota_provider *provider,
                                             struct vota_eth_logs *ret_logs,
                                             const struct vota_eth_filter *filter,
                                             struct vota_error *err);

/* Nodes of one path, root first. Slices borrow from the proof's bytes. */
struct vota_eth_path {
    struct vota_slice nodes[VOTA_TRIE_MAX_NODES];
    size_t count;
};

/* An answer of eth_getProof, unchecked: rpc/state.h checks it. Release with vota_eth_proof_done. */
struct vota_eth_proof {
    struct vota_eth_path account;
    struct vota_eth_path storage[VOTA_ETH_SLOTS_MAX];
    size_t slot_count;
    uint8_t *bytes; /* owned */
};

void vota_eth_proof_done(struct vota_eth_proof *proof);

/* What to prove: an account and some of its storage slots. */
struct vota_eth_query {
    vota_addr account;
    size_t slot_count;
    vota_hash slots[VOTA_ETH_SLOTS_MAX];
};

/* Slots 0 .. slot_count-1 of an account. Assumes slot_count <= VOTA_ETH_SLOTS_MAX. */
struct vota_eth_query vota_eth_first_slots(const vota_addr *account, size_t slot_count);

/* Nodes for the query at a block, storage paths in the order asked. */
VOTA_MUST_USE enum vota_status vota_eth_proof(struct vota_provider *provider,
                                              struct vota_eth_proof *ret_proof,
                                              const struct vota_eth_query *query,
                                              const struct vota_block_id *id,
                                              struct vota_error *err);

#endif
