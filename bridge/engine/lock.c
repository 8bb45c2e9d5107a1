/* SPDX-License-Identifier: Apache-2.0 */
/* flock(2) on DIR/sender.lock: see lock.h. */
#include "bridge/engine/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "bridge/config_value.h"
#include "proof/bytes.h"

#define TRIES  5 /* whoever only asks holds it for an instant */
#define TRY_MS 10

#define NUMBER_CAP 24u

static bool lock(int fd)
{
    const struct timespec instant = {.tv_nsec = TRY_MS * 1000000L};
    for (int i = 0; i < TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK)
            return false;
        if (i + 1 < TRIES)
            (void)nanosleep(&instant, NULL);
    }
    errno = EWOULDBLOCK;
    return false;
}

/* For people, and for messages: the lock itself is the kernel's. */
static void note_process(int fd)
{
    char text[NUMBER_CAP];
    const int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) == 0)
        (void)!pwrite(fd, text, (size_t)len, 0);
}

uint64_t vota_lock_process(const char *path)
{
    char text[NUMBER_CAP] = "";
    uint64_t process = 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return 0;
    const ssize_t len = pread(fd, text, sizeof text - 1, 0);
    (void)close(fd);
    if (len < 2 || text[len - 1] != '\n')
        return 0;
    text[len - 1] = '\0';
    return vota_config_value_count(&process, text) ? process : 0;
}

enum vota_status vota_lock_take(int *ret_fd, const char *path, struct vota_error *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return vota_fail(err, VOTA_IO, "sender.lock", "cannot-open");
    if (!lock(fd)) {
        const bool held = errno == EWOULDBLOCK;
        (void)close(fd);
        if (held)
            return vota_fail(err, VOTA_CONFLICT, "sender.lock", "sender-running");
        return vota_fail(err, VOTA_IO, "sender.lock", "cannot-lock");
    }
    note_process(fd);
    *ret_fd = fd;
    return VOTA_OK;
}

void vota_lock_release(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

bool vota_lock_is_held(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    const bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(fd);
    return held;
}
