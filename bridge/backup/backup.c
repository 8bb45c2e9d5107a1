/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a backup: see backup.h. */
#include "bridge/backup/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/backup/named_files.h"
#include "bridge/publish/canon.h"
#include "bridge/store/store_journal.h"
#include "rpc/file.h"

/* A backup being made, at `path` until it is whole. */
struct making {
    const struct vota_backup_order *order;
    struct vota_backup backup;
    struct vota_store *store;
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_named_files named;
};

/* ---- the store ---- */

static enum vota_status note_network(void *context, const struct vota_store_network *network)
{
    struct making *making = context;
    if (making->backup.n_networks == VOTA_LINE_NETWORKS_MAX)
        return VOTA_LIMIT;
    struct vota_backup_network *noted = &making->backup.network[making->backup.n_networks++];
    memcpy(noted->name, network->name, sizeof noted->name);
    noted->chain_id = network->chain_id;
    noted->genesis = network->genesis_block;
    noted->contract = network->deployment.genesis.contract;
    return vota_store_journal_length(&noted->length, &noted->final, &noted->head, making->store,
                                     network->id, NULL);
}

/* What the copy will hold, read in the view that it is made of. */
static enum vota_status take_facts(struct making *making, struct vota_error *err)
{
    enum vota_status status = vota_store_backup_facts(&making->backup.facts, making->store, err);
    if (status == VOTA_OK)
        status = vota_store_network_each(making->store, note_network, making, err);
    return status;
}

static enum vota_status sum_copy(struct making *making, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_listed_file file = {.path = VOTA_DIRECTORY_STORE};
    enum vota_status status = vota_files_join(path, making->path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_files_sum(&file, path, NULL, err);
    return status == VOTA_OK ? vota_file_list_add(&making->backup.list, &file, &vota_backup_rule)
                             : status;
}

static enum vota_status copy_store(struct making *making, struct vota_error *err)
{
    char from[VOTA_DIRECTORY_PATH_CAP];
    char to[VOTA_DIRECTORY_PATH_CAP];
    const struct vota_backup_order *order = making->order;
    enum vota_status status = vota_directory_path(&order->dir, from, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_files_join(to, making->path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_store_open(&making->store, from, VOTA_STORE_READ_ONLY, err);
    if (status == VOTA_OK)
        status = vota_store_begin_view(making->store, err);
    if (status == VOTA_OK)
        status = take_facts(making, err);
    if (status == VOTA_OK)
        status = vota_store_backup(making->store, to, order->progress, order->context, err);
    vota_store_free(making->store); /* the view ends, and writers may empty their log again */
    making->store = NULL;
    return status == VOTA_OK ? sum_copy(making, err) : status;
}

/* ---- the other files ---- */

static enum vota_status copy_file(struct making *making, const char *name, struct vota_error *err)
{
    char from[VOTA_DIRECTORY_PATH_CAP];
    char to[VOTA_DIRECTORY_PATH_CAP];
    struct vota_listed_file file = {.bytes = 0};
    (void)snprintf(file.path, sizeof file.path, "%s", name);
    enum vota_status status = vota_files_make_parents(making->path, name, err);
    if (status == VOTA_OK)
        status = vota_directory_path(&making->order->dir, from, name, err);
    if (status == VOTA_OK)
        status = vota_files_join(to, making->path, name, err);
    if (status == VOTA_OK)
        status = vota_files_copy(&file, from, to, 0600, NULL, err);
    return status == VOTA_OK ? vota_file_list_add(&making->backup.list, &file, &vota_backup_rule)
                             : status;
}

static bool has_file(const struct vota_backup *backup, const char *path)
{
    for (size_t i = 0; i < backup->list.n; i++) {
        if (strcmp(backup->list.files[i].path, path) == 0)
            return true;
    }
    return false;
}

/* What the configuration names below the directory: secrets if asked for, the password never. */
static enum vota_status copy_named(struct making *making, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < making->named.n; i++) {
        const struct vota_named_file *file = &making->named.file[i];
        char full[VOTA_DIRECTORY_PATH_CAP];
        if (file->is_password || (file->is_secret && !making->order->with_secrets) ||
            !vota_backup_path_ok(file->path) || has_file(&making->backup, file->path) ||
            vota_directory_path(&making->order->dir, full, file->path, NULL) != VOTA_OK ||
            access(full, F_OK) != 0)
            continue;
        status = copy_file(making, file->path, err);
        making->backup.secrets += file->is_secret;
    }
    return status;
}

static enum vota_status copy_secret(struct making *making, const char *place, const char *entry,
                                    struct vota_error *err)
{
    char name[VOTA_FILE_LIST_PATH_CAP];
    char full[VOTA_DIRECTORY_PATH_CAP];
    struct stat info;
    const int len = snprintf(name, sizeof name, "%s/%s", place, entry);
    if (len <= 0 || (size_t)len >= sizeof name || !vota_backup_path_ok(name))
        return vota_fail(err, VOTA_BAD_INPUT, place, "bad-path");
    if (vota_named_files_is_password(&making->named, name) || has_file(&making->backup, name))
        return VOTA_OK;
    if (vota_directory_path(&making->order->dir, full, name, NULL) != VOTA_OK ||
        lstat(full, &info) != 0 || S_ISDIR(info.st_mode))
        return VOTA_OK; /* peppers/ has a turn of its own */
    const enum vota_status status = copy_file(making, name, err);
    making->backup.secrets += status == VOTA_OK;
    return status;
}

static enum vota_status copy_secrets_of(struct making *making, const char *place,
                                        struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    enum vota_status status = vota_directory_path(&making->order->dir, path, place, err);
    DIR *list = status == VOTA_OK ? opendir(path) : NULL;
    if (status == VOTA_OK && list == NULL)
        return vota_fail(err, VOTA_IO, place, errno == EACCES ? "not-permitted" : "no-file");
    while (status == VOTA_OK && list != NULL) {
        const struct dirent *entry = readdir(list);
        if (entry == NULL)
            break;
        if (entry->d_name[0] != '.')
            status = copy_secret(making, place, entry->d_name, err);
    }
    if (list != NULL)
        (void)closedir(list);
    return status;
}

static enum vota_status copy_files(struct making *making, struct vota_error *err)
{
    enum vota_status status = copy_file(making, VOTA_DIRECTORY_CONFIG, err);
    if (status == VOTA_OK)
        status = copy_named(making, err);
    if (status == VOTA_OK && making->order->with_secrets)
        status = copy_secrets_of(making, VOTA_DIRECTORY_SECRETS, err);
    if (status == VOTA_OK && making->order->with_secrets)
        status = copy_secrets_of(making, VOTA_DIRECTORY_PEPPERS, err);
    return status;
}

/* ---- putting it in its place ---- */

static void write_manifest(struct vota_wr *wr, const void *backup)
{
    vota_backup_json_write(wr, backup);
    vota_wr_byte(wr, '\n');
}

static enum vota_status write_json(struct making *making, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *text = NULL;
    size_t len = 0;
    vota_file_list_sort(&making->backup.list);
    enum vota_status status = vota_files_join(path, making->path, VOTA_BACKUP_MANIFEST, err);
    if (status == VOTA_OK && vota_canon_make(&text, &len, write_manifest, &making->backup))
        status = vota_fail(err, VOTA_NO_MEMORY, "backup", "no-memory");
    if (status == VOTA_OK)
        status = vota_directory_write_new(path, text, len, 0600, err);
    free(text);
    return status;
}

static enum vota_status appear(struct making *making, struct vota_error *err)
{
    struct stat info;
    if (lstat(making->order->to, &info) == 0) /* rename would replace an empty directory */
        return vota_fail(err, VOTA_CONFLICT, "file", "file-exists");
    if (rename(making->path, making->order->to) != 0)
        return vota_fail(err, errno == EEXIST || errno == ENOTEMPTY ? VOTA_CONFLICT : VOTA_IO,
                         "file", errno == EEXIST ? "file-exists" : "cannot-replace");
    making->path[0] = '\0';
    return vota_file_sync_parent(making->order->to) ? VOTA_OK
                                                    : vota_fail(err, VOTA_IO, "file", "io-error");
}

static enum vota_status begin(struct making *making, struct vota_error *err)
{
    char to[VOTA_DIRECTORY_PATH_CAP];
    struct stat info;
    size_t len = strlen(making->order->to);
    while (len > 1 && making->order->to[len - 1] == '/')
        len--;
    const int n =
        snprintf(to, sizeof to, "%.*s.new-%ld", (int)len, making->order->to, (long)getpid());
    if (len == 0 || n <= 0 || (size_t)n >= sizeof to)
        return vota_fail(err, VOTA_LIMIT, "path", "path-too-long");
    if (lstat(making->order->to, &info) == 0)
        return vota_fail(err, VOTA_CONFLICT, "file", "file-exists");
    vota_files_remove_tree(to); /* of a process with our id that was stopped */
    if (mkdir(to, 0700) != 0)
        return errno == ENOENT   ? vota_fail(err, VOTA_IO, "file", "cannot-create")
               : errno == ENOSPC ? vota_fail(err, VOTA_LIMIT, "file", "disk-full")
                                 : vota_fail(err, VOTA_IO, "file", "cannot-create");
    memcpy(making->path, to, sizeof to);
    return VOTA_OK;
}

enum vota_status vota_backup_make(struct vota_backup *ret_backup,
                                  const struct vota_backup_order *order, struct vota_error *err)
{
    struct making *making = calloc(1, sizeof *making);
    if (making == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "backup", "no-memory");
    making->order = order;
    making->backup.made_at = order->now;
    (void)snprintf(making->backup.program, sizeof making->backup.program, "%s", order->program);
    enum vota_status status = vota_directory_check(&order->dir, err);
    if (status == VOTA_OK)
        status = vota_named_files_read(&making->named, &order->dir, err);
    if (status == VOTA_OK)
        status = begin(making, err);
    if (status == VOTA_OK)
        status = copy_store(making, err);
    if (status == VOTA_OK)
        status = copy_files(making, err);
    if (status == VOTA_OK)
        status = write_json(making, err);
    if (status == VOTA_OK)
        status = appear(making, err);
    if (status == VOTA_OK)
        *ret_backup = making->backup;
    else
        vota_backup_done(&making->backup);
    if (making->path[0] != '\0')
        vota_files_remove_tree(making->path);
    free(making);
    return status;
}
