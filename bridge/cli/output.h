/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How results look on a terminal: tables that stay straight with Hangul in
 * them, times in the reader's zone with UTC beside, numbers with separators.
 * It knows columns and cells, not what they mean.
 */
#ifndef VOTA_BRIDGE_CLI_OUTPUT_H
#define VOTA_BRIDGE_CLI_OUTPUT_H

#include "bridge/cli/cli.h"

/* Terminal columns that UTF-8 text takes: Hangul and the like 2, combining marks 0. */
size_t vota_output_width(const char *text);

/* Columns of cli->out: the terminal's, at most 100; 80 when it is none. */
size_t vota_output_columns(const struct vota_cli *cli);

/* Paragraphs wrapped at spaces to the width, each line indented. */
void vota_output_wrap(const struct vota_cli *cli, FILE *stream, const char *text, size_t indent);

enum vota_style {
    VOTA_STYLE_BOLD,
    VOTA_STYLE_DIM,
    VOTA_STYLE_GOOD,
    VOTA_STYLE_BAD,
    VOTA_STYLE_DOUBT
};

/* The text, styled when cli->out is a terminal that wants colours. */
void vota_output_styled(const struct vota_cli *cli, enum vota_style style, const char *text);

/* A heading line in bold. */
void vota_output_heading(const struct vota_cli *cli, const char *key);

struct vota_column {
    const char *title; /* text key; NULL for a column without one */
    bool right;        /* numbers stand to the right */
};

/* Rows are kept as copies until printed. At most 12 columns. */
struct vota_table {
    const struct vota_column *columns;
    size_t n_columns;
    char **cells;
    size_t n_cells, cap;
};

void vota_table_init(struct vota_table *ret_table, const struct vota_column *columns, size_t n);
void vota_table_done(struct vota_table *table);
/* A row of n_columns cells, copied; NULL cells are empty. NO_MEMORY or LIMIT (1,000,000 rows). */
VOTA_MUST_USE enum vota_status vota_table_add(struct vota_table *table, const char *const *cells);
/* With titles unless none of the columns has one. */
void vota_table_print(const struct vota_table *table, const struct vota_cli *cli);

/*
 * "Label   value" lines for one thing: each pair is a text key and a value
 * (NULL: the line is left out). Aligned; ends with NULL.
 */
void vota_output_fields(const struct vota_cli *cli, const char *key, const char *value, ...)
    __attribute__((sentinel));

#define VOTA_OUTPUT_TIME_CAP 64
/* "2026-11-22 18:00:00 KST (09:00:00 UTC)"; the UTC date too where it differs. KST in Korean. */
void vota_output_time(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t unix_time);

#define VOTA_OUTPUT_NUMBER_CAP 32
/* "20,000" */
void vota_output_number(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t number);

/* "1d 2h", "5m 30s": two units at most; Korean in Korean. */
void vota_output_span(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t seconds);

#endif
