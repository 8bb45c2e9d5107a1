/* SPDX-License-Identifier: Apache-2.0 */
/* Whole reads and writes, durable names, modes of secrets: see file.h. */
#include "rpc/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proof/bytes.h"

bool vota_file_read(int fd, void *to, size_t cap, size_t *ret_len)
{
    size_t len = 0;
    while (len < cap) {
        const ssize_t got = read(fd, (uint8_t *)to + len, cap - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *ret_len = len;
    return true;
}

bool vota_file_write(int fd, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        const ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        len -= (size_t)put;
    }
    return true;
}

/* "a/b" is in "a", "/b" in "/", "b" in ".". */
static bool parent_of(char ret_parent[VOTA_FILE_PATH_CAP], const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *parent = slash == NULL ? "." : path;
    const size_t len = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
    if (len >= VOTA_FILE_PATH_CAP)
        return false;
    memcpy(ret_parent, parent, len);
    ret_parent[len] = '\0';
    return true;
}

bool vota_file_sync_parent(const char *path)
{
    char parent[VOTA_FILE_PATH_CAP];
    if (!parent_of(parent, path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    const int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool synced = fsync(fd) == 0;
    return close(fd) == 0 && synced;
}

enum vota_status vota_file_check_secret(int fd, struct vota_error *err)
{
    struct stat facts;
    if (fstat(fd, &facts) != 0)
        return vota_fail(err, VOTA_IO, "file", "io-error");
    if (!S_ISREG(facts.st_mode))
        return vota_fail(err, VOTA_CONFLICT, "file", "not-regular");
    if (facts.st_uid != geteuid())
        return vota_fail(err, VOTA_CONFLICT, "file", "not-owner");
    if ((facts.st_mode & 0177) != 0)
        return vota_fail(err, VOTA_CONFLICT, "file", "mode-too-open");
    return VOTA_OK;
}
