/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables that stay straight with Hangul in them, and the "label  value" lines
 * of one thing. It knows columns and cells, not what they mean.
 */
#ifndef VOTA_BRIDGE_CLI_TABLE_H
#define VOTA_BRIDGE_CLI_TABLE_H

#include "bridge/cli/cli.h"

#define VOTA_TABLE_MAX_COLUMNS 12u
#define VOTA_TABLE_MAX_CELLS   1000000u

struct vota_column {
    const char *title; /* text key */
    bool right;        /* numbers stand to the right */
};

/* Cells are kept as copies until printed, for the widths are known only then. */
struct vota_table {
    const struct vota_column *columns;
    size_t n_columns;
    char *text; /* the cells, row by row, each with its NUL */
    size_t len, cap;
    size_t n_cells;
};

/* `columns` is borrowed until done. */
void vota_table_init(struct vota_table *ret_table, const struct vota_column *columns, size_t n);
void vota_table_done(struct vota_table *table);

/* A row of n_columns cells, copied; NULL is an empty cell. NO_MEMORY, or LIMIT. */
VOTA_MUST_USE enum vota_status vota_table_add(struct vota_table *table, const char *const *cells);

/* On cli->out. On a terminal that is too narrow the last column is cut. */
void vota_table_print(const struct vota_table *table, const struct vota_cli *cli);

struct vota_table_line {
    const char *label; /* text key */
    const char *value; /* NULL: the line is left out */
};

/* One line a field on cli->out, values aligned. */
void vota_table_fields(const struct vota_cli *cli, const struct vota_table_line *fields, size_t n);

#endif
