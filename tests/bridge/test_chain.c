/* SPDX-License-Identifier: Apache-2.0 */
/* State and journal from a node: proven, folded, complete, or not believed. */
#include "tests/bridge/node.h"

#include "bridge/engine/chain.h"

struct seen {
    size_t n;
    uint64_t numbers[64];
    uint64_t times[64];
    size_t stop_after; /* 0: never */
};

static enum vota_status see(void *context, const struct vota_chain_entry *entry)
{
    struct seen *seen = context;
    if (seen->stop_after != 0 && seen->n == seen->stop_after)
        return VOTA_INTERNAL;
    seen->numbers[seen->n] = entry->event->entry.number;
    seen->times[seen->n++] = entry->event->entry.time;
    return VOTA_OK;
}

/* A town of 1 register, 12 batches and a result. */
static struct town *busy_town(void)
{
    static const uint64_t counts[] = {12, 0, 0, 12, 12, 0, 0, 0, 0, 0, 0};
    struct town *town = town_new();
    node_bind(town);
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", "live"});
    for (size_t i = 0; i < 12; i++) {
        town_vote(town, reg, i, "yes");
        town_anchor(town, TOWN_OPENS + 60 * (i + 1));
    }
    town_result(town, reg, TOWN_LATER, 13, counts, 11);
    return town;
}

static struct vota_chain_cursor start(const struct town *town)
{
    struct vota_chain_cursor cursor = {.contract = town->deployment.genesis.contract,
                                       .block = NODE_CREATED};
    vota_journal_genesis(&cursor.head, &town->deployment.genesis);
    return cursor;
}

static void test_state_is_proven(void **state)
{
    struct town *town = busy_town();
    struct node node;
    struct vota_chain_state found;
    (void)state;
    node_init(&node, town);
    const struct vota_block_id id = {.tag = VOTA_BLOCK_HASH,
                                     .hash = node_block_hash(&node, node.final)};
    assert_int_equal(
        vota_chain_state(&found, &node.provider, &town->deployment.genesis.contract, &id, NULL),
        VOTA_OK);
    assert_hash_equal(&found.contract.head, &town->head);
    assert_int_equal(found.contract.length, 14);
    assert_memory_equal(&found.contract.anchorer, &town->deployment.genesis.anchorer, 20);
    /* What it proved is evidence that the verifier takes. */
    struct vota_evidence evidence;
    struct vota_evidence_detail detail;
    vota_chain_evidence(&evidence, &found);
    const struct vota_evidence_trust trust = {
        found.proven.block.hash, town->deployment.genesis.contract, vota_contract_code_hash};
    assert_int_equal(vota_evidence_prove_head(&detail, &evidence, &trust, NULL),
                     VOTA_EVIDENCE_INCLUDED);
    assert_hash_equal(&detail.head, &town->head);
    vota_chain_state_done(&found);
    town_free(town);
}

static void test_state_that_is_not_there_or_not_ours(void **state)
{
    static const struct {
        const char *reason;
        enum vota_status status;
        bool no_account, other_code, wrong_node, pruned;
    } cases[] = {
        {"no-contract", VOTA_NOT_FOUND, true, false, false, false},
        {"other-code", VOTA_CONFLICT, false, true, false, false},
        {"proof-node-hash", VOTA_REMOTE, false, false, true, false},
        {"provider-error", VOTA_REMOTE, false, false, false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct town *town = busy_town();
        struct node node;
        struct vota_chain_state found;
        struct vota_error err = {0};
        node_init(&node, town);
        node.no_account = cases[i].no_account;
        node.other_code = cases[i].other_code;
        node.wrong_node = cases[i].wrong_node;
        node.pruned = cases[i].pruned;
        const struct vota_block_id id = {.tag = VOTA_BLOCK_HASH,
                                         .hash = node_block_hash(&node, node.final)};
        const enum vota_status status =
            vota_chain_state(&found, &node.provider, &town->deployment.genesis.contract, &id, &err);
        if (status != cases[i].status || strcmp(err.text, cases[i].reason) != 0)
            fail_msg("%s: %d %s", cases[i].reason, (int)status, err.text);
        town_free(town);
    }
}

static void test_entries_come_in_order_with_their_times(void **state)
{
    struct town *town = busy_town();
    struct node node;
    struct seen seen = {.n = 0};
    (void)state;
    node_init(&node, town);
    struct vota_chain_cursor cursor = start(town);
    assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, NULL),
                     VOTA_OK);
    assert_int_equal(seen.n, 14);
    for (size_t i = 0; i < 14; i++) {
        assert_int_equal(seen.numbers[i], i + 1);
        assert_int_equal(seen.times[i], town->lines.entries[i].time);
    }
    assert_hash_equal(&cursor.head, &town->head);
    assert_int_equal(cursor.block, node.final + 1);
    town_free(town);
}

/* Wherever it stopped, reading goes on from there, and what was read is passed over. */
static void test_reading_goes_on_after_any_stop(void **state)
{
    (void)state;
    for (size_t stop = 1; stop < 14; stop++) {
        struct town *town = busy_town();
        struct node node;
        struct seen seen = {.stop_after = stop};
        node_init(&node, town);
        struct vota_chain_cursor cursor = start(town);
        assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, NULL),
                         VOTA_INTERNAL);
        assert_int_equal(cursor.number, stop);
        seen.stop_after = 0;
        assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, NULL),
                         VOTA_OK);
        assert_int_equal(seen.n, 14);
        assert_int_equal(seen.numbers[13], 14);
        town_free(town);
    }
}

static void test_ranges_shrink_where_they_are_refused(void **state)
{
    static const struct {
        uint64_t span, logs;
    } limits[] = {{1, 0}, {3, 0}, {0, 1}, {0, 2}, {5, 3}};
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct town *town = busy_town();
        struct node node;
        struct seen seen = {.n = 0};
        node_init(&node, town);
        node.max_span = limits[i].span;
        node.max_logs = limits[i].logs;
        struct vota_chain_cursor cursor = start(town);
        assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, NULL),
                         VOTA_OK);
        assert_int_equal(seen.n, 14);
        assert_true(node.asked < 100);
        town_free(town);
    }
}

static void test_a_block_that_is_too_much_is_a_limit(void **state)
{
    struct town *town = busy_town();
    struct node node;
    struct seen seen = {.n = 0};
    struct vota_error err = {0};
    (void)state;
    town->lines.entries[3].block = town->lines.entries[2].block; /* two entries in one block */
    node_init(&node, town);
    node.max_logs = 1;
    struct vota_chain_cursor cursor = start(town);
    assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, &err),
                     VOTA_LIMIT);
    assert_string_equal(err.text, "too-many-logs");
    town_free(town);
}

/* A node that loses or bends an event is not believed, and not blamed for more than that. */
static void test_events_that_do_not_fold(void **state)
{
    static const struct {
        uint64_t lost, wrong;
        const char *reason;
        size_t seen;
    } cases[] = {{5, 0, "entry-missing", 4}, {0, 5, "fold-differs", 4}, {1, 0, "entry-missing", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct town *town = busy_town();
        struct node node;
        struct seen seen = {.n = 0};
        struct vota_error err = {0};
        node_init(&node, town);
        node.lost_log = cases[i].lost;
        node.wrong_log = cases[i].wrong;
        struct vota_chain_cursor cursor = start(town);
        assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, &err),
                         VOTA_REMOTE);
        assert_string_equal(err.text, cases[i].reason);
        assert_int_equal(seen.n, cases[i].seen);
        assert_int_equal(cursor.number, cases[i].seen);
        assert_int_equal(node.provider.failure.fault, VOTA_RPC_FAULT_LIE);
        town_free(town);
    }
}

static void test_a_lost_last_event_shows_in_the_head(void **state)
{
    struct town *town = busy_town();
    struct node node;
    struct seen seen = {.n = 0};
    (void)state;
    node_init(&node, town);
    node.lost_log = 14;
    struct vota_chain_cursor cursor = start(town);
    assert_int_equal(vota_chain_entries(&node.provider, &cursor, node.final, see, &seen, NULL),
                     VOTA_OK);
    assert_int_equal(cursor.number, 13);
    assert_false(vota_hash_equal(&cursor.head, &town->head)); /* the caller's to compare */
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state_is_proven),
        cmocka_unit_test(test_state_that_is_not_there_or_not_ours),
        cmocka_unit_test(test_entries_come_in_order_with_their_times),
        cmocka_unit_test(test_reading_goes_on_after_any_stop),
        cmocka_unit_test(test_ranges_shrink_where_they_are_refused),
        cmocka_unit_test(test_a_block_that_is_too_much_is_a_limit),
        cmocka_unit_test(test_events_that_do_not_fold),
        cmocka_unit_test(test_a_lost_last_event_shows_in_the_head),
    };
    return RUN_TESTS(tests);
}
