/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/header.h"
#include "proof/rlp.h"
#include "tests/test.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* tests/vectors/headers.json; the caller owns the reference. */
static json_t *real_headers(void)
{
    json_error_t error;
    json_t *headers = json_load_file(VOTA_SOURCE_DIR "/tests/vectors/headers.json", 0, &error);
    assert_non_null(headers);
    return headers;
}

static uint64_t number_of(const json_t *header, const char *key)
{
    return (uint64_t)json_integer_value(test_get(header, key));
}

static void real_headers_of_every_fork_have_their_hash(void **state)
{
    (void)state;
    json_t *headers = real_headers();
    size_t index;
    const json_t *expected;
    assert_int_equal(json_array_size(headers), 5);
    json_array_foreach(headers, index, expected)
    {
        size_t len;
        uint8_t *rlp = test_hex_any(&len, test_text(expected, "rlp"));
        const vota_hash hash = test_hash(expected, "hash");
        const vota_hash state_root = test_hash(expected, "state_root");
        const vota_hash parent_hash = test_hash(expected, "parent_hash");
        struct vota_header header;
        struct vota_header_gas gas;
        assert_int_equal(vota_header_read(&header, (struct vota_slice){rlp, len}, NULL), VOTA_OK);
        assert_hash_equal(&header.hash, &hash);
        assert_hash_equal(&header.state_root, &state_root);
        assert_int_equal(header.items, number_of(expected, "items"));
        assert_int_equal(header.number, number_of(expected, "number"));
        assert_int_equal(header.time, number_of(expected, "time"));
        assert_int_equal(vota_header_read_gas(&gas, (struct vota_slice){rlp, len}, NULL), VOTA_OK);
        assert_hash_equal(&gas.parent_hash, &parent_hash);
        assert_int_equal(gas.gas_limit, number_of(expected, "gas_limit"));
        assert_int_equal(gas.gas_used, number_of(expected, "gas_used"));
        assert_int_equal(gas.base_fee, number_of(expected, "base_fee"));
        free(rlp);
    }
    json_decref(headers);
}

/*
 * The first `count` items of Sepolia's first Amsterdam block, which has 23, as a
 * header of its own, with the bytes of further items behind.
 */
static struct vota_slice build(uint8_t *buffer, size_t cap, size_t count, const char *extra)
{
    json_t *headers = real_headers();
    size_t len;
    size_t extra_len;
    uint8_t *rlp = test_hex_any(&len, test_text(json_array_get(headers, 4), "rlp"));
    uint8_t *bytes = test_hex_any(&extra_len, extra);
    struct vota_rlp_item list;
    struct vota_rlp_item item;
    assert_int_equal(vota_rlp_read(&list, rlp, len, NULL), VOTA_OK);
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_OK);
    const size_t kept = list.payload.len - rd.left;
    struct vota_wr wr = vota_wr_of(buffer, cap);
    vota_rlp_put_list(&wr, kept + extra_len);
    vota_wr_put(&wr, list.payload.at, kept);
    vota_wr_put(&wr, bytes, extra_len);
    assert_true(vota_wr_fits(&wr));
    free(bytes);
    free(rlp);
    json_decref(headers);
    return (struct vota_slice){buffer, wr.len};
}

static void fields_that_nobody_knows_yet_do_no_harm(void **state)
{
    (void)state;
    static const char *const extras[] = {"0x01", "0x80", "0xc0", "0xc3c20102", "0x0102820304"};
    for (size_t i = 0; i < COUNT(extras); i++) {
        uint8_t buffer[1024];
        struct vota_header header;
        struct vota_header_gas gas;
        const struct vota_slice rlp = build(buffer, sizeof buffer, 23, extras[i]);
        assert_int_equal(vota_header_read(&header, rlp, NULL), VOTA_OK);
        assert_int_equal(header.number, 11856337);
        assert_int_equal(vota_header_read_gas(&gas, rlp, NULL), VOTA_OK);
        assert_int_equal(gas.base_fee, 0x3d7386e5);
    }
}

/* The reason for which both readers refuse a header; neither may touch what it returns. */
static void assert_refused(struct vota_slice rlp, const char *reason)
{
    struct vota_header header = {.number = 77};
    struct vota_error err = {VOTA_OK, NULL, ""};
    assert_int_equal(vota_header_read(&header, rlp, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, reason);
    assert_int_equal(header.number, 77);
    struct vota_header_gas gas = {.gas_limit = 77};
    if (vota_header_read_gas(&gas, rlp, NULL) != VOTA_OK)
        assert_int_equal(gas.gas_limit, 77);
}

static void what_is_not_one_canonical_list_is_no_header(void **state)
{
    (void)state;
    uint8_t buffer[8192];
    struct vota_slice rlp = build(buffer, sizeof buffer, 23, "0x");
    assert_refused((struct vota_slice){buffer, rlp.len - 1}, "header-form");
    buffer[rlp.len] = 0;
    assert_refused((struct vota_slice){buffer, rlp.len + 1}, "header-form");
    assert_refused((struct vota_slice){NULL, 0}, "header-form");
    rlp = build(buffer, sizeof buffer, 23, "0x8105");
    assert_refused(rlp, "header-form");
    rlp = build(buffer, sizeof buffer, 23, "0xc28105"); /* inside a list within */
    assert_refused(rlp, "header-form");
    const uint8_t string[] = {0x83, 'd', 'o', 'g'};
    assert_refused((struct vota_slice){string, sizeof string}, "header-form");
}

static void a_header_has_a_largest_size(void **state)
{
    (void)state;
    static uint8_t buffer[8192];
    char extra[8192];
    /* 671 bytes with a frame of 3; a string of n < 65536 takes 3 + n. */
    const size_t fits = VOTA_HEADER_MAX_BYTES - 671 - 3;
    for (size_t more = 0; more < 2; more++) {
        const size_t len = fits + more;
        (void)snprintf(extra, sizeof extra, "0xb9%04zx", len);
        memset(extra + 8, '1', len * 2);
        extra[8 + len * 2] = '\0';
        const struct vota_slice rlp = build(buffer, sizeof buffer, 23, extra);
        assert_int_equal(rlp.len, VOTA_HEADER_MAX_BYTES + more);
        struct vota_header header;
        if (more == 0)
            assert_int_equal(vota_header_read(&header, rlp, NULL), VOTA_OK);
        else
            assert_refused(rlp, "header-form");
    }
}

static void fifteen_items_are_too_few(void **state)
{
    (void)state;
    uint8_t buffer[1024];
    assert_refused(build(buffer, sizeof buffer, 15, "0x"), "header-items");
    const uint8_t empty[] = {0xc0};
    assert_refused((struct vota_slice){empty, 1}, "header-items");
}

/* A list of sixteen empty strings but for one item. */
static struct vota_slice with_item(uint8_t *buffer, size_t cap, size_t position, const char *item)
{
    size_t len;
    uint8_t *bytes = test_hex_any(&len, item);
    static const uint8_t root[33] = {0xa0};
    struct vota_wr items = vota_wr_of(buffer + 3, cap - 3);
    for (size_t i = 0; i < 16; i++) {
        if (i == position)
            vota_wr_put(&items, bytes, len);
        else if (i == 0 || i == 3)
            vota_wr_put(&items, root, sizeof root);
        else
            vota_wr_byte(&items, 0x80);
    }
    uint8_t frame[3];
    struct vota_wr wr = vota_wr_of(frame, sizeof frame);
    vota_rlp_put_list(&wr, items.len);
    memcpy(buffer + 3 - wr.len, frame, wr.len);
    free(bytes);
    return (struct vota_slice){buffer + 3 - wr.len, wr.len + items.len};
}

static void the_items_that_are_read_have_one_form(void **state)
{
    (void)state;
    static const struct {
        size_t position;
        const char *item;
        const char *reason; /* of vota_header_read; NULL = it does not look there */
        bool gas_ok;
    } cases[] = {
        {16, "0x80", NULL, true}, /* none changed */
        {8, "0x820001", "rlp-integer", true},
        {8, "0x89010000000000000000", "rlp-integer", true},
        {8, "0xc101", "rlp-integer", true},
        {11, "0x00", "rlp-integer", true},
        {3, "0x80", "header-form", true},
        {3, "0xc0", "header-form", true},
        {0, "0x80", NULL, false},
        {9, "0x00", NULL, false},
        {10, "0x820001", NULL, false},
        {15, "0x89010000000000000000", NULL, false},
        {15, "0x88ffffffffffffffff", NULL, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t buffer[256];
        const struct vota_slice rlp =
            with_item(buffer, sizeof buffer, cases[i].position, cases[i].item);
        struct vota_header header;
        struct vota_header_gas gas;
        if (cases[i].reason == NULL)
            assert_int_equal(vota_header_read(&header, rlp, NULL), VOTA_OK);
        else
            assert_refused(rlp, cases[i].reason);
        assert_int_equal(vota_header_read_gas(&gas, rlp, NULL) == VOTA_OK, cases[i].gas_ok);
    }
}

static void a_real_nodes_header_has_the_hash_that_the_node_said(void **state)
{
    (void)state;
    json_t *vectors = test_vectors();
    const json_t *part = test_get(vectors, "evidence");
    const json_t *anchor = json_array_get(test_get(test_get(part, "receipt"), "anchors"), 0);
    size_t len;
    uint8_t *bytes = test_hex_any(&len, test_text(test_get(anchor, "evidence"), "header"));
    const vota_hash expected = test_hash(test_get(part, "trusted"), "blockHash");
    struct vota_header header;
    assert_int_equal(vota_header_read(&header, (struct vota_slice){bytes, len}, NULL), VOTA_OK);
    assert_hash_equal(&header.hash, &expected);
    assert_int_equal(header.items, 21);
    free(bytes);
    json_decref(vectors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_headers_of_every_fork_have_their_hash),
        cmocka_unit_test(fields_that_nobody_knows_yet_do_no_harm),
        cmocka_unit_test(what_is_not_one_canonical_list_is_no_header),
        cmocka_unit_test(a_header_has_a_largest_size),
        cmocka_unit_test(fifteen_items_are_too_few),
        cmocka_unit_test(the_items_that_are_read_have_one_form),
        cmocka_unit_test(a_real_nodes_header_has_the_hash_that_the_node_said),
    };
    return RUN_TESTS(tests);
}
