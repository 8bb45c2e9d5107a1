/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault of the scripted chain, and what the production client makes of it:
 * noticed and of the right class, or, where a client cannot notice alone, the
 * answer that others will contradict.
 */
#include "bridge/engine/chain.h"
#include "tests/chain/provider.h"
#include "tests/test.h"

/* A chain with one entry in block 2 and something in the pool, asked through node 0. */
struct scene {
    struct chain *chain;
    struct chain_provider line;
    struct vota_provider *provider;
    vota_addr contract, anchorer;
    vota_hash anchored; /* transaction */
    struct vota_error err;
};

static void scene_init(struct scene *scene)
{
    const vota_hash root = {{0xee}};
    struct chain_contract contract;
    *scene = (struct scene){.chain = chain_new(1)};
    scene->provider = chain_provider_init(&scene->line, scene->chain, 0);
    scene->anchored = chain_send_anchor(scene->chain, CHAIN_ANCHORER, &root, 1);
    chain_mine(scene->chain, 6);
    chain_finalise(scene->chain, 2);
    assert_true(chain_contract(scene->chain, &contract));
    scene->contract = contract.address;
    scene->anchorer = contract.anchorer;
}

/* ---- questions ---- */

static enum vota_status ask_chain_id(struct scene *scene)
{
    uint64_t id = 0;
    return vota_eth_chain_id(scene->provider, &id, &scene->err);
}

static enum vota_status ask_tag(struct scene *scene, enum vota_block_tag tag)
{
    static struct vota_block block;
    const struct vota_block_id id = vota_block_tagged(tag);
    return vota_eth_block(scene->provider, &block, &id, &scene->err);
}

static enum vota_status ask_latest(struct scene *scene)
{
    return ask_tag(scene, VOTA_BLOCK_LATEST);
}

static enum vota_status ask_final(struct scene *scene)
{
    return ask_tag(scene, VOTA_BLOCK_FINALIZED);
}

static enum vota_status ask_state(struct scene *scene)
{
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    struct vota_chain_state state = {0};
    const enum vota_status status =
        vota_chain_state(&state, scene->provider, &scene->contract, &id, &scene->err);
    if (status == VOTA_OK)
        vota_chain_state_done(&state);
    return status;
}

static enum vota_status ask_nonce(struct scene *scene)
{
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    uint64_t nonce = 0;
    return vota_eth_nonce(scene->provider, &nonce, &scene->anchorer, &id, &scene->err);
}

static enum vota_status ask_estimate(struct scene *scene)
{
    const struct vota_eth_message message = {.from = &scene->anchorer, .to = &scene->anchorer};
    uint64_t gas = 0;
    return vota_eth_estimate_gas(scene->provider, &gas, &message, &scene->err);
}

static enum vota_status ask_fees(struct scene *scene)
{
    struct vota_fee_history history;
    return vota_eth_fee_history(scene->provider, &history, 4, 50, &scene->err);
}

static enum vota_status ask_receipt(struct scene *scene)
{
    struct vota_tx_receipt receipt = {0};
    const enum vota_status status =
        vota_eth_receipt(scene->provider, &receipt, &scene->anchored, &scene->err);
    if (status == VOTA_OK)
        vota_tx_receipt_done(&receipt);
    return status;
}

static enum vota_status ask_transaction(struct scene *scene)
{
    struct vota_tx_place place;
    return vota_eth_transaction(scene->provider, &place, &scene->anchored, &scene->err);
}

static enum vota_status nothing(void *context, const struct vota_chain_entry *entry)
{
    (void)context;
    (void)entry;
    return VOTA_OK;
}

/* The journal, held to the head that the contract has. */
static enum vota_status ask_journal(struct scene *scene)
{
    struct vota_store_deployment deployment;
    struct vota_chain_cursor cursor = {.contract = scene->contract};
    struct chain_contract truth;
    uint64_t time = 0;
    vota_hash tx;
    chain_deployment(scene->chain, &deployment, &cursor.block, &time, &tx);
    vota_journal_genesis(&cursor.head, &deployment.genesis);
    assert_true(chain_contract(scene->chain, &truth));
    const enum vota_status status = vota_chain_entries(
        scene->provider, &cursor, chain_height(scene->chain), nothing, NULL, &scene->err);
    if (status == VOTA_OK && !vota_hash_equal(&cursor.head, &truth.head))
        return vota_fail(&scene->err, VOTA_REMOTE, "journal", "head-differs");
    return status;
}

/* ---- faults of a call ---- */

enum seen { TRANSPORT, MALFORMED, ERROR, LIE, FINE };

static const enum vota_rpc_fault classes[] = {[TRANSPORT] = VOTA_RPC_FAULT_TRANSPORT,
                                              [MALFORMED] = VOTA_RPC_FAULT_MALFORMED,
                                              [ERROR] = VOTA_RPC_FAULT_ERROR,
                                              [LIE] = VOTA_RPC_FAULT_LIE};

struct fault_case {
    enum chain_fault fault;
    uint32_t amount;
    enum vota_status (*ask)(struct scene *scene);
    enum vota_status status;
    enum seen seen;
    const char *reason; /* of the error; NULL: not looked at */
};

static const struct fault_case cases[] = {
    {CHAIN_FAULT_TIMEOUT, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "timeout"},
    {CHAIN_FAULT_ANSWER_LOST, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "timeout"},
    {CHAIN_FAULT_CLOSED, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "cut-off"},
    {CHAIN_FAULT_DNS, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "name-not-found"},
    {CHAIN_FAULT_CONNECT, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "no-connection"},
    {CHAIN_FAULT_TLS, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "tls"},
    {CHAIN_FAULT_TOO_LARGE, 0, ask_latest, VOTA_LIMIT, TRANSPORT, "too-large"},
    {CHAIN_FAULT_HTTP, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_HTTP, 401, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_HTTP, 403, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_HTTP, 500, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_RATE_LIMIT, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_RATE_LIMIT, 30, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_BAD_GATEWAY_LATE, 0, ask_latest, VOTA_REMOTE, TRANSPORT, "http-status"},
    {CHAIN_FAULT_TRUNCATED, 0, ask_latest, VOTA_REMOTE, MALFORMED, "not-json"},
    {CHAIN_FAULT_HTML, 0, ask_latest, VOTA_REMOTE, MALFORMED, "not-json"},
    {CHAIN_FAULT_EMPTY, 0, ask_latest, VOTA_REMOTE, MALFORMED, "not-json"},
    {CHAIN_FAULT_WRONG_ID, 0, ask_latest, VOTA_REMOTE, MALFORMED, "wrong-id"},
    {CHAIN_FAULT_TEXT_ID, 0, ask_latest, VOTA_REMOTE, MALFORMED, "wrong-id"},
    {CHAIN_FAULT_BOTH, 0, ask_latest, VOTA_REMOTE, MALFORMED, "both-result-and-error"},
    {CHAIN_FAULT_NEITHER, 0, ask_latest, VOTA_REMOTE, MALFORMED, "neither-result-nor-error"},
    {CHAIN_FAULT_NULL, 0, ask_latest, VOTA_NOT_FOUND, FINE, "null"},
    {CHAIN_FAULT_NULL, 0, ask_chain_id, VOTA_NOT_FOUND, FINE, "null"},
    {CHAIN_FAULT_DUPLICATE_KEY, 0, ask_latest, VOTA_REMOTE, MALFORMED, "not-json"},
    {CHAIN_FAULT_DEEP, 0, ask_latest, VOTA_REMOTE, MALFORMED, "too-deep"},
    {CHAIN_FAULT_NOT_UTF8, 0, ask_latest, VOTA_REMOTE, MALFORMED, "not-json"},
    {CHAIN_FAULT_BATCH, 0, ask_latest, VOTA_REMOTE, MALFORMED, "not-object"},
    {CHAIN_FAULT_HUGE_NUMBER, 0, ask_chain_id, VOTA_REMOTE, MALFORMED, "not-json"},
    {CHAIN_FAULT_HUGE_QUANTITY, 0, ask_chain_id, VOTA_REMOTE, MALFORMED, "not-a-quantity"},
    {CHAIN_FAULT_BARE_0X, 0, ask_chain_id, VOTA_REMOTE, MALFORMED, "not-a-quantity"},
    {CHAIN_FAULT_ZEROS, 0, ask_chain_id, VOTA_REMOTE, MALFORMED, "not-a-quantity"},
    {CHAIN_FAULT_BARE_0X, 0, ask_latest, VOTA_OK, FINE, NULL}, /* debug_getRawHeader helps */
    {CHAIN_FAULT_ZEROS, 0, ask_receipt, VOTA_OK, FINE, NULL},  /* nodes do that in receipts */
    {CHAIN_FAULT_BARE_0X, 0, ask_receipt, VOTA_REMOTE, MALFORMED, "bad-receipt"},
    {CHAIN_FAULT_HUGE_QUANTITY, 0, ask_fees, VOTA_REMOTE, MALFORMED, "bad-fee-history"},
    {CHAIN_FAULT_INTERNAL, 0, ask_latest, VOTA_REMOTE, ERROR, "provider-error"},
    {CHAIN_FAULT_LIMIT_ERROR, 0, ask_latest, VOTA_REMOTE, ERROR, "provider-error"},
    {CHAIN_FAULT_NO_FINAL, 0, ask_final, VOTA_NOT_FOUND, ERROR, NULL},
    {CHAIN_FAULT_REVERT, 0, ask_estimate, VOTA_CONFLICT, ERROR, NULL},
    {CHAIN_FAULT_NO_RECEIPT, 0, ask_receipt, VOTA_NOT_FOUND, FINE, "null"},
    {CHAIN_FAULT_RECEIPT_OTHER, 0, ask_receipt, VOTA_REMOTE, LIE, "wrong-receipt"},
    {CHAIN_FAULT_NO_TRANSACTION, 0, ask_transaction, VOTA_NOT_FOUND, FINE, "null"},
    {CHAIN_FAULT_NO_LOGS, 0, ask_journal, VOTA_REMOTE, FINE, "head-differs"},
    {CHAIN_FAULT_LOG, 0, ask_journal, VOTA_REMOTE, LIE, "fold-differs"},
    {CHAIN_FAULT_PROOF, 0, ask_state, VOTA_REMOTE, LIE, "proof-node-hash"},
    {CHAIN_FAULT_PROOF, 1, ask_state, VOTA_REMOTE, LIE, "proof-node-hash"},
    {CHAIN_FAULT_PROOF, 3, ask_state, VOTA_REMOTE, LIE, "proof-node-hash"},
    {CHAIN_FAULT_PRUNED, 0, ask_state, VOTA_REMOTE, ERROR, "provider-error"},
};

static void check(const struct fault_case *fault, struct scene *scene)
{
    const struct vota_provider *provider = scene->provider;
    const char *name = chain_fault_name(fault->fault);
    const struct chain_rule rule = {.calls = CHAIN_ALWAYS, .amount = fault->amount};
    if (fault->ask(scene) != VOTA_OK)
        fail_msg("%s: not well before", name);
    chain_set_fault(scene->chain, 0, fault->fault, rule);
    const enum vota_status status = fault->ask(scene);
    if (status != fault->status)
        fail_msg("%s: status %d, %s", name, (int)status, scene->err.text);
    if (fault->seen != FINE && provider->failure.fault != classes[fault->seen])
        fail_msg("%s: class %d", name, (int)provider->failure.fault);
    if (fault->reason != NULL && strcmp(scene->err.text, fault->reason) != 0)
        fail_msg("%s: %s", name, scene->err.text);
    assert_true(chain_calls(scene->chain, 0).faults > 0);
    assert_int_equal(chain_calls(scene->chain, 1).faults, 0);
    chain_heal(scene->chain, 0);
    if (fault->ask(scene) != VOTA_OK)
        fail_msg("%s: not well after", name);
}

static void test_faults_of_a_call(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        scene_init(&scene);
        check(&cases[i], &scene);
        chain_free(scene.chain);
    }
}

static void test_details_of_http(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    chain_set_fault(scene.chain, 0, CHAIN_FAULT_RATE_LIMIT,
                    (struct chain_rule){.calls = 1, .amount = 30});
    assert_int_equal(ask_chain_id(&scene), VOTA_REMOTE);
    assert_int_equal(scene.provider->failure.http_status, 429);
    assert_int_equal(scene.provider->failure.retry_after_s, 30);
    chain_set_fault(scene.chain, 0, CHAIN_FAULT_HTTP,
                    (struct chain_rule){.calls = 1, .amount = 401});
    assert_int_equal(ask_chain_id(&scene), VOTA_REMOTE);
    assert_int_equal(vota_answers_retry(&scene.provider->failure), VOTA_RETRY_NEVER);
    assert_int_equal(ask_chain_id(&scene), VOTA_OK);
    chain_free(scene.chain);
}

/* A header that does not hash: the raw one is right, so the client must not have it. */
static void test_a_header_that_lies(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    chain_node_raw_header(scene.chain, 0, false);
    chain_fault_next(scene.chain, 0, CHAIN_FAULT_HEADER, 1);
    assert_int_equal(ask_latest(&scene), VOTA_REMOTE);
    assert_int_equal(scene.provider->failure.fault, VOTA_RPC_FAULT_LIE);
    assert_string_equal(scene.err.text, "header-hash-differs");
    assert_int_equal(ask_latest(&scene), VOTA_OK);
    chain_free(scene.chain);
}

/* EIP-1898 refused: asked by number instead. */
static void test_a_node_that_wants_numbers(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    chain_node_block_hash(scene.chain, 0, false);
    assert_int_equal(ask_state(&scene), VOTA_OK);
    assert_true(scene.provider->no_block_hash_param);
    chain_free(scene.chain);
}

/* ---- faults that one node alone does not give away: what they say ---- */

static uint64_t number_at(struct scene *scene, enum vota_block_tag tag)
{
    static struct vota_block block;
    const struct vota_block_id id = vota_block_tagged(tag);
    assert_int_equal(vota_eth_block(scene->provider, &block, &id, NULL), VOTA_OK);
    return block.number;
}

static void set(struct scene *scene, enum chain_fault fault, uint32_t amount)
{
    chain_heal(scene->chain, 0);
    chain_set_fault(scene->chain, 0, fault,
                    (struct chain_rule){.calls = CHAIN_ALWAYS, .amount = amount});
}

static void test_another_view_of_the_chain(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_LATEST), 7);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_FINALIZED), 5);
    set(&scene, CHAIN_FAULT_STALE, 4);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_LATEST), 3);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_FINALIZED), 3);
    assert_int_equal(ask_state(&scene), VOTA_OK);
    set(&scene, CHAIN_FAULT_FINAL_BACK, 2);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_LATEST), 7);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_FINALIZED), 3);
    chain_heal(scene.chain, 0);
    chain_set_fault(scene.chain, 0, CHAIN_FAULT_HEAD_BACK,
                    (struct chain_rule){.calls = 1, .amount = 1});
    assert_int_equal(number_at(&scene, VOTA_BLOCK_LATEST), 6);
    assert_int_equal(number_at(&scene, VOTA_BLOCK_LATEST), 7);
    chain_free(scene.chain);
}

static void test_another_network(void **state)
{
    (void)state;
    struct scene scene;
    uint64_t id = 0;
    vota_hash genesis;
    scene_init(&scene);
    set(&scene, CHAIN_FAULT_CHAIN_ID, 0);
    assert_int_equal(vota_eth_chain_id(scene.provider, &id, NULL), VOTA_OK);
    assert_int_not_equal(id, chain_id(scene.chain));
    set(&scene, CHAIN_FAULT_GENESIS, 0);
    const vota_hash ours = chain_genesis_hash(scene.chain);
    assert_int_equal(vota_eth_genesis(scene.provider, &genesis, NULL), VOTA_OK);
    assert_memory_not_equal(genesis.bytes, ours.bytes, 32);
    chain_free(scene.chain);
}

static void test_untrue_receipts(void **state)
{
    (void)state;
    struct scene scene;
    struct vota_tx_receipt receipt = {0};
    scene_init(&scene);
    const struct chain_place truth = chain_find(scene.chain, &scene.anchored);
    set(&scene, CHAIN_FAULT_STATUS, 0);
    assert_int_equal(vota_eth_receipt(scene.provider, &receipt, &scene.anchored, NULL), VOTA_OK);
    assert_false(receipt.succeeded);
    vota_tx_receipt_done(&receipt);
    set(&scene, CHAIN_FAULT_RECEIPT_BLOCK, 0);
    assert_int_equal(vota_eth_receipt(scene.provider, &receipt, &scene.anchored, NULL), VOTA_OK);
    assert_int_equal(receipt.block_number, truth.block - 1);
    vota_tx_receipt_done(&receipt);
    set(&scene, CHAIN_FAULT_NO_LOGS, 0);
    assert_int_equal(vota_eth_receipt(scene.provider, &receipt, &scene.anchored, NULL), VOTA_OK);
    assert_int_equal(receipt.logs.count, 0);
    vota_tx_receipt_done(&receipt);
    chain_free(scene.chain);
}

static void test_untrue_numbers(void **state)
{
    (void)state;
    struct scene scene;
    uint64_t value = 0;
    struct vota_fee_history history;
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    scene_init(&scene);
    set(&scene, CHAIN_FAULT_OLD_NONCE, 0);
    assert_int_equal(vota_eth_nonce(scene.provider, &value, &scene.anchorer, &latest, NULL),
                     VOTA_OK);
    assert_int_equal(value, 0);
    set(&scene, CHAIN_FAULT_FEES, 0);
    assert_int_equal(vota_eth_fee_history(scene.provider, &history, 2, 50, NULL), VOTA_OK);
    assert_int_equal(history.base_fee[2], 1000 * chain_base_fee(scene.chain));
    const struct vota_eth_message message = {.from = &scene.anchorer, .to = &scene.anchorer};
    set(&scene, CHAIN_FAULT_ESTIMATE, 0);
    assert_int_equal(vota_eth_estimate_gas(scene.provider, &value, &message, NULL), VOTA_OK);
    assert_int_equal(value, 21000000);
    assert_int_equal(ask_nonce(&scene), VOTA_OK);
    chain_free(scene.chain);
}

/* ---- rules ---- */

static void test_rules(void **state)
{
    (void)state;
    struct scene scene;
    unsigned failed = 0;
    scene_init(&scene);
    chain_fault_next(scene.chain, CHAIN_ALL_NODES, CHAIN_FAULT_TIMEOUT, 2);
    assert_int_equal(ask_chain_id(&scene), VOTA_REMOTE);
    assert_int_equal(ask_chain_id(&scene), VOTA_REMOTE);
    assert_int_equal(ask_chain_id(&scene), VOTA_OK);
    chain_set_fault(scene.chain, 0, CHAIN_FAULT_TLS,
                    (struct chain_rule){.calls = 1, .methods = 1u << CHAIN_NONCE});
    assert_int_equal(ask_chain_id(&scene), VOTA_OK);
    assert_int_equal(ask_nonce(&scene), VOTA_REMOTE);
    chain_set_fault(scene.chain, 0, CHAIN_FAULT_DNS, (struct chain_rule){.per_mille = 300});
    for (unsigned i = 0; i < 1000; i++)
        failed += ask_chain_id(&scene) != VOTA_OK;
    assert_in_range(failed, 240, 360);
    for (unsigned i = 0; i < CHAIN_FAULTS; i++)
        assert_non_null(chain_fault_name((enum chain_fault)i));
    chain_free(scene.chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_of_a_call),
        cmocka_unit_test(test_details_of_http),
        cmocka_unit_test(test_a_header_that_lies),
        cmocka_unit_test(test_a_node_that_wants_numbers),
        cmocka_unit_test(test_another_view_of_the_chain),
        cmocka_unit_test(test_another_network),
        cmocka_unit_test(test_untrue_receipts),
        cmocka_unit_test(test_untrue_numbers),
        cmocka_unit_test(test_rules),
    };
    return RUN_TESTS(tests);
}
