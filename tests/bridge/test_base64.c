/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 in one form only: the vectors of RFC 4648, every length there and back, every other form.
 */
#include "bridge/base64.h"
#include "tests/test.h"

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static const struct {
    const char *bytes, *text;
} vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xef\xbf~", "/++/fg=="},
};

static void bytes_become_the_text_of_the_rfc_and_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char text[16];
        uint8_t bytes[8];
        size_t len = 99;
        const struct vota_slice given = slice_of(vectors[i].bytes);
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        vota_base64_write(&wr, given.at, given.len);
        assert_int_equal(wr.len, VOTA_BASE64_CHARS(given.len));
        assert_int_equal(wr.len, strlen(vectors[i].text));
        assert_memory_equal(text, vectors[i].text, wr.len);
        assert_int_equal(vota_base64_read(bytes, sizeof bytes, &len, slice_of(vectors[i].text)),
                         VOTA_OK);
        assert_int_equal(len, given.len);
        assert_memory_equal(bytes, given.at, len);
    }
}

static void every_byte_of_every_length_comes_back(void **state)
{
    (void)state;
    uint8_t bytes[64];
    uint8_t back[64];
    char text[VOTA_BASE64_CHARS(64)];
    for (size_t len = 0; len <= sizeof bytes; len++) {
        for (unsigned seed = 0; seed < 256; seed++) {
            struct vota_wr wr = vota_wr_of(text, sizeof text);
            size_t n = 0;
            for (size_t i = 0; i < len; i++)
                bytes[i] = (uint8_t)(seed + 37 * i);
            vota_base64_write(&wr, bytes, len);
            assert_true(vota_wr_fits(&wr));
            assert_int_equal(
                vota_base64_read(back, len, &n, (struct vota_slice){(const uint8_t *)text, wr.len}),
                VOTA_OK);
            assert_int_equal(n, len);
            assert_memory_equal(back, bytes, len);
        }
    }
}

static void any_other_form_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Z",    "Zg",       "Zg=",  "Zh==", /* a bit beyond the last byte */
        "Zm9=", "Zg==Zg==", "====", "Z===", "Zm9v\n", "Zm 9", "Zm-_", "Zg=A", "=Zg=", "Zm9vZg= "};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint8_t bytes[16];
        size_t len = 99;
        if (vota_base64_read(bytes, sizeof bytes, &len, slice_of(texts[i])) != VOTA_BAD_INPUT)
            fail_msg("taken: %s", texts[i]);
        assert_int_equal(len, 99);
    }
}

static void no_more_is_written_than_there_is_room_for(void **state)
{
    (void)state;
    uint8_t bytes[4] = {0, 0, 0, 0xee};
    size_t len = 99;
    assert_int_equal(vota_base64_read(bytes, 3, &len, slice_of("Zm9vYg==")), VOTA_LIMIT);
    assert_int_equal(bytes[3], 0xee);
    assert_int_equal(len, 99);
    assert_int_equal(vota_base64_read(bytes, 3, &len, slice_of("Zm9v")), VOTA_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_the_text_of_the_rfc_and_come_back),
        cmocka_unit_test(every_byte_of_every_length_comes_back),
        cmocka_unit_test(any_other_form_is_refused),
        cmocka_unit_test(no_more_is_written_than_there_is_room_for),
    };
    return RUN_TESTS(tests);
}
