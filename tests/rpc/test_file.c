/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "rpc/file.h"

static char place[] = "/tmp/vota-file-XXXXXX";

static const char *inside(const char *name)
{
    static char path[256];
    assert_in_range(snprintf(path, sizeof path, "%s/%s", place, name), 1, sizeof path - 1);
    return path;
}

static int make_place(void **state)
{
    (void)state;
    return mkdtemp(place) == NULL ? -1 : 0;
}

static int remove_place(void **state)
{
    (void)state;
    (void)unlink(inside("file"));
    return rmdir(place);
}

static int new_file(mode_t mode)
{
    (void)unlink(inside("file"));
    const int fd = open(inside("file"), O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, mode), 0);
    return fd;
}

static void what_is_written_is_read_up_to_the_end_or_the_cap(void **state)
{
    (void)state;
    static const struct {
        size_t cap, len;
    } cases[] = {{16, 6}, {6, 6}, {5, 5}, {0, 0}};
    const int fd = new_file(0600);
    assert_true(vota_file_write(fd, "ballot", 6));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[16] = "";
        size_t len = 99;
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        assert_true(vota_file_read(fd, text, cases[i].cap, &len));
        assert_int_equal(len, cases[i].len);
        assert_memory_equal(text, "ballot", len);
    }
    assert_int_equal(close(fd), 0);
}

static void a_pipe_that_gives_a_little_at_a_time_is_read_whole(void **state)
{
    (void)state;
    int ends[2];
    char text[16];
    size_t len = 0;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        for (const char *at = "ballot"; *at != '\0'; at++) {
            if (write(ends[1], at, 1) != 1)
                _exit(1);
            (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        }
        _exit(0);
    }
    assert_int_equal(close(ends[1]), 0);
    assert_true(vota_file_read(ends[0], text, sizeof text, &len));
    assert_int_equal(len, 6);
    assert_int_equal(close(ends[0]), 0);
}

static void failures_are_told_and_leave_the_length_alone(void **state)
{
    (void)state;
    char text[4];
    size_t len = 99;
    assert_false(vota_file_read(-1, text, sizeof text, &len));
    assert_int_equal(errno, EBADF);
    assert_int_equal(len, 99);
    assert_false(vota_file_write(-1, "x", 1));
    assert_true(vota_file_write(-1, "", 0)); /* nothing to write is written */
}

static void a_name_is_synced_wherever_it_stands(void **state)
{
    (void)state;
    static char endless[VOTA_FILE_PATH_CAP + 2];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 2] = '/';
    assert_true(vota_file_sync_parent(inside("file")));
    assert_true(vota_file_sync_parent("file")); /* in "." */
    assert_true(vota_file_sync_parent("/file"));
    assert_false(vota_file_sync_parent(inside("nowhere/file")));
    assert_int_equal(errno, ENOENT);
    assert_false(vota_file_sync_parent(endless));
    assert_int_equal(errno, ENAMETOOLONG);
}

static void only_a_plain_file_of_nobody_else_is_a_secret(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool good;
    } cases[] = {{0600, true},  {0400, true},  {0640, false}, {0604, false},
                 {0620, false}, {0601, false}, {0700, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_error err = {0};
        const int fd = new_file(cases[i].mode);
        assert_int_equal(vota_file_check_secret(fd, &err), cases[i].good ? VOTA_OK : VOTA_CONFLICT);
        assert_string_equal(err.text, cases[i].good ? "" : "mode-too-open");
        assert_int_equal(close(fd), 0);
    }
    struct vota_error err = {0};
    const int directory = open(place, O_RDONLY | O_DIRECTORY);
    assert_int_equal(vota_file_check_secret(directory, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "not-regular");
    assert_int_equal(close(directory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_up_to_the_end_or_the_cap),
        cmocka_unit_test(a_pipe_that_gives_a_little_at_a_time_is_read_whole),
        cmocka_unit_test(failures_are_told_and_leave_the_length_alone),
        cmocka_unit_test(a_name_is_synced_wherever_it_stands),
        cmocka_unit_test(only_a_plain_file_of_nobody_else_is_a_secret),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
