/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the worked examples of docs/FORMATS.md. Each fenced block with a tag of
 * the table below is handed, line by line, to the function beside the tag; other
 * blocks are for readers alone. Blocks may rest on those before them: contents
 * and journals on the last definition, states and counts on the last journal.
 * Parts 1 and 6 are checked here, 2 in formats_tree.c, 3, 4 and 10 in
 * formats_chain.c, 7, 8 and 9 in formats_evidence.c.
 */
#include "proof/content.h"
#include "proof/time.h"
#include "tests/proof/formats.h"
#include "tests/proof/world.h"

#include <stdio.h>

#define MOST_LINE 40000
#define CAST_AT   UINT64_C(1790000100) /* of every row of a journal: 2026-09-21T14:15:00Z */

/* What blocks leave behind for those after them. */
static struct {
    char definition[MOST_LINE];
    struct vota_definition read;
    struct world world;
    char specs[WORLD_ROWS][32];     /* of world rows: "kim:yes" */
    char contents[WORLD_ROWS][128]; /* of openings */
    struct world_count counted;
    bool is_counted;
    size_t states;
} book;

static struct vota_slice definition_text(void)
{
    return rules_slice(book.definition);
}

static void check_times(char *line, char *info)
{
    (void)info;
    const char *text = next_word(&line);
    const uint64_t time = number_of(next_word(&line));
    uint64_t found = 0;
    assert_int_equal(vota_time_read(&found, text, strlen(text)), VOTA_OK);
    assert_int_equal(found, time);
}

static void check_definition(char *line, char *info)
{
    (void)info;
    struct vota_error err = {0};
    assert_true(strlen(line) < sizeof book.definition);
    memcpy(book.definition, line, strlen(line) + 1);
    if (vota_definition_read(&book.read, book.definition, strlen(line), &err) != VOTA_OK)
        fail_msg("%s at %s", err.text, err.where);
}

static void check_register_hash(char *line, char *info)
{
    (void)info;
    vota_hash hash;
    vota_definition_register(&hash, &book.read);
    char text[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(text, &hash);
    assert_string_equal(text, line);
}

static void check_refused(char *line, char *info)
{
    (void)info;
    const char *reason = next_word(&line);
    struct vota_definition definition;
    struct vota_error err = {0};
    assert_int_equal(vota_definition_read(&definition, line, strlen(line), &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, reason);
}

static void check_contents(char *line, char *info)
{
    (void)info;
    char *verdict = next_word(&line);
    for (char *dash = verdict; *dash != '\0'; dash++) {
        if (*dash == '-')
            *dash = ' ';
    }
    struct vota_content content;
    const enum vota_content_verdict found =
        vota_content_check(&content, &book.read, rules_slice(line));
    assert_string_equal(vota_content_verdict_name(found), verdict);
}

/* A row "name:choice", "+" for another record of the same, "?" for one not opened. */
static void add_row(const char *spec)
{
    struct world *world = &book.world;
    char record[32], choice[16] = "";
    const size_t len = strcspn(spec, "?");
    assert_true(len < sizeof record);
    memcpy(record, spec, len);
    record[len] = '\0';
    const char *colon = strchr(record, ':');
    assert_non_null(colon);
    const size_t choice_len = strcspn(colon + 1, "+");
    memcpy(choice, colon + 1, choice_len);
    char cast_at[VOTA_TIME_CHARS + 1], *content = book.contents[world->row_count];
    vota_time_text(cast_at, CAST_AT);
    const char *quote = choice_len > 0 ? "\"" : "";
    assert_in_range(snprintf(content, sizeof book.contents[0],
                             "{\"cast_at\":\"%s\",\"choice\":[%s%s%s]}", cast_at, quote, choice,
                             quote),
                    1, 127);
    struct vota_row row;
    vota_hash salt;
    vota_definition_register(&row.register_hash, &book.read);
    vota_definition_hash(&row.tag, record, (size_t)(colon - record)); /* any hash will do */
    vota_definition_hash(&salt, record, len);
    vota_leaf_content_hash(&row.content_hash, &salt, rules_slice(content));
    memcpy(book.specs[world->row_count], spec, strlen(spec) + 1);
    world_row(world, &row);
    if (spec[len] != '?')
        world_opening(world, &world->rows[world->row_count - 1].leaf, &salt, rules_slice(content));
}

static void check_journal(char *line, char *info)
{
    (void)info;
    const uint64_t number = number_of(next_word(&line));
    if (number == 1)
        memset(&book.world, 0, sizeof book.world);
    const char *text = next_word(&line);
    const char *kind = next_word(&line);
    uint64_t time = 0;
    assert_int_equal(vota_time_read(&time, text, strlen(text)), VOTA_OK);
    book.is_counted = false;
    if (strcmp(kind, "register") == 0) {
        world_open(&book.world, time, definition_text());
    } else if (strcmp(kind, "disavowed") == 0) {
        const uint64_t first = number_of(next_word(&line));
        world_disavow(&book.world, time, first, number_of(next_word(&line)));
    } else {
        assert_string_equal(kind, "batch");
        world_batch(&book.world, time);
        for (char *spec = next_word(&line); *spec != '\0'; spec = next_word(&line))
            add_row(spec);
    }
    assert_int_equal(book.world.length, number);
}

static void count_in(struct vota_count_scope scope)
{
    world_tally(&book.counted, &book.world, definition_text(), scope);
    assert_int_equal(book.counted.status, VOTA_OK);
}

static const struct vota_count_row *find_row(uint64_t entry, const char *spec)
{
    for (size_t i = 0; i < book.counted.count.row_count; i++) {
        if (book.counted.rows[i].place + 1 == entry &&
            strcmp(book.specs[book.counted.from[i]], spec) == 0)
            return &book.counted.rows[i];
    }
    fail_msg("no row %s in entry %d", spec, (int)entry);
    return NULL;
}

static void check_states(char *line, char *info)
{
    (void)info;
    if (!book.is_counted) {
        world_prepare(&book.world);
        count_in(vota_count_journal_all(&book.world.journal));
        book.is_counted = true;
        book.states = 0;
    }
    const uint64_t entry = number_of(next_word(&line));
    const struct vota_count_row *row = find_row(entry, next_word(&line));
    assert_string_equal(vota_count_state_name((enum vota_count_state)row->state), next_word(&line));
    if (strcmp(next_word(&line), "by") == 0)
        assert_int_equal(row->by + 1, number_of(next_word(&line)));
    book.states++;
}

static void check_counts(char *line, char *info)
{
    assert_int_equal(book.states, book.world.row_count); /* every row was told */
    struct vota_count_scope scope = vota_count_journal_all(&book.world.journal);
    const char *how = next_word(&info);
    if (strcmp(how, "until") == 0)
        scope = vota_count_journal_until(&book.world.journal, number_of(next_word(&info)));
    scope.ignore_disavowals = strcmp(how, "ignoring") == 0;
    count_in(scope);
    json_t *numbers = json_loads(line, 0, NULL);
    assert_int_equal(json_array_size(numbers), vota_count_length(&book.read));
    for (size_t i = 0; i < json_array_size(numbers); i++)
        assert_int_equal(book.counted.numbers[i], json_integer_value(json_array_get(numbers, i)));
    json_decref(numbers);
}

static void check_margin(char *line, char *info)
{
    (void)info;
    count_in(vota_count_journal_all(&book.world.journal));
    const struct vota_count_margin margin =
        vota_count_result_margin(&book.read, book.counted.numbers);
    assert_string_equal(next_word(&line), "d");
    assert_int_equal(margin.d, number_of(next_word(&line)));
    assert_string_equal(next_word(&line), "margin");
    assert_int_equal(margin.margin, number_of(next_word(&line)));
    assert_string_equal(next_word(&line),
                        margin.confirmed ? "confirmed" : "could-not-be-confirmed");
}

static struct {
    const char *tag;
    void (*check)(char *line, char *info);
    size_t lines;
} tags[] = {
    {"times", check_times, 0},
    {"definition", check_definition, 0},
    {"register-hash", check_register_hash, 0},
    {"refused", check_refused, 0},
    {"contents", check_contents, 0},
    {"journal", check_journal, 0},
    {"states", check_states, 0},
    {"counts", check_counts, 0},
    {"margin", check_margin, 0},
    {"phrase", formats_phrase, 0},
    {"record", formats_record, 0},
    {"tree", formats_tree, 0},
    {"paths", formats_paths, 0},
    {"genesis", formats_genesis, 0},
    {"entry", formats_entry, 0},
    {"entries", formats_entries, 0},
    {"signatures", formats_signatures, 0},
    {"call", formats_call, 0},
    {"event", formats_event, 0},
    {"create2", formats_create2, 0},
    {"links", formats_links, 0},
    {"evidence", formats_evidence, 0},
    {"evidence-changes", formats_evidence_changes, 0},
    {"evidence-codes", formats_evidence_codes, 0},
    {"findings", formats_findings, 0},
    {"receipt", formats_receipt, 0},
    {"receipt-json", formats_receipt_json, 0},
    {"receipt-qr", formats_receipt_qr, 0},
    {"receipts-refused", formats_receipts_refused, 0},
};

/* A line of a block with the info string "tag rest". */
static void check_line(const char *block, char *line)
{
    char info[256];
    memcpy(info, block, strlen(block) + 1);
    char *rest = info;
    const char *tag = next_word(&rest);
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strcmp(tag, tags[i].tag) != 0)
            continue;
        tags[i].check(line, rest);
        tags[i].lines++;
    }
}

static void every_example_of_the_formats_page_is_true(void **state)
{
    (void)state;
    static char line[MOST_LINE];
    char block[256] = "";
    bool inside = false;
    FILE *page = fopen(VOTA_SOURCE_DIR "/docs/FORMATS.md", "r");
    assert_non_null(page);
    while (fgets(line, sizeof line, page) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "```", 3) != 0) {
            if (inside)
                check_line(block, line);
            continue;
        }
        inside = !inside;
        assert_true(strlen(line + 3) < sizeof block);
        memcpy(block, line + 3, strlen(line + 3) + 1);
    }
    assert_false(inside);
    assert_int_equal(fclose(page), 0);
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        print_message("%zu %s\n", tags[i].lines, tags[i].tag);
        assert_true(tags[i].lines > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_of_the_formats_page_is_true),
    };
    return RUN_TESTS(tests);
}
