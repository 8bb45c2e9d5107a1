/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proven state against a chain of one block made here: a state trie of one
 * account with a storage trie of one slot, under a header that hashes. Then the
 * same with one thing changed at a time.
 */
#include "rpc/state.h"

#include <stdio.h>

#include "keccak/keccak.h"
#include "proof/rlp.h"
#include "tests/rpc/sample_header.h"
#include "tests/rpc/script.h"

static const vota_addr contract = {{[0] = 0xc0, [19] = 0x01}};

/* Everything the scripted node knows. */
struct world {
    uint8_t slot_node[200];
    size_t slot_len;
    uint8_t account_node[300];
    size_t account_len;
    vota_hash storage_root;
    vota_hash state_root;
    char block[5000];
    char proof[4000];
    struct script_step steps[3];
    struct script script;
};

/* A leaf that is a whole trie: path = all 64 nibbles of the key. */
static size_t make_leaf(uint8_t *ret, size_t cap, const void *key, size_t key_len,
                        const struct vota_wr *value)
{
    uint8_t path[33] = {0x20};
    vota_keccak_hash(path + 1, key, key_len);
    struct vota_wr measure = vota_wr_of(NULL, 0);
    vota_rlp_put_string(&measure, path, sizeof path);
    vota_rlp_put_string(&measure, value->to, value->len);
    struct vota_wr wr = vota_wr_of(ret, cap);
    vota_rlp_put_list(&wr, measure.len);
    vota_rlp_put_string(&wr, path, sizeof path);
    vota_rlp_put_string(&wr, value->to, value->len);
    assert_true(vota_wr_fits(&wr));
    return wr.len;
}

/* Slot 0 holds `value`, 32 bytes with leading zeros. */
static void make_storage(struct world *world, const vota_hash *value)
{
    static const vota_hash slot;
    uint8_t rlp[40];
    struct vota_wr wr = vota_wr_of(rlp, sizeof rlp);
    vota_rlp_put_integer(&wr, value->bytes, 32);
    world->slot_len =
        make_leaf(world->slot_node, sizeof world->slot_node, slot.bytes, sizeof slot.bytes, &wr);
    vota_keccak_hash(world->storage_root.bytes, world->slot_node, world->slot_len);
}

static void make_account(struct world *world)
{
    static const vota_hash code_hash = {{[0] = 0xcc}};
    uint8_t rlp[120];
    struct vota_wr wr = vota_wr_of(rlp, sizeof rlp);
    vota_rlp_put_list(&wr, 1 + 2 + 33 + 33);
    vota_rlp_put_uint64(&wr, 1);
    vota_rlp_put_uint64(&wr, 200);
    vota_rlp_put_string(&wr, world->storage_root.bytes, 32);
    vota_rlp_put_string(&wr, code_hash.bytes, 32);
    world->account_len = make_leaf(world->account_node, sizeof world->account_node, contract.bytes,
                                   sizeof contract.bytes, &wr);
    vota_keccak_hash(world->state_root.bytes, world->account_node, world->account_len);
}

/* The block's JSON: first under a wrong hash, to learn from our own encoder what it hashes to. */
static void make_block(struct world *world)
{
    char root[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(root, &world->state_root);
    uint8_t header[1000];
    struct vota_wr wr = vota_wr_of(header, sizeof header);
    char json[4500];
    (void)snprintf(
        json, sizeof json,
        "{" SAMPLE_HEAD "\"stateRoot\":\"%s\"," SAMPLE_MIDDLE SAMPLE_TAIL ",\"hash\":", root);

    /* The sample's header with its fourth item replaced. */
    static const struct script_step known[] = {
        SCRIPT_RESULT("{" SAMPLE_HEAD SAMPLE_STATE_ROOT SAMPLE_MIDDLE SAMPLE_TAIL
                      ",\"hash\":\"" SAMPLE_HASH "\"}")};
    struct vota_block block;
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_eth_block(SCRIPT_INIT(&world->script, known), &block, &latest, NULL),
                     VOTA_OK);
    vota_wr_put(&wr, block.rlp, block.rlp_len);
    const size_t at = 3 + 33 + 33 + 21 + 1;
    memcpy(header + at, world->state_root.bytes, 32);
    vota_hash hash;
    char hash_text[VOTA_HASH_HEX_CHARS + 1];
    vota_keccak_hash(hash.bytes, header, wr.len);
    vota_hex_of_hash(hash_text, &hash);
    (void)snprintf(world->block, sizeof world->block,
                   "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":%s\"%s\"}}", json, hash_text);
    world->steps[0] = (struct script_step){.body = world->block};
}

static void put_node(struct vota_wr *wr, const uint8_t *node, size_t len)
{
    vota_wr_byte(wr, '"');
    vota_hex_write(wr, node, len);
    vota_wr_byte(wr, '"');
}

static void make_proof(struct world *world, const char *key)
{
    memset(world->proof, 0, sizeof world->proof);
    struct vota_wr wr = vota_wr_of(world->proof, sizeof world->proof - 1);
    vota_wr_text(&wr, "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{\"accountProof\":[");
    if (world->account_len > 0)
        put_node(&wr, world->account_node, world->account_len);
    vota_wr_text(&wr, "],\"storageProof\":[{\"key\":\"");
    vota_wr_text(&wr, key);
    vota_wr_text(&wr, "\",\"value\":\"0x0\",\"proof\":[");
    if (world->slot_len > 0)
        put_node(&wr, world->slot_node, world->slot_len);
    vota_wr_text(&wr, "]}]}}");
    assert_true(vota_wr_fits(&wr));
    world->steps[1] = (struct script_step){.body = world->proof};
}

static struct world *make_world(const vota_hash *value)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    make_storage(world, value);
    make_account(world);
    make_block(world);
    make_proof(world, "0x0");
    return world;
}

static enum vota_status read_world(struct world *world, struct vota_state *ret_state,
                                   struct vota_error *err)
{
    struct vota_provider *provider = script_init(&world->script, world->steps, 2);
    const struct vota_eth_query query = vota_eth_first_slots(&contract, 1);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    return vota_state_read(provider, ret_state, &query, &latest, err);
}

static const vota_hash full = {{[0] = 0xfe, [31] = 0x01}};
static const vota_hash led_by_zeros = {{[2] = 0x80, [31] = 0x01}};
static const vota_hash small = {{[31] = 0x07}};

static void a_proven_slot_comes_back_padded_to_32_bytes(void **state)
{
    (void)state;
    const vota_hash *const values[] = {&full, &led_by_zeros, &small};
    for (size_t i = 0; i < 3; i++) {
        struct world *world = make_world(values[i]);
        struct vota_state proven = {0};
        assert_int_equal(read_world(world, &proven, NULL), VOTA_OK);
        assert_true(proven.account_exists && proven.nonce == 1 && proven.slot_count == 1);
        assert_hash_equal(&proven.values[0], values[i]);
        assert_hash_equal(&proven.block.state_root, &world->state_root);
        assert_hash_equal(&proven.storage_root, &world->storage_root);
        assert_int_equal(proven.code_hash.bytes[0], 0xcc);
        assert_int_equal(proven.balance.be[31], 200);
        assert_int_equal(proven.proof.storage[0].count, 1);
        assert_memory_equal(proven.proof.storage[0].nodes[0].at, world->slot_node, world->slot_len);
        vota_state_done(&proven);
        free(world);
    }
}

static void the_proof_is_asked_for_by_the_hash_of_that_block(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    struct vota_state proven = {0};
    char expected[200];
    char hash[VOTA_HASH_HEX_CHARS + 1];
    assert_int_equal(read_world(world, &proven, NULL), VOTA_OK);
    vota_hex_of_hash(hash, &proven.block.hash);
    (void)snprintf(expected, sizeof expected, ",[\"" SAMPLE_ZERO_HASH "\"],{\"blockHash\":\"%s\"}]",
                   hash);
    assert_non_null(strstr(world->script.request, expected));
    vota_state_done(&proven);
    free(world);
}

static void a_provider_that_refuses_hashes_is_asked_by_number(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    struct vota_state proven = {0};
    world->steps[2] = world->steps[1];
    world->steps[1] = (struct script_step)SCRIPT_ERROR(-32602, "invalid argument 2: hex string");
    struct vota_provider *provider = script_init(&world->script, world->steps, 3);
    const struct vota_eth_query query = vota_eth_first_slots(&contract, 1);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_state_read(provider, &proven, &query, &latest, NULL), VOTA_OK);
    assert_true(provider->no_block_hash_param);
    assert_non_null(strstr(world->script.request, "],\"0xb4e9d1\"]"));
    vota_state_done(&proven);
    free(world);
}

static void absent_slots_and_accounts_are_proven_zero(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    struct vota_state proven = {0};
    /* Slot 1 of the same account: its path parts from the only leaf. */
    make_proof(world, "0x0000000000000000000000000000000000000000000000000000000000000001");
    struct vota_provider *provider = script_init(&world->script, world->steps, 2);
    struct vota_eth_query query = {.account = contract, .slot_count = 1};
    query.slots[0].bytes[31] = 1;
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_state_read(provider, &proven, &query, &latest, NULL), VOTA_OK);
    assert_true(proven.account_exists && vota_hash_is_zero(&proven.values[0]));
    vota_state_done(&proven);
    /* Another account: proven absent by the only leaf. */
    make_proof(world, "0x0");
    provider = script_init(&world->script, world->steps, 2);
    query = vota_eth_first_slots(&contract, 1);
    query.account.bytes[3] = 1;
    assert_int_equal(vota_state_read(provider, &proven, &query, &latest, NULL), VOTA_OK);
    assert_false(proven.account_exists);
    assert_true(vota_hash_is_zero(&proven.values[0]) && vota_hash_is_zero(&proven.code_hash));
    vota_state_done(&proven);
    free(world);
}

static void assert_refused(struct world *world, const char *reason)
{
    struct vota_state proven = {.nonce = 42};
    struct vota_error err = {0};
    assert_int_equal(read_world(world, &proven, &err), VOTA_REMOTE);
    if (strcmp(err.text, reason) != 0)
        fail_msg("%s, not %s", err.text, reason);
    assert_true(proven.nonce == 42);
    free(world);
}

static void nodes_that_prove_nothing_are_lies(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    world->account_node[world->account_len - 1] ^= 1;
    make_proof(world, "0x0");
    assert_refused(world, "proof-node-hash");

    world = make_world(&full);
    world->slot_node[world->slot_len - 1] ^= 1;
    make_proof(world, "0x0");
    assert_refused(world, "proof-node-hash");

    world = make_world(&full);
    world->slot_len = 0;
    make_proof(world, "0x0");
    assert_refused(world, "proof-missing-node");

    world = make_world(&full);
    world->account_len = 0;
    make_proof(world, "0x0");
    assert_refused(world, "proof-missing-node");
}

/* A world whose slot 0 holds this RLP string, canonical as an integer or not. */
static struct world *make_odd_world(const char *bytes, size_t len)
{
    static const vota_hash slot;
    struct world *world = make_world(&small);
    uint8_t rlp[40];
    struct vota_wr wr = vota_wr_of(rlp, sizeof rlp);
    vota_rlp_put_string(&wr, bytes, len);
    world->slot_len =
        make_leaf(world->slot_node, sizeof world->slot_node, slot.bytes, sizeof slot.bytes, &wr);
    vota_keccak_hash(world->storage_root.bytes, world->slot_node, world->slot_len);
    make_account(world);
    make_block(world);
    make_proof(world, "0x0");
    return world;
}

static void a_slot_kept_with_leading_zeros_or_too_long_is_no_value(void **state)
{
    (void)state;
    static const char thirty_three[33] = {1};
    assert_refused(make_odd_world("\x00\x07", 2), "proof-slot-value");
    assert_refused(make_odd_world("\x00", 1), "proof-slot-value");
    assert_refused(make_odd_world(thirty_three, 33), "proof-slot-value");
}

static void an_emptied_slot_that_a_node_still_keeps_is_zero(void **state)
{
    (void)state;
    struct world *world = make_odd_world("", 0);
    struct vota_state proven = {0};
    assert_int_equal(read_world(world, &proven, NULL), VOTA_OK);
    assert_true(vota_hash_is_zero(&proven.values[0]));
    vota_state_done(&proven);
    free(world);
}

static void a_node_too_many_is_a_lie(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    char *end = strstr(world->proof, "],\"storageProof\"");
    assert_non_null(end);
    char rest[4000];
    (void)snprintf(rest, sizeof rest, "%s", end);
    (void)snprintf(end, sizeof world->proof - (size_t)(end - world->proof), ",\"0xc0\"%s", rest);
    assert_refused(world, "proof-unused-node");
}

static void an_account_of_three_or_five_items_is_none(void **state)
{
    (void)state;
    for (size_t items = 3; items <= 5; items += 2) {
        struct world *world = make_world(&full);
        uint8_t rlp[120];
        struct vota_wr wr = vota_wr_of(rlp, sizeof rlp);
        vota_rlp_put_list(&wr, 66 + items - 2);
        for (size_t i = 2; i < items; i++)
            vota_rlp_put_uint64(&wr, 1);
        vota_rlp_put_string(&wr, world->storage_root.bytes, 32);
        vota_rlp_put_string(&wr, world->storage_root.bytes, 32);
        world->account_len = make_leaf(world->account_node, sizeof world->account_node,
                                       contract.bytes, sizeof contract.bytes, &wr);
        vota_keccak_hash(world->state_root.bytes, world->account_node, world->account_len);
        make_block(world);
        make_proof(world, "0x0");
        assert_refused(world, "proof-account-shape");
    }
}

static void answers_of_another_shape_are_malformed(void **state)
{
    (void)state;
    static const struct script_step cases[] = {
        SCRIPT_RESULT("{}"),
        SCRIPT_RESULT("[]"),
        SCRIPT_RESULT("{\"accountProof\":[],\"storageProof\":[]}"),
        SCRIPT_RESULT("{\"accountProof\":{},\"storageProof\":[{\"key\":\"0x0\",\"proof\":[]}]}"),
        SCRIPT_RESULT("{\"accountProof\":[7],\"storageProof\":[{\"key\":\"0x0\",\"proof\":[]}]}"),
        SCRIPT_RESULT("{\"accountProof\":[\"0x1\"],\"storageProof\":[{\"key\":\"0x0\","
                      "\"proof\":[]}]}"),
        SCRIPT_RESULT("{\"accountProof\":[],\"storageProof\":[{\"key\":\"0x1\",\"proof\":[]}]}"),
        SCRIPT_RESULT("{\"accountProof\":[],\"storageProof\":[{\"proof\":[]}]}"),
        SCRIPT_RESULT("{\"accountProof\":[],\"storageProof\":[{\"key\":\"0x0\"}]}"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world *world = make_world(&full);
        world->steps[1] = cases[i];
        assert_refused(world, "bad-proof");
    }
}

static void a_path_of_more_nodes_than_a_key_has_is_malformed(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    struct vota_wr wr = vota_wr_of(world->proof, sizeof world->proof - 1);
    memset(world->proof, 0, sizeof world->proof);
    vota_wr_text(&wr, "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{\"accountProof\":[\"0x\"");
    for (unsigned i = 0; i < VOTA_TRIE_MAX_NODES; i++)
        vota_wr_text(&wr, ",\"0x\"");
    vota_wr_text(&wr, "],\"storageProof\":[{\"key\":\"0x0\",\"proof\":[]}]}}");
    assert_refused(world, "bad-proof");
}

static void state_that_was_pruned_is_a_failure_of_the_provider(void **state)
{
    (void)state;
    struct world *world = make_world(&full);
    struct vota_state proven = {0};
    world->steps[1] = (struct script_step)SCRIPT_ERROR(-32000, "missing trie node 01");
    struct vota_provider *provider = script_init(&world->script, world->steps, 2);
    provider->retries = 0;
    const struct vota_eth_query query = vota_eth_first_slots(&contract, 1);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_state_read(provider, &proven, &query, &latest, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_ERROR);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proven_slot_comes_back_padded_to_32_bytes),
        cmocka_unit_test(the_proof_is_asked_for_by_the_hash_of_that_block),
        cmocka_unit_test(a_provider_that_refuses_hashes_is_asked_by_number),
        cmocka_unit_test(absent_slots_and_accounts_are_proven_zero),
        cmocka_unit_test(nodes_that_prove_nothing_are_lies),
        cmocka_unit_test(a_slot_kept_with_leading_zeros_or_too_long_is_no_value),
        cmocka_unit_test(an_emptied_slot_that_a_node_still_keeps_is_zero),
        cmocka_unit_test(a_node_too_many_is_a_lie),
        cmocka_unit_test(an_account_of_three_or_five_items_is_none),
        cmocka_unit_test(answers_of_another_shape_are_malformed),
        cmocka_unit_test(a_path_of_more_nodes_than_a_key_has_is_malformed),
        cmocka_unit_test(state_that_was_pruned_is_a_failure_of_the_provider),
    };
    return RUN_TESTS(tests);
}
