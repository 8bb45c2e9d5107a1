/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a file to records, in groups of one transaction each: the part of an
 * import between the reader of a format and the intake. Knows no bytes of a
 * file; import.c feeds the readers.
 */
#ifndef VOTA_BRIDGE_IMPORT_ROWS_H
#define VOTA_BRIDGE_IMPORT_ROWS_H

#include "bridge/import/columns.h"
#include "bridge/import/csv.h"
#include "bridge/import/import.h"
#include "bridge/import/ndjson_json.h"

/* A refused row in CSV: every byte may be a quote that is doubled. */
#define VOTA_ROWS_RAW_MAX (2 * VOTA_CSV_ROW_MAX + (size_t)4 * VOTA_CSV_COLUMNS_MAX)

/* Everything about one run that its rows need; import.c owns what is pointed to. */
struct vota_rows {
    const struct vota_import_options *options;
    struct vota_store *store;
    struct vota_intake *intake;
    struct vota_converter *converter;
    const struct vota_definition *definition; /* of options->slug; NULL: rows name registers */
    const char *names[VOTA_FIELD_COUNT];      /* of columns or members */
    bool has_header;                          /* the columns are known, or none are needed */
    struct vota_columns columns;
    struct vota_import_summary *summary;
    struct vota_import_summary group; /* not yet durable */
    bool in_group;
    uint64_t bytes;          /* read of the file, for the progress */
    enum vota_status failed; /* of a row's handling; not the file's fault */
    struct vota_error *err;
    uint8_t *raw; /* VOTA_ROWS_RAW_MAX bytes */
};

/* The readers' callbacks; context is a struct vota_rows. A failure is kept in `failed` too. */
enum vota_status vota_rows_csv(void *context, const struct vota_csv_row *row);
enum vota_status vota_rows_ndjson(void *context, const struct vota_ndjson_row *row);

/* Counts and tells of the row at which the file's form broke. */
VOTA_MUST_USE enum vota_status vota_rows_cut(struct vota_rows *rows, uint64_t line,
                                             const char *reason);

/* Makes the open group durable, if there is one, and counts it. */
VOTA_MUST_USE enum vota_status vota_rows_commit(struct vota_rows *rows);

#endif
