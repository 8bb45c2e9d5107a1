/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "keccak/keccak.h"
#include "proof/leaf.h"

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static void the_vectors_records_give_their_leaves(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *records = test_get(test_get(root, "records"), "records");
    size_t index;
    json_t *record;
    json_array_foreach(records, index, record)
    {
        const vota_hash city = test_hash(record, "city_salt");
        const vota_hash citizen = test_hash(record, "citizen_salt");
        const vota_hash salt = test_hash(record, "salt");
        vota_hash actual;
        vota_leaf_salt(&actual, &city, &citizen);
        assert_hash_equal(&actual, &salt);

        const vota_hash content_hash = test_hash(record, "content_hash");
        vota_leaf_content_hash(&actual, &salt, slice_of(test_text(record, "content")));
        assert_hash_equal(&actual, &content_hash);

        const struct vota_row row = {test_hash(record, "register"), test_hash(record, "tag"),
                                     content_hash};
        uint8_t expected[VOTA_ROW_BYTES];
        uint8_t bytes[VOTA_ROW_BYTES];
        test_hex(expected, sizeof expected, test_text(record, "row"));
        vota_leaf_row_write(bytes, &row);
        assert_memory_equal(bytes, expected, sizeof bytes);

        const vota_hash leaf = test_hash(record, "leaf");
        vota_leaf_hash(&actual, &row);
        assert_hash_equal(&actual, &leaf);
    }
    assert_int_equal(json_array_size(records), 5);
    json_decref(root);
}

static void a_missing_citizen_salt_counts_as_zeros(void **state)
{
    (void)state;
    static const vota_hash zero;
    const vota_hash city = {{1, 2, 3}};
    uint8_t both[64] = {1, 2, 3};
    vota_hash expected;
    vota_hash salt;
    vota_keccak_hash(expected.bytes, both, sizeof both);
    vota_leaf_salt(&salt, &city, &zero);
    assert_hash_equal(&salt, &expected);
    /* The halves are not interchangeable. */
    vota_leaf_salt(&salt, &zero, &city);
    assert_memory_not_equal(salt.bytes, expected.bytes, 32);
}

static void an_empty_content_is_hashed_with_its_salt(void **state)
{
    (void)state;
    const vota_hash salt = {{9}};
    vota_hash expected;
    vota_hash actual;
    vota_keccak_hash(expected.bytes, salt.bytes, sizeof salt.bytes);
    vota_leaf_content_hash(&actual, &salt, (struct vota_slice){NULL, 0});
    assert_hash_equal(&actual, &expected);
}

static void fill(struct vota_row *rows, size_t n)
{
    uint8_t bytes[VOTA_ROW_BYTES];
    for (size_t i = 0; i < n; i++) {
        for (size_t at = 0; at < sizeof bytes; at++)
            bytes[at] = (uint8_t)(i * 131 + at * 7 + i / 256);
        vota_leaf_row_read(&rows[i], bytes);
    }
}

static void many_rows_hash_as_one_by_one(void **state)
{
    (void)state;
    enum { MOST = 200 };
    static struct vota_row rows[MOST];
    static vota_hash leaves[MOST + 1];
    fill(rows, MOST);
    for (size_t n = 0; n <= MOST; n++) {
        memset(leaves, 0x5a, sizeof leaves);
        vota_leaf_hash_rows(leaves, rows, n);
        for (size_t i = 0; i < n; i++) {
            vota_hash once;
            vota_hash twice;
            vota_keccak_hash(once.bytes, &rows[i], VOTA_ROW_BYTES);
            vota_keccak_hash(twice.bytes, once.bytes, sizeof once.bytes);
            assert_hash_equal(&leaves[i], &twice);
        }
        assert_int_equal(leaves[n].bytes[0], 0x5a);
    }
}

static void every_byte_of_a_row_changes_its_leaf(void **state)
{
    (void)state;
    struct vota_row row;
    fill(&row, 1);
    vota_hash leaf;
    vota_leaf_hash(&leaf, &row);
    uint8_t bytes[VOTA_ROW_BYTES];
    vota_leaf_row_write(bytes, &row);
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct vota_row changed;
        vota_hash other;
        bytes[i] ^= 1;
        vota_leaf_row_read(&changed, bytes);
        vota_leaf_hash(&other, &changed);
        assert_memory_not_equal(other.bytes, leaf.bytes, 32);
        bytes[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_records_give_their_leaves),
        cmocka_unit_test(a_missing_citizen_salt_counts_as_zeros),
        cmocka_unit_test(an_empty_content_is_hashed_with_its_salt),
        cmocka_unit_test(many_rows_hash_as_one_by_one),
        cmocka_unit_test(every_byte_of_a_row_changes_its_leaf),
    };
    return RUN_TESTS(tests);
}
