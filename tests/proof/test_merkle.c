/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

/* A tree and the sorted items it was built from; tag = index of the row. */
struct built {
    struct vota_merkle_item *items;
    vota_hash *leaves;
    vota_hash *tree;
    size_t n;
};

static void *must_alloc(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    assert_non_null(memory);
    return memory;
}

static void sort(struct vota_merkle_item *items, size_t n)
{
    struct vota_merkle_item *scratch = must_alloc(n, sizeof *scratch);
    vota_merkle_sort(items, scratch, n);
    free(scratch);
}

static struct built build(const struct vota_row *rows, size_t n)
{
    struct built built = {must_alloc(n, sizeof *built.items), must_alloc(n, sizeof *built.leaves),
                          must_alloc(2 * n, sizeof *built.tree), n};
    for (size_t i = 0; i < n; i++) {
        vota_leaf_hash(&built.items[i].leaf, &rows[i]);
        built.items[i].tag = i;
    }
    sort(built.items, n);
    for (size_t i = 0; i < n; i++)
        built.leaves[i] = built.items[i].leaf;
    assert_int_equal(vota_merkle_build(built.tree, built.leaves, n), VOTA_OK);
    return built;
}

static void done(struct built *built)
{
    free(built->items);
    free(built->leaves);
    free(built->tree);
}

/* The vectors' seed rule. */
static vota_hash seeded(const char *label)
{
    struct vota_keccak keccak;
    vota_hash hash;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, "voteanchor oracle ", 18);
    vota_keccak_update(&keccak, label, strlen(label));
    vota_keccak_final(&keccak, hash.bytes);
    return hash;
}

static vota_hash seeded_number(const char *what, size_t number)
{
    char label[32];
    const int len = snprintf(label, sizeof label, "%s %zu", what, number);
    assert_in_range(len, 1, sizeof label - 1);
    return seeded(label);
}

static void seed_rows(struct vota_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct vota_row){seeded("register"), seeded_number("tag", i),
                                    seeded_number("content", i)};
}

/* A small generator whose numbers are the same everywhere. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void random_items(struct vota_merkle_item *items, size_t n, size_t equal_prefix)
{
    uint64_t seed = UINT64_C(0x9e3779b97f4a7c15) + n;
    for (size_t i = 0; i < n; i++) {
        memset(items[i].leaf.bytes, 0xab, 32);
        for (size_t at = equal_prefix; at < 32; at++)
            items[i].leaf.bytes[at] = (uint8_t)next_random(&seed);
        items[i].tag = i;
    }
}

static void the_vectors_rows_are_the_seeded_ones(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *trees = test_get(root, "trees");
    struct vota_row rows[100];
    seed_rows(rows, 100);
    json_t *texts = test_get(trees, "rows");
    for (size_t i = 0; i < json_array_size(texts); i++) {
        uint8_t bytes[VOTA_ROW_BYTES];
        test_hex(bytes, sizeof bytes, json_string_value(json_array_get(texts, i)));
        assert_memory_equal(&rows[i], bytes, sizeof bytes);
    }
    const vota_hash expected = test_hash(trees, "rows_keccak_100");
    vota_hash actual;
    vota_keccak_hash(actual.bytes, rows, sizeof rows);
    assert_hash_equal(&actual, &expected);
    json_decref(root);
}

static void check_leaves(const struct built *built, const json_t *leaves)
{
    const size_t count = json_array_size(leaves);
    assert_true(count == built->n || count == 2);
    for (size_t i = 0; i < count; i++) {
        vota_hash expected;
        test_hex(expected.bytes, 32, json_string_value(json_array_get(leaves, i)));
        const size_t at = count == built->n ? i : i * (built->n - 1);
        assert_hash_equal(&built->leaves[at], &expected);
    }
}

static void check_path(const struct built *built, const struct vota_row *rows, const json_t *path)
{
    const vota_hash leaf = test_hash(path, "leaf");
    vota_hash actual;
    vota_leaf_hash(&actual, &rows[json_integer_value(test_get(path, "row"))]);
    assert_hash_equal(&actual, &leaf);
    size_t at;
    assert_int_equal(vota_merkle_find(&at, built->tree, built->n, &leaf), VOTA_OK);
    assert_int_equal(built->items[at].tag, json_integer_value(test_get(path, "row")));

    vota_hash steps[VOTA_MERKLE_MAX_PATH];
    size_t len;
    assert_int_equal(vota_merkle_path(steps, &len, built->tree, built->n, at), VOTA_OK);
    json_t *expected = test_get(path, "path");
    assert_int_equal(len, json_array_size(expected));
    for (size_t i = 0; i < len; i++) {
        vota_hash step;
        test_hex(step.bytes, 32, json_string_value(json_array_get(expected, i)));
        assert_hash_equal(&steps[i], &step);
    }
    vota_merkle_root_of(&actual, &leaf, steps, len);
    assert_hash_equal(&actual, &built->tree[0]);
}

static void the_vectors_trees_come_out_the_same(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    struct vota_row rows[100];
    seed_rows(rows, 100);
    json_t *cases = test_get(test_get(root, "trees"), "cases");
    size_t index;
    json_t *item;
    json_array_foreach(cases, index, item)
    {
        struct built built = build(rows, (size_t)json_integer_value(test_get(item, "n")));
        const vota_hash expected = test_hash(item, "root");
        assert_hash_equal(&built.tree[0], &expected);
        check_leaves(&built, test_get(item, "leaves"));
        size_t at;
        json_t *path;
        json_array_foreach(test_get(item, "paths"), at, path) check_path(&built, rows, path);

        json_t *lengths = test_get(item, "path_lengths");
        size_t allowed = 0;
        for (size_t len = 0; len <= 40; len++)
            allowed += vota_merkle_path_length_ok(len, built.n) ? 1 : 0;
        assert_int_equal(allowed, json_array_size(lengths));
        json_t *length;
        json_array_foreach(lengths, at, length)
            assert_true(vota_merkle_path_length_ok((size_t)json_integer_value(length), built.n));
        done(&built);
    }
    assert_int_equal(json_array_size(cases), 7);
    json_decref(root);
}

/* The definition, node by node, without batches. */
static void naive_tree(vota_hash *tree, const vota_hash *leaves, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tree[2 * n - 2 - i] = leaves[i];
    for (size_t k = n - 1; k-- > 0;) {
        const vota_hash *a = &tree[2 * k + 1];
        const vota_hash *b = &tree[2 * k + 2];
        const bool ordered = memcmp(a->bytes, b->bytes, 32) < 0;
        const vota_hash both[2] = {ordered ? *a : *b, ordered ? *b : *a};
        vota_keccak_hash(tree[k].bytes, both, sizeof both);
    }
}

static void every_size_equals_the_definition_and_every_path_leads_up(void **state)
{
    (void)state;
    enum { MOST = 300 };
    static struct vota_row rows[MOST];
    static vota_hash naive[2 * MOST];
    seed_rows(rows, MOST);
    for (size_t n = 1; n <= MOST; n++) {
        struct built built = build(rows, n);
        naive_tree(naive, built.leaves, n);
        assert_memory_equal(built.tree, naive, (2 * n - 1) * sizeof naive[0]);
        assert_int_equal(vota_merkle_build_items(built.tree, built.items, n), VOTA_OK);
        assert_memory_equal(built.tree, naive, (2 * n - 1) * sizeof naive[0]);
        for (size_t i = 0; i < n; i++) {
            vota_hash path[VOTA_MERKLE_MAX_PATH];
            size_t len;
            size_t found;
            vota_hash root;
            assert_int_equal(vota_merkle_path(path, &len, built.tree, n, i), VOTA_OK);
            assert_true(vota_merkle_path_length_ok(len, n));
            vota_merkle_root_of(&root, &built.leaves[i], path, len);
            assert_hash_equal(&root, &built.tree[0]);
            assert_int_equal(vota_merkle_find(&found, built.tree, n, &built.leaves[i]), VOTA_OK);
            assert_int_equal(found, i);
        }
        done(&built);
    }
}

static void a_changed_path_or_leaf_leads_elsewhere(void **state)
{
    (void)state;
    struct vota_row rows[13];
    seed_rows(rows, 13);
    struct built built = build(rows, 13);
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    size_t len;
    vota_hash root;
    assert_int_equal(vota_merkle_path(path, &len, built.tree, 13, 5), VOTA_OK);
    for (size_t step = 0; step < len; step++) {
        for (size_t at = 0; at < 32; at++) {
            path[step].bytes[at] ^= 0x10;
            vota_merkle_root_of(&root, &built.leaves[5], path, len);
            assert_memory_not_equal(root.bytes, built.tree[0].bytes, 32);
            path[step].bytes[at] ^= 0x10;
        }
    }
    vota_merkle_root_of(&root, &built.leaves[6], path, len);
    assert_memory_not_equal(root.bytes, built.tree[0].bytes, 32);
    vota_merkle_root_of(&root, &built.leaves[5], path, len - 1);
    assert_memory_not_equal(root.bytes, built.tree[0].bytes, 32);
    done(&built);
}

static void sizes_and_orders_that_are_no_tree_are_refused(void **state)
{
    (void)state;
    size_t len = 7;
    assert_int_equal(vota_merkle_tree_len(&len, 0), VOTA_BAD_INPUT);
    assert_int_equal(vota_merkle_tree_len(&len, (size_t)VOTA_MERKLE_MAX_LEAVES + 1), VOTA_LIMIT);
    assert_int_equal(vota_merkle_tree_len(&len, SIZE_MAX), VOTA_LIMIT);
    assert_int_equal(len, 7);
    assert_int_equal(vota_merkle_tree_len(&len, VOTA_MERKLE_MAX_LEAVES), VOTA_OK);
    assert_true(len == UINT32_MAX);

    const vota_hash leaves[3] = {{{1}}, {{3}}, {{2}}};
    const struct vota_merkle_item items[2] = {{{{2}}, 0}, {{{1}}, 1}};
    vota_hash tree[5];
    assert_int_equal(vota_merkle_build(tree, leaves, 0), VOTA_BAD_INPUT);
    assert_int_equal(vota_merkle_build(tree, leaves, 3), VOTA_BAD_INPUT);
    assert_int_equal(vota_merkle_build(tree, leaves, SIZE_MAX), VOTA_LIMIT);
    assert_int_equal(vota_merkle_build_items(tree, items, 2), VOTA_BAD_INPUT);
    assert_int_equal(vota_merkle_build_items(tree, items, 0), VOTA_BAD_INPUT);
    assert_int_equal(vota_merkle_build(tree, leaves, 2), VOTA_OK);
}

static void a_leaf_that_is_not_there_has_no_path(void **state)
{
    (void)state;
    const vota_hash leaves[3] = {{{1}}, {{3}}, {{5}}};
    const vota_hash absent[4] = {{{0}}, {{2}}, {{4}}, {{6}}};
    vota_hash tree[5];
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    size_t value = 77;
    assert_int_equal(vota_merkle_build(tree, leaves, 3), VOTA_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(vota_merkle_find(&value, tree, 3, &absent[i]), VOTA_NOT_FOUND);
    assert_int_equal(vota_merkle_find(&value, tree, 0, &leaves[0]), VOTA_NOT_FOUND);
    /* The node that lies where a leaf beyond the last would is no leaf. */
    assert_true(tree[1].bytes[0] > 5);
    assert_int_equal(vota_merkle_find(&value, tree, 3, &tree[1]), VOTA_NOT_FOUND);
    assert_int_equal(vota_merkle_path(path, &value, tree, 3, 3), VOTA_BAD_INPUT);
    assert_int_equal(vota_merkle_path(path, &value, tree, 0, 0), VOTA_BAD_INPUT);
    assert_int_equal(value, 77);
}

static void path_lengths_are_the_two_logarithms_at_every_count(void **state)
{
    (void)state;
    static const uint64_t edges[] = {1,       2,          3,          4,         5,
                                     1023,    1024,       1025,       200000,    UINT32_C(1) << 31,
                                     1000000, 2147483649, UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        size_t floor = 0;
        while (floor < 63 && edges[i] >> (floor + 1) != 0)
            floor++;
        const bool power = (edges[i] & (edges[i] - 1)) == 0;
        for (size_t len = 0; len <= 100; len++) {
            const bool expected =
                len <= VOTA_MERKLE_MAX_PATH && (len == floor || (!power && len == floor + 1));
            assert_int_equal(vota_merkle_path_length_ok(len, edges[i]), expected);
        }
    }
    assert_false(vota_merkle_path_length_ok(0, 0));
    assert_false(vota_merkle_path_length_ok(1, 0));
    assert_false(vota_merkle_path_length_ok(SIZE_MAX, 5));
}

static int compare_items(const void *a, const void *b)
{
    const struct vota_merkle_item *x = a;
    const struct vota_merkle_item *y = b;
    return memcmp(x->leaf.bytes, y->leaf.bytes, 32);
}

static void sorting_equals_the_library_whatever_the_leaves_share(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 23, 24, 25, 26, 100, 1000, 20000};
    static const size_t prefixes[] = {0, 1, 2, 3, 4, 8, 31};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t p = 0; p < sizeof prefixes / sizeof prefixes[0]; p++) {
            const size_t n = sizes[s];
            struct vota_merkle_item *items = must_alloc(n, sizeof *items);
            struct vota_merkle_item *expected = must_alloc(n, sizeof *expected);
            random_items(items, n, prefixes[p]);
            memcpy(expected, items, n * sizeof *items);
            qsort(expected, n, sizeof *expected, compare_items);
            sort(items, n);
            for (size_t i = 0; i < n; i++)
                assert_hash_equal(&items[i].leaf, &expected[i].leaf);
            free(items);
            free(expected);
        }
    }
}

static void every_leaf_keeps_its_tag(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static struct vota_merkle_item items[COUNT];
    static vota_hash by_tag[COUNT];
    static bool seen[COUNT];
    random_items(items, COUNT, 0);
    for (size_t i = 0; i < COUNT; i++)
        by_tag[i] = items[i].leaf;
    sort(items, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_hash_equal(&items[i].leaf, &by_tag[items[i].tag]);
        assert_false(seen[items[i].tag]);
        seen[items[i].tag] = true;
    }
}

/* With a quadratic sort this would take minutes; it takes a fraction of a second. */
static void chosen_leaves_do_not_make_sorting_quadratic(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct vota_merkle_item *items = must_alloc(COUNT, sizeof *items);
    static const size_t prefixes[] = {4, 28, 32};
    for (size_t p = 0; p < 3; p++) {
        random_items(items, COUNT, prefixes[p]);
        sort(items, COUNT);
        for (size_t i = 1; i < COUNT; i++)
            assert_true(compare_items(&items[i - 1], &items[i]) <= 0);
    }
    for (size_t i = 0; i < COUNT; i++) {
        memset(items[i].leaf.bytes, 0, 32);
        vota_store_be(items[i].leaf.bytes + 24, 8, COUNT - i);
    }
    sort(items, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(vota_load_be(items[i].leaf.bytes + 24, 8), i + 1);
    free(items);
}

static void equal_neighbours_are_found_and_others_are_not(void **state)
{
    (void)state;
    vota_hash leaves[4] = {{{1}}, {{2}}, {{2, 1}}, {{3}}};
    struct vota_merkle_item items[4];
    size_t index = 99;
    for (size_t i = 0; i < 4; i++)
        items[i] = (struct vota_merkle_item){leaves[i], i};
    assert_false(vota_merkle_has_duplicate(leaves, 4));
    assert_false(vota_merkle_find_duplicate(&index, items, 4));
    assert_int_equal(index, 99);
    assert_false(vota_merkle_has_duplicate(leaves, 0));
    assert_false(vota_merkle_has_duplicate(leaves, 1));

    leaves[2] = leaves[1];
    items[2].leaf = items[1].leaf;
    assert_true(vota_merkle_has_duplicate(leaves, 4));
    assert_true(vota_merkle_find_duplicate(&index, items, 4));
    assert_int_equal(index, 2);
    /* A published batch with a leaf twice must still be rebuilt. */
    vota_hash tree[7];
    assert_int_equal(vota_merkle_build(tree, leaves, 4), VOTA_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_rows_are_the_seeded_ones),
        cmocka_unit_test(the_vectors_trees_come_out_the_same),
        cmocka_unit_test(every_size_equals_the_definition_and_every_path_leads_up),
        cmocka_unit_test(a_changed_path_or_leaf_leads_elsewhere),
        cmocka_unit_test(sizes_and_orders_that_are_no_tree_are_refused),
        cmocka_unit_test(a_leaf_that_is_not_there_has_no_path),
        cmocka_unit_test(path_lengths_are_the_two_logarithms_at_every_count),
        cmocka_unit_test(sorting_equals_the_library_whatever_the_leaves_share),
        cmocka_unit_test(every_leaf_keeps_its_tag),
        cmocka_unit_test(chosen_leaves_do_not_make_sorting_quadratic),
        cmocka_unit_test(equal_neighbours_are_found_and_others_are_not),
    };
    return RUN_TESTS(tests);
}
