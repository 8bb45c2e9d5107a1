/* SPDX-License-Identifier: Apache-2.0 */
/* Definition, opening, acceptance and standing in vota_verify; anchors are test_verify.c's. */
#include "proof/answer.h"
#include "tests/proof/city.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int set_up(void **state)
{
    *state = city_new();
    return 0;
}

static int tear_down(void **state)
{
    city_free(*state);
    return 0;
}

/* Definition and opening. */

static void another_definition_is_not_valid(void **state)
{
    struct city *city = *state;
    const json_t *json = test_get(test_get(city->vectors, "evidence"), "receipt");
    char *text = strdup(test_text(json, "definition"));
    assert_non_null(text);
    test_pool_keep(&city->pool, text);
    *strstr(text, "Yes") = 'y';
    city->receipt.definition.at = (const uint8_t *)text;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "definition-hash", VOTA_NOT_VALID);
    assert_no_finding(&city->report, "content-form"); /* not judged by a false definition */
    assert_no_finding(&city->report, "timely");
}

static void a_definition_of_another_version_is_not_condemned(void **state)
{
    struct city *city = *state;
    static const char text[] = "{\"format\":\"voteanchor-register-v2\"}";
    city->receipt.definition = (struct vota_slice){(const uint8_t *)text, sizeof text - 1};
    city_settle_row(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "definition-hash", VOTA_VALID);
    assert_finding(&city->report, "definition-form", VOTA_NOT_CHECKED);
}

static void another_choice_than_the_anchored_one_is_not_valid(void **state)
{
    struct city *city = *state;
    static const char yes[] = "{\"cast_at\":\"2026-09-21T15:00:00Z\",\"choice\":[\"yes\"]}";
    city->receipt.opening.content = (struct vota_slice){(const uint8_t *)yes, sizeof yes - 1};
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "opening-hash", VOTA_NOT_VALID);
    assert_no_finding(&city->report, "content-form");
    /* The twin: the same choice, anchored. */
    city_settle_row(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "opening-hash", VOTA_VALID);
    city->receipt.opening.citizen_salt.bytes[0] ^= 1u;
    city_verify(city);
    assert_finding(&city->report, "opening-hash", VOTA_NOT_VALID);
}

static void a_share_form_is_as_much_included(void **state)
{
    struct city *city = *state;
    vota_receipt_reduce(&city->receipt, VOTA_RECEIPT_QR_SHARE, 0);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "definition-hash", VOTA_NOT_CHECKED);
    assert_finding(&city->report, "opening-hash", VOTA_NOT_CHECKED);
}

static void a_content_that_cannot_count_is_included_and_does_not_stand(void **state)
{
    struct city *city = *state;
    static const char *const contents[] = {
        "{\"cast_at\":\"2026-09-21T15:00:00Z\",\"choice\":[\"maybe\"]}",
        "{\"cast_at\":\"2026-09-21T15:00:00Z\",\"choice\":[]}",
        "{\"cast_at\":\"2026-09-21T15:00:01Z\",\"choice\":[\"no\"]}",
        "{\"cast_at\":\"2026-09-22T14:15:00Z\",\"choice\":[\"no\"]}",
        "no",
    };
    for (size_t i = 0; i < COUNT(contents); i++) {
        city_set_content(city, contents[i]);
        city_verify(city);
        assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_VALID);
        assert_finding(&city->report, "content-form", VOTA_NOT_VALID);
        assert_finding(&city->report, "invalid", VOTA_NOT_VALID);
        assert_int_equal(city->report.standing_as, VOTA_STANDING_INVALID);
    }
}

/* Acceptance. */

static void a_named_key_promised(void **state)
{
    struct city *city = *state;
    city_verify(city);
    assert_finding(&city->report, "acceptance-contract", VOTA_VALID);
    assert_finding(&city->report, "acceptance-signer", VOTA_VALID);
    assert_finding(&city->report, "acceptance-bounds", VOTA_VALID);
    assert_finding(&city->report, "promise", VOTA_VALID);
    vota_hash digest;
    vota_acceptance_digest(&digest, &city->report.leaf, &city->receipt.acceptance);
    assert_hash_equal(&city->signer.digest, &digest);
}

static void a_key_that_was_never_named_is_not_valid(void **state)
{
    struct city *city = *state;
    city->signer.address.bytes[19] = 1;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_VALID);
    /* Each of these leaves room for a journal that names it. */
    city->known.final = false;
    city_verify(city);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
    city->known.final = true;
    city->known.time = city->receipt.acceptance.accepted_at - 1;
    city_verify(city);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
    city->known.time = city->receipt.acceptance.accepted_at;
    city_verify(city);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_VALID);
    city_append(city, 7);
    city_settle(city);
    city_verify(city);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
}

/* What every citizen sees first: nothing is wrong, and nothing is final yet. */
static void a_promise_younger_than_the_last_final_block_is_said_to_be(void **state)
{
    struct city *city = *state;
    city->known.time = city->receipt.acceptance.accepted_at - 1;
    city_verify(city);
    assert_finding(&city->report, "acceptance-new", VOTA_NOT_CHECKED);
    assert_no_finding(&city->report, "acceptance-signer");
    city->receipt.anchor_count = 0;
    city->receipt.path_len = 0;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_int_equal(vota_answer_of(&city->report), VOTA_ANSWER_JUST_ACCEPTED);
    /* A key that was declared untrusted before is none of the city's then. */
    struct vota_entry *entry = city_append(city, VOTA_ENTRY_KEY);
    entry->a = vota_word_of_u64(VOTA_ROLE_ACCEPTANCE);
    entry->b = vota_word_of_addr(&(vota_addr){{5}});
    entry->c = vota_word_of_u64(1);
    city_settle(city);
    city_verify(city);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
    assert_no_finding(&city->report, "acceptance-new");
    assert_int_equal(vota_answer_of(&city->report), VOTA_ANSWER_SIGNER_TIME);
}

static void a_key_outside_its_time_is_neither(void **state)
{
    struct city *city = *state;
    struct vota_entry *entry = city_append(city, VOTA_ENTRY_KEY);
    entry->a = vota_word_of_u64(VOTA_ROLE_ACCEPTANCE);
    entry->b = vota_word_of_addr(&(vota_addr){{5}});
    entry->c = vota_word_of_u64(city->receipt.acceptance.accepted_at); /* untrusted since */
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
}

static void a_signature_that_no_key_made_is_not_valid(void **state)
{
    struct city *city = *state;
    city->signer.recovers = false;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_VALID);
    assert_finding(&city->report, "acceptance-signature", VOTA_NOT_VALID);
    city->signer.recovers = true;
    city->receipt.acceptance.signature[64] = 0; /* v */
    city->trust.recover = NULL;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_VALID);
    assert_finding(&city->report, "acceptance-signature", VOTA_NOT_VALID);
}

static void without_curve_or_journal_the_signer_is_not_checked(void **state)
{
    struct city *city = *state;
    city->trust.recover = NULL;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
    city->trust.recover = test_recover;
    city->trust.journal_count = 0;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
}

static void a_promise_of_a_contract_nobody_named_is_not_judged(void **state)
{
    struct city *city = *state;
    city->receipt.acceptance.contract.bytes[0] ^= 1u;
    city->signer.address.bytes[19] = 1;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "acceptance-contract", VOTA_NOT_CHECKED);
    assert_no_finding(&city->report, "acceptance-signer");
    assert_no_finding(&city->report, "promise"); /* this contract's batch keeps not that promise */
}

static void a_promise_beyond_its_bounds_is_a_finding_and_still_a_promise(void **state)
{
    struct city *city = *state;
    city->receipt.acceptance.anchor_by += 1;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "acceptance-bounds", VOTA_NOT_VALID);
    const struct vota_finding *finding = find_finding(&city->report, "acceptance-bounds");
    assert_int_equal(finding->compared, VOTA_COMPARED_TIMES);
    assert_int_equal(finding->left_number, 1790006401);
    assert_int_equal(finding->right_number, 1790006400);
    assert_finding(&city->report, "promise", VOTA_VALID);
}

static void a_later_batch_alone_breaks_no_promise(void **state)
{
    struct city *city = *state;
    city_batch(city)->time = city->receipt.acceptance.anchor_by;
    city_settle(city);
    city_verify(city);
    assert_finding(&city->report, "promise", VOTA_VALID);
    city_batch(city)->time += 1;
    city_settle(city);
    city_verify(city);
    assert_finding(&city->report, "promise", VOTA_NOT_CHECKED);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
}

static void a_pending_receipt_waits(void **state)
{
    struct city *city = *state;
    city->receipt.anchor_count = 0;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "pending", VOTA_NOT_CHECKED);
    assert_int_equal(find_finding(&city->report, "pending")->left_number, 1790002800);
    assert_int_equal(find_finding(&city->report, "pending")->right_number, 1790006400);
    assert_finding(&city->report, "acceptance-signer", VOTA_VALID);
    city->signer.address.bytes[19] = 1;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_VALID, VOTA_NOT_CHECKED);
    /* Without a promise there is nothing to wait for. */
    city->receipt.has_acceptance = false;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "not-anchored", VOTA_NOT_CHECKED);
    assert_no_finding(&city->report, "pending");
}

/* Standing. */

static void the_recounts_word_becomes_the_standing(void **state)
{
    struct city *city = *state;
    static const struct {
        const char *name;
        enum vota_standing standing;
        enum vota_verdict verdict;
    } cases[] = {
        {"rows-missing", VOTA_STANDING_UNKNOWN, VOTA_NOT_CHECKED},
        {"counts", VOTA_STANDING_COUNTS, VOTA_VALID},
        {"superseded", VOTA_STANDING_SUPERSEDED, VOTA_NOT_VALID},
        {"untimely", VOTA_STANDING_UNTIMELY, VOTA_NOT_VALID},
        {"conflict", VOTA_STANDING_CONFLICT, VOTA_NOT_VALID},
        {"disavowed", VOTA_STANDING_DISAVOWED, VOTA_NOT_VALID},
        {"invalid", VOTA_STANDING_INVALID, VOTA_NOT_VALID},
        {"unopened", VOTA_STANDING_UNOPENED, VOTA_NOT_CHECKED},
        {"erased", VOTA_STANDING_ERASED, VOTA_NOT_CHECKED},
    };
    city->trust.standing_entry = 9;
    for (size_t i = 0; i < COUNT(cases); i++) {
        city->trust.standing = cases[i].standing;
        city->trust.journal_count = 1;
        city_verify(city);
        assert_verdicts(&city->report, VOTA_VALID, cases[i].verdict);
        assert_finding(&city->report, cases[i].name, cases[i].verdict);
        assert_int_equal(city->report.standing_as, cases[i].standing);
        const bool superseded = cases[i].standing == VOTA_STANDING_SUPERSEDED;
        assert_int_equal(find_finding(&city->report, cases[i].name)->number, superseded ? 9 : 0);
        /* The twin: what is not shown to be included does not stand either way. */
        city->trust.journal_count = 0;
        city_verify(city);
        assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
        assert_finding(&city->report, "rows-missing", VOTA_NOT_CHECKED);
    }
}

static void a_batch_after_counts_until_is_untimely_whoever_counted(void **state)
{
    struct city *city = *state;
    city->trust.standing = VOTA_STANDING_COUNTS;
    city_batch(city)->time = 1790172840; /* counts_until, 2026-09-23T14:14:00Z */
    city->known.time = 1790200000;
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_VALID);
    assert_finding(&city->report, "timely", VOTA_VALID);
    city_batch(city)->time += 1;
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_VALID);
    assert_finding(&city->report, "timely", VOTA_NOT_VALID);
    assert_finding(&city->report, "untimely", VOTA_NOT_VALID);
    assert_no_finding(&city->report, "counts");
    /* A recount that names another reason keeps it. */
    city->trust.standing = VOTA_STANDING_CONFLICT;
    city_verify(city);
    assert_finding(&city->report, "conflict", VOTA_NOT_VALID);
}

static void a_disavowed_batch_does_not_count(void **state)
{
    struct city *city = *state;
    static const struct {
        uint64_t first;
        uint64_t last;
        enum vota_verdict standing;
    } cases[] = {{1, 2, VOTA_NOT_VALID},
                 {2, 2, VOTA_NOT_VALID},
                 {1, 1, VOTA_NOT_VALID},
                 {3, 3, VOTA_NOT_CHECKED}};
    city_append(city, VOTA_ENTRY_BATCH)->a = (vota_hash){{3}};
    struct vota_entry *disavowal = city_append(city, VOTA_ENTRY_DISAVOWED);
    for (size_t i = 0; i < COUNT(cases); i++) {
        disavowal->a = vota_word_of_u64(cases[i].first);
        disavowal->b = vota_word_of_u64(cases[i].last);
        city_settle(city);
        city_verify(city);
        assert_verdicts(&city->report, VOTA_VALID, cases[i].standing);
        if (cases[i].last == 2) {
            assert_finding(&city->report, "disavowed", VOTA_NOT_VALID);
            assert_no_finding(&city->report, "promise"); /* a disavowed batch keeps none */
        } else if (cases[i].last == 1)
            assert_finding(&city->report, "untimely", VOTA_NOT_VALID); /* its opening is gone */
    }
}

static void a_row_of_a_register_that_was_not_open_is_untimely(void **state)
{
    struct city *city = *state;
    city->entries[0].a.bytes[0] ^= 1u;
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_VALID);
    assert_finding(&city->report, "register-opened", VOTA_NOT_VALID);
    assert_finding(&city->report, "untimely", VOTA_NOT_VALID);
    /* Opened afterwards is not open before. */
    city_append(city, VOTA_ENTRY_REGISTER)->a = city->receipt.row.register_hash;
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_VALID);
    /* A predecessor may have opened it, and so may a kind of entry that we do not know. */
    city_append(city, 7);
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "register-opened", VOTA_NOT_CHECKED);
}

static void a_predecessor_may_have_opened_the_register(void **state)
{
    struct city *city = *state;
    city->journal.genesis.pred_length = 5;
    city->entries[0] = (struct vota_entry){.kind = VOTA_ENTRY_BATCH, .number = 6};
    city->entries[1].number = 7;
    city_settle(city);
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "register-opened", VOTA_NOT_CHECKED);
    /* Numbers up to 5 are not this contract's. */
    city->receipt.anchors[0].entry.number = 5;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(another_definition_is_not_valid),
        TEST(a_definition_of_another_version_is_not_condemned),
        TEST(another_choice_than_the_anchored_one_is_not_valid),
        TEST(a_share_form_is_as_much_included),
        TEST(a_content_that_cannot_count_is_included_and_does_not_stand),
        TEST(a_named_key_promised),
        TEST(a_key_that_was_never_named_is_not_valid),
        TEST(a_promise_younger_than_the_last_final_block_is_said_to_be),
        TEST(a_key_outside_its_time_is_neither),
        TEST(a_signature_that_no_key_made_is_not_valid),
        TEST(without_curve_or_journal_the_signer_is_not_checked),
        TEST(a_promise_of_a_contract_nobody_named_is_not_judged),
        TEST(a_promise_beyond_its_bounds_is_a_finding_and_still_a_promise),
        TEST(a_later_batch_alone_breaks_no_promise),
        TEST(a_pending_receipt_waits),
        TEST(the_recounts_word_becomes_the_standing),
        TEST(a_batch_after_counts_until_is_untimely_whoever_counted),
        TEST(a_disavowed_batch_does_not_count),
        TEST(a_row_of_a_register_that_was_not_open_is_untimely),
        TEST(a_predecessor_may_have_opened_the_register),
    };
    return RUN_TESTS(tests);
}
