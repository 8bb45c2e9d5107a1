/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failed or odd answer means: the retry class of any call, and the
 * class of an answer to eth_sendRawTransaction. Pure tables over texts of
 * geth, reth, besu, nethermind and anvil. Answers to a send are hints, never
 * verdicts: whether a transaction was mined is read from the chain.
 */
#ifndef VOTA_RPC_ANSWERS_H
#define VOTA_RPC_ANSWERS_H

#include "rpc/jsonrpc.h"
#include "rpc/transport.h"

enum vota_rpc_fault {
    VOTA_RPC_FAULT_NONE = 0,
    VOTA_RPC_FAULT_TRANSPORT, /* see `transport` and `http_status` */
    VOTA_RPC_FAULT_MALFORMED, /* an answer that is no answer: see `reason` */
    VOTA_RPC_FAULT_ERROR,     /* the provider's error object: see `error` */
    VOTA_RPC_FAULT_LIE        /* well-formed and untrue: a hash that does not match, ... */
};

/* Everything known about the last call of a provider that did not succeed. */
struct vota_rpc_failure {
    enum vota_rpc_fault fault;
    enum vota_transport_fault transport;
    unsigned http_status;
    unsigned retry_after_s;
    const char *reason; /* static; for MALFORMED and LIE */
    struct vota_rpc_error error;
};

enum vota_retry {
    VOTA_RETRY_NOW,     /* at once, better on another provider */
    VOTA_RETRY_LATER,   /* after retry_after_s or a back-off: rate limits */
    VOTA_RETRY_NEVER,   /* this provider will not do this: method, parameters, 401 */
    VOTA_RETRY_SEMANTIC /* an answer about the request itself: funds, nonce, revert */
};

enum vota_send_answer {
    VOTA_SEND_UNKNOWN = 0, /* anything else: outcome unknown */
    VOTA_SEND_ACCEPTED,    /* our hash came back; not a promise that the pool holds it */
    VOTA_SEND_WRONG_HASH,  /* another hash came back: alarm */
    VOTA_SEND_KNOWN,       /* already in the pool */
    VOTA_SEND_NONCE_USED,  /* poll receipts now */
    VOTA_SEND_REPLACE,     /* next bump by at least 1.125 */
    VOTA_SEND_UNDERPRICED, /* recompute fees */
    VOTA_SEND_FUNDS,       /* balance too low */
    VOTA_SEND_NODE_CAP,    /* this node's own fee cap */
    VOTA_SEND_POOL,        /* pool full or account limit: back off, other providers */
    VOTA_SEND_TYPE_CLASH,  /* key was used for blobs: halt */
    VOTA_SEND_GAP,         /* nonce too high: provider lags, or the outbox is wrong */
    VOTA_SEND_FATAL,       /* can never be valid: halt the attempt */
    VOTA_SEND_TRANSPORT    /* no answer: outcome unknown, never "failed" */
};
#define VOTA_SEND_ANSWERS 14

enum vota_retry vota_answers_retry(const struct vota_rpc_failure *failure);

/* The class of an error answer to a send. */
enum vota_send_answer vota_answers_send(const struct vota_rpc_failure *failure);

/* True when an error of eth_call or eth_estimateGas says that execution reverted. */
bool vota_answers_is_revert(const struct vota_rpc_failure *failure);

/* True when the error says that there is no such block (yet): "finalized block not found", ... */
bool vota_answers_is_no_block(const struct vota_rpc_failure *failure);

/* True when eth_getLogs was refused because of too many blocks or logs: ask for a smaller range. */
bool vota_answers_is_too_many_logs(const struct vota_rpc_failure *failure);

/* Short static words for logs and the store: "accepted", "nonce-used", ... */
const char *vota_answers_send_name(enum vota_send_answer answer);
const char *vota_answers_retry_name(enum vota_retry retry);

/*
 * Writes one line of detail for a log: class, code, HTTP status, message. Never
 * a URL, which the message of a provider may hold: words with "://" are left out.
 */
void vota_answers_describe(struct vota_wr *wr, const struct vota_rpc_failure *failure);

#endif
