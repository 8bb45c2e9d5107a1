/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/cbor.h"
#include "tests/test.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A reader over bytes given in hex; the bytes live until the next call. */
static struct vota_rd reader(const char *hex)
{
    static uint8_t bytes[256];
    size_t len;
    uint8_t *heap = test_hex_any(&len, hex);
    assert_true(len <= sizeof bytes);
    memcpy(bytes, heap, len);
    free(heap);
    return vota_rd_of(bytes, len);
}

static void integers_take_their_shortest_head(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        const char *cbor;
    } cases[] = {
        {0, "0x00"},
        {23, "0x17"},
        {24, "0x1818"},
        {255, "0x18ff"},
        {256, "0x190100"},
        {65535, "0x19ffff"},
        {65536, "0x1a00010000"},
        {4294967295, "0x1affffffff"},
        {4294967296, "0x1b0000000100000000"},
        {VOTA_CBOR_MAX_UINT, "0x1b001fffffffffffff"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t buffer[16];
        struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
        vota_cbor_put_uint(&wr, cases[i].value);
        struct vota_rd rd = reader(cases[i].cbor);
        assert_int_equal(wr.len, rd.left);
        assert_memory_equal(buffer, rd.at, rd.left);
        uint64_t value = 99;
        assert_int_equal(vota_cbor_read_uint(&value, &rd, "x", NULL), VOTA_OK);
        assert_true(value == cases[i].value);
        assert_int_equal(rd.left, 0);
    }
}

static void what_is_no_such_integer_is_refused_and_moves_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *cbor;
        const char *reason;
    } cases[] = {
        {"0x", "cbor"},
        {"0x18", "cbor"},
        {"0x1817", "cbor"}, /* fits a shorter head, and so on */
        {"0x1900ff", "cbor"},
        {"0x1a0000ffff", "cbor"},
        {"0x1b00000000ffffffff", "cbor"},
        {"0x1c", "cbor"}, /* reserved */
        {"0x1f", "cbor"},
        {"0xc001", "cbor"},    /* a tag */
        {"0x20", "cbor-type"}, /* -1 */
        {"0x40", "cbor-type"},
        {"0xf4", "cbor-type"}, /* false */
        {"0xf6", "cbor-type"},
        {"0xfa3f800000", "cbor-type"},
        {"0xfb3ff0000000000000", "cbor-type"},
        {"0xff", "cbor"},
        {"0x1b0020000000000000", "cbor-limit"},
        {"0x1bffffffffffffffff", "cbor-limit"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vota_rd rd = reader(cases[i].cbor);
        const size_t left = rd.left;
        uint64_t value = 99;
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(vota_cbor_read_uint(&value, &rd, "here", &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        assert_string_equal(err.where, "here");
        assert_int_equal(value, 99);
        assert_int_equal(rd.left, left);
    }
}

static void strings_are_borrowed_whole(void **state)
{
    (void)state;
    uint8_t buffer[512];
    static const size_t lens[] = {0, 1, 23, 24, 255, 256};
    for (size_t i = 0; i < COUNT(lens); i++) {
        uint8_t content[256];
        memset(content, 'a', sizeof content);
        struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
        vota_cbor_put_bytes(&wr, content, lens[i]);
        struct vota_rd rd = vota_rd_of(buffer, wr.len);
        struct vota_slice slice;
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(vota_cbor_read_text(&slice, &rd, "x", &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "cbor-type");
        assert_int_equal(vota_cbor_read_bytes(&slice, &rd, "x", NULL), VOTA_OK);
        assert_int_equal(slice.len, lens[i]);
        assert_memory_equal(slice.at, content, lens[i]);
        assert_int_equal(rd.left, 0);
        wr = vota_wr_of(buffer, sizeof buffer);
        vota_cbor_put_text(&wr, content, lens[i]);
        rd = vota_rd_of(buffer, wr.len);
        assert_int_equal(vota_cbor_read_bytes(&slice, &rd, "x", NULL), VOTA_BAD_INPUT);
        assert_int_equal(vota_cbor_read_text(&slice, &rd, "x", NULL), VOTA_OK);
        /* One byte short of it is refused. */
        rd = vota_rd_of(buffer, wr.len - 1);
        assert_int_equal(vota_cbor_read_text(&slice, &rd, "x", NULL), VOTA_BAD_INPUT);
    }
}

static void text_is_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *cbor;
        bool ok;
    } cases[] = {
        {"0x63ec9588", true},    /* one Hangul syllable */
        {"0x62c328", false},     /* a broken sequence */
        {"0x62c080", false},     /* overlong */
        {"0x63eda080", false},   /* a surrogate */
        {"0x64f4908080", false}, /* beyond U+10FFFF */
        {"0x7f6161ff", false},   /* indefinite */
        {"0x5f4161ff", false},   {"0x7bffffffffffffffff", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vota_rd rd = reader(cases[i].cbor);
        struct vota_slice slice;
        const enum vota_status status = vota_cbor_read_text(&slice, &rd, "x", NULL);
        assert_int_equal(status == VOTA_OK, cases[i].ok);
    }
}

static void arrays_and_maps_say_how_many(void **state)
{
    (void)state;
    uint8_t buffer[16];
    uint64_t count;
    struct vota_cbor_map map;
    struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
    vota_cbor_put_array(&wr, 300);
    struct vota_rd rd = vota_rd_of(buffer, wr.len);
    assert_int_equal(vota_cbor_read_map(&map, &rd, "x", NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_cbor_read_array(&count, &rd, "x", NULL), VOTA_OK);
    assert_int_equal(count, 300);
    wr = vota_wr_of(buffer, sizeof buffer);
    vota_cbor_put_map(&wr, 5);
    rd = vota_rd_of(buffer, wr.len);
    assert_int_equal(vota_cbor_read_array(&count, &rd, "x", NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_cbor_read_map(&map, &rd, "x", NULL), VOTA_OK);
    assert_int_equal(map.left, 5);
    static const char *const indefinite[] = {"0x9f", "0xbf"};
    for (size_t i = 0; i < COUNT(indefinite); i++) {
        rd = reader(indefinite[i]);
        assert_int_equal(vota_cbor_read_array(&count, &rd, "x", NULL), VOTA_BAD_INPUT);
        assert_int_equal(vota_cbor_read_map(&map, &rd, "x", NULL), VOTA_BAD_INPUT);
    }
}

static void keys_ascend_and_come_once(void **state)
{
    (void)state;
    static const struct {
        const char *cbor; /* a map of two pairs with the values 0 */
        const char *reason;
    } cases[] = {
        {"0xa200000500", NULL},
        {"0xa201000100", "cbor"},
        {"0xa202000100", "cbor-not-deterministic"},
        {"0xa200000600", "unknown-member"},
        {"0xa20000613100", "unknown-member"},
        {"0xa200002000", "unknown-member"},
        {"0xa20000180500", "cbor"},
        {"0xa20000c10500", "cbor"},
        {"0xa20000", "cbor"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vota_rd rd = reader(cases[i].cbor);
        struct vota_cbor_map map;
        struct vota_error err = {VOTA_OK, NULL, ""};
        uint64_t key = 99;
        uint64_t value;
        assert_int_equal(vota_cbor_read_map(&map, &rd, "x", NULL), VOTA_OK);
        assert_int_equal(vota_cbor_read_key(&key, &map, &rd, 6, "x", NULL), VOTA_OK);
        assert_int_equal(vota_cbor_read_uint(&value, &rd, "x", NULL), VOTA_OK);
        const uint64_t first = key;
        const enum vota_status status = vota_cbor_read_key(&key, &map, &rd, 6, "x", &err);
        if (cases[i].reason == NULL) {
            assert_int_equal(status, VOTA_OK);
            assert_int_equal(key, 5);
            assert_int_equal(map.left, 0);
            continue;
        }
        assert_int_equal(status, VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        assert_int_equal(key, first);
        assert_int_equal(map.left, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_take_their_shortest_head),
        cmocka_unit_test(what_is_no_such_integer_is_refused_and_moves_nothing),
        cmocka_unit_test(strings_are_borrowed_whole),
        cmocka_unit_test(text_is_utf8),
        cmocka_unit_test(arrays_and_maps_say_how_many),
        cmocka_unit_test(keys_ascend_and_come_once),
    };
    return RUN_TESTS(tests);
}
