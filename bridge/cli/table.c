/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables that stay straight with Hangul in them. It knows columns and cells,
 * not what they mean.
 */
#include "bridge/cli/table.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "proof/bytes.h"

#define GAP 2u /* columns between columns */

void vota_table_init(struct vota_table *ret_table, const struct vota_column *columns, size_t n)
{
    VOTA_ASSERT(n > 0 && n <= VOTA_TABLE_MAX_COLUMNS);
    *ret_table = (struct vota_table){.columns = columns, .n_columns = n};
}

void vota_table_done(struct vota_table *table)
{
    for (size_t i = 0; i < table->n_cells; i++)
        free(table->cells[i]);
    free((void *)table->cells);
    table->cells = NULL;
    table->n_cells = 0;
    table->cap = 0;
}

static enum vota_status grow(struct vota_table *table)
{
    if (table->n_cells + table->n_columns > VOTA_TABLE_MAX_CELLS)
        return VOTA_LIMIT;
    if (table->n_cells + table->n_columns <= table->cap)
        return VOTA_OK;
    const size_t cap = (table->cap + 8 * table->n_columns) * 2;
    char **cells = realloc((void *)table->cells, cap * sizeof *cells);
    if (cells == NULL)
        return VOTA_NO_MEMORY;
    table->cells = cells;
    table->cap = cap;
    return VOTA_OK;
}

enum vota_status vota_table_add(struct vota_table *table, const char *const *cells)
{
    const enum vota_status status = grow(table);
    if (status != VOTA_OK)
        return status;
    const size_t before = table->n_cells;
    for (size_t i = 0; i < table->n_columns; i++) {
        char *copy = strdup(cells[i] == NULL ? "" : cells[i]);
        if (copy == NULL) {
            while (table->n_cells > before)
                free(table->cells[--table->n_cells]);
            return VOTA_NO_MEMORY;
        }
        table->cells[table->n_cells++] = copy;
    }
    return VOTA_OK;
}

/* The widest of title and cells, each column. */
static void measure(const struct vota_table *table, const struct vota_cli *cli, size_t *ret_widths)
{
    VOTA_ASSERT(table->n_columns > 0);
    for (size_t i = 0; i < table->n_columns; i++)
        ret_widths[i] = vota_output_width(vota_text(cli, table->columns[i].title));
    for (size_t i = 0; i < table->n_cells; i++) {
        const size_t width = vota_output_width(table->cells[i]);
        size_t *widest = &ret_widths[i % table->n_columns];
        *widest = width > *widest ? width : *widest;
    }
}

/* On a terminal the last column gives way, so that a row stays a line. */
static void fit(const struct vota_table *table, const struct vota_cli *cli, size_t *widths)
{
    size_t before = 0;
    for (size_t i = 0; i + 1 < table->n_columns; i++)
        before += widths[i] + GAP;
    const size_t columns = vota_output_terminal(cli);
    size_t *last = &widths[table->n_columns - 1];
    if (before + *last > columns && columns > before + 4)
        *last = columns - before;
}

/* A cell that is too wide ends in two dots. */
static void put_cell(const struct vota_cli *cli, const char *cell, size_t width)
{
    if (vota_output_width(cell) <= width) {
        vota_text_write_safe(cli->out, cell);
        return;
    }
    char *cut = strndup(cell, vota_output_cut(cell, width - 2));
    vota_text_write_safe(cli->out, cut == NULL ? "" : cut);
    (void)fputs("..", cli->out);
    free(cut);
}

static void put_row(const struct vota_table *table, const struct vota_cli *cli,
                    const char *const *cells, const size_t *widths)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        const size_t width = vota_output_width(cells[i]);
        const size_t spare = width < widths[i] ? widths[i] - width : 0;
        const bool last = i + 1 == table->n_columns;
        if (table->columns[i].right)
            vota_output_spaces(cli->out, spare);
        put_cell(cli, cells[i], widths[i]);
        if (!last)
            vota_output_spaces(cli->out, (table->columns[i].right ? 0 : spare) + GAP);
    }
    (void)fputc('\n', cli->out);
}

void vota_table_print(const struct vota_table *table, const struct vota_cli *cli)
{
    size_t widths[VOTA_TABLE_MAX_COLUMNS] = {0};
    const char *titles[VOTA_TABLE_MAX_COLUMNS];
    for (size_t i = 0; i < table->n_columns; i++)
        titles[i] = vota_text(cli, table->columns[i].title);
    measure(table, cli, widths);
    fit(table, cli, widths);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    put_row(table, cli, titles, widths);
    vota_output_plain(cli);
    for (size_t at = 0; at < table->n_cells; at += table->n_columns)
        put_row(table, cli, (const char *const *)&table->cells[at], widths);
}

void vota_table_fields(const struct vota_cli *cli, const struct vota_table_line *fields, size_t n)
{
    size_t widest = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t width = vota_output_width(vota_text(cli, fields[i].label));
        if (fields[i].value != NULL && width > widest)
            widest = width;
    }
    for (size_t i = 0; i < n; i++) {
        if (fields[i].value == NULL)
            continue;
        const char *label = vota_text(cli, fields[i].label);
        vota_output_style(cli, VOTA_STYLE_DIM);
        (void)fputs(label, cli->out);
        vota_output_plain(cli);
        vota_output_spaces(cli->out, widest - vota_output_width(label) + GAP);
        vota_text_write_safe(cli->out, fields[i].value);
        (void)fputc('\n', cli->out);
    }
}
