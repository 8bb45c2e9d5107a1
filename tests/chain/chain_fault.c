/* SPDX-License-Identifier: Apache-2.0 */
/* When a node does what it should not: rules a node has for each fault, counted down. */
#include <string.h>

#include "tests/chain/chain_inside.h"

#define EVERY      ((1u << CHAIN_METHODS) - 1u)
#define OF(method) (1u << (method))
#define NUMBERS                                                                                    \
    (OF(CHAIN_CHAIN_ID) | OF(CHAIN_BLOCK) | OF(CHAIN_NONCE) | OF(CHAIN_BALANCE) |                  \
     OF(CHAIN_ESTIMATE) | OF(CHAIN_FEE_HISTORY) | OF(CHAIN_RECEIPT) | OF(CHAIN_LOGS))
#define STATE                                                                                      \
    (OF(CHAIN_PROOF) | OF(CHAIN_NONCE) | OF(CHAIN_BALANCE) | OF(CHAIN_CODE) | OF(CHAIN_CALL))
#define READS (EVERY & ~OF(CHAIN_SEND))

static const struct kind {
    const char *name;
    uint32_t methods; /* where it makes sense */
} kinds[CHAIN_FAULTS] = {
    [CHAIN_FAULT_TIMEOUT] = {"timeout", EVERY},
    [CHAIN_FAULT_ANSWER_LOST] = {"answer-lost", EVERY},
    [CHAIN_FAULT_CLOSED] = {"closed", EVERY},
    [CHAIN_FAULT_DNS] = {"dns", EVERY},
    [CHAIN_FAULT_CONNECT] = {"connect", EVERY},
    [CHAIN_FAULT_TLS] = {"tls", EVERY},
    [CHAIN_FAULT_TOO_LARGE] = {"too-large", EVERY},
    [CHAIN_FAULT_HTTP] = {"http", EVERY},
    [CHAIN_FAULT_RATE_LIMIT] = {"rate-limit", EVERY},
    [CHAIN_FAULT_BAD_GATEWAY_LATE] = {"bad-gateway-late", EVERY},
    [CHAIN_FAULT_TRUNCATED] = {"truncated", EVERY},
    [CHAIN_FAULT_HTML] = {"html", EVERY},
    [CHAIN_FAULT_EMPTY] = {"empty", EVERY},
    [CHAIN_FAULT_WRONG_ID] = {"wrong-id", EVERY},
    [CHAIN_FAULT_TEXT_ID] = {"text-id", EVERY},
    [CHAIN_FAULT_BOTH] = {"both", EVERY},
    [CHAIN_FAULT_NEITHER] = {"neither", EVERY},
    [CHAIN_FAULT_NULL] = {"null", EVERY},
    [CHAIN_FAULT_DUPLICATE_KEY] = {"duplicate-key", EVERY},
    [CHAIN_FAULT_DEEP] = {"deep", EVERY},
    [CHAIN_FAULT_NOT_UTF8] = {"not-utf8", EVERY},
    [CHAIN_FAULT_BATCH] = {"batch", EVERY},
    [CHAIN_FAULT_HUGE_NUMBER] = {"huge-number", NUMBERS},
    [CHAIN_FAULT_HUGE_QUANTITY] = {"huge-quantity", NUMBERS},
    [CHAIN_FAULT_BARE_0X] = {"bare-0x", NUMBERS},
    [CHAIN_FAULT_ZEROS] = {"zeros", NUMBERS},
    [CHAIN_FAULT_INTERNAL] = {"internal", EVERY},
    [CHAIN_FAULT_LIMIT_ERROR] = {"limit-error", EVERY},
    [CHAIN_FAULT_STALE] = {"stale", READS},
    [CHAIN_FAULT_HEAD_BACK] = {"head-back", READS},
    [CHAIN_FAULT_FINAL_BACK] = {"final-back", READS},
    [CHAIN_FAULT_FINAL_FORK] = {"final-fork", READS},
    [CHAIN_FAULT_NO_FINAL] = {"no-final", READS},
    [CHAIN_FAULT_CHAIN_ID] = {"chain-id", OF(CHAIN_CHAIN_ID)},
    [CHAIN_FAULT_GENESIS] = {"genesis", OF(CHAIN_BLOCK)},
    [CHAIN_FAULT_OLD_NONCE] = {"old-nonce", OF(CHAIN_NONCE)},
    [CHAIN_FAULT_DROP] = {"drop", OF(CHAIN_SEND)},
    [CHAIN_FAULT_KNOWN] = {"known", OF(CHAIN_SEND)},
    [CHAIN_FAULT_NONCE_LOW] = {"nonce-low", OF(CHAIN_SEND)},
    [CHAIN_FAULT_TRACKER] = {"tracker", OF(CHAIN_SEND)},
    [CHAIN_FAULT_OTHER_HASH] = {"other-hash", OF(CHAIN_SEND)},
    [CHAIN_FAULT_POOL_FULL] = {"pool-full", OF(CHAIN_SEND)},
    [CHAIN_FAULT_FEE_CAP] = {"fee-cap", OF(CHAIN_SEND)},
    [CHAIN_FAULT_FEES] = {"fees", OF(CHAIN_FEE_HISTORY)},
    [CHAIN_FAULT_ESTIMATE] = {"estimate", OF(CHAIN_ESTIMATE)},
    [CHAIN_FAULT_REVERT] = {"revert", OF(CHAIN_ESTIMATE) | OF(CHAIN_CALL)},
    [CHAIN_FAULT_NO_RECEIPT] = {"no-receipt", OF(CHAIN_RECEIPT)},
    [CHAIN_FAULT_RECEIPT_BLOCK] = {"receipt-block", OF(CHAIN_RECEIPT)},
    [CHAIN_FAULT_RECEIPT_OTHER] = {"receipt-other", OF(CHAIN_RECEIPT)},
    [CHAIN_FAULT_STATUS] = {"status", OF(CHAIN_RECEIPT)},
    [CHAIN_FAULT_NO_TRANSACTION] = {"no-transaction", OF(CHAIN_TRANSACTION)},
    [CHAIN_FAULT_NO_LOGS] = {"no-logs", OF(CHAIN_LOGS) | OF(CHAIN_RECEIPT)},
    [CHAIN_FAULT_LOG] = {"log", OF(CHAIN_LOGS) | OF(CHAIN_RECEIPT)},
    [CHAIN_FAULT_PROOF] = {"proof", OF(CHAIN_PROOF)},
    [CHAIN_FAULT_PRUNED] = {"pruned", STATE},
    [CHAIN_FAULT_HEADER] = {"header", OF(CHAIN_BLOCK)},
};

const char *chain_fault_name(enum chain_fault fault)
{
    return kinds[fault].name;
}

void chain_set_fault(struct chain *chain, unsigned node, enum chain_fault fault,
                     struct chain_rule rule)
{
    for (unsigned i = 0; i < CHAIN_NODES; i++) {
        if (node == CHAIN_ALL_NODES || node == i)
            chain->nodes[i].rules[fault] = rule;
    }
}

void chain_fault_next(struct chain *chain, unsigned node, enum chain_fault fault, unsigned n)
{
    chain_set_fault(chain, node, fault, (struct chain_rule){.calls = n});
}

void chain_fault_always(struct chain *chain, unsigned node, enum chain_fault fault)
{
    chain_set_fault(chain, node, fault, (struct chain_rule){.calls = CHAIN_ALWAYS});
}

void chain_heal(struct chain *chain, unsigned node)
{
    for (unsigned i = 0; i < CHAIN_NODES; i++) {
        if (node == CHAIN_ALL_NODES || node == i)
            memset(chain->nodes[i].rules, 0, sizeof chain->nodes[i].rules);
    }
}

uint32_t chain_amount(const struct chain_node *node, enum chain_fault fault, uint32_t otherwise)
{
    const uint32_t amount = node->rules[fault].amount;
    return amount != 0 ? amount : otherwise;
}

bool chain_fires(struct chain *chain, struct chain_node *node, enum chain_fault fault,
                 enum chain_method method)
{
    struct chain_rule *rule = &node->rules[fault];
    const uint32_t methods = rule->methods != 0 ? rule->methods : kinds[fault].methods;
    bool fires = false;
    if ((methods & OF(method)) == 0)
        return false;
    if (rule->calls > 0) {
        fires = true;
        rule->calls -= rule->calls != CHAIN_ALWAYS;
    } else if (rule->per_mille > 0) {
        fires = chain_random(chain) % 1000 < rule->per_mille;
    }
    node->calls.faults += fires;
    return fires;
}

struct chain_calls chain_calls(const struct chain *chain, unsigned node)
{
    return chain->nodes[node].calls;
}

void chain_reset_calls(struct chain *chain)
{
    for (size_t i = 0; i < CHAIN_NODES; i++)
        chain->nodes[i].calls = (struct chain_calls){.reads = 0};
}
