/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit of books in order, with files missing, and held to other chains:
 * what is only missing is never called false.
 */
#include "bridge/publish/supplied.h"
#include "tests/bridge/town_audit.h"

static void test_books_in_order(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_audit audit;
    (void)state;
    town_publish(town);
    town_audit(&audit, town, &chain);
    if (vota_audit_overall(&audit.findings) != VOTA_VALID)
        town_show(&audit);
    for (size_t i = 0; i < VOTA_AUDIT_PARTS; i++)
        assert_int_equal(audit.findings.parts[i], VOTA_VALID);
    assert_int_equal(audit.length, 8);
    assert_int_equal(audit.rows, 29);
    assert_int_equal(audit.openings, 28);
    assert_int_equal(audit.register_count, 3);
    assert_memory_equal(audit.registers[BRIDGE].numbers, town_bridge_counts,
                        sizeof town_bridge_counts);
    assert_memory_equal(audit.registers[LIGHT].numbers, town_light_counts,
                        sizeof town_light_counts);
    assert_int_equal(audit.registers[BRIDGE].state, VOTA_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

/* ---- files missing ---- */

/* Audits without the file `name`; `manifested`: though the manifest still promises it. */
static void audit_without(const char *name, bool manifested, struct town *town,
                          const struct vota_audit_chain *chain)
{
    struct vota_audit audit;
    town_audit(&audit, town, chain);
    for (size_t k = 0; k < VOTA_AUDIT_PARTS; k++) {
        if (audit.findings.parts[k] == VOTA_NOT_VALID) {
            town_show(&audit);
            fail_msg("without %s", name);
        }
    }
    if (manifested && vota_audit_overall(&audit.findings) != VOTA_NOT_CHECKED)
        fail_msg("without %s nothing was missed", name);
    vota_audit_done(&audit);
}

static void test_what_is_missing_is_never_called_false(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_reader reader;
    struct vota_file_list manifest;
    (void)state;
    town_publish(town);
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    assert_int_equal(vota_reader_manifest(&reader, &manifest, NULL), VOTA_OK);
    for (size_t i = 0; i <= manifest.n; i++) {
        const char *name = i == manifest.n ? "manifest.json" : manifest.files[i].path;
        size_t size = 0;
        uint8_t *bytes = town_read(town, name, &size);
        assert_int_equal(unlink(town_path(town, name)), 0);
        audit_without(name, true, town, &chain);
        if (i < manifest.n)
            town_new_manifest(town); /* a mirror that never had it */
        audit_without(name, false, town, &chain);
        town_write(town, name, bytes, size);
        free(bytes);
        if (i < manifest.n) {
            struct vota_publication_report report; /* manifest and all as they were */
            assert_int_equal(
                vota_publication_write(&report, town->public, &town->source, TOWN_LATER, NULL),
                VOTA_OK);
        }
    }
    vota_file_list_done(&manifest);
    vota_reader_close(&reader);
    town_free(town);
}

static void test_any_part_of_the_files_may_be_missing(void **state)
{
    uint64_t seed = 7;
    (void)state;
    for (size_t round = 0; round < 40; round++) {
        struct town *town = town_in_order();
        const struct vota_audit_chain chain = town_chain(town);
        struct vota_reader reader;
        struct vota_file_list manifest;
        struct vota_audit audit;
        town_publish(town);
        assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
        assert_int_equal(vota_reader_manifest(&reader, &manifest, NULL), VOTA_OK);
        for (size_t i = 0; i < manifest.n; i++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            if ((seed >> 40) % 4 < round % 4)
                (void)unlink(town_path(town, manifest.files[i].path));
        }
        town_audit(&audit, town, &chain);
        if (vota_audit_overall(&audit.findings) == VOTA_NOT_VALID) {
            town_show(&audit);
            fail_msg("round %zu", round);
        }
        vota_audit_done(&audit);
        vota_file_list_done(&manifest);
        vota_reader_close(&reader);
        town_free(town);
    }
}

static void test_a_dropped_opening_leaves_the_result_unchecked(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_audit audit;
    size_t len = 0;
    (void)state;
    town_publish(town);
    const char *name = town_openings_of(town, BRIDGE);
    char leaf[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(leaf, &town->records[5].leaf); /* one that counts */
    const size_t found = town_find(town, name, leaf, 0);
    size_t at = 0;
    for (size_t line = 1; at + len <= found; line++)
        at = town_line(town, name, line, &len);
    town_splice(town, name, at, len, "", 0);
    town_new_manifest(town);
    town_audit(&audit, town, &chain);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_UNOPENED, VOTA_NOT_CHECKED), 1);
    assert_int_equal(audit.registers[BRIDGE].state, VOTA_NOT_CHECKED);
    assert_int_equal(audit.registers[LIGHT].state, VOTA_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

/* ---- openings that holders bring ---- */

static struct vota_opening opening_of(const struct town_record *record)
{
    return (struct vota_opening){
        record->leaf, record->salt, {(const uint8_t *)record->content, record->content_len}};
}

static void audit_supplied(struct vota_audit *audit, const struct town *town,
                           const struct vota_opening *openings, size_t n)
{
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_reader reader;
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {.named = {.address = town->deployment.genesis.contract},
                                           .chain = &chain,
                                           .supplied = {openings, n},
                                           .reader = &reader};
    assert_int_equal(vota_audit_run(audit, &input, NULL), VOTA_OK);
    vota_reader_close(&reader);
}

/* The city counted a vote, and published its result without the opening. */
static void test_a_holder_supplies_what_is_withheld(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit audit;
    (void)state;
    town->records[3].unopened = true;
    town_publish(town);
    audit_supplied(&audit, town, NULL, 0);
    assert_int_equal(audit.registers[BRIDGE].state, VOTA_NOT_CHECKED);
    vota_audit_done(&audit);
    struct vota_opening brought[3] = {opening_of(&town->records[3]), opening_of(&town->records[3]),
                                      opening_of(&town->records[4])};
    audit_supplied(&audit, town, brought, 3);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_VALID);
    assert_int_equal(audit.findings.counts[VOTA_FOUND_OPENING_SUPPLIED], 1);
    assert_true(town_finding(&audit, VOTA_FOUND_OPENING_SUPPLIED)->notice);
    vota_audit_done(&audit);
    /* What opens nothing proves nothing, and harms nobody. */
    brought[0].salt.bytes[0] ^= 1;
    brought[1].leaf.bytes[0] ^= 1;
    audit_supplied(&audit, town, brought, 3);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(audit.findings.counts[VOTA_FOUND_OPENING_SUPPLIED], 0);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_openings_are_read_from_lines_and_receipts(void **state)
{
    struct town *town = town_in_order();
    struct vota_supplied supplied = {.n = 0};
    struct vota_error err = {0};
    json_t *root = test_vectors();
    json_t *receipt = test_get(test_get(root, "evidence"), "receipt");
    uint64_t line = 0;
    (void)state;
    town_publish(town);
    const char *lines = town_openings_of(town, BRIDGE);
    assert_int_equal(vota_supplied_read(&supplied, town_path(town, lines), &line, NULL), VOTA_OK);
    assert_int_equal(supplied.n, 22);
    char *text = json_dumps(receipt, 0);
    town_write(town, "full.json", text, strlen(text));
    assert_int_equal(vota_supplied_read(&supplied, town_path(town, "full.json"), &line, NULL),
                     VOTA_OK);
    assert_int_equal(supplied.n, 23);
    const struct vota_slice content = supplied.openings[22].content;
    assert_memory_equal(content.at, test_text(test_get(receipt, "opening"), "content"),
                        content.len);
    free(text);
    json_object_del(receipt, "opening");
    text = json_dumps(receipt, 0);
    town_write(town, "share.json", text, strlen(text));
    assert_int_equal(vota_supplied_read(&supplied, town_path(town, "share.json"), &line, &err),
                     VOTA_BAD_INPUT);
    assert_string_equal(err.text, "no-opening");
    town_replace(town, lines, 2, "\"leaf\"", "\"leaves\"");
    assert_int_equal(vota_supplied_read(&supplied, town_path(town, lines), &line, NULL),
                     VOTA_BAD_INPUT);
    assert_int_equal(line, 2);
    free(text);
    vota_supplied_done(&supplied);
    json_decref(root);
    town_free(town);
}

/* ---- the chain ---- */

static void test_without_a_chain_nothing_is_proven(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit audit;
    (void)state;
    town_publish(town);
    town_audit(&audit, town, NULL);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_CONTRACT], VOTA_NOT_CHECKED);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_JOURNAL], VOTA_NOT_CHECKED);
    vota_audit_done(&audit);
    town_free(town);
}

/* A journal that folds, but not to what the chain proves: somebody wrote another history. */
static void test_another_history_is_not_valid(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit_chain chain = town_chain(town);
    struct vota_audit audit;
    (void)state;
    town_publish(town);
    chain.head.bytes[0] ^= 1;
    town_audit(&audit, town, &chain);
    assert_int_equal(town_found(&audit, VOTA_FOUND_JOURNAL_ENTRY, VOTA_NOT_VALID), 1);
    vota_audit_done(&audit);
    town_free(town);
}

/* The chain went on since: what was published holds, the rest could not be checked. */
static void test_a_publication_that_is_older_than_the_chain(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit_chain chain;
    struct vota_audit audit;
    (void)state;
    town_publish(town);
    town_vote(town, &town->registers[BRIDGE], 300, "yes");
    town_anchor(town, TOWN_LATER);
    chain = town_chain(town);
    town_audit(&audit, town, &chain);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(town_found(&audit, VOTA_FOUND_JOURNAL_SHORT, VOTA_NOT_CHECKED), 1);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT, VOTA_VALID), 2);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_entries_that_are_not_final_yet(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit_chain chain = town_chain(town);
    struct vota_audit audit;
    (void)state;
    chain.length = 7;
    chain.head = town->lines.heads[6];
    town_publish(town);
    town_audit(&audit, town, &chain);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(town_found(&audit, VOTA_FOUND_JOURNAL_BEYOND, VOTA_NOT_CHECKED), 1);
    assert_int_equal(audit.length, 7);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_a_publication_of_another_contract_is_not_used(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_reader reader;
    struct vota_audit audit;
    (void)state;
    town_publish(town);
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {
        .named = {.address = town_addr("somebody else's")}, .chain = &chain, .reader = &reader};
    assert_int_equal(vota_audit_run(&audit, &input, NULL), VOTA_OK);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(town_found(&audit, VOTA_FOUND_OTHER_PUBLICATION, VOTA_NOT_CHECKED), 1);
    assert_int_equal(audit.register_count, 0);
    vota_audit_done(&audit);
    vota_reader_close(&reader);
    town_free(town);
}

/* A batch of which nobody published the rows within a day. */
static void test_rows_withheld_for_a_day_are_told_apart(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit_chain chain = town_chain(town);
    struct vota_audit audit;
    (void)state;
    town_publish(town);
    assert_int_equal(unlink(town_path(town, "batches/6.rows")), 0);
    town_audit(&audit, town, &chain);
    assert_int_equal(town_found(&audit, VOTA_FOUND_ROWS_WITHHELD, VOTA_NOT_CHECKED), 1);
    vota_audit_done(&audit);
    chain.time = TOWN_COUNTS_UNTIL + 700;
    town_audit(&audit, town, &chain);
    assert_int_equal(town_found(&audit, VOTA_FOUND_ROWS_MISSING, VOTA_NOT_CHECKED), 1);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RESULT_NOT_RECOUNTED, VOTA_NOT_CHECKED), 2);
    vota_audit_done(&audit);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_books_in_order),
        cmocka_unit_test(test_what_is_missing_is_never_called_false),
        cmocka_unit_test(test_any_part_of_the_files_may_be_missing),
        cmocka_unit_test(test_a_dropped_opening_leaves_the_result_unchecked),
        cmocka_unit_test(test_a_holder_supplies_what_is_withheld),
        cmocka_unit_test(test_openings_are_read_from_lines_and_receipts),
        cmocka_unit_test(test_without_a_chain_nothing_is_proven),
        cmocka_unit_test(test_another_history_is_not_valid),
        cmocka_unit_test(test_a_publication_that_is_older_than_the_chain),
        cmocka_unit_test(test_entries_that_are_not_final_yet),
        cmocka_unit_test(test_a_publication_of_another_contract_is_not_used),
        cmocka_unit_test(test_rows_withheld_for_a_day_are_told_apart),
    };
    return RUN_TESTS(tests);
}
