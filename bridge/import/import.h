/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Import of a file of records into the store: one pass, memory that does not
 * grow with the file, a transaction every group of rows. Running it again adds
 * nothing; after a crash it goes on where it stopped, because a record's id
 * decides whether it is there. Must not print: rows refused and progress go to
 * the caller.
 */
#ifndef VOTA_BRIDGE_IMPORT_IMPORT_H
#define VOTA_BRIDGE_IMPORT_IMPORT_H

#include <signal.h>

#include "bridge/import/encoding.h"
#include "bridge/import/intake.h"

enum vota_import_format { VOTA_IMPORT_CSV = 1, VOTA_IMPORT_NDJSON };

/* Rows a transaction, unless the options say: another writer waits no longer than they take. */
#define VOTA_IMPORT_GROUP 4000u

struct vota_import_options {
    struct vota_intake_options intake; /* network, margin, pepper and its context */
    enum vota_import_format format;
    enum vota_encoding encoding;
    const char *slug;    /* register of every row; NULL: the rows' `register` says */
    const char *cast_at; /* cast time of every row; NULL: the rows say */
    const char *column[VOTA_FIELD_COUNT]; /* other names of columns or members; NULL: the field's */
    const volatile sig_atomic_t *stop;    /* NULL, or set from a signal: ends after a whole group */
    uint64_t group;                       /* rows a transaction; 0: VOTA_IMPORT_GROUP */

    uint64_t (*now)(void *context); /* unix seconds; NULL: the system's clock */
    /* After every committed group: bytes and rows read so far. NULL: not wanted. */
    void (*progress)(void *context, uint64_t bytes, uint64_t rows);
    /* The header line of a CSV file as it came, before any row: for a file of refused rows.
     * NULL: not wanted. */
    enum vota_status (*header)(void *context, struct vota_slice raw);
    /* A row that was refused, as it came (CSV: quoted anew; empty if too long to keep). It holds
     * a voter's id: only a file that the operator alone may read may keep it. */
    enum vota_status (*refused)(void *context, uint64_t line, struct vota_slice raw,
                                const struct vota_refusal *refusal);
    void *context; /* of these four */
};

struct vota_import_summary {
    uint64_t rows;    /* read; the header and empty lines are none */
    uint64_t added;   /* durable */
    uint64_t present; /* were there already, the same */
    uint64_t refused;
    bool stopped; /* by `stop`: run again to go on */
    bool cut;     /* the rest of the file could not be read: see the last refusal */
};

/*
 * Imports what read() yields: bytes written to buffer, 0 at the end, negative
 * for a read error. Refused rows do not fail it: look at the summary, which is
 * set also on failure and counts only what is durable.
 *
 * Refusals of rows, besides record.h's and intake.h's: wrong-column-count
 * (limit: the header's), other-register, cast-at-twice (the row has one although
 * `cast_at` is given), and as csv.h, ndjson_json.h and encoding.h name them.
 * With the field "file" they say why the rest is not read: broken-quotes,
 * unclosed-quote, row-too-long.
 *
 * Returns BAD_INPUT with err->where the column for "missing-column",
 * "duplicate-column", "cast-at-twice"; where "header" for one that cannot be
 * read ("no-header", or a reason of csv.h or encoding.h); where "cast_at" for
 * the option; "utf-16". Else what vota_intake_register and the store return, IO
 * "read-error", and what a callback returned.
 */
VOTA_MUST_USE enum vota_status
vota_import_run(struct vota_import_summary *ret_summary, struct vota_store *store,
                const struct vota_import_options *options,
                long (*read)(void *source, uint8_t *buffer, size_t cap), void *source,
                struct vota_error *err);

#endif
