/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 4180 from bytes to rows, through libcsv in strict mode. Spaces belong to
 * their field; a quoted field may hold commas, doubled quotes and line ends;
 * lines end in LF, CRLF or CR; empty lines are passed over.
 *
 * Quotes that do not fit (a"b, "a"b, one that never closes) end the reading:
 * where a row ends is then a guess, and what a citizen wrote inside a text
 * could become a row of its own. A row that is merely too long is told of and
 * passed over. Bytes are bytes: encodings are somebody else's.
 */
#ifndef VOTA_BRIDGE_IMPORT_CSV_H
#define VOTA_BRIDGE_IMPORT_CSV_H

#include "proof/bytes.h"

#define VOTA_CSV_ROW_MAX     ((size_t)512 * 1024) /* bytes of a row's fields */
#define VOTA_CSV_COLUMNS_MAX 256u

struct vota_csv_row {
    uint64_t line; /* where it begins, from 1 */
    const struct vota_slice *cells;
    size_t n;
    const char *reason; /* NULL, or "row-too-long", "too-many-columns": cells are not all there */
    uint64_t limit;     /* of the reason */
};

/* A status other than VOTA_OK ends the reading and is returned. The row is borrowed. */
typedef enum vota_status vota_csv_each(void *context, const struct vota_csv_row *row);

struct vota_csv;

/* Freed with vota_csv_free. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_csv_new(struct vota_csv **ret_csv, vota_csv_each *each,
                                            void *context);
void vota_csv_free(struct vota_csv *csv);

/*
 * Reads the next bytes of a file; vota_csv_finish ends it. BAD_INPUT with the
 * reason "broken-quotes", "unclosed-quote" or "row-too-long" (one that cannot be
 * passed over), NO_MEMORY, or what the callback returned. Nothing can be fed
 * after a failure.
 */
VOTA_MUST_USE enum vota_status vota_csv_feed(struct vota_csv *csv, const void *bytes, size_t len,
                                             struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_csv_finish(struct vota_csv *csv, struct vota_error *err);

/* Where the row that is being read begins: of a failure. */
uint64_t vota_csv_line(const struct vota_csv *csv);

/* Appends a row with the quotes it needs and a line feed. */
void vota_csv_write(struct vota_wr *wr, const struct vota_slice *cells, size_t n);

#endif
