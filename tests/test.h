/* SPDX-License-Identifier: Apache-2.0 */
/* What every test file includes: cmocka in the order it wants, and the shared vectors. */
#ifndef VOTA_TESTS_TEST_H
#define VOTA_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proof/hex.h"

#define RUN_TESTS(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* tests/vectors/protocol-v1.json, parsed; the caller owns the reference. */
static inline json_t *test_vectors(void)
{
    json_error_t error;
    json_t *root = json_load_file(VOTA_SOURCE_DIR "/tests/vectors/protocol-v1.json", 0, &error);
    assert_non_null(root);
    return root;
}

/* Member `key` of an object, which must exist; borrowed. */
static inline json_t *test_get(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (value == NULL)
        fail_msg("no member %s", key);
    return value;
}

static inline const char *test_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(test_get(object, key));
    assert_non_null(text);
    return text;
}

/* 0x-hex text to exactly len bytes. */
static inline void test_hex(void *ret_bytes, size_t len, const char *text)
{
    assert_int_equal(vota_hex_read(ret_bytes, len, text, strlen(text)), VOTA_OK);
}

/* 0x-hex of any length to heap bytes that the caller frees. */
static inline uint8_t *test_hex_any(size_t *ret_len, const char *text)
{
    const size_t len = (strlen(text) - 2) / 2;
    uint8_t *bytes = malloc(len > 0 ? len : 1);
    assert_non_null(bytes);
    test_hex(bytes, len, text);
    *ret_len = len;
    return bytes;
}

static inline vota_hash test_hash(const json_t *object, const char *key)
{
    vota_hash hash;
    test_hex(hash.bytes, sizeof hash.bytes, test_text(object, key));
    return hash;
}

static inline vota_addr test_addr(const json_t *object, const char *key)
{
    vota_addr addr;
    test_hex(addr.bytes, sizeof addr.bytes, test_text(object, key));
    return addr;
}

static inline void assert_hash_equal(const vota_hash *a, const vota_hash *b)
{
    assert_memory_equal(a->bytes, b->bytes, sizeof a->bytes);
}

#endif
