/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk from the root to the end of a key: see trie.h.
 *
 *   branch      list of 17: 16 children by the next nibble, then a value
 *   extension   list of 2: hex-prefixed nibbles (flag 0 or 1), child
 *   leaf        list of 2: hex-prefixed nibbles (flag 2 or 3), value
 *   child       empty string | hash of a node of 32 bytes or more | shorter node in place
 *   prefix      high nibble of the first byte is the flag; an odd number of
 *               nibbles (flags 1, 3) begins in its low half, else that is 0
 */
#include "proof/trie.h"

#include "keccak/keccak.h"
#include "proof/rlp.h"

#define KEY_NIBBLES  64u
#define BRANCH_ITEMS 17u

const vota_hash vota_trie_empty_root = {{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6,
                                         0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
                                         0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0,
                                         0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

/* Where the walk stands: what names the next node, or how it ended. */
struct walk {
    const vota_hash *key;
    size_t depth; /* nibbles of key already followed */
    const struct vota_slice *nodes;
    size_t left;               /* nodes not yet opened */
    struct vota_rlp_item next; /* the child that the last node names */
    bool ended;
    enum vota_trie_result result; /* once ended */
    struct vota_slice value;      /* if PRESENT */
};

static void end(struct walk *walk, enum vota_trie_result result)
{
    walk->ended = true;
    walk->result = result;
}

static void end_present(struct walk *walk, const struct vota_rlp_item *value)
{
    walk->value = value->payload;
    end(walk, VOTA_TRIE_PRESENT);
}

static uint8_t nibble_of(const uint8_t *bytes, size_t index)
{
    const uint8_t byte = bytes[index / 2];
    return index % 2 == 0 ? (uint8_t)(byte >> 4u) : (uint8_t)(byte & 0xfu);
}

static bool is_empty(const struct vota_rlp_item *item)
{
    return !item->is_list && item->payload.len == 0;
}

/* Whether an item can stand where a branch has a child. */
static bool is_child(const struct vota_rlp_item *item)
{
    if (item->is_list)
        return item->whole.len < sizeof(vota_hash);
    return item->payload.len == 0 || item->payload.len == sizeof(vota_hash);
}

static bool is_branch(const struct vota_rlp_item items[BRANCH_ITEMS])
{
    for (size_t i = 0; i < BRANCH_ITEMS - 1; i++) {
        if (!is_child(&items[i]))
            return false;
    }
    return !items[BRANCH_ITEMS - 1].is_list;
}

static void step_branch(struct walk *walk, const struct vota_rlp_item items[BRANCH_ITEMS])
{
    const bool at_end = walk->depth == KEY_NIBBLES;
    const size_t index = at_end ? BRANCH_ITEMS - 1 : nibble_of(walk->key->bytes, walk->depth);
    if (!is_branch(items))
        end(walk, VOTA_TRIE_NODE_FORM);
    else if (is_empty(&items[index]))
        end(walk, VOTA_TRIE_ABSENT);
    else if (at_end)
        end_present(walk, &items[index]);
    else {
        walk->next = items[index];
        walk->depth++;
    }
}

/* The nibbles that a leaf or an extension adds. */
struct prefix {
    const uint8_t *bytes;
    size_t first; /* index of the first nibble */
    size_t count;
    bool is_leaf;
};

/* False if the bytes are none of the four forms. */
static bool read_prefix(struct prefix *ret_prefix, const struct vota_rlp_item *item)
{
    const struct vota_slice bytes = item->payload;
    if (item->is_list || bytes.len == 0)
        return false;
    const uint8_t flag = nibble_of(bytes.at, 0);
    const bool odd = flag % 2 == 1;
    if (flag > 3 || (!odd && nibble_of(bytes.at, 1) != 0))
        return false;
    const size_t first = odd ? 1 : 2;
    *ret_prefix = (struct prefix){bytes.at, first, bytes.len * 2 - first, flag >= 2};
    return true;
}

/* Whether the key goes on with these nibbles; if so they are followed. */
static bool follow_prefix(struct walk *walk, const struct prefix *prefix)
{
    if (prefix->count > KEY_NIBBLES - walk->depth)
        return false;
    for (size_t i = 0; i < prefix->count; i++) {
        if (nibble_of(prefix->bytes, prefix->first + i) !=
            nibble_of(walk->key->bytes, walk->depth + i))
            return false;
    }
    walk->depth += prefix->count;
    return true;
}

static void step_leaf(struct walk *walk, const struct prefix *prefix,
                      const struct vota_rlp_item *value)
{
    if (value->is_list || is_empty(value))
        end(walk, VOTA_TRIE_NODE_FORM);
    else if (follow_prefix(walk, prefix) && walk->depth == KEY_NIBBLES)
        end_present(walk, value);
    else
        end(walk, VOTA_TRIE_ABSENT);
}

static void step_extension(struct walk *walk, const struct prefix *prefix,
                           const struct vota_rlp_item *child)
{
    if (prefix->count == 0 || is_empty(child) || !is_child(child))
        end(walk, VOTA_TRIE_NODE_FORM);
    else if (follow_prefix(walk, prefix))
        walk->next = *child;
    else
        end(walk, VOTA_TRIE_ABSENT);
}

/* The items of a list, BRANCH_ITEMS at most; 0 if there are more, or it is none. */
static size_t read_items(struct vota_rlp_item ret_items[BRANCH_ITEMS],
                         const struct vota_rlp_item *node)
{
    struct vota_rd rd = vota_rd_of_slice(node->payload);
    size_t count = 0;
    if (!node->is_list)
        return 0;
    while (rd.left > 0) {
        if (count == BRANCH_ITEMS || vota_rlp_next(&rd, &ret_items[count], NULL) != VOTA_OK)
            return 0;
        count++;
    }
    return count;
}

/* One node further. */
static void step(struct walk *walk, const struct vota_rlp_item *node)
{
    struct vota_rlp_item items[BRANCH_ITEMS];
    struct prefix prefix;
    const size_t count = read_items(items, node);
    if (count == BRANCH_ITEMS)
        step_branch(walk, items);
    else if (count != 2 || !read_prefix(&prefix, &items[0]))
        end(walk, VOTA_TRIE_NODE_FORM);
    else if (prefix.is_leaf)
        step_leaf(walk, &prefix, &items[1]);
    else
        step_extension(walk, &prefix, &items[1]);
}

/* Opens the node of that hash, which must be the next one given, and goes through it. */
static void step_hash(struct walk *walk, const vota_hash *name, size_t min_len)
{
    struct vota_rlp_item node;
    if (walk->left == 0) {
        end(walk, VOTA_TRIE_MISSING_NODE);
        return;
    }
    const struct vota_slice bytes = *walk->nodes;
    vota_hash hash;
    vota_keccak_hash(hash.bytes, bytes.at, bytes.len);
    walk->nodes++;
    walk->left--;
    if (!vota_hash_equal(&hash, name))
        end(walk, VOTA_TRIE_NODE_HASH);
    else if (bytes.len < min_len || vota_rlp_read(&node, bytes.at, bytes.len, NULL) != VOTA_OK)
        end(walk, VOTA_TRIE_NODE_FORM);
    else if (is_empty(&node)) /* 0x80, the empty trie */
        end(walk, VOTA_TRIE_ABSENT);
    else
        step(walk, &node);
}

static void step_child(struct walk *walk)
{
    const struct vota_rlp_item child = walk->next;
    vota_hash name;
    if (child.is_list) {
        step(walk, &child);
        return;
    }
    vota_bytes_copy(name.bytes, child.payload.at, sizeof name.bytes);
    step_hash(walk, &name, sizeof name.bytes); /* a shorter one would stand in its parent */
}

enum vota_trie_result vota_trie_prove(struct vota_slice *ret_value, const vota_hash *root,
                                      const vota_hash *key, const struct vota_slice *nodes,
                                      size_t node_count)
{
    struct walk walk = {.key = key, .nodes = nodes, .left = node_count};
    if (node_count == 0 && vota_hash_equal(root, &vota_trie_empty_root))
        return VOTA_TRIE_ABSENT;
    step_hash(&walk, root, 1);
    while (!walk.ended) /* each round follows a nibble of the key, or ends */
        step_child(&walk);
    const bool holds = walk.result == VOTA_TRIE_PRESENT || walk.result == VOTA_TRIE_ABSENT;
    if (holds && walk.left > 0)
        return VOTA_TRIE_UNUSED_NODE;
    if (walk.result == VOTA_TRIE_PRESENT)
        *ret_value = walk.value;
    return walk.result;
}
