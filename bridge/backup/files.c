/* SPDX-License-Identifier: Apache-2.0 */
/* Copying, hashing, removing: see files.h. */
#include "bridge/backup/files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/crypto.h"
#include "rpc/file.h"

#define CHUNK ((size_t)1 << 20)

static enum vota_status fail_errno(struct vota_error *err, const char *where)
{
    switch (errno) {
    case ENOENT:
        return vota_fail(err, VOTA_NOT_FOUND, where, "no-file");
    case EEXIST:
    case ENOTEMPTY:
        return vota_fail(err, VOTA_CONFLICT, where, "file-exists");
    case ELOOP:
        return vota_fail(err, VOTA_CONFLICT, where, "is-link");
    case EACCES:
    case EPERM:
    case EROFS:
        return vota_fail(err, VOTA_IO, where, "not-permitted");
    case ENOSPC:
    case EDQUOT:
        return vota_fail(err, VOTA_LIMIT, where, "disk-full");
    default:
        return vota_fail(err, VOTA_IO, where, "io-error");
    }
}

enum vota_status vota_files_join(char ret_path[VOTA_DIRECTORY_PATH_CAP], const char *dir,
                                 const char *path, struct vota_error *err)
{
    const int len = snprintf(ret_path, VOTA_DIRECTORY_PATH_CAP, "%s/%s", dir, path);
    return len > 0 && len < VOTA_DIRECTORY_PATH_CAP
               ? VOTA_OK
               : vota_fail(err, VOTA_LIMIT, "path", "path-too-long");
}

/* One file on its way; `to` is -1 when it is only read. */
struct passage {
    int from, to;
    uint8_t *chunk;
    struct vota_sha256 *sha;
    struct vota_files_meter *meter;
    uint64_t bytes;
};

static enum vota_status pass_on(struct passage *passage, size_t len, struct vota_error *err)
{
    struct vota_files_meter *meter = passage->meter;
    if (vota_crypto_sha256_update(passage->sha, passage->chunk, len) != VOTA_OK)
        return vota_fail(err, VOTA_INTERNAL, "file", "io-error");
    if (passage->to >= 0 && !vota_file_write(passage->to, passage->chunk, len))
        return fail_errno(err, "file");
    passage->bytes += len;
    if (meter != NULL && meter->progress != NULL) {
        meter->done += len;
        meter->progress(meter->context, meter->done, meter->total);
    }
    return VOTA_OK;
}

static enum vota_status pass(struct passage *passage, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    size_t len = CHUNK;
    while (status == VOTA_OK && len == CHUNK) {
        if (!vota_file_read(passage->from, passage->chunk, CHUNK, &len))
            return fail_errno(err, "file");
        if (len > 0)
            status = pass_on(passage, len, err);
    }
    if (status == VOTA_OK && passage->to >= 0 && fsync(passage->to) != 0)
        return fail_errno(err, "file");
    return status;
}

static enum vota_status carry(struct vota_listed_file *ret_file, int from, int to,
                              struct vota_files_meter *meter, struct vota_error *err)
{
    struct passage passage = {.from = from, .to = to, .meter = meter, .chunk = malloc(CHUNK)};
    enum vota_status status = vota_crypto_sha256_new(&passage.sha);
    if (status != VOTA_OK || passage.chunk == NULL)
        status = vota_fail(err, VOTA_NO_MEMORY, "file", "no-memory");
    if (status == VOTA_OK)
        status = pass(&passage, err);
    if (status == VOTA_OK && vota_crypto_sha256_final(passage.sha, ret_file->sha256) != VOTA_OK)
        status = vota_fail(err, VOTA_INTERNAL, "file", "io-error");
    if (status == VOTA_OK)
        ret_file->bytes = passage.bytes;
    vota_crypto_sha256_free(passage.sha);
    vota_directory_free_secret(passage.chunk, passage.chunk == NULL ? 0 : CHUNK);
    return status;
}

static enum vota_status open_plain(int *ret_fd, const char *path, struct vota_error *err)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return fail_errno(err, "file");
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        *ret_fd = fd;
        return VOTA_OK;
    }
    (void)close(fd);
    return vota_fail(err, VOTA_CONFLICT, "file", "not-regular");
}

enum vota_status vota_files_sum(struct vota_listed_file *ret_file, const char *from,
                                struct vota_files_meter *meter, struct vota_error *err)
{
    int fd = -1;
    enum vota_status status = open_plain(&fd, from, err);
    if (status != VOTA_OK)
        return status;
    status = carry(ret_file, fd, -1, meter, err);
    (void)close(fd);
    return status;
}

static enum vota_status make_file(int *ret_fd, const char *path, mode_t mode,
                                  struct vota_error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_errno(err, "file");
    *ret_fd = fd;
    return fchmod(fd, mode) == 0 ? VOTA_OK : fail_errno(err, "file");
}

enum vota_status vota_files_copy(struct vota_listed_file *ret_file, const char *from,
                                 const char *to, unsigned mode, struct vota_files_meter *meter,
                                 struct vota_error *err)
{
    int source = -1;
    int target = -1;
    enum vota_status status = open_plain(&source, from, err);
    if (status != VOTA_OK)
        return status;
    status = make_file(&target, to, mode, err);
    if (status == VOTA_OK)
        status = carry(ret_file, source, target, meter, err);
    (void)close(source);
    if (target >= 0 && close(target) != 0 && status == VOTA_OK)
        status = fail_errno(err, "file");
    if (target >= 0 && status != VOTA_OK)
        (void)unlink(to);
    return status;
}

/* Everything below secrets/ is its owner's alone. */
static enum vota_status make_directory(const char *full, const char *path, struct vota_error *err)
{
    static const char secrets[] = VOTA_DIRECTORY_SECRETS;
    const bool is_secret = strncmp(path, secrets, sizeof secrets - 1) == 0;
    if (mkdir(full, is_secret ? 0700 : 0750) != 0 && errno != EEXIST)
        return fail_errno(err, "directory");
    return vota_file_sync_parent(full) ? VOTA_OK : fail_errno(err, "directory");
}

enum vota_status vota_files_make_parents(const char *dir, const char *path, struct vota_error *err)
{
    char full[VOTA_DIRECTORY_PATH_CAP];
    enum vota_status status = vota_files_join(full, dir, path, err);
    char *at = full + strlen(dir) + 1;
    for (at = strchr(at, '/'); status == VOTA_OK && at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        status = make_directory(full, path, err);
        *at = '/';
    }
    return status;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

void vota_files_remove_tree(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
