/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of the contract as bytes, and events read only in their packed form. */
#include "rpc/abi.h"
#include "tests/test.h"

#define W(tail) "00000000000000000000000000000000000000000000000000000000000000" tail
#define Z       "0000000000000000000000000000000000000000000000000000000000000000"

static void assert_bytes(const uint8_t *bytes, size_t len, const char *hex)
{
    size_t expected_len;
    uint8_t *expected = test_hex_any(&expected_len, hex);
    assert_int_equal(len, expected_len);
    assert_memory_equal(bytes, expected, len);
    free(expected);
}

static void a_call_with_static_values_is_a_selector_and_words(void **state)
{
    (void)state;
    uint8_t data[200];
    struct vota_wr wr = vota_wr_of(data, sizeof data);
    const vota_hash parent = {{[0] = 0xaa}};
    const vota_addr addr = {{[0] = 0xbb, [19] = 0xcc}};
    const struct vota_abi_value values[] = {vota_abi_hash(&parent), vota_abi_addr(&addr),
                                            vota_abi_u64(255)};
    vota_abi_call(&wr, "transfer(address,uint256)", values, 3);
    assert_bytes(data, wr.len,
                 "0xa9059cbb"
                 "aa00000000000000000000000000000000000000000000000000000000000000"
                 "000000000000000000000000bb000000000000000000000000000000000000cc" W("ff"));
}

static void dynamic_values_follow_the_heads_in_order(void **state)
{
    (void)state;
    uint8_t data[400];
    struct vota_wr wr = vota_wr_of(data, sizeof data);
    static const uint64_t numbers[] = {1, 2};
    const struct vota_abi_value values[] = {vota_abi_bytes("abc", 3), vota_abi_u64(7),
                                            vota_abi_u64s(numbers, 2)};
    vota_abi_encode(&wr, values, 3);
    assert_bytes(data, wr.len,
                 "0x" W("60") W("07") W("a0")
                     W("03") "6162630000000000000000000000000000000000000000000000000000000000" W(
                         "02") W("01") W("02"));
}

static void empty_and_full_tails_have_no_padding(void **state)
{
    (void)state;
    uint8_t data[400];
    struct vota_wr wr = vota_wr_of(data, sizeof data);
    const struct vota_abi_value values[] = {vota_abi_bytes(NULL, 0), vota_abi_u64s(NULL, 0),
                                            vota_abi_bytes(data + 300, 32)};
    memset(data + 300, 0x11, 32);
    vota_abi_encode(&wr, values, 3);
    assert_bytes(data, wr.len,
                 "0x" W("60") W("80") W("a0") Z Z W(
                     "20") "1111111111111111111111111111111111111111111111111111111111111111");
}

static void topics_are_the_hash_of_the_signature(void **state)
{
    (void)state;
    vota_hash topic;
    vota_abi_topic(&topic, "Transfer(address,address,uint256)");
    char text[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(text, &topic);
    assert_string_equal(text, "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

/* ---- reading: (uint64 <= 9, string, uint64[], address) ---- */

struct parts {
    uint64_t number;
    struct vota_slice text;
    uint64_t numbers[4];
    size_t count;
    vota_addr addr;
};

static enum vota_status read_parts(struct parts *ret, const uint8_t *data, size_t len)
{
    struct vota_abi_rd rd = vota_abi_rd_of((struct vota_slice){data, len}, 4);
    enum vota_status status = vota_abi_get_u64(&rd, &ret->number, 9);
    if (status == VOTA_OK)
        status = vota_abi_get_bytes(&rd, &ret->text, 40);
    if (status == VOTA_OK)
        status = vota_abi_get_u64s(&rd, ret->numbers, &ret->count, 4);
    if (status == VOTA_OK)
        status = vota_abi_get_addr(&rd, &ret->addr);
    return status == VOTA_OK ? vota_abi_end(&rd) : status;
}

#define HEADS   W("09") W("80") W("c0")
#define ADDRESS "000000000000000000000000bb000000000000000000000000000000000000cc"
#define TEXT    W("02") "6869000000000000000000000000000000000000000000000000000000000000"
#define NUMBERS W("02") W("05") "000000000000000000000000000000000000000000000000ffffffffffffffff"

static void packed_event_data_is_read(void **state)
{
    (void)state;
    size_t len;
    uint8_t *data = test_hex_any(&len, "0x" HEADS ADDRESS TEXT NUMBERS);
    struct parts parts;
    assert_int_equal(read_parts(&parts, data, len), VOTA_OK);
    assert_true(parts.number == 9 && parts.count == 2);
    assert_true(parts.numbers[0] == 5 && parts.numbers[1] == UINT64_MAX);
    assert_int_equal(parts.text.len, 2);
    assert_memory_equal(parts.text.at, "hi", 2);
    assert_int_equal(parts.addr.bytes[19], 0xcc);
    free(data);
}

static void any_other_form_of_event_data_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        enum vota_status status;
    } cases[] = {
        {"0x", VOTA_BAD_INPUT},
        {"0x" HEADS, VOTA_BAD_INPUT},
        {"0x" HEADS ADDRESS TEXT, VOTA_BAD_INPUT},
        {"0x" HEADS ADDRESS TEXT NUMBERS Z, VOTA_BAD_INPUT},
        {"0x" HEADS ADDRESS TEXT NUMBERS "00", VOTA_BAD_INPUT},
        /* the number above its type's maximum; with a high bit */
        {"0x" W("0a") W("80") W("c0") ADDRESS TEXT NUMBERS, VOTA_BAD_INPUT},
        {"0x80"
         "00000000000000000000000000000000000000000000000000000000000009" W("80") W("c0")
             ADDRESS TEXT NUMBERS,
         VOTA_BAD_INPUT},
        /* offsets: swapped tails, a gap, beyond the end, huge */
        {"0x" W("09") W("c0") W("80") ADDRESS TEXT NUMBERS, VOTA_BAD_INPUT},
        {"0x" W("09") W("a0") W("e0") ADDRESS Z TEXT NUMBERS, VOTA_BAD_INPUT},
        {"0x" W("09") W("80") W("ff") ADDRESS TEXT NUMBERS, VOTA_BAD_INPUT},
        {"0x" W("09") "000000000000000000000000000000000000000000000000ffffffffffffffff" W("c0")
             ADDRESS TEXT NUMBERS,
         VOTA_BAD_INPUT},
        /* padding that is not zero; a length beyond the data, beyond the ceiling, huge */
        {"0x" HEADS ADDRESS W(
             "02") "6869000000000000000000000000000000000000000000000000000000000001" NUMBERS,
         VOTA_BAD_INPUT},
        {"0x" W("09") W("80") W("c0") ADDRESS W("28") Z, VOTA_BAD_INPUT},
        {"0x" HEADS ADDRESS W("29") Z Z NUMBERS, VOTA_LIMIT},
        {"0x" HEADS ADDRESS
         "000000000000000000000000000000000000000000000000ffffffffffffffff" Z NUMBERS,
         VOTA_LIMIT},
        {"0x" HEADS ADDRESS TEXT W("05") W("01") W("01") W("01") W("01") W("01"), VOTA_LIMIT},
        {"0x" HEADS ADDRESS TEXT W("03") W("01") W("01"), VOTA_BAD_INPUT},
        {"0x" HEADS ADDRESS TEXT W(
             "01") "0000000000000000000000000000000000000000000000010000000000000000",
         VOTA_BAD_INPUT},
        /* an address of 21 bytes */
        {"0x" HEADS "000000000000000000000001bb000000000000000000000000000000000000cc" TEXT NUMBERS,
         VOTA_BAD_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len;
        uint8_t *data = test_hex_any(&len, cases[i].data);
        struct parts parts;
        const enum vota_status status = read_parts(&parts, data, len);
        free(data);
        if (status != cases[i].status)
            fail_msg("case %zu gives %d", i, (int)status);
    }
}

static void every_cut_of_event_data_is_refused(void **state)
{
    (void)state;
    size_t len;
    uint8_t *data = test_hex_any(&len, "0x" HEADS ADDRESS TEXT NUMBERS);
    for (size_t cut = 0; cut < len; cut++) {
        struct parts parts;
        uint8_t *exact = malloc(cut + 1); /* so that reading beyond is seen */
        assert_non_null(exact);
        memcpy(exact, data, cut);
        assert_int_equal(read_parts(&parts, exact, cut), VOTA_BAD_INPUT);
        free(exact);
    }
    free(data);
}

static void a_head_that_was_not_asked_for_is_noticed(void **state)
{
    (void)state;
    static const uint8_t words[64];
    vota_hash word;
    struct vota_abi_rd rd = vota_abi_rd_of((struct vota_slice){words, 64}, 2);
    assert_int_equal(vota_abi_get_word(&rd, &word), VOTA_OK);
    assert_int_equal(vota_abi_end(&rd), VOTA_BAD_INPUT);
    assert_int_equal(vota_abi_get_word(&rd, &word), VOTA_OK);
    assert_int_equal(vota_abi_end(&rd), VOTA_OK);
    assert_int_equal(vota_abi_get_word(&rd, &word), VOTA_BAD_INPUT);
}

static void a_revert_gives_its_text_and_anything_else_none(void **state)
{
    (void)state;
    size_t len;
    uint8_t *data = test_hex_any(&len, "0x08c379a0" W("20") TEXT);
    const struct vota_slice text = vota_abi_revert_text((struct vota_slice){data, len});
    assert_int_equal(text.len, 2);
    assert_memory_equal(text.at, "hi", 2);
    assert_int_equal(vota_abi_revert_text((struct vota_slice){data, len - 40}).len, 0);
    assert_int_equal(vota_abi_revert_text((struct vota_slice){data, 3}).len, 0);
    data[0] ^= 1;
    assert_int_equal(vota_abi_revert_text((struct vota_slice){data, len}).len, 0);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_with_static_values_is_a_selector_and_words),
        cmocka_unit_test(dynamic_values_follow_the_heads_in_order),
        cmocka_unit_test(empty_and_full_tails_have_no_padding),
        cmocka_unit_test(topics_are_the_hash_of_the_signature),
        cmocka_unit_test(packed_event_data_is_read),
        cmocka_unit_test(any_other_form_of_event_data_is_refused),
        cmocka_unit_test(every_cut_of_event_data_is_refused),
        cmocka_unit_test(a_head_that_was_not_asked_for_is_noticed),
        cmocka_unit_test(a_revert_gives_its_text_and_anything_else_none),
    };
    return RUN_TESTS(tests);
}
