/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path through a Merkle-Patricia trie (yellow paper, appendix D), as
 * eth_getProof gives it: nodes from the root down, each named by the hash in the
 * one before; nodes shorter than 32 bytes stand inside their parent. Knows
 * neither accounts nor storage.
 */
#ifndef VOTA_PROOF_TRIE_H
#define VOTA_PROOF_TRIE_H

#include "proof/bytes.h"

/* 64 nibbles of a key give at most 64 branches and a leaf. */
#define VOTA_TRIE_MAX_NODES 65u

/* keccak(0x80): the root of a trie that holds nothing. */
extern const vota_hash vota_trie_empty_root;

/* What the nodes show. Everything below ABSENT shows nothing at all. */
enum vota_trie_result {
    VOTA_TRIE_PRESENT = 0,  /* the key is there, with the value returned */
    VOTA_TRIE_ABSENT,       /* the key is proven not to be there */
    VOTA_TRIE_MISSING_NODE, /* the path goes on, the nodes do not */
    VOTA_TRIE_UNUSED_NODE,  /* the path has ended, a node is left over */
    VOTA_TRIE_NODE_HASH,    /* a node is not the one its parent names */
    VOTA_TRIE_NODE_FORM     /* not canonical RLP, or no leaf, extension or branch */
};

/*
 * Follows key (already hashed: keccak(address), keccak(slot)) from root.
 * Guarantees: the answer is a function of the bytes; PRESENT and ABSENT hold for
 * every trie with that root. *ret_value borrows from the nodes, is set only when
 * PRESENT and never empty.
 * An empty trie is shown by no node, or by the single node 0x80.
 */
enum vota_trie_result vota_trie_prove(struct vota_slice *ret_value, const vota_hash *root,
                                      const vota_hash *key, const struct vota_slice *nodes,
                                      size_t node_count);

#endif
