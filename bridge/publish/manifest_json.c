/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a publication: see manifest_json.h. */
#include "bridge/publish/manifest_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/publish/members_json.h"
#include "proof/hex.h"

void vota_manifest_init(struct vota_manifest *ret_manifest)
{
    *ret_manifest = (struct vota_manifest){0};
}

void vota_manifest_done(struct vota_manifest *manifest)
{
    free(manifest->files);
    *manifest = (struct vota_manifest){0};
}

bool vota_manifest_path_ok(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-./";
    const size_t len = strlen(path);
    if (len == 0 || len >= VOTA_MANIFEST_PATH_CAP || strspn(path, allowed) != len)
        return false;
    /* A part that begins with a dot would be hidden, or lead upwards. */
    return path[0] != '/' && path[0] != '.' && path[len - 1] != '/' && strstr(path, "/.") == NULL &&
           strstr(path, "//") == NULL;
}

enum vota_status vota_manifest_add(struct vota_manifest *manifest,
                                   const struct vota_manifest_file *file)
{
    if (manifest->n >= VOTA_MANIFEST_MAX_FILES)
        return VOTA_LIMIT;
    if (manifest->n == manifest->cap) {
        const size_t cap = manifest->cap == 0 ? 512 : 2 * manifest->cap;
        struct vota_manifest_file *grown =
            reallocarray(manifest->files, cap, sizeof *manifest->files);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        manifest->files = grown;
        manifest->cap = cap;
    }
    manifest->files[manifest->n++] = *file;
    return VOTA_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct vota_manifest_file *)a)->path,
                  ((const struct vota_manifest_file *)b)->path);
}

void vota_manifest_sort(struct vota_manifest *manifest)
{
    if (manifest->n > 0)
        qsort(manifest->files, manifest->n, sizeof *manifest->files, compare_paths);
}

const struct vota_manifest_file *vota_manifest_find(const struct vota_manifest *manifest,
                                                    const char *path)
{
    struct vota_manifest_file key = {.bytes = 0};
    if (manifest->n == 0 || !vota_manifest_path_ok(path))
        return NULL;
    memcpy(key.path, path, strlen(path) + 1);
    return bsearch(&key, manifest->files, manifest->n, sizeof key, compare_paths);
}

static void put_file(struct vota_canon *canon, const struct vota_manifest_file *file)
{
    char digits[65] = {0};
    struct vota_wr wr = vota_wr_of(digits, 64);
    vota_hex_write_bare(&wr, file->sha256, sizeof file->sha256);
    vota_canon_object(canon, file->path);
    vota_canon_number(canon, "bytes", file->bytes);
    vota_canon_word(canon, "sha256", digits);
    vota_canon_object_end(canon);
}

void vota_manifest_json_write(struct vota_wr *wr, const struct vota_manifest *manifest)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_object(&canon, "files");
    for (size_t i = 0; i < manifest->n; i++)
        put_file(&canon, &manifest->files[i]);
    vota_canon_object_end(&canon);
    vota_canon_word(&canon, "format", VOTA_MANIFEST_FORMAT);
    vota_canon_object_end(&canon);
}

static void write_manifest(struct vota_wr *wr, const void *manifest)
{
    vota_manifest_json_write(wr, manifest);
}

/* 64 bare digits: read as hex with the 0x that a path of hashes elsewhere has. */
static void read_sha256(struct vota_members *members, uint8_t ret_sha256[32])
{
    char digits[66] = "0x";
    const struct vota_slice text = vota_members_text(members, "sha256");
    if (text.len == 64)
        memcpy(digits + 2, text.at, 64);
    if (members->status == VOTA_OK && (text.len != 64 || vota_hex_read(ret_sha256, 32, digits, 66)))
        vota_members_refuse(members, "sha256", "bad-hash");
}

static enum vota_status read_file(struct vota_manifest *manifest, const char *path,
                                  const json_t *value, struct vota_error *err)
{
    struct vota_manifest_file file = {.bytes = 0};
    struct vota_members members = vota_members_of(value, "files", err);
    if (!vota_manifest_path_ok(path))
        return vota_fail(err, VOTA_BAD_INPUT, "files", "bad-path");
    memcpy(file.path, path, strlen(path) + 1);
    file.bytes = vota_members_number(&members, "bytes");
    read_sha256(&members, file.sha256);
    const enum vota_status status = vota_members_end(&members);
    return status == VOTA_OK ? vota_manifest_add(manifest, &file) : status;
}

static enum vota_status read_files(struct vota_manifest *manifest, struct json_t *parsed,
                                   struct vota_error *err)
{
    struct vota_members members = vota_members_of(parsed, "manifest", err);
    const char *path = NULL;
    json_t *value = NULL;
    vota_members_word(&members, "format", VOTA_MANIFEST_FORMAT);
    json_t *files = json_object_get(parsed, "files");
    if (vota_members_get(&members, "files") != NULL && !json_is_object(files))
        vota_members_refuse(&members, "files", "bad-type");
    enum vota_status status = vota_members_end(&members);
    if (status != VOTA_OK)
        return status;
    json_object_foreach(files, path, value)
    {
        status = read_file(manifest, path, value, err);
        if (status != VOTA_OK)
            break;
    }
    return status;
}

enum vota_status vota_manifest_json_read(struct vota_manifest *ret_manifest, const void *text,
                                         size_t len, struct vota_error *err)
{
    struct vota_manifest manifest = {0};
    struct json_t *parsed = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len, err);
    if (status != VOTA_OK)
        return status;
    status = read_files(&manifest, parsed, err);
    vota_members_free(parsed);
    vota_manifest_sort(&manifest);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_manifest, &manifest, err);
    if (status == VOTA_OK)
        *ret_manifest = manifest;
    else
        vota_manifest_done(&manifest);
    return status;
}
