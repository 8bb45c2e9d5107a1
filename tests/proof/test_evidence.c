/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/evidence_case.h"

static int set_up(void **state)
{
    *state = test_vectors();
    return 0;
}

static int tear_down(void **state)
{
    json_decref(*state);
    return 0;
}

static const json_t *part_of(void **state)
{
    return test_get(*state, "evidence");
}

static void assert_outcome(const struct evidence_case *c, const char *name, const char *code,
                           const char *verdict)
{
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    claim_of(&claim, &c->receipt);
    const enum vota_evidence_code found =
        vota_evidence_check(&detail, &c->receipt.anchors[0].evidence, &c->trust, &claim);
    if (strcmp(vota_evidence_name(found), code) != 0)
        fail_msg("%s: %s, expected %s", name, vota_evidence_name(found), code);
    assert_int_equal(vota_evidence_verdict(found), verdict_of(verdict));
}

static void a_real_nodes_evidence_holds(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    claim_of(&claim, &c.receipt);
    assert_int_equal(vota_evidence_check(&detail, &c.receipt.anchors[0].evidence, &c.trust, &claim),
                     VOTA_EVIDENCE_INCLUDED);
    assert_hash_equal(&detail.header.hash, &c.trust.block_hash);
    assert_hash_equal(&detail.code_hash, &c.trust.code_hash);
    assert_hash_equal(&detail.head, &detail.folded);
    assert_hash_equal(&detail.root, &c.receipt.anchors[0].entry.root);
    test_pool_done(&pool);
}

static void each_change_fails_where_the_vectors_say(void **state)
{
    const json_t *changes = test_get(part_of(state), "changes");
    assert_int_equal(json_array_size(changes), 16);
    for (size_t i = 0; i < json_array_size(changes); i++) {
        static struct evidence_case c;
        struct test_pool pool = {.count = 0};
        const json_t *change = json_array_get(changes, i);
        const char *text = test_text(change, "change");
        evidence_case_init(&c, &pool, part_of(state));
        apply_change(&c, &pool, text);
        /* Whose contract it is, is asked before any evidence: test_verify.c does. */
        if (strcmp(test_text(change, "code"), "foreign-contract") != 0)
            assert_outcome(&c, text, test_text(change, "code"), test_text(change, "verdict"));
        test_pool_done(&pool);
    }
}

static void each_state_made_by_hand_is_judged_as_the_vectors_say(void **state)
{
    const json_t *by_hand = test_get(part_of(state), "by_hand");
    assert_int_equal(json_array_size(by_hand), 18);
    for (size_t i = 0; i < json_array_size(by_hand); i++) {
        static struct evidence_case c;
        struct test_pool pool = {.count = 0};
        const json_t *item = json_array_get(by_hand, i);
        evidence_case_init(&c, &pool, part_of(state));
        apply_by_hand(&c, &pool, item);
        assert_outcome(&c, test_text(item, "name"), test_text(item, "code"),
                       test_text(item, "verdict"));
        test_pool_done(&pool);
    }
}

static const json_t *by_hand_of(void **state, const char *name)
{
    size_t index;
    const json_t *item;
    json_array_foreach(test_get(part_of(state), "by_hand"), index, item)
    {
        if (strcmp(test_text(item, "name"), name) == 0)
            return item;
    }
    fail_msg("no %s", name);
    return NULL;
}

static void a_head_is_proven_without_any_entry(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    struct vota_anchor *anchor = &c.receipt.anchors[0];
    assert_int_equal(vota_evidence_prove_head(&detail, &anchor->evidence, &c.trust, NULL),
                     VOTA_EVIDENCE_INCLUDED);
    assert_false(vota_hash_is_zero(&detail.head));
    /* The twin: the same header is too old for an entry of its future. */
    anchor->entry.block = detail.header.number + 1;
    assert_int_equal(vota_evidence_prove_head(&detail, &anchor->evidence, &c.trust, &anchor->entry),
                     VOTA_EVIDENCE_OLDER_HEADER);
    anchor->entry.block = detail.header.number;
    assert_int_equal(vota_evidence_prove_head(&detail, &anchor->evidence, &c.trust, &anchor->entry),
                     VOTA_EVIDENCE_INCLUDED);
    test_pool_done(&pool);
}

static void a_claim_is_checked_against_a_head_known_otherwise(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    assert_int_equal(
        vota_evidence_prove_head(&detail, &c.receipt.anchors[0].evidence, &c.trust, NULL),
        VOTA_EVIDENCE_INCLUDED);
    vota_hash head = detail.head;
    claim_of(&claim, &c.receipt);
    assert_int_equal(vota_evidence_check_claim(&detail, &head, &claim), VOTA_EVIDENCE_INCLUDED);
    head.bytes[31] ^= 1u;
    assert_int_equal(vota_evidence_check_claim(&detail, &head, &claim), VOTA_EVIDENCE_FOLD);
    test_pool_done(&pool);
}

static void a_wrong_path_says_nothing_under_evidence_that_fails(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    evidence_case_init(&c, &pool, part_of(state));
    apply_by_hand(&c, &pool, by_hand_of(state, "another code hash"));
    c.receipt.path_len = 0;
    assert_outcome(&c, "path under another code", "code-hash", "could not check");
    evidence_case_init(&c, &pool, part_of(state));
    c.receipt.path_len = 0;
    assert_outcome(&c, "path alone", "path-length", "not valid");
    test_pool_done(&pool);
}

static void an_empty_batch_has_no_path(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    vota_hash root;
    evidence_case_init(&c, &pool, part_of(state));
    claim_of(&claim, &c.receipt);
    assert_int_equal(vota_evidence_check_path(&root, &claim), VOTA_EVIDENCE_INCLUDED);
    claim.entry.count = 0;
    assert_int_equal(vota_evidence_check_path(&root, &claim), VOTA_EVIDENCE_PATH_LENGTH);
    /* A leaf alone is its root, and has an empty path. */
    claim.entry.count = 1;
    claim.path_len = 0;
    claim.entry.root = claim.leaf;
    assert_int_equal(vota_evidence_check_path(&root, &claim), VOTA_EVIDENCE_INCLUDED);
    test_pool_done(&pool);
}

static void only_wrong_paths_and_proven_absence_are_not_valid(void **state)
{
    (void)state;
    for (int code = 0; code < VOTA_EVIDENCE_CODES; code++) {
        const char *name = vota_evidence_name((enum vota_evidence_code)code);
        const bool refutes = strcmp(name, "path-length") == 0 || strcmp(name, "path-root") == 0 ||
                             strcmp(name, "no-account") == 0 || strcmp(name, "no-head") == 0;
        const enum vota_verdict verdict = vota_evidence_verdict((enum vota_evidence_code)code);
        assert_int_equal(verdict == VOTA_NOT_VALID, refutes);
        assert_int_equal(verdict == VOTA_VALID, strcmp(name, "included") == 0);
    }
    assert_string_equal(vota_evidence_name(VOTA_EVIDENCE_CODES), "unknown");
}

static void no_flipped_bit_of_the_proof_is_included(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    claim_of(&claim, &c.receipt);
    struct vota_evidence *evidence = &c.receipt.anchors[0].evidence;
    struct vota_slice *parts[] = {&evidence->header, &evidence->account[0], &evidence->account[2],
                                  &evidence->storage[0], &evidence->storage[1]};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct vota_slice whole = *parts[i];
        uint8_t *copy = test_pool_keep(&pool, malloc(whole.len + 1));
        memcpy(copy, whole.at, whole.len);
        parts[i]->at = copy;
        for (size_t bit = 0; bit < whole.len * 8; bit++) {
            copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            const enum vota_evidence_code code =
                vota_evidence_check(&detail, evidence, &c.trust, &claim);
            assert_int_equal(vota_evidence_verdict(code), VOTA_NOT_CHECKED);
            copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
        *parts[i] = whole;
    }
    test_pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_nodes_evidence_holds),
        cmocka_unit_test(each_change_fails_where_the_vectors_say),
        cmocka_unit_test(each_state_made_by_hand_is_judged_as_the_vectors_say),
        cmocka_unit_test(a_head_is_proven_without_any_entry),
        cmocka_unit_test(a_claim_is_checked_against_a_head_known_otherwise),
        cmocka_unit_test(a_wrong_path_says_nothing_under_evidence_that_fails),
        cmocka_unit_test(an_empty_batch_has_no_path),
        cmocka_unit_test(only_wrong_paths_and_proven_absence_are_not_valid),
        cmocka_unit_test(no_flipped_bit_of_the_proof_is_included),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
