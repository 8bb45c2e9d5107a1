/* SPDX-License-Identifier: Apache-2.0 */
/* Pages against the list that names them: see site.h. */
#include "bridge/site/site.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/crypto.h"

#define HTTP_NOT_FOUND 404u
#define HTTP_GONE      410u

/* A file that was read: its bytes, or why there are none. */
struct file {
    struct vota_slice bytes;
    struct vota_response response; /* of an address: owns the bytes */
    bool is_mapped;                /* of a directory: they are given back */
    enum vota_status status;       /* OK, NOT_FOUND, LIMIT, REMOTE, IO, NO_MEMORY */
    const char *reason;            /* static */
};

static void read_mapped(struct file *file, const struct vota_reader *reader, const char *path,
                        size_t max)
{
    struct vota_error err = {0};
    file->status = vota_reader_map(reader, &file->bytes, path, &err);
    file->is_mapped = file->status == VOTA_OK;
    file->reason = file->status == VOTA_NOT_FOUND ? "no-file" : "cannot-read";
    if (file->status == VOTA_OK && file->bytes.len > max) {
        file->status = VOTA_LIMIT;
        file->reason = "too-large";
    }
}

static void read_fetched(struct file *file, const struct vota_site_source *source, const char *path,
                         size_t max)
{
    vota_response_init(&file->response, max);
    file->status = vota_fetch_get(source->fetch, &file->response, path, source->timeout_ms);
    file->bytes = (struct vota_slice){file->response.body, file->response.len};
    file->reason = vota_transport_fault_name(file->response.fault);
    if (file->response.fault == VOTA_TRANSPORT_TOO_LARGE)
        file->status = VOTA_LIMIT;
    if (file->response.fault == VOTA_TRANSPORT_HTTP &&
        (file->response.http_status == HTTP_NOT_FOUND || file->response.http_status == HTTP_GONE))
        file->status = VOTA_NOT_FOUND;
}

static void file_read(struct file *ret_file, const struct vota_site_source *source,
                      const char *path, size_t max)
{
    *ret_file = (struct file){.status = VOTA_OK};
    if (source->reader != NULL)
        read_mapped(ret_file, source->reader, path, max);
    else
        read_fetched(ret_file, source, path, max);
}

static void file_done(struct file *file)
{
    if (file->is_mapped)
        vota_reader_unmap(&file->bytes);
    vota_response_done(&file->response);
}

/* ---- one page ---- */

enum vota_verdict vota_site_verdict(enum vota_site_found found)
{
    if (found == VOTA_SITE_SAME)
        return VOTA_VALID;
    return found == VOTA_SITE_DIFFERS ? VOTA_NOT_VALID : VOTA_NOT_CHECKED;
}

const char *vota_site_found_name(enum vota_site_found found)
{
    static const char *const names[] = {[VOTA_SITE_SAME] = "same",
                                        [VOTA_SITE_DIFFERS] = "differs",
                                        [VOTA_SITE_MISSING] = "missing",
                                        [VOTA_SITE_NO_ANSWER] = "no-answer",
                                        [VOTA_SITE_NOT_NAMED] = "not-named"};
    return names[found];
}

static void add(struct vota_site *site, const struct vota_site_file *file)
{
    const enum vota_verdict verdict = vota_site_verdict(file->found);
    site->files[site->n++] = *file;
    if (verdict == VOTA_NOT_VALID || site->verdict == VOTA_VALID)
        site->verdict = verdict;
}

/* A page above the ceiling is another one, for the list names its size. */
static enum vota_status compare(struct vota_site *site, const struct vota_site_source *source,
                                const struct vota_listed_file *named)
{
    struct vota_site_file about = {.bytes_named = named->bytes};
    struct file file;
    memcpy(about.path, named->path, sizeof about.path);
    memcpy(about.sha256_named, named->sha256, sizeof about.sha256_named);
    file_read(&file, source, named->path, VOTA_SITE_PAGE_MAX_BYTES);
    enum vota_status status = file.status == VOTA_NO_MEMORY ? VOTA_NO_MEMORY : VOTA_OK;
    if (file.status == VOTA_OK) {
        about.bytes = file.bytes.len;
        status = vota_crypto_sha256(about.sha256, file.bytes.at, file.bytes.len);
        about.found = memcmp(about.sha256, about.sha256_named, sizeof about.sha256) == 0 &&
                              about.bytes == about.bytes_named
                          ? VOTA_SITE_SAME
                          : VOTA_SITE_DIFFERS;
    } else if (file.status == VOTA_NOT_FOUND) {
        about.found = VOTA_SITE_MISSING;
    } else if (file.status == VOTA_LIMIT && named->bytes <= VOTA_SITE_PAGE_MAX_BYTES) {
        about.found = VOTA_SITE_DIFFERS;
    } else {
        about.found = VOTA_SITE_NO_ANSWER;
        about.fault = file.reason;
    }
    file_done(&file);
    if (status == VOTA_OK)
        add(site, &about);
    return status;
}

/* A page that is served beside the list, and which nobody vouches for. */
static enum vota_status look_for_stranger(struct vota_site *site,
                                          const struct vota_site_source *source, const char *path)
{
    struct vota_site_file about = {.found = VOTA_SITE_NOT_NAMED};
    struct file file;
    file_read(&file, source, path, VOTA_SITE_PAGE_MAX_BYTES);
    const enum vota_status status = file.status == VOTA_NO_MEMORY ? VOTA_NO_MEMORY : VOTA_OK;
    /* Only what is known not to be there is none: behind a redirect browsers find one. */
    if (file.status != VOTA_NOT_FOUND && status == VOTA_OK) {
        memcpy(about.path, path, strlen(path) + 1);
        about.bytes = file.bytes.len;
        if (file.status != VOTA_OK && file.status != VOTA_LIMIT) {
            about.found = VOTA_SITE_NO_ANSWER;
            about.fault = file.reason;
        }
        add(site, &about);
    }
    file_done(&file);
    return status;
}

/* ---- the list ---- */

static enum vota_status read_list(struct vota_site *site, struct vota_file_list *ret_list,
                                  const struct vota_site_source *source, struct vota_error *err)
{
    struct file file;
    file_read(&file, source, VOTA_SITE_NAME, VOTA_SITE_MAX_BYTES);
    enum vota_status status = file.status;
    if (status == VOTA_NOT_FOUND)
        (void)vota_fail(err, status, "site", "no-site-list");
    else if (status != VOTA_OK)
        (void)vota_fail(err, status, "site", file.reason);
    else if (file.bytes.len == 0 || file.bytes.at[file.bytes.len - 1] != '\n')
        status = vota_fail(err, VOTA_BAD_INPUT, "site", "no-line-end");
    if (status == VOTA_OK)
        status = vota_crypto_sha256(site->document, file.bytes.at, file.bytes.len);
    if (status == VOTA_OK)
        status = vota_site_json_read(ret_list, file.bytes.at, file.bytes.len - 1, err);
    file_done(&file);
    if (status == VOTA_OK && vota_file_list_find(ret_list, vota_site_pages[0]) == NULL)
        status = vota_fail(err, VOTA_BAD_INPUT, "site", "names-no-page");
    return status;
}

static enum vota_status look_at_all(struct vota_site *site, const struct vota_site_source *source,
                                    const struct vota_file_list *list)
{
    size_t pages = 0;
    while (vota_site_pages[pages] != NULL)
        pages++;
    site->files = calloc(list->n + pages, sizeof *site->files);
    if (site->files == NULL)
        return VOTA_NO_MEMORY;
    site->verdict = VOTA_VALID;
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < list->n && status == VOTA_OK; i++)
        status = compare(site, source, &list->files[i]);
    for (size_t i = 0; i < pages && status == VOTA_OK; i++) {
        if (vota_file_list_find(list, vota_site_pages[i]) == NULL)
            status = look_for_stranger(site, source, vota_site_pages[i]);
    }
    return status;
}

enum vota_status vota_site_look(struct vota_site *ret_site, const struct vota_site_source *source,
                                struct vota_error *err)
{
    struct vota_file_list list = {0};
    *ret_site = (struct vota_site){.verdict = VOTA_NOT_CHECKED};
    enum vota_status status = read_list(ret_site, &list, source, err);
    if (status == VOTA_OK) {
        status = look_at_all(ret_site, source, &list);
        if (status != VOTA_OK)
            (void)vota_fail(err, status, "site", "no-memory");
    }
    vota_file_list_done(&list);
    return status;
}

void vota_site_done(struct vota_site *site)
{
    free(site->files);
    *site = (struct vota_site){.verdict = VOTA_NOT_CHECKED};
}
