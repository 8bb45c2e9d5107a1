/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of what nodes say: see answers.h. Pure. */
#include "rpc/answers.h"

#include <string.h>

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

/* Nodes decorate their texts, so we look for a part of it, in any case of letters. */
static bool contains(const char *text, const char *lower_part)
{
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (lower_part[i] != '\0' && lower(text[i]) == lower_part[i])
            i++;
        if (lower_part[i] == '\0')
            return true;
    }
    return false;
}

/* ---- answers to eth_sendRawTransaction ---- */

/*
 * The first match decides, so the narrow texts stand before the wide ones:
 * "replacement transaction underpriced" before "transaction underpriced".
 * Sources: go-ethereum core/txpool/errors.go, core/error.go; reth
 * RpcPoolError; besu TransactionInvalidReason; nethermind AcceptTxResult; anvil.
 */
static const struct {
    const char *part;
    enum vota_send_answer answer;
} send_answers[] = {
    {"already known", VOTA_SEND_KNOWN},
    {"known transaction", VOTA_SEND_KNOWN},
    {"alreadyknown", VOTA_SEND_KNOWN},
    {"already imported", VOTA_SEND_KNOWN},
    {"already in mempool", VOTA_SEND_KNOWN},
    {"nonce too low", VOTA_SEND_NONCE_USED},
    {"oldnonce", VOTA_SEND_NONCE_USED},
    {"nonce is too low", VOTA_SEND_NONCE_USED},
    {"ownnoncealreadyused", VOTA_SEND_NONCE_USED},
    {"future transaction tries to replace", VOTA_SEND_POOL},
    {"replacement transaction underpriced", VOTA_SEND_REPLACE},
    {"replacementnotallowed", VOTA_SEND_REPLACE},
    {"fee too low to replace", VOTA_SEND_REPLACE},
    {"address already reserved", VOTA_SEND_TYPE_CLASH},
    {"exceeds the configured cap", VOTA_SEND_NODE_CAP},
    {"transaction fee cap exceeded", VOTA_SEND_NODE_CAP},
    {"txpool is full", VOTA_SEND_POOL},
    {"account limit exceeded", VOTA_SEND_POOL},
    {"in-flight transaction limit", VOTA_SEND_POOL},
    {"authority already reserved", VOTA_SEND_POOL},
    {"nonce too high", VOTA_SEND_GAP},
    {"noncegap", VOTA_SEND_GAP},
    {"gapped", VOTA_SEND_GAP},
    {"insufficient funds", VOTA_SEND_FUNDS},
    {"upfront cost exceeds", VOTA_SEND_FUNDS},
    {"insufficientfunds", VOTA_SEND_FUNDS},
    {"floor data gas", VOTA_SEND_FATAL},
    {"intrinsic gas too low", VOTA_SEND_FATAL},
    {"transaction gas limit too high", VOTA_SEND_FATAL},
    {"max transaction gas limit", VOTA_SEND_FATAL},
    {"exceeds block gas limit", VOTA_SEND_FATAL},
    {"invalid sender", VOTA_SEND_FATAL},
    {"sender not an eoa", VOTA_SEND_FATAL},
    {"invalid chain id", VOTA_SEND_FATAL},
    {"tip higher", VOTA_SEND_FATAL},
    {"priority fee per gas higher", VOTA_SEND_FATAL},
    {"oversized data", VOTA_SEND_FATAL},
    {"type not supported", VOTA_SEND_FATAL},
    {"nonce has max value", VOTA_SEND_FATAL},
    {"rlp", VOTA_SEND_FATAL},
    {"transaction underpriced", VOTA_SEND_UNDERPRICED},
    {"below minimum", VOTA_SEND_UNDERPRICED},
    {"feetoolow", VOTA_SEND_UNDERPRICED},
    {"less than block base fee", VOTA_SEND_UNDERPRICED},
    {"minimum needed", VOTA_SEND_UNDERPRICED},
    {"min fee", VOTA_SEND_UNDERPRICED},
    {"min priority fee", VOTA_SEND_UNDERPRICED},
};

enum vota_send_answer vota_answers_send(const struct vota_rpc_failure *failure)
{
    if (failure->fault != VOTA_RPC_FAULT_ERROR)
        return VOTA_SEND_TRANSPORT;
    for (size_t i = 0; i < sizeof send_answers / sizeof send_answers[0]; i++) {
        if (contains(failure->error.message, send_answers[i].part))
            return send_answers[i].answer;
    }
    return VOTA_SEND_UNKNOWN;
}

/* ---- retry classes ---- */

static const struct {
    int64_t code;
    enum vota_retry retry;
} retry_codes[] = {
    {-32603, VOTA_RETRY_NOW},   /* internal error */
    {-32002, VOTA_RETRY_NOW},   /* request timed out */
    {4444, VOTA_RETRY_NOW},     /* pruned: another provider may keep it */
    {-32005, VOTA_RETRY_LATER}, /* rate limit */
    {429, VOTA_RETRY_LATER},
    {-32700, VOTA_RETRY_NOW},   /* our JSON is fine, so it was cut on the way */
    {-32600, VOTA_RETRY_NEVER}, /* invalid request */
    {-32601, VOTA_RETRY_NEVER}, /* no such method */
    {-32602, VOTA_RETRY_NEVER}, /* invalid parameters */
};

/* -32000 is almost everything, so the text decides. */
static const struct {
    const char *part;
    enum vota_retry retry;
} retry_texts[] = {
    {"execution reverted", VOTA_RETRY_SEMANTIC},
    {"query returned more than", VOTA_RETRY_NEVER}, /* eth_getLogs: ask for less */
    {"response size", VOTA_RETRY_NEVER},
    {"block range", VOTA_RETRY_NEVER},
    {"rate limit", VOTA_RETRY_LATER},
    {"too many requests", VOTA_RETRY_LATER},
    {"header not found", VOTA_RETRY_NOW},
    {"header for hash not found", VOTA_RETRY_NOW}, /* geth, to a block asked for by hash */
    {"block not found", VOTA_RETRY_NOW},
    {"unknown block", VOTA_RETRY_NOW},
    {"missing trie node", VOTA_RETRY_NOW},
    {"indexing is in progress", VOTA_RETRY_NOW},
    {"pruned history", VOTA_RETRY_NOW},
};

static enum vota_retry retry_of_http(const struct vota_rpc_failure *failure)
{
    switch (failure->http_status) {
    case 401:
        return VOTA_RETRY_NEVER;
    case 403:
    case 408:
    case 429:
        return VOTA_RETRY_LATER;
    default:
        return failure->http_status >= 400 && failure->http_status < 500 ? VOTA_RETRY_NEVER
                                                                         : VOTA_RETRY_NOW;
    }
}

static enum vota_retry retry_of_error(const struct vota_rpc_error *error)
{
    for (size_t i = 0; i < sizeof retry_texts / sizeof retry_texts[0]; i++) {
        if (contains(error->message, retry_texts[i].part))
            return retry_texts[i].retry;
    }
    for (size_t i = 0; i < sizeof retry_codes / sizeof retry_codes[0]; i++) {
        if (error->code == retry_codes[i].code)
            return retry_codes[i].retry;
    }
    return VOTA_RETRY_SEMANTIC;
}

enum vota_retry vota_answers_retry(const struct vota_rpc_failure *failure)
{
    switch (failure->fault) {
    case VOTA_RPC_FAULT_ERROR:
        return retry_of_error(&failure->error);
    case VOTA_RPC_FAULT_TRANSPORT:
        if (failure->transport == VOTA_TRANSPORT_HTTP)
            return retry_of_http(failure);
        return failure->transport == VOTA_TRANSPORT_TOO_LARGE ? VOTA_RETRY_NEVER : VOTA_RETRY_NOW;
    case VOTA_RPC_FAULT_NONE:
    case VOTA_RPC_FAULT_MALFORMED:
    case VOTA_RPC_FAULT_LIE:
        break;
    }
    return VOTA_RETRY_NOW;
}

bool vota_answers_is_revert(const struct vota_rpc_failure *failure)
{
    return failure->fault == VOTA_RPC_FAULT_ERROR &&
           (failure->error.code == 3 || contains(failure->error.message, "revert"));
}

bool vota_answers_is_no_block(const struct vota_rpc_failure *failure)
{
    return failure->fault == VOTA_RPC_FAULT_ERROR &&
           (contains(failure->error.message, "block not found") ||
            contains(failure->error.message, "unknown block"));
}

bool vota_answers_is_too_many_logs(const struct vota_rpc_failure *failure)
{
    static const char *const parts[] = {"query returned more than", /* geth, infura */
                                        "response size",            /* alchemy, geth -32003 */
                                        "response too large",
                                        "range", /* quicknode, ankr, reth: block range too wide */
                                        "too many"};
    if (failure->fault == VOTA_RPC_FAULT_TRANSPORT)
        return failure->transport == VOTA_TRANSPORT_TOO_LARGE || failure->http_status == 413;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (failure->fault == VOTA_RPC_FAULT_ERROR && contains(failure->error.message, parts[i]))
            return !contains(failure->error.message, "too many requests");
    }
    return false;
}

/* ---- words ---- */

const char *vota_answers_send_name(enum vota_send_answer answer)
{
    static const char *const names[] = {[VOTA_SEND_UNKNOWN] = "unknown",
                                        [VOTA_SEND_ACCEPTED] = "accepted",
                                        [VOTA_SEND_WRONG_HASH] = "wrong-hash",
                                        [VOTA_SEND_KNOWN] = "known",
                                        [VOTA_SEND_NONCE_USED] = "nonce-used",
                                        [VOTA_SEND_REPLACE] = "replace",
                                        [VOTA_SEND_UNDERPRICED] = "underpriced",
                                        [VOTA_SEND_FUNDS] = "funds",
                                        [VOTA_SEND_NODE_CAP] = "node-cap",
                                        [VOTA_SEND_POOL] = "pool",
                                        [VOTA_SEND_TYPE_CLASH] = "type-clash",
                                        [VOTA_SEND_GAP] = "gap",
                                        [VOTA_SEND_FATAL] = "fatal",
                                        [VOTA_SEND_TRANSPORT] = "transport"};
    return names[answer];
}

const char *vota_answers_retry_name(enum vota_retry retry)
{
    static const char *const names[] = {[VOTA_RETRY_NOW] = "now",
                                        [VOTA_RETRY_LATER] = "later",
                                        [VOTA_RETRY_NEVER] = "never",
                                        [VOTA_RETRY_SEMANTIC] = "semantic"};
    return names[retry];
}

static void write_number(struct vota_wr *wr, int64_t value)
{
    char digits[20];
    size_t n = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        n++;
        digits[sizeof digits - n] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        vota_wr_byte(wr, '-');
    vota_wr_put(wr, digits + (sizeof digits - n), n);
}

/* Word by word: a word with "://" in it may be the provider's URL with its key. */
static void write_without_urls(struct vota_wr *wr, const char *text)
{
    while (*text != '\0') {
        const size_t blanks = strspn(text, " ");
        const size_t len = strcspn(text + blanks, " ");
        vota_wr_put(wr, text, blanks);
        text += blanks;
        bool is_url = false;
        for (size_t i = 0; i + 3 <= len; i++)
            is_url = is_url || memcmp(text + i, "://", 3) == 0;
        if (is_url)
            vota_wr_text(wr, "(URL)");
        else
            vota_wr_put(wr, text, len);
        text += len;
    }
}

void vota_answers_describe(struct vota_wr *wr, const struct vota_rpc_failure *failure)
{
    switch (failure->fault) {
    case VOTA_RPC_FAULT_NONE:
        vota_wr_text(wr, "none");
        return;
    case VOTA_RPC_FAULT_TRANSPORT:
        vota_wr_text(wr, vota_transport_fault_name(failure->transport));
        if (failure->http_status != 0) {
            vota_wr_text(wr, " HTTP ");
            write_number(wr, failure->http_status);
        }
        return;
    case VOTA_RPC_FAULT_MALFORMED:
    case VOTA_RPC_FAULT_LIE:
        vota_wr_text(wr, failure->fault == VOTA_RPC_FAULT_LIE ? "untrue: " : "malformed: ");
        vota_wr_text(wr, failure->reason);
        return;
    case VOTA_RPC_FAULT_ERROR:
        vota_wr_text(wr, "error ");
        write_number(wr, failure->error.code);
        vota_wr_text(wr, ": ");
        write_without_urls(wr, failure->error.message);
        return;
    }
}
