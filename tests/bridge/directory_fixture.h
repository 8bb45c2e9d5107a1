/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of its own for each test, removed afterwards. */
#ifndef VOTA_TESTS_DIRECTORY_FIXTURE_H
#define VOTA_TESTS_DIRECTORY_FIXTURE_H

#include "tests/test.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct directory_fixture {
    char path[64];  /* made */
    char other[96]; /* path/name of the last call of place() */
};

static inline int directory_set_up(void **state)
{
    struct directory_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    (void)snprintf(fixture->path, sizeof fixture->path, "/tmp/vota-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->path));
    *state = fixture;
    return 0;
}

static inline int directory_remove_one(const char *path, const struct stat *info, int type,
                                       struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static inline int directory_tear_down(void **state)
{
    struct directory_fixture *fixture = *state;
    (void)nftw(fixture->path, directory_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(fixture);
    return 0;
}

/* path/name; the next call overwrites it. */
static inline const char *directory_place(struct directory_fixture *fixture, const char *name)
{
    (void)snprintf(fixture->other, sizeof fixture->other, "%s/%s", fixture->path, name);
    return fixture->other;
}

static inline void directory_put(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

#define DIRECTORY_TEST(test)                                                                       \
    cmocka_unit_test_setup_teardown(test, directory_set_up, directory_tear_down)

#endif
