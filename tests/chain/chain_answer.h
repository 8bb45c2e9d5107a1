/* SPDX-License-Identifier: Apache-2.0 */
/* One request to a node of the scripted chain, and the JSON text of its answer. */
#ifndef VOTA_TESTS_CHAIN_CHAIN_ANSWER_H
#define VOTA_TESTS_CHAIN_CHAIN_ANSWER_H

#include <jansson.h>

#include "tests/chain/chain_inside.h"

enum chain_numbers {
    CHAIN_NUMBERS_RIGHT,
    CHAIN_NUMBERS_HUGE, /* a JSON integer beyond 64 bits */
    CHAIN_NUMBERS_WIDE, /* 65 digits */
    CHAIN_NUMBERS_BARE, /* "0x" */
    CHAIN_NUMBERS_ZEROS /* leading zeros */
};

struct chain_request {
    struct chain *chain;
    struct chain_node *node;
    enum chain_method method;
    const char *name; /* of the method */
    const json_t *params;
    uint32_t tip, final; /* blocks, as this node has them in this call; final may be NOTHING */
    enum chain_numbers numbers;
    struct vota_wr *out;
    bool failed; /* out holds an error object's members, not a result */
};

/* ---- writing: each appends to out; keys bring their comma with them ---- */

void chain_put_text(struct chain_request *request, const char *text);
void chain_put_key(struct chain_request *request, const char *key);
void chain_put_hex(struct chain_request *request, const void *bytes, size_t len);
void chain_put_quantity(struct chain_request *request, uint64_t value);
void chain_put_amount(struct chain_request *request, const struct vota_u256 *value);

/* The answer is an error: {"code":..,"message":".."} and data if there is some. */
void chain_put_error(struct chain_request *request, int code, const char *message,
                     struct vota_slice data);

/* ---- reading parameters ---- */

bool chain_get_hash(vota_hash *ret_hash, const json_t *value);
bool chain_get_addr(vota_addr *ret_addr, const json_t *value);
bool chain_get_u64(uint64_t *ret_value, const json_t *value);

/*
 * The block that a number, tag or EIP-1898 object means at this node. False: an
 * error was put; a block that is not there puts `missing`, or null if that is NULL.
 */
bool chain_get_block(struct chain_request *request, uint32_t *ret_block, const json_t *value,
                     const char *missing);
/* By hash, as far as this node can know it; CHAIN_NOTHING. */
uint32_t chain_block_by_hash(const struct chain_request *request, const vota_hash *hash);

/* ---- methods, by file ---- */

void chain_answer_block(struct chain_request *request); /* chain_rpc_state.c */
void chain_answer_raw_header(struct chain_request *request);
void chain_answer_proof(struct chain_request *request);
void chain_answer_nonce(struct chain_request *request);
void chain_answer_balance(struct chain_request *request);
void chain_answer_code(struct chain_request *request);
void chain_answer_call(struct chain_request *request); /* chain_rpc_call.c */
void chain_answer_estimate(struct chain_request *request);
void chain_answer_fee_history(struct chain_request *request);
void chain_answer_send(struct chain_request *request);
void chain_answer_receipt(struct chain_request *request); /* chain_rpc_tx.c */
void chain_answer_transaction(struct chain_request *request);
void chain_answer_logs(struct chain_request *request);

#endif
