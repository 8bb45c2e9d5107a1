/* SPDX-License-Identifier: Apache-2.0 */
/* Files with size and hash: see file_list_json.h. */
#include "bridge/publish/file_list_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "proof/hex.h"

void vota_file_list_done(struct vota_file_list *list)
{
    free(list->files);
    *list = (struct vota_file_list){0};
}

enum vota_status vota_file_list_add(struct vota_file_list *list,
                                    const struct vota_listed_file *file,
                                    const struct vota_file_list_rule *rule)
{
    if (list->n >= rule->max)
        return VOTA_LIMIT;
    if (list->n == list->cap) {
        const size_t cap = list->cap == 0 ? 64 : 2 * list->cap;
        struct vota_listed_file *grown = reallocarray(list->files, cap, sizeof *list->files);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        list->files = grown;
        list->cap = cap;
    }
    list->files[list->n++] = *file;
    return VOTA_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct vota_listed_file *)a)->path,
                  ((const struct vota_listed_file *)b)->path);
}

void vota_file_list_sort(struct vota_file_list *list)
{
    if (list->n > 0)
        qsort(list->files, list->n, sizeof *list->files, compare_paths);
}

const struct vota_listed_file *vota_file_list_find(const struct vota_file_list *list,
                                                   const char *path)
{
    struct vota_listed_file key = {.bytes = 0};
    const size_t len = strlen(path);
    if (list->n == 0 || len >= sizeof key.path)
        return NULL;
    memcpy(key.path, path, len + 1);
    return bsearch(&key, list->files, list->n, sizeof key, compare_paths);
}

/* ---- writing ---- */

static void put_file(struct vota_canon *canon, const struct vota_listed_file *file)
{
    char digits[65] = {0};
    struct vota_wr wr = vota_wr_of(digits, 64);
    vota_hex_write_bare(&wr, file->sha256, sizeof file->sha256);
    vota_canon_object(canon, file->path);
    vota_canon_number(canon, "bytes", file->bytes);
    vota_canon_word(canon, "sha256", digits);
    vota_canon_object_end(canon);
}

void vota_file_list_write(struct vota_canon *canon, const struct vota_file_list *list)
{
    vota_canon_object(canon, "files");
    for (size_t i = 0; i < list->n; i++)
        put_file(canon, &list->files[i]);
    vota_canon_object_end(canon);
}

/* ---- reading ---- */

/* 64 bare digits: read as hex with the 0x that hashes elsewhere have. */
static void read_sha256(struct vota_members *members, uint8_t ret_sha256[32])
{
    char digits[66] = "0x";
    const struct vota_slice text = vota_members_text(members, "sha256");
    if (text.len == 64)
        memcpy(digits + 2, text.at, 64);
    if (members->status == VOTA_OK && (text.len != 64 || vota_hex_read(ret_sha256, 32, digits, 66)))
        vota_members_refuse(members, "sha256", "bad-hash");
}

static enum vota_status read_file(struct vota_file_list *list, const char *path,
                                  const json_t *value, const struct vota_file_list_rule *rule,
                                  struct vota_error *err)
{
    struct vota_listed_file file = {.bytes = 0};
    struct vota_members members = vota_members_of(value, "files", err);
    if (strlen(path) >= sizeof file.path || !rule->path_ok(path))
        return vota_fail(err, VOTA_BAD_INPUT, "files", "bad-path");
    memcpy(file.path, path, strlen(path) + 1);
    file.bytes = vota_members_number(&members, "bytes");
    read_sha256(&members, file.sha256);
    const enum vota_status status = vota_members_end(&members);
    return status == VOTA_OK ? vota_file_list_add(list, &file, rule) : status;
}

void vota_file_list_read(struct vota_file_list *list, struct vota_members *members,
                         const struct vota_file_list_rule *rule)
{
    const char *path = NULL;
    json_t *value = NULL;
    const json_t *files = vota_members_get(members, "files");
    if (files == NULL)
        return;
    if (!json_is_object(files)) {
        vota_members_refuse(members, "files", "bad-type");
        return;
    }
    json_object_foreach((json_t *)json_object_get(members->object, "files"), path, value)
    {
        members->status = read_file(list, path, value, rule, members->err);
        if (members->status != VOTA_OK)
            return;
    }
    vota_file_list_sort(list);
}
