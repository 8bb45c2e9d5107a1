/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chain in memory, behind the seam of rpc/transport.h: headers that hash, state
 * tries that prove, transactions that execute VoteAnchor, pools with geth's rules,
 * up to four nodes that are slow, wrong or lie on request. Time passes only when
 * told to, and the same seed and calls give the same chain.
 *
 * All of it is one fixed-size struct in shared anonymous memory without a pointer
 * inside: a child may be killed at any instruction, the parent goes on with what
 * the child had sent. One process at a time may use it. What was being sent when
 * it died has been received or has not, and nothing in between.
 *
 * A misuse (no such block, a limit reached) ends the process with a sentence.
 */
#ifndef VOTA_TESTS_CHAIN_CHAIN_H
#define VOTA_TESTS_CHAIN_CHAIN_H

#include "bridge/store/store_network.h"
#include "proof/journal.h"
#include "rpc/quantity.h"
#include "rpc/signer.h"
#include "rpc/transport.h"

#define CHAIN_NODES     4u
#define CHAIN_BLOCKS    4096u /* of all forks together */
#define CHAIN_TXS       2048u /* ever seen by any node */
#define CHAIN_ENTRIES   1024u /* that chain_entries() may have to hold */
#define CHAIN_POOL      64u   /* transactions of one node's pool */
#define CHAIN_SLOT      12u   /* seconds */
#define CHAIN_ALL_NODES CHAIN_NODES
#define CHAIN_ALWAYS    UINT32_MAX
#define CHAIN_GWEI      1000000000u

struct chain;

/* ---- making ---- */

struct chain_options {
    uint64_t chain_id;     /* 0: 560048 */
    uint64_t genesis_time; /* unix seconds of block 0; 0: 1790000000 */
    uint64_t base_fee;     /* wei; 0: 1 gwei */
    uint64_t gas_limit;    /* 0: 60,000,000 */
    unsigned fields;       /* of a header: 21, 23 or 24; 0: 21 */
    bool undeployed;       /* no contract yet: the deployment is sent by who tests it */
    bool no_proxy;         /* the CREATE2 proxy is not there either (implies undeployed) */
};

/*
 * A chain of block 0 and, unless undeployed, block 1 with the transaction that
 * deployed the contract by the proxy, which is final. All nodes are healthy.
 */
struct chain *chain_new(uint64_t seed);
struct chain *chain_new_with(uint64_t seed, const struct chain_options *options);
void chain_free(struct chain *chain);

/* Who has a key, and 10 ETH at the start. */
enum chain_actor {
    CHAIN_ANCHORER,
    CHAIN_ANCHORER_2, /* to rotate to */
    CHAIN_OWNER,
    CHAIN_OWNER_2,
    CHAIN_ACCEPTANCE,
    CHAIN_STRANGER, /* deployed the contract */
    CHAIN_ACTORS
};

void chain_key(enum chain_actor actor, uint8_t ret_key[VOTA_SIGNER_KEY_BYTES]);
vota_addr chain_address(enum chain_actor actor);

uint64_t chain_id(const struct chain *chain);
vota_hash chain_genesis_hash(const struct chain *chain);

/*
 * The deployment record for a store (set_contract takes it as it is; pass the
 * other three to set_deployed). It is filled for undeployed chains too, as
 * vota_deploy_plan would by the proxy; then *ret_block is 0.
 */
void chain_deployment(const struct chain *chain, struct vota_store_deployment *ret_deployment,
                      uint64_t *ret_block, uint64_t *ret_time, vota_hash *ret_tx);

/* ---- nodes ---- */

/* The seam to node `node`: a struct of the caller's, which must outlive nothing but its use. */
void chain_transport_init(struct vota_transport *ret_transport, struct chain *chain, unsigned node);

/* Whether debug_getRawHeader is offered (default), and EIP-1898 objects are understood (default).
 */
void chain_node_raw_header(struct chain *chain, unsigned node, bool offered);
void chain_node_block_hash(struct chain *chain, unsigned node, bool understood);

/* For how many blocks behind its head a node has state; default 128, 0: all. */
void chain_node_window(struct chain *chain, unsigned node, unsigned blocks);

/* Transactions given to it are not passed on, and block builders do not see them. */
void chain_node_isolate(struct chain *chain, unsigned node, bool isolated);

/* ---- time and blocks ---- */

uint64_t chain_now(const struct chain *chain);
void chain_set_now(struct chain *chain, uint64_t now); /* forwards only; no block comes of it */
uint64_t chain_height(const struct chain *chain);      /* number of the latest block */
uint64_t chain_final(const struct chain *chain);       /* number of the finalized block */

/* n slots with a block each: 12 seconds pass, pools are passed on, the best transactions mined. */
void chain_mine(struct chain *chain, unsigned n);
/* The same, and the blocks take no transaction of ours. */
void chain_mine_empty(struct chain *chain, unsigned n);
/* n slots without a block. */
void chain_skip(struct chain *chain, unsigned n);

/* What becomes of the transactions of the blocks that are replaced. */
enum chain_reorg_mode {
    CHAIN_REORG_SAME,   /* each is in the block of the same height again */
    CHAIN_REORG_LATER,  /* all are in the last new block, after a foreign one */
    CHAIN_REORG_RETURN, /* back to the pools, in none of the new blocks */
    CHAIN_REORG_DROP,   /* forgotten by all pools */
    CHAIN_REORG_OLDER,  /* of each nonce the oldest attempt seen is mined in its place */
    CHAIN_REORG_MODES
};

/*
 * Replaces the last `depth` blocks by as many others (with `more` blocks on top)
 * in every node that follows the chain. Never below the finalized block: depth
 * is cut to what is allowed; returns the depth done, 0 when nothing could be.
 */
unsigned chain_reorg(struct chain *chain, unsigned depth, unsigned more,
                     enum chain_reorg_mode mode);

/* This transaction is taken for its nonce, once, whatever replaced it, as soon as that is next. */
void chain_prefer(struct chain *chain, const vota_hash *tx);

/* All pools (or one node's) forget a transaction, or everything (tx NULL). */
void chain_drop(struct chain *chain, unsigned node, const vota_hash *tx);

/* Finalises up to `behind` blocks behind the latest; never backwards. */
void chain_finalise(struct chain *chain, unsigned behind);
/* After every mined block the same; 0 stops it (default): finality halts. */
void chain_finalise_always(struct chain *chain, unsigned behind);

/* From now on a node is on a fork of its own: `depth` blocks back, and as many others. It grows
 * with empty blocks when the chain grows. chain_node_join ends that. */
void chain_node_fork(struct chain *chain, unsigned node, unsigned depth);
/* The node stays on the branch it has, also when the others reorganise. */
void chain_node_pin(struct chain *chain, unsigned node);
void chain_node_join(struct chain *chain, unsigned node);

/* ---- fees, gas, balances ---- */

uint64_t chain_base_fee(const struct chain *chain); /* of the next block */
/* How full others make the blocks, in thousandths of the gas limit; default 500: fees stay. */
void chain_set_demand(struct chain *chain, unsigned per_mille);
/* The next n blocks are full: x1.125 each, so x10 in 20 blocks; then demand as it was. */
void chain_storm(struct chain *chain, unsigned blocks);
/* What others tip: told by eth_feeHistory, and needed to get into a full block. Default 1 gwei. */
void chain_set_tip(struct chain *chain, uint64_t wei);
/* Of the next block, against the rule of EIP-1559: who computes it from the parent will notice. */
void chain_force_base_fee(struct chain *chain, uint64_t wei);
/* Gas that every call costs more from now on: estimates made before are too low. */
void chain_set_extra_gas(struct chain *chain, uint64_t gas);

struct vota_u256 chain_balance(const struct chain *chain, const vota_addr *addr);
/* Takes effect in the next block's state. */
void chain_set_balance(struct chain *chain, const vota_addr *addr, const struct vota_u256 *wei);
uint64_t chain_nonce(const struct chain *chain, const vota_addr *addr); /* at the latest block */

/* ---- others who write ---- */

/* What an actor sends: signed, with fees far above the market unless told, to all nodes. */
struct chain_order {
    enum chain_actor actor;
    bool has_nonce; /* else the next one of the latest block */
    uint64_t nonce;
    uint64_t tip, fee; /* 0: 3 gwei over four times the base fee */
    uint64_t gas;      /* 0: 500,000 */
    bool create;       /* without `to`: data is creation code */
    vota_addr to;
    struct vota_u256 value;
    struct vota_slice data;
};

/* The transaction's hash; it is in the pools and will be mined when the rules allow it. */
vota_hash chain_send(struct chain *chain, const struct chain_order *order);

/* With the contract's address filled in and head and length of the latest block. */
vota_hash chain_send_anchor(struct chain *chain, enum chain_actor actor, const vota_hash *root,
                            uint32_t count);
vota_hash chain_send_set_key(struct chain *chain, enum vota_entry_role role, const vota_addr *key,
                             uint64_t untrusted_since); /* by the owner */
vota_hash chain_send_disavow(struct chain *chain, uint64_t first, uint64_t last,
                             const char *reason); /* by the owner */
vota_hash chain_send_succeeded(struct chain *chain, uint64_t chain_id,
                               const vota_addr *successor); /* by the owner */
/* 1 wei to itself: takes the nonce. */
vota_hash chain_send_self(struct chain *chain, enum chain_actor actor);

/* ---- the truth, for who checks ---- */

/* The contract as it is in the latest block, or the finalized one. False: not deployed there. */
struct chain_contract {
    vota_addr address, anchorer, acceptance_key, owner, pending_owner;
    vota_hash head;
    uint64_t length;
};
bool chain_contract(const struct chain *chain, struct chain_contract *ret_contract);
bool chain_contract_final(const struct chain *chain, struct chain_contract *ret_contract);
/* Any other that was deployed, e.g. a successor; in the latest block. */
bool chain_contract_at(const struct chain *chain, const vota_addr *address,
                       struct chain_contract *ret_contract);

/* One entry of the journal, as the canonical chain has it. */
struct chain_entry {
    struct vota_entry entry;
    vota_hash head;
    vota_hash tx;
    vota_addr sender;
    bool final;
};

/* All entries of the contract of chain_deployment up to the latest block, in order; how many. */
size_t chain_entries(const struct chain *chain, struct chain_entry *ret_entries, size_t cap);
size_t chain_entries_at(const struct chain *chain, const vota_addr *address,
                        struct chain_entry *ret_entries, size_t cap);

/* What became of a transaction on the canonical chain. */
struct chain_place {
    bool seen;  /* some node ever got it */
    bool mined; /* else the rest is zero */
    bool succeeded;
    bool final;
    uint64_t block, gas_used;
    vota_hash block_hash;
    vota_addr sender;
    uint64_t nonce;
    struct vota_u256 paid; /* gas used times price, without value */
};
struct chain_place chain_find(const struct chain *chain, const vota_hash *tx);

/* Whether a node's pool holds it. */
bool chain_holds(const struct chain *chain, unsigned node, const vota_hash *tx);

/* Everything that some node ever got from `sender`, in order of arrival; how many. */
size_t chain_seen(const struct chain *chain, const vota_addr *sender, vota_hash *ret_txs,
                  size_t cap);

/* ---- faults ---- */

enum chain_method {
    CHAIN_CHAIN_ID,
    CHAIN_BLOCK, /* by number, tag or hash */
    CHAIN_PROOF,
    CHAIN_NONCE,
    CHAIN_BALANCE,
    CHAIN_CODE,
    CHAIN_CALL,
    CHAIN_ESTIMATE,
    CHAIN_FEE_HISTORY,
    CHAIN_SEND,
    CHAIN_RECEIPT,
    CHAIN_TRANSACTION,
    CHAIN_LOGS,
    CHAIN_RAW_HEADER,
    CHAIN_OTHER, /* refused: -32601 */
    CHAIN_METHODS
};

enum chain_fault {
    /* no answer; what was sent may have arrived all the same where it says so */
    CHAIN_FAULT_TIMEOUT,     /* the request is lost */
    CHAIN_FAULT_ANSWER_LOST, /* timeout after the node did what was asked */
    CHAIN_FAULT_CLOSED,      /* cut off in the middle of the body, done all the same */
    CHAIN_FAULT_DNS,
    CHAIN_FAULT_CONNECT,
    CHAIN_FAULT_TLS,
    CHAIN_FAULT_TOO_LARGE,        /* 20 MB */
    CHAIN_FAULT_HTTP,             /* amount: the status, 0: 503; 401, 403, 500, ... */
    CHAIN_FAULT_RATE_LIMIT,       /* 429; amount: Retry-After in seconds, 0: none */
    CHAIN_FAULT_BAD_GATEWAY_LATE, /* 502 though done */
    /* answers that are none */
    CHAIN_FAULT_TRUNCATED, /* JSON ends too early, status 200 */
    CHAIN_FAULT_HTML,      /* status 200 */
    CHAIN_FAULT_EMPTY,     /* status 200, no body */
    CHAIN_FAULT_WRONG_ID,
    CHAIN_FAULT_TEXT_ID,
    CHAIN_FAULT_BOTH, /* result and error */
    CHAIN_FAULT_NEITHER,
    CHAIN_FAULT_NULL, /* result null */
    CHAIN_FAULT_DUPLICATE_KEY,
    CHAIN_FAULT_DEEP, /* 4,000 levels */
    CHAIN_FAULT_NOT_UTF8,
    CHAIN_FAULT_BATCH,         /* an array of answers */
    CHAIN_FAULT_HUGE_NUMBER,   /* a JSON integer beyond 64 bits where a quantity was */
    CHAIN_FAULT_HUGE_QUANTITY, /* 65 hex digits */
    CHAIN_FAULT_BARE_0X,       /* quantities are "0x" */
    CHAIN_FAULT_ZEROS,         /* quantities have leading zeros */
    CHAIN_FAULT_INTERNAL,      /* error -32603 */
    CHAIN_FAULT_LIMIT_ERROR,   /* error -32005 */
    /* another chain than the others see */
    CHAIN_FAULT_STALE,      /* amount: blocks behind; head and finalized */
    CHAIN_FAULT_HEAD_BACK,  /* amount: blocks; for these calls only the head is older */
    CHAIN_FAULT_FINAL_BACK, /* amount: blocks */
    CHAIN_FAULT_FINAL_FORK, /* of a node with its own branch: that branch is final too */
    CHAIN_FAULT_NO_FINAL,   /* "finalized block not found" */
    CHAIN_FAULT_CHAIN_ID,   /* another id */
    CHAIN_FAULT_GENESIS,    /* another block 0 */
    /* lies and losses */
    CHAIN_FAULT_OLD_NONCE,     /* eth_getTransactionCount; amount: less, 0: 1 */
    CHAIN_FAULT_DROP,          /* "accepted" and forgotten */
    CHAIN_FAULT_KNOWN,         /* "already known", and forgotten */
    CHAIN_FAULT_NONCE_LOW,     /* "nonce too low", though it is not; forgotten */
    CHAIN_FAULT_TRACKER,       /* geth's local tracker: a refusal for now is answered by the hash */
    CHAIN_FAULT_OTHER_HASH,    /* kept, and another hash answered */
    CHAIN_FAULT_POOL_FULL,     /* "txpool is full" */
    CHAIN_FAULT_FEE_CAP,       /* "exceeds the configured cap" */
    CHAIN_FAULT_FEES,          /* eth_feeHistory times amount, 0: 1,000 */
    CHAIN_FAULT_ESTIMATE,      /* gas times amount, 0: 1,000 */
    CHAIN_FAULT_REVERT,        /* estimates and calls revert */
    CHAIN_FAULT_NO_RECEIPT,    /* null */
    CHAIN_FAULT_RECEIPT_BLOCK, /* the receipt says another block */
    CHAIN_FAULT_RECEIPT_OTHER, /* the receipt of another transaction */
    CHAIN_FAULT_STATUS,        /* the receipt says the other status */
    CHAIN_FAULT_NO_TRANSACTION, /* null */
    CHAIN_FAULT_NO_LOGS,        /* eth_getLogs and receipts without their last log */
    CHAIN_FAULT_LOG,            /* the last byte of a log's data differs */
    CHAIN_FAULT_PROOF,          /* a node of the proof differs; amount: which, modulo */
    CHAIN_FAULT_PRUNED,         /* "missing trie node" */
    CHAIN_FAULT_HEADER,         /* stateRoot differs, hash does not */
    CHAIN_FAULTS
};

/* When it happens: the next `calls` calls (CHAIN_ALWAYS), or each with a chance. */
struct chain_rule {
    uint32_t calls;
    uint32_t per_mille;
    uint32_t amount;
    uint32_t methods; /* sum of 1u << method; 0: wherever the fault makes sense */
};

/* Replaces the rule that node (or CHAIN_ALL_NODES) has for a fault. All zero: never. */
void chain_set_fault(struct chain *chain, unsigned node, enum chain_fault fault,
                     struct chain_rule rule);
/* The next n calls of the methods where it makes sense. */
void chain_fault_next(struct chain *chain, unsigned node, enum chain_fault fault, unsigned n);
void chain_fault_always(struct chain *chain, unsigned node, enum chain_fault fault);
/* No fault any more at that node, or at all; forks, pins and isolation stay. */
void chain_heal(struct chain *chain, unsigned node);

/* "timeout", ... for messages; static. */
const char *chain_fault_name(enum chain_fault fault);

/* ---- what it cost ---- */

struct chain_calls {
    uint64_t reads, writes; /* all methods; eth_sendRawTransaction is the write */
    uint64_t of[CHAIN_METHODS];
    uint64_t faults; /* calls on which a fault acted */
};
struct chain_calls chain_calls(const struct chain *chain, unsigned node);
void chain_reset_calls(struct chain *chain);

#endif
