/* SPDX-License-Identifier: Apache-2.0 */
/* The list of pages: see site_json.h. */
#include "bridge/publish/site_json.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/publish/manifest_json.h"

const char *const vota_site_pages[] = {"verify.html", "citizen-salt.js", NULL};

const struct vota_file_list_rule vota_site_rule = {.path_ok = vota_manifest_path_ok,
                                                   .max = VOTA_SITE_MAX_FILES};

void vota_site_json_write(struct vota_wr *wr, const struct vota_file_list *site)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_file_list_write(&canon, site);
    vota_canon_word(&canon, "format", VOTA_SITE_FORMAT);
    vota_canon_object_end(&canon);
}

static void write_site(struct vota_wr *wr, const void *site)
{
    vota_site_json_write(wr, site);
}

enum vota_status vota_site_json_read(struct vota_file_list *ret_site, const void *text, size_t len,
                                     struct vota_error *err)
{
    struct vota_file_list site = {0};
    struct json_t *parsed = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_members members = vota_members_of(parsed, "site", err);
    vota_members_word(&members, "format", VOTA_SITE_FORMAT);
    vota_file_list_read(&site, &members, &vota_site_rule);
    status = vota_members_end(&members);
    vota_members_free(parsed);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_site, &site, err);
    if (status == VOTA_OK)
        *ret_site = site;
    else
        vota_file_list_done(&site);
    return status;
}

/* ---- from what is staged ---- */

static bool is_page(const char *path)
{
    size_t i = 0;
    while (vota_site_pages[i] != NULL && strcmp(vota_site_pages[i], path) != 0)
        i++;
    return vota_site_pages[i] != NULL;
}

static enum vota_status gather(struct vota_file_list *site, const struct vota_file_list *manifest)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < manifest->n && status == VOTA_OK; i++) {
        if (is_page(manifest->files[i].path))
            status = vota_file_list_add(site, &manifest->files[i], &vota_site_rule);
    }
    vota_file_list_sort(site);
    return status;
}

static enum vota_status put(struct vota_staging *staging, const struct vota_file_list *site,
                            struct vota_error *err)
{
    struct vota_staging_file file;
    uint8_t *text = NULL;
    size_t len = 0;
    enum vota_status status = vota_canon_make(&text, &len, write_site, site);
    if (status == VOTA_OK)
        status = vota_staging_open(&file, staging, VOTA_SITE_NAME, err);
    if (status == VOTA_OK) {
        status = vota_staging_put(&file, text, len, err);
        if (status == VOTA_OK)
            status = vota_staging_put(&file, "\n", 1, err);
        status = vota_staging_close(staging, &file, status, err);
    }
    free(text);
    return status;
}

enum vota_status vota_site_write(struct vota_staging *staging, struct vota_error *err)
{
    struct vota_file_list site = {0};
    enum vota_status status = gather(&site, &staging->manifest);
    if (status == VOTA_OK && site.n > 0)
        status = put(staging, &site, err);
    vota_file_list_done(&site);
    return status;
}
