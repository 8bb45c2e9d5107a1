/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted for the pages: the journals of a line as one (PROTOCOL 10),
 * with the rows and openings as they lie in the publication that is being
 * written. Nothing else is looked at, so that a page cannot say more than what
 * everybody can recount. Knows no page.
 */
#ifndef VOTA_BRIDGE_PAGE_LINE_H
#define VOTA_BRIDGE_PAGE_LINE_H

#include "bridge/audit/recount.h"
#include "bridge/publish/publication.h"
#include "bridge/publish/reader.h"
#include "proof/journal.h"

#define VOTA_PAGE_PARTS_MAX 8u

/* One contract's journal in the line. */
struct vota_page_part {
    const struct vota_publication_source *source;
    const char *name; /* its directory within the publication; empty: the publication's own */
    struct vota_reader reader;
    size_t first; /* place of its first entry */
    size_t n;     /* of its entries, those that the line has */
};

/* Predecessors first; the last part is the one that is published. */
struct vota_page_line {
    struct vota_page_part parts[VOTA_PAGE_PARTS_MAX];
    size_t part_count;
    struct vota_count_journal journal;
    struct vota_entry *entries;
    struct vota_slice *texts;
    struct vota_recount_batch *batches; /* whose rows are here */
    size_t batch_count;
    struct vota_slice rows; /* of all batches, mapped */
    size_t batches_missing;
    bool has_beginning; /* no predecessor, or all of them here and confirmed */
};

/*
 * Reads what was staged at `dir`, and makes a copy of all rows there in a file
 * without a name: so many batches as a city has in years could not be mapped one
 * by one. NO_MEMORY, IO, LIMIT "disk-full" or for more predecessors than parts.
 * Release with vota_page_line_done in every case.
 */
VOTA_MUST_USE enum vota_status vota_page_line_init(struct vota_page_line *ret_line, const char *dir,
                                                   const struct vota_publication_source *source,
                                                   struct vota_error *err);
void vota_page_line_done(struct vota_page_line *line);

/* The part that an entry is in; assumes that there is one. */
const struct vota_page_part *vota_page_line_part(const struct vota_page_line *line, size_t place);

/* An entry with its head, transaction, text and counts; borrowed. */
struct vota_journal_line vota_page_line_at(const struct vota_page_line *line, size_t place);

/* Whether all rows of the first `length` entries are here, from the line's beginning. */
bool vota_page_line_knows_rows(const struct vota_page_line *line, size_t length);

/* A register's rows in one batch. */
struct vota_page_batch {
    size_t place; /* of its entry */
    uint64_t rows;
};

/*
 * The batches that hold rows of a register, in the journal's order: heap that the
 * caller frees, as long as it must be, for there are as many such lists as
 * registers. NULL without memory.
 */
struct vota_page_batch *vota_page_line_batches(const struct vota_page_line *line,
                                               const vota_hash *register_hash, size_t *ret_n);

#endif
