/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bridge/directory_fixture.h"

#include <fcntl.h>

#include "bridge/directory.h"

static void assert_mode(const char *path, mode_t mode)
{
    struct stat info;
    assert_int_equal(lstat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, mode);
}

static void create_makes_private_places_for_secrets(void **state)
{
    struct directory_fixture *fixture = *state;
    char path[96];
    (void)snprintf(path, sizeof path, "%s/guri", fixture->path);
    const struct vota_directory dir = {path};
    const mode_t before = umask(0); /* an open umask must not open the secrets */
    assert_int_equal(vota_directory_create(&dir, NULL), VOTA_OK);
    (void)umask(before);
    assert_mode(directory_place(fixture, "guri"), 0750);
    assert_mode(directory_place(fixture, "guri/secrets"), 0700);
    assert_mode(directory_place(fixture, "guri/secrets/peppers"), 0700);
    assert_int_equal(vota_directory_create(&dir, NULL), VOTA_OK); /* an interrupted init, again */
}

static void a_directory_that_is_complete_is_not_made_again(void **state)
{
    struct directory_fixture *fixture = *state;
    const struct vota_directory dir = {fixture->path};
    struct vota_error err = {0};
    assert_int_equal(vota_directory_check(&dir, &err), VOTA_NOT_FOUND);
    assert_string_equal(err.text, "no-directory");
    directory_put(directory_place(fixture, "voteanchor.ini"), "", 0640);
    assert_int_equal(vota_directory_check(&dir, NULL), VOTA_OK);
    err = (struct vota_error){0};
    assert_int_equal(vota_directory_create(&dir, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "already-made");
}

static void paths_are_joined_unless_absolute_and_have_a_limit(void **state)
{
    (void)state;
    static char name[VOTA_DIRECTORY_PATH_CAP + 1];
    char path[VOTA_DIRECTORY_PATH_CAP];
    const struct vota_directory dir = {"guri"};
    assert_int_equal(vota_directory_path(&dir, path, "a/b", NULL), VOTA_OK);
    assert_string_equal(path, "guri/a/b");
    assert_int_equal(vota_directory_path(&dir, path, "/a/b", NULL), VOTA_OK);
    assert_string_equal(path, "/a/b");
    memset(name, 'a', sizeof name - 1);
    assert_int_equal(vota_directory_path(&dir, path, name, NULL), VOTA_LIMIT);
    assert_string_equal(path, "/a/b");
}

static void a_file_is_read_whole_or_refused(void **state)
{
    struct directory_fixture *fixture = *state;
    const char *path = directory_place(fixture, "file");
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct vota_error err = {0};
    assert_int_equal(vota_directory_read(&bytes, &len, path, 5, &err), VOTA_NOT_FOUND);
    assert_string_equal(err.text, "no-file");
    directory_put(path, "12345", 0644);
    assert_int_equal(vota_directory_read(&bytes, &len, path, 5, NULL), VOTA_OK);
    assert_int_equal(len, 5);
    assert_string_equal((char *)bytes, "12345");
    vota_directory_free_secret(bytes, len);
    bytes = NULL;
    err = (struct vota_error){0};
    assert_int_equal(vota_directory_read(&bytes, &len, path, 4, &err), VOTA_LIMIT);
    assert_string_equal(err.text, "file-too-large");
    assert_null(bytes);
    err = (struct vota_error){0};
    assert_int_equal(vota_directory_read(&bytes, &len, fixture->path, 4, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "not-regular");
}

static void a_secret_that_others_can_reach_is_refused(void **state)
{
    struct directory_fixture *fixture = *state;
    static const mode_t open_modes[] = {0640, 0604, 0620, 0602, 0610, 0644, 0666};
    char link[96];
    const char *path = directory_place(fixture, "secret");
    uint8_t *bytes = NULL;
    size_t len = 0;
    directory_put(path, "s", 0600);
    assert_int_equal(vota_directory_read_secret(&bytes, &len, path, 9, NULL), VOTA_OK);
    vota_directory_free_secret(bytes, len);
    bytes = NULL;
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        struct vota_error err = {0};
        assert_int_equal(chmod(path, open_modes[i]), 0);
        assert_int_equal(vota_directory_read_secret(&bytes, &len, path, 9, &err), VOTA_CONFLICT);
        assert_string_equal(err.text, "mode-too-open");
    }
    assert_int_equal(chmod(path, 0400), 0);
    (void)snprintf(link, sizeof link, "%s/link", fixture->path);
    assert_int_equal(symlink(path, link), 0);
    struct vota_error err = {0};
    assert_int_equal(vota_directory_read_secret(&bytes, &len, link, 9, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "is-link");
    assert_int_equal(mkfifo(directory_place(fixture, "fifo"), 0600), 0);
    err = (struct vota_error){0};
    assert_int_equal(vota_directory_read_secret(&bytes, &len, fixture->other, 9, &err),
                     VOTA_CONFLICT); /* and does not wait for a writer */
    assert_string_equal(err.text, "not-regular");
}

static void a_new_file_is_never_written_over_an_old_one(void **state)
{
    struct directory_fixture *fixture = *state;
    const char *path = directory_place(fixture, "new");
    struct vota_error err = {0};
    const mode_t before = umask(0);
    assert_int_equal(vota_directory_write_new(path, "one", 3, 0600, NULL), VOTA_OK);
    (void)umask(before);
    assert_mode(path, 0600);
    assert_int_equal(vota_directory_write_new(path, "two", 3, 0600, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "file-exists");
    uint8_t *bytes = NULL;
    size_t len = 0;
    assert_int_equal(vota_directory_read(&bytes, &len, path, 9, NULL), VOTA_OK);
    assert_string_equal((char *)bytes, "one");
    vota_directory_free_secret(bytes, len);
}

static void replacing_leaves_the_new_file_and_nothing_beside_it(void **state)
{
    struct directory_fixture *fixture = *state;
    const char *path = directory_place(fixture, "file");
    uint8_t *bytes = NULL;
    size_t len = 0;
    directory_put(path, "old", 0600);
    assert_int_equal(vota_directory_write(path, "newer", 5, 0644, NULL), VOTA_OK);
    assert_mode(path, 0644);
    assert_int_equal(vota_directory_read(&bytes, &len, path, 9, NULL), VOTA_OK);
    assert_string_equal((char *)bytes, "newer");
    vota_directory_free_secret(bytes, len);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(fixture->path), 0); /* it was empty */
    assert_int_equal(vota_directory_write(path, "x", 1, 0644, NULL), VOTA_NOT_FOUND);
}

static void a_pepper_is_made_once_and_read_back(void **state)
{
    struct directory_fixture *fixture = *state;
    const struct vota_directory dir = {fixture->path};
    const vota_hash reg = {{0xab, 0xcd}};
    uint8_t pepper[32] = {1, 2, 3};
    uint8_t read[32] = {0};
    struct vota_error err = {0};
    assert_int_equal(vota_directory_create(&dir, NULL), VOTA_OK);
    assert_int_equal(vota_directory_pepper_load(&dir, read, &reg, NULL), VOTA_NOT_FOUND);
    assert_int_equal(vota_directory_pepper_create(&dir, &reg, pepper, NULL), VOTA_OK);
    assert_int_equal(vota_directory_pepper_load(&dir, read, &reg, NULL), VOTA_OK);
    assert_memory_equal(read, pepper, sizeof pepper);
    const char *path = directory_place(fixture, "secrets/peppers/"
                                                "0xabcd");
    assert_int_not_equal(access(path, F_OK), 0); /* the whole hash is the name */
    assert_int_equal(vota_directory_pepper_create(&dir, &reg, pepper, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "file-exists");
}

static void a_pepper_of_another_length_is_refused(void **state)
{
    struct directory_fixture *fixture = *state;
    static const char name[] =
        "secrets/peppers/0x0000000000000000000000000000000000000000000000000000000000000000";
    char path[192];
    const struct vota_directory dir = {fixture->path};
    const vota_hash reg = {{0}};
    uint8_t read[32] = {7};
    struct vota_error err = {0};
    assert_int_equal(vota_directory_create(&dir, NULL), VOTA_OK);
    (void)snprintf(path, sizeof path, "%s/%s", fixture->path, name);
    directory_put(path, "thirty-one bytes are not enough", 0600);
    assert_int_equal(vota_directory_pepper_load(&dir, read, &reg, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "pepper-length");
    assert_int_equal(read[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIRECTORY_TEST(create_makes_private_places_for_secrets),
        DIRECTORY_TEST(a_directory_that_is_complete_is_not_made_again),
        cmocka_unit_test(paths_are_joined_unless_absolute_and_have_a_limit),
        DIRECTORY_TEST(a_file_is_read_whole_or_refused),
        DIRECTORY_TEST(a_secret_that_others_can_reach_is_refused),
        DIRECTORY_TEST(a_new_file_is_never_written_over_an_old_one),
        DIRECTORY_TEST(replacing_leaves_the_new_file_and_nothing_beside_it),
        DIRECTORY_TEST(a_pepper_is_made_once_and_read_back),
        DIRECTORY_TEST(a_pepper_of_another_length_is_refused),
    };
    return RUN_TESTS(tests);
}
