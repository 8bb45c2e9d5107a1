/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the rules share: texts that the vectors give as cuts of a base. */
#ifndef VOTA_TESTS_PROOF_RULES_H
#define VOTA_TESTS_PROOF_RULES_H

#include "proof/definition.h"
#include "tests/test.h"

/* A heap text; the caller frees `bytes`. */
struct rules_text {
    uint8_t *bytes;
    size_t len;
};

static inline struct vota_slice rules_slice(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

/* 0 to below - 1, the same in every run: xorshift64. */
static inline uint64_t rules_random(uint64_t below)
{
    static uint64_t state = UINT64_C(88172645463325252);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % below;
}

/* The first `head` bytes of the base, insert, its last `tail` bytes. */
static inline struct rules_text rules_splice(const char *base, size_t head, const uint8_t *insert,
                                             size_t insert_len, size_t tail)
{
    const size_t base_len = strlen(base);
    assert_true(head <= base_len && tail <= base_len);
    struct rules_text text = {.len = head + insert_len + tail};
    text.bytes = malloc(text.len + 1);
    assert_non_null(text.bytes);
    memcpy(text.bytes, base, head);
    if (insert_len > 0)
        memcpy(text.bytes + head, insert, insert_len);
    memcpy(text.bytes + head + insert_len, base + base_len - tail, tail);
    return text;
}

/* The text of a kind in records.definitions. */
static inline const char *rules_base(const json_t *root, const char *kind)
{
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(root, "records"), "definitions"), i, one)
    {
        if (strcmp(test_text(one, "kind"), kind) == 0)
            return test_text(one, "text");
    }
    fail_msg("no definition of kind %s", kind);
    return NULL;
}

/* A text given as `cut` [base, head, insert, tail] of `base`, or as `hex`. */
static inline struct rules_text rules_cut(const json_t *one, const char *base)
{
    size_t insert_len;
    uint8_t *insert;
    struct rules_text text;
    const json_t *cut = json_object_get(one, "cut");
    if (cut == NULL) {
        insert = test_hex_any(&insert_len, test_text(one, "hex"));
        text = rules_splice("", 0, insert, insert_len, 0);
    } else {
        insert = test_hex_any(&insert_len, json_string_value(json_array_get(cut, 2)));
        text = rules_splice(base, (size_t)json_integer_value(json_array_get(cut, 1)), insert,
                            insert_len, (size_t)json_integer_value(json_array_get(cut, 3)));
    }
    free(insert);
    return text;
}

#endif
