/* SPDX-License-Identifier: Apache-2.0 */
/* The service manager's protocol, read where the manager reads it. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bridge/serve/notify.h"

#define OK(call) assert_int_equal((call), VOTA_OK)

/* The manager's end, and the environment that leads to it. */
struct manager {
    int fd;
    char dir[64];
    char name[108]; /* as in NOTIFY_SOCKET */
    char heard[512];
};

static const char *env_socket, *env_usec, *env_pid;

static const char *environment(const char *name)
{
    if (strcmp(name, "NOTIFY_SOCKET") == 0)
        return env_socket;
    if (strcmp(name, "WATCHDOG_USEC") == 0)
        return env_usec;
    return strcmp(name, "WATCHDOG_PID") == 0 ? env_pid : NULL;
}

static void listen_at(struct manager *manager, bool is_abstract)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(manager->dir, sizeof manager->dir, "/tmp/test-notify-XXXXXX");
    assert_non_null(mkdtemp(manager->dir));
    (void)snprintf(manager->name, sizeof manager->name, "%s%s/socket", is_abstract ? "@" : "",
                   manager->dir);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", manager->name);
    if (is_abstract)
        address.sun_path[0] = '\0';
    const socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                      strlen(manager->name) + (is_abstract ? 0 : 1));
    manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(manager->fd >= 0);
    assert_int_equal(bind(manager->fd, (const struct sockaddr *)&address, len), 0);
    env_socket = manager->name;
    env_usec = env_pid = NULL;
}

static void hang_up(struct manager *manager)
{
    (void)close(manager->fd);
    (void)unlink(manager->name);
    (void)rmdir(manager->dir);
}

/* The next datagram; "" when there is none. */
static const char *hear(struct manager *manager)
{
    const ssize_t n = recv(manager->fd, manager->heard, sizeof manager->heard - 1, 0);
    manager->heard[n > 0 ? n : 0] = '\0';
    return manager->heard;
}

static struct vota_notify notify_to(struct manager *manager, bool is_abstract)
{
    struct vota_notify notify;
    listen_at(manager, is_abstract);
    OK(vota_notify_open(&notify, environment, NULL));
    assert_true(notify.fd >= 0);
    return notify;
}

static void every_state_is_one_datagram(void **state)
{
    (void)state;
    for (int is_abstract = 0; is_abstract < 2; is_abstract++) {
        struct manager manager;
        struct vota_notify notify = notify_to(&manager, is_abstract != 0);
        vota_notify_ready(&notify);
        assert_string_equal(hear(&manager), "READY=1");
        vota_notify_watchdog(&notify);
        assert_string_equal(hear(&manager), "WATCHDOG=1");
        vota_notify_stopping(&notify);
        assert_string_equal(hear(&manager), "STOPPING=1");
        assert_string_equal(hear(&manager), "");
        vota_notify_close(&notify);
        vota_notify_ready(&notify);
        assert_string_equal(hear(&manager), "");
        hang_up(&manager);
    }
}

static void a_reload_carries_the_time_that_orders_it(void **state)
{
    (void)state;
    struct manager manager;
    struct timespec before;
    static const char begin[] = "RELOADING=1\nMONOTONIC_USEC=";
    struct vota_notify notify = notify_to(&manager, false);
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    vota_notify_reloading(&notify);
    assert_int_equal(strncmp(hear(&manager), begin, sizeof begin - 1), 0);
    const uint64_t usec = strtoull(manager.heard + sizeof begin - 1, NULL, 10);
    assert_true(usec >= (uint64_t)before.tv_sec * 1000000u + (uint64_t)before.tv_nsec / 1000u);
    assert_true(usec < (uint64_t)before.tv_sec * 1000000u + 10000000u);
    vota_notify_close(&notify);
    hang_up(&manager);
}

static void a_status_is_one_line_and_said_once(void **state)
{
    (void)state;
    struct manager manager;
    char text[2 * VOTA_NOTIFY_STATUS_MAX];
    struct vota_notify notify = notify_to(&manager, false);
    vota_notify_status(&notify, "all\nis well");
    assert_string_equal(hear(&manager), "STATUS=all is well");
    vota_notify_status(&notify, "all\nis well");
    assert_string_equal(hear(&manager), "");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    vota_notify_status(&notify, text);
    assert_int_equal(strlen(hear(&manager)), VOTA_NOTIFY_STATUS_MAX + 7);
    vota_notify_close(&notify);
    hang_up(&manager);
}

static void the_watchdog_waits_for_us_alone(void **state)
{
    (void)state;
    char mine[24];
    struct manager manager;
    (void)snprintf(mine, sizeof mine, "%ld", (long)getpid());
    const struct {
        const char *usec, *pid;
        uint64_t ms;
    } cases[] = {
        {NULL, NULL, 0},           {"30000000", NULL, 30000},
        {"30000000", mine, 30000}, {"30000000", "1", 0},
        {"30000000", "", 0},       {"0", NULL, 0},
        {"half an hour", NULL, 0}, {"1", NULL, 1},
        {NULL, mine, 0},
    };
    listen_at(&manager, false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_notify notify;
        env_usec = cases[i].usec;
        env_pid = cases[i].pid;
        OK(vota_notify_open(&notify, environment, NULL));
        assert_int_equal(notify.watchdog_ms, cases[i].ms);
        vota_notify_close(&notify);
    }
    hang_up(&manager);
}

static void without_a_manager_nothing_is_wrong(void **state)
{
    (void)state;
    static const char *const none[] = {NULL, ""};
    env_usec = "30000000";
    env_pid = NULL;
    for (size_t i = 0; i < 2; i++) {
        struct vota_notify notify;
        env_socket = none[i];
        OK(vota_notify_open(&notify, environment, NULL));
        assert_int_equal(notify.fd, -1);
        assert_int_equal(notify.watchdog_ms, 0);
        vota_notify_ready(&notify);
        vota_notify_close(&notify);
    }
}

static void a_socket_of_another_kind_is_refused(void **state)
{
    (void)state;
    char long_path[200];
    static const char *const bad[] = {"relative", "vsock:2:1", "/", "@"};
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[0] = '/';
    long_path[sizeof long_path - 1] = '\0';
    for (size_t i = 0; i < sizeof bad / sizeof bad[0] + 1; i++) {
        struct vota_notify notify;
        struct vota_error err = {.status = VOTA_OK};
        env_socket = i < sizeof bad / sizeof bad[0] ? bad[i] : long_path;
        assert_int_equal(vota_notify_open(&notify, environment, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "bad-notify-socket");
        assert_int_equal(notify.fd, -1);
        vota_notify_watchdog(&notify);
    }
}

/* A manager that is gone, or does not read, must not hold the service up. */
static void nobody_who_reads_is_no_trouble(void **state)
{
    (void)state;
    struct manager manager;
    struct vota_notify notify = notify_to(&manager, false);
    for (int i = 0; i < 10000; i++)
        vota_notify_watchdog(&notify);
    hang_up(&manager);
    vota_notify_watchdog(&notify);
    vota_notify_close(&notify);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_one_datagram),
        cmocka_unit_test(a_reload_carries_the_time_that_orders_it),
        cmocka_unit_test(a_status_is_one_line_and_said_once),
        cmocka_unit_test(the_watchdog_waits_for_us_alone),
        cmocka_unit_test(without_a_manager_nothing_is_wrong),
        cmocka_unit_test(a_socket_of_another_kind_is_refused),
        cmocka_unit_test(nobody_who_reads_is_no_trouble),
    };
    return RUN_TESTS(tests);
}
