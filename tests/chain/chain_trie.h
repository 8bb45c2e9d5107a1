/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds Merkle-Patricia tries (yellow paper, appendix D) from sorted lists: the
 * root, and the nodes to a key. Independent of proof/trie.c, which reads them.
 */
#ifndef VOTA_TESTS_CHAIN_CHAIN_TRIE_H
#define VOTA_TESTS_CHAIN_CHAIN_TRIE_H

#include "proof/bytes.h"

#define CHAIN_PATH_NODES 65u
#define CHAIN_PATH_BYTES 16384u

/* No key may be the beginning of another; values are not empty. */
struct chain_item {
    uint8_t key[32];
    size_t key_len;
    struct vota_slice value;
};

/* Nodes from the root down, as eth_getProof has them. */
struct chain_path {
    uint8_t bytes[CHAIN_PATH_BYTES];
    size_t at[CHAIN_PATH_NODES], len[CHAIN_PATH_NODES];
    size_t n;
};

void chain_trie_sort(struct chain_item *items, size_t n);

/* Of sorted items. */
vota_hash chain_trie_root(const struct chain_item *items, size_t n);
void chain_trie_prove(struct chain_path *ret_path, const struct chain_item *items, size_t n,
                      const uint8_t *key);

#endif
