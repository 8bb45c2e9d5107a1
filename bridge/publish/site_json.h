/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site.json: those files of a publication that stay the same from one
 * publication to the next, the pages that run in a citizen's browser. Its
 * SHA-256 is what the city records in a procedure register, so that anybody can
 * tell whether the page that is served is the one that was anchored.
 *
 *   {"files":{...},"format":...}       files: see file_list_json.h
 *
 * `format` is voteanchor-site-v1; the file ends with a newline, which is hashed
 * too. Paths are those of a manifest.
 */
#ifndef VOTA_BRIDGE_PUBLISH_SITE_JSON_H
#define VOTA_BRIDGE_PUBLISH_SITE_JSON_H

#include "bridge/publish/file_list_json.h"
#include "bridge/publish/staging.h"

#define VOTA_SITE_FORMAT    "voteanchor-site-v1"
#define VOTA_SITE_NAME      "site.json"
#define VOTA_SITE_MAX_FILES 64u
#define VOTA_SITE_MAX_BYTES ((size_t)64 * 1024) /* of the list itself */

/* Which files a site can have: those of a manifest, up to VOTA_SITE_MAX_FILES. */
extern const struct vota_file_list_rule vota_site_rule;

/* The pages that a publication may hold; NULL ends the list. The first is the verifier. */
extern const char *const vota_site_pages[];

/* Appends a sorted list's text without its line end; a first pass with cap 0 measures. */
void vota_site_json_write(struct vota_wr *wr, const struct vota_file_list *site);

/*
 * Reads a whole file's text but its line end. BAD_INPUT with a reason of
 * members_json.h, "bad-path", "bad-hash" or "not-canonical". The list is the
 * caller's to release.
 */
VOTA_MUST_USE enum vota_status vota_site_json_read(struct vota_file_list *ret_site,
                                                   const void *text, size_t len,
                                                   struct vota_error *err);

/*
 * Writes site.json over the pages that are staged already; none, and there is no
 * such file. Status as vota_staging_file.
 */
VOTA_MUST_USE enum vota_status vota_site_write(struct vota_staging *staging,
                                               struct vota_error *err);

#endif
