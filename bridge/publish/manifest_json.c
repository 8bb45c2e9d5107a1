/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a publication: see manifest_json.h. */
#include "bridge/publish/manifest_json.h"

#include <string.h>

const struct vota_file_list_rule vota_manifest_rule = {.path_ok = vota_manifest_path_ok,
                                                       .max = VOTA_MANIFEST_MAX_FILES};

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

void vota_manifest_json_write(struct vota_wr *wr, const struct vota_file_list *manifest)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_file_list_write(&canon, manifest);
    vota_canon_word(&canon, "format", VOTA_MANIFEST_FORMAT);
    vota_canon_object_end(&canon);
}

static void write_manifest(struct vota_wr *wr, const void *manifest)
{
    vota_manifest_json_write(wr, manifest);
}

enum vota_status vota_manifest_json_read(struct vota_file_list *ret_manifest, const void *text,
                                         size_t len, struct vota_error *err)
{
    struct vota_file_list manifest = {0};
    struct json_t *parsed = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_members members = vota_members_of(parsed, "manifest", err);
    vota_members_word(&members, "format", VOTA_MANIFEST_FORMAT);
    vota_file_list_read(&manifest, &members, &vota_manifest_rule);
    status = vota_members_end(&members);
    vota_members_free(parsed);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_manifest, &manifest, err);
    if (status == VOTA_OK)
        *ret_manifest = manifest;
    else
        vota_file_list_done(&manifest);
    return status;
}
