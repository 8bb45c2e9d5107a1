/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/vectors.h"
#include "tests/proof/world.h"

static struct world world;

static struct vota_slice definition_of(const char *kind)
{
    return rules_slice(rules_base(vectors, kind));
}

static void start(void)
{
    memset(&world, 0, sizeof world);
}

static enum vota_status init(struct vota_error *err)
{
    world.journal = (struct vota_count_journal){.entries = world.entries,
                                                .definitions = world.definitions,
                                                .length = world.length,
                                                .marks = world.marks,
                                                .opened = world.opened};
    *err = (struct vota_error){0};
    return vota_count_journal_init(&world.journal, err);
}

static void an_empty_journal_opens_nothing(void **state)
{
    (void)state;
    start();
    struct vota_error err;
    assert_int_equal(init(&err), VOTA_OK);
    const vota_hash any = {{1}};
    size_t place = 7;
    assert_int_equal(vota_count_journal_all(&world.journal).length, 0);
    assert_int_equal(vota_count_journal_until(&world.journal, 5).length, 0);
    assert_int_equal(vota_count_journal_opening(&world.journal, &place,
                                                vota_count_journal_all(&world.journal), &any),
                     VOTA_NOT_FOUND);
    assert_int_equal(place, 7);
}

static void a_journal_that_cannot_be_understood_is_refused(void **state)
{
    (void)state;
    struct vota_error err;
    start();
    world_batch(&world, 5);
    world_batch(&world, 6);
    world.entries[1].kind = 7;
    assert_int_equal(init(&err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "unknown-kind");
    world.entries[1].kind = VOTA_ENTRY_BATCH;
    world.entries[1].number = 3;
    assert_int_equal(init(&err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "not-consecutive");
    world.entries[1].number = 2;
    world.entries[1].c.bytes[0] = 1;
    assert_int_equal(init(&err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "unused-word");
    world.entries[1].c.bytes[0] = 0;
    assert_int_equal(init(&err), VOTA_OK);
    world.journal.length = UINT32_MAX;
    assert_int_equal(vota_count_journal_init(&world.journal, NULL), VOTA_LIMIT);
}

static void a_definition_nobody_shows_leaves_its_id_unknown(void **state)
{
    (void)state;
    struct vota_error err;
    start();
    world_open(&world, 5, definition_of("vote"));
    world.definitions[0] = (struct vota_slice){0};
    assert_int_equal(init(&err), VOTA_NOT_FOUND);
    assert_string_equal(err.text, "definition-missing");
    world.definitions[0] = definition_of("proposal");
    assert_int_equal(init(&err), VOTA_NOT_FOUND);
    world.definitions[0] = definition_of("vote");
    assert_int_equal(init(&err), VOTA_OK);
    assert_int_equal(world.journal.opened_count, 1);
    assert_true(world.opened[0].valid);
}

static void scopes_end_where_they_are_told(void **state)
{
    (void)state;
    struct vota_error err;
    start();
    for (size_t i = 0; i < 5; i++) {
        world_batch(&world, 5);
        world.entries[i].number += 10; /* a successor's journal: 11 to 15 */
    }
    assert_int_equal(init(&err), VOTA_OK);
    assert_int_equal(vota_count_journal_until(&world.journal, 0).length, 0);
    assert_int_equal(vota_count_journal_until(&world.journal, 10).length, 0);
    assert_int_equal(vota_count_journal_until(&world.journal, 11).length, 1);
    assert_int_equal(vota_count_journal_until(&world.journal, 15).length, 5);
    assert_int_equal(vota_count_journal_until(&world.journal, UINT64_MAX).length, 5);
}

/* Every place against every disavowal, as the text has it. */
static bool slow_disavowed(size_t place, size_t length)
{
    for (size_t d = place + 1; d < length; d++) {
        uint64_t first, last;
        const uint64_t number = world.entries[place].number;
        if (vota_entry_get_disavowed(&first, &last, &world.entries[d]) && first <= number &&
            number <= last && world.entries[place].kind == VOTA_ENTRY_BATCH)
            return true;
    }
    return false;
}

static void assert_disavowed_alike(void)
{
    for (size_t length = 0; length <= world.length; length++) {
        const struct vota_count_scope scope = {length, false}, ignoring = {length, true};
        for (size_t place = 0; place < world.length; place++) {
            assert_int_equal(vota_count_journal_disavowed(&world.journal, scope, place),
                             slow_disavowed(place, length));
            assert_false(vota_count_journal_disavowed(&world.journal, ignoring, place));
        }
    }
}

static void overlapping_disavowals_reach_what_the_text_says(void **state)
{
    (void)state;
    struct vota_error err;
    size_t cases = 0;
    for (size_t round = 0; round < 2000; round++, cases++) {
        start();
        const uint64_t before = 20 * rules_random(2); /* half of them successors */
        while (world.length < WORLD_ENTRIES) {
            const uint64_t length = world.length + before;
            if (rules_random(3) > 0 || length == 0) {
                world_batch(&world, 5);
            } else {
                const uint64_t first = 1 + rules_random(length);
                world_disavow(&world, 5, first, first + rules_random(length - first + 1));
            }
            world.entries[world.length - 1].number += before;
        }
        assert_int_equal(init(&err), VOTA_OK);
        assert_disavowed_alike();
    }
    print_message("%zu journals\n", cases);
}

static void keys_and_disavowals_cannot_be_disavowed(void **state)
{
    (void)state;
    struct vota_error err;
    start();
    world_batch(&world, 5);
    world_disavow(&world, 6, 1, 1);
    world_disavow(&world, 7, 1, 2);
    assert_int_equal(init(&err), VOTA_OK);
    const struct vota_count_scope all = vota_count_journal_all(&world.journal);
    assert_true(vota_count_journal_disavowed(&world.journal, all, 0));
    assert_false(vota_count_journal_disavowed(&world.journal, all, 1));
}

static void a_late_opening_is_reported_and_counts(void **state)
{
    (void)state;
    struct vota_error err;
    start();
    world_open(&world, 1790000040, definition_of("vote"));
    world_open(&world, 1790000041, definition_of("endorsement"));
    assert_int_equal(vota_count_journal_registers(world.entries, world.length), 2);
    assert_int_equal(init(&err), VOTA_OK);
    assert_int_equal(vota_count_journal_finding(&world.journal, 0), VOTA_COUNT_NO_FINDING);
    assert_int_equal(vota_count_journal_finding(&world.journal, 1), VOTA_COUNT_LATE_OPENING);
    size_t place = 0;
    assert_int_equal(vota_count_journal_opening(&world.journal, &place,
                                                vota_count_journal_all(&world.journal),
                                                &world.entries[1].a),
                     VOTA_OK);
    assert_int_equal(place, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_journal_opens_nothing),
        cmocka_unit_test(a_journal_that_cannot_be_understood_is_refused),
        cmocka_unit_test(a_definition_nobody_shows_leaves_its_id_unknown),
        cmocka_unit_test(scopes_end_where_they_are_told),
        cmocka_unit_test(overlapping_disavowals_reach_what_the_text_says),
        cmocka_unit_test(keys_and_disavowals_cannot_be_disavowed),
        cmocka_unit_test(a_late_opening_is_reported_and_counts),
    };
    return RUN_WITH_VECTORS(tests);
}
