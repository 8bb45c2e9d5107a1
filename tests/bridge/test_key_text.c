/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that come through a descriptor: what is taken, what is not, and that it is read once. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "bridge/key_text.h"
#include "rpc/keystore.h"
#include "tests/test.h"

#define HEX     "4646464646464646464646464646464646464646464646464646464646464646"
#define ADDRESS "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"

/* The reading end of a pipe that holds the text. */
static int pipe_of(const char *text)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    assert_int_equal(close(ends[1]), 0);
    return ends[0];
}

static void assert_address(const vota_addr *addr)
{
    char text[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(text, addr);
    assert_string_equal(text, ADDRESS);
}

static void a_descriptor_is_read_once_and_closed(void **state)
{
    (void)state;
    struct vota_key_text text = {.bytes = NULL};
    struct vota_error err = {0};
    const int fd = pipe_of("0x" HEX "\n");
    assert_int_equal(vota_key_text_of_fd(&text, fd, NULL), VOTA_OK);
    assert_int_equal(text.len, 67);
    assert_false(vota_key_text_is_json(&text));
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    struct vota_key_text again = {.bytes = NULL};
    assert_int_equal(vota_key_text_of_fd(&again, fd, &err), VOTA_NOT_FOUND);
    assert_string_equal(err.text, "fd-not-open");
    assert_null(again.bytes);
    /* opened here, not inherited: left alone */
    const int own = open("/dev/null", O_RDONLY | O_CLOEXEC);
    err = (struct vota_error){0};
    assert_int_equal(vota_key_text_of_fd(&again, own, &err), VOTA_NOT_FOUND);
    assert_string_equal(err.text, "fd-not-open");
    assert_int_equal(close(own), 0);
    vota_key_text_done(&text);
    vota_key_text_done(&text);
    assert_null(text.bytes);
}

static void digits_are_a_key_however_they_are_framed(void **state)
{
    (void)state;
    static const char *const texts[] = {HEX, "0x" HEX, "0X" HEX "\n", " \t" HEX " \r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_key_text text = {.bytes = NULL};
        struct vota_signer *signer = NULL;
        vota_addr addr;
        assert_int_equal(vota_key_text_of_fd(&text, pipe_of(texts[i]), NULL), VOTA_OK);
        assert_int_equal(vota_key_text_signer(&signer, &text, NULL), VOTA_OK);
        addr = vota_signer_address(signer);
        assert_address(&addr);
        vota_signer_free(signer);
        memset(&addr, 0, sizeof addr);
        assert_int_equal(vota_key_text_address(&addr, &text, NULL), VOTA_OK);
        assert_address(&addr);
        vota_key_text_done(&text);
    }
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "not-a-key"},
        {"\n", "not-a-key"},
        {"0x", "not-a-key"},
        {HEX "00", "not-a-key"},
        {"46464646", "not-a-key"},
        {HEX " " HEX, "not-a-key"},
        {"g646464646464646464646464646464646464646464646464646464646464646", "not-a-key"},
        {"0000000000000000000000000000000000000000000000000000000000000000", "bad-key"},
        {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "bad-key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_key_text text = {.bytes = NULL};
        struct vota_signer *signer = NULL;
        struct vota_error err = {0};
        assert_int_equal(vota_key_text_of_fd(&text, pipe_of(cases[i].text), NULL), VOTA_OK);
        assert_int_equal(vota_key_text_signer(&signer, &text, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        assert_null(signer);
        vota_key_text_done(&text);
    }
}

static void a_key_file_tells_its_address_without_a_password(void **state)
{
    (void)state;
    struct vota_signer *signer = NULL;
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    char bytes[4000];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes - 1);
    const struct vota_keystore_cost cost = {.n = 4096, .r = 1, .p = 1};
    const struct vota_slice password = {(const uint8_t *)"password", 8};
    memset(key, 0x46, sizeof key);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    assert_int_equal(vota_keystore_write(&wr, signer, password, &cost, NULL), VOTA_OK);
    bytes[wr.len] = '\0';
    vota_signer_free(signer);
    struct vota_key_text text = {.bytes = NULL};
    vota_addr addr;
    assert_int_equal(vota_key_text_of_fd(&text, pipe_of(bytes), NULL), VOTA_OK);
    assert_true(vota_key_text_is_json(&text));
    assert_int_equal(vota_key_text_address(&addr, &text, NULL), VOTA_OK);
    assert_address(&addr);
    vota_key_text_done(&text);
    /* no address in it, or no key file at all */
    struct vota_error err = {0};
    assert_int_equal(vota_key_text_of_fd(&text, pipe_of("{}"), NULL), VOTA_OK);
    assert_int_not_equal(vota_key_text_address(&addr, &text, &err), VOTA_OK);
    assert_true(err.text[0] != '\0');
    vota_key_text_done(&text);
}

static void more_than_a_key_file_can_be_is_not_read(void **state)
{
    (void)state;
    struct vota_key_text text = {.bytes = NULL};
    struct vota_error err = {0};
    const int zeros = open("/dev/zero", O_RDONLY);
    assert_true(zeros >= 0);
    assert_int_equal(vota_key_text_of_fd(&text, zeros, &err), VOTA_LIMIT);
    assert_null(text.bytes);
}

static void a_terminal_is_not_asked_for_a_key(void **state)
{
    (void)state;
    struct vota_key_text text = {.bytes = NULL};
    struct vota_error err = {0};
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    assert_int_equal(vota_key_text_of_fd(&text, slave, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "fd-is-terminal");
    assert_int_equal(close(slave), 0);
    assert_int_equal(close(master), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_descriptor_is_read_once_and_closed),
        cmocka_unit_test(digits_are_a_key_however_they_are_framed),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(a_key_file_tells_its_address_without_a_password),
        cmocka_unit_test(more_than_a_key_file_can_be_is_not_read),
        cmocka_unit_test(a_terminal_is_not_asked_for_a_key),
    };
    return RUN_TESTS(tests);
}
