/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stranger makes of a bundle: nothing that was changed in it shows a
 * broken promise, what is missing is named, and a path refutes it.
 */
#include "tests/bridge/breach_fixture.h"

static struct vota_breach_contract *contract_of(struct scene *scene)
{
    return &scene->copy.contracts[0];
}

static uint8_t *bytes_at(struct vota_slice slice)
{
    return (uint8_t *)(uintptr_t)slice.at;
}

/* ---- changed bundles ---- */

static void change_header(struct scene *scene)
{
    bytes_at(contract_of(scene)->evidence.header)[95] ^= 1; /* in the state root */
}

static void change_account(struct scene *scene)
{
    bytes_at(contract_of(scene)->evidence.account[0])[40] ^= 1;
}

static void change_storage(struct scene *scene)
{
    bytes_at(contract_of(scene)->evidence.storage[1])[40] ^= 1;
}

static void drop_storage(struct scene *scene)
{
    contract_of(scene)->evidence.storage_count--;
}

static void change_entry(struct scene *scene)
{
    scene->copy.journals[0][1].time++;
}

static void drop_entry(struct scene *scene)
{
    contract_of(scene)->length--;
}

static void invent_kind(struct scene *scene)
{
    scene->copy.journals[0][0].kind = 77;
}

static void change_owner(struct scene *scene)
{
    contract_of(scene)->deployment.genesis.owner.bytes[0] ^= 1;
}

static void change_code(struct scene *scene)
{
    contract_of(scene)->deployment.creation_code_hash.bytes[0] ^= 1;
}

static void drop_list(struct scene *scene)
{
    contract_of(scene)->batch_count--;
}

static void drop_leaf(struct scene *scene)
{
    scene->copy.batches[0][1].leaf_count--;
}

static void change_leaf(struct scene *scene)
{
    ((vota_hash *)(uintptr_t)scene->copy.batches[0][1].leaves)[1].bytes[31] ^= 1;
}

static void promise_earlier(struct scene *scene)
{
    scene->copy.about.acceptance.anchor_by--;
}

static void change_row(struct scene *scene)
{
    scene->copy.about.row.tag.bytes[0] ^= 1;
}

static void change_signature(struct scene *scene)
{
    scene->copy.about.acceptance.signature[64] = 29;
}

static void change_definition(struct scene *scene)
{
    bytes_at(scene->copy.about.definition)[40] ^= 1;
}

static void not_named(struct scene *scene)
{
    scene->believed[0].named = false;
}

static void not_known(struct scene *scene)
{
    scene->believed[0].block = VOTA_BREACH_BLOCK_UNKNOWN;
}

static void not_final(struct scene *scene)
{
    scene->believed[0].block = VOTA_BREACH_BLOCK_NOT_FINAL;
}

static void gone(struct scene *scene)
{
    scene->believed[0].block = VOTA_BREACH_BLOCK_GONE;
}

static void test_a_changed_bundle_shows_nothing(void **state)
{
    static const struct {
        void (*change)(struct scene *scene);
        enum vota_breach_code code;
        const char *reason;
        bool no_promise;
    } cases[] = {{change_header, VOTA_BREACH_STATE, "node-hash", false},
                 {change_account, VOTA_BREACH_STATE, "node-hash", false},
                 {change_storage, VOTA_BREACH_STATE, "node-hash", false},
                 {drop_storage, VOTA_BREACH_STATE, "missing-node", false},
                 {change_entry, VOTA_BREACH_JOURNAL, "", false},
                 {drop_entry, VOTA_BREACH_JOURNAL, "", false},
                 {invent_kind, VOTA_BREACH_JOURNAL, "", false},
                 {change_owner, VOTA_BREACH_DEPLOYMENT, "deployment-address", false},
                 {change_code, VOTA_BREACH_DEPLOYMENT, "deployment-code", false},
                 {drop_list, VOTA_BREACH_WITHHELD, "missing", false},
                 {drop_leaf, VOTA_BREACH_WITHHELD, "root", false},
                 {change_leaf, VOTA_BREACH_WITHHELD, "root", false},
                 {promise_earlier, VOTA_BREACH_SIGNER, "", true},
                 {change_row, VOTA_BREACH_SIGNER, "", true},
                 {change_signature, VOTA_BREACH_SIGNATURE, "", true},
                 {change_definition, VOTA_BREACH_DEFINITION, "", false},
                 {not_named, VOTA_BREACH_CONTRACT, "", false},
                 {not_known, VOTA_BREACH_BLOCK, "unknown", false},
                 {not_final, VOTA_BREACH_BLOCK, "not-final", false},
                 {gone, VOTA_BREACH_BLOCK, "gone", false}};
    struct scene *scene = scene_of(NEVER);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vota_breach_copy_done(&scene->copy);
        assert_int_equal(vota_breach_json_read(&scene->copy, scene->text, scene->len, NULL),
                         VOTA_OK);
        scene->believed[0] = (struct vota_breach_believed){true, VOTA_BREACH_BLOCK_FINAL};
        cases[i].change(scene);
        const enum vota_promise_outcome outcome = scene_judge(scene);
        if (outcome != (cases[i].no_promise ? VOTA_PROMISE_NOT_VALID : VOTA_PROMISE_NOT_CHECKED) ||
            strcmp(scene->report.reason, vota_breach_code_name(cases[i].code)) != 0)
            fail_msg("case %zu: %s by %s", i, vota_breach_outcome_name(outcome),
                     scene->report.reason);
        assert_string_equal(scene_finding(&scene->report, cases[i].code)->reason, cases[i].reason);
        if (cases[i].code == VOTA_BREACH_WITHHELD)
            assert_int_equal(scene->report.withheld[0], 3);
    }
    scene_free(scene);
}

/* Whatever still shows a broken promise says the same of everything that was signed or anchored. */
static void assert_same_claim(const struct vota_breach *a, const struct vota_breach *b)
{
    const struct vota_breach_contract *one = &a->contracts[0];
    const struct vota_breach_contract *two = &b->contracts[0];
    assert_memory_equal(&a->row, &b->row, sizeof a->row);
    assert_memory_equal(a->acceptance.signature, b->acceptance.signature, VOTA_SIGNATURE_BYTES);
    assert_int_equal(a->acceptance.anchor_by, b->acceptance.anchor_by);
    assert_memory_equal(&one->deployment.genesis.contract, &two->deployment.genesis.contract,
                        sizeof(vota_addr));
    assert_int_equal(one->length, two->length);
    for (size_t i = 0; i < one->length; i++)
        assert_memory_equal(&one->journal[i], &two->journal[i], sizeof(struct vota_entry));
    assert_int_equal(one->batch_count, two->batch_count);
}

static void test_no_changed_byte_makes_another_claim(void **state)
{
    struct scene *scene = scene_of(NEVER);
    struct vota_breach_copy whole = scene->copy;
    size_t refused = 0;
    size_t silent = 0;
    (void)state;
    for (size_t i = 0; i < scene->len; i++) {
        const uint8_t before = scene->text[i];
        scene->text[i] = before == '0' ? '1' : '0';
        if (before == scene->text[i] ||
            vota_breach_json_read(&scene->copy, scene->text, scene->len, NULL) != VOTA_OK) {
            refused++;
        } else {
            if (scene_judge(scene) == VOTA_PROMISE_BROKEN)
                assert_same_claim(&scene->copy.about, &whole.about);
            else
                silent++;
            vota_breach_copy_done(&scene->copy);
        }
        scene->text[i] = before;
    }
    print_message("%zu bytes: %zu refused, %zu show nothing\n", scene->len, refused, silent);
    assert_true(silent > 1000 && refused > 1000);
    scene->copy = whole;
    scene_free(scene);
}

/* ---- paths that are shown later ---- */

static void test_a_path_that_is_shown_refutes(void **state)
{
    struct scene *scene = scene_of(NEVER);
    (void)state;
    scene->shown[0] = (struct vota_breach_shown){9, SCENE_BY + 5000};
    scene->trust.shown_count = 1;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_KEPT_LATE);
    assert_true(scene->report.is_shown);
    assert_int_equal(scene->report.entry, 9);
    scene_expect(&scene->report, VOTA_BREACH_SHOWN, VOTA_NOT_VALID, "");
    scene->shown[1] = (struct vota_breach_shown){3, SCENE_BY};
    scene->trust.shown_count = 2;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_KEPT);
    assert_int_equal(scene->report.entry, 3);
    scene->trust.shown_count = 0;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
    scene_free(scene);
}

static void test_a_late_path_does_not_stand_in_for_a_list(void **state)
{
    struct scene *scene = scene_of(NEVER);
    (void)state;
    scene->shown[0] = (struct vota_breach_shown){9, SCENE_BY + 5000};
    scene->trust.shown_count = 1;
    drop_list(scene);
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->report.reason, "withheld");
    scene_free(scene);
}

static void test_a_disavowed_batch_that_is_shown_keeps_nothing(void **state)
{
    struct scene *scene = scene_new(IN_TIME);
    (void)state;
    town_disavow(scene_town(scene), SCENE_BY + 600, 3, 3);
    scene_look(scene, OLD);
    assert_int_equal(scene_make(scene), VOTA_PROMISE_BROKEN);
    scene_write(scene);
    scene->shown[0] = (struct vota_breach_shown){3, TOWN_OPENS + 1200};
    scene->trust.shown_count = 1;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
    scene_free(scene);
}

/* ---- what is in time and what is not ---- */

static void test_a_path_of_a_late_batch_is_held_to_its_root(void **state)
{
    struct scene *scene = scene_of(TOO_LATE);
    (void)state;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_KEPT_LATE);
    ((vota_hash *)(uintptr_t)scene->copy.batches[0][2].path)[0].bytes[0] ^= 1;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_BROKEN);
    scene_free(scene);
}

static void test_a_head_before_the_time_shows_nothing(void **state)
{
    struct scene *scene = scene_of(NEVER);
    (void)state;
    /* What was signed is another time; the same bundle then is too early. */
    scene->copy.about.acceptance = scene->world->receipt.acceptance;
    scene_sign(scene, SCENE_ACCEPTED, TOWN_LATER);
    scene->copy.about.acceptance = scene->world->receipt.acceptance;
    assert_int_equal(scene_judge(scene), VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(scene->report.reason, "due");
    scene_expect(&scene->report, VOTA_BREACH_DUE, VOTA_NOT_CHECKED, "");
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_changed_bundle_shows_nothing),
        cmocka_unit_test(test_no_changed_byte_makes_another_claim),
        cmocka_unit_test(test_a_path_that_is_shown_refutes),
        cmocka_unit_test(test_a_late_path_does_not_stand_in_for_a_list),
        cmocka_unit_test(test_a_disavowed_batch_that_is_shown_keeps_nothing),
        cmocka_unit_test(test_a_path_of_a_late_batch_is_held_to_its_root),
        cmocka_unit_test(test_a_head_before_the_time_shows_nothing)};
    return RUN_TESTS(tests);
}
