/* SPDX-License-Identifier: Apache-2.0 */
/* Audits along a succession: what is linked, what is counted over it, what only is claimed. */
#include "proof/word.h"
#include "tests/bridge/town_pair.h"

static void test_a_confirmed_line_is_counted_as_one(void **state)
{
    struct town *towns[2];
    struct vota_audit_line audits;
    (void)state;
    make(towns, true);
    publish(towns);
    struct town_line line = line_of(towns);
    town_line_audit(&audits, &line);
    const struct vota_audit *last = vota_audit_line_last(&audits);
    if (vota_audit_line_overall(&audits) != VOTA_VALID) {
        town_show(&audits.members[OLD]);
        town_show(last);
    }
    assert_int_equal(vota_audit_line_overall(&audits), VOTA_VALID);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION, VOTA_VALID), 1);
    assert_int_equal(last->register_count, 1); /* opened by the old contract, and still open */
    assert_int_equal(last->registers[0].opened, 0);
    assert_int_equal(last->registers[0].rows, 7);
    assert_true(last->registers[0].is_recounted);
    assert_memory_equal(last->registers[0].numbers, town_line_counts, sizeof town_line_counts);
    assert_int_equal(town_found(last, VOTA_FOUND_RESULT, VOTA_VALID), 1);
    vota_audit_line_done(&audits);
    unmake(towns);
}

/* The link alone is at fault: each end for itself is in order. */
static void expect_link(struct town *towns[2], enum vota_audit_code code, enum vota_verdict state)
{
    struct vota_audit_line audits;
    publish(towns);
    struct town_line line = line_of(towns);
    town_line_audit(&audits, &line);
    const struct vota_audit *last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(last, code, state), 1);
    assert_int_equal(vota_audit_line_overall(&audits), state);
    assert_int_equal(audits.members[OLD].findings.parts[VOTA_AUDIT_ROWS], VOTA_VALID);
    assert_int_equal(last->findings.parts[VOTA_AUDIT_ROWS], VOTA_VALID);
    assert_null(last->before); /* nothing of the other is counted with */
    assert_int_equal(last->register_count, 0);
    vota_audit_line_done(&audits);
    unmake(towns);
}

static void test_a_link_that_only_the_new_contract_claims(void **state)
{
    struct town *towns[2];
    (void)state;
    make(towns, false);
    struct vota_audit_line audits;
    publish(towns);
    struct town_line line = line_of(towns);
    town_line_audit(&audits, &line);
    const struct vota_audit *last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION_CLAIMED, VOTA_NOT_CHECKED), 1);
    assert_null(last->before);
    vota_audit_line_done(&audits);
    unmake(towns);
}

static void test_another_head_or_length_is_no_succession(void **state)
{
    struct town *towns[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        towns[OLD] = town_old();
        towns[NEW] = town_continue(towns[OLD]);
        struct vota_genesis *genesis = &towns[NEW]->deployment.genesis;
        if (i == 0)
            genesis->pred_head.bytes[5] ^= 1;
        else
            genesis->pred_length--;
        town_redeploy(towns[NEW]);
        town_name(towns[OLD], towns[NEW], TOWN_MOVES);
        expect_link(towns, VOTA_FOUND_SUCCESSION_DIFFERS, VOTA_NOT_VALID);
    }
}

static void test_another_old_entry_forks_the_history(void **state)
{
    struct town *towns[2];
    (void)state;
    /* Instead of naming the successor, and after it. */
    for (int names = 0; names < 2; names++) {
        towns[OLD] = town_old();
        towns[NEW] = town_continue(towns[OLD]);
        if (names == 1)
            town_name(towns[OLD], towns[NEW], TOWN_MOVES);
        town_vote(towns[OLD], &towns[OLD]->registers[0], 30, "yes");
        town_anchor(towns[OLD], TOWN_MOVES + 60);
        expect_link(towns, VOTA_FOUND_SUCCESSION_FORKED, VOTA_NOT_VALID);
    }
    /* Or it names somebody else. */
    towns[OLD] = town_old();
    towns[NEW] = town_continue(towns[OLD]);
    struct town *other = town_continue(towns[OLD]);
    other->deployment.salt = town_hash("other", 0);
    town_redeploy(other);
    town_name(towns[OLD], other, TOWN_MOVES);
    town_free(other);
    expect_link(towns, VOTA_FOUND_SUCCESSION_FORKED, VOTA_NOT_VALID);
}

static void test_a_dead_chain_confirms_nothing_but_by_a_head_that_is_trusted(void **state)
{
    struct town *towns[2];
    struct vota_audit_line audits;
    (void)state;
    make(towns, true);
    publish(towns);
    struct town_line line = line_of(towns);
    line.dead[OLD] = true;
    town_line_audit(&audits, &line);
    const struct vota_audit *last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION_CLAIMED, VOTA_NOT_CHECKED), 1);
    assert_int_equal(vota_audit_line_overall(&audits), VOTA_NOT_CHECKED);
    vota_audit_line_done(&audits);
    /* A head from before the end of the old journal says nothing of its end. */
    town_line_inputs(&line);
    line.chains[OLD].head = towns[OLD]->lines.heads[0];
    line.chains[OLD].length = 1;
    line.inputs[OLD].chain = &line.chains[OLD];
    assert_int_equal(vota_audit_line_run(&audits, line.inputs, 2, NULL), VOTA_OK);
    town_line_close(&line);
    last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION_CLAIMED, VOTA_NOT_CHECKED), 1);
    vota_audit_line_done(&audits);
    unmake(towns);
}

static void test_a_predecessor_that_is_not_here_is_named(void **state)
{
    struct town *towns[2];
    struct vota_audit audit;
    (void)state;
    make(towns, true);
    publish(towns);
    const struct vota_audit_chain chain = town_chain(towns[NEW]);
    town_audit(&audit, towns[NEW], &chain);
    assert_int_equal(town_found(&audit, VOTA_FOUND_PREDECESSOR, VOTA_NOT_CHECKED), 1);
    const struct vota_audit_finding *finding = town_finding(&audit, VOTA_FOUND_PREDECESSOR);
    const vota_hash named = vota_word_of_addr(&towns[OLD]->deployment.genesis.contract);
    assert_hash_equal(&finding->left_hash, &named);
    assert_int_equal(finding->left, towns[OLD]->deployment.genesis.chain_id);
    /* Who opened the register of its result is not known, so that nobody is blamed. */
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_RESULTS], VOTA_NOT_CHECKED);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_NO_BEGINNING, VOTA_NOT_CHECKED), 1);
    assert_null(town_finding(&audit, VOTA_FOUND_RESULT_NOT_OPENED));
    assert_null(town_finding(&audit, VOTA_FOUND_ROW_OF_NO_REGISTER));
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    vota_audit_done(&audit);
    unmake(towns);
}

static void test_old_rows_that_are_missing_keep_the_line_from_being_counted(void **state)
{
    struct town *towns[2];
    struct vota_audit_line audits;
    (void)state;
    make(towns, true);
    publish(towns);
    struct town_line line = line_of(towns);
    line.no_data[OLD] = true; /* its journal is known from elsewhere: none here */
    town_line_audit(&audits, &line);
    const struct vota_audit *last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION_CLAIMED, VOTA_NOT_CHECKED), 1);
    vota_audit_line_done(&audits);
    line.no_data[OLD] = false;
    assert_int_equal(unlink(town_path(towns[OLD], "batches/2.rows")), 0);
    town_line_audit(&audits, &line);
    last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION, VOTA_VALID), 1);
    assert_int_equal(town_found(&audits.members[OLD], VOTA_FOUND_ROWS_WITHHELD, VOTA_NOT_CHECKED),
                     1);
    assert_false(last->registers[0].is_recounted);
    assert_int_equal(town_found(last, VOTA_FOUND_RESULT_NOT_RECOUNTED, VOTA_NOT_CHECKED), 1);
    assert_int_equal(vota_audit_line_overall(&audits), VOTA_NOT_CHECKED);
    vota_audit_line_done(&audits);
    unmake(towns);
}

static void test_a_number_that_is_wrong_over_the_line_is_found(void **state)
{
    struct town *towns[2];
    struct vota_audit_line audits;
    static const uint64_t own_only[TOWN_NUMBERS] = {1, 2, 0, 3, 3, 0, 0, 0, 0, 0, 0};
    (void)state;
    make(towns, true);
    town_result(towns[NEW], &towns[OLD]->registers[0], TOWN_COUNTS_UNTIL + 900, 3, own_only,
                TOWN_NUMBERS); /* as if nothing had come before */
    publish(towns);
    struct town_line line = line_of(towns);
    town_line_audit(&audits, &line);
    assert_int_equal(vota_audit_line_overall(&audits), VOTA_NOT_VALID);
    assert_true(
        town_found(vota_audit_line_last(&audits), VOTA_FOUND_RESULT_NUMBER, VOTA_NOT_VALID) > 0);
    vota_audit_line_done(&audits);
    unmake(towns);
}

static void test_who_audits_the_old_contract_is_told_of_the_new(void **state)
{
    struct town *towns[2];
    struct vota_audit audit;
    (void)state;
    make(towns, true);
    publish(towns);
    const struct vota_audit_chain chain = town_chain(towns[OLD]);
    town_audit(&audit, towns[OLD], &chain);
    assert_int_equal(town_found(&audit, VOTA_FOUND_SUCCEEDED, VOTA_NOT_CHECKED), 1);
    const struct vota_audit_finding *finding = town_finding(&audit, VOTA_FOUND_SUCCEEDED);
    assert_int_equal(finding->entry, 3);
    assert_int_equal(finding->right, towns[NEW]->deployment.genesis.chain_id);
    assert_null(town_finding(&audit, VOTA_FOUND_RESULT_NONE)); /* it may be there */
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    vota_audit_done(&audit);
    unmake(towns);
}

/* A succession of a succession: numbering goes on, and so does everything else. */
static void test_a_line_of_three_is_counted_as_one(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {5, 2, 0, 8, 7, 1, 0, 0, 0, 0, 0};
    struct town *towns[2];
    struct vota_audit_line audits;
    (void)state;
    make(towns, true);
    struct town *newest = town_continue(towns[NEW]);
    town_name(towns[NEW], newest, TOWN_COUNTS_UNTIL + 700);
    newest->source.carried = towns[NEW]->source.carried;
    newest->source.carried_count = 1;
    town_vote(newest, &towns[OLD]->registers[0], 21, "yes");
    town_anchor(newest, TOWN_CLOSES + 60);
    town_result(newest, &towns[OLD]->registers[0], TOWN_COUNTS_UNTIL + 1000, 5, counts,
                TOWN_NUMBERS);
    publish(towns);
    town_publish(newest);
    struct town_line line = {.towns = {towns[OLD], towns[NEW], newest}, .n = 3};
    town_line_audit(&audits, &line);
    const struct vota_audit *last = vota_audit_line_last(&audits);
    assert_int_equal(last->carried, 4);
    assert_memory_equal(last->registers[0].numbers, counts, sizeof counts);
    /* The successor's result was right when it was made, but not to the end. */
    assert_int_equal(last->registers[0].result_entry, 6);
    assert_int_equal(last->registers[0].state, VOTA_VALID);
    assert_int_equal(vota_audit_line_overall(&audits), VOTA_VALID);
    vota_audit_line_done(&audits);
    /* Without the first, the second's beginning is unknown, and the third's with it. */
    line = (struct town_line){.towns = {towns[NEW], newest}, .n = 2};
    town_line_audit(&audits, &line);
    last = vota_audit_line_last(&audits);
    assert_int_equal(town_found(&audits.members[0], VOTA_FOUND_PREDECESSOR, VOTA_NOT_CHECKED), 1);
    assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION, VOTA_VALID), 1);
    assert_null(last->before);
    vota_audit_line_done(&audits);
    town_free(newest);
    unmake(towns);
}

/* ---- standing ---- */

static enum vota_standing standing_of(struct town_line *line, const struct town_record *record,
                                      uint64_t *ret_entry)
{
    struct vota_audit_line audits;
    enum vota_standing standing = VOTA_STANDING_UNKNOWN;
    const struct vota_audit_claim claim = {.row = record->row};
    town_line_inputs(line);
    assert_int_equal(vota_audit_line_prepare(&audits, line->inputs, line->n, NULL), VOTA_OK);
    assert_int_equal(
        vota_audit_standing(vota_audit_line_last(&audits), &standing, ret_entry, &claim), VOTA_OK);
    vota_audit_line_done(&audits);
    town_line_close(line);
    return standing;
}

static void test_standing_over_a_line(void **state)
{
    struct town *towns[2];
    uint64_t entry = 0;
    (void)state;
    make(towns, true);
    publish(towns);
    struct town_line line = line_of(towns);
    assert_int_equal(standing_of(&line, &towns[OLD]->records[1], &entry), VOTA_STANDING_COUNTS);
    assert_int_equal(standing_of(&line, &towns[NEW]->records[0], &entry), VOTA_STANDING_SUPERSEDED);
    assert_int_equal(entry, 2); /* by a row of the old contract */
    assert_int_equal(standing_of(&line, &towns[NEW]->records[1], &entry), VOTA_STANDING_COUNTS);
    /* The old books alone do not settle it: more may have come in time elsewhere. */
    line.n = 1;
    assert_int_equal(standing_of(&line, &towns[OLD]->records[1], &entry), VOTA_STANDING_UNKNOWN);
    /* Nor do the new ones alone: who opened the register is not known. */
    line = (struct town_line){.towns = {towns[NEW]}, .n = 1};
    assert_int_equal(standing_of(&line, &towns[NEW]->records[1], &entry), VOTA_STANDING_UNKNOWN);
    /* Nor a line that nobody confirms. */
    line = line_of(towns);
    line.dead[OLD] = true;
    assert_int_equal(standing_of(&line, &towns[NEW]->records[1], &entry), VOTA_STANDING_UNKNOWN);
    unmake(towns);
}

static void test_what_was_over_before_the_succession_is_settled(void **state)
{
    struct town *towns[2];
    uint64_t entry = 0;
    (void)state;
    towns[OLD] = town_old();
    town_result(towns[OLD], &towns[OLD]->registers[0], TOWN_COUNTS_UNTIL + 60, 2,
                (const uint64_t[TOWN_NUMBERS]){3, 1, 0, 4, 4}, TOWN_NUMBERS);
    towns[NEW] = town_continue(towns[OLD]);
    town_name(towns[OLD], towns[NEW], TOWN_COUNTS_UNTIL + 120);
    town_publish(towns[OLD]);
    struct town_line line = {.towns = {towns[OLD]}, .n = 1};
    assert_int_equal(standing_of(&line, &towns[OLD]->records[1], &entry), VOTA_STANDING_COUNTS);
    unmake(towns);
}

/* ---- promises ---- */

static struct vota_trust_promise promise_of(struct town_line *line, const struct town *town,
                                            const struct vota_row *row, uint64_t anchor_by)
{
    struct vota_audit_line audits;
    struct vota_trust_promise promise;
    const struct vota_audit_promised promised = {
        .row = *row,
        .acceptance = {.chain_id = town->deployment.genesis.chain_id,
                       .contract = town->deployment.genesis.contract,
                       .accepted_at = TOWN_OPENS + 10,
                       .anchor_by = anchor_by},
        .signer = town->deployment.genesis.acceptance_key};
    town_line_inputs(line);
    assert_int_equal(vota_audit_line_prepare(&audits, line->inputs, line->n, NULL), VOTA_OK);
    assert_int_equal(vota_audit_promise(vota_audit_line_last(&audits), &promise, &promised),
                     VOTA_OK);
    vota_audit_line_done(&audits);
    town_line_close(line);
    return promise;
}

static void test_promises_of_one_contract(void **state)
{
    struct town *town = town_old();
    const struct vota_row row = town->records[0].row;
    struct vota_row lost = row;
    struct town_line line = {.towns = {town}, .n = 1};
    (void)state;
    lost.tag.bytes[0] ^= 1;
    town_publish(town);
    struct vota_trust_promise promise = promise_of(&line, town, &row, TOWN_OPENS + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_KEPT);
    assert_int_equal(promise.entry, 2);
    promise = promise_of(&line, town, &row, TOWN_OPENS + 599);
    assert_int_equal(promise.outcome, VOTA_PROMISE_KEPT_LATE);
    assert_int_equal(promise.time, TOWN_OPENS + 600);
    promise = promise_of(&line, town, &lost, TOWN_OPENS + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_BROKEN);
    assert_int_equal(promise.final_time, TOWN_LATER);
    promise = promise_of(&line, town, &lost, TOWN_LATER); /* not yet due */
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_int_equal(promise.doubt, VOTA_DOUBT_NOT_DUE);
    assert_int_equal(unlink(town_path(town, "batches/2.rows")), 0);
    promise = promise_of(&line, town, &lost, TOWN_OPENS + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_int_equal(promise.doubt, VOTA_DOUBT_WITHHELD);
    assert_int_equal(promise.entry, 2); /* the batch is named */
    line.dead[0] = true;
    promise = promise_of(&line, town, &lost, TOWN_OPENS + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_CHECKED);
    town_free(town);
}

static void test_promises_over_a_succession(void **state)
{
    struct town *towns[2];
    (void)state;
    make(towns, true);
    publish(towns);
    struct town_line line = line_of(towns);
    const struct vota_row row = towns[NEW]->records[1].row; /* anchored by the successor */
    struct vota_row lost = row;
    lost.tag.bytes[0] ^= 1;
    struct vota_trust_promise promise = promise_of(&line, towns[OLD], &row, TOWN_MOVES + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_KEPT);
    assert_int_equal(promise.entry, 3);
    promise = promise_of(&line, towns[OLD], &row, TOWN_MOVES + 599);
    assert_int_equal(promise.outcome, VOTA_PROMISE_KEPT_LATE);
    promise = promise_of(&line, towns[OLD], &lost, TOWN_MOVES + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_BROKEN);
    /* The old network may have ended before the promise was due: time goes on with the line. */
    line.times[OLD] = TOWN_MOVES + 60;
    promise = promise_of(&line, towns[OLD], &lost, TOWN_MOVES + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_BROKEN);
    line.times[NEW] = TOWN_MOVES + 600;
    promise = promise_of(&line, towns[OLD], &lost, TOWN_MOVES + 600);
    assert_int_equal(promise.doubt, VOTA_DOUBT_NOT_DUE);
    /* However late the old chain is: what the new one anchored since, nobody has looked at. */
    line.times[OLD] = 0;
    promise = promise_of(&line, towns[OLD], &lost, TOWN_MOVES + 600);
    assert_int_equal(promise.doubt, VOTA_DOUBT_NOT_DUE);
    line.times[NEW] = 0;
    /* Who does not look at the successor must not call it broken. */
    line.n = 1;
    promise = promise_of(&line, towns[OLD], &row, TOWN_MOVES + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_int_equal(promise.doubt, VOTA_DOUBT_SUCCESSOR);
    /* Nor is a successor believed whose head nobody proved. */
    line.n = 2;
    line.dead[NEW] = true;
    promise = promise_of(&line, towns[OLD], &row, TOWN_MOVES + 600);
    assert_int_equal(promise.doubt, VOTA_DOUBT_SUCCESSOR);
    line.dead[NEW] = false;
    assert_int_equal(unlink(town_path(towns[NEW], "batches/3.rows")), 0);
    promise = promise_of(&line, towns[OLD], &lost, TOWN_MOVES + 600);
    assert_int_equal(promise.doubt, VOTA_DOUBT_WITHHELD);
    assert_int_equal(promise.entry, 3);
    /* A promise of the successor itself; one of a contract that is not in the line. */
    promise = promise_of(&line, towns[NEW], &lost, TOWN_MOVES + 599);
    assert_int_equal(promise.outcome, VOTA_PROMISE_BROKEN);
    towns[NEW]->deployment.genesis.contract.bytes[0] ^= 1;
    const struct town *stranger = towns[NEW];
    struct town_line first = {.towns = {towns[OLD]}, .n = 1};
    promise = promise_of(&first, stranger, &lost, TOWN_MOVES + 599);
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_int_equal(promise.doubt, VOTA_DOUBT_NONE);
    unmake(towns);
}

/* The successor was succeeded as well, and nobody looked there. */
static void test_a_promise_may_be_kept_further_on(void **state)
{
    struct town *towns[2];
    (void)state;
    make(towns, true);
    struct town *newest = town_continue(towns[NEW]);
    town_name(towns[NEW], newest, TOWN_MOVES + 700);
    town_vote(newest, &towns[OLD]->registers[0], 21, "yes");
    town_anchor(newest, TOWN_MOVES + 800);
    publish(towns);
    town_publish(newest);
    struct town_line line = {.towns = {towns[OLD], towns[NEW], newest}, .n = 2};
    const struct vota_row row = newest->records[0].row;
    struct vota_trust_promise promise = promise_of(&line, towns[OLD], &row, TOWN_MOVES + 800);
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_int_equal(promise.doubt, VOTA_DOUBT_SUCCESSOR);
    line.n = 3;
    promise = promise_of(&line, towns[OLD], &row, TOWN_MOVES + 800);
    assert_int_equal(promise.outcome, VOTA_PROMISE_KEPT);
    assert_int_equal(promise.entry, 5);
    town_free(newest);
    unmake(towns);
}

static void test_a_key_that_was_never_named_promised_nothing(void **state)
{
    struct town *town = town_old();
    struct town_line line = {.towns = {town}, .n = 1};
    (void)state;
    town_publish(town);
    struct town stranger = *town;
    stranger.deployment.genesis.acceptance_key.bytes[0] ^= 1;
    const struct vota_trust_promise promise =
        promise_of(&line, &stranger, &town->records[0].row, TOWN_OPENS + 600);
    assert_int_equal(promise.outcome, VOTA_PROMISE_NOT_VALID);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_confirmed_line_is_counted_as_one),
        cmocka_unit_test(test_a_link_that_only_the_new_contract_claims),
        cmocka_unit_test(test_another_head_or_length_is_no_succession),
        cmocka_unit_test(test_another_old_entry_forks_the_history),
        cmocka_unit_test(test_a_dead_chain_confirms_nothing_but_by_a_head_that_is_trusted),
        cmocka_unit_test(test_a_predecessor_that_is_not_here_is_named),
        cmocka_unit_test(test_old_rows_that_are_missing_keep_the_line_from_being_counted),
        cmocka_unit_test(test_a_number_that_is_wrong_over_the_line_is_found),
        cmocka_unit_test(test_who_audits_the_old_contract_is_told_of_the_new),
        cmocka_unit_test(test_a_line_of_three_is_counted_as_one),
        cmocka_unit_test(test_standing_over_a_line),
        cmocka_unit_test(test_what_was_over_before_the_succession_is_settled),
        cmocka_unit_test(test_promises_of_one_contract),
        cmocka_unit_test(test_promises_over_a_succession),
        cmocka_unit_test(test_a_promise_may_be_kept_further_on),
        cmocka_unit_test(test_a_key_that_was_never_named_promised_nothing),
    };
    return RUN_TESTS(tests);
}
