/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON-RPC 2.0 envelope, built and taken apart strictly: the id must be
 * ours, there is exactly one of result and error, no duplicate keys, nothing
 * after the end. Knows no method.
 */
#ifndef VOTA_RPC_JSONRPC_H
#define VOTA_RPC_JSONRPC_H

#include "proof/bytes.h"

struct json_t; /* jansson's; only jsonrpc.c, keystore.c and eth*.c look inside */

#define VOTA_RPC_MESSAGE_MAX 256u
#define VOTA_RPC_DATA_MAX    512u

/* Deeper nesting than this is refused before jansson sees it (its own bound is 2,048). */
#define VOTA_RPC_DEPTH_MAX 16u

/* The error object of an answer. */
struct vota_rpc_error {
    int64_t code;
    char message[VOTA_RPC_MESSAGE_MAX]; /* printable ASCII, others as '?'; cut to fit */
    uint8_t data[VOTA_RPC_DATA_MAX];    /* revert data, when `data` was hex; cut to fit */
    size_t data_len;
};

/* Appends {"jsonrpc":"2.0","id":..,"method":"..","params":..}; params is JSON text, e.g. "[]". */
void vota_jsonrpc_write(struct vota_wr *wr, uint64_t id, const char *method,
                        struct vota_slice params);

/*
 * Takes an answer apart. OK: *ret_result is a new reference the caller drops
 * (JSON null counts as a result). CONFLICT: the answer is an error object,
 * now in *ret_error. REMOTE, and *ret_reason is static: "not-json" (also HTML,
 * truncated, not UTF-8, duplicate keys, numbers beyond 64 bits), "too-deep",
 * "not-object", "not-2.0", "wrong-id", "both-result-and-error",
 * "neither-result-nor-error", "bad-error", "unknown-member". NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_jsonrpc_read(struct json_t **ret_result,
                                                 struct vota_rpc_error *ret_error,
                                                 const char **ret_reason, uint64_t id,
                                                 const void *body, size_t len);

#endif
