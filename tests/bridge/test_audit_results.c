/* SPDX-License-Identifier: Apache-2.0 */
/* What the city itself wrote on chain: wrong numbers, wrong times, disavowals, openings of nothing.
 */
#include "tests/bridge/town_audit.h"

static void audit_of(struct vota_audit *audit, struct town *town)
{
    const struct vota_audit_chain chain = town_chain(town);
    town_publish(town);
    town_audit(audit, town, &chain);
}

static void test_wrong_numbers_are_told_one_by_one(void **state)
{
    struct town *town = town_with_rows();
    struct vota_audit audit;
    uint64_t counts[TOWN_NUMBERS];
    (void)state;
    memcpy(counts, town_bridge_counts, sizeof counts);
    counts[0] += 2;
    counts[1] -= 2;
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, counts, TOWN_NUMBERS);
    audit_of(&audit, town);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_VALID);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_NUMBER, VOTA_NOT_VALID), 2);
    const struct vota_audit_finding *finding = town_finding(&audit, VOTA_FOUND_RESULT_NUMBER);
    assert_int_equal(finding->entry, 7);
    assert_int_equal(finding->number, 0);
    assert_int_equal(finding->left, 17);
    assert_int_equal(finding->right, 15);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_ROWS], VOTA_VALID);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_FILES], VOTA_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

/* Each of the nine numbers and each option is compared. */
static void test_every_number_is_compared(void **state)
{
    (void)state;
    for (size_t i = 0; i < TOWN_NUMBERS; i++) {
        struct town *town = town_with_rows();
        struct vota_audit audit;
        uint64_t counts[TOWN_NUMBERS];
        memcpy(counts, town_bridge_counts, sizeof counts);
        counts[i]++;
        town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, counts,
                    TOWN_NUMBERS);
        audit_of(&audit, town);
        assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_NUMBER, VOTA_NOT_VALID), 1);
        assert_int_equal(town_finding(&audit, VOTA_FOUND_RESULT_NUMBER)->number, i);
        vota_audit_done(&audit);
        town_free(town);
    }
}

static void test_a_corrected_result_is_the_result(void **state)
{
    struct town *town = town_with_rows();
    struct vota_audit audit;
    const uint64_t wrong[TOWN_NUMBERS] = {99};
    (void)state;
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, wrong, TOWN_NUMBERS);
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 700, 6, town_bridge_counts,
                TOWN_NUMBERS);
    audit_of(&audit, town);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_VALID);
    assert_int_equal(audit.registers[BRIDGE].result_entry, 8);
    assert_true(town_finding(&audit, VOTA_FOUND_RESULT_NUMBER)->notice);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_a_result_of_another_length(void **state)
{
    struct town *town = town_with_rows();
    struct vota_audit audit;
    (void)state;
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, town_bridge_counts,
                TOWN_NUMBERS - 1);
    audit_of(&audit, town);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_LENGTH, VOTA_NOT_VALID), 1);
    vota_audit_done(&audit);
    town_free(town);
}

/* Counted up to entry 4, though voter 1's second vote in entry 5 came in time. */
static void test_a_result_that_stops_too_early(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {15, 5, 0, 20, 20};
    struct town *town = town_with_rows();
    struct vota_audit audit;
    (void)state;
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 4, counts, TOWN_NUMBERS);
    audit_of(&audit, town);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT, VOTA_VALID), 1);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_CUT, VOTA_NOT_VALID), 1);
    assert_int_equal(town_finding(&audit, VOTA_FOUND_RESULT_CUT)->right, 5);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_rows_in_time_after_the_result(void **state)
{
    struct town *town = town_new();
    static const uint64_t counts[TOWN_NUMBERS] = {1, 0, 0, 1, 1};
    struct vota_audit audit;
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    (void)state;
    town_vote(town, reg, 0, "yes");
    town_anchor(town, TOWN_OPENS + 600);
    town_result(town, reg, TOWN_CLOSES + 60, 2, counts, TOWN_NUMBERS);
    town_vote(town, reg, 1, "no");
    town_anchor(town, TOWN_CLOSES + 120);
    audit_of(&audit, town);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_CUT, VOTA_NOT_VALID), 1);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_a_result_before_its_register_closes(void **state)
{
    struct town *town = town_new();
    static const uint64_t counts[TOWN_NUMBERS] = {1, 0, 0, 1, 1};
    struct vota_audit audit;
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    (void)state;
    town_vote(town, reg, 0, "yes");
    town_anchor(town, TOWN_OPENS + 600);
    town_result(town, reg, TOWN_CLOSES - 60, 2, counts, TOWN_NUMBERS);
    audit_of(&audit, town);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_TOO_EARLY, VOTA_NOT_VALID), 1);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_a_result_of_nothing(void **state)
{
    struct town *town = town_with_rows();
    struct town_register stranger = town->registers[0];
    struct vota_audit audit;
    (void)state;
    stranger.hash = town_hash("stranger", 0);
    town_result(town, &stranger, TOWN_COUNTS_UNTIL + 600, 6, town_bridge_counts, TOWN_NUMBERS);
    audit_of(&audit, town);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_NOT_OPENED, VOTA_NOT_VALID), 1);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_openings_of_registers_that_open_nothing(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit audit;
    vota_hash hash;
    const struct town_register again = town->registers[BRIDGE];
    (void)state;
    vota_definition_hash(&hash, "{}", 2);
    town_add_line(town,
                  (struct vota_entry){.kind = VOTA_ENTRY_REGISTER, .time = TOWN_LATER, .a = hash},
                  town_slice("{}"), NULL, 0);
    town_add_line(
        town, (struct vota_entry){.kind = VOTA_ENTRY_REGISTER, .time = TOWN_LATER, .a = again.hash},
        (struct vota_slice){(const uint8_t *)again.text, again.len}, NULL, 0);
    audit_of(&audit, town);
    assert_int_equal(town_finding(&audit, VOTA_FOUND_INVALID_DEFINITION)->entry, 9);
    assert_int_equal(town_finding(&audit, VOTA_FOUND_SECOND_OPENING)->entry, 10);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_JOURNAL], VOTA_NOT_VALID);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_RESULTS], VOTA_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

/* A disavowal is headlined; the numbers are shown with and without it. */
static void test_a_disavowed_batch(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit audit;
    (void)state;
    town_disavow(town, TOWN_LATER, 5, 5);
    audit_of(&audit, town);
    const struct vota_audit_finding *finding = town_finding(&audit, VOTA_FOUND_DISAVOWED);
    assert_non_null(finding);
    assert_true(finding->notice);
    assert_string_equal(finding->text, "잘못 셈");
    assert_non_null(audit.registers[BRIDGE].numbers_undisavowed);
    assert_int_equal(audit.registers[BRIDGE].numbers_undisavowed[5], 1); /* superseded */
    assert_int_equal(audit.registers[BRIDGE].numbers[5], 0);
    assert_int_equal(audit.registers[BRIDGE].numbers[6], 2); /* untimely */
    assert_non_null(town_finding(&audit, VOTA_FOUND_RESULT_CHANGED_LATER));
    vota_audit_done(&audit);
    town_free(town);
}

static void test_openings_that_are_never_public(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {2, 1, 0, 3, 3};
    static const uint64_t false_counts[TOWN_NUMBERS] = {3, 1, 0, 4, 4};
    (void)state;
    for (int honest = 0; honest < 2; honest++) {
        struct town *town = town_new();
        struct vota_audit audit;
        const struct town_register *reg =
            town_open(town, &(struct town_question){"secret", "vote", "never"});
        for (size_t i = 0; i < 3; i++)
            town_vote(town, reg, i, i == 0 ? "no" : "yes");
        town_anchor(town, TOWN_OPENS + 600);
        town_result(town, reg, TOWN_COUNTS_UNTIL + 600, 2, honest ? counts : false_counts,
                    TOWN_NUMBERS);
        audit_of(&audit, town);
        assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_OWN_COUNT, VOTA_NOT_CHECKED),
                         honest ? 1 : 0);
        /* That there are more rows than anybody anchored shows without any opening. */
        assert_int_equal(vota_audit_overall(&audit.findings),
                         honest ? VOTA_NOT_CHECKED : VOTA_NOT_VALID);
        vota_audit_done(&audit);
        town_free(town);
    }
}

static void test_a_result_that_could_not_be_confirmed(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {2, 1, 0, 4, 3, 0, 0, 0, 0, 1, 0};
    struct town *town = town_new();
    struct vota_audit audit;
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    (void)state;
    for (size_t i = 0; i < 4; i++)
        town_vote(town, reg, i, i == 0 ? "no" : "yes");
    town->records[3].unopened = true;
    town_anchor(town, TOWN_OPENS + 600);
    town_result(town, reg, TOWN_COUNTS_UNTIL + 600, 2, counts, TOWN_NUMBERS);
    audit_of(&audit, town);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_NOT_CONFIRMED, VOTA_NOT_CHECKED), 1);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    vota_audit_done(&audit);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_numbers_are_told_one_by_one),
        cmocka_unit_test(test_every_number_is_compared),
        cmocka_unit_test(test_a_corrected_result_is_the_result),
        cmocka_unit_test(test_a_result_of_another_length),
        cmocka_unit_test(test_a_result_that_stops_too_early),
        cmocka_unit_test(test_rows_in_time_after_the_result),
        cmocka_unit_test(test_a_result_before_its_register_closes),
        cmocka_unit_test(test_a_result_of_nothing),
        cmocka_unit_test(test_openings_of_registers_that_open_nothing),
        cmocka_unit_test(test_a_disavowed_batch),
        cmocka_unit_test(test_openings_that_are_never_public),
        cmocka_unit_test(test_a_result_that_could_not_be_confirmed),
    };
    return RUN_TESTS(tests);
}
