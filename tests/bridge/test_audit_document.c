/* SPDX-License-Identifier: Apache-2.0 */
/* Was a document anchored: every answer, and what may hide or feign a record. */
#include "bridge/audit/audit_document.h"
#include "tests/bridge/town_audit.h"

static uint8_t document[32]; /* 64 digits that end in 42 */

static struct town_record *enter(struct town *town, const struct town_register *reg,
                                 unsigned long long minutes, const char *step, unsigned number)
{
    char content[TOWN_CONTENT];
    char time[VOTA_TIME_CHARS + 1];
    vota_time_text(time, TOWN_OPENS + 60 * minutes);
    (void)snprintf(content, sizeof content,
                   "{\"cast_at\":\"%s\",\"document_sha256\":\"%064u\",\"step\":\"%s\","
                   "\"title\":\"Pages\"}",
                   time, number, step);
    return town_record(town, reg, 1, content);
}

static struct town_register *open_book(struct town *town, const char *id)
{
    return town_open(town, &(struct town_question){id, "procedure", "live"});
}

static struct vota_document ask(struct town *town, const struct vota_audit_chain *chain)
{
    struct vota_audit audit;
    struct vota_reader reader;
    struct vota_document answer = {.entry = 0};
    document[31] = 0x42;
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {.named = {town->deployment.genesis.chain_id,
                                                     town->deployment.chain_genesis,
                                                     town->deployment.genesis.contract},
                                           .chain = chain,
                                           .reader = &reader};
    assert_int_equal(vota_audit_prepare(&audit, &input, NULL), VOTA_OK);
    /* Twice: an audit may be asked about more than one document. */
    for (int i = 0; i < 2; i++)
        assert_int_equal(vota_audit_document(&audit, &answer, document), VOTA_OK);
    vota_audit_done(&audit);
    vota_reader_close(&reader);
    return answer;
}

static struct vota_document ask_final(struct town *town)
{
    const struct vota_audit_chain chain = town_chain(town);
    return ask(town, &chain);
}

static void expect(struct town *town, enum vota_document_reason reason, enum vota_verdict verdict)
{
    const struct vota_document answer = ask_final(town);
    assert_string_equal(vota_document_reason_name(answer.reason),
                        vota_document_reason_name(reason));
    assert_int_equal(answer.verdict, verdict);
}

static void test_a_record_that_counts_is_told_with_its_entry(void **state)
{
    struct town *town = town_new();
    const struct town_register *vote =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    const struct town_register *book = open_book(town, "website");
    (void)state;
    town_vote(town, vote, 1, "yes");
    town_anchor(town, TOWN_OPENS + 600);
    const struct town_record *record = enter(town, book, 1, "published", 42);
    const vota_hash leaf = record->leaf;
    town_anchor(town, TOWN_OPENS + 1200);
    town_publish(town);
    struct vota_audit_chain chain = town_chain(town);
    const struct vota_document answer = ask(town, &chain);
    assert_int_equal(answer.verdict, VOTA_VALID);
    assert_int_equal(answer.entry, 4);
    assert_int_equal(answer.time, TOWN_OPENS + 1200);
    assert_string_equal(answer.register_id, "website");
    assert_true(vota_hash_equal(&answer.leaf, &leaf));
    assert_false(answer.still_open);
    assert_int_equal(answer.newer_entry, 0);
    assert_int_equal(answer.as_of_block, chain.block);
    chain.time = TOWN_COUNTS_UNTIL; /* more may come, and could supersede nothing */
    assert_true(ask(town, &chain).still_open);
    assert_int_equal(ask(town, &chain).verdict, VOTA_VALID);
    town_free(town);
}

static void test_a_later_document_of_the_same_step_is_told(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    (void)state;
    enter(town, book, 1, "published", 42);
    town_anchor(town, TOWN_OPENS + 600);
    enter(town, book, 2, "tested", 43); /* another step is another matter */
    town_anchor(town, TOWN_OPENS + 700);
    town_publish(town);
    assert_int_equal(ask_final(town).newer_entry, 0);
    enter(town, book, 3, "published", 44);
    town_anchor(town, TOWN_OPENS + 800);
    town_publish(town);
    assert_int_equal(ask_final(town).entry, 2);
    assert_int_equal(ask_final(town).newer_entry, 4);
    enter(town, book, 4, "published", 42); /* back again, and in a batch there is no order */
    enter(town, book, 5, "published", 45);
    town_anchor(town, TOWN_OPENS + 900);
    town_publish(town);
    assert_int_equal(ask_final(town).newer_entry, 0);
    town_free(town);
}

static void test_what_was_never_anchored_is_not_valid(void **state)
{
    struct town *town = town_new();
    const struct town_register *vote =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    (void)state;
    town_vote(town, vote, 1, "yes");
    town_anchor(town, TOWN_OPENS + 600);
    town_publish(town);
    expect(town, VOTA_DOCUMENT_NO_REGISTER, VOTA_NOT_VALID);
    enter(town, open_book(town, "website"), 1, "published", 7);
    town_anchor(town, TOWN_OPENS + 700);
    town_publish(town);
    expect(town, VOTA_DOCUMENT_NEVER, VOTA_NOT_VALID);
    town_free(town);
}

static void test_a_record_that_does_not_count_anchors_nothing(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    (void)state;
    enter(town, book, 60ULL * 24 * 3650, "published", 42); /* cast after closing */
    town_anchor(town, TOWN_OPENS + 600);
    enter(town, book, 2, "published", 42);
    town_anchor(town, TOWN_OPENS + 700);
    town_disavow(town, TOWN_OPENS + 800, 3, 3);
    enter(town, book, 3, "published", 42);
    town_anchor(town, TOWN_COUNTS_UNTIL + 1); /* too late */
    town_publish(town);
    expect(town, VOTA_DOCUMENT_NEVER, VOTA_NOT_VALID);
    town_free(town);
}

static void test_a_record_that_nobody_shows_keeps_the_question_open(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    (void)state;
    enter(town, book, 1, "published", 42)->unopened = true;
    town_anchor(town, TOWN_OPENS + 600);
    town_publish(town);
    expect(town, VOTA_DOCUMENT_NO_OPENINGS, VOTA_NOT_CHECKED);
    enter(town, book, 2, "published", 42); /* one that is shown is enough */
    town_anchor(town, TOWN_OPENS + 700);
    town_publish(town);
    expect(town, VOTA_DOCUMENT_ANCHORED, VOTA_VALID);
    town_free(town);
}

/* What was erased may have been the document: that nobody can say any more is no proof. */
static void test_an_erased_record_keeps_the_question_open(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    (void)state;
    struct town_record *record = enter(town, book, 1, "published", 42);
    const vota_hash leaf = record->leaf;
    record->unopened = true;
    town_anchor(town, TOWN_OPENS + 600);
    town_tombstone(town, book, &leaf);
    town_anchor(town, TOWN_OPENS + 700);
    town_publish(town);
    expect(town, VOTA_DOCUMENT_NO_OPENINGS, VOTA_NOT_CHECKED);
    town_free(town);
}

static void test_a_forged_opening_is_none(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    (void)state;
    struct town_record *record = enter(town, book, 1, "published", 41);
    town_anchor(town, TOWN_OPENS + 600);
    char *digit = strstr((char *)record->content, "41\"");
    assert_non_null(digit);
    digit[1] = '2'; /* published as 42, anchored as 41 */
    town_publish(town);
    expect(town, VOTA_DOCUMENT_NO_OPENINGS, VOTA_NOT_CHECKED);
    town_free(town);
}

/* A leaf's true opening beside one that was made up for it: only the first says what was recorded.
 */
static void test_a_second_opening_of_a_leaf_is_none(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    char path[VOTA_PUBLICATION_PATH_CAP];
    char content[TOWN_CONTENT];
    uint8_t line[2 * TOWN_CONTENT];
    (void)state;
    const struct town_record *record = enter(town, book, 1, "published", 41);
    memcpy(content, record->content, record->content_len);
    strstr(content, "41\"")[1] = '2';
    const struct vota_opening forged = {
        record->leaf, record->salt, {(const uint8_t *)content, record->content_len}};
    town_anchor(town, TOWN_OPENS + 600);
    town_publish(town);
    vota_publication_register_path(path, "openings", &book->hash, ".ndjson");
    FILE *file = fopen(town_path(town, path), "a");
    assert_non_null(file);
    struct vota_wr wr = vota_wr_of(line, sizeof line);
    vota_openings_json_write(&wr, &forged);
    assert_true(vota_wr_fits(&wr));
    assert_int_equal(fwrite(line, 1, wr.len, file), wr.len);
    assert_int_equal(fputc('\n', file), '\n');
    assert_int_equal(fclose(file), 0);
    expect(town, VOTA_DOCUMENT_NEVER, VOTA_NOT_VALID);
    town_free(town);
}

static void test_nobody_can_say(void **state)
{
    struct town *town = town_new();
    const struct town_register *book = open_book(town, "website");
    (void)state;
    enter(town, book, 1, "published", 42);
    town_anchor(town, TOWN_OPENS + 600);
    enter(town, book, 2, "tested", 43);
    town_anchor(town, TOWN_OPENS + 700);
    town_publish(town);
    assert_int_equal(ask(town, NULL).reason, VOTA_DOCUMENT_NO_CONTRACT);
    struct vota_audit_chain chain = town_chain(town);
    chain.head.bytes[0] ^= 1;
    assert_int_equal(ask(town, &chain).verdict, VOTA_NOT_CHECKED);
    assert_int_equal(unlink(town_path(town, "batches/3.rows")), 0); /* the other one */
    expect(town, VOTA_DOCUMENT_ANCHORED, VOTA_VALID);
    assert_int_equal(unlink(town_path(town, "batches/2.rows")), 0);
    expect(town, VOTA_DOCUMENT_NO_ROWS, VOTA_NOT_CHECKED);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_that_counts_is_told_with_its_entry),
        cmocka_unit_test(test_a_later_document_of_the_same_step_is_told),
        cmocka_unit_test(test_what_was_never_anchored_is_not_valid),
        cmocka_unit_test(test_a_record_that_does_not_count_anchors_nothing),
        cmocka_unit_test(test_a_record_that_nobody_shows_keeps_the_question_open),
        cmocka_unit_test(test_an_erased_record_keeps_the_question_open),
        cmocka_unit_test(test_a_forged_opening_is_none),
        cmocka_unit_test(test_a_second_opening_of_a_leaf_is_none),
        cmocka_unit_test(test_nobody_can_say),
    };
    return RUN_TESTS(tests);
}
