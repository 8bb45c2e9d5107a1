/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes whose hashes are made to fit, so that the walk goes deep: the input is a
 * key, then nodes with two bytes of length; where a node holds a0 ee it gets the
 * hash of the next one there.
 */
#include "tests/fuzz/fuzz.h"

#include "keccak/keccak.h"
#include "proof/trie.h"

#define MOST 8192u

struct nodes {
    struct vota_slice at[VOTA_TRIE_MAX_NODES];
    size_t count;
};

static void read_nodes(struct nodes *nodes, struct vota_rd rd)
{
    const uint8_t *len;
    while (nodes->count < VOTA_TRIE_MAX_NODES && (len = vota_rd_take(&rd, 2)) != NULL) {
        const size_t wanted = (size_t)vota_load_be(len, 2);
        const size_t taken = wanted < rd.left ? wanted : rd.left;
        nodes->at[nodes->count++] = (struct vota_slice){vota_rd_take(&rd, taken), taken};
    }
}

/* Bottom up, so that a parent's hash covers what was put into it. */
static void link_nodes(const struct nodes *nodes, uint8_t *bytes, const uint8_t *data)
{
    for (size_t i = nodes->count; i-- > 1;) {
        const struct vota_slice parent = nodes->at[i - 1];
        uint8_t *at = bytes + (parent.at - data);
        for (size_t j = 0; j + 33 <= parent.len; j++) {
            if (at[j] != 0xa0 || at[j + 1] != 0xee)
                continue;
            vota_keccak_hash(at + j + 1, bytes + (nodes->at[i].at - data), nodes->at[i].len);
            break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[MOST];
    struct nodes nodes = {.count = 0};
    vota_hash key;
    vota_hash root;
    if (size < sizeof key || size > MOST)
        return 0;
    vota_bytes_copy(key.bytes, data, sizeof key);
    vota_bytes_copy(bytes, data, size);
    read_nodes(&nodes, vota_rd_of(data + sizeof key, size - sizeof key));
    if (nodes.count == 0)
        return 0;
    link_nodes(&nodes, bytes, data);
    for (size_t i = 0; i < nodes.count; i++)
        nodes.at[i].at = bytes + (nodes.at[i].at - data);
    vota_keccak_hash(root.bytes, nodes.at[0].at, nodes.at[0].len);

    struct vota_slice value = {NULL, 0};
    const enum vota_trie_result result =
        vota_trie_prove(&value, &root, &key, nodes.at, nodes.count);
    VOTA_ASSERT((result == VOTA_TRIE_PRESENT) == (value.len > 0));
    if (result == VOTA_TRIE_PRESENT)
        VOTA_ASSERT(value.at >= bytes && value.at + value.len <= bytes + size);
    if (result == VOTA_TRIE_PRESENT || result == VOTA_TRIE_ABSENT) {
        const enum vota_trie_result less =
            vota_trie_prove(&value, &root, &key, nodes.at, nodes.count - 1);
        VOTA_ASSERT(less == VOTA_TRIE_MISSING_NODE ||
                    vota_hash_equal(&root, &vota_trie_empty_root));
    }
    return 0;
}
