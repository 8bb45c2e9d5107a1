/* SPDX-License-Identifier: Apache-2.0 */
/* Key files on disk: private, regular, never overwritten, whole or not there, bound once. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rpc/keystore.h"
#include "tests/test.h"

/* Cheap enough to run dozens of times. */
static const struct vota_keystore_cost cheap = {.n = 1024, .r = 8, .p = 1};

static struct vota_slice word(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

struct place {
    char directory[64];
    char path[96];
    char other[96];
    struct vota_signer *signer;
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    (void)snprintf(place->directory, sizeof place->directory, "/tmp/vota-keystore-XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    (void)snprintf(place->path, sizeof place->path, "%s/key.json", place->directory);
    (void)snprintf(place->other, sizeof place->other, "%s/other", place->directory);
    assert_int_equal(vota_signer_generate(&place->signer, NULL), VOTA_OK);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    unlink(place->other);
    assert_int_equal(rmdir(place->directory), 0);
    vota_signer_free(place->signer);
    free(place);
    return 0;
}

static void assert_open_refused(const struct place *place, enum vota_status status,
                                const char *reason)
{
    struct vota_signer *signer = NULL;
    struct vota_error err = {0};
    assert_int_equal(vota_keystore_open(&signer, place->path, word("x"), &err), status);
    assert_string_equal(err.text, reason);
    assert_null(signer);
}

static void a_created_file_is_private_and_opens(void **state)
{
    const struct place *place = *state;
    struct stat facts;
    struct vota_signer *back = NULL;
    const mode_t mask = umask(0);
    assert_int_equal(vota_keystore_create(place->path, place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    umask(mask);
    assert_int_equal(stat(place->path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(vota_keystore_open(&back, place->path, word("x"), NULL), VOTA_OK);
    const vota_addr a = vota_signer_address(place->signer);
    const vota_addr b = vota_signer_address(back);
    assert_true(vota_addr_equal(&a, &b));
    vota_signer_free(back);
}

static void an_existing_file_is_never_overwritten(void **state)
{
    const struct place *place = *state;
    struct vota_error err = {0};
    assert_int_equal(vota_keystore_create(place->path, place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    assert_int_equal(vota_keystore_create(place->path, place->signer, word("y"), &cheap, &err),
                     VOTA_CONFLICT);
    assert_string_equal(err.text, "file-exists");
    struct vota_signer *back = NULL;
    assert_int_equal(vota_keystore_open(&back, place->path, word("x"), NULL), VOTA_OK);
    vota_signer_free(back);
}

static void a_file_that_others_may_read_is_refused(void **state)
{
    const struct place *place = *state;
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0700, 0620, 0777};
    assert_int_equal(vota_keystore_create(place->path, place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(place->path, modes[i]), 0);
        assert_open_refused(place, VOTA_CONFLICT, "mode-too-open");
    }
    assert_int_equal(chmod(place->path, 0400), 0);
    struct vota_signer *back = NULL;
    assert_int_equal(vota_keystore_open(&back, place->path, word("x"), NULL), VOTA_OK);
    vota_signer_free(back);
}

static void links_fifos_directories_and_nothing_are_refused(void **state)
{
    const struct place *place = *state;
    assert_open_refused(place, VOTA_NOT_FOUND, "no-file");
    assert_int_equal(vota_keystore_create(place->other, place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    assert_int_equal(symlink(place->other, place->path), 0);
    assert_open_refused(place, VOTA_CONFLICT, "is-link");
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkfifo(place->path, 0600), 0);
    assert_open_refused(place, VOTA_CONFLICT, "not-regular");
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkdir(place->path, 0700), 0);
    assert_open_refused(place, VOTA_CONFLICT, "not-regular");
    assert_int_equal(rmdir(place->path), 0);
}

static void a_file_without_end_is_refused(void **state)
{
    const struct place *place = *state;
    const int fd = open(place->path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 1 << 30), 0);
    assert_int_equal(close(fd), 0);
    assert_open_refused(place, VOTA_LIMIT, "file-too-long");
}

static void a_file_that_cannot_be_finished_is_not_left_behind(void **state)
{
    const struct place *place = *state;
    char path[200];
    struct vota_error err = {0};
    (void)snprintf(path, sizeof path, "%s/missing/key.json", place->directory);
    assert_int_equal(vota_keystore_create(path, place->signer, word("x"), &cheap, &err), VOTA_IO);
    assert_string_equal(err.text, "cannot-create");
    /* the password is refused before the file is made */
    assert_int_equal(vota_keystore_create(place->path, place->signer, word(""), &cheap, NULL),
                     VOTA_BAD_INPUT);
    assert_int_not_equal(access(place->path, F_OK), 0);
}

static void a_full_disk_leaves_no_file_and_keeps_the_old_one(void **state)
{
    const struct place *place = *state;
    const vota_hash genesis = {{1}};
    struct vota_error err = {0};
    struct rlimit before;
    assert_int_equal(vota_keystore_create(place->other, place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit tight = {.rlim_cur = 100, .rlim_max = before.rlim_max};
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    const enum vota_status created =
        vota_keystore_create(place->path, place->signer, word("x"), &cheap, &err);
    const enum vota_status bound = vota_keystore_bind(place->other, 5, &genesis, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(created, VOTA_IO);
    assert_string_equal(err.text, "cannot-write");
    assert_int_not_equal(access(place->path, F_OK), 0);
    assert_int_equal(bound, VOTA_IO);
    struct vota_keystore_info info;
    assert_int_equal(vota_keystore_stat(&info, place->other, NULL), VOTA_OK);
    assert_false(info.network.bound);
}

static void a_path_without_a_directory_is_here(void **state)
{
    const struct place *place = *state;
    char here[4096];
    struct vota_keystore_info info;
    const vota_hash genesis = {{1}};
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(place->directory), 0);
    assert_int_equal(vota_keystore_create("key.json", place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    assert_int_equal(vota_keystore_bind("key.json", 5, &genesis, NULL), VOTA_OK);
    assert_int_equal(vota_keystore_stat(&info, "key.json", NULL), VOTA_OK);
    assert_int_equal(chdir(here), 0);
    assert_true(info.network.bound);
    assert_int_equal(vota_keystore_bind(place->other, 5, &genesis, NULL), VOTA_NOT_FOUND);
}

static void a_file_binds_to_its_first_network_and_stays_readable(void **state)
{
    const struct place *place = *state;
    const vota_hash hoodi = {{[0] = 0xbb}};
    const vota_hash other = {{[0] = 0x25}};
    struct vota_keystore_info info;
    struct vota_error err = {0};
    struct stat facts;
    assert_int_equal(vota_keystore_create(place->path, place->signer, word("x"), &cheap, NULL),
                     VOTA_OK);
    assert_int_equal(vota_keystore_bind(place->path, 560048, &hoodi, NULL), VOTA_OK);
    assert_int_equal(vota_keystore_bind(place->path, 560048, &hoodi, NULL), VOTA_OK);
    assert_int_equal(vota_keystore_bind(place->path, 560048, &other, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "other-network");
    assert_int_equal(vota_keystore_bind(place->path, 1, &hoodi, NULL), VOTA_CONFLICT);
    assert_int_equal(vota_keystore_stat(&info, place->path, NULL), VOTA_OK);
    assert_true(info.network.bound && info.network.chain_id == 560048);
    assert_hash_equal(&info.network.genesis, &hoodi);
    assert_int_equal(stat(place->path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    struct vota_signer *back = NULL;
    assert_int_equal(vota_keystore_open(&back, place->path, word("x"), NULL), VOTA_OK);
    vota_signer_free(back);
}

int main(void)
{
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_created_file_is_private_and_opens),
        FILE_TEST(an_existing_file_is_never_overwritten),
        FILE_TEST(a_file_that_others_may_read_is_refused),
        FILE_TEST(links_fifos_directories_and_nothing_are_refused),
        FILE_TEST(a_file_without_end_is_refused),
        FILE_TEST(a_file_that_cannot_be_finished_is_not_left_behind),
        FILE_TEST(a_full_disk_leaves_no_file_and_keeps_the_old_one),
        FILE_TEST(a_path_without_a_directory_is_here),
        FILE_TEST(a_file_binds_to_its_first_network_and_stays_readable),
    };
    return RUN_TESTS(tests);
}
