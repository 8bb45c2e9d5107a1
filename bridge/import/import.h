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

#include "bridge/import/record.h"
#include "bridge/store/store_register.h"

enum vota_import_format { VOTA_IMPORT_CSV = 1, VOTA_IMPORT_NDJSON };
enum vota_import_encoding { VOTA_IMPORT_UTF8 = 1, VOTA_IMPORT_CP949 };

#define VOTA_IMPORT_GROUP         2000u          /* rows a transaction */
#define VOTA_IMPORT_ROW_MAX       (512u * 1024u) /* bytes of a row or line */
#define VOTA_IMPORT_COLUMNS_MAX   256u
#define VOTA_IMPORT_REGISTERS_MAX 64u /* different registers in one file */

struct vota_import_options {
    int64_t network;
    enum vota_import_format format;
    enum vota_import_encoding encoding;
    const char *slug;    /* register of every row; NULL: the rows' `register` says */
    const char *cast_at; /* cast time of every row; NULL: the rows say */
    const char *column[VOTA_FIELD_COUNT]; /* other names for fields; NULL: vota_field_name */
    uint64_t margin; /* seconds before counts_until in which a batch cannot be had any more */
    const volatile sig_atomic_t *stop; /* NULL, or set from a signal: ends after a whole group */

    /* Unix seconds; NULL: the system's clock. */
    uint64_t (*now)(void *context);
    /* The 32 bytes of a register's pepper; wiped after use. NOT_FOUND: no such file. */
    enum vota_status (*pepper)(void *context, uint8_t ret_pepper[32],
                               const vota_hash *register_hash, struct vota_error *err);
    /* After every committed group. NULL: not wanted. bytes were read of the file so far. */
    void (*progress)(void *context, uint64_t bytes, uint64_t rows);
    /* A row that was refused, with its bytes as they came (raw; CSV: rebuilt, same encoding). */
    enum vota_status (*refused)(void *context, uint64_t line, struct vota_slice raw,
                                const struct vota_refusal *refusal);
    /* The header line of a CSV file, once, before any row: for the file of refused rows. */
    enum vota_status (*header)(void *context, struct vota_slice raw);
    void *context; /* given to every callback */
};

struct vota_import_summary {
    uint64_t rows;    /* read, the header and empty lines not counted */
    uint64_t added;   /* durable: counted only after their group's commit */
    uint64_t present; /* were there already, the same */
    uint64_t refused;
    bool stopped; /* by `stop`: run again to go on */
    bool cut; /* the rest of the file could not be read (broken quoting): see the last refusal */
};

/*
 * Imports what read() yields (bytes written to buffer, 0 at the end; a negative
 * number is a read error). Refused rows do not fail it: look at the summary.
 * ret_summary is set also on failure, and says what is durable.
 * Returns BAD_INPUT with err->where "header" for columns missing ("missing-column"), there twice
 * ("duplicate-column") or a first line that is not readable; NOT_FOUND "unknown-register" for the
 * slug; CONFLICT "wrong-pepper"; and what the store returns.
 */
VOTA_MUST_USE enum vota_status
vota_import_run(struct vota_import_summary *ret_summary, struct vota_store *store,
                const struct vota_import_options *options,
                long (*read)(void *source, uint8_t *buffer, size_t cap), void *source,
                struct vota_error *err);

#endif
