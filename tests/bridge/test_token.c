/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bridge/directory_fixture.h"

#include <fcntl.h>
#include <sys/file.h>

#include "bridge/crypto.h"
#include "bridge/token.h"

#define HASH_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEAD   "voteanchor-tokens 1\n"

static int set_up(void **state)
{
    if (directory_set_up(state) != 0)
        return -1;
    struct directory_fixture *fixture = *state;
    return mkdir(directory_place(fixture, "secrets"), 0700);
}

#define TOKEN_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, directory_tear_down)

static struct vota_slice slice(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static void scopes_are_words_each_once(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned scopes; /* 0: refused */
        const char *again;
    } cases[] = {
        {"submit", VOTA_TOKEN_SUBMIT, "submit"},
        {"read,submit", VOTA_TOKEN_SUBMIT | VOTA_TOKEN_READ, "submit,read"},
        {"admin,read,submit", 7, "submit,read,admin"},
        {"", 0, NULL},
        {"submit,", 0, NULL},
        {",submit", 0, NULL},
        {"submit,submit", 0, NULL},
        {"Submit", 0, NULL},
        {"submit, read", 0, NULL},
        {"sub", 0, NULL},
        {"write", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned scopes = 99;
        char again[VOTA_TOKEN_SCOPES_CAP];
        assert_int_equal(vota_token_scopes_read(&scopes, cases[i].text), cases[i].scopes != 0);
        assert_int_equal(scopes, cases[i].scopes == 0 ? 99 : cases[i].scopes);
        if (cases[i].scopes == 0)
            continue;
        vota_token_scopes_write(again, scopes);
        assert_string_equal(again, cases[i].again);
    }
}

static void a_client_is_a_plain_word(void **state)
{
    (void)state;
    char name[VOTA_TOKEN_CLIENT_MAX + 2] = {0};
    memset(name, 'a', VOTA_TOKEN_CLIENT_MAX);
    assert_true(vota_token_client_ok(name));
    name[VOTA_TOKEN_CLIENT_MAX] = 'a';
    assert_false(vota_token_client_ok(name));
    assert_true(vota_token_client_ok("Guri.home_page-2"));
    assert_false(vota_token_client_ok(""));
    assert_false(vota_token_client_ok("home page"));
    assert_false(vota_token_client_ok("home\n"));
    assert_false(vota_token_client_ok("구리"));
}

static void the_file_has_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vota_status status;
        size_t n;
    } cases[] = {
        {HEAD, VOTA_OK, 0},
        {HEAD "home submit,read 1790000000 " HASH_A "\n", VOTA_OK, 1},
        {HEAD "a read 0 " HASH_A "\nb read 1 " HASH_A "\n", VOTA_OK, 2},
        {"", VOTA_BAD_INPUT, 0},
        {"voteanchor-tokens 2\n", VOTA_BAD_INPUT, 0},
        {HEAD "home read 1790000000 " HASH_A, VOTA_BAD_INPUT, 0},
        {HEAD "home read 01 " HASH_A "\n", VOTA_BAD_INPUT, 0},
        {HEAD "home read +1 " HASH_A "\n", VOTA_BAD_INPUT, 0},
        {HEAD "home write 1 " HASH_A "\n", VOTA_BAD_INPUT, 0},
        {HEAD "home read 1 " HASH_A "0\n", VOTA_BAD_INPUT, 0},
        {HEAD "home read 1 0x" HASH_A "\n", VOTA_BAD_INPUT, 0},
        {HEAD "home  read 1 " HASH_A "\n", VOTA_BAD_INPUT, 0},
        {HEAD "a read 0 " HASH_A "\na read 1 " HASH_A "\n", VOTA_BAD_INPUT, 0},
        {HEAD "\n", VOTA_BAD_INPUT, 0},
    };
    struct vota_tokens *tokens = malloc(sizeof *tokens);
    assert_non_null(tokens);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t len = strlen(cases[i].text);
        assert_int_equal(vota_tokens_parse(tokens, cases[i].text, len, NULL), cases[i].status);
        if (cases[i].status == VOTA_OK)
            assert_int_equal(tokens->n, cases[i].n);
    }
    free(tokens);
}

static void a_token_is_known_until_it_is_revoked(void **state)
{
    struct directory_fixture *fixture = *state;
    const struct vota_directory dir = {fixture->path};
    char first[VOTA_TOKEN_CHARS + 1];
    char second[VOTA_TOKEN_CHARS + 1];
    struct vota_error err = {0};
    struct vota_tokens *tokens = malloc(sizeof *tokens);
    assert_non_null(tokens);
    assert_int_equal(vota_tokens_load(tokens, &dir, NULL), VOTA_OK);
    assert_int_equal(tokens->n, 0);
    assert_int_equal(vota_token_create(first, &dir, "home", VOTA_TOKEN_SUBMIT, 5, NULL), VOTA_OK);
    assert_int_equal(vota_token_create(second, &dir, "other", VOTA_TOKEN_READ, 6, NULL), VOTA_OK);
    assert_string_not_equal(first, second);
    assert_int_equal(vota_token_create(second + 0, &dir, "home", 1, 7, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "client-there");

    assert_int_equal(vota_tokens_load(tokens, &dir, NULL), VOTA_OK);
    const struct vota_token *found = vota_tokens_find(tokens, slice(first));
    assert_non_null(found);
    assert_string_equal(found->client, "home");
    assert_int_equal(found->scopes, VOTA_TOKEN_SUBMIT);
    assert_int_equal(found->created, 5);
    assert_string_equal(vota_tokens_find(tokens, slice(second))->client, "other");

    assert_int_equal(vota_token_revoke(&dir, "home", NULL), VOTA_OK);
    assert_int_equal(vota_tokens_load(tokens, &dir, NULL), VOTA_OK);
    assert_null(vota_tokens_find(tokens, slice(first)));
    assert_non_null(vota_tokens_find(tokens, slice(second)));
    err = (struct vota_error){0};
    assert_int_equal(vota_token_revoke(&dir, "home", &err), VOTA_NOT_FOUND);
    assert_string_equal(err.text, "no-client");
    free(tokens);
}

static void nearly_a_token_is_nobodys(void **state)
{
    struct directory_fixture *fixture = *state;
    const struct vota_directory dir = {fixture->path};
    char text[VOTA_TOKEN_CHARS + 1];
    char longer[VOTA_TOKEN_CHARS + 2];
    struct vota_tokens *tokens = malloc(sizeof *tokens);
    assert_non_null(tokens);
    assert_int_equal(vota_token_create(text, &dir, "home", 7, 5, NULL), VOTA_OK);
    assert_int_equal(vota_tokens_load(tokens, &dir, NULL), VOTA_OK);
    for (size_t i = 0; i < VOTA_TOKEN_CHARS; i++) {
        const char was = text[i];
        text[i] = was == '0' ? '1' : '0';
        assert_null(vota_tokens_find(tokens, slice(text)));
        text[i] = was;
    }
    assert_non_null(vota_tokens_find(tokens, slice(text)));
    (void)snprintf(longer, sizeof longer, "%s0", text);
    assert_null(vota_tokens_find(tokens, slice(longer)));
    assert_null(vota_tokens_find(tokens, slice("")));
    free(tokens);
}

static void only_the_hash_is_kept_and_only_for_its_owner(void **state)
{
    struct directory_fixture *fixture = *state;
    const struct vota_directory dir = {fixture->path};
    char text[VOTA_TOKEN_CHARS + 1];
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct stat info;
    struct vota_error err = {0};
    assert_int_equal(vota_token_create(text, &dir, "home", 7, 5, NULL), VOTA_OK);
    const char *path = directory_place(fixture, "secrets/tokens");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(vota_directory_read(&bytes, &len, path, 4096, NULL), VOTA_OK);
    assert_null(strstr((const char *)bytes, text + 5));
    vota_directory_free_secret(bytes, len);

    struct vota_tokens *tokens = malloc(sizeof *tokens);
    assert_non_null(tokens);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(vota_tokens_load(tokens, &dir, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "mode-too-open");
    free(tokens);
}

static void a_change_waits_for_nobody_and_undoes_nothing(void **state)
{
    struct directory_fixture *fixture = *state;
    const struct vota_directory dir = {fixture->path};
    char text[VOTA_TOKEN_CHARS + 1] = "untouched";
    struct vota_error err = {0};
    const int fd = open(directory_place(fixture, "secrets/tokens.lock"), O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(vota_token_create(text, &dir, "home", 7, 5, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "tokens-busy");
    assert_string_equal(text, "untouched");
    assert_int_equal(close(fd), 0);
    assert_int_equal(vota_token_create(text, &dir, "home", 7, 5, NULL), VOTA_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scopes_are_words_each_once),
        cmocka_unit_test(a_client_is_a_plain_word),
        cmocka_unit_test(the_file_has_one_form),
        TOKEN_TEST(a_token_is_known_until_it_is_revoked),
        TOKEN_TEST(nearly_a_token_is_nobodys),
        TOKEN_TEST(only_the_hash_is_kept_and_only_for_its_owner),
        TOKEN_TEST(a_change_waits_for_nobody_and_undoes_nothing),
    };
    return RUN_TESTS(tests);
}
