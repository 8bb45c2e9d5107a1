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
    free(table->text);
    *table = (struct vota_table){.columns = table->columns, .n_columns = table->n_columns};
}

static enum vota_status grow(struct vota_table *table, size_t len)
{
    if (len <= table->cap - table->len)
        return VOTA_OK;
    const size_t cap = 2 * (table->cap + len);
    char *text = realloc(table->text, cap);
    if (text == NULL)
        return VOTA_NO_MEMORY;
    table->text = text;
    table->cap = cap;
    return VOTA_OK;
}

enum vota_status vota_table_add(struct vota_table *table, const char *const *cells)
{
    size_t len = 0;
    if (table->n_cells + table->n_columns > VOTA_TABLE_MAX_CELLS)
        return VOTA_LIMIT;
    for (size_t i = 0; i < table->n_columns; i++)
        len += (cells[i] == NULL ? 0 : strlen(cells[i])) + 1;
    const enum vota_status status = grow(table, len);
    if (status != VOTA_OK)
        return status;
    for (size_t i = 0; i < table->n_columns; i++) {
        const char *cell = cells[i] == NULL ? "" : cells[i];
        memcpy(table->text + table->len, cell, strlen(cell) + 1);
        table->len += strlen(cell) + 1;
    }
    table->n_cells += table->n_columns;
    return VOTA_OK;
}

/* The widest of title and cells, each column. */
static void measure(const struct vota_table *table, const struct vota_cli *cli, size_t *ret_widths)
{
    VOTA_ASSERT(table->n_columns > 0);
    for (size_t i = 0; i < table->n_columns; i++)
        ret_widths[i] = vota_output_width(vota_text(cli, table->columns[i].title));
    const char *cell = table->text;
    for (size_t i = 0; i < table->n_cells; i++) {
        const size_t width = vota_output_width(cell);
        size_t *widest = &ret_widths[i % table->n_columns];
        *widest = width > *widest ? width : *widest;
        cell += strlen(cell) + 1;
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
    const char *row[VOTA_TABLE_MAX_COLUMNS];
    for (size_t i = 0; i < table->n_columns; i++)
        row[i] = vota_text(cli, table->columns[i].title);
    measure(table, cli, widths);
    fit(table, cli, widths);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    put_row(table, cli, row, widths);
    vota_output_plain(cli);
    const char *cell = table->text;
    for (size_t at = 0; at < table->n_cells; at += table->n_columns) {
        for (size_t i = 0; i < table->n_columns; i++) {
            row[i] = cell;
            cell += strlen(cell) + 1;
        }
        put_row(table, cli, row, widths);
    }
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
