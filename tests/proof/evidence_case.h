/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vectors' evidence as cases: the receipt of a real node, with one of the
 * `changes` made to it, or with one of the states made `by_hand`. For tests.
 */
#ifndef VOTA_TESTS_PROOF_EVIDENCE_CASE_H
#define VOTA_TESTS_PROOF_EVIDENCE_CASE_H

#include "proof/leaf.h"
#include "tests/proof/receipt_from_json.h"

/* A receipt, and what its first anchor is held to. */
struct evidence_case {
    struct vota_receipt receipt;
    struct vota_evidence_trust trust;
};

/* Flips a hex digit of borrowed bytes, counted from the first after 0x. */
static inline void flip_digit(struct vota_slice *slice, struct test_pool *pool, size_t digit)
{
    uint8_t *copy = test_pool_keep(pool, malloc(slice->len));
    memcpy(copy, slice->at, slice->len);
    copy[digit / 2] ^= digit % 2 == 0 ? 0x10u : 0x01u;
    slice->at = copy;
}

static inline void append_to_path(struct vota_receipt *receipt, struct test_pool *pool,
                                  const vota_hash *step)
{
    vota_hash *path = test_pool_keep(pool, calloc(receipt->path_len + 1, sizeof *path));
    memcpy(path, receipt->path, receipt->path_len * sizeof *path);
    path[receipt->path_len++] = *step;
    receipt->path = path;
}

/* One of the vectors' `change` texts; fails on one that it does not know. */
static inline void apply_change(struct evidence_case *c, struct test_pool *pool, const char *change)
{
    struct vota_anchor *anchor = &c->receipt.anchors[0];
    struct vota_evidence *evidence = &anchor->evidence;
    if (strcmp(change, "content_hash: first digit flipped") == 0)
        c->receipt.row.content_hash.bytes[0] ^= 0x10u;
    else if (strcmp(change, "path: last step removed") == 0)
        c->receipt.path_len -= 1;
    else if (strcmp(change, "path: last two steps removed") == 0)
        c->receipt.path_len -= 2;
    else if (strcmp(change, "path: root appended") == 0)
        append_to_path(&c->receipt, pool, &anchor->entry.root);
    else if (strcmp(change, "entry.count 14") == 0)
        anchor->entry.count = 14;
    else if (strcmp(change, "entry.time one second later") == 0)
        anchor->entry.time += 1;
    else if (strcmp(change, "parent: first digit flipped") == 0)
        anchor->parent.bytes[0] ^= 0x10u;
    else if (strcmp(change, "later: first removed") == 0) {
        anchor->later++;
        anchor->later_count--;
    } else if (strcmp(change, "header: last digit flipped") == 0)
        flip_digit(&evidence->header, pool, evidence->header.len * 2 - 1);
    else if (strcmp(change, "account: last node removed") == 0)
        evidence->account_count--;
    else if (strcmp(change, "account: first node repeated at the end") == 0)
        evidence->account[evidence->account_count++] = evidence->account[0];
    else if (strcmp(change, "storage: digit 20 of the first node flipped") == 0)
        flip_digit(&evidence->storage[0], pool, 20);
    else if (strcmp(change, "contract: another address") == 0)
        anchor->contract.bytes[0] ^= 0x10u;
    else if (strcmp(change, "trusted.codeHash: another") == 0)
        c->trust.code_hash.bytes[0] ^= 0x10u;
    else if (strcmp(change, "trusted.blockHash: another") == 0)
        c->trust.block_hash.bytes[0] ^= 0x10u;
    else if (strcmp(change, "path: last step removed; parent: first digit flipped") == 0) {
        c->receipt.path_len -= 1;
        anchor->parent.bytes[0] ^= 0x10u;
    } else
        fail_msg("unknown change: %s", change);
}

/* The unchanged case. */
static inline void evidence_case_init(struct evidence_case *ret_case, struct test_pool *pool,
                                      const json_t *part)
{
    const json_t *trusted = test_get(part, "trusted");
    test_receipt(&ret_case->receipt, pool, test_get(part, "receipt"));
    ret_case->trust = (struct vota_evidence_trust){.block_hash = test_hash(trusted, "blockHash"),
                                                   .contract = test_addr(trusted, "contract"),
                                                   .code_hash = test_hash(trusted, "codeHash")};
}

/* A state made by hand, which has its own evidence and block, and perhaps parent and later. */
static inline void apply_by_hand(struct evidence_case *c, struct test_pool *pool,
                                 const json_t *by_hand)
{
    struct vota_anchor *anchor = &c->receipt.anchors[0];
    test_evidence(&anchor->evidence, pool, test_get(by_hand, "evidence"));
    c->trust.block_hash = test_hash(by_hand, "block_hash");
    if (json_object_get(by_hand, "parent") != NULL)
        anchor->parent = test_hash(by_hand, "parent");
    if (json_object_get(by_hand, "later") != NULL)
        anchor->later = test_hashes(&anchor->later_count, pool, test_get(by_hand, "later"));
}

/* What a receipt claims of its first anchor. */
static inline void claim_of(struct vota_claim *ret_claim, const struct vota_receipt *receipt)
{
    const struct vota_anchor *anchor = &receipt->anchors[0];
    *ret_claim = (struct vota_claim){.path = receipt->path,
                                     .path_len = receipt->path_len,
                                     .entry = anchor->entry,
                                     .parent = anchor->parent,
                                     .later = anchor->later,
                                     .later_count = anchor->later_count};
    vota_leaf_hash(&ret_claim->leaf, &receipt->row);
}

/* The words of PROTOCOL 8 as vectors have them. */
static inline enum vota_verdict verdict_of(const char *text)
{
    if (strcmp(text, "valid") == 0)
        return VOTA_VALID;
    if (strcmp(text, "not valid") == 0)
        return VOTA_NOT_VALID;
    assert_string_equal(text, "could not check");
    return VOTA_NOT_CHECKED;
}

#endif
