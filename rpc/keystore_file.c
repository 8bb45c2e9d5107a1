/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files on disk: see keystore.h. A key file is a regular file of this
 * user that nobody else may read, made once and never overwritten. Sees
 * encrypted text only.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rpc/file.h"
#include "rpc/keystore.h"

/* ---- reading ---- */

static enum vota_status read_all(int fd, char *ret_text, size_t *ret_len, struct vota_error *err)
{
    size_t len = 0;
    if (!vota_file_read(fd, ret_text, VOTA_KEYSTORE_FILE_MAX + 1, &len))
        return vota_fail(err, VOTA_IO, "file", "cannot-read");
    if (len > VOTA_KEYSTORE_FILE_MAX)
        return vota_fail(err, VOTA_LIMIT, "file", "file-too-long");
    *ret_len = len;
    return VOTA_OK;
}

static enum vota_status open_failed(struct vota_error *err)
{
    if (errno == ENOENT)
        return vota_fail(err, VOTA_NOT_FOUND, "file", "no-file");
    if (errno == ELOOP)
        return vota_fail(err, VOTA_CONFLICT, "file", "is-link");
    return vota_fail(err, VOTA_IO, "file", "cannot-open");
}

/* The text of a key file; ret_text holds VOTA_KEYSTORE_FILE_MAX + 1 bytes. */
static enum vota_status read_file(char *ret_text, size_t *ret_len, const char *path,
                                  struct vota_error *err)
{
    /* O_NONBLOCK so that a FIFO in its place cannot hold us; regular files ignore it. */
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return open_failed(err);
    enum vota_status status = vota_file_check_secret(fd, err);
    if (status == VOTA_OK)
        status = read_all(fd, ret_text, ret_len, err);
    (void)close(fd); /* only read */
    return status;
}

enum vota_status vota_keystore_open(struct vota_signer **ret_signer, const char *path,
                                    struct vota_slice password, struct vota_error *err)
{
    char text[VOTA_KEYSTORE_FILE_MAX + 1];
    size_t len = 0;
    const enum vota_status status = read_file(text, &len, path, err);
    if (status != VOTA_OK)
        return status;
    return vota_keystore_read(ret_signer, text, len, password, err);
}

enum vota_status vota_keystore_stat(struct vota_keystore_info *ret_info, const char *path,
                                    struct vota_error *err)
{
    char text[VOTA_KEYSTORE_FILE_MAX + 1];
    size_t len = 0;
    const enum vota_status status = read_file(text, &len, path, err);
    if (status != VOTA_OK)
        return status;
    return vota_keystore_info(ret_info, text, len, err);
}

/* ---- writing ---- */

/* A new file that holds exactly these bytes, durably, or no file. */
static enum vota_status write_new(const char *path, const struct vota_wr *wr,
                                  struct vota_error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return vota_fail(err, VOTA_CONFLICT, "file", "file-exists");
    if (fd < 0)
        return vota_fail(err, VOTA_IO, "file", "cannot-create");
    /* The umask may only have taken bits away, and 0600 is what we promised. */
    bool good = fchmod(fd, 0600) == 0 && vota_file_write(fd, wr->to, wr->len) && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    good = good && vota_file_sync_parent(path);
    if (good)
        return VOTA_OK;
    (void)unlink(path);
    return vota_fail(err, VOTA_IO, "file", "cannot-write");
}

enum vota_status vota_keystore_create(const char *path, const struct vota_signer *signer,
                                      struct vota_slice password,
                                      const struct vota_keystore_cost *cost, struct vota_error *err)
{
    uint8_t text[VOTA_KEYSTORE_FILE_MAX];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    const enum vota_status status = vota_keystore_write(&wr, signer, password, cost, err);
    if (status != VOTA_OK)
        return status;
    VOTA_ASSERT(vota_wr_fits(&wr));
    return write_new(path, &wr, err);
}

/* Beside the file, so that the rename stays within one file system. */
static enum vota_status replace_file(const char *path, const struct vota_wr *wr,
                                     struct vota_error *err)
{
    char beside[VOTA_FILE_PATH_CAP];
    const int len = snprintf(beside, sizeof beside, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof beside)
        return vota_fail(err, VOTA_LIMIT, "file", "path-too-long");
    (void)unlink(beside); /* what a crash left */
    const enum vota_status status = write_new(beside, wr, err);
    if (status != VOTA_OK)
        return status;
    if (rename(beside, path) == 0 && vota_file_sync_parent(path))
        return VOTA_OK;
    (void)unlink(beside);
    return vota_fail(err, VOTA_IO, "file", "cannot-replace");
}

enum vota_status vota_keystore_bind(const char *path, uint64_t chain_id, const vota_hash *genesis,
                                    struct vota_error *err)
{
    char text[VOTA_KEYSTORE_FILE_MAX + 1];
    uint8_t bound[VOTA_KEYSTORE_FILE_MAX];
    size_t len = 0;
    struct vota_keystore_info info;
    enum vota_status status = read_file(text, &len, path, err);
    if (status == VOTA_OK)
        status = vota_keystore_info(&info, text, len, err);
    if (status != VOTA_OK)
        return status;
    if (info.network.bound) {
        if (info.network.chain_id == chain_id && vota_hash_equal(&info.network.genesis, genesis))
            return VOTA_OK;
        return vota_fail(err, VOTA_CONFLICT, "network", "other-network");
    }
    struct vota_wr wr = vota_wr_of(bound, sizeof bound);
    status = vota_keystore_rebind(&wr, text, len, chain_id, genesis, err);
    if (status != VOTA_OK)
        return status;
    if (!vota_wr_fits(&wr))
        return vota_fail(err, VOTA_LIMIT, "file", "file-too-long");
    return replace_file(path, &wr, err);
}
