/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "keccak/keccak.h"
#include "proof/journal.h"

enum { MOST_ENTRIES = 16 };

static uint64_t number(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(test_get(object, key));
}

static struct vota_genesis genesis_of(const json_t *object)
{
    return (struct vota_genesis){
        .chain_id = number(object, "chainId"),
        .contract = test_addr(object, "contract"),
        .owner = test_addr(object, "owner"),
        .anchorer = test_addr(object, "anchorer"),
        .acceptance_key = test_addr(object, "acceptanceKey"),
        .pred_chain_id = number(object, "predChainId"),
        .pred_contract = test_addr(object, "predContract"),
        .pred_length = number(object, "predLength"),
        .pred_head = test_hash(object, "predHead"),
    };
}

static size_t read_entries(struct vota_entry *entries, const json_t *array)
{
    const size_t n = json_array_size(array);
    assert_true(n <= MOST_ENTRIES);
    for (size_t i = 0; i < n; i++) {
        uint8_t bytes[VOTA_ENTRY_BYTES];
        test_hex(bytes, sizeof bytes, test_text(json_array_get(array, i), "bytes"));
        assert_int_equal(vota_entry_decode(&entries[i], bytes, sizeof bytes, NULL), VOTA_OK);
    }
    return n;
}

static void both_geneses_hash_to_their_heads(void **state)
{
    (void)state;
    static const char *const names[] = {"genesis", "successor"};
    json_t *root = test_vectors();
    for (size_t i = 0; i < 2; i++) {
        const json_t *object = test_get(test_get(root, "journal"), names[i]);
        const struct vota_genesis genesis = genesis_of(object);
        const vota_hash expected = test_hash(object, "head");
        vota_hash head;
        vota_journal_genesis(&head, &genesis);
        assert_hash_equal(&head, &expected);
    }
    json_decref(root);
}

static void every_member_of_a_genesis_changes_its_head(void **state)
{
    (void)state;
    static const struct vota_genesis plain;
    vota_hash head;
    vota_journal_genesis(&head, &plain);
    struct vota_genesis changed[9] = {0};
    changed[0].chain_id = 1;
    changed[1].contract.bytes[19] = 1;
    changed[2].owner.bytes[19] = 1;
    changed[3].anchorer.bytes[19] = 1;
    changed[4].acceptance_key.bytes[19] = 1;
    changed[5].pred_chain_id = 1;
    changed[6].pred_contract.bytes[19] = 1;
    changed[7].pred_length = 1;
    changed[8].pred_head.bytes[31] = 1;
    vota_hash heads[9];
    for (size_t i = 0; i < 9; i++) {
        vota_journal_genesis(&heads[i], &changed[i]);
        assert_memory_not_equal(heads[i].bytes, head.bytes, 32);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(heads[i].bytes, heads[j].bytes, 32);
    }
}

static void the_vectors_entries_fold_head_by_head(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const json_t *journal_json = test_get(root, "journal");
    const json_t *array = test_get(journal_json, "entries");
    struct vota_entry entries[MOST_ENTRIES];
    vota_hash hashes[MOST_ENTRIES];
    const size_t n = read_entries(entries, array);
    const struct vota_journal journal = {genesis_of(test_get(journal_json, "genesis")), entries, n};
    vota_hash genesis_head;
    vota_journal_head(&genesis_head, &journal, 0);
    vota_hash head = genesis_head;
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(array, i);
        const vota_hash parent = test_hash(item, "parent");
        const vota_hash expected = test_hash(item, "head");
        assert_hash_equal(&head, &parent);
        vota_entry_hash(&hashes[i], &entries[i]);
        vota_journal_next(&head, &head, &hashes[i]);
        assert_hash_equal(&head, &expected);
        vota_hash same;
        vota_journal_fold(&same, &genesis_head, hashes, i + 1);
        assert_hash_equal(&same, &expected);
        vota_journal_head(&same, &journal, i + 1);
        assert_hash_equal(&same, &expected);
    }
    /* Two entries the other way round are another history. */
    const vota_hash swapped[2] = {hashes[1], hashes[0]};
    vota_hash other;
    vota_journal_fold(&other, &genesis_head, swapped, 2);
    vota_journal_fold(&head, &genesis_head, hashes, 2);
    assert_memory_not_equal(other.bytes, head.bytes, 32);
    json_decref(root);
}

static void what_entries_hash_is_found_in_their_words(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const json_t *array = test_get(test_get(root, "journal"), "entries");
    struct vota_entry entries[MOST_ENTRIES];
    const size_t n = read_entries(entries, array);
    size_t checked = 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(array, i);
        const json_t *reason = json_object_get(item, "reason");
        const json_t *counts = json_object_get(item, "counts");
        vota_hash hash;
        if (reason != NULL) {
            vota_keccak_hash(hash.bytes, json_string_value(reason), json_string_length(reason));
            assert_hash_equal(&hash, &entries[i].c);
            checked++;
        }
        if (counts != NULL) {
            uint64_t values[32];
            for (size_t c = 0; c < json_array_size(counts); c++)
                values[c] = (uint64_t)json_integer_value(json_array_get(counts, c));
            vota_journal_counts_hash(&hash, values, json_array_size(counts));
            assert_hash_equal(&hash, &entries[i].c);
            checked++;
        }
    }
    assert_int_equal(checked, 3);
    json_decref(root);
}

static void counts_hash_as_the_contract_encodes_them(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *cases = test_get(test_get(root, "journal"), "counts_hashes");
    size_t index;
    json_t *item;
    json_array_foreach(cases, index, item)
    {
        const json_t *counts = test_get(item, "counts");
        const vota_hash expected = test_hash(item, "hash");
        uint64_t values[8] = {0};
        for (size_t i = 0; i < json_array_size(counts); i++)
            values[i] = (uint64_t)json_integer_value(json_array_get(counts, i));
        vota_hash actual;
        vota_journal_counts_hash(&actual, values, json_array_size(counts));
        assert_hash_equal(&actual, &expected);
        /* One more count is another list. */
        vota_journal_counts_hash(&actual, values, json_array_size(counts) + 1);
        assert_memory_not_equal(actual.bytes, expected.bytes, 32);
    }
    assert_int_equal(json_array_size(cases), 3);
    json_decref(root);
}

static struct vota_entry key_set(enum vota_entry_role role, const vota_addr *key, uint64_t time,
                                 uint64_t untrusted_since)
{
    return (struct vota_entry){.kind = VOTA_ENTRY_KEY,
                               .number = 1,
                               .time = time,
                               .a = vota_word_of_u64((uint64_t)role),
                               .b = vota_word_of_addr(key),
                               .c = vota_word_of_u64(untrusted_since)};
}

static enum vota_verdict verdict_named(const char *name)
{
    if (strcmp(name, "valid") == 0)
        return VOTA_VALID;
    if (strcmp(name, "not valid") == 0)
        return VOTA_NOT_VALID;
    assert_string_equal(name, "could not check");
    return VOTA_NOT_CHECKED;
}

static void the_vectors_signers_are_judged_as_they_say(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const json_t *times = test_get(test_get(root, "acceptance"), "signer_times");
    struct vota_entry entries[MOST_ENTRIES];
    size_t index;
    json_t *item;
    json_array_foreach(test_get(times, "set"), index, item)
    {
        const vota_addr key = test_addr(item, "key");
        entries[index] = key_set(VOTA_ROLE_ACCEPTANCE, &key, number(item, "time"),
                                 number(item, "untrusted_since"));
    }
    struct vota_journal journal = {.entries = entries,
                                   .n = json_array_size(test_get(times, "set"))};
    journal.genesis.acceptance_key = test_addr(times, "genesis_key");
    json_array_foreach(test_get(times, "cases"), index, item)
    {
        const vota_addr key = test_addr(item, "key");
        assert_int_equal(vota_journal_signer_verdict(&journal, &key, number(item, "accepted_at")),
                         verdict_named(test_text(item, "verdict")));
    }
    assert_int_equal(index, 17);
    json_decref(root);
}

static void only_acceptance_keys_may_have_signed(void **state)
{
    (void)state;
    static const vota_addr zero;
    const vota_addr genesis_key = {{1}};
    const vota_addr anchorer = {{2}};
    const vota_addr owner = {{3}};
    struct vota_entry entries[] = {
        key_set(VOTA_ROLE_ANCHORER, &anchorer, 10, 0),
        key_set(VOTA_ROLE_OWNER, &owner, 20, 0),
        key_set(VOTA_ROLE_ACCEPTANCE, &zero, 30, 0),
    };
    struct vota_journal journal = {.entries = entries, .n = 3};
    journal.genesis.acceptance_key = genesis_key;
    journal.genesis.owner = owner;
    assert_int_equal(vota_journal_signer_verdict(&journal, &anchorer, 15), VOTA_NOT_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &owner, 25), VOTA_NOT_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &zero, 35), VOTA_NOT_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &genesis_key, 30), VOTA_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &genesis_key, 3630), VOTA_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &genesis_key, 3631), VOTA_NOT_CHECKED);
    assert_int_equal(vota_journal_signer_verdict(&journal, &genesis_key, UINT64_MAX),
                     VOTA_NOT_CHECKED);
}

static void without_key_entries_the_genesis_key_stands_for_ever(void **state)
{
    (void)state;
    const vota_addr key = {{1}};
    const vota_addr other = {{2}};
    struct vota_journal journal = {.entries = NULL, .n = 0};
    journal.genesis.acceptance_key = key;
    assert_int_equal(vota_journal_signer_verdict(&journal, &key, 0), VOTA_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &key, UINT64_MAX), VOTA_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &other, 0), VOTA_NOT_VALID);
}

/* Naming a key again does not take back what was said of it. */
static void a_key_once_untrusted_stays_untrusted_from_that_time(void **state)
{
    (void)state;
    const vota_addr key = {{1}};
    const vota_addr between = {{2}};
    struct vota_entry entries[] = {
        key_set(VOTA_ROLE_ACCEPTANCE, &between, 100, 50),
        key_set(VOTA_ROLE_ACCEPTANCE, &key, 200, 0),
    };
    struct vota_journal journal = {.entries = entries, .n = 2};
    journal.genesis.acceptance_key = key;
    assert_int_equal(vota_journal_signer_verdict(&journal, &key, 49), VOTA_VALID);
    assert_int_equal(vota_journal_signer_verdict(&journal, &key, 50), VOTA_NOT_CHECKED);
    assert_int_equal(vota_journal_signer_verdict(&journal, &key, 250), VOTA_NOT_CHECKED);
    assert_int_equal(vota_journal_signer_verdict(&journal, &between, 150), VOTA_VALID);
}

static enum vota_journal_link link_named(const char *name)
{
    static const char *const names[] = {"none", "claimed", "confirmed", "forked"};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(name, names[i]) == 0)
            return (enum vota_journal_link)i;
    }
    fail_msg("no link %s", name);
    return VOTA_LINK_NONE;
}

/* A vector's entry that is given by its members. */
static struct vota_entry entry_of(const json_t *item)
{
    return (struct vota_entry){.kind = number(item, "kind"),
                               .number = number(item, "number"),
                               .block = number(item, "block"),
                               .time = number(item, "time"),
                               .a = test_hash(item, "a"),
                               .b = test_hash(item, "b"),
                               .c = test_hash(item, "c")};
}

static void the_vectors_successions_are_judged_as_they_say(void **state)
{
    (void)state;
    enum { KEPT = 9 };
    json_t *root = test_vectors();
    const json_t *journal_json = test_get(root, "journal");
    struct vota_entry entries[MOST_ENTRIES];
    (void)read_entries(entries, test_get(journal_json, "entries"));
    json_t *cases = test_get(journal_json, "succession");
    size_t index;
    json_t *item;
    json_array_foreach(cases, index, item)
    {
        const json_t *beyond = test_get(item, "old_entries_beyond_9");
        struct vota_journal old = {genesis_of(test_get(journal_json, "genesis")), entries,
                                   KEPT + json_array_size(beyond)};
        for (size_t i = KEPT; i < old.n; i++)
            entries[i] = entry_of(json_array_get(beyond, i - KEPT));
        struct vota_genesis successor = genesis_of(test_get(journal_json, "successor"));
        if (json_object_get(item, "predHead") != NULL)
            successor.pred_head = test_hash(item, "predHead");
        if (json_object_get(item, "predLength") != NULL)
            successor.pred_length = number(item, "predLength");
        if (json_object_get(item, "predContract") != NULL)
            successor.pred_contract = test_addr(item, "predContract");
        assert_int_equal(vota_journal_link(&old, &successor), link_named(test_text(item, "link")));
    }
    assert_int_equal(json_array_size(cases), 8);
    json_decref(root);
}

static void a_link_needs_the_old_chain_and_a_length_the_old_journal_has(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const json_t *journal_json = test_get(root, "journal");
    struct vota_entry entries[MOST_ENTRIES];
    const size_t n = read_entries(entries, test_get(journal_json, "entries"));
    struct vota_journal old = {genesis_of(test_get(journal_json, "genesis")), entries, n};
    const struct vota_genesis successor = genesis_of(test_get(journal_json, "successor"));
    assert_int_equal(vota_journal_link(&old, &successor), VOTA_LINK_CONFIRMED);

    struct vota_genesis changed = successor;
    changed.pred_chain_id++;
    assert_int_equal(vota_journal_link(&old, &changed), VOTA_LINK_NONE);
    changed = successor;
    changed.pred_length = n + 1;
    assert_int_equal(vota_journal_link(&old, &changed), VOTA_LINK_NONE);
    changed.pred_length = UINT64_MAX;
    assert_int_equal(vota_journal_link(&old, &changed), VOTA_LINK_NONE);
    /* The same contract address on another chain is another contract. */
    changed = successor;
    changed.chain_id++;
    assert_int_equal(vota_journal_link(&old, &changed), VOTA_LINK_FORKED);

    /* Another kind of entry with the same words names nobody. */
    entries[n - 1].kind = VOTA_ENTRY_REGISTER;
    assert_int_equal(vota_journal_link(&old, &successor), VOTA_LINK_FORKED);
    entries[n - 1].kind = VOTA_ENTRY_SUCCEEDED;

    /* A journal that is a successor itself counts on from its own predecessor. */
    old.genesis.pred_length = 100;
    changed = successor;
    assert_int_equal(vota_journal_link(&old, &changed), VOTA_LINK_NONE);
    changed.pred_length = 100 + 9;
    vota_journal_head(&changed.pred_head, &old, 9);
    assert_int_equal(vota_journal_link(&old, &changed), VOTA_LINK_CONFIRMED);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_geneses_hash_to_their_heads),
        cmocka_unit_test(every_member_of_a_genesis_changes_its_head),
        cmocka_unit_test(the_vectors_entries_fold_head_by_head),
        cmocka_unit_test(what_entries_hash_is_found_in_their_words),
        cmocka_unit_test(counts_hash_as_the_contract_encodes_them),
        cmocka_unit_test(the_vectors_signers_are_judged_as_they_say),
        cmocka_unit_test(only_acceptance_keys_may_have_signed),
        cmocka_unit_test(without_key_entries_the_genesis_key_stands_for_ever),
        cmocka_unit_test(a_key_once_untrusted_stays_untrusted_from_that_time),
        cmocka_unit_test(the_vectors_successions_are_judged_as_they_say),
        cmocka_unit_test(a_link_needs_the_old_chain_and_a_length_the_old_journal_has),
    };
    return RUN_TESTS(tests);
}
