/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of eth*.c: one question to a provider with its bounded retries, and
 * JSON values to typed ones. Not for others: it shows jansson.
 */
#ifndef VOTA_RPC_ETH_CALL_H
#define VOTA_RPC_ETH_CALL_H

#include <jansson.h>

#include "rpc/eth.h"

/* Room for parameters that hold no data: two hashes, an address, a filter. */
#define VOTA_ETH_PARAMS_MAX 1024u

/* Hex quantities of nodes that pad: accepted in receipts and storage keys only. */
enum vota_eth_zeros { VOTA_ETH_STRICT, VOTA_ETH_PADDED };

struct vota_eth_question {
    const char *method;     /* static */
    struct vota_wr *params; /* JSON text of an array */
    size_t response_max;
    bool once; /* never repeated: a send */
};

/*
 * Asks, repeats what is safe to repeat, and leaves why not in
 * provider->failure. OK: *ret_result is the caller's reference, perhaps JSON
 * null. Statuses are those of eth.h; err->where is the method.
 */
VOTA_MUST_USE enum vota_status vota_eth_ask(struct vota_provider *provider, json_t **ret_result,
                                            const struct vota_eth_question *question,
                                            struct vota_error *err);

/* The same, and NOT_FOUND for null. */
VOTA_MUST_USE enum vota_status vota_eth_ask_some(struct vota_provider *provider,
                                                 json_t **ret_result,
                                                 const struct vota_eth_question *question,
                                                 struct vota_error *err);

/* Records that an answer was well-formed JSON but not what the method returns. REMOTE. */
enum vota_status vota_eth_malformed(struct vota_provider *provider, const char *method,
                                    const char *reason, struct vota_error *err);

/* Appends the bytes of a 0x-hex string; LIMIT beyond VOTA_ETH_CODE_MAX or wr's room. */
VOTA_MUST_USE enum vota_status vota_eth_take_bytes(struct vota_provider *provider,
                                                   struct vota_wr *wr, const json_t *value,
                                                   const char *method, struct vota_error *err);

/* Records that an answer is untrue. REMOTE. */
enum vota_status vota_eth_untrue(struct vota_provider *provider, const char *method,
                                 const char *reason, struct vota_error *err);

/* Parameters: appends "latest", "0x1a" or, for a hash, {"blockHash":"0x..."} as EIP-1898 has it. */
void vota_eth_put_block(struct vota_wr *wr, const struct vota_block_id *id);

/* Appends a JSON string of 0x-hex. */
void vota_eth_put_hex(struct vota_wr *wr, const void *bytes, size_t len);

/* ---- JSON to values; false and ret untouched when the value is not that ---- */

VOTA_MUST_USE bool vota_eth_get_u256(struct vota_u256 *ret, const json_t *value,
                                     enum vota_eth_zeros zeros);
VOTA_MUST_USE bool vota_eth_get_u64(uint64_t *ret, const json_t *value, enum vota_eth_zeros zeros);
VOTA_MUST_USE bool vota_eth_get_fixed(uint8_t *ret_bytes, size_t len, const json_t *value);

/* How many bytes a 0x-hex string stands for; digits are checked only by get_bytes. */
VOTA_MUST_USE bool vota_eth_get_len(size_t *ret_len, const json_t *value);

/* Appends the bytes of a 0x-hex string; false when they do not fit, with wr unchanged. */
VOTA_MUST_USE bool vota_eth_get_bytes(struct vota_wr *wr, const json_t *value);

#endif
