/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which column of a CSV file holds which field. A column that no field is
 * called by is passed over; one that is called by two headers, or is missing
 * though it is needed, refuses the file before its first row.
 */
#ifndef VOTA_BRIDGE_IMPORT_COLUMNS_H
#define VOTA_BRIDGE_IMPORT_COLUMNS_H

#include "bridge/import/record.h"

#define VOTA_COLUMNS_NONE SIZE_MAX

struct vota_columns {
    size_t at[VOTA_FIELD_COUNT]; /* VOTA_COLUMNS_NONE: the file has no such column */
    size_t n;                    /* columns of the file */
};

/* A set of fields: the sum of 1u << field. */
typedef unsigned vota_field_set;

/* The fields that a record of this kind of register needs besides id, voter and cast_at. */
vota_field_set vota_columns_of_kind(enum vota_register_kind kind);

/*
 * Finds the columns in the header line (UTF-8). names[f] is what field f's
 * column is called. BAD_INPUT "duplicate-column" or "missing-column", with the
 * column's name (of `names`) as err->where.
 */
VOTA_MUST_USE enum vota_status vota_columns_read(struct vota_columns *ret_columns,
                                                 const struct vota_slice *cells, size_t n,
                                                 const char *const names[VOTA_FIELD_COUNT],
                                                 vota_field_set needed, struct vota_error *err);

#endif
