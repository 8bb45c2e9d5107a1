/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON view of a receipt (PROTOCOL 9), as vectors have it, as struct
 * vota_receipt. For tests only: it trusts its input, which is our own.
 */
#ifndef VOTA_TESTS_PROOF_RECEIPT_FROM_JSON_H
#define VOTA_TESTS_PROOF_RECEIPT_FROM_JSON_H

#include "proof/receipt.h"
#include "tests/test.h"

/* Heap bytes that a receipt borrows, all freed at once. */
struct test_pool {
    void *blocks[1024];
    size_t count;
};

static inline void *test_pool_keep(struct test_pool *pool, void *block)
{
    assert_true(pool->count < sizeof pool->blocks / sizeof pool->blocks[0]);
    pool->blocks[pool->count++] = block;
    return block;
}

static inline void test_pool_done(struct test_pool *pool)
{
    while (pool->count > 0)
        free(pool->blocks[--pool->count]);
}

static inline struct vota_slice test_slice(struct test_pool *pool, const json_t *hex)
{
    size_t len;
    uint8_t *bytes = test_pool_keep(pool, test_hex_any(&len, json_string_value(hex)));
    return (struct vota_slice){bytes, len};
}

static inline struct vota_slice test_text_slice(const json_t *object, const char *key)
{
    const json_t *text = test_get(object, key);
    return (struct vota_slice){(const uint8_t *)json_string_value(text), json_string_length(text)};
}

static inline uint64_t test_number(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(test_get(object, key));
}

static inline vota_hash *test_hashes(size_t *ret_count, struct test_pool *pool, const json_t *array)
{
    const size_t count = json_array_size(array);
    vota_hash *hashes = test_pool_keep(pool, calloc(count + 1, sizeof *hashes));
    for (size_t i = 0; i < count; i++)
        test_hex(hashes[i].bytes, 32, json_string_value(json_array_get(array, i)));
    *ret_count = count;
    return hashes;
}

static inline void test_evidence(struct vota_evidence *ret_evidence, struct test_pool *pool,
                                 const json_t *json)
{
    const json_t *account = test_get(json, "account");
    const json_t *storage = test_get(json, "storage");
    *ret_evidence = (struct vota_evidence){.header = test_slice(pool, test_get(json, "header")),
                                           .account_count = json_array_size(account),
                                           .storage_count = json_array_size(storage)};
    for (size_t i = 0; i < ret_evidence->account_count; i++)
        ret_evidence->account[i] = test_slice(pool, json_array_get(account, i));
    for (size_t i = 0; i < ret_evidence->storage_count; i++)
        ret_evidence->storage[i] = test_slice(pool, json_array_get(storage, i));
}

static inline void test_anchor(struct vota_anchor *ret_anchor, struct test_pool *pool,
                               const json_t *json)
{
    const json_t *entry = test_get(json, "entry");
    ret_anchor->chain_id = test_number(json, "chain_id");
    ret_anchor->chain_genesis = test_hash(json, "chain_genesis");
    ret_anchor->contract = test_addr(json, "contract");
    ret_anchor->parent = test_hash(json, "parent");
    ret_anchor->entry = (struct vota_batch_entry){.number = test_number(entry, "number"),
                                                  .block = test_number(entry, "block"),
                                                  .time = test_number(entry, "time"),
                                                  .root = test_hash(entry, "root"),
                                                  .count = test_number(entry, "count")};
    const json_t *later = json_object_get(json, "later");
    ret_anchor->has_later = later != NULL;
    if (later != NULL)
        ret_anchor->later = test_hashes(&ret_anchor->later_count, pool, later);
    const json_t *evidence = json_object_get(json, "evidence");
    ret_anchor->has_evidence = evidence != NULL;
    if (evidence != NULL)
        test_evidence(&ret_anchor->evidence, pool, evidence);
}

static inline void test_acceptance(struct vota_acceptance *ret_acceptance, const json_t *json)
{
    ret_acceptance->chain_id = test_number(json, "chain_id");
    ret_acceptance->contract = test_addr(json, "contract");
    ret_acceptance->accepted_at = test_number(json, "accepted_at");
    ret_acceptance->anchor_by = test_number(json, "anchor_by");
    test_hex(ret_acceptance->signature, 65, test_text(json, "signature"));
}

/* *ret_receipt borrows from json and from the pool. */
static inline void test_receipt(struct vota_receipt *ret_receipt, struct test_pool *pool,
                                const json_t *json)
{
    memset(ret_receipt, 0, sizeof *ret_receipt);
    const json_t *row = test_get(json, "row");
    ret_receipt->row = (struct vota_row){.register_hash = test_hash(row, "register"),
                                         .tag = test_hash(row, "tag"),
                                         .content_hash = test_hash(row, "content_hash")};
    ret_receipt->path = test_hashes(&ret_receipt->path_len, pool, test_get(json, "path"));
    const json_t *anchors = test_get(json, "anchors");
    ret_receipt->anchor_count = json_array_size(anchors);
    for (size_t i = 0; i < ret_receipt->anchor_count; i++)
        test_anchor(&ret_receipt->anchors[i], pool, json_array_get(anchors, i));
    ret_receipt->has_acceptance = json_object_get(json, "acceptance") != NULL;
    if (ret_receipt->has_acceptance)
        test_acceptance(&ret_receipt->acceptance, test_get(json, "acceptance"));
    ret_receipt->has_definition = json_object_get(json, "definition") != NULL;
    if (ret_receipt->has_definition)
        ret_receipt->definition = test_text_slice(json, "definition");
    const json_t *opening = json_object_get(json, "opening");
    ret_receipt->has_opening = opening != NULL;
    if (opening != NULL) {
        ret_receipt->opening.city_salt = test_hash(opening, "city_salt");
        ret_receipt->opening.citizen_salt = test_hash(opening, "citizen_salt");
        ret_receipt->opening.content = test_text_slice(opening, "content");
    }
}

#endif
