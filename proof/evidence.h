/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence-mpt-v1 (PROTOCOL 7): header, account and storage nodes prove a
 * contract's journal head in a block; parent, entry and later entry hashes fold
 * to that head; a path leads from a leaf to the entry's root. Knows no receipt
 * codec and no network.
 */
#ifndef VOTA_PROOF_EVIDENCE_H
#define VOTA_PROOF_EVIDENCE_H

#include "proof/header.h"
#include "proof/trie.h"

#define VOTA_EVIDENCE_FORMAT "evidence-mpt-v1"

/* Borrowed slices: eth_getProof for the contract and its slot 0, and the header of that block. */
struct vota_evidence {
    struct vota_slice header;
    struct vota_slice account[VOTA_TRIE_MAX_NODES];
    size_t account_count;
    struct vota_slice storage[VOTA_TRIE_MAX_NODES];
    size_t storage_count;
};

/* The first thing that fails, in this order; INCLUDED when nothing does. */
enum vota_evidence_code {
    VOTA_EVIDENCE_INCLUDED = 0,
    VOTA_EVIDENCE_HEADER_FORM,
    VOTA_EVIDENCE_HEADER_ITEMS,
    VOTA_EVIDENCE_RLP_INTEGER,
    VOTA_EVIDENCE_OLDER_HEADER,
    VOTA_EVIDENCE_HEADER_HASH,
    VOTA_EVIDENCE_MISSING_NODE, /* these four of the account path or the storage path */
    VOTA_EVIDENCE_UNUSED_NODE,
    VOTA_EVIDENCE_NODE_HASH,
    VOTA_EVIDENCE_NODE_FORM,
    VOTA_EVIDENCE_NO_ACCOUNT,
    VOTA_EVIDENCE_ACCOUNT_SHAPE,
    VOTA_EVIDENCE_CODE_HASH,
    VOTA_EVIDENCE_NO_HEAD,
    VOTA_EVIDENCE_STORAGE_VALUE,
    VOTA_EVIDENCE_FOLD,
    VOTA_EVIDENCE_PATH_LENGTH,
    VOTA_EVIDENCE_PATH_ROOT,
    VOTA_EVIDENCE_CODES
};

/* What the user holds the evidence to. */
struct vota_evidence_trust {
    vota_hash block_hash;
    vota_addr contract;
    vota_hash code_hash;
};

/* The entry in its journal: kind 2, as the receipt names it. */
struct vota_batch_entry {
    uint64_t number;
    uint64_t block;
    uint64_t time;
    vota_hash root;
    uint64_t count;
};

/* What is claimed: this leaf, by this path, in this entry, before these. */
struct vota_claim {
    vota_hash leaf;
    const vota_hash *path;
    size_t path_len;
    struct vota_batch_entry entry;
    vota_hash parent;
    const vota_hash *later;
    size_t later_count;
};

/* What was compared when the check ended, for a finding; zero where it never came so far. */
struct vota_evidence_detail {
    struct vota_header header;
    vota_hash code_hash; /* of the account */
    vota_hash head;      /* proven: the value of slot 0 */
    vota_hash folded;    /* computed: parent, entry, later */
    vota_hash root;      /* computed: leaf and path */
};

/*
 * Steps 0 to 5 without a claim: proves the head of trust->contract in
 * trust->block_hash. not_before is the entry whose block and time the header must
 * not precede, or NULL. Returns INCLUDED when detail->head is proven.
 * *ret_detail is always written.
 */
enum vota_evidence_code vota_evidence_prove_head(struct vota_evidence_detail *ret_detail,
                                                 const struct vota_evidence *evidence,
                                                 const struct vota_evidence_trust *trust,
                                                 const struct vota_batch_entry *not_before);

/* All of PROTOCOL 7; the first failure in its order decides. *ret_detail is always written. */
enum vota_evidence_code vota_evidence_check(struct vota_evidence_detail *ret_detail,
                                            const struct vota_evidence *evidence,
                                            const struct vota_evidence_trust *trust,
                                            const struct vota_claim *claim);

/* Steps 5 and 6 alone, for a head that is known in another way. */
enum vota_evidence_code vota_evidence_check_claim(struct vota_evidence_detail *ret_detail,
                                                  const vota_hash *head,
                                                  const struct vota_claim *claim);

/* Step 6 alone: the path leads from the leaf to the entry's root, and may be that long. */
enum vota_evidence_code vota_evidence_check_path(vota_hash *ret_root,
                                                 const struct vota_claim *claim);

/* The journal entry that a receipt's entry stands for. */
void vota_evidence_entry(struct vota_entry *ret_entry, const struct vota_batch_entry *entry);

/*
 * PROTOCOL 7, last lines: NOT_VALID for path length, path root and proven
 * absence; VALID for INCLUDED; everything else NOT_CHECKED.
 */
enum vota_verdict vota_evidence_verdict(enum vota_evidence_code code);

/* The code as in vectors and reports: "path-root", ... */
const char *vota_evidence_name(enum vota_evidence_code code);

#endif
