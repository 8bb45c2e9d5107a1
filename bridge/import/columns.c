/* SPDX-License-Identifier: Apache-2.0 */
/* Header names to column numbers: see columns.h. */
#include "bridge/import/columns.h"

#include <string.h>

vota_field_set vota_columns_of_kind(enum vota_register_kind kind)
{
    switch (kind) {
    case VOTA_REGISTER_VOTE:
    case VOTA_REGISTER_ENDORSEMENT:
        return 1u << VOTA_FIELD_CHOICE;
    case VOTA_REGISTER_PROPOSAL:
        return 1u << VOTA_FIELD_TITLE | 1u << VOTA_FIELD_BODY;
    case VOTA_REGISTER_PROCEDURE:
        return 1u << VOTA_FIELD_STEP | 1u << VOTA_FIELD_TITLE | 1u << VOTA_FIELD_DOCUMENT;
    }
    VOTA_ASSERT(false);
    return 0;
}

static bool cell_is(struct vota_slice cell, const char *name)
{
    const size_t len = strlen(name);
    return cell.len == len && vota_bytes_equal(cell.at, name, len);
}

enum vota_status vota_columns_read(struct vota_columns *ret_columns, const struct vota_slice *cells,
                                   size_t n, const char *const names[VOTA_FIELD_COUNT],
                                   vota_field_set needed, struct vota_error *err)
{
    struct vota_columns columns = {.n = n};
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++) {
        columns.at[f] = VOTA_COLUMNS_NONE;
        for (size_t i = 0; i < n; i++) {
            if (!cell_is(cells[i], names[f]))
                continue;
            if (columns.at[f] != VOTA_COLUMNS_NONE)
                return vota_fail(err, VOTA_BAD_INPUT, names[f], "duplicate-column");
            columns.at[f] = i;
        }
        if (columns.at[f] == VOTA_COLUMNS_NONE && (needed & 1u << f) != 0)
            return vota_fail(err, VOTA_BAD_INPUT, names[f], "missing-column");
    }
    *ret_columns = columns;
    return VOTA_OK;
}
