/* SPDX-License-Identifier: Apache-2.0 */
/* The tries that the scripted chain builds are those that the production verifier reads. */
#include "proof/hex.h"
#include "proof/trie.h"
#include "tests/chain/chain_trie.h"
#include "tests/test.h"

#define ITEMS 60u

static uint64_t random_state = 1;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

struct table {
    struct chain_item items[ITEMS];
    uint8_t values[ITEMS][48];
    size_t n;
};

/* Keys whose nibbles are few, so that they share long beginnings, or are quite random. */
static void random_key(uint8_t key[32], unsigned style)
{
    for (size_t i = 0; i < 32; i++) {
        key[i] = style == 0 || i == 31 ? (uint8_t)next_random() : 0;
        if (style == 1 && i % 8 == 0)
            key[i] = (uint8_t)(next_random() % 3);
    }
}

static bool has_key(const struct table *table, const uint8_t key[32])
{
    for (size_t i = 0; i < table->n; i++) {
        if (memcmp(table->items[i].key, key, 32) == 0)
            return true;
    }
    return false;
}

static void fill(struct table *table, size_t n, unsigned style)
{
    table->n = 0;
    while (table->n < n) {
        struct chain_item *item = &table->items[table->n];
        uint8_t *value = table->values[table->n];
        uint8_t key[32];
        random_key(key, style);
        if (has_key(table, key))
            continue;
        memcpy(item->key, key, 32);
        item->key_len = 32;
        item->value = (struct vota_slice){value, 1 + next_random() % 48};
        for (size_t i = 0; i < item->value.len; i++)
            value[i] = (uint8_t)next_random();
        table->n++;
    }
    chain_trie_sort(table->items, table->n);
}

static enum vota_trie_result ask(struct vota_slice *ret_value, const struct chain_path *path,
                                 const vota_hash *root, const uint8_t key[32])
{
    struct vota_slice nodes[VOTA_TRIE_MAX_NODES];
    vota_hash wanted;
    memcpy(wanted.bytes, key, 32);
    for (size_t i = 0; i < path->n; i++)
        nodes[i] = (struct vota_slice){path->bytes + path->at[i], path->len[i]};
    return vota_trie_prove(ret_value, root, &wanted, nodes, path->n);
}

static void check_present(const struct table *table, const vota_hash *root)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct chain_item *item = &table->items[i];
        struct chain_path path;
        struct vota_slice value;
        chain_trie_prove(&path, table->items, table->n, item->key);
        assert_int_equal(ask(&value, &path, root, item->key), VOTA_TRIE_PRESENT);
        assert_int_equal(value.len, item->value.len);
        assert_memory_equal(value.at, item->value.at, value.len);
        path.bytes[path.at[path.n - 1] + path.len[path.n - 1] - 1] ^= 1;
        assert_int_not_equal(ask(&value, &path, root, item->key), VOTA_TRIE_PRESENT);
    }
}

static void check_absent(const struct table *table, const vota_hash *root, unsigned style)
{
    for (size_t i = 0; i < ITEMS; i++) {
        struct chain_path path;
        struct vota_slice value;
        uint8_t key[32];
        random_key(key, style);
        if (has_key(table, key))
            continue;
        chain_trie_prove(&path, table->items, table->n, key);
        assert_int_equal(ask(&value, &path, root, key), VOTA_TRIE_ABSENT);
    }
}

static void test_random_tries(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 60; round++) {
        struct table table;
        const unsigned style = round % 3;
        fill(&table, round % ITEMS, style);
        const vota_hash root = chain_trie_root(table.items, table.n);
        check_present(&table, &root);
        check_absent(&table, &root, style);
    }
}

/* The order in which things were put in is no part of a trie; a value is. */
static void test_root_is_of_content(void **state)
{
    (void)state;
    struct table table;
    fill(&table, 20, 0);
    const vota_hash root = chain_trie_root(table.items, table.n);
    const struct chain_item first = table.items[0];
    table.items[0] = table.items[19];
    table.items[19] = first;
    chain_trie_sort(table.items, table.n);
    const vota_hash again = chain_trie_root(table.items, table.n);
    assert_hash_equal(&root, &again);
    table.values[7][0] ^= 1;
    const vota_hash other = chain_trie_root(table.items, table.n);
    assert_memory_not_equal(root.bytes, other.bytes, 32);
}

/* One receipt {status 1, gas 0x5208, no logs} of a block: a root that others computed. */
static void test_known_root(void **state)
{
    (void)state;
    const vota_hash none = chain_trie_root(NULL, 0);
    assert_hash_equal(&none, &vota_trie_empty_root);
    uint8_t receipt[] = {0xf9, 0x01, 0x08, 0x01, 0x82, 0x52, 0x08, 0xb9, 0x01, 0x00};
    uint8_t whole[sizeof receipt + 256 + 1] = {0};
    memcpy(whole, receipt, sizeof receipt);
    whole[sizeof whole - 1] = 0xc0;
    const struct chain_item item = {{0x80}, 1, {whole, sizeof whole}};
    const vota_hash root = chain_trie_root(&item, 1);
    vota_hash expected;
    test_hex(expected.bytes, 32,
             "0x056b23fbba480696b65fe5a59b8f2148a1299103c4f57df839233af2cf4ca2d2");
    assert_hash_equal(&root, &expected);
}

/* A value too long to be kept is hashed in pieces: the same as at once. */
static void test_long_value(void **state)
{
    (void)state;
    static uint8_t value[5000];
    struct chain_item items[2] = {{{0x80}, 1, {value, sizeof value}}, {{0x01}, 1, {value, 40}}};
    memset(value, 0xab, sizeof value);
    chain_trie_sort(items, 2);
    const vota_hash root = chain_trie_root(items, 2);
    vota_hash expected;
    test_hex(expected.bytes, 32,
             "0x8a533c756221a79231ddd213c4c24234741df1ad6f4bd1d26b6d10328ed9ef4f");
    assert_hash_equal(&root, &expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_tries),
        cmocka_unit_test(test_root_is_of_content),
        cmocka_unit_test(test_known_root),
        cmocka_unit_test(test_long_value),
    };
    return RUN_TESTS(tests);
}
