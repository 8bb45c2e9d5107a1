/* SPDX-License-Identifier: Apache-2.0 */
/* Does one record count: every standing, and when nobody can say. */
#include "tests/bridge/town_audit.h"

struct answer {
    enum vota_standing standing;
    uint64_t entry;
};

static struct answer ask(struct town *town, const struct vota_audit_chain *chain, size_t record,
                         bool shows_opening)
{
    const struct town_record *asked = &town->records[record];
    struct vota_audit_claim claim = {.row = asked->row, .has_opening = shows_opening};
    struct vota_audit audit;
    struct vota_reader reader;
    struct answer answer = {VOTA_STANDING_UNKNOWN, 0};
    claim.salt = asked->salt;
    claim.content = (struct vota_slice){(const uint8_t *)asked->content, asked->content_len};
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {.named = {town->deployment.genesis.chain_id,
                                                     town->deployment.chain_genesis,
                                                     town->deployment.genesis.contract},
                                           .chain = chain,
                                           .reader = &reader};
    assert_int_equal(vota_audit_prepare(&audit, &input, NULL), VOTA_OK);
    /* Twice: one audit answers for many receipts. */
    for (int i = 0; i < 2; i++)
        assert_int_equal(vota_audit_standing(&audit, &answer.standing, &answer.entry, &claim),
                         VOTA_OK);
    vota_audit_done(&audit);
    vota_reader_close(&reader);
    return answer;
}

static void expect(struct town *town, size_t record, enum vota_standing standing, uint64_t entry)
{
    const struct vota_audit_chain chain = town_chain(town);
    const struct answer answer = ask(town, &chain, record, false);
    assert_int_equal(answer.standing, standing);
    assert_int_equal(answer.entry, entry);
}

static void test_standings_of_books_in_order(void **state)
{
    struct town *town = town_in_order();
    (void)state;
    town_publish(town);
    expect(town, 0, VOTA_STANDING_COUNTS, 0);
    expect(town, 25, VOTA_STANDING_ERASED, 0);
    expect(town, 26, VOTA_STANDING_SUPERSEDED, 4); /* the second vote of voter 1 */
    expect(town, 27, VOTA_STANDING_COUNTS, 0);     /* the tombstone itself */
    expect(town, 28, VOTA_STANDING_UNTIMELY, 0);
    town_free(town);
}

static void test_conflict_invalid_and_disavowed(void **state)
{
    struct town *town = town_new();
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    (void)state;
    town_vote(town, reg, 1, "yes");
    town_vote(town, reg, 1, "no"); /* two of one tag in one batch */
    town_record(town, reg, 2, "{\"cast_at\":\"1999-01-01T00:00:00Z\",\"choice\":[\"yes\"]}");
    town_anchor(town, TOWN_OPENS + 600);
    town_vote(town, reg, 3, "yes");
    town_anchor(town, TOWN_OPENS + 700);
    town_disavow(town, TOWN_OPENS + 800, 3, 3);
    town_publish(town);
    expect(town, 0, VOTA_STANDING_CONFLICT, 0);
    expect(town, 1, VOTA_STANDING_CONFLICT, 0);
    expect(town, 2, VOTA_STANDING_INVALID, 0);
    expect(town, 3, VOTA_STANDING_DISAVOWED, 0);
    town_free(town);
}

/* A batch that was disavowed and anchored again: the record counts, once. */
static void test_the_best_standing_of_a_leaf_is_told(void **state)
{
    struct town *town = town_new();
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    (void)state;
    const struct town_record first = *town_vote(town, reg, 1, "yes");
    town_anchor(town, TOWN_OPENS + 600);
    town_disavow(town, TOWN_OPENS + 700, 2, 2);
    struct town_record *again = town_vote(town, reg, 1, "yes");
    again->row = first.row;
    again->leaf = first.leaf;
    again->salt = first.salt;
    again->unopened = true; /* it is opened already */
    town_anchor(town, TOWN_OPENS + 800);
    town_publish(town);
    expect(town, 0, VOTA_STANDING_COUNTS, 0);
    town_free(town);
}

static void test_a_holder_can_show_what_the_city_lost(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    (void)state;
    town->records[3].unopened = true;
    town_publish(town);
    assert_int_equal(ask(town, &chain, 3, false).standing, VOTA_STANDING_UNOPENED);
    assert_int_equal(ask(town, &chain, 3, true).standing, VOTA_STANDING_COUNTS);
    town_free(town);
}

static void test_nobody_can_say(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit_chain chain = town_chain(town);
    (void)state;
    town_publish(town);
    assert_int_equal(ask(town, NULL, 0, true).standing, VOTA_STANDING_UNKNOWN);
    chain.time = TOWN_COUNTS_UNTIL; /* more may still come in time */
    assert_int_equal(ask(town, &chain, 0, true).standing, VOTA_STANDING_UNKNOWN);
    chain.time++;
    assert_int_equal(ask(town, &chain, 0, true).standing, VOTA_STANDING_COUNTS);
    chain.head.bytes[0] ^= 1; /* not this journal */
    assert_int_equal(ask(town, &chain, 0, true).standing, VOTA_STANDING_UNKNOWN);
    chain = town_chain(town);
    assert_int_equal(unlink(town_path(town, "batches/6.rows")), 0); /* too late to count */
    assert_int_equal(ask(town, &chain, 0, true).standing, VOTA_STANDING_COUNTS);
    assert_int_equal(unlink(town_path(town, "batches/5.rows")), 0);
    assert_int_equal(ask(town, &chain, 0, true).standing, VOTA_STANDING_UNKNOWN);
    town->records[0].row.tag.bytes[0] ^= 1; /* a row that nobody anchored */
    assert_int_equal(ask(town, &chain, 0, true).standing, VOTA_STANDING_UNKNOWN);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standings_of_books_in_order),
        cmocka_unit_test(test_conflict_invalid_and_disavowed),
        cmocka_unit_test(test_the_best_standing_of_a_leaf_is_told),
        cmocka_unit_test(test_a_holder_can_show_what_the_city_lost),
        cmocka_unit_test(test_nobody_can_say),
    };
    return RUN_TESTS(tests);
}
