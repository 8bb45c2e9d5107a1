/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of a publication as they are served, from a directory or from an
 * address, held to the list that names them (site.json). Whether that list was
 * anchored is bridge/audit's question. Knows no command and no words.
 */
#ifndef VOTA_BRIDGE_SITE_SITE_H
#define VOTA_BRIDGE_SITE_SITE_H

#include "bridge/publish/reader.h"
#include "bridge/publish/site_json.h"
#include "rpc/transport.h"

#define VOTA_SITE_PAGE_MAX_BYTES ((size_t)8 * 1024 * 1024) /* of one page */

/* Where files come from; one of the two is set. */
struct vota_site_source {
    const struct vota_reader *reader; /* a directory */
    const struct vota_fetch *fetch;   /* an address */
    unsigned timeout_ms;              /* of one file */
};

/* What became of one file. */
enum vota_site_found {
    VOTA_SITE_SAME = 0,
    VOTA_SITE_DIFFERS,   /* not valid */
    VOTA_SITE_MISSING,   /* it is not there: could not check */
    VOTA_SITE_NO_ANSWER, /* could not be read; `fault` says why */
    VOTA_SITE_NOT_NAMED  /* served, and in no list: could not check */
};

struct vota_site_file {
    char path[VOTA_FILE_LIST_PATH_CAP];
    enum vota_site_found found;
    const char *fault; /* static; NULL unless NO_ANSWER */
    uint64_t bytes, bytes_named;
    uint8_t sha256[32], sha256_named[32]; /* zeros where nothing was read */
};

/* A site that was looked at. */
struct vota_site {
    uint8_t document[32];         /* SHA-256 of site.json as it was read */
    struct vota_site_file *files; /* owned; in the order of the list */
    size_t n;
    enum vota_verdict verdict; /* of the files alone */
};

/*
 * Reads site.json and every file that it names, and looks whether a page is
 * served that it does not name. NOT_FOUND "no-site-list"; BAD_INPUT with a
 * reason of site_json.h, or "names-no-page" when the verifier is not in it;
 * REMOTE with the name of the transport's fault; LIMIT "too-large"; IO,
 * NO_MEMORY. Release with vota_site_done in every case.
 */
VOTA_MUST_USE enum vota_status vota_site_look(struct vota_site *ret_site,
                                              const struct vota_site_source *source,
                                              struct vota_error *err);
void vota_site_done(struct vota_site *site);

/* VALID for SAME, NOT_VALID for DIFFERS, else NOT_CHECKED. */
enum vota_verdict vota_site_verdict(enum vota_site_found found);

/* "same", "differs", "missing", "no-answer", "not-named": static. */
const char *vota_site_found_name(enum vota_site_found found);

#endif
