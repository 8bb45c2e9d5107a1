/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counting rule against a slow one, written here straight from the text of
 * PROTOCOL 6 over small random journals: every sentence a function, every
 * "earlier" and "two" a loop over all rows.
 */
#include "tests/proof/world.h"

#include <stdio.h>

#define T0        UINT64_C(1790000040) /* opens_at of every definition */
#define KINDS     7
#define CATALOGUE 16
#define WORLDS    3000

/* ---- what the worlds are made of ---- */

/* A definition and what the test knows of it by construction. */
struct made_definition {
    char text[2048];
    size_t len;
    vota_hash hash;
    bool valid;
    enum vota_revision revision;
    enum vota_register_kind kind;
    char id; /* of one letter */
    uint64_t counts_until;
    size_t options;
};

/* A row that batches are drawn from, with what its content is worth. */
struct made_row {
    struct vota_row row;
    vota_hash leaf, salt;
    vota_hash erased; /* if it erases */
    char content[256];
    unsigned chosen; /* bit i = option i */
    bool counts, erases;
};

struct content_plan {
    const char *choice; /* or NULL: not a choice content */
    const char *cast_at;
    bool counts;
    unsigned chosen;
};

static struct made_definition definitions[KINDS];
static struct made_row catalogue[CATALOGUE];
static struct world world;
static size_t made_of[WORLD_ROWS];        /* catalogue index of a world row */
static bool is_right[WORLD_OPENINGS];     /* the opening hashes */
static size_t opening_of[WORLD_OPENINGS]; /* catalogue index */
static struct world_count counted, again;

static void make_definition(size_t k, const char *id, const char *kind, const char *revision,
                            const char *title)
{
    static const struct vota_definition_option_parts pool[] = {
        {{(const uint8_t *)"x", 1}, {(const uint8_t *)"X", 1}, {(const uint8_t *)"x", 1}},
        {{(const uint8_t *)"y", 1}, {(const uint8_t *)"Y", 1}, {(const uint8_t *)"y", 1}},
        {{(const uint8_t *)"z", 1}, {(const uint8_t *)"Z", 1}, {(const uint8_t *)"z", 1}}};
    struct made_definition *made = &definitions[k];
    const bool is_vote = strcmp(kind, "vote") == 0;
    const bool is_endorsement = strcmp(kind, "endorsement") == 0;
    made->options = is_vote ? 3 : is_endorsement ? 1 : 0;
    /* Every other register ends a minute earlier, so that batches fall between. */
    const char *counts_until = k % 2 ? "2026-09-23T14:13:00Z" : "2026-09-23T14:14:00Z";
    made->counts_until = T0 + UINT64_C(172800) - (k % 2) * 60;
    const struct vota_definition_parts parts = {
        .id = rules_slice(id),
        .kind = rules_slice(kind),
        .title_en = rules_slice(title),
        .opens_at = rules_slice("2026-09-21T14:14:00Z"),
        .closes_at = rules_slice("2026-09-22T14:14:00Z"),
        .counts_until = rules_slice(counts_until),
        .results_by = rules_slice("2026-09-24T14:14:00Z"),
        .revision = rules_slice(revision),
        .disclosure = rules_slice("live"),
        .anchor_within = 60,
        .choices_max = is_vote ? 2 : made->options,
        .choices_min = is_vote ? 0 : made->options,
        .threshold = is_endorsement || k == 6 ? 2 : 0, /* k 6: a vote with a threshold, invalid */
        .options = pool,
        .option_count = made->options};
    struct vota_wr wr = vota_wr_of(made->text, sizeof made->text);
    vota_definition_write(&wr, &parts);
    assert_true(vota_wr_fits(&wr));
    made->len = wr.len;
    made->id = id[0];
    struct vota_definition read;
    made->valid = k != 6;
    assert_int_equal(vota_definition_read(&read, made->text, made->len, NULL) == VOTA_OK,
                     made->valid);
    if (made->valid) {
        made->revision = read.revision;
        made->kind = read.kind;
    }
    vota_definition_hash(&made->hash, made->text, made->len);
}

static void make_definitions(void)
{
    make_definition(0, "a", "vote", "first", "one");
    make_definition(1, "b", "vote", "last", "one");
    make_definition(2, "c", "endorsement", "last", "one");
    make_definition(3, "d", "proposal", "all", "one");
    make_definition(4, "e", "procedure", "all", "one");
    make_definition(5, "a", "vote", "first", "another of the same id");
    make_definition(6, "b", "vote", "last", "invalid, and of the same id as 1");
}

static const struct content_plan vote_plans[] = {
    {"\"x\"", "2026-09-21T14:14:00Z", true, 1},
    {"\"y\",\"z\"", "2026-09-21T14:15:00Z", true, 6},
    {"", "2026-09-22T14:13:00Z", true, 0},
    {"\"z\",\"x\"", "2026-09-21T14:15:00Z", false, 0},
    {"\"x\",\"y\",\"z\"", "2026-09-21T14:15:00Z", false, 0},
    {"\"x\"", "2026-09-22T14:14:00Z", false, 0},
    {"\"w\"", "2026-09-21T14:15:00Z", false, 0},
};

static const struct content_plan endorsement_plans[] = {
    {"\"x\"", "2026-09-21T14:15:00Z", true, 1},
    {"\"x\"", "2026-09-21T14:13:00Z", false, 0},
    {"", "2026-09-21T14:15:00Z", false, 0},
};

static void make_choice(struct made_row *made, const struct content_plan *plan)
{
    assert_in_range(snprintf(made->content, sizeof made->content,
                             "{\"cast_at\":\"%s\",\"choice\":[%s]}", plan->cast_at, plan->choice),
                    1, 255);
    made->counts = plan->counts;
    made->chosen = plan->chosen;
}

static void make_proposal(struct made_row *made)
{
    made->counts = rules_random(3) > 0;
    assert_in_range(
        snprintf(made->content, sizeof made->content,
                 "{\"body\":\"\",\"cast_at\":\"2026-09-2%sT14:15:30Z\",\"title\":\"t\"}",
                 made->counts ? "1" : "3"),
        1, 255);
}

/* A tombstone for one of the rows made before, or a notice about it. */
static void make_procedure(struct made_row *made, size_t before)
{
    char title[VOTA_HASH_HEX_CHARS + 1] = "t";
    made->counts = rules_random(4) > 0;
    made->erases = before > 0 && rules_random(4) > 0;
    if (before > 0) {
        made->erased = catalogue[rules_random(before)].leaf;
        vota_hex_of_hash(title, &made->erased);
    }
    assert_in_range(snprintf(made->content, sizeof made->content,
                             "{\"cast_at\":\"2026-09-2%sT14:15:30Z\",\"document_sha256\":"
                             "\"abababababababababababababababababababababababababababababababab\","
                             "\"step\":\"%s\",\"title\":\"%s\"}",
                             made->counts ? "1" : "3", made->erases ? "erased" : "notice", title),
                    1, 255);
}

static void make_row(size_t c)
{
    static const size_t registers[] = {0, 0, 0, 1, 1, 2, 3, 4, 4, 5, 6};
    struct made_row *made = &catalogue[c];
    *made = (struct made_row){0};
    const size_t k = registers[rules_random(sizeof registers / sizeof registers[0])];
    if (definitions[k].options == 3)
        make_choice(made, &vote_plans[rules_random(7)]);
    else if (definitions[k].options == 1)
        make_choice(made, &endorsement_plans[rules_random(3)]);
    else if (k == 3)
        make_proposal(made);
    else
        make_procedure(made, c);
    made->salt.bytes[0] = (uint8_t)rules_random(2);
    made->row.register_hash = definitions[k].hash;
    made->row.tag.bytes[0] = (uint8_t)rules_random(3);
    vota_leaf_content_hash(&made->row.content_hash, &made->salt, rules_slice(made->content));
    vota_leaf_hash(&made->leaf, &made->row);
}

static void make_batch(uint64_t time)
{
    world_batch(&world, time);
    for (size_t n = 1 + rules_random(6); n > 0; n--) {
        const size_t c = rules_random(CATALOGUE);
        made_of[world.row_count] = c;
        world_row(&world, &catalogue[c].row);
    }
}

static void make_openings(void)
{
    for (size_t c = 0; c < CATALOGUE; c++) {
        for (size_t n = rules_random(3); n > 0; n--) {
            vota_hash salt = catalogue[c].salt;
            const bool right = rules_random(3) > 0;
            salt.bytes[1] = !right;
            opening_of[world.opening_count] = c;
            is_right[world.opening_count] = right;
            world_opening(&world, &catalogue[c].leaf, &salt, rules_slice(catalogue[c].content));
        }
    }
}

static void make_entry(uint64_t time)
{
    const uint64_t length = world.length;
    const uint64_t what = rules_random(10);
    if (what < 2) {
        const struct made_definition *made = &definitions[rules_random(KINDS)];
        world_open(&world, time, (struct vota_slice){(const uint8_t *)made->text, made->len});
    } else if (what == 2 && length > 0) {
        const uint64_t first = 1 + rules_random(length);
        world_disavow(&world, time, first, first + rules_random(length - first + 1));
    } else {
        make_batch(time);
    }
}

static void make_world(void)
{
    memset(&world, 0, sizeof world);
    for (size_t c = 0; c < CATALOGUE; c++)
        make_row(c);
    const size_t length = 3 + rules_random(12);
    /* Half of the journals run across the ends of counts_until. */
    uint64_t time = rules_random(2) ? T0 : T0 + UINT64_C(172800) - 60 * (length / 2);
    for (size_t k = 0; k < 5 && rules_random(8) > 0; k++)
        world_open(&world, T0,
                   (struct vota_slice){(const uint8_t *)definitions[k].text, definitions[k].len});
    for (size_t i = 0; i < length; i++, time += rules_random(3) * 30)
        make_entry(time);
    make_openings();
    world_prepare(&world);
}

/* ---- the slow rule ---- */

struct slow {
    struct vota_count_scope scope;
    bool opens[WORLD_ENTRIES];
    bool timely[WORLD_ROWS], conflict[WORLD_ROWS];
    enum vota_count_state state[WORLD_ROWS];
    size_t by[WORLD_ROWS];
};

static const struct made_definition *definition_of(const vota_hash *hash)
{
    size_t k = 0;
    while (!vota_hash_equal(&definitions[k].hash, hash))
        k++;
    return &definitions[k];
}

static bool slow_disavowed(const struct slow *slow, size_t place)
{
    for (size_t d = place + 1; d < slow->scope.length; d++) {
        uint64_t first, last;
        if (vota_entry_get_disavowed(&first, &last, &world.entries[d]) && first <= place + 1 &&
            place + 1 <= last)
            return !slow->scope.ignore_disavowals;
    }
    return false;
}

/* "An opening with an invalid definition, or a second one of an id, opens nothing." */
static bool slow_opens(const struct slow *slow, size_t place)
{
    if (world.entries[place].kind != VOTA_ENTRY_REGISTER || place >= slow->scope.length ||
        slow_disavowed(slow, place))
        return false;
    const struct made_definition *made = definition_of(&world.entries[place].a);
    if (!made->valid)
        return false;
    for (size_t e = 0; e < place; e++) {
        if (slow->opens[e] && definition_of(&world.entries[e].a)->id == made->id)
            return false;
    }
    return true;
}

static bool slow_opened_before(const struct slow *slow, const vota_hash *hash, size_t place)
{
    for (size_t e = 0; e < place; e++) {
        if (slow->opens[e] && vota_hash_equal(&world.entries[e].a, hash))
            return true;
    }
    return false;
}

static void slow_start(struct slow *slow, struct vota_count_scope scope)
{
    memset(slow, 0, sizeof *slow);
    slow->scope = scope;
    for (size_t e = 0; e < world.length; e++)
        slow->opens[e] = slow_opens(slow, e);
}

static bool same_row(size_t i, size_t j)
{
    return memcmp(&world.rows[i].row, &world.rows[j].row, sizeof(struct vota_row)) == 0;
}

static bool same_voter(size_t i, size_t j)
{
    return vota_hash_equal(&world.rows[i].row.register_hash, &world.rows[j].row.register_hash) &&
           vota_hash_equal(&world.rows[i].row.tag, &world.rows[j].row.tag);
}

static bool slow_timely(const struct slow *slow, size_t i)
{
    const size_t place = world.rows[i].place;
    const vota_hash *hash = &world.rows[i].row.register_hash;
    if (place >= slow->scope.length || !slow_opened_before(slow, hash, place) ||
        slow_disavowed(slow, place) ||
        world.entries[place].time > definition_of(hash)->counts_until)
        return false;
    for (size_t j = 0; j < world.row_count; j++) {
        if (world.rows[j].place < place && slow->timely[j] && same_row(i, j))
            return false;
    }
    return true;
}

static bool slow_conflict(const struct slow *slow, size_t i)
{
    const bool all = definition_of(&world.rows[i].row.register_hash)->revision == VOTA_REVISION_ALL;
    for (size_t j = 0; slow->timely[i] && j < world.row_count; j++) {
        if (i != j && slow->timely[j] && world.rows[i].place == world.rows[j].place &&
            (same_row(i, j) || (!all && same_voter(i, j))))
            return true;
    }
    return false;
}

/* The row that supersedes row i, or i. */
static size_t slow_stands(const struct slow *slow, size_t i)
{
    const enum vota_revision revision = definition_of(&world.rows[i].row.register_hash)->revision;
    size_t stands = i;
    for (size_t j = 0; revision != VOTA_REVISION_ALL && j < world.row_count; j++) {
        if (!slow->timely[j] || slow->conflict[j] || !same_voter(i, j))
            continue;
        if (revision == VOTA_REVISION_FIRST ? world.rows[j].place < world.rows[stands].place
                                            : world.rows[j].place > world.rows[stands].place)
            stands = j;
    }
    return stands;
}

static bool slow_opened(size_t i)
{
    for (size_t o = 0; o < world.opening_count; o++) {
        if (is_right[o] && vota_hash_equal(&world.openings[o].leaf, &world.rows[i].leaf))
            return true;
    }
    return false;
}

static bool slow_erased(const struct slow *slow, size_t i)
{
    for (size_t j = 0; j < world.row_count; j++) {
        const struct made_row *made = &catalogue[made_of[j]];
        if (made->erases && slow->state[j] == VOTA_COUNT_COUNTED &&
            vota_hash_equal(&made->erased, &world.rows[i].leaf))
            return true;
    }
    return false;
}

static enum vota_count_state slow_state(struct slow *slow, size_t i)
{
    if (world.rows[i].place >= slow->scope.length)
        return VOTA_COUNT_OUTSIDE;
    if (!slow->timely[i])
        return VOTA_COUNT_UNTIMELY;
    if (slow->conflict[i])
        return VOTA_COUNT_CONFLICT;
    const size_t stands = slow_stands(slow, i);
    slow->by[i] = world.rows[stands].place;
    if (stands != i)
        return VOTA_COUNT_SUPERSEDED;
    if (!slow_opened(i))
        return VOTA_COUNT_UNOPENED;
    return catalogue[made_of[i]].counts ? VOTA_COUNT_COUNTED : VOTA_COUNT_INVALID;
}

static void slow_count(struct slow *slow, struct vota_count_scope scope)
{
    slow_start(slow, scope);
    /* Rows lie in the order of their batches, and none depends on one of its own batch. */
    for (size_t i = 0; i < world.row_count; i++)
        slow->timely[i] = slow_timely(slow, i);
    for (size_t i = 0; i < world.row_count; i++)
        slow->conflict[i] = slow_conflict(slow, i);
    for (size_t i = 0; i < world.row_count; i++)
        slow->state[i] = slow_state(slow, i);
    bool erased[WORLD_ROWS];
    for (size_t i = 0; i < world.row_count; i++)
        erased[i] = slow->state[i] == VOTA_COUNT_UNOPENED && slow_erased(slow, i);
    for (size_t i = 0; i < world.row_count; i++) {
        if (erased[i])
            slow->state[i] = VOTA_COUNT_ERASED;
    }
}

static void slow_numbers(const struct slow *slow, const struct made_definition *made,
                         uint64_t *ret_numbers)
{
    static const enum vota_count_state order[] = {
        VOTA_COUNT_COUNTED, VOTA_COUNT_SUPERSEDED, VOTA_COUNT_UNTIMELY, VOTA_COUNT_CONFLICT,
        VOTA_COUNT_INVALID, VOTA_COUNT_UNOPENED,   VOTA_COUNT_ERASED};
    memset(ret_numbers, 0, 64 * sizeof ret_numbers[0]);
    for (size_t i = 0; i < world.row_count; i++) {
        if (!vota_hash_equal(&world.rows[i].row.register_hash, &made->hash) ||
            slow->state[i] == VOTA_COUNT_OUTSIDE)
            continue;
        const unsigned chosen = catalogue[made_of[i]].chosen;
        const bool counts = slow->state[i] == VOTA_COUNT_COUNTED;
        for (size_t option = 0; option < made->options; option++)
            ret_numbers[option] += counts && (chosen >> option & 1u);
        ret_numbers[made->options] += counts && made->options > 0 && chosen == 0;
        ret_numbers[made->options + 1]++;
        for (size_t n = 0; n < 7; n++)
            ret_numbers[made->options + 2 + n] += slow->state[i] == order[n];
    }
}

/* ---- the comparison ---- */

static size_t registers_compared, rows_compared, states_seen[8];

static bool slow_is_open(const struct slow *slow, const struct made_definition *made)
{
    return slow_opened_before(slow, &made->hash, world.length);
}

static void compare_register(const struct slow *slow, const struct made_definition *made)
{
    if (!made->valid)
        return;
    const struct vota_slice text = {(const uint8_t *)made->text, made->len};
    world_tally(&counted, &world, text, slow->scope);
    assert_int_equal(counted.status == VOTA_OK, slow_is_open(slow, made));
    if (counted.status != VOTA_OK)
        return;
    uint64_t numbers[64];
    slow_numbers(slow, made, numbers);
    assert_memory_equal(counted.numbers, numbers, (made->options + 9) * sizeof numbers[0]);
    size_t last_timely = 0;
    for (size_t r = 0; r < counted.count.row_count; r++, rows_compared++) {
        const size_t i = counted.from[r];
        assert_int_equal(counted.rows[r].state, slow->state[i]);
        states_seen[slow->state[i]]++;
        if (slow->state[i] == VOTA_COUNT_SUPERSEDED)
            assert_int_equal(counted.rows[r].by, slow->by[i]);
        if (slow->timely[i] && world.rows[i].place > last_timely)
            last_timely = world.rows[i].place;
    }
    assert_int_equal(counted.tally.has_timely ? counted.tally.last_timely : 0, last_timely);
    registers_compared++;
}

static void random_journals_count_as_the_slow_rule_says(void **state)
{
    (void)state;
    make_definitions();
    struct slow slow;
    for (size_t w = 0; w < WORLDS; w++) {
        make_world();
        const struct vota_count_scope scopes[] = {
            vota_count_journal_all(&world.journal),
            {world.length, true},
            vota_count_journal_until(&world.journal, 1 + rules_random(world.length))};
        for (size_t s = 0; s < 3; s++) {
            slow_count(&slow, scopes[s]);
            for (size_t k = 0; k < KINDS; k++)
                compare_register(&slow, &definitions[k]);
        }
    }
    print_message("%d journals, %zu registers counted, %zu rows:", WORLDS, registers_compared,
                  rows_compared);
    for (size_t i = 0; i < 8; i++) {
        print_message(" %zu %s", states_seen[i], vota_count_state_name((enum vota_count_state)i));
        assert_true(states_seen[i] > 100);
    }
    print_message("\n");
}

/* Any order of all rows: those of a batch have none, and batches are told by their place. */
static void shuffle_rows(size_t *ret_origin)
{
    for (size_t i = 0; i < world.row_count; i++)
        ret_origin[i] = i;
    for (size_t i = world.row_count; i > 1; i--) {
        const size_t j = rules_random(i);
        const struct world_row row = world.rows[i - 1];
        const size_t origin = ret_origin[i - 1];
        world.rows[i - 1] = world.rows[j];
        ret_origin[i - 1] = ret_origin[j];
        world.rows[j] = row;
        ret_origin[j] = origin;
    }
}

static void the_order_of_rows_never_matters(void **state)
{
    (void)state;
    make_definitions();
    size_t cases = 0;
    for (size_t w = 0; w < WORLDS / 4; w++) {
        make_world();
        const struct vota_slice text = {(const uint8_t *)definitions[w % 6].text,
                                        definitions[w % 6].len};
        const struct vota_count_scope all = vota_count_journal_all(&world.journal);
        world_tally(&counted, &world, text, all);
        uint8_t states[WORLD_ROWS] = {0};
        for (size_t r = 0; r < counted.count.row_count; r++)
            states[counted.from[r]] = counted.rows[r].state;
        size_t origin[WORLD_ROWS];
        shuffle_rows(origin);
        world_tally(&again, &world, text, all);
        assert_int_equal(again.status, counted.status);
        if (counted.status != VOTA_OK)
            continue;
        assert_memory_equal(again.numbers, counted.numbers,
                            vota_count_length(&counted.definition) * sizeof counted.numbers[0]);
        for (size_t r = 0; r < again.count.row_count; r++)
            assert_int_equal(again.rows[r].state, states[origin[again.from[r]]]);
        cases++;
    }
    print_message("%zu shuffled registers\n", cases);
}

/* What the slow rule says of findings, over the same worlds. */
static void findings_name_invalid_and_second_openings(void **state)
{
    (void)state;
    make_definitions();
    size_t seen[4] = {0};
    for (size_t w = 0; w < WORLDS; w++) {
        make_world();
        struct slow slow;
        slow_start(&slow, vota_count_journal_all(&world.journal));
        for (size_t i = 0; i < world.journal.opened_count; i++) {
            const size_t place = world.journal.opened[i].place;
            const enum vota_count_finding finding = vota_count_journal_finding(&world.journal, i);
            enum vota_count_finding expected = VOTA_COUNT_NO_FINDING;
            if (!slow_disavowed(&slow, place)) {
                if (!definition_of(&world.entries[place].a)->valid)
                    expected = VOTA_COUNT_INVALID_DEFINITION;
                else if (!slow.opens[place])
                    expected = VOTA_COUNT_SECOND_OPENING;
                else if (world.entries[place].time > T0)
                    expected = VOTA_COUNT_LATE_OPENING;
            }
            assert_int_equal(finding, expected);
            seen[finding]++;
        }
    }
    print_message("%zu without finding, %zu invalid, %zu second, %zu late\n", seen[0], seen[1],
                  seen[2], seen[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_journals_count_as_the_slow_rule_says),
        cmocka_unit_test(the_order_of_rows_never_matters),
        cmocka_unit_test(findings_name_invalid_and_second_openings),
    };
    return RUN_TESTS(tests);
}
