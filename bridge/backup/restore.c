/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a backup into an empty directory: see backup.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/backup/backup.h"
#include "bridge/backup/named_files.h"
#include "bridge/store/store_register.h"
#include "bridge/store/store_stop.h"
#include "proof/hex.h"
#include "rpc/file.h"

struct restoring {
    const struct vota_backup *backup;
    const char *from;
    const struct vota_directory *dir;
    uint64_t now;
    struct vota_files_meter *meter;
    bool made; /* the directory is ours to remove */
};

/* ---- an empty place ---- */

/* What a file system of its own has in its root is nobody's data. */
static bool is_nothing(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "lost+found") == 0;
}

static enum vota_status need_empty(const char *path, struct vota_error *err)
{
    DIR *list = opendir(path);
    bool empty = true;
    if (list == NULL)
        return vota_fail(err, VOTA_IO, "directory",
                         errno == EACCES ? "not-permitted" : "cannot-open");
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list))
        empty &= is_nothing(entry->d_name);
    (void)closedir(list);
    return empty ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, "directory", "not-empty");
}

static enum vota_status begin(struct restoring *restoring, struct vota_error *err)
{
    if (mkdir(restoring->dir->path, 0750) == 0) {
        restoring->made = true;
        return vota_file_sync_parent(restoring->dir->path)
                   ? VOTA_OK
                   : vota_fail(err, VOTA_IO, "directory", "io-error");
    }
    if (errno == EEXIST)
        return need_empty(restoring->dir->path, err);
    return vota_fail(err, VOTA_IO, "directory",
                     errno == EACCES   ? "not-permitted"
                     : errno == ENOENT ? "no-file"
                                       : "cannot-create");
}

/* ---- the files ---- */

static bool is_public(const struct vota_named_files *named, const char *path)
{
    for (size_t i = 0; i < named->n; i++) {
        if (strcmp(named->file[i].path, path) == 0)
            return !named->file[i].is_secret;
    }
    return false;
}

static unsigned mode_of(const struct vota_named_files *named, const char *path)
{
    if (strcmp(path, VOTA_DIRECTORY_CONFIG) == 0 || strcmp(path, VOTA_DIRECTORY_STORE) == 0)
        return 0640;
    return is_public(named, path) ? 0644 : 0600;
}

static enum vota_status put_file(struct restoring *restoring, const struct vota_listed_file *file,
                                 const struct vota_named_files *named, struct vota_error *err)
{
    char from[VOTA_DIRECTORY_PATH_CAP];
    char to[VOTA_DIRECTORY_PATH_CAP];
    struct vota_listed_file copied = {.bytes = 0};
    enum vota_status status = vota_files_join(from, restoring->from, file->path, err);
    if (status == VOTA_OK)
        status = vota_files_join(to, restoring->dir->path, file->path, err);
    if (status == VOTA_OK)
        status = vota_files_make_parents(restoring->dir->path, file->path, err);
    if (status == VOTA_OK)
        status =
            vota_files_copy(&copied, from, to, mode_of(named, file->path), restoring->meter, err);
    if (status != VOTA_OK)
        return status;
    const bool same = copied.bytes == file->bytes &&
                      vota_bytes_equal(copied.sha256, file->sha256, sizeof copied.sha256);
    return same ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, "backup", "file-differs");
}

static bool is_config(const struct vota_listed_file *file)
{
    return strcmp(file->path, VOTA_DIRECTORY_CONFIG) == 0;
}

/* Everything but the configuration, or that alone. */
static enum vota_status put_files(struct restoring *restoring, bool config, struct vota_error *err)
{
    const struct vota_directory source = {.path = restoring->from};
    struct vota_named_files named = {.n = 0};
    enum vota_status status = vota_named_files_read(&named, &source, err);
    for (size_t i = 0; status == VOTA_OK && i < restoring->backup->list.n; i++) {
        if (is_config(&restoring->backup->list.files[i]) == config)
            status = put_file(restoring, &restoring->backup->list.files[i], &named, err);
    }
    return status;
}

static enum vota_status make_places(const struct restoring *restoring, struct vota_error *err)
{
    return vota_files_make_parents(restoring->dir->path, VOTA_DIRECTORY_PEPPERS "/", err);
}

/* ---- the store ---- */

struct stopping {
    struct vota_store *store;
    uint64_t now;
};

/* Whoever put a backup back cannot know what the lost directory did after it: `rebuild` looks. */
static enum vota_status stop_network(void *context, const struct vota_store_network *network)
{
    const struct stopping *stopping = context;
    const struct vota_store_stop stop = {.reason = "restored", .raised_at = stopping->now};
    if (!network->has_contract || network->role == VOTA_NETWORK_PAST) /* nothing is sent there */
        return VOTA_OK;
    return vota_store_stop_raise(stopping->store, network->id, &stop, NULL);
}

static enum vota_status stop_networks(struct vota_store *store, uint64_t now,
                                      struct vota_error *err)
{
    struct stopping stopping = {store, now};
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_network_each(store, stop_network, &stopping, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

static enum vota_status settle_store(const struct restoring *restoring, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_store *store = NULL;
    enum vota_status status = vota_directory_path(restoring->dir, path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_store_open(&store, path, 0, err);
    if (status == VOTA_OK)
        status = stop_networks(store, restoring->now, err);
    vota_store_free(store);
    return status;
}

/* ---- undoing ---- */

static void remove_file(const struct restoring *restoring, const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    if (vota_directory_path(restoring->dir, path, name, NULL) == VOTA_OK)
        (void)remove(path);
}

/* Each parent that is empty by then; those that are not stay. */
static void remove_parents(const struct restoring *restoring, const char *path)
{
    char part[VOTA_FILE_LIST_PATH_CAP];
    (void)snprintf(part, sizeof part, "%s", path);
    for (char *slash = strrchr(part, '/'); slash != NULL; slash = strrchr(part, '/')) {
        *slash = '\0';
        remove_file(restoring, part);
    }
}

/* The directory was empty: all of this is ours. */
static void undo(const struct restoring *restoring)
{
    static const char *const beside[] = {VOTA_DIRECTORY_STORE "-wal", VOTA_DIRECTORY_STORE "-shm",
                                         VOTA_DIRECTORY_PEPPERS, VOTA_DIRECTORY_SECRETS};
    for (size_t i = 0; i < restoring->backup->list.n; i++)
        remove_file(restoring, restoring->backup->list.files[i].path);
    for (size_t i = 0; i < restoring->backup->list.n; i++)
        remove_parents(restoring, restoring->backup->list.files[i].path);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        remove_file(restoring, beside[i]);
    if (restoring->made)
        (void)rmdir(restoring->dir->path);
}

enum vota_status vota_backup_restore(const struct vota_backup *backup, const char *from,
                                     const struct vota_directory *dir, uint64_t now,
                                     struct vota_files_meter *meter, struct vota_error *err)
{
    struct restoring restoring = {backup, from, dir, now, meter, false};
    enum vota_status status = begin(&restoring, err);
    if (status != VOTA_OK)
        return status;
    status = make_places(&restoring, err);
    if (status == VOTA_OK)
        status = put_files(&restoring, false, err);
    if (status == VOTA_OK)
        status = settle_store(&restoring, err);
    if (status == VOTA_OK)
        status = put_files(&restoring, true, err);
    if (status != VOTA_OK)
        undo(&restoring);
    return status;
}

/* ---- what has to be put back ---- */

struct missing {
    const struct vota_directory *dir;
    struct vota_store *store;
    void (*each)(void *context, const char *path, const char *what);
    void *context;
};

static void look_for(const struct missing *missing, const char *name, const char *what)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    if (vota_directory_path(missing->dir, path, name, NULL) != VOTA_OK || access(path, F_OK) != 0)
        missing->each(missing->context, name, what);
}

static enum vota_status look_for_pepper(void *context, const struct vota_store_register *reg)
{
    char hex[VOTA_HASH_HEX_CHARS + 1];
    char name[sizeof VOTA_DIRECTORY_PEPPERS + 1 + sizeof hex];
    vota_hex_of_hash(hex, &reg->hash);
    (void)snprintf(name, sizeof name, "%s/%s", VOTA_DIRECTORY_PEPPERS, hex);
    look_for(context, name, "pepper");
    return VOTA_OK;
}

static enum vota_status look_for_peppers(void *context, const struct vota_store_network *network)
{
    const struct missing *missing = context;
    if (network->line != network->id)
        return VOTA_OK;
    return vota_store_register_each(missing->store, network->id, look_for_pepper, context, NULL);
}

enum vota_status vota_backup_missing(const struct vota_directory *dir,
                                     void (*each)(void *context, const char *path,
                                                  const char *what),
                                     void *context, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_named_files named = {.n = 0};
    struct missing missing = {.dir = dir, .each = each, .context = context};
    enum vota_status status = vota_named_files_read(&named, dir, err);
    if (status == VOTA_OK)
        status = vota_directory_path(dir, path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_store_open(&missing.store, path, VOTA_STORE_READ_ONLY, err);
    for (size_t i = 0; status == VOTA_OK && i < named.n; i++)
        look_for(&missing, named.file[i].path, named.file[i].what);
    if (status == VOTA_OK)
        status = vota_store_network_each(missing.store, look_for_peppers, &missing, err);
    if (status == VOTA_OK)
        look_for(&missing, VOTA_DIRECTORY_SECRETS "/tokens", "tokens");
    vota_store_free(missing.store);
    return status;
}
