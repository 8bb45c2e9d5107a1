/* SPDX-License-Identifier: Apache-2.0 */
/* flock(2) on DIR/sender.lock: see lock.h. */
#include "bridge/engine/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "proof/bytes.h"

enum vota_status vota_lock_take(int *ret_fd, const char *path, struct vota_error *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return vota_fail(err, VOTA_IO, "sender.lock", "cannot-open");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const bool held = errno == EWOULDBLOCK;
        (void)close(fd);
        if (held)
            return vota_fail(err, VOTA_CONFLICT, "sender.lock", "sender-running");
        return vota_fail(err, VOTA_IO, "sender.lock", "cannot-lock");
    }
    *ret_fd = fd;
    return VOTA_OK;
}

void vota_lock_release(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}
