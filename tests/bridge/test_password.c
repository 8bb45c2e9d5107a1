/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bridge/directory_fixture.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include "bridge/password.h"

static void the_first_line_of_a_private_file_is_the_password(void **state)
{
    struct directory_fixture *fixture = *state;
    static const struct {
        const char *text, *password;
    } cases[] = {{"secret", "secret"},
                 {"secret\n", "secret"},
                 {"secret\r\nsecond\n", "secret"},
                 {" with space \n", " with space "},
                 {"비밀번호\n", "비밀번호"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_password password;
        const char *path = directory_place(fixture, "password");
        directory_put(path, cases[i].text, 0600);
        assert_int_equal(vota_password_of_file(&password, path, NULL), VOTA_OK);
        assert_string_equal(password.text, cases[i].password);
        assert_int_equal(password.len, strlen(cases[i].password));
        vota_password_wipe(&password);
        assert_int_equal(password.text[0], 0);
    }
}

static void a_file_without_a_password_is_refused(void **state)
{
    struct directory_fixture *fixture = *state;
    char longer[VOTA_PASSWORD_MAX + 2];
    struct vota_password password = {.len = 77};
    struct vota_error err = {0};
    const char *path = directory_place(fixture, "password");
    directory_put(path, "\nsecond line\n", 0600);
    assert_int_equal(vota_password_of_file(&password, path, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "password-empty");
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    directory_put(path, longer, 0600);
    err = (struct vota_error){0};
    assert_int_equal(vota_password_of_file(&password, path, &err), VOTA_LIMIT);
    assert_string_equal(err.text, "password-too-long");
    directory_put(path, "secret", 0640);
    err = (struct vota_error){0};
    assert_int_equal(vota_password_of_file(&password, path, &err), VOTA_CONFLICT);
    assert_string_equal(err.text, "mode-too-open");
    assert_int_equal(password.len, 77);
}

static void equal_means_every_byte(void **state)
{
    (void)state;
    struct vota_password a = {"abc", 3};
    struct vota_password b = {"abc", 3};
    assert_true(vota_password_equal(&a, &b));
    b.text[2] = 'd';
    assert_false(vota_password_equal(&a, &b));
    b.len = 2;
    assert_false(vota_password_equal(&a, &b));
}

/* The child: asks on a terminal of its own and says in its exit code what came. */
static void child(int slave, const char *expected)
{
    struct vota_password password = {.len = 0};
    (void)setsid();
    if (ioctl(slave, TIOCSCTTY, 0) != 0)
        _exit(9);
    const enum vota_status status = vota_password_ask(&password, "Password: ", NULL);
    if (expected == NULL)
        _exit(status == VOTA_CONFLICT ? 0 : 1);
    _exit(status == VOTA_OK && strcmp(password.text, expected) == 0 ? 0 : 1);
}

/* Types `typed` at the prompt; what the terminal showed comes back. */
static int ask_child(const char *typed, const char *expected, char *ret_seen, size_t cap)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    size_t seen = 0;
    int status = -1;
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    const pid_t pid = fork();
    assert_true(slave >= 0 && pid >= 0);
    if (pid == 0)
        child(slave, expected);
    while (seen < 10) /* "Password: ", after which echo goes off */
        seen += (size_t)read(master, ret_seen + seen, 10 - seen);
    struct termios now;
    do {
        assert_int_equal(tcgetattr(slave, &now), 0);
    } while ((now.c_lflag & ECHO) != 0);
    assert_int_equal(write(master, typed, strlen(typed)), strlen(typed));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(tcgetattr(slave, &now), 0);
    assert_true((now.c_lflag & ECHO) != 0 && (now.c_lflag & ISIG) != 0);
    seen += (size_t)read(master, ret_seen + seen, cap - seen - 1);
    ret_seen[seen] = '\0';
    (void)close(slave);
    (void)close(master);
    return WEXITSTATUS(status);
}

static void a_typed_password_is_read_and_never_shown(void **state)
{
    (void)state;
    char seen[256];
    assert_int_equal(ask_child("hunter2hunter2\n", "hunter2hunter2", seen, sizeof seen), 0);
    assert_null(strstr(seen, "hunter2"));
    assert_non_null(strstr(seen, "Password: "));
}

static void typing_errors_can_be_taken_back_by_whole_characters(void **state)
{
    (void)state;
    char seen[256];
    assert_int_equal(ask_child("wrong\x15"
                               "비밀하\x7f\x7f밀12345\x08\n",
                               "비밀1234", seen, sizeof seen),
                     0);
}

static void giving_up_leaves_the_terminal_as_it_was(void **state)
{
    (void)state;
    char seen[256];
    assert_int_equal(ask_child("half\x03", NULL, seen, sizeof seen), 0);
    assert_int_equal(ask_child("\x04", NULL, seen, sizeof seen), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIRECTORY_TEST(the_first_line_of_a_private_file_is_the_password),
        DIRECTORY_TEST(a_file_without_a_password_is_refused),
        cmocka_unit_test(equal_means_every_byte),
        cmocka_unit_test(a_typed_password_is_read_and_never_shown),
        cmocka_unit_test(typing_errors_can_be_taken_back_by_whole_characters),
        cmocka_unit_test(giving_up_leaves_the_terminal_as_it_was),
    };
    return RUN_TESTS(tests);
}
