/* SPDX-License-Identifier: Apache-2.0 */
/* Tries from sorted lists: see chain_trie.h. A node is a function of a range and a depth. */
#include "tests/chain/chain_trie.h"

#include <stdlib.h>
#include <string.h>

#include "keccak/keccak.h"
#include "proof/rlp.h"
#include "proof/trie.h"

#define NODE_MAX 640u /* a branch whose 16 children all stand inside it, and every other node */

/* Its bytes too, unless the value is too long to be wanted for a proof. */
struct node {
    uint8_t bytes[NODE_MAX];
    size_t len;
    vota_hash hash;
};

struct range {
    const struct chain_item *items;
    size_t n, depth; /* nibbles that are done */
};

static uint8_t nibble_of(const uint8_t *key, size_t i)
{
    return i % 2 == 0 ? key[i / 2] >> 4 : key[i / 2] & 0x0f;
}

static int by_key(const void *a, const void *b)
{
    const struct chain_item *left = a;
    const struct chain_item *right = b;
    const size_t len = left->key_len < right->key_len ? left->key_len : right->key_len;
    return memcmp(left->key, right->key, len);
}

void chain_trie_sort(struct chain_item *items, size_t n)
{
    if (n > 1)
        qsort(items, n, sizeof *items, by_key);
}

/* The nibbles that all keys of a range share from its depth on: first and last decide. */
static size_t shared(const struct range *range)
{
    const uint8_t *first = range->items[0].key;
    const uint8_t *last = range->items[range->n - 1].key;
    size_t i = range->depth;
    while (nibble_of(first, i) == nibble_of(last, i))
        i++;
    return i - range->depth;
}

/* The part of a range whose next nibble is this one. */
static struct range child(const struct range *range, uint8_t nibble)
{
    size_t from = 0;
    while (from < range->n && nibble_of(range->items[from].key, range->depth) < nibble)
        from++;
    size_t to = from;
    while (to < range->n && nibble_of(range->items[to].key, range->depth) == nibble)
        to++;
    return (struct range){range->items + from, to - from, range->depth + 1};
}

/* Hex-prefix encoding of nibbles from..to of a key. */
static size_t put_path(uint8_t ret[33], const uint8_t *key, size_t from, size_t to, bool is_leaf)
{
    const bool odd = (to - from) % 2 == 1;
    ret[0] = (uint8_t)((is_leaf ? 0x20u : 0u) | (odd ? 0x10u | nibble_of(key, from) : 0u));
    size_t len = 1;
    for (size_t i = from + odd; i < to; i += 2)
        ret[len++] = (uint8_t)(nibble_of(key, i) << 4 | nibble_of(key, i + 1));
    return len;
}

/* Frames a payload that is small enough to keep. */
static void finish(struct node *node, const struct vota_wr *payload)
{
    struct vota_wr wr = vota_wr_of(node->bytes, sizeof node->bytes);
    vota_rlp_put_list(&wr, payload->len);
    vota_wr_put(&wr, payload->to, payload->len);
    VOTA_ASSERT(vota_wr_fits(&wr) && vota_wr_fits(payload));
    node->len = wr.len;
    vota_keccak_hash(node->hash.bytes, node->bytes, node->len);
}

/* A leaf of any length, hashed without a copy. */
static void long_leaf(struct node *node, const uint8_t *path, size_t path_len,
                      struct vota_slice value)
{
    uint8_t bytes[64];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const size_t value_len = vota_rlp_size_of_string(value.at, value.len);
    vota_rlp_put_list(&wr, vota_rlp_size_of_string(path, path_len) + value_len);
    vota_rlp_put_string(&wr, path, path_len);
    struct vota_wr frame = vota_wr_of(bytes + wr.len, sizeof bytes - wr.len);
    uint8_t head[9];
    struct vota_wr whole = vota_wr_of(head, sizeof head);
    vota_rlp_put_string(&whole, value.at, value.len); /* its frame fits, the rest is only counted */
    vota_wr_put(&frame, head, value_len - value.len);
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, bytes, wr.len + frame.len);
    vota_keccak_update(&keccak, value.at, value.len);
    vota_keccak_final(&keccak, node->hash.bytes);
    node->len = wr.len + value_len;
}

static void make_leaf(struct node *node, const struct range *range)
{
    uint8_t path[33];
    uint8_t payload[NODE_MAX];
    const struct chain_item *item = range->items;
    const size_t len = put_path(path, item->key, range->depth, 2 * item->key_len, true);
    if (item->value.len > NODE_MAX - 64) {
        long_leaf(node, path, len, item->value);
        return;
    }
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    vota_rlp_put_string(&wr, path, len);
    vota_rlp_put_string(&wr, item->value.at, item->value.len);
    finish(node, &wr);
}

/* A node whose children are being made. */
struct frame {
    struct range range;
    size_t nibbles; /* of an extension; 0: a branch, or a leaf */
    uint8_t next;   /* child */
    uint8_t payload[NODE_MAX];
    struct vota_wr wr;
};

static void open_frame(struct frame *frame, struct range range)
{
    uint8_t path[33];
    frame->range = range;
    frame->nibbles = range.n > 1 ? shared(&range) : 0;
    frame->next = 0;
    frame->wr = vota_wr_of(frame->payload, sizeof frame->payload);
    if (frame->nibbles == 0)
        return;
    const size_t to = range.depth + frame->nibbles;
    const size_t len = put_path(path, range.items[0].key, range.depth, to, false);
    vota_rlp_put_string(&frame->wr, path, len);
}

/* The next child that is there; false: none is left. */
static bool next_child(struct frame *frame, struct range *ret_range)
{
    const struct range *range = &frame->range;
    if (range->n == 1)
        return false;
    if (frame->nibbles > 0) {
        *ret_range = (struct range){range->items, range->n, range->depth + frame->nibbles};
        return frame->next++ == 0;
    }
    for (; frame->next < 16; frame->next++) {
        *ret_range = child(range, frame->next);
        if (ret_range->n > 0) {
            frame->next++;
            return true;
        }
        vota_rlp_put_string(&frame->wr, NULL, 0);
    }
    return false;
}

static void close_frame(struct node *node, struct frame *frame)
{
    if (frame->range.n == 1) {
        make_leaf(node, &frame->range);
        return;
    }
    if (frame->nibbles == 0)
        vota_rlp_put_string(&frame->wr, NULL, 0); /* a branch's own value */
    finish(node, &frame->wr);
}

/* How a parent names a node: by its hash, or by itself when that is shorter. */
static void put_reference(struct vota_wr *wr, const struct node *node)
{
    if (node->len < 32)
        vota_wr_put(wr, node->bytes, node->len);
    else
        vota_rlp_put_string(wr, node->hash.bytes, 32);
}

/* As deep as a key has nibbles, so a stack of that size does. */
static void make_node(struct node *node, const struct range *range)
{
    struct frame frames[CHAIN_PATH_NODES];
    struct range below;
    size_t n = 0;
    open_frame(&frames[n++], *range);
    while (n > 0) {
        if (next_child(&frames[n - 1], &below)) {
            VOTA_ASSERT(n < CHAIN_PATH_NODES);
            open_frame(&frames[n++], below);
            continue;
        }
        close_frame(node, &frames[--n]);
        if (n > 0)
            put_reference(&frames[n - 1].wr, node);
    }
}

vota_hash chain_trie_root(const struct chain_item *items, size_t n)
{
    struct node node;
    const struct range all = {items, n, 0};
    if (n == 0)
        return vota_trie_empty_root;
    make_node(&node, &all);
    return node.hash;
}

static void append(struct chain_path *path, const struct node *node)
{
    const size_t at = path->n > 0 ? path->at[path->n - 1] + path->len[path->n - 1] : 0;
    VOTA_ASSERT(path->n < CHAIN_PATH_NODES && node->len <= NODE_MAX &&
                at + node->len <= sizeof path->bytes);
    memcpy(path->bytes + at, node->bytes, node->len);
    path->at[path->n] = at;
    path->len[path->n++] = node->len;
}

/* Whether the key goes on through the extension at the top of a range. */
static bool passes(const struct range *range, size_t nibbles, const uint8_t *key)
{
    for (size_t i = range->depth; i < range->depth + nibbles; i++) {
        if (nibble_of(key, i) != nibble_of(range->items[0].key, i))
            return false;
    }
    return true;
}

void chain_trie_prove(struct chain_path *ret_path, const struct chain_item *items, size_t n,
                      const uint8_t *key)
{
    struct range range = {items, n, 0};
    ret_path->n = 0;
    while (range.n > 0) {
        struct node node;
        make_node(&node, &range);
        if (ret_path->n == 0 || node.len >= 32)
            append(ret_path, &node);
        if (range.n == 1)
            return;
        const size_t nibbles = shared(&range);
        if (nibbles == 0)
            range = child(&range, nibble_of(key, range.depth));
        else if (passes(&range, nibbles, key))
            range.depth += nibbles;
        else
            return;
    }
}
