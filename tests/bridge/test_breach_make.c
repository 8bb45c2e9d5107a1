/* SPDX-License-Identifier: Apache-2.0 */
/* When a bundle is made, and what it then holds; when not, and why. */
#include "tests/bridge/breach_fixture.h"

static void test_a_broken_promise_is_shown(void **state)
{
    struct scene *scene = scene_of(NEVER);
    const struct vota_breach *breach = &scene->copy.about;
    (void)state;
    assert_int_equal(scene->made.report.outcome, VOTA_PROMISE_BROKEN);
    assert_int_equal(breach->contract_count, 1);
    assert_int_equal(breach->contracts[0].length, 4);
    assert_true(breach->has_definition);
    /* The lists of the batches in time, and no more. */
    assert_int_equal(breach->contracts[0].batch_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(breach->contracts[0].batches[i].number, 2 + i);
        assert_int_equal(breach->contracts[0].batches[i].leaf_count, 2);
    }
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
    assert_string_equal(scene->report.reason, "");
    assert_int_equal(scene->report.searched_count, 2);
    assert_int_equal(scene->report.searched[0], 2);
    assert_int_equal(scene->report.searched[1], 3);
    assert_int_equal(scene->report.searched_leaves, 4);
    assert_int_equal(scene->report.final_time, TOWN_LATER);
    scene_free(scene);
}

static void test_a_promise_kept_late_is_shown_with_its_path(void **state)
{
    struct scene *scene = scene_of(TOO_LATE);
    const struct vota_breach_contract *contract = &scene->copy.about.contracts[0];
    (void)state;
    assert_int_equal(contract->batch_count, 3);
    assert_int_equal(contract->batches[2].number, 4);
    assert_int_equal(contract->batches[2].leaf_count, 0);
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_KEPT_LATE);
    assert_int_equal(scene->report.entry, 4);
    assert_int_equal(scene->report.time, SCENE_BY + 60);
    assert_false(scene->report.is_shown);
    scene_expect(&scene->report, VOTA_BREACH_LATE, VOTA_NOT_VALID, "");
    scene_free(scene);
}

static void test_a_kept_promise_makes_no_bundle(void **state)
{
    (void)state;
    for (enum scene_when when = IN_FIRST; when <= IN_TIME; when++) {
        struct scene *scene = scene_new(when);
        scene_look(scene, OLD);
        assert_int_equal(scene_make(scene), VOTA_PROMISE_KEPT);
        assert_int_equal(scene->made.report.entry, when);
        scene_free(scene);
    }
}

static void test_a_missing_list_is_named_and_nothing_is_made(void **state)
{
    struct scene *scene = scene_new(NEVER);
    (void)state;
    scene_look(scene, OLD);
    assert_int_equal(remove(town_path(scene_town(scene), "batches/3.rows")), 0);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->made.report.reason, "withheld");
    assert_int_equal(scene->made.report.withheld_count, 1);
    assert_int_equal(scene->made.report.withheld[0], 3);
    scene_expect(&scene->made.report, VOTA_BREACH_WITHHELD, VOTA_NOT_CHECKED, "missing");
    scene_free(scene);
}

static void test_rows_that_do_not_lead_to_the_root_are_no_list(void **state)
{
    struct scene *scene = scene_new(NEVER);
    size_t len = 0;
    (void)state;
    scene_look(scene, OLD);
    uint8_t *rows = town_read(scene_town(scene), "batches/3.rows", &len);
    rows[70] ^= 1;
    town_write(scene_town(scene), "batches/3.rows", rows, len);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    scene_expect(&scene->made.report, VOTA_BREACH_WITHHELD, VOTA_NOT_CHECKED, "root");
    scene_forget(scene);
    town_write(scene_town(scene), "batches/3.rows", rows, len - VOTA_ROW_BYTES);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    scene_expect(&scene->made.report, VOTA_BREACH_WITHHELD, VOTA_NOT_CHECKED, "missing");
    free(rows);
    scene_free(scene);
}

static void test_rows_in_another_order_are_the_same_list(void **state)
{
    struct scene *scene = scene_new(NEVER);
    size_t len = 0;
    (void)state;
    scene_look(scene, OLD);
    uint8_t *rows = town_read(scene_town(scene), "batches/3.rows", &len);
    assert_int_equal(len, 2 * VOTA_ROW_BYTES);
    memcpy(rows + len, rows, VOTA_ROW_BYTES);
    town_write(scene_town(scene), "batches/3.rows", rows + VOTA_ROW_BYTES, len);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_BROKEN);
    free(rows);
    scene_free(scene);
}

static void test_nothing_is_made_before_the_time_is_past(void **state)
{
    struct scene *scene = scene_new(NEVER);
    (void)state;
    asks(scene->world, OLD);
    has_data(scene->world, OLD);
    scene->world->nodes[OLD].final = NODE_CREATED + 3;
    assert_int_equal(vota_witness_settle(scene->world->witnesses.items[0], 0, NULL), VOTA_OK);
    follow(scene->world, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->made.report.reason, "due");
    scene_free(scene);
}

static void test_a_disavowed_batch_keeps_nothing_and_need_not_be_told(void **state)
{
    struct scene *scene = scene_new(IN_TIME);
    (void)state;
    town_disavow(scene_town(scene), SCENE_BY + 600, 3, 3);
    scene_look(scene, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_BROKEN);
    scene_write(scene);
    assert_int_equal(scene->copy.about.contracts[0].batch_count, 1);
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
    assert_int_equal(scene->report.searched_count, 1);
    scene_free(scene);
}

/* ---- whose promise it is ---- */

static void set_key(struct scene *scene, const vota_addr *key, uint64_t time, uint64_t untrusted)
{
    struct vota_entry entry = {.kind = VOTA_ENTRY_KEY, .time = time};
    entry.a = vota_word_of_u64(VOTA_ROLE_ACCEPTANCE);
    entry.b = vota_word_of_addr(key);
    entry.c = vota_word_of_u64(untrusted);
    town_add_line(scene_town(scene), entry, (struct vota_slice){0}, NULL, 0);
}

static void test_a_key_outside_its_time_shows_nothing(void **state)
{
    const vota_addr other = town_addr("another key");
    struct scene *scene = scene_new(NEVER);
    (void)state;
    set_key(scene, &other, SCENE_BY + 100, SCENE_ACCEPTED);
    scene_look(scene, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->made.report.reason, "signer");
    scene_expect(&scene->made.report, VOTA_BREACH_SIGNER, VOTA_NOT_CHECKED, "");
    scene_forget(scene);
    scene_sign(scene, SCENE_ACCEPTED - 1, SCENE_BY);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_BROKEN);
    scene_free(scene);
}

static void test_a_signer_that_was_never_named_promised_nothing(void **state)
{
    struct scene *scene = scene_new(NEVER);
    uint8_t key[32] = {8};
    (void)state;
    scene_look(scene, OLD);
    vota_signer_free(scene->signer);
    assert_int_equal(vota_signer_load(&scene->signer, key, NULL), VOTA_OK);
    scene_sign(scene, SCENE_ACCEPTED, SCENE_BY);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_VALID);
    scene_expect(&scene->made.report, VOTA_BREACH_SIGNER, VOTA_NOT_VALID, "");
    scene_free(scene);
}

static void test_a_promise_beyond_its_bounds_is_held_to_what_it_says(void **state)
{
    struct scene *scene = scene_new(TOO_LATE);
    (void)state;
    scene_look(scene, OLD);
    scene_sign(scene, SCENE_ACCEPTED, SCENE_BY + 30); /* before batch 4 */
    assert_int_equal(scene_make(scene), VOTA_PROMISE_KEPT_LATE);
    scene_expect(&scene->made.report, VOTA_BREACH_BOUNDS, VOTA_NOT_VALID, "");
    scene_forget(scene);
    scene_sign(scene, SCENE_ACCEPTED, SCENE_BY + 60); /* as late as batch 4 */
    assert_int_equal(scene_make(scene), VOTA_PROMISE_KEPT);
    scene_expect(&scene->made.report, VOTA_BREACH_BOUNDS, VOTA_NOT_VALID, "");
    scene_free(scene);
}

static void test_another_contract_than_the_named_one(void **state)
{
    struct scene *scene = scene_new(NEVER);
    (void)state;
    scene_look(scene, OLD);
    scene->world->receipt.acceptance.contract.bytes[0] ^= 1;
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->made.report.reason, "contract");
    scene->world->receipt.has_acceptance = false;
    scene_forget(scene);
    assert_int_equal(vota_breach_make(&scene->made, &scene->world->receipt, &scene->world->trusted,
                                      &(struct vota_trusted_sources){.data_count = 0}, NULL, NULL),
                     VOTA_BAD_INPUT);
    scene_free(scene);
}

/* ---- a successor ---- */

/* The old contract ends before the promised time; the new one anchors until after it. */
static struct scene *succeeded(bool confirms, bool keeps)
{
    struct scene *scene = scene_new(NEVER);
    struct world *world = scene->world;
    struct town *town = world->towns[NEW] = town_continue(world->towns[OLD]);
    static struct vota_slice carried;
    const struct town_register *bridge = &world->towns[OLD]->registers[0];
    carried = (struct vota_slice){(const uint8_t *)bridge->text, bridge->len};
    town->source.carried = &carried;
    town->source.carried_count = 1;
    world->n = 2;
    node_bind(town);
    if (confirms)
        town_name(world->towns[OLD], town, SCENE_BY + 61);
    scene_sign(scene, SCENE_ACCEPTED, SCENE_BY + 900);
    town_vote(town, bridge, 40, "yes");
    if (keeps)
        town->records[town->record_count++] = scene->promised;
    town_anchor(town, SCENE_BY + 120);
    town_vote(town, bridge, 41, "yes");
    town_anchor(town, SCENE_BY + 1200);
    return scene;
}

static void test_a_successor_is_searched_too(void **state)
{
    (void)state;
    for (size_t named = OLD; named <= NEW; named++) {
        struct scene *scene = succeeded(true, false);
        scene_look(scene, named);
        assert_int_equal(scene_make(scene), VOTA_PROMISE_BROKEN);
        scene_write(scene);
        assert_int_equal(scene->copy.about.contract_count, 2);
        assert_int_equal(scene->copy.about.contracts[1].batch_count, 1);
        assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
        assert_int_equal(scene->report.searched_count, 4);
        scene_expect(&scene->report, VOTA_BREACH_LINK, VOTA_VALID, "");
        /* One named contract stands for both, but none does not. */
        scene->believed[1 - named].named = false;
        assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
        scene->believed[named].named = false;
        assert_int_equal(scene_judge(scene), VOTA_PROMISE_NOT_CHECKED);
        assert_string_equal(scene->report.reason, "contract");
        scene_free(scene);
    }
}

static void test_a_successor_keeps_an_old_promise(void **state)
{
    struct scene *scene = succeeded(true, true);
    (void)state;
    scene_look(scene, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_KEPT);
    assert_int_equal(scene->made.report.entry, 5);
    scene_free(scene);
}

static void test_a_successor_that_is_not_here_leaves_a_doubt(void **state)
{
    struct scene *scene = succeeded(true, false);
    (void)state;
    asks(scene->world, OLD);
    has_data(scene->world, OLD);
    follow(scene->world, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->made.report.reason, "successor");
    scene_free(scene);
}

static void test_a_successor_that_is_only_claimed_is_not_followed(void **state)
{
    struct scene *scene = succeeded(false, true);
    (void)state;
    scene_look(scene, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_BROKEN);
    scene_write(scene);
    assert_int_equal(scene->copy.about.contract_count, 1);
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_broken_promise_is_shown),
        cmocka_unit_test(test_a_promise_kept_late_is_shown_with_its_path),
        cmocka_unit_test(test_a_kept_promise_makes_no_bundle),
        cmocka_unit_test(test_a_missing_list_is_named_and_nothing_is_made),
        cmocka_unit_test(test_rows_that_do_not_lead_to_the_root_are_no_list),
        cmocka_unit_test(test_rows_in_another_order_are_the_same_list),
        cmocka_unit_test(test_nothing_is_made_before_the_time_is_past),
        cmocka_unit_test(test_a_disavowed_batch_keeps_nothing_and_need_not_be_told),
        cmocka_unit_test(test_a_key_outside_its_time_shows_nothing),
        cmocka_unit_test(test_a_signer_that_was_never_named_promised_nothing),
        cmocka_unit_test(test_a_promise_beyond_its_bounds_is_held_to_what_it_says),
        cmocka_unit_test(test_another_contract_than_the_named_one),
        cmocka_unit_test(test_a_successor_is_searched_too),
        cmocka_unit_test(test_a_successor_keeps_an_old_promise),
        cmocka_unit_test(test_a_successor_that_is_not_here_leaves_a_doubt),
        cmocka_unit_test(test_a_successor_that_is_only_claimed_is_not_followed)};
    return RUN_TESTS(tests);
}
