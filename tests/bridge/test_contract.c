/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls and events of the contract against what the compiler recorded in
 * contracts/artifacts/VoteAnchor.build.json, and against themselves: an event
 * made here from an entry reads back as that entry.
 */
#include "tests/test.h"

#include "bridge/engine/attempt.h"
#include "bridge/engine/contract.h"
#include "bridge/engine/deploy.h"
#include "keccak/keccak.h"
#include "proof/journal.h"
#include "rpc/abi.h"

static json_t *build_facts(void)
{
    json_t *facts =
        json_load_file(VOTA_SOURCE_DIR "/contracts/artifacts/VoteAnchor.build.json", 0, NULL);
    assert_non_null(facts);
    return facts;
}

static void assert_selector(const json_t *facts, const char *signature, const struct vota_wr *wr)
{
    uint8_t selector[4];
    test_hex(selector, sizeof selector, test_text(test_get(facts, "functions"), signature));
    assert_true(vota_wr_fits(wr));
    assert_memory_equal(wr->to, selector, sizeof selector);
}

static void every_call_begins_with_the_compiled_selector(void **state)
{
    (void)state;
    static uint8_t bytes[4096];
    json_t *facts = build_facts();
    const vota_hash hash = {{1}};
    const vota_addr addr = {{2}};
    const uint64_t counts[] = {3, 4};
    const struct vota_slice text = {(const uint8_t *)"text", 4};
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_contract_open_register(&wr, &hash, text);
    assert_selector(facts, "openRegister(bytes32,string)", &wr);
    wr.len = 0;
    vota_contract_anchor(&wr, &hash, &hash, 7);
    assert_selector(facts, "anchor(bytes32,bytes32,uint32)", &wr);
    assert_int_equal(wr.len, 4 + 3 * 32);
    wr.len = 0;
    vota_contract_publish_result(&wr, &hash, &hash, 5, counts, 2);
    assert_selector(facts, "publishResult(bytes32,bytes32,uint64,uint64[])", &wr);
    wr.len = 0;
    vota_contract_set_key(&wr, VOTA_ROLE_ANCHORER, &addr, 0);
    assert_selector(facts, "setKey(uint8,address,uint64)", &wr);
    wr.len = 0;
    vota_contract_disavow(&wr, 1, 2, text);
    assert_selector(facts, "disavow(uint64,uint64,string)", &wr);
    wr.len = 0;
    vota_contract_succeeded_by(&wr, 1, &addr);
    assert_selector(facts, "succeededBy(uint256,address)", &wr);
    wr.len = 0;
    vota_contract_transfer_ownership(&wr, &addr);
    assert_selector(facts, "transferOwnership(address)", &wr);
    wr.len = 0;
    vota_contract_accept_ownership(&wr);
    assert_selector(facts, "acceptOwnership()", &wr);
    json_decref(facts);
}

static void the_embedded_code_is_the_compiled_one(void **state)
{
    (void)state;
    json_t *facts = build_facts();
    const vota_hash creation = test_hash(facts, "creation_code_hash");
    const vota_hash code = test_hash(facts, "code_hash");
    vota_hash actual;
    vota_keccak_hash(actual.bytes, vota_contract_creation_code.at, vota_contract_creation_code.len);
    assert_hash_equal(&actual, &creation);
    assert_hash_equal(&vota_contract_code_hash, &code);
    json_decref(facts);
}

static void slots_read_as_solidity_packs_them(void **state)
{
    (void)state;
    vota_hash slots[VOTA_CONTRACT_SLOTS] = {{{0}}};
    struct vota_contract_state read;
    slots[0].bytes[31] = 9;
    slots[1].bytes[11] = 5; /* length, in the eight bytes before the address */
    slots[1].bytes[12] = 0xaa;
    slots[1].bytes[31] = 0xbb;
    slots[2].bytes[12] = 0xcc;
    vota_contract_state_read(&read, slots);
    assert_int_equal(read.head.bytes[31], 9);
    assert_true(read.length == 5);
    assert_int_equal(read.anchorer.bytes[0], 0xaa);
    assert_int_equal(read.anchorer.bytes[19], 0xbb);
    assert_int_equal(read.acceptance_key.bytes[0], 0xcc);
}

/* A log as a node would tell of an entry. */
struct made_log {
    struct vota_eth_log log;
    uint8_t data[2048];
};

static void make_log(struct made_log *made, const json_t *facts, const char *event, uint64_t number,
                     const struct vota_abi_value *values, size_t n)
{
    struct vota_wr wr = vota_wr_of(made->data, sizeof made->data);
    memset(&made->log, 0, sizeof made->log);
    made->log.topics[0] = test_hash(test_get(facts, "events"), event);
    made->log.topics[1] = vota_word_of_u64(number);
    made->log.topic_count = 2;
    made->log.block_number = 77;
    vota_abi_encode(&wr, values, n);
    made->log.data = (struct vota_slice){made->data, wr.len};
}

static void a_batch_event_reads_as_its_entry(void **state)
{
    (void)state;
    struct made_log made;
    struct vota_contract_event event;
    json_t *facts = build_facts();
    const vota_hash root = {{5}};
    const vota_hash head = {{6}};
    const struct vota_abi_value values[] = {vota_abi_hash(&root), vota_abi_u64(13),
                                            vota_abi_hash(&head)};
    make_log(&made, facts, "BatchAnchored(uint64,bytes32,uint32,bytes32)", 4, values, 3);
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_OK);
    struct vota_entry expected;
    vota_entry_batch(&expected, &root, 13);
    assert_true(event.entry.kind == VOTA_ENTRY_BATCH && event.entry.number == 4);
    assert_hash_equal(&event.entry.a, &expected.a);
    assert_hash_equal(&event.entry.b, &expected.b);
    assert_hash_equal(&event.entry.c, &expected.c);
    assert_hash_equal(&event.head, &head);
    made.log.data.len--;
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_BAD_INPUT);
    made.log.data.len++;
    made.log.topic_count = 3;
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_BAD_INPUT);
    json_decref(facts);
}

static void an_opening_must_hash_to_its_register(void **state)
{
    (void)state;
    struct made_log made;
    struct vota_contract_event event;
    json_t *facts = build_facts();
    const vota_hash head = {{6}};
    const struct vota_abi_value values[] = {vota_abi_bytes("a definition", 12),
                                            vota_abi_hash(&head)};
    make_log(&made, facts, "RegisterOpened(uint64,bytes32,string,bytes32)", 1, values, 2);
    made.log.topic_count = 3;
    vota_keccak_hash(made.log.topics[2].bytes, "a definition", 12);
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_OK);
    assert_int_equal(event.text.len, 12);
    made.log.topics[2].bytes[0] ^= 1;
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_BAD_INPUT);
    json_decref(facts);
}

static void a_result_event_carries_its_counts(void **state)
{
    (void)state;
    struct made_log made;
    struct vota_contract_event event;
    json_t *facts = build_facts();
    const vota_hash head = {{6}};
    const uint64_t counts[] = {8, 5, 0};
    vota_hash counts_hash;
    const struct vota_abi_value values[] = {vota_abi_u64(2), vota_abi_u64s(counts, 3),
                                            vota_abi_hash(&head)};
    make_log(&made, facts, "ResultPublished(uint64,bytes32,uint64,uint64[],bytes32)", 3, values, 3);
    made.log.topic_count = 3;
    made.log.topics[2].bytes[0] = 0xee;
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_OK);
    vota_journal_counts_hash(&counts_hash, counts, 3);
    assert_hash_equal(&event.entry.c, &counts_hash);
    assert_int_equal(event.count, 3);
    assert_int_equal(event.entry.a.bytes[0], 0xee);
    json_decref(facts);
}

static void an_event_that_is_no_entry_is_passed_over(void **state)
{
    (void)state;
    struct made_log made;
    struct vota_contract_event event;
    json_t *facts = build_facts();
    make_log(&made, facts, "OwnershipTransferred(address,address)", 1, NULL, 0);
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_NOT_FOUND);
    made.log.topic_count = 0;
    assert_int_equal(vota_contract_event_read(&event, &made.log, NULL), VOTA_NOT_FOUND);
    json_decref(facts);
}

static void a_deployment_record_leads_to_its_address_and_no_other(void **state)
{
    (void)state;
    struct vota_store_deployment deployment = {.salt = {{3}}};
    vota_addr address;
    deployment.genesis.chain_id = 31337;
    deployment.genesis.owner.bytes[0] = 1;
    vota_deploy_plan(&deployment, true, &deployment.genesis.owner, 0);
    vota_deploy_address(&address, &deployment);
    assert_true(vota_addr_equal(&address, &deployment.genesis.contract));
    deployment.genesis.owner.bytes[0] = 2;
    vota_deploy_address(&address, &deployment);
    assert_false(vota_addr_equal(&address, &deployment.genesis.contract));
}

static void a_result_survives_the_outbox(void **state)
{
    (void)state;
    uint8_t bytes[64];
    uint64_t counts[4];
    uint64_t last_entry = 0;
    size_t n = 0;
    const uint64_t given[] = {UINT64_MAX, 0, 7};
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_attempt_result_write(&wr, 9, given, 3);
    const struct vota_slice slice = {bytes, wr.len};
    assert_int_equal(vota_attempt_result_read(&last_entry, counts, &n, 4, slice), VOTA_OK);
    assert_true(last_entry == 9 && n == 3 && counts[0] == UINT64_MAX && counts[2] == 7);
    assert_int_equal(vota_attempt_result_read(&last_entry, counts, &n, 2, slice), VOTA_BAD_INPUT);
    const struct vota_slice cut = {bytes, wr.len - 1};
    assert_int_equal(vota_attempt_result_read(&last_entry, counts, &n, 4, cut), VOTA_BAD_INPUT);
    const struct vota_slice none = {bytes, 0};
    assert_int_equal(vota_attempt_result_read(&last_entry, counts, &n, 4, none), VOTA_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_begins_with_the_compiled_selector),
        cmocka_unit_test(the_embedded_code_is_the_compiled_one),
        cmocka_unit_test(slots_read_as_solidity_packs_them),
        cmocka_unit_test(a_batch_event_reads_as_its_entry),
        cmocka_unit_test(an_opening_must_hash_to_its_register),
        cmocka_unit_test(a_result_event_carries_its_counts),
        cmocka_unit_test(an_event_that_is_no_entry_is_passed_over),
        cmocka_unit_test(a_deployment_record_leads_to_its_address_and_no_other),
        cmocka_unit_test(a_result_survives_the_outbox),
    };
    return RUN_TESTS(tests);
}
