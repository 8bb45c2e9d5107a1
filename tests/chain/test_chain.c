/* SPDX-License-Identifier: Apache-2.0 */
/* A healthy node of the scripted chain, seen by the production client: all of it is believed. */
#include "bridge/engine/chain.h"
#include "bridge/engine/deploy.h"
#include "keccak/keccak.h"
#include "proof/create2.h"
#include "proof/header.h"
#include "tests/chain/provider.h"
#include "tests/test.h"

static struct chain_provider line;

static struct vota_provider *provider_of(struct chain *chain)
{
    return chain_provider_init(&line, chain, 0);
}

static vota_hash root_of(uint8_t number)
{
    const vota_hash root = {{0xab, number}};
    return root;
}

static vota_addr contract_of(const struct chain *chain)
{
    struct chain_contract contract;
    assert_true(chain_contract(chain, &contract));
    return contract.address;
}

/* ---- headers ---- */

static void check_block(struct vota_provider *provider, const struct vota_block_id *id,
                        uint64_t number)
{
    static struct vota_block block;
    struct vota_header_gas gas;
    assert_int_equal(vota_eth_block(provider, &block, id, NULL), VOTA_OK);
    assert_int_equal(block.number, number);
    const struct vota_slice rlp = {block.rlp, block.rlp_len};
    assert_int_equal(vota_header_read_gas(&gas, rlp, NULL), VOTA_OK);
    if (number == 0)
        return;
    static struct vota_block parent;
    const struct vota_block_id before = vota_block_hashed(&block.parent_hash);
    uint64_t base_fee = 0;
    assert_int_equal(vota_eth_block(provider, &parent, &before, NULL), VOTA_OK);
    assert_int_equal(parent.number + 1, number);
    assert_true(parent.time < block.time);
    assert_true(vota_fees_next_base(&base_fee, parent.base_fee, parent.gas_used, parent.gas_limit));
    assert_int_equal(block.base_fee, base_fee);
}

static void test_headers_of_every_fork(void **state)
{
    (void)state;
    for (unsigned fields = 21; fields <= 24; fields++) {
        if (fields == 22)
            continue;
        const struct chain_options options = {.fields = fields};
        struct chain *chain = chain_new_with(1, &options);
        struct vota_provider *provider = provider_of(chain);
        chain_mine(chain, 3);
        static struct vota_block block;
        const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
        check_block(provider, &latest, 4);
        assert_int_equal(vota_eth_block(provider, &block, &latest, NULL), VOTA_OK);
        assert_int_equal(block.fields, fields);
        chain_node_raw_header(chain, 0, false);
        provider->no_raw_header = false;
        assert_int_equal(vota_eth_block(provider, &block, &latest, NULL),
                         fields == 24 ? VOTA_REMOTE : VOTA_OK);
        if (fields == 24)
            assert_string_equal(provider->failure.reason, "unsupported-header");
        chain_free(chain);
    }
}

static void test_blocks_link_and_follow_the_fee_rule(void **state)
{
    (void)state;
    struct chain *chain = chain_new(2);
    struct vota_provider *provider = provider_of(chain);
    chain_mine(chain, 3);
    chain_storm(chain, 5);
    chain_mine(chain, 5);
    chain_set_demand(chain, 0);
    chain_mine(chain, 5);
    for (uint64_t number = 0; number <= chain_height(chain); number++) {
        const struct vota_block_id id = vota_block_numbered(number);
        check_block(provider, &id, number);
    }
    vota_hash genesis;
    assert_int_equal(vota_eth_genesis(provider, &genesis, NULL), VOTA_OK);
    const vota_hash expected = chain_genesis_hash(chain);
    assert_hash_equal(&genesis, &expected);
    chain_free(chain);
}

static void test_storm_is_tenfold_in_twenty_blocks(void **state)
{
    (void)state;
    struct chain *chain = chain_new(3);
    const uint64_t before = chain_base_fee(chain);
    chain_storm(chain, 20);
    chain_mine(chain, 20);
    assert_true(chain_base_fee(chain) > 10 * before && chain_base_fee(chain) < 11 * before);
    const uint64_t after = chain_base_fee(chain);
    chain_mine(chain, 3);
    assert_int_equal(chain_base_fee(chain), after);
    chain_free(chain);
}

/* ---- state ---- */

static void check_account(struct vota_provider *provider, const vota_addr *addr, uint64_t nonce,
                          const struct vota_u256 *balance)
{
    struct vota_state read = {0};
    const struct vota_eth_query query = vota_eth_first_slots(addr, 0);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_state_read(provider, &read, &query, &latest, NULL), VOTA_OK);
    assert_int_equal(read.nonce, nonce);
    assert_memory_equal(read.balance.be, balance->be, 32);
    vota_state_done(&read);
}

static void test_state_is_proven(void **state)
{
    (void)state;
    struct chain *chain = chain_new(4);
    struct vota_provider *provider = provider_of(chain);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    const vota_addr nobody = {{0x77}};
    const struct vota_u256 zero = vota_u256_of(0);
    const struct vota_u256 given = vota_u256_of(123456789);
    struct vota_u256 before = chain_balance(chain, &anchorer);
    check_account(provider, &anchorer, 0, &before);
    check_account(provider, &nobody, 0, &zero);
    chain_set_balance(chain, &nobody, &given);
    (void)chain_send_self(chain, CHAIN_ANCHORER);
    chain_mine(chain, 1);
    check_account(provider, &nobody, 0, &given);
    const struct vota_u256 after = chain_balance(chain, &anchorer);
    assert_true(vota_u256_compare(&after, &before) < 0);
    check_account(provider, &anchorer, 1, &after);
    chain_free(chain);
}

static void test_contract_slots_are_proven(void **state)
{
    (void)state;
    struct chain *chain = chain_new(5);
    struct vota_provider *provider = provider_of(chain);
    const vota_addr address = contract_of(chain);
    const struct vota_eth_query query = vota_eth_first_slots(&address, 6);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const vota_hash root = root_of(1);
    (void)chain_send_anchor(chain, CHAIN_ANCHORER, &root, 3);
    chain_mine(chain, 1);
    struct chain_contract truth;
    struct vota_state read = {0};
    assert_true(chain_contract(chain, &truth));
    assert_int_equal(vota_state_read(provider, &read, &query, &latest, NULL), VOTA_OK);
    assert_hash_equal(&read.values[0], &truth.head);
    const vota_hash owner = vota_word_of_addr(&truth.owner);
    assert_hash_equal(&read.values[3], &owner);
    assert_true(vota_hash_is_zero(&read.values[4]) && vota_hash_is_zero(&read.values[5]));
    vota_state_done(&read);
    struct vota_chain_state proven = {0};
    assert_int_equal(vota_chain_state(&proven, provider, &address, &latest, NULL), VOTA_OK);
    assert_int_equal(proven.contract.length, 1);
    assert_true(vota_addr_equal(&proven.contract.anchorer, &truth.anchorer));
    vota_chain_state_done(&proven);
    chain_free(chain);
}

static void test_state_ends_with_the_window(void **state)
{
    (void)state;
    struct chain *chain = chain_new(6);
    struct vota_provider *provider = provider_of(chain);
    const vota_addr address = contract_of(chain);
    const struct vota_block_id old = vota_block_numbered(1);
    struct vota_chain_state proven = {0};
    chain_mine(chain, 127);
    assert_int_equal(vota_chain_state(&proven, provider, &address, &old, NULL), VOTA_OK);
    vota_chain_state_done(&proven);
    chain_mine(chain, 1);
    assert_int_equal(vota_chain_state(&proven, provider, &address, &old, NULL), VOTA_REMOTE);
    chain_node_window(chain, 0, 0);
    assert_int_equal(vota_chain_state(&proven, provider, &address, &old, NULL), VOTA_OK);
    vota_chain_state_done(&proven);
    chain_free(chain);
}

static void test_codes(void **state)
{
    (void)state;
    struct chain *chain = chain_new(7);
    struct vota_provider *provider = provider_of(chain);
    uint8_t code[8192];
    struct vota_wr wr = vota_wr_of(code, sizeof code);
    const vota_addr address = contract_of(chain);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    vota_hash hash;
    vota_hash proxy;
    test_hex(proxy.bytes, 32, "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989");
    assert_int_equal(vota_eth_code(provider, &wr, &address, &latest, NULL), VOTA_OK);
    vota_keccak_hash(hash.bytes, code, wr.len);
    assert_hash_equal(&hash, &vota_contract_code_hash);
    wr.len = 0;
    assert_int_equal(vota_eth_code(provider, &wr, &vota_create2_proxy, &latest, NULL), VOTA_OK);
    vota_keccak_hash(hash.bytes, code, wr.len);
    assert_hash_equal(&hash, &proxy);
    chain_free(chain);
}

static void test_deployment_record_leads_to_the_address(void **state)
{
    (void)state;
    struct chain *chain = chain_new(8);
    struct vota_store_deployment deployment;
    uint64_t block = 0;
    uint64_t time = 0;
    vota_hash tx;
    vota_addr computed;
    vota_hash head;
    struct chain_contract contract;
    chain_deployment(chain, &deployment, &block, &time, &tx);
    vota_deploy_address(&computed, &deployment);
    assert_true(vota_addr_equal(&computed, &deployment.genesis.contract));
    assert_true(chain_contract(chain, &contract));
    vota_journal_genesis(&head, &deployment.genesis);
    assert_hash_equal(&head, &contract.head);
    assert_int_equal(block, 1);
    struct vota_tx_receipt receipt = {0};
    assert_int_equal(vota_eth_receipt(provider_of(chain), &receipt, &tx, NULL), VOTA_OK);
    assert_true(receipt.succeeded && receipt.block_number == 1);
    vota_tx_receipt_done(&receipt);
    chain_free(chain);
}

/* ---- fees, calls ---- */

static void test_fee_history_and_estimates(void **state)
{
    (void)state;
    struct chain *chain = chain_new(9);
    struct vota_provider *provider = provider_of(chain);
    struct vota_fee_history history;
    const vota_addr address = contract_of(chain);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    const vota_addr stranger = chain_address(CHAIN_STRANGER);
    const vota_hash root = root_of(1);
    struct chain_contract contract;
    uint8_t data[128];
    struct vota_wr wr = vota_wr_of(data, sizeof data);
    uint64_t gas = 0;
    chain_mine(chain, 30);
    assert_int_equal(vota_eth_fee_history(provider, &history, 20, 50, NULL), VOTA_OK);
    assert_true(history.count == 20 && history.has_tips && history.tip[0] == CHAIN_GWEI);
    assert_int_equal(history.base_fee[20], chain_base_fee(chain));
    assert_true(chain_contract(chain, &contract));
    vota_contract_anchor(&wr, &contract.head, &root, 1);
    struct vota_eth_message message = {.from = &anchorer, .to = &address, .data = {data, wr.len}};
    assert_int_equal(vota_eth_estimate_gas(provider, &gas, &message, NULL), VOTA_OK);
    assert_in_range(gas, 30000, 40000);
    message.from = &stranger;
    assert_int_equal(vota_eth_estimate_gas(provider, &gas, &message, NULL), VOTA_CONFLICT);
    assert_true(vota_answers_is_revert(&provider->failure));
    assert_int_equal(provider->failure.error.data_len, 4 + 32);
    chain_free(chain);
}

static void test_getters(void **state)
{
    (void)state;
    struct chain *chain = chain_new(10);
    const vota_addr address = contract_of(chain);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const uint8_t head[] = {0x8f, 0x7d, 0xcf, 0xa3};
    const struct vota_eth_message message = {.to = &address, .data = {head, sizeof head}};
    uint8_t answer[32];
    struct vota_wr wr = vota_wr_of(answer, sizeof answer);
    struct chain_contract contract;
    assert_true(chain_contract(chain, &contract));
    assert_int_equal(vota_eth_call(provider_of(chain), &wr, &message, &latest, NULL), VOTA_OK);
    assert_int_equal(wr.len, 32);
    assert_memory_equal(answer, contract.head.bytes, 32);
    chain_free(chain);
}

/* ---- nobody else is that quick ---- */

static void test_unknown_things_are_null(void **state)
{
    (void)state;
    struct chain *chain = chain_new(11);
    struct vota_provider *provider = provider_of(chain);
    static struct vota_block block;
    const vota_hash none = {{0x55}};
    const struct vota_block_id by_hash = vota_block_hashed(&none);
    const struct vota_block_id by_number = vota_block_numbered(99);
    struct vota_tx_receipt receipt = {0};
    struct vota_tx_place place;
    assert_int_equal(vota_eth_block(provider, &block, &by_hash, NULL), VOTA_NOT_FOUND);
    assert_int_equal(vota_eth_block(provider, &block, &by_number, NULL), VOTA_NOT_FOUND);
    assert_int_equal(vota_eth_receipt(provider, &receipt, &none, NULL), VOTA_NOT_FOUND);
    assert_int_equal(vota_eth_transaction(provider, &place, &none, NULL), VOTA_NOT_FOUND);
    chain_free(chain);
}

static void test_same_seed_same_chain(void **state)
{
    (void)state;
    vota_hash hashes[3];
    static struct vota_block block;
    const uint64_t seeds[] = {12, 12, 13};
    for (size_t i = 0; i < 3; i++) {
        struct chain *chain = chain_new(seeds[i]);
        const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
        (void)chain_send_self(chain, CHAIN_OWNER);
        chain_mine(chain, 4);
        assert_int_equal(vota_eth_block(provider_of(chain), &block, &latest, NULL), VOTA_OK);
        hashes[i] = block.hash;
        chain_free(chain);
    }
    assert_hash_equal(&hashes[0], &hashes[1]);
    assert_memory_not_equal(hashes[0].bytes, hashes[2].bytes, 32);
}

static void test_calls_are_counted(void **state)
{
    (void)state;
    struct chain *chain = chain_new(14);
    struct vota_provider *provider = provider_of(chain);
    uint64_t id = 0;
    enum vota_send_answer answer = VOTA_SEND_ACCEPTED;
    const struct vota_slice raw = {(const uint8_t *)"\x02\xc0", 2};
    assert_int_equal(vota_eth_chain_id(provider, &id, NULL), VOTA_OK);
    assert_int_equal(id, chain_id(chain));
    assert_int_equal(vota_eth_send_raw(provider, &answer, raw, NULL), VOTA_OK);
    assert_int_equal(answer, VOTA_SEND_FATAL);
    const struct chain_calls calls = chain_calls(chain, 0);
    assert_int_equal(calls.reads, 1);
    assert_int_equal(calls.writes, 1);
    assert_int_equal(calls.of[CHAIN_CHAIN_ID], 1);
    assert_int_equal(chain_calls(chain, 1).reads, 0);
    chain_free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_of_every_fork),
        cmocka_unit_test(test_blocks_link_and_follow_the_fee_rule),
        cmocka_unit_test(test_storm_is_tenfold_in_twenty_blocks),
        cmocka_unit_test(test_state_is_proven),
        cmocka_unit_test(test_contract_slots_are_proven),
        cmocka_unit_test(test_state_ends_with_the_window),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_deployment_record_leads_to_the_address),
        cmocka_unit_test(test_fee_history_and_estimates),
        cmocka_unit_test(test_getters),
        cmocka_unit_test(test_unknown_things_are_null),
        cmocka_unit_test(test_same_seed_same_chain),
        cmocka_unit_test(test_calls_are_counted),
    };
    return RUN_TESTS(tests);
}
