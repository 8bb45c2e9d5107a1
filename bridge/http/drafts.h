/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a body to drafts: the JSON of a request, or of a group of a stream, read
 * record by record, checked and hashed, ready for the writer. All that can be
 * done before a transaction is done here, by whichever thread has a desk. Knows
 * no connection.
 */
#ifndef VOTA_BRIDGE_HTTP_DRAFTS_H
#define VOTA_BRIDGE_HTTP_DRAFTS_H

#include "bridge/http/writer.h"

/* What one thread reads with: registers it has met, and a parser. */
struct vota_desk;

struct vota_desk_options {
    struct vota_intake_options intake;
    uint64_t (*now)(void *context); /* unix seconds; NULL: the system's clock */
    void *context;
    /* A register without its pepper, for the log; NULL: not wanted. By the desk's thread. */
    void (*failed)(void *context, const struct vota_error *err);
};

/* Borrows store, which may be read-only. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_drafts_desk_new(struct vota_desk **ret_desk,
                                                    struct vota_store *store,
                                                    const struct vota_desk_options *options,
                                                    struct vota_error *err);
void vota_drafts_desk_free(struct vota_desk *desk); /* NULL is fine */

/* The records of one body in order; {0} is none. Owns what its drafts borrow. */
struct vota_drafts {
    struct vota_writer_row *rows;
    size_t n, cap;
    struct vota_drafts_block *blocks;
};

void vota_drafts_done(struct vota_drafts *drafts); /* wipes nothing: it is all in the store */

/*
 * Reads a body of NDJSON whose first line has this number, or of one record
 * (line 0). A record whose register lacks its pepper is broken by itself. A status other
 * than VOTA_OK is a failure of the store or NO_MEMORY; ret_drafts is then empty.
 */
VOTA_MUST_USE enum vota_status vota_drafts_read(struct vota_drafts *ret_drafts,
                                                struct vota_desk *desk, struct vota_slice body,
                                                uint64_t first_line, struct vota_error *err);

/* The definition of a register that drafts were read for, by its row id; borrowed until the desk
 * reads the next body. What vota_intake_register and the store return. */
VOTA_MUST_USE enum vota_status vota_drafts_definition(struct vota_slice *ret_definition,
                                                      struct vota_desk *desk, int64_t reg,
                                                      struct vota_error *err);

#endif
