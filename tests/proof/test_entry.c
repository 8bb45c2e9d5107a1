/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "proof/entry.h"

static void every_vector_entry_decodes_and_encodes_to_itself(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *entries = test_get(test_get(root, "journal"), "entries");
    size_t index;
    json_t *item;
    json_array_foreach(entries, index, item)
    {
        uint8_t expected[VOTA_ENTRY_BYTES];
        test_hex(expected, sizeof expected, test_text(item, "bytes"));
        struct vota_entry entry;
        struct vota_error err = {0};
        assert_int_equal(vota_entry_decode(&entry, expected, sizeof expected, &err), VOTA_OK);
        assert_int_equal(err.status, VOTA_OK);
        assert_int_equal(entry.kind, json_integer_value(test_get(item, "kind")));
        assert_int_equal(entry.number, json_integer_value(test_get(item, "number")));
        assert_int_equal(entry.block, json_integer_value(test_get(item, "block")));
        assert_int_equal(entry.time, json_integer_value(test_get(item, "time")));
        uint8_t bytes[VOTA_ENTRY_BYTES];
        vota_entry_encode(bytes, &entry);
        assert_memory_equal(bytes, expected, sizeof bytes);
        vota_hash hash;
        const vota_hash expected_hash = test_hash(item, "hash");
        vota_entry_hash(&hash, &entry);
        assert_hash_equal(&hash, &expected_hash);
    }
    assert_int_equal(json_array_size(entries), 10);
    json_decref(root);
}

static void every_vector_refusal_is_refused_for_its_reason(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *refused = test_get(test_get(root, "journal"), "negative");
    size_t index;
    json_t *item;
    json_array_foreach(refused, index, item)
    {
        size_t len;
        uint8_t *bytes = test_hex_any(&len, test_text(item, "bytes"));
        struct vota_entry entry = {.kind = 99};
        struct vota_error err = {0};
        assert_int_equal(vota_entry_decode(&entry, bytes, len, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, test_text(item, "reason"));
        assert_int_equal(entry.kind, 99);
        free(bytes);
    }
    assert_int_equal(json_array_size(refused), 14);
    json_decref(root);
}

/* A good entry of each kind, number 9, to be spoilt in one place. */
static struct vota_entry good(uint64_t kind)
{
    const vota_addr addr = {{0xad}};
    const vota_hash hash = {{0x11}};
    struct vota_entry entry = {.kind = kind, .number = 9, .block = 100, .time = 1000};
    switch (kind) {
    case VOTA_ENTRY_BATCH:
        vota_entry_batch(&entry, &hash, 8);
        break;
    case VOTA_ENTRY_RESULT:
        entry.a = hash;
        entry.b = vota_word_of_u64(8);
        entry.c = hash;
        break;
    case VOTA_ENTRY_KEY:
        entry.a = vota_word_of_u64(VOTA_ROLE_ACCEPTANCE);
        entry.b = vota_word_of_addr(&addr);
        entry.c = vota_word_of_u64(900);
        break;
    case VOTA_ENTRY_DISAVOWED:
        entry.a = vota_word_of_u64(2);
        entry.b = vota_word_of_u64(8);
        entry.c = hash;
        break;
    case VOTA_ENTRY_SUCCEEDED:
        entry.a = vota_word_of_u64(1);
        entry.b = vota_word_of_addr(&addr);
        break;
    default:
        entry.a = hash;
    }
    return entry;
}

static void a_good_entry_of_each_kind_is_accepted(void **state)
{
    (void)state;
    for (uint64_t kind = VOTA_ENTRY_REGISTER; kind <= VOTA_ENTRY_SUCCEEDED; kind++) {
        const struct vota_entry entry = good(kind);
        assert_true(vota_entry_is_known(&entry));
        assert_int_equal(vota_entry_check(&entry, NULL), VOTA_OK);
    }
}

static void each_broken_rule_has_its_reason(void **state)
{
    (void)state;
    const vota_hash zero = {{0}};
    const vota_hash one = vota_word_of_u64(1);
    const vota_hash nine = vota_word_of_u64(9);
    const vota_hash wide = {{1}}; /* neither 64 bits nor an address */
    const struct {
        uint64_t kind;
        char word;
        vota_hash value;
        const char *where, *reason;
    } cases[] = {
        {VOTA_ENTRY_REGISTER, 'b', one, "b", "unused-word"},
        {VOTA_ENTRY_REGISTER, 'c', one, "c", "unused-word"},
        {VOTA_ENTRY_BATCH, 'a', zero, "a", "zero-root"},
        {VOTA_ENTRY_BATCH, 'b', zero, "b", "empty-batch"},
        {VOTA_ENTRY_BATCH, 'b', vota_word_of_u64(UINT64_C(1) << 32), "b", "entry-range"},
        {VOTA_ENTRY_BATCH, 'b', wide, "b", "entry-range"},
        {VOTA_ENTRY_BATCH, 'c', one, "c", "unused-word"},
        {VOTA_ENTRY_RESULT, 'b', nine, "b", "last-entry"},
        {VOTA_ENTRY_RESULT, 'b', wide, "b", "entry-range"},
        {VOTA_ENTRY_KEY, 'a', zero, "a", "unknown-role"},
        {VOTA_ENTRY_KEY, 'a', vota_word_of_u64(4), "a", "unknown-role"},
        {VOTA_ENTRY_KEY, 'a', wide, "a", "unknown-role"},
        {VOTA_ENTRY_KEY, 'b', wide, "b", "entry-range"},
        {VOTA_ENTRY_KEY, 'c', wide, "c", "entry-range"},
        {VOTA_ENTRY_DISAVOWED, 'a', zero, "a", "bad-range"},
        {VOTA_ENTRY_DISAVOWED, 'a', wide, "a", "entry-range"},
        {VOTA_ENTRY_DISAVOWED, 'b', one, "a", "bad-range"},
        {VOTA_ENTRY_DISAVOWED, 'b', nine, "a", "bad-range"},
        {VOTA_ENTRY_DISAVOWED, 'b', wide, "b", "entry-range"},
        {VOTA_ENTRY_SUCCEEDED, 'b', wide, "b", "entry-range"},
        {VOTA_ENTRY_SUCCEEDED, 'c', one, "c", "unused-word"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_entry entry = good(cases[i].kind);
        struct vota_error err = {0};
        vota_hash *words[] = {&entry.a, &entry.b, &entry.c};
        *words[cases[i].word - 'a'] = cases[i].value;
        assert_int_equal(vota_entry_check(&entry, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.where, cases[i].where);
        assert_string_equal(err.text, cases[i].reason);
    }
}

static void the_edges_of_each_rule_are_accepted(void **state)
{
    (void)state;
    struct vota_entry entry = good(VOTA_ENTRY_BATCH);
    entry.b = vota_word_of_u64(UINT32_MAX);
    assert_int_equal(vota_entry_check(&entry, NULL), VOTA_OK);
    entry = good(VOTA_ENTRY_RESULT);
    entry.b = vota_word_of_u64(0);
    assert_int_equal(vota_entry_check(&entry, NULL), VOTA_OK);
    entry = good(VOTA_ENTRY_DISAVOWED);
    entry.a = vota_word_of_u64(8);
    assert_int_equal(vota_entry_check(&entry, NULL), VOTA_OK);
    entry = good(VOTA_ENTRY_KEY);
    entry.b = vota_word_of_u64(0);
    entry.c = vota_word_of_u64(UINT64_MAX);
    assert_int_equal(vota_entry_check(&entry, NULL), VOTA_OK);
    entry = good(VOTA_ENTRY_SUCCEEDED);
    memset(entry.a.bytes, 0xff, 32); /* a chain id may have all 256 bits */
    assert_int_equal(vota_entry_check(&entry, NULL), VOTA_OK);
}

static void number_zero_and_unknown_kinds_are_no_entry(void **state)
{
    (void)state;
    struct vota_entry entry = good(VOTA_ENTRY_REGISTER);
    struct vota_error err = {0};
    entry.number = 0;
    assert_int_equal(vota_entry_check(&entry, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "entry-range");
    static const uint64_t unknown[] = {0, 7, UINT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        entry = good(unknown[i]);
        err = (struct vota_error){0};
        assert_false(vota_entry_is_known(&entry));
        assert_int_equal(vota_entry_check(&entry, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "unknown-kind");
    }
}

static void what_is_wider_than_64_bits_is_refused_and_lengths_are_exact(void **state)
{
    (void)state;
    static const char *const reasons[4] = {"unknown-kind", "entry-range", "entry-range",
                                           "entry-range"};
    const struct vota_entry entry = good(VOTA_ENTRY_BATCH);
    uint8_t bytes[VOTA_ENTRY_BYTES + 1] = {0};
    struct vota_entry back;
    vota_entry_encode(bytes, &entry);
    for (size_t word = 0; word < 4; word++) {
        struct vota_error err = {0};
        bytes[32 * word + 23] = 1;
        assert_int_equal(vota_entry_decode(&back, bytes, VOTA_ENTRY_BYTES, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, reasons[word]);
        bytes[32 * word + 23] = 0;
    }
    for (size_t len = 0; len <= sizeof bytes; len++) {
        const enum vota_status expected = len == VOTA_ENTRY_BYTES ? VOTA_OK : VOTA_BAD_INPUT;
        assert_int_equal(vota_entry_decode(&back, bytes, len, NULL), expected);
    }
}

static void what_an_entry_says_is_read_by_its_kind_only(void **state)
{
    (void)state;
    vota_hash root = {{0}};
    uint32_t count = 0;
    uint64_t first = 0;
    uint64_t last = 0;
    enum vota_entry_role role = VOTA_ROLE_OWNER;
    vota_addr key = {{0}};
    uint64_t untrusted = 0;
    for (uint64_t kind = VOTA_ENTRY_REGISTER; kind <= VOTA_ENTRY_SUCCEEDED; kind++) {
        const struct vota_entry entry = good(kind);
        assert_int_equal(vota_entry_get_batch(&root, &count, &entry), kind == VOTA_ENTRY_BATCH);
        assert_int_equal(vota_entry_get_disavowed(&first, &last, &entry),
                         kind == VOTA_ENTRY_DISAVOWED);
        assert_int_equal(vota_entry_get_key(&role, &key, &untrusted, &entry),
                         kind == VOTA_ENTRY_KEY);
    }
    assert_int_equal(root.bytes[0], 0x11);
    assert_int_equal(count, 8);
    assert_int_equal(first, 2);
    assert_int_equal(last, 8);
    assert_int_equal(role, VOTA_ROLE_ACCEPTANCE);
    assert_int_equal(key.bytes[0], 0xad);
    assert_int_equal(untrusted, 900);
}

static void an_entry_that_breaks_its_rules_says_nothing(void **state)
{
    (void)state;
    vota_hash root;
    uint32_t count = 5;
    uint64_t first = 5;
    uint64_t last = 5;
    enum vota_entry_role role;
    vota_addr key;
    struct vota_entry entry = good(VOTA_ENTRY_BATCH);
    entry.b = vota_word_of_u64(UINT64_C(1) << 32);
    assert_false(vota_entry_get_batch(&root, &count, &entry));
    entry = good(VOTA_ENTRY_DISAVOWED);
    entry.b.bytes[0] = 1;
    assert_false(vota_entry_get_disavowed(&first, &last, &entry));
    entry = good(VOTA_ENTRY_KEY);
    entry.a = vota_word_of_u64(4);
    assert_false(vota_entry_get_key(&role, &key, &last, &entry));
    assert_int_equal(count, 5);
    assert_int_equal(first, 5);
    assert_int_equal(last, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_entry_decodes_and_encodes_to_itself),
        cmocka_unit_test(every_vector_refusal_is_refused_for_its_reason),
        cmocka_unit_test(a_good_entry_of_each_kind_is_accepted),
        cmocka_unit_test(each_broken_rule_has_its_reason),
        cmocka_unit_test(the_edges_of_each_rule_are_accepted),
        cmocka_unit_test(number_zero_and_unknown_kinds_are_no_entry),
        cmocka_unit_test(what_is_wider_than_64_bits_is_refused_and_lengths_are_exact),
        cmocka_unit_test(what_an_entry_says_is_read_by_its_kind_only),
        cmocka_unit_test(an_entry_that_breaks_its_rules_says_nothing),
    };
    return RUN_TESTS(tests);
}
