/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that appears at once: see staging.h. */
#include "bridge/publish/staging.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/publish/canon.h"

static enum vota_status io_error(struct vota_error *err, const char *reason)
{
    return errno == ENOSPC || errno == EDQUOT
               ? vota_fail(err, VOTA_LIMIT, "publication", "disk-full")
               : vota_fail(err, VOTA_IO, "publication", reason);
}

static bool join(char ret_path[VOTA_STAGING_PATH_CAP], const char *dir, const char *name)
{
    const int len = snprintf(ret_path, VOTA_STAGING_PATH_CAP, "%s/%s", dir, name);
    return len > 0 && (size_t)len < VOTA_STAGING_PATH_CAP;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

static void remove_tree(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool is_empty(const char *dir)
{
    DIR *list = opendir(dir);
    size_t n = 0;
    if (list == NULL)
        return false;
    while (readdir(list) != NULL)
        n++;
    (void)closedir(list);
    return n <= 2; /* "." and ".." */
}

/* Its first bytes would do, but members are in the order of their keys: the format comes last. */
static bool has_manifest(const char *dir)
{
    static const char tail[] = "\"format\":\"" VOTA_MANIFEST_FORMAT "\"}\n";
    char found[sizeof tail] = {0};
    char path[VOTA_STAGING_PATH_CAP];
    if (!join(path, dir, "manifest.json"))
        return false;
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    const bool read = fseek(file, -(long)(sizeof tail - 1), SEEK_END) == 0 &&
                      fread(found, 1, sizeof tail - 1, file) == sizeof tail - 1;
    (void)fclose(file);
    return read && memcmp(found, tail, sizeof tail - 1) == 0;
}

enum vota_status vota_staging_begin(struct vota_staging *ret_staging, const char *dir,
                                    struct vota_error *err)
{
    struct vota_staging staging = {.bytes = 0};
    struct stat info;
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/')
        len--;
    const int n =
        snprintf(staging.path, sizeof staging.path, "%.*s.new-%ld", (int)len, dir, (long)getpid());
    if (len == 0 || n <= 0 || (size_t)n >= sizeof staging.path)
        return vota_fail(err, VOTA_LIMIT, "publication", "path-too-long");
    memcpy(staging.target, dir, len);
    if (lstat(staging.target, &info) == 0 && !has_manifest(staging.target) &&
        !(S_ISDIR(info.st_mode) && is_empty(staging.target)))
        return vota_fail(err, VOTA_CONFLICT, "publication", "not-a-publication");
    remove_tree(staging.path); /* of a process with our id that was stopped */
    if (mkdir(staging.path, 0755) != 0)
        return io_error(err, "cannot-create");
    *ret_staging = staging;
    return VOTA_OK;
}

static enum vota_status make_parent(const struct vota_staging *staging, const char *path,
                                    struct vota_error *err)
{
    char dir[VOTA_STAGING_PATH_CAP];
    const char *slash = strchr(path, '/');
    if (slash == NULL)
        return VOTA_OK;
    const int n = snprintf(dir, sizeof dir, "%s/%.*s", staging->path, (int)(slash - path), path);
    if (n <= 0 || (size_t)n >= sizeof dir)
        return vota_fail(err, VOTA_LIMIT, "publication", "path-too-long");
    if (mkdir(dir, 0755) != 0 && errno != EEXIST)
        return io_error(err, "cannot-create");
    return VOTA_OK;
}

enum vota_status vota_staging_open(struct vota_staging_file *ret_file, struct vota_staging *staging,
                                   const char *path, struct vota_error *err)
{
    char full[VOTA_STAGING_PATH_CAP];
    VOTA_ASSERT(vota_manifest_path_ok(path));
    if (!join(full, staging->path, path))
        return vota_fail(err, VOTA_LIMIT, "publication", "path-too-long");
    enum vota_status status = make_parent(staging, path, err);
    if (status != VOTA_OK)
        return status;
    FILE *to = fopen(full, "wbxe");
    if (to == NULL)
        return io_error(err, "cannot-create");
    struct vota_sha256 *sha = NULL;
    status = vota_crypto_sha256_new(&sha);
    if (status != VOTA_OK) {
        (void)fclose(to);
        return status;
    }
    *ret_file = (struct vota_staging_file){.to = to, .sha = sha};
    memcpy(ret_file->about.path, path, strlen(path) + 1);
    return VOTA_OK;
}

enum vota_status vota_staging_put(struct vota_staging_file *file, const void *bytes, size_t len,
                                  struct vota_error *err)
{
    if (len == 0)
        return VOTA_OK;
    if (fwrite(bytes, 1, len, file->to) != len)
        return io_error(err, "cannot-write");
    file->about.bytes += len;
    return vota_crypto_sha256_update(file->sha, bytes, len);
}

enum vota_status vota_staging_close(struct vota_staging *staging, struct vota_staging_file *file,
                                    enum vota_status status, struct vota_error *err)
{
    if (fclose(file->to) != 0 && status == VOTA_OK)
        status = io_error(err, "cannot-write");
    if (status == VOTA_OK)
        status = vota_crypto_sha256_final(file->sha, file->about.sha256);
    if (status == VOTA_OK)
        status = vota_file_list_add(&staging->manifest, &file->about, &vota_manifest_rule);
    if (status == VOTA_OK)
        staging->bytes += file->about.bytes;
    vota_crypto_sha256_free(file->sha);
    *file = (struct vota_staging_file){.to = NULL};
    return status;
}

enum vota_status vota_staging_file(struct vota_staging *staging, const char *path,
                                   struct vota_slice text, struct vota_error *err)
{
    struct vota_staging_file file;
    enum vota_status status = vota_staging_open(&file, staging, path, err);
    if (status != VOTA_OK)
        return status;
    status = vota_staging_put(&file, text.at, text.len, err);
    return vota_staging_close(staging, &file, status, err);
}

static void write_manifest(struct vota_wr *wr, const void *manifest)
{
    vota_manifest_json_write(wr, manifest);
    vota_wr_byte(wr, '\n');
}

/* One call for the whole file system costs less than thousands of fsync. */
static enum vota_status flush(const char *dir, struct vota_error *err)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return io_error(err, "cannot-write");
    const int failed = syncfs(fd);
    (void)close(fd);
    return failed == 0 ? VOTA_OK : io_error(err, "cannot-write");
}

/*
 * Puts the new directory in the place of what is there, if anything is, and
 * leaves that at staging->path. Where the file system cannot exchange, the place
 * is empty for a moment: a reader finds nothing then, but never half.
 */
static bool put_in_place(const struct vota_staging *staging)
{
    char aside[VOTA_STAGING_PATH_CAP];
    if (rename(staging->path, staging->target) == 0) /* nothing, or an empty directory, there */
        return true;
    if (renameat2(AT_FDCWD, staging->path, AT_FDCWD, staging->target, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    const int n = snprintf(aside, sizeof aside, "%s-old", staging->path);
    if (n <= 0 || (size_t)n >= sizeof aside || rename(staging->target, aside) != 0)
        return false;
    if (rename(staging->path, staging->target) != 0) {
        (void)rename(aside, staging->target);
        return false;
    }
    return rename(aside, staging->path) == 0;
}

enum vota_status vota_staging_commit(struct vota_staging *staging, struct vota_error *err)
{
    uint8_t *text = NULL;
    size_t len = 0;
    struct vota_file_list manifest = staging->manifest;
    vota_file_list_sort(&manifest);
    enum vota_status status = vota_canon_make(&text, &len, write_manifest, &manifest);
    if (status == VOTA_OK)
        status = vota_staging_file(staging, "manifest.json", (struct vota_slice){text, len}, err);
    free(text);
    if (status == VOTA_OK)
        status = flush(staging->path, err);
    if (status == VOTA_OK && !put_in_place(staging))
        status = io_error(err, "cannot-replace");
    if (status == VOTA_OK)
        status = flush(staging->target, err);
    if (status == VOTA_OK)
        vota_staging_abort(staging); /* what it now names is the old publication */
    return status;
}

void vota_staging_abort(struct vota_staging *staging)
{
    if (staging->path[0] != '\0')
        remove_tree(staging->path);
    vota_file_list_done(&staging->manifest);
    staging->path[0] = '\0';
}
