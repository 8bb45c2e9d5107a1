/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a publication (DESIGN 3, PROTOCOL 11), complete and at once, from
 * whatever holds the data:
 *
 *   manifest.json  trust.json  journal.ndjson
 *   registers/<register hash>.json       the definition, exact bytes
 *   batches/<entry>.rows                 96-byte rows in leaf order
 *   openings/<register hash>.ndjson      as the register's disclosure allows
 *   evidence/<entry>.json                one anchor, where evidence is kept
 *   results/<entry>.json
 *   leaves/<xx>.idx                      leaf bytes 0-7 || entry, ascending
 *
 *   <chain id>/                          the same of another network of the line
 *
 * A directory is one network's: that of the line's primary holds the others as
 * whole publications, with manifests of their own. What is published can never be called back, so
 * the disclosure rule is applied here, whatever the source offers; and a batch
 * whose rows do not rebuild its root is refused, for everybody would find it.
 */
#ifndef VOTA_BRIDGE_PUBLISH_PUBLICATION_H
#define VOTA_BRIDGE_PUBLISH_PUBLICATION_H

#include "bridge/publish/lines.h"
#include "bridge/publish/manifest_json.h"
#include "bridge/publish/openings_json.h"
#include "bridge/publish/trust_json.h"
#include "proof/receipt.h"

typedef enum vota_status vota_publication_row(void *to, const struct vota_row *row);
typedef enum vota_status vota_publication_opening(void *to, const struct vota_opening *opening);
typedef enum vota_status vota_publication_anchor(void *to, const struct vota_anchor *anchor);

struct vota_publication_source;
struct vota_staging;

/*
 * Adds pages for people to what was staged of a source, after all its other
 * files and those of the other networks. What it returns but OK ends the writing.
 */
typedef enum vota_status vota_publication_pages(void *context, struct vota_staging *staging,
                                                const struct vota_publication_source *source,
                                                uint64_t now, struct vota_error *err);

/* Another network's publication, in a directory of its own within this one. */
struct vota_publication_other {
    char name[24];
    const struct vota_publication_source *source;
};

/* Where the data comes from. Callbacks hand out items until one returns a status of its own. */
struct vota_publication_source {
    const struct vota_deployment *deployment;
    const struct vota_lines *lines;
    /* Definitions that predecessors opened: their registers stay open, and have openings here. */
    const struct vota_slice *carried;
    size_t carried_count;
    const struct vota_trust_file *trust;
    /* What appears together with it; theirs are not looked at. */
    const struct vota_publication_other *others;
    size_t other_count;
    vota_publication_pages *pages; /* NULL: none */
    void *pages_context;
    void *context;
    /* The rows of a batch entry in leaf order; NOT_FOUND, before any, when they are not there: the
     * entry is not ours, and was taken as it stands. */
    enum vota_status (*rows)(void *context, uint64_t entry, vota_publication_row *each, void *to,
                             struct vota_error *err);
    /* The openings of a register that are there, each leaf once, in leaf order. */
    enum vota_status (*openings)(void *context, const vota_hash *register_hash,
                                 vota_publication_opening *each, void *to, struct vota_error *err);
    /* The anchor of a batch entry, with evidence; NOT_FOUND while there is none. */
    enum vota_status (*evidence)(void *context, uint64_t entry, vota_publication_anchor *each,
                                 void *to, struct vota_error *err);
    /* Told the number of rows and openings so far, with a context of its own; may be NULL. */
    void (*progress)(void *progress_context, uint64_t done);
    void *progress_context;
};

/* What was written. */
struct vota_publication_report {
    uint64_t entries, registers, batches, rows, openings, evidence, results, pages, files, bytes;
    uint64_t
        registers_closed;     /* whose openings the disclosure rule still holds back, or for ever */
    uint64_t batches_missing; /* whose rows the source does not have: an audit will name them */
};

/*
 * Writes all of it to `dir` as of `now`. CONFLICT "not-a-publication",
 * "root-differs", "row-order", "opening-order"; LIMIT "disk-full"; IO; and what
 * the source returns. After a failure `dir` is as it was.
 */
VOTA_MUST_USE enum vota_status vota_publication_write(struct vota_publication_report *ret_report,
                                                      const char *dir,
                                                      const struct vota_publication_source *source,
                                                      uint64_t now, struct vota_error *err);

/* Whether a register's openings may be public at `now`. */
bool vota_publication_discloses(const struct vota_definition *definition, uint64_t now);

/* Paths of files that are named for an entry or a register. */
#define VOTA_PUBLICATION_PATH_CAP VOTA_MANIFEST_PATH_CAP
void vota_publication_entry_path(char ret_path[VOTA_PUBLICATION_PATH_CAP], const char *dir,
                                 uint64_t entry, const char *ending);
void vota_publication_register_path(char ret_path[VOTA_PUBLICATION_PATH_CAP], const char *dir,
                                    const vota_hash *register_hash, const char *ending);

#endif
