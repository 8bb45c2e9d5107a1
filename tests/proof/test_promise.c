/* SPDX-License-Identifier: Apache-2.0 */
#include "keccak/keccak.h"
#include "proof/promise.h"
#include "tests/proof/vectors.h"
#include "tests/test.h"

#include <stdio.h>

#define MAX_ENTRIES 8
#define MAX_LEAVES  8

/* A case of `promises`, built up. */
struct promise_case {
    struct vota_genesis genesis;
    struct vota_entry entries[MAX_ENTRIES], later[MAX_ENTRIES];
    uint8_t lists[MAX_ENTRIES], later_lists[MAX_ENTRIES];
    struct vota_promise promise;
    vota_hash leaf;
    uint64_t withheld[MAX_ENTRIES];
    struct vota_promise_report report;
};

static uint64_t number_of(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(test_get(object, key));
}

static void load_genesis(struct vota_genesis *genesis)
{
    const json_t *one = test_get(test_get(vectors, "journal"), "genesis");
    *genesis = (struct vota_genesis){.chain_id = number_of(one, "chainId"),
                                     .contract = test_addr(one, "contract"),
                                     .owner = test_addr(one, "owner"),
                                     .anchorer = test_addr(one, "anchorer"),
                                     .acceptance_key = test_addr(one, "acceptanceKey")};
}

static void load_words(struct vota_entry *entry, const json_t *one)
{
    vota_addr address;
    switch (entry->kind) {
    case VOTA_ENTRY_REGISTER:
        entry->a = test_hash(one, "register");
        break;
    case VOTA_ENTRY_BATCH:
        entry->a = test_hash(one, "root");
        entry->b = vota_word_of_u64(number_of(one, "count"));
        break;
    case VOTA_ENTRY_KEY:
        address = test_addr(one, "address");
        entry->a = vota_word_of_u64(number_of(one, "role"));
        entry->b = vota_word_of_addr(&address);
        entry->c = vota_word_of_u64(number_of(one, "untrusted_since"));
        break;
    default:
        assert_int_equal(entry->kind, VOTA_ENTRY_DISAVOWED);
        entry->a = vota_word_of_u64(number_of(one, "first"));
        entry->b = vota_word_of_u64(number_of(one, "last"));
        vota_keccak_hash(entry->c.bytes, test_text(one, "reason"),
                         strlen(test_text(one, "reason")));
    }
}

static uint8_t check_list(const struct vota_entry *entry, const vota_hash *leaf,
                          const json_t *names)
{
    vota_hash leaves[MAX_LEAVES], tree[2 * MAX_LEAVES];
    size_t i;
    json_t *name;
    if (names == NULL)
        return VOTA_LIST_WITHHELD;
    json_array_foreach(names, i, name) leaves[i] =
        test_hash(test_get(test_get(vectors, "promises"), "leaves"), json_string_value(name));
    return (uint8_t)vota_promise_list_check(tree, entry, leaf, leaves, i);
}

static void load_journal(struct promise_case *pc, const json_t *one)
{
    size_t i;
    json_t *part;
    json_array_foreach(test_get(one, "journal"), i, part)
    {
        struct vota_entry *entry = &pc->entries[i];
        *entry = (struct vota_entry){
            number_of(part, "kind"), i + 1, 1001 + i, number_of(part, "time"), {{0}}, {{0}}, {{0}}};
        load_words(entry, part);
        char number[8];
        assert_in_range(snprintf(number, sizeof number, "%zu", i + 1), 1, 7);
        if (entry->kind == VOTA_ENTRY_BATCH)
            pc->lists[i] =
                check_list(entry, &pc->leaf, json_object_get(test_get(one, "lists"), number));
    }
    pc->promise.journal = (struct vota_promise_entries){pc->entries, pc->lists, i};
}

static void load_successor(struct promise_case *pc, const json_t *batches)
{
    size_t i;
    json_t *part;
    json_array_foreach(batches, i, part)
    {
        const json_t *leaves = test_get(part, "leaves");
        const vota_hash root = test_hash(part, "root");
        vota_entry_batch(&pc->later[i], &root, (uint32_t)json_array_size(leaves));
        pc->later[i].number = number_of(part, "entry");
        pc->later[i].time = number_of(part, "time");
        pc->later_lists[i] = check_list(&pc->later[i], &pc->leaf, leaves);
    }
    pc->promise.successor = (struct vota_promise_entries){pc->later, pc->later_lists, i};
}

static void load_case(struct promise_case *pc, const json_t *one)
{
    *pc = (struct promise_case){0};
    load_genesis(&pc->genesis);
    pc->leaf = test_hash(test_get(test_get(vectors, "promises"), "acceptance"), "leaf");
    const json_t *acceptance = test_get(one, "acceptance");
    const json_t *final = test_get(one, "final");
    pc->promise.genesis = &pc->genesis;
    pc->promise.accepted_at = number_of(acceptance, "accepted_at");
    pc->promise.anchor_by = number_of(acceptance, "anchor_by");
    pc->promise.final_time = number_of(final, "time");
    pc->promise.final_head = test_hash(final, "head");
    const bool names_signer = json_object_get(one, "signer") != NULL;
    pc->promise.signer = test_addr(names_signer ? one : test_get(vectors, "acceptance"), "signer");
    load_journal(pc, one);
    load_successor(pc, json_object_get(one, "confirmed_successor_batches"));
    pc->report.withheld = pc->withheld;
    pc->report.withheld_cap = MAX_ENTRIES;
}

static void assert_report(const struct vota_promise_report *report, const json_t *one)
{
    assert_string_equal(vota_promise_outcome_name(report->outcome), test_text(one, "verdict"));
    const char *reason = json_string_value(json_object_get(one, "reason"));
    assert_string_equal(report->reason, reason != NULL ? reason : "");
    if (json_object_get(one, "entry") != NULL) {
        assert_int_equal(report->entry, number_of(one, "entry"));
        assert_int_equal(report->time, number_of(one, "time"));
    }
    const json_t *withheld = json_object_get(one, "withheld");
    assert_int_equal(report->withheld_count, json_array_size(withheld));
    for (size_t i = 0; i < report->withheld_count; i++)
        assert_int_equal(report->withheld[i], json_integer_value(json_array_get(withheld, i)));
}

static void every_promise_of_the_vectors_is_judged_as_given(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "promises"), "cases"), i, one)
    {
        struct promise_case pc;
        load_case(&pc, one);
        print_message("%s: %s\n", test_text(one, "name"), test_text(one, "verdict"));
        vota_promise_judge(&pc.report, &pc.promise);
        assert_report(&pc.report, one);
    }
    assert_int_equal(i, 24);
}

static json_t *case_named(const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "promises"), "cases"), i, one)
    {
        if (strcmp(test_text(one, "name"), name) == 0)
            return one;
    }
    fail_msg("no case %s", name);
    return NULL;
}

/* Proven again as the journal stands after one more entry. */
static void append(struct promise_case *pc, struct vota_entry entry)
{
    struct vota_promise_entries *journal = &pc->promise.journal;
    entry.number = journal->length + 1;
    pc->entries[journal->length++] = entry;
    const struct vota_journal whole = {pc->genesis, pc->entries, journal->length};
    vota_journal_head(&pc->promise.final_head, &whole, whole.n);
}

static void entries_after_the_proven_head_are_left_out(void **state)
{
    (void)state;
    struct promise_case pc;
    load_case(&pc, case_named("kept"));
    const vota_hash proven = pc.promise.final_head;
    append(&pc, (struct vota_entry){.kind = VOTA_ENTRY_DISAVOWED,
                                    .time = 1790005000,
                                    .a = vota_word_of_u64(1),
                                    .b = vota_word_of_u64(4)});
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_BROKEN);
    pc.promise.final_head = proven;
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_KEPT);
}

static void a_successor_must_be_looked_at_before_a_promise_is_broken(void **state)
{
    (void)state;
    struct promise_case pc;
    load_case(&pc, case_named("broken"));
    append(&pc, (struct vota_entry){.kind = VOTA_ENTRY_SUCCEEDED,
                                    .time = 1790005000,
                                    .a = vota_word_of_u64(560048),
                                    .b = vota_word_of_u64(1)});
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(pc.report.reason, "successor not examined");
    pc.promise.successor_examined = true;
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_BROKEN);
}

static void a_successors_batches_count_like_the_old_ones(void **state)
{
    (void)state;
    struct promise_case pc;
    load_case(&pc, case_named("kept by a confirmed successor"));
    pc.later_lists[0] = VOTA_LIST_WITHHELD;
    vota_promise_judge(&pc.report, &pc.promise);
    assert_string_equal(pc.report.reason, "leaf list withheld");
    assert_int_equal(pc.report.withheld[0], 7);
    pc.later_lists[0] = VOTA_LIST_WITHOUT;
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_BROKEN);
    pc.later_lists[0] = VOTA_LIST_WITH;
    pc.later[0].time = pc.promise.anchor_by + 1;
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_KEPT_LATE);
}

static void an_unknown_kind_of_entry_is_a_newer_version(void **state)
{
    (void)state;
    struct promise_case pc;
    load_case(&pc, case_named("broken"));
    append(&pc, (struct vota_entry){.kind = 7, .time = 1790005000});
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.outcome, VOTA_PROMISE_NOT_CHECKED);
    assert_string_equal(pc.report.reason, "unknown kind of entry");
}

static void withheld_batches_beyond_the_room_are_still_counted(void **state)
{
    (void)state;
    struct promise_case pc;
    load_case(&pc, case_named("broken"));
    pc.lists[1] = VOTA_LIST_WITHHELD;
    pc.report.withheld_cap = 0;
    pc.report.withheld = NULL;
    vota_promise_judge(&pc.report, &pc.promise);
    assert_int_equal(pc.report.withheld_count, 1);
    assert_string_equal(pc.report.reason, "leaf list withheld");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promise_of_the_vectors_is_judged_as_given),
        cmocka_unit_test(entries_after_the_proven_head_are_left_out),
        cmocka_unit_test(a_successor_must_be_looked_at_before_a_promise_is_broken),
        cmocka_unit_test(a_successors_batches_count_like_the_old_ones),
        cmocka_unit_test(an_unknown_kind_of_entry_is_a_newer_version),
        cmocka_unit_test(withheld_batches_beyond_the_room_are_still_counted),
    };
    return RUN_WITH_VECTORS(tests);
}
