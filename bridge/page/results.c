/* SPDX-License-Identifier: Apache-2.0 */
/* All pages of a publication: see results.h. */
#include "bridge/page/results.h"

#include "bridge/page/index_page.h"
#include "bridge/page/verifier.h"

static enum vota_status write_registers(const struct vota_page_site *site,
                                        struct vota_page_counted *counted)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < counted->register_count && status == VOTA_OK; i++) {
        const struct vota_recount *rows = NULL;
        status = vota_page_counted_next(counted, i, &rows, site->err);
        if (status == VOTA_OK)
            status = vota_page_register_write(site, &counted->registers[i], rows);
    }
    return status == VOTA_OK ? vota_page_index_write(site, counted) : status;
}

static enum vota_status write_pages(struct vota_page_site *site)
{
    struct vota_page_line line;
    struct vota_page_counted counted = {.register_count = 0};
    enum vota_status status =
        vota_page_line_init(&line, site->staging->path, site->source, site->err);
    site->line = &line;
    if (status == VOTA_OK)
        status = vota_page_counted_init(&counted, &line, site->now, site->err);
    if (status == VOTA_OK)
        status = write_registers(site, &counted);
    vota_page_counted_done(&counted);
    vota_page_line_done(&line);
    site->line = NULL;
    return status;
}

enum vota_status vota_page_results(void *context, struct vota_staging *staging,
                                   const struct vota_publication_source *source, uint64_t now,
                                   struct vota_error *err)
{
    const struct vota_page_results *results = context;
    struct vota_page_site site = {.source = source, .staging = staging, .now = now, .err = err};
    enum vota_status status = vota_html_style_hash(site.style_hash, vota_page_css);
    if (status == VOTA_OK && results->verifier != NULL) {
        status = vota_page_verifier_stage(staging, results->verifier, source->trust, err);
        site.has_verifier = status == VOTA_OK;
        if (status == VOTA_OK)
            status = vota_page_script_stage(staging, results->verifier, err);
    }
    return status == VOTA_OK ? write_pages(&site) : status;
}

enum vota_status vota_page_results_other(void *context, struct vota_staging *staging,
                                         const struct vota_publication_source *source, uint64_t now,
                                         struct vota_error *err)
{
    struct vota_page_site site = {.source = source, .staging = staging, .now = now, .err = err};
    (void)context;
    const enum vota_status status = vota_html_style_hash(site.style_hash, vota_page_css);
    return status == VOTA_OK ? vota_page_index_write_other(&site) : status;
}
