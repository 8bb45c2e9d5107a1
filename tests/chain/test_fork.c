/* SPDX-License-Identifier: Apache-2.0 */
/* Reorganisations, finality, nodes on branches of their own. */
#include "rpc/state.h"
#include "tests/chain/provider.h"
#include "tests/test.h"

static struct chain_provider lines[CHAIN_NODES];
static struct vota_block block;

static void set_up(struct chain *chain)
{
    for (unsigned i = 0; i < CHAIN_NODES; i++)
        (void)chain_provider_init(&lines[i], chain, i);
}

static enum vota_status ask(unsigned node, enum vota_block_tag tag)
{
    const struct vota_block_id id = vota_block_tagged(tag);
    return vota_eth_block(&lines[node].provider, &block, &id, NULL);
}

static vota_hash latest(unsigned node)
{
    assert_int_equal(ask(node, VOTA_BLOCK_LATEST), VOTA_OK);
    return block.hash;
}

static uint64_t final(unsigned node)
{
    assert_int_equal(ask(node, VOTA_BLOCK_FINALIZED), VOTA_OK);
    return block.number;
}

static vota_hash send_anchor(struct chain *chain, uint8_t number)
{
    const vota_hash root = {{0xcd, number}};
    return chain_send_anchor(chain, CHAIN_ANCHORER, &root, 1);
}

/* The contract's head as node 0 proves it. */
static vota_hash proven_head(const struct chain *chain)
{
    struct vota_state state = {0};
    struct chain_contract truth;
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_true(chain_contract(chain, &truth));
    const struct vota_eth_query query = vota_eth_first_slots(&truth.address, 1);
    assert_int_equal(vota_state_read(&lines[0].provider, &state, &query, &id, NULL), VOTA_OK);
    const vota_hash head = state.values[0];
    assert_hash_equal(&head, &truth.head);
    vota_state_done(&state);
    return head;
}

/* ---- reorganisations ---- */

struct before {
    vota_hash tx, block_hash, tip;
    uint64_t block;
};

/* An anchored entry two blocks deep. */
static struct chain *anchored(struct before *ret, uint64_t seed)
{
    struct chain *chain = chain_new(seed);
    set_up(chain);
    chain_mine(chain, 2);
    ret->tx = send_anchor(chain, 1);
    chain_mine(chain, 2);
    const struct chain_place place = chain_find(chain, &ret->tx);
    assert_true(place.succeeded);
    ret->block = place.block;
    ret->block_hash = place.block_hash;
    ret->tip = latest(0);
    return chain;
}

static void test_included_again(void **state)
{
    (void)state;
    struct before before;
    struct chain *chain = anchored(&before, 1);
    assert_int_equal(chain_reorg(chain, 2, 1, CHAIN_REORG_SAME), 2);
    const struct chain_place after = chain_find(chain, &before.tx);
    const vota_hash tip = latest(0);
    assert_true(after.succeeded);
    assert_int_equal(after.block, before.block);
    assert_memory_not_equal(after.block_hash.bytes, before.block_hash.bytes, 32);
    assert_memory_not_equal(tip.bytes, before.tip.bytes, 32);
    (void)proven_head(chain);
    chain_free(chain);
}

static void test_included_later(void **state)
{
    (void)state;
    struct before before;
    struct chain *chain = anchored(&before, 2);
    const vota_hash head = proven_head(chain);
    assert_int_equal(chain_reorg(chain, 2, 2, CHAIN_REORG_LATER), 2);
    const struct chain_place after = chain_find(chain, &before.tx);
    struct vota_tx_receipt receipt = {0};
    assert_true(after.succeeded && after.block == chain_height(chain));
    assert_int_equal(vota_eth_receipt(&lines[0].provider, &receipt, &before.tx, NULL), VOTA_OK);
    assert_int_equal(receipt.tx_index, 1);
    vota_tx_receipt_done(&receipt);
    const vota_hash other = proven_head(chain);
    assert_memory_not_equal(head.bytes, other.bytes, 32);
    chain_free(chain);
}

static void test_back_to_the_pools(void **state)
{
    (void)state;
    struct before before;
    struct chain *chain = anchored(&before, 3);
    struct vota_tx_receipt receipt = {0};
    assert_int_equal(chain_reorg(chain, 2, 0, CHAIN_REORG_RETURN), 2);
    assert_false(chain_find(chain, &before.tx).mined);
    assert_true(chain_holds(chain, 0, &before.tx));
    assert_int_equal(vota_eth_receipt(&lines[0].provider, &receipt, &before.tx, NULL),
                     VOTA_NOT_FOUND);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &before.tx).succeeded);
    chain_free(chain);
}

static void test_dropped(void **state)
{
    (void)state;
    struct before before;
    struct chain *chain = anchored(&before, 4);
    assert_int_equal(chain_reorg(chain, 2, 1, CHAIN_REORG_DROP), 2);
    chain_mine(chain, 3);
    assert_false(chain_find(chain, &before.tx).mined);
    for (unsigned i = 0; i < CHAIN_NODES; i++)
        assert_false(chain_holds(chain, i, &before.tx));
    chain_free(chain);
}

static void test_older_attempt_in_its_place(void **state)
{
    (void)state;
    struct chain *chain = chain_new(5);
    const vota_hash first = send_anchor(chain, 1);
    const vota_hash second = send_anchor(chain, 1);
    set_up(chain);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &second).succeeded && !chain_find(chain, &first).mined);
    assert_int_equal(chain_reorg(chain, 1, 0, CHAIN_REORG_OLDER), 1);
    assert_true(chain_find(chain, &first).succeeded && !chain_find(chain, &second).mined);
    assert_false(chain_holds(chain, 0, &second));
    chain_free(chain);
}

static void test_what_is_final_stays(void **state)
{
    (void)state;
    struct before before;
    struct chain *chain = anchored(&before, 6);
    chain_finalise(chain, 1);
    assert_int_equal(chain_reorg(chain, 5, 0, CHAIN_REORG_DROP), 1);
    assert_true(chain_find(chain, &before.tx).final);
    chain_finalise(chain, 0);
    assert_int_equal(chain_reorg(chain, 5, 0, CHAIN_REORG_DROP), 0);
    chain_free(chain);
}

/* Whatever was reorganised, the entries of the chain lead to its head. */
static void test_random_reorganisations(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct chain *chain = chain_new(seed);
        struct chain_entry entries[64];
        vota_hash root = {{1}};
        set_up(chain);
        for (unsigned i = 0; i < 20; i++) {
            root.bytes[1] = (uint8_t)i;
            (void)chain_send_anchor(chain, CHAIN_ANCHORER, &root, 1);
            chain_mine(chain, 1 + (unsigned)(seed + i) % 3);
            (void)chain_reorg(chain, (unsigned)(seed * i) % 4, i % 2,
                              (enum chain_reorg_mode)((seed + i) % CHAIN_REORG_MODES));
            chain_finalise(chain, 6);
        }
        const size_t n = chain_entries(chain, entries, 64);
        const vota_hash head = proven_head(chain);
        assert_true(n > 0);
        assert_hash_equal(&entries[n - 1].head, &head);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(entries[i].entry.number, i + 1);
        chain_free(chain);
    }
}

/* ---- finality ---- */

static void test_finality(void **state)
{
    (void)state;
    struct chain *chain = chain_new(7);
    set_up(chain);
    assert_int_equal(final(0), 1);
    chain_finalise_always(chain, 4);
    chain_mine(chain, 10);
    assert_int_equal(final(0), 7);
    chain_finalise_always(chain, 0);
    chain_mine(chain, 50);
    assert_int_equal(final(0), 7);
    chain_finalise(chain, 60);
    assert_int_equal(final(0), 7);
    const struct chain_options options = {.undeployed = true};
    struct chain *young = chain_new_with(7, &options);
    set_up(young);
    assert_int_equal(ask(0, VOTA_BLOCK_FINALIZED), VOTA_NOT_FOUND);
    chain_free(young);
    chain_free(chain);
}

/* ---- single nodes ---- */

static void test_a_node_on_its_own_branch(void **state)
{
    (void)state;
    struct chain *chain = chain_new(8);
    set_up(chain);
    chain_mine(chain, 5);
    chain_finalise(chain, 1);
    chain_node_fork(chain, 2, 3);
    const vota_hash ours = latest(0);
    const vota_hash theirs = latest(2);
    assert_int_equal(block.number, chain_height(chain));
    assert_memory_not_equal(ours.bytes, theirs.bytes, 32);
    assert_int_equal(final(2), chain_height(chain) - 3);
    chain_fault_always(chain, 2, CHAIN_FAULT_FINAL_FORK);
    assert_int_equal(final(2), chain_final(chain));
    const vota_hash other_final = block.hash;
    assert_int_equal(final(0), chain_final(chain));
    assert_memory_not_equal(other_final.bytes, block.hash.bytes, 32);
    chain_mine(chain, 2);
    (void)latest(2);
    assert_int_equal(block.number, chain_height(chain));
    chain_node_join(chain, 2);
    const vota_hash back = latest(2);
    const vota_hash common = latest(0);
    assert_hash_equal(&back, &common);
    chain_free(chain);
}

static void test_a_node_that_does_not_reorganise(void **state)
{
    (void)state;
    struct chain *chain = chain_new(9);
    set_up(chain);
    chain_mine(chain, 4);
    chain_node_pin(chain, 1);
    chain_mine(chain, 1);
    vota_hash pinned = latest(1);
    const vota_hash before = latest(0);
    assert_hash_equal(&pinned, &before);
    (void)chain_reorg(chain, 2, 0, CHAIN_REORG_SAME);
    pinned = latest(1);
    assert_hash_equal(&pinned, &before);
    const vota_hash after = latest(0);
    assert_memory_not_equal(after.bytes, before.bytes, 32);
    chain_free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_included_again),
        cmocka_unit_test(test_included_later),
        cmocka_unit_test(test_back_to_the_pools),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_older_attempt_in_its_place),
        cmocka_unit_test(test_what_is_final_stays),
        cmocka_unit_test(test_random_reorganisations),
        cmocka_unit_test(test_finality),
        cmocka_unit_test(test_a_node_on_its_own_branch),
        cmocka_unit_test(test_a_node_that_does_not_reorganise),
    };
    return RUN_TESTS(tests);
}
