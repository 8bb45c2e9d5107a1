/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tries made by hand, node by node, so that every form and every way to end is
 * walked; tries of another implementation are the oracle's.
 */
#include "keccak/keccak.h"
#include "proof/rlp.h"
#include "proof/trie.h"
#include "tests/test.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A node under construction; its bytes are whole after finish(). */
struct node {
    uint8_t payload[1200];
    struct vota_wr items;
    uint8_t bytes[1204];
    size_t len;
};

static void start(struct node *node)
{
    node->items = vota_wr_of(node->payload, sizeof node->payload);
}

static void finish(struct node *node)
{
    struct vota_wr wr = vota_wr_of(node->bytes, sizeof node->bytes);
    vota_rlp_put_list(&wr, node->items.len);
    vota_wr_put(&wr, node->payload, node->items.len);
    assert_true(vota_wr_fits(&wr));
    node->len = wr.len;
}

static vota_hash hash_of(const struct node *node)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, node->bytes, node->len);
    return hash;
}

/* A reference to a child: in place when short, else its hash. NULL = none. */
static void put_child(struct node *node, const struct node *child)
{
    if (child == NULL) {
        vota_wr_byte(&node->items, 0x80);
    } else if (child->len < 32) {
        vota_wr_put(&node->items, child->bytes, child->len);
    } else {
        const vota_hash hash = hash_of(child);
        vota_rlp_put_string(&node->items, hash.bytes, 32);
    }
}

/* The hex prefix of `count` nibbles of key from `first`. */
static void put_prefix(struct node *node, const vota_hash *key, size_t first, size_t count,
                       bool is_leaf)
{
    uint8_t prefix[33] = {0};
    const size_t offset = count % 2 == 1 ? 1 : 2;
    prefix[0] = (uint8_t)((is_leaf ? 0x20u : 0u) | (count % 2 == 1 ? 0x10u : 0u));
    for (size_t i = 0; i < count; i++) {
        const uint8_t byte = key->bytes[(first + i) / 2];
        const uint8_t nibble = (first + i) % 2 == 0 ? (uint8_t)(byte >> 4u) : (uint8_t)(byte & 15u);
        const size_t at = offset + i;
        prefix[at / 2] |= at % 2 == 0 ? (uint8_t)(nibble << 4u) : nibble;
    }
    vota_rlp_put_string(&node->items, prefix, (offset + count) / 2);
}

static void make_leaf(struct node *node, const vota_hash *key, size_t depth, const char *value)
{
    start(node);
    put_prefix(node, key, depth, 64 - depth, true);
    vota_rlp_put_string(&node->items, value, strlen(value));
    finish(node);
}

static void make_extension(struct node *node, const vota_hash *key, size_t depth, size_t count,
                           const struct node *child)
{
    start(node);
    put_prefix(node, key, depth, count, false);
    put_child(node, child);
    finish(node);
}

static void make_branch(struct node *node, size_t index, const struct node *child,
                        const struct node *other, const char *value)
{
    start(node);
    for (size_t i = 0; i < 16; i++)
        put_child(node, i == index ? child : i == (index + 1) % 16 ? other : NULL);
    vota_rlp_put_string(&node->items, value, strlen(value));
    finish(node);
}

static struct vota_slice slice_of(const struct node *node)
{
    return (struct vota_slice){node->bytes, node->len};
}

/* A key whose nibbles are 0, 1, 2, ... f, 0, 1, ... */
static vota_hash counting_key(void)
{
    vota_hash key = {{0}};
    for (size_t i = 0; i < 32; i++)
        key.bytes[i] = (uint8_t)((i * 0x22 + 0x01) & 0xffu);
    return key;
}

static void assert_present(enum vota_trie_result result, struct vota_slice value, const char *text)
{
    assert_int_equal(result, VOTA_TRIE_PRESENT);
    assert_int_equal(value.len, strlen(text));
    assert_memory_equal(value.at, text, value.len);
}

static void an_empty_trie_holds_nothing(void **state)
{
    (void)state;
    const vota_hash key = counting_key();
    const uint8_t empty[] = {0x80};
    const struct vota_slice node = {empty, 1};
    struct vota_slice value;
    vota_hash root;
    vota_keccak_hash(root.bytes, empty, 1);
    assert_hash_equal(&root, &vota_trie_empty_root);
    assert_int_equal(vota_trie_prove(&value, &root, &key, NULL, 0), VOTA_TRIE_ABSENT);
    assert_int_equal(vota_trie_prove(&value, &root, &key, &node, 1), VOTA_TRIE_ABSENT);
    const struct vota_slice twice[] = {node, node};
    assert_int_equal(vota_trie_prove(&value, &root, &key, twice, 2), VOTA_TRIE_UNUSED_NODE);
    root.bytes[0] ^= 1u;
    assert_int_equal(vota_trie_prove(&value, &root, &key, NULL, 0), VOTA_TRIE_MISSING_NODE);
}

static void a_leaf_alone_is_the_trie(void **state)
{
    (void)state;
    static struct node leaf;
    vota_hash key = counting_key();
    struct vota_slice value;
    make_leaf(&leaf, &key, 0, "value");
    const vota_hash root = hash_of(&leaf);
    const struct vota_slice nodes[] = {slice_of(&leaf)};
    assert_present(vota_trie_prove(&value, &root, &key, nodes, 1), value, "value");
    key.bytes[31] ^= 1u; /* diverges at the last nibble */
    assert_int_equal(vota_trie_prove(&value, &root, &key, nodes, 1), VOTA_TRIE_ABSENT);
    key.bytes[31] ^= 1u;
    key.bytes[0] ^= 0x10u; /* and at the first */
    assert_int_equal(vota_trie_prove(&value, &root, &key, nodes, 1), VOTA_TRIE_ABSENT);
}

/* branch -> extension of 3 -> branch -> leaf, every node named by its hash. */
struct path {
    vota_hash key;
    struct node leaf;
    struct node other;
    struct node low;
    struct node extension;
    struct node top;
    vota_hash root;
    struct vota_slice nodes[5];
};

static void make_path(struct path *path, const char *value)
{
    path->key = counting_key();
    vota_hash other = path->key;
    other.bytes[2] ^= 0x10u;
    make_leaf(&path->leaf, &path->key, 5, value);
    make_leaf(&path->other, &other, 5, "another value");
    make_branch(&path->low, 4, &path->leaf, &path->other, "");
    make_extension(&path->extension, &path->key, 1, 3, &path->low);
    make_branch(&path->top, 0, &path->extension, NULL, "");
    path->root = hash_of(&path->top);
    path->nodes[0] = slice_of(&path->top);
    path->nodes[1] = slice_of(&path->extension);
    path->nodes[2] = slice_of(&path->low);
    path->nodes[3] = slice_of(&path->leaf);
    path->nodes[4] = slice_of(&path->other);
}

static void a_path_of_every_kind_of_node_is_followed(void **state)
{
    (void)state;
    static struct path path;
    struct vota_slice value;
    make_path(&path, "value");
    assert_present(vota_trie_prove(&value, &path.root, &path.key, path.nodes, 4), value, "value");
    /* Each way to give too few, too many or the wrong nodes. */
    for (size_t count = 0; count < 4; count++)
        assert_int_equal(vota_trie_prove(&value, &path.root, &path.key, path.nodes, count),
                         VOTA_TRIE_MISSING_NODE);
    assert_int_equal(vota_trie_prove(&value, &path.root, &path.key, path.nodes, 5),
                     VOTA_TRIE_UNUSED_NODE);
    path.nodes[3] = path.nodes[4];
    assert_int_equal(vota_trie_prove(&value, &path.root, &path.key, path.nodes, 4),
                     VOTA_TRIE_NODE_HASH);
    path.root.bytes[31] ^= 1u;
    assert_int_equal(vota_trie_prove(&value, &path.root, &path.key, path.nodes, 4),
                     VOTA_TRIE_NODE_HASH);
}

static void absence_ends_at_each_kind_of_node(void **state)
{
    (void)state;
    static struct path path;
    struct vota_slice value = {NULL, 77};
    make_path(&path, "value");
    static const struct {
        size_t byte;
        uint8_t flip;
        size_t nodes; /* that show it */
    } cases[] = {
        {0, 0x20, 1},  /* nibble 0 -> 2: no such child of the top branch */
        {0, 0x02, 2},  /* nibble 1: leaves the extension at its start */
        {1, 0x01, 2},  /* nibble 3: at its end */
        {2, 0x80, 3},  /* nibble 4 -> c: no such child of the low branch */
        {31, 0x01, 4}, /* the leaf has another end */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        vota_hash key = path.key;
        key.bytes[cases[i].byte] ^= cases[i].flip;
        assert_int_equal(vota_trie_prove(&value, &path.root, &key, path.nodes, cases[i].nodes),
                         VOTA_TRIE_ABSENT);
        assert_int_equal(value.len, 77);
        if (cases[i].nodes < 4)
            assert_int_equal(
                vota_trie_prove(&value, &path.root, &key, path.nodes, cases[i].nodes + 1),
                VOTA_TRIE_UNUSED_NODE);
        assert_int_equal(vota_trie_prove(&value, &path.root, &key, path.nodes, cases[i].nodes - 1),
                         VOTA_TRIE_MISSING_NODE);
    }
}

static void short_nodes_stand_in_their_parents(void **state)
{
    (void)state;
    /* Two keys that differ in the last nibble: their leaves are empty paths, 4 bytes each. */
    static struct node leaf;
    static struct node other;
    static struct node low;
    static struct node extension;
    vota_hash key = counting_key();
    struct vota_slice value;
    make_leaf(&leaf, &key, 64, "v");
    make_leaf(&other, &key, 64, "w");
    assert_int_equal(leaf.len, 3);
    make_branch(&low, key.bytes[31] & 15u, &leaf, &other, "");
    assert_in_range(low.len, 20, 31);
    make_extension(&extension, &key, 0, 63, &low);
    const vota_hash root = hash_of(&extension);
    const struct vota_slice nodes[] = {slice_of(&extension), slice_of(&low)};
    assert_present(vota_trie_prove(&value, &root, &key, nodes, 1), value, "v");
    assert_int_equal(vota_trie_prove(&value, &root, &key, nodes, 2), VOTA_TRIE_UNUSED_NODE);
    const uint8_t last = key.bytes[31];
    key.bytes[31] = (uint8_t)((last & 0xf0u) | ((last + 1u) & 15u));
    assert_present(vota_trie_prove(&value, &root, &key, nodes, 1), value, "w");
    key.bytes[31] = (uint8_t)((last & 0xf0u) | ((last + 2u) & 15u));
    assert_int_equal(vota_trie_prove(&value, &root, &key, nodes, 1), VOTA_TRIE_ABSENT);
}

static void a_short_node_named_by_its_hash_is_no_node(void **state)
{
    (void)state;
    static struct node leaf;
    static struct node branch;
    const vota_hash key = counting_key();
    struct vota_slice value;
    make_leaf(&leaf, &key, 64, "v");
    const vota_hash name = hash_of(&leaf);
    start(&branch);
    put_prefix(&branch, &key, 0, 64, false);
    vota_rlp_put_string(&branch.items, name.bytes, 32);
    finish(&branch);
    const vota_hash root = hash_of(&branch);
    const struct vota_slice nodes[] = {slice_of(&branch), slice_of(&leaf)};
    assert_int_equal(vota_trie_prove(&value, &root, &key, nodes, 2), VOTA_TRIE_NODE_FORM);
}

static void a_branch_at_the_end_of_the_key_holds_the_value(void **state)
{
    (void)state;
    static struct node extension;
    static struct node branch;
    const vota_hash key = counting_key();
    struct vota_slice value;
    static const char *const values[] = {"a value of thirty-two or more bytes", ""};
    for (size_t i = 0; i < 2; i++) {
        make_branch(&branch, 0, NULL, NULL, values[i]);
        make_extension(&extension, &key, 0, 64, &branch);
        const vota_hash root = hash_of(&extension);
        const struct vota_slice nodes[] = {slice_of(&extension), slice_of(&branch)};
        const size_t count = branch.len < 32 ? 1 : 2;
        const enum vota_trie_result result = vota_trie_prove(&value, &root, &key, nodes, count);
        if (i == 0)
            assert_present(result, value, values[i]);
        else
            assert_int_equal(result, VOTA_TRIE_ABSENT);
    }
}

static void a_path_does_not_go_beyond_its_key(void **state)
{
    (void)state;
    /* 64 nibbles, then an extension of one more, then a leaf. */
    static struct node leaf;
    static struct node deep;
    static struct node extension;
    const vota_hash key = counting_key();
    struct vota_slice value;
    make_leaf(&leaf, &key, 30, "a value that makes nodes long");
    make_extension(&deep, &key, 0, 1, &leaf);
    make_extension(&extension, &key, 0, 64, &deep);
    const vota_hash root = hash_of(&extension);
    const struct vota_slice nodes[] = {slice_of(&extension), slice_of(&deep), slice_of(&leaf)};
    const enum vota_trie_result result = vota_trie_prove(&value, &root, &key, nodes, 2);
    assert_int_equal(result, VOTA_TRIE_ABSENT);
}

static void a_leaf_that_ends_early_is_another_key(void **state)
{
    (void)state;
    static struct node leaf;
    const vota_hash key = counting_key();
    struct vota_slice value;
    start(&leaf);
    put_prefix(&leaf, &key, 0, 40, true);
    vota_rlp_put_string(&leaf.items, "a value that is long enough", 27);
    finish(&leaf);
    const vota_hash root = hash_of(&leaf);
    const struct vota_slice nodes[] = {slice_of(&leaf)};
    assert_int_equal(vota_trie_prove(&value, &root, &key, nodes, 1), VOTA_TRIE_ABSENT);
}

static void what_is_no_node_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "0x01",           /* no list */
        "0x830102030405", /* trailing bytes */
        "0xc0",           /* an empty list */
        "0xc22001",       /* an even leaf of no nibbles: a leaf, and another key's */
        "0xc20001",       /* an extension of no nibbles */
        "0xc24001",       /* no such flag */
        "0xc22101",       /* a padding nibble that is not zero */
        "0xc28001",       /* no prefix at all */
        "0xc2c001",       /* a list as prefix */
        "0xc3c12001",     /* though what is in it would be one */
        "0xc22080",       /* an empty value */
        "0xc220c0",       /* a list as value */
        "0xc21180",       /* an extension to nothing */
        "0xc21101",       /* an extension to one byte */
        "0xc3202020",     /* three items */
        "0xd2808080808080808080808080808080808080", /* eighteen */
        "0xd10180808080808080808080808080808080",   /* a child of one byte */
        "0xd180808080808080808080808080808080c0",   /* a list as a branch's value */
        "0xc3208105",                               /* a byte in two */
    };
    const vota_hash key = counting_key();
    for (size_t i = 0; i < COUNT(refused); i++) {
        size_t len;
        uint8_t *bytes = test_hex_any(&len, refused[i]);
        const struct vota_slice node = {bytes, len};
        struct vota_slice value;
        vota_hash root;
        vota_keccak_hash(root.bytes, bytes, len);
        const enum vota_trie_result result = vota_trie_prove(&value, &root, &key, &node, 1);
        if (strcmp(refused[i], "0xc22001") == 0)
            assert_int_equal(result, VOTA_TRIE_ABSENT);
        else if (result != VOTA_TRIE_NODE_FORM)
            fail_msg("%s: %d", refused[i], (int)result);
        free(bytes);
    }
}

static void a_list_of_thirty_two_bytes_does_not_stand_in_a_parent(void **state)
{
    (void)state;
    static struct node child;
    static struct node extension;
    const vota_hash key = counting_key();
    struct vota_slice value;
    for (size_t len = 27; len <= 28; len++) { /* 31 and 32 bytes of child */
        start(&child);
        put_prefix(&child, &key, 63, 1, true);
        vota_rlp_put_string(&child.items, "abcdefghijklmnopqrstuvwxyz12", len);
        finish(&child);
        start(&extension);
        put_prefix(&extension, &key, 0, 63, false);
        vota_wr_put(&extension.items, child.bytes, child.len);
        finish(&extension);
        const vota_hash root = hash_of(&extension);
        const struct vota_slice nodes[] = {slice_of(&extension)};
        const enum vota_trie_result result = vota_trie_prove(&value, &root, &key, nodes, 1);
        assert_int_equal(child.len, len + 3);
        assert_int_equal(result, child.len < 32 ? VOTA_TRIE_PRESENT : VOTA_TRIE_NODE_FORM);
    }
}

static void the_longest_path_has_sixty_five_nodes(void **state)
{
    (void)state;
    static struct node nodes[VOTA_TRIE_MAX_NODES];
    static struct node siblings[VOTA_TRIE_MAX_NODES];
    const vota_hash key = counting_key();
    struct vota_slice slices[VOTA_TRIE_MAX_NODES];
    struct vota_slice value;
    make_leaf(&nodes[64], &key, 64, "a value that makes the leaf a node of its own");
    make_leaf(&siblings[0], &key, 40, "a sibling that makes every branch a node of its own");
    for (size_t depth = 64; depth > 0; depth--) {
        const uint8_t byte = key.bytes[(depth - 1) / 2];
        const size_t index = (depth - 1) % 2 == 0 ? byte >> 4u : byte & 15u;
        make_branch(&nodes[depth - 1], index, &nodes[depth], &siblings[0], "");
    }
    for (size_t i = 0; i < VOTA_TRIE_MAX_NODES; i++)
        slices[i] = slice_of(&nodes[i]);
    const vota_hash root = hash_of(&nodes[0]);
    assert_int_equal(vota_trie_prove(&value, &root, &key, slices, VOTA_TRIE_MAX_NODES),
                     VOTA_TRIE_PRESENT);
    assert_int_equal(vota_trie_prove(&value, &root, &key, slices, VOTA_TRIE_MAX_NODES - 1),
                     VOTA_TRIE_MISSING_NODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_trie_holds_nothing),
        cmocka_unit_test(a_leaf_alone_is_the_trie),
        cmocka_unit_test(a_path_of_every_kind_of_node_is_followed),
        cmocka_unit_test(absence_ends_at_each_kind_of_node),
        cmocka_unit_test(short_nodes_stand_in_their_parents),
        cmocka_unit_test(a_short_node_named_by_its_hash_is_no_node),
        cmocka_unit_test(a_branch_at_the_end_of_the_key_holds_the_value),
        cmocka_unit_test(a_path_does_not_go_beyond_its_key),
        cmocka_unit_test(a_leaf_that_ends_early_is_another_key),
        cmocka_unit_test(what_is_no_node_is_refused),
        cmocka_unit_test(a_list_of_thirty_two_bytes_does_not_stand_in_a_parent),
        cmocka_unit_test(the_longest_path_has_sixty_five_nodes),
    };
    return RUN_TESTS(tests);
}
