/* SPDX-License-Identifier: Apache-2.0 */
/* verify.html in a publication: see verifier.h. */
#include "bridge/page/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/directory.h"
#include "bridge/publish/canon.h"

static const char place[] = "<script type=\"application/json\" id=\"voteanchor-trust\">{}</script>";

/* Where the braces begin, in a page that has the place exactly once. */
static bool find_place(size_t *ret_at, struct vota_slice built)
{
    const size_t len = sizeof place - 1;
    size_t found = 0;
    for (size_t at = 0; at + len <= built.len; at++) {
        const uint8_t *next = memchr(built.at + at, '<', built.len - len - at + 1);
        if (next == NULL)
            break;
        at = (size_t)(next - built.at);
        if (memcmp(next, place, len) != 0)
            continue;
        *ret_at = at + (size_t)(strstr(place, "{}") - place);
        found++;
    }
    return found == 1;
}

static void put_harmless(struct vota_wr *wr, struct vota_slice json)
{
    for (size_t i = 0; i < json.len; i++) {
        if (json.at[i] == '<')
            vota_wr_text(wr, "\\u003c");
        else
            vota_wr_byte(wr, json.at[i]);
    }
}

static void put_page(struct vota_wr *wr, struct vota_slice built, size_t at, struct vota_slice json)
{
    vota_wr_put(wr, built.at, at);
    put_harmless(wr, json);
    vota_wr_put(wr, built.at + at + 2, built.len - at - 2);
}

static void write_trust(struct vota_wr *wr, const void *trust)
{
    vota_trust_json_write(wr, trust);
}

enum vota_status vota_page_verifier_fill(uint8_t **ret_page, size_t *ret_len,
                                         struct vota_slice built,
                                         const struct vota_trust_file *trust,
                                         struct vota_error *err)
{
    struct vota_trust_file without_heads = *trust;
    struct vota_slice json;
    uint8_t *text = NULL;
    size_t at = 0;
    if (!find_place(&at, built))
        return vota_fail(err, VOTA_BAD_INPUT, "page", "not-a-verifier");
    without_heads.head_count = 0;
    const enum vota_status status = vota_canon_make(&text, &json.len, write_trust, &without_heads);
    if (status != VOTA_OK)
        return status;
    json.at = text;
    struct vota_wr wr = vota_wr_of(NULL, 0);
    put_page(&wr, built, at, json);
    uint8_t *page = malloc(wr.len);
    if (page != NULL) {
        wr = vota_wr_of(page, wr.len);
        put_page(&wr, built, at, json);
        *ret_page = page;
        *ret_len = wr.len;
    }
    free(text);
    return page == NULL ? VOTA_NO_MEMORY : VOTA_OK;
}

enum vota_status vota_page_verifier_stage(struct vota_staging *staging, const char *path,
                                          const struct vota_trust_file *trust,
                                          struct vota_error *err)
{
    struct vota_slice built;
    uint8_t *bytes = NULL;
    uint8_t *page = NULL;
    size_t len = 0;
    enum vota_status status =
        vota_directory_read(&bytes, &built.len, path, VOTA_PAGE_VERIFIER_MAX_BYTES, err);
    if (status != VOTA_OK)
        return status;
    built.at = bytes;
    status = vota_page_verifier_fill(&page, &len, built, trust, err);
    free(bytes);
    if (status == VOTA_OK)
        status = vota_staging_file(staging, "verify.html", (struct vota_slice){page, len}, err);
    free(page);
    return status;
}

enum vota_status vota_page_script_stage(struct vota_staging *staging, const char *beside,
                                        struct vota_error *err)
{
    static const char name[] = "citizen-salt.js";
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *bytes = NULL;
    size_t len = 0;
    const char *slash = strrchr(beside, '/');
    const int n = snprintf(path, sizeof path, "%.*s%s",
                           slash == NULL ? 0 : (int)(slash + 1 - beside), beside, name);
    if (n <= 0 || (size_t)n >= sizeof path)
        return vota_fail(err, VOTA_LIMIT, "page", "path-too-long");
    enum vota_status status =
        vota_directory_read(&bytes, &len, path, VOTA_PAGE_VERIFIER_MAX_BYTES, NULL);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, "page", "cannot-read");
    status = vota_staging_file(staging, name, (struct vota_slice){bytes, len}, err);
    free(bytes);
    return status;
}
