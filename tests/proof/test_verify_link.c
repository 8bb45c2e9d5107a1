/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Successions in vota_verify: which links are followed, in which direction, and
 * what a batch on the other side of one is worth. Judged promises.
 */
#include "tests/proof/heirs.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- which links are followed ---- */

static void who_names_the_successor_trusts_the_predecessor(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, true);
    settle(heirs, NEW, 2);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "succession", VOTA_VALID);
    assert_no_finding(&city->report, "contract");
    const struct vota_finding *finding = find_finding(&city->report, "succession");
    assert_int_equal(finding->number, 2);
    assert_int_equal(finding->compared, VOTA_COMPARED_ADDRESSES);
    /* Without the link nobody said whose it is. */
    city->trust.link_count = 0;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract", VOTA_NOT_CHECKED);
}

static void who_names_the_predecessor_trusts_the_successor(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, true);
    anchor_in(heirs, NEW);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "succession", VOTA_VALID);
    /* The register was opened by the old contract, and stays open. */
    assert_finding(&city->report, "register-opened", VOTA_VALID);
    assert_int_equal(find_finding(&city->report, "register-opened")->left_number, 1);
    /* A successor that only says so may be anybody's. */
    heirs->journals[OLD].n--;
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "succession", VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract", VOTA_NOT_CHECKED);
}

static void a_link_is_followed_over_a_final_head_alone(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, true);
    settle(heirs, NEW, 2);
    heirs->known[OLD].final = false;
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_NOT_CHECKED);
    heirs->known[OLD].final = true;
    heirs->known[OLD].journal = NULL; /* a head that nothing leads to */
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_NOT_CHECKED);
    city->trust.journals = &heirs->known[NEW]; /* the old chain is dead */
    city->trust.journal_count = 1;
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_NOT_CHECKED);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
}

static void a_receipt_of_a_named_contract_needs_no_link(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, false);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract", VOTA_VALID);
    assert_finding(&city->report, "succession", VOTA_NOT_CHECKED); /* but it is told */
    append(heirs, OLD, VOTA_ENTRY_KEY)->a = vota_word_of_u64(VOTA_ROLE_ANCHORER);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "forked", VOTA_NOT_VALID);
}

static void another_head_or_length_is_no_link(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    struct vota_genesis *genesis = &heirs->journals[NEW].genesis;
    succeed(heirs, OLD, true);
    genesis->pred_head.bytes[0] ^= 1;
    settle(heirs, NEW, 2);
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_NOT_VALID);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    genesis->pred_head.bytes[0] ^= 1;
    genesis->pred_length--;
    settle(heirs, NEW, 2);
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_NOT_VALID);
    /* A head alone contradicts as well, where it is of the same length. */
    genesis->pred_length++;
    genesis->pred_head.bytes[0] ^= 1;
    settle(heirs, NEW, 2);
    heirs->known[OLD].journal = NULL;
    heirs->known[OLD].length = genesis->pred_length;
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_NOT_VALID);
}

static void what_the_old_contract_adds_later_is_nobodys(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    static const vota_hash block = {{9}};
    succeed(heirs, OLD, true);
    settle(heirs, NEW, 2);
    /* An entry after the link, under some evidence: beyond what the journal at hand knows. */
    city->receipt.anchors[0].entry.number = 4;
    const struct vota_trust_block trusted = {.chain_id = city->contract.chain_id,
                                             .chain_genesis = city->contract.chain_genesis,
                                             .hash = block,
                                             .final = true};
    city->trust.blocks = &trusted;
    city->trust.block_count = 1;
    city_verify(city);
    assert_finding(&city->report, "succession", VOTA_VALID);
    assert_finding(&city->report, "contract", VOTA_NOT_CHECKED);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
}

static void a_line_of_three_is_followed_from_end_to_end(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    city->receipt.has_acceptance = false; /* its contract is linked as well */
    succeed(heirs, OLD, true);
    append(heirs, NEW, VOTA_ENTRY_BATCH)->b = vota_word_of_u64(3);
    succeed(heirs, NEW, true);
    settle(heirs, NEWEST, CONTRACTS);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract-linked", VOTA_VALID);
    assert_int_equal(find_finding(&city->report, "contract-linked")->right.bytes[13], 1);
    anchor_in(heirs, NEWEST);
    settle(heirs, OLD, CONTRACTS);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_int_equal(find_finding(&city->report, "register-opened")->left_number, 1);
    /* One link that nobody confirms breaks the line. */
    heirs->journals[NEW].n--;
    settle(heirs, OLD, CONTRACTS);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
}

static void a_successor_disavows_what_came_before(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, true);
    struct vota_entry *disavowal = append(heirs, NEW, VOTA_ENTRY_DISAVOWED);
    disavowal->a = vota_word_of_u64(2);
    disavowal->b = vota_word_of_u64(2);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_VALID);
    assert_finding(&city->report, "disavowed", VOTA_NOT_VALID);
    disavowal->a = vota_word_of_u64(1);
    disavowal->b = vota_word_of_u64(1);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_finding(&city->report, "untimely", VOTA_NOT_VALID); /* the register's opening is gone */
}

/* Each case of the vectors, asked from both ends of its link. */
static void the_vectors_successions_hold_in_both_directions(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    static const struct {
        const char *link, *finding;
        enum vota_verdict state;
    } expected[] = {{"confirmed", "succession", VOTA_VALID},
                    {"claimed", "succession", VOTA_NOT_CHECKED},
                    {"forked", "forked", VOTA_NOT_VALID},
                    {"none", "succession", VOTA_NOT_VALID}};
    const json_t *cases = test_get(test_get(city->vectors, "journal"), "succession");
    const json_t *item = NULL;
    size_t index = 0;
    const size_t kept = heirs->journals[OLD].n;
    json_array_foreach(cases, index, item)
    {
        const json_t *beyond = test_get(item, "old_entries_beyond_9");
        struct vota_genesis *genesis = &heirs->journals[NEW].genesis;
        heirs->journals[OLD].n = kept;
        succeed(heirs, OLD, false);
        for (size_t i = 0; i < json_array_size(beyond); i++) {
            const json_t *one = json_array_get(beyond, i);
            const uint64_t kind = (uint64_t)json_integer_value(test_get(one, "kind"));
            struct vota_entry *entry = append(heirs, OLD, kind);
            entry->a = test_hash(one, "a");
            entry->b = test_hash(one, "b");
        }
        /* The vectors' own successor, with what it says of its predecessor put on ours. */
        const json_t *own = test_get(test_get(city->vectors, "journal"), "successor");
        genesis->chain_id = (uint64_t)json_integer_value(test_get(own, "chainId"));
        genesis->contract = test_addr(own, "contract");
        if (json_object_get(item, "predHead") != NULL)
            genesis->pred_head = test_hash(item, "predHead");
        if (json_object_get(item, "predLength") != NULL)
            genesis->pred_length--;
        if (json_object_get(item, "predContract") != NULL)
            genesis->pred_contract = test_addr(item, "predContract");
        size_t i = 0;
        while (strcmp(expected[i].link, test_text(item, "link")) != 0)
            i++;
        for (size_t named = OLD; named <= NEW; named++) {
            settle(heirs, named, 2);
            city_verify(city);
            assert_finding(&city->report, expected[i].finding, expected[i].state);
            const bool trusted = named == OLD || expected[i].state == VOTA_VALID;
            assert_int_equal(city->report.included, trusted ? VOTA_VALID : VOTA_NOT_CHECKED);
        }
    }
    assert_int_equal(index, 8);
}

static void links_of_nothing_are_refused(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    struct vota_error err = {0};
    static const struct vota_genesis genesis;
    const struct vota_trust_link bad[] = {
        {OLD, 2, &genesis}, {2, NEW, &genesis}, {OLD, OLD, &genesis}, {OLD, NEW, NULL}};
    succeed(heirs, OLD, true);
    settle(heirs, OLD, 2);
    for (size_t i = 0; i < COUNT(bad); i++) {
        city->trust.links = &bad[i];
        assert_int_equal(vota_verify(&city->report, city->bytes, 1, &city->trust, &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, "bad-argument");
    }
    city->trust.link_count = VOTA_TRUST_MAX_LINKS + 1;
    assert_int_equal(vota_verify(&city->report, city->bytes, 1, &city->trust, NULL),
                     VOTA_BAD_INPUT);
}

/* ---- several anchors ---- */

static void each_anchor_is_judged_on_its_own_network(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, false);
    heirs->journals[NEW].genesis.pred_length = 0; /* a second network beside the first */
    city->receipt.anchors[1] = city->receipt.anchors[0];
    city->receipt.anchor_count = 2;
    anchor_in(heirs, NEW);
    settle(heirs, OLD, 2);
    heirs->contracts[NEW].how = VOTA_TRUST_NAMED;
    city->trust.link_count = 0;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_VALID);
    assert_int_equal(city->report.anchors[0], VOTA_VALID);
    assert_int_equal(city->report.anchors[1], VOTA_VALID);
    city->trust.journal_count = 1; /* nobody answers for one of them */
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_VALID);
    assert_int_equal(city->report.anchors[0], VOTA_NOT_CHECKED);
    assert_int_equal(city->report.anchors[1], VOTA_VALID);
    city->trust.journal_count = 2;
    city->receipt.anchors[0].entry.root.bytes[0] ^= 1; /* one of them lies */
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_VALID);
    assert_int_equal(city->report.anchors[0], VOTA_NOT_VALID);
    assert_int_equal(city->report.anchors[1], VOTA_VALID);
}

/* ---- promises ---- */

static void a_batch_of_a_confirmed_successor_keeps_the_promise(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    succeed(heirs, OLD, true);
    anchor_in(heirs, NEW);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_finding(&city->report, "promise", VOTA_VALID);
    assert_int_equal(find_finding(&city->report, "promise")->number, 3);
    assert_int_equal(city->report.promise, VOTA_PROMISE_KEPT);
    /* Named both, so that the batch is included; but nobody confirms that one goes on. */
    heirs->journals[OLD].n--;
    settle(heirs, OLD, 2);
    heirs->contracts[NEW].how = VOTA_TRUST_NAMED;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_VALID);
    assert_no_finding(&city->report, "promise");
    assert_int_equal(city->report.promise, VOTA_PROMISE_NOT_CHECKED);
}

static void a_judged_promise_is_told(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    static const struct {
        struct vota_trust_promise promise;
        const char *finding;
        enum vota_verdict state, included;
    } cases[] = {
        {{.outcome = VOTA_PROMISE_KEPT, .entry = 3}, "promise", VOTA_VALID, VOTA_NOT_CHECKED},
        {{.outcome = VOTA_PROMISE_KEPT_LATE, .entry = 4},
         "promise-late",
         VOTA_NOT_VALID,
         VOTA_NOT_CHECKED},
        {{.outcome = VOTA_PROMISE_BROKEN}, "promise-broken", VOTA_NOT_VALID, VOTA_NOT_VALID},
        {{.doubt = VOTA_DOUBT_WITHHELD, .entry = 5},
         "promise-withheld",
         VOTA_NOT_CHECKED,
         VOTA_NOT_CHECKED},
        {{.doubt = VOTA_DOUBT_SUCCESSOR}, "promise-successor", VOTA_NOT_CHECKED, VOTA_NOT_CHECKED},
        {{.doubt = VOTA_DOUBT_NOT_DUE}, "pending", VOTA_NOT_CHECKED, VOTA_NOT_CHECKED},
        {{.doubt = VOTA_DOUBT_JOURNAL}, "pending", VOTA_NOT_CHECKED, VOTA_NOT_CHECKED},
    };
    city->receipt.anchor_count = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        city->trust.promise = cases[i].promise;
        city_verify(city);
        assert_finding(&city->report, cases[i].finding, cases[i].state);
        assert_int_equal(city->report.included, cases[i].included);
        assert_int_equal(city->report.promise, cases[i].promise.outcome);
        if (cases[i].promise.entry != 0)
            assert_int_equal(find_finding(&city->report, cases[i].finding)->number,
                             cases[i].promise.entry);
    }
    (void)heirs;
}

/* Whoever judged it: a stranger's contract breaks no promise of the city. */
static void a_promise_of_a_stranger_is_not_judged(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    city->receipt.anchor_count = 0;
    city->trust.promise.outcome = VOTA_PROMISE_BROKEN;
    succeed(heirs, OLD, false);
    settle(heirs, NEW, 2); /* the one that promised is only claimed as a predecessor */
    city_verify(city);
    assert_finding(&city->report, "acceptance-contract", VOTA_NOT_CHECKED);
    assert_no_finding(&city->report, "promise-broken");
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    settle(heirs, OLD, 2);
    city_verify(city);
    assert_finding(&city->report, "promise-broken", VOTA_NOT_VALID);
}

static void a_path_shown_refutes_a_broken_promise(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    city->trust.promise.outcome = VOTA_PROMISE_BROKEN;
    city_verify(city);
    assert_finding(&city->report, "promise", VOTA_VALID);
    assert_no_finding(&city->report, "promise-broken");
    assert_int_equal(city->report.promise, VOTA_PROMISE_KEPT);
    assert_int_equal(city->report.included, VOTA_VALID);
    /* Anchored, but only in a batch that was taken back: included, and the promise is broken. */
    struct vota_entry *disavowal = city_append(city, VOTA_ENTRY_DISAVOWED);
    disavowal->a = vota_word_of_u64(2);
    disavowal->b = vota_word_of_u64(2);
    city_settle(city);
    city_verify(city);
    assert_finding(&city->report, "promise-broken", VOTA_NOT_VALID);
    assert_int_equal(city->report.included, VOTA_VALID);
    assert_int_equal(city->report.promise, VOTA_PROMISE_BROKEN);
}

/* ---- a contract without its record ---- */

static void a_named_contract_without_a_record_proves_nothing(void **state)
{
    struct heirs *heirs = *state;
    struct city *city = heirs->city;
    city->contract.how = VOTA_TRUST_NO_RECORD;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract-record", VOTA_NOT_CHECKED);
    assert_no_finding(&city->report, "contract");
    assert_finding(&city->report, "acceptance-contract", VOTA_NOT_CHECKED);
    city->contract.chain_id = 0; /* on whichever network */
    city->contract.chain_genesis = (vota_hash){{0}};
    city_verify(city);
    assert_finding(&city->report, "contract-record", VOTA_NOT_CHECKED);
    city->contract.address.bytes[0] ^= 1; /* another */
    city_verify(city);
    assert_finding(&city->report, "contract", VOTA_NOT_CHECKED);
    (void)heirs;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_names_the_successor_trusts_the_predecessor),
        TEST(who_names_the_predecessor_trusts_the_successor),
        TEST(a_link_is_followed_over_a_final_head_alone),
        TEST(a_receipt_of_a_named_contract_needs_no_link),
        TEST(another_head_or_length_is_no_link),
        TEST(what_the_old_contract_adds_later_is_nobodys),
        TEST(a_line_of_three_is_followed_from_end_to_end),
        TEST(a_successor_disavows_what_came_before),
        TEST(the_vectors_successions_hold_in_both_directions),
        TEST(links_of_nothing_are_refused),
        TEST(each_anchor_is_judged_on_its_own_network),
        TEST(a_batch_of_a_confirmed_successor_keeps_the_promise),
        TEST(a_judged_promise_is_told),
        TEST(a_promise_of_a_stranger_is_not_judged),
        TEST(a_path_shown_refutes_a_broken_promise),
        TEST(a_named_contract_without_a_record_proves_nothing),
    };
    return RUN_TESTS(tests);
}
