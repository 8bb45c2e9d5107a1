/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counting rule against a slow one, written here straight from the text of
 * PROTOCOL 6 over small random journals: every sentence a function, every
 * "earlier" and "two" a loop over all rows.
 */
#include "tests/proof/random_world.h"

#define WORLDS 3000

static struct world_count counted, again;

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
