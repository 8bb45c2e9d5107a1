/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets in their file, and signatures that the scheme's own example confirms. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/serve/hook_sign.h"
#include "tests/test.h"

#define OK(call) assert_int_equal((call), VOTA_OK)

/* The example of the scheme's documentation. */
#define SECRET    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID        "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define TIMESTAMP "1614265330"
#define BODY      "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

struct place {
    char dir[64];
    char path[96];
};

static struct place place_make(void)
{
    struct place place = {.dir = "/tmp/vota-test-XXXXXX"};
    assert_non_null(mkdtemp(place.dir));
    (void)snprintf(place.path, sizeof place.path, "%s/webhook", place.dir);
    return place;
}

static void place_remove(const struct place *place)
{
    (void)unlink(place->path);
    assert_int_equal(rmdir(place->dir), 0);
}

static void put(const struct place *place, const char *text, mode_t mode)
{
    FILE *file = fopen(place->path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(place->path, mode), 0);
}

static struct vota_slice body(void)
{
    return (struct vota_slice){(const uint8_t *)BODY, strlen(BODY)};
}

static void the_example_of_the_scheme_is_signed_alike(void **state)
{
    (void)state;
    const struct place place = place_make();
    struct vota_hook_secrets secrets;
    char text[VOTA_HOOK_SIGNATURE_CAP];
    put(&place, SECRET "\n", 0600);
    OK(vota_hook_secrets_load(&secrets, place.path, NULL));
    OK(vota_hook_sign(text, &secrets, ID, TIMESTAMP, body()));
    assert_string_equal(text, SIGNATURE);
    OK(vota_hook_sign(text, &secrets, ID, "1614265331", body()));
    assert_string_not_equal(text, SIGNATURE);
    vota_hook_secrets_done(&secrets);
    place_remove(&place);
}

static void every_secret_of_the_file_signs_the_newest_first(void **state)
{
    (void)state;
    const struct place place = place_make();
    struct vota_hook_secrets secrets;
    char text[VOTA_HOOK_SIGNATURE_CAP];
    put(&place, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\r\n\n" SECRET, 0600);
    OK(vota_hook_secrets_load(&secrets, place.path, NULL));
    assert_int_equal(secrets.n, 2);
    OK(vota_hook_sign(text, &secrets, ID, TIMESTAMP, body()));
    assert_int_equal(strlen(text), 2 * strlen(SIGNATURE) + 1);
    assert_string_equal(text + strlen(SIGNATURE), " " SIGNATURE);
    vota_hook_secrets_done(&secrets);
    place_remove(&place);
}

static void a_secret_is_made_once_and_is_private(void **state)
{
    (void)state;
    const struct place place = place_make();
    struct vota_hook_secrets secrets;
    struct stat about;
    char first[VOTA_HOOK_SIGNATURE_CAP];
    char again[VOTA_HOOK_SIGNATURE_CAP];
    OK(vota_hook_secrets_load(&secrets, place.path, NULL));
    OK(vota_hook_sign(first, &secrets, ID, TIMESTAMP, body()));
    vota_hook_secrets_done(&secrets);
    assert_int_equal(stat(place.path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(about.st_size, 6 + 44 + 1);
    OK(vota_hook_secrets_load(&secrets, place.path, NULL));
    assert_int_equal(secrets.n, 1);
    OK(vota_hook_sign(again, &secrets, ID, TIMESTAMP, body()));
    vota_hook_secrets_done(&secrets);
    assert_string_equal(first, again);
    place_remove(&place);
}

static void a_file_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mode_t mode;
        enum vota_status status;
        const char *reason;
    } files[] = {
        {"", 0600, VOTA_BAD_INPUT, "bad-secret"},
        {"\n\n", 0600, VOTA_BAD_INPUT, "bad-secret"},
        {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", 0600, VOTA_BAD_INPUT, "bad-secret"},
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS\n", 0600, VOTA_BAD_INPUT, "bad-secret"},
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==\n", 0600, VOTA_BAD_INPUT, "bad-secret"},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 0600, VOTA_BAD_INPUT, "bad-secret"}, /* 23 */
        {SECRET " \n", 0600, VOTA_BAD_INPUT, "bad-secret"},
        {SECRET "\n" SECRET "\n" SECRET "\n" SECRET "\n" SECRET "\n", 0600, VOTA_LIMIT,
         "too-many-secrets"},
        {SECRET "\n", 0640, VOTA_CONFLICT, "mode-too-open"},
    };
    const struct place place = place_make();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct vota_hook_secrets secrets = {.n = 77};
        struct vota_error err = {.status = VOTA_OK};
        put(&place, files[i].text, files[i].mode);
        assert_int_equal(vota_hook_secrets_load(&secrets, place.path, &err), files[i].status);
        assert_string_equal(err.text, files[i].reason);
        assert_int_equal(secrets.n, 77);
    }
    place_remove(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_scheme_is_signed_alike),
        cmocka_unit_test(every_secret_of_the_file_signs_the_newest_first),
        cmocka_unit_test(a_secret_is_made_once_and_is_private),
        cmocka_unit_test(a_file_that_is_none_is_refused),
    };
    return RUN_TESTS(tests);
}
