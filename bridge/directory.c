/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of the directory that -C names, and files that are whole or not
 * there. It knows names and modes, not what the files say.
 */
#include "bridge/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proof/bytes.h"
#include "proof/hex.h"
#include "rpc/file.h"

enum vota_status vota_directory_path(const struct vota_directory *dir,
                                     char ret_path[VOTA_DIRECTORY_PATH_CAP], const char *name,
                                     struct vota_error *err)
{
    const bool absolute = name[0] == '/';
    const size_t dir_len = absolute ? 0 : strlen(dir->path) + 1;
    if (dir_len + strlen(name) >= VOTA_DIRECTORY_PATH_CAP)
        return vota_fail(err, VOTA_LIMIT, "path", "path-too-long");
    (void)snprintf(ret_path, VOTA_DIRECTORY_PATH_CAP, "%s%s%s", absolute ? "" : dir->path,
                   absolute ? "" : "/", name);
    return VOTA_OK;
}

/* errno to a status and a reason code that a person can be told. */
static enum vota_status fail_errno(struct vota_error *err, const char *where)
{
    switch (errno) {
    case ENOENT:
        return vota_fail(err, VOTA_NOT_FOUND, where, "no-file");
    case EEXIST:
        return vota_fail(err, VOTA_CONFLICT, where, "file-exists");
    case EACCES:
    case EPERM:
    case EROFS:
        return vota_fail(err, VOTA_IO, where, "not-permitted");
    case ELOOP:
        return vota_fail(err, VOTA_CONFLICT, where, "is-link");
    case ENOSPC:
    case EDQUOT:
        return vota_fail(err, VOTA_IO, where, "disk-full");
    case ENOTDIR:
    case EISDIR:
        return vota_fail(err, VOTA_CONFLICT, where, "not-regular");
    default:
        return vota_fail(err, VOTA_IO, where, "io-error");
    }
}

static enum vota_status make(const struct vota_directory *dir, const char *name, mode_t mode,
                             struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    const enum vota_status status = vota_directory_path(dir, path, name, err);
    if (status != VOTA_OK)
        return status;
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return VOTA_OK;
    return fail_errno(err, "directory");
}

static bool exists(const struct vota_directory *dir, const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct stat info;
    return vota_directory_path(dir, path, name, NULL) == VOTA_OK && lstat(path, &info) == 0;
}

enum vota_status vota_directory_create(const struct vota_directory *dir, struct vota_error *err)
{
    if (exists(dir, VOTA_DIRECTORY_CONFIG))
        return vota_fail(err, VOTA_CONFLICT, VOTA_DIRECTORY_CONFIG, "already-made");
    if (mkdir(dir->path, 0750) != 0 && errno != EEXIST)
        return fail_errno(err, "directory");
    const enum vota_status status = make(dir, VOTA_DIRECTORY_SECRETS, 0700, err);
    if (status != VOTA_OK)
        return status;
    return make(dir, VOTA_DIRECTORY_PEPPERS, 0700, err);
}

enum vota_status vota_directory_check(const struct vota_directory *dir, struct vota_error *err)
{
    if (!exists(dir, VOTA_DIRECTORY_CONFIG))
        return vota_fail(err, VOTA_NOT_FOUND, VOTA_DIRECTORY_CONFIG, "no-directory");
    return VOTA_OK;
}

/* One byte more than allowed is asked for, so that a longer file is noticed whatever stat says. */
enum vota_status vota_directory_read_fd(uint8_t **ret_bytes, size_t *ret_len, int fd, size_t cap,
                                        struct vota_error *err)
{
    size_t len = 0;
    uint8_t *bytes = malloc(cap + 2);
    if (bytes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "file", "no-memory");
    if (!vota_file_read(fd, bytes, cap + 1, &len)) {
        vota_directory_free_secret(bytes, cap + 2);
        return fail_errno(err, "file");
    }
    if (len > cap) {
        vota_directory_free_secret(bytes, cap + 2);
        return vota_fail(err, VOTA_LIMIT, "file", "file-too-large");
    }
    bytes[len] = '\0';
    *ret_bytes = bytes;
    *ret_len = len;
    return VOTA_OK;
}

enum vota_status vota_directory_read(uint8_t **ret_bytes, size_t *ret_len, const char *path,
                                     size_t cap, struct vota_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, "file");
    const enum vota_status status = vota_directory_read_fd(ret_bytes, ret_len, fd, cap, err);
    (void)close(fd);
    return status;
}

enum vota_status vota_directory_read_secret(uint8_t **ret_bytes, size_t *ret_len, const char *path,
                                            size_t cap, struct vota_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return fail_errno(err, "file");
    enum vota_status status = vota_file_check_secret(fd, err);
    if (status == VOTA_OK)
        status = vota_directory_read_fd(ret_bytes, ret_len, fd, cap, err);
    (void)close(fd);
    return status;
}

/* Fills a file just made; removes it again when that fails. */
static enum vota_status fill(int fd, const char *path, const void *bytes, size_t len, mode_t mode,
                             struct vota_error *err)
{
    const bool written = fchmod(fd, mode) == 0 && vota_file_write(fd, bytes, len) && fsync(fd) == 0;
    const int saved = errno;
    const bool closed = close(fd) == 0;
    if (written && closed)
        return VOTA_OK;
    (void)unlink(path);
    errno = written ? errno : saved;
    return fail_errno(err, "file");
}

enum vota_status vota_directory_write_new(const char *path, const void *bytes, size_t len,
                                          unsigned mode, struct vota_error *err)
{
    if (strlen(path) >= VOTA_DIRECTORY_PATH_CAP)
        return vota_fail(err, VOTA_LIMIT, "path", "path-too-long");
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0700);
    if (fd < 0)
        return fail_errno(err, "file");
    const enum vota_status status = fill(fd, path, bytes, len, mode, err);
    if (status != VOTA_OK)
        return status;
    return vota_file_sync_parent(path) ? VOTA_OK : fail_errno(err, "directory");
}

enum vota_status vota_directory_write(const char *path, const void *bytes, size_t len,
                                      unsigned mode, struct vota_error *err)
{
    char beside[VOTA_DIRECTORY_PATH_CAP];
    static const char ending[] = ".XXXXXX";
    if (strlen(path) + sizeof ending > sizeof beside)
        return vota_fail(err, VOTA_LIMIT, "path", "path-too-long");
    (void)snprintf(beside, sizeof beside, "%s%s", path, ending);
    const int fd = mkstemp(beside);
    if (fd < 0)
        return fail_errno(err, "file");
    const enum vota_status status = fill(fd, beside, bytes, len, mode, err);
    if (status != VOTA_OK)
        return status;
    if (rename(beside, path) != 0) {
        const enum vota_status failed = fail_errno(err, "file");
        (void)unlink(beside);
        return failed;
    }
    return vota_file_sync_parent(path) ? VOTA_OK : fail_errno(err, "directory");
}

static enum vota_status pepper_path(const struct vota_directory *dir,
                                    char ret_path[VOTA_DIRECTORY_PATH_CAP],
                                    const vota_hash *register_hash, struct vota_error *err)
{
    char hex[VOTA_HASH_HEX_CHARS + 1];
    char name[sizeof VOTA_DIRECTORY_PEPPERS + 1 + sizeof hex];
    vota_hex_of_hash(hex, register_hash);
    (void)snprintf(name, sizeof name, "%s/%s", VOTA_DIRECTORY_PEPPERS, hex);
    return vota_directory_path(dir, ret_path, name, err);
}

enum vota_status vota_directory_pepper_create(const struct vota_directory *dir,
                                              const vota_hash *register_hash,
                                              const uint8_t pepper[32], struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    const enum vota_status status = pepper_path(dir, path, register_hash, err);
    if (status != VOTA_OK)
        return status;
    return vota_directory_write_new(path, pepper, 32, 0600, err);
}

enum vota_status vota_directory_pepper_load(const struct vota_directory *dir,
                                            uint8_t ret_pepper[32], const vota_hash *register_hash,
                                            struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum vota_status status = pepper_path(dir, path, register_hash, err);
    if (status == VOTA_OK)
        status = vota_directory_read_secret(&bytes, &len, path, 32, err);
    if (status != VOTA_OK)
        return status;
    if (len != 32) {
        vota_directory_free_secret(bytes, len);
        return vota_fail(err, VOTA_BAD_INPUT, "pepper", "pepper-length");
    }
    vota_bytes_copy(ret_pepper, bytes, 32);
    vota_directory_free_secret(bytes, len);
    return VOTA_OK;
}

void vota_directory_free_secret(void *bytes, size_t len)
{
    if (bytes != NULL)
        vota_bytes_wipe(bytes, len);
    free(bytes);
}
