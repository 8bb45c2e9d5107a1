/* SPDX-License-Identifier: Apache-2.0 */
/* Records for people to read: see items.h. */
#include "bridge/page/items.h"

#include <stdlib.h>
#include <string.h>

/* What is gone through while items are chosen. */
struct choosing {
    struct vota_page_items *items;
    const struct vota_count *count;
    uint32_t from; /* entries before this place are too old */
};

static bool is_counted(const struct vota_count_row *row)
{
    return row->state == VOTA_COUNT_COUNTED;
}

/* From which entry on there are no more records than may be shown, the newest entry aside. */
static enum vota_status find_oldest(struct choosing *choosing, size_t entries)
{
    uint32_t *per_entry = calloc(entries > 0 ? entries : 1, sizeof *per_entry);
    size_t shown = 0;
    if (per_entry == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < choosing->count->row_count; i++) {
        const struct vota_count_row *row = &choosing->count->rows[i];
        per_entry[row->place] += is_counted(row);
        choosing->items->counted += is_counted(row);
    }
    choosing->from = (uint32_t)entries;
    while (choosing->from > 0 && shown < VOTA_PAGE_ITEMS_MAX)
        shown += per_entry[--choosing->from];
    free(per_entry);
    return VOTA_OK;
}

static int compare_items(const void *a, const void *b)
{
    const struct vota_page_item *x = a;
    const struct vota_page_item *y = b;
    if (x->place != y->place)
        return x->place > y->place ? -1 : 1;
    return memcmp(&x->leaf, &y->leaf, sizeof x->leaf);
}

/* The last of too many goes: the room is twice what is shown, and is cut when it is full. */
static void add(struct vota_page_items *items, const struct vota_page_item *item)
{
    if (items->n == (size_t)2 * VOTA_PAGE_ITEMS_MAX) {
        qsort(items->items, items->n, sizeof *items->items, compare_items);
        items->n = VOTA_PAGE_ITEMS_MAX;
    }
    items->items[items->n++] = *item;
}

static void consider(struct choosing *choosing, const struct vota_opening *opening,
                     struct vota_page_item *item)
{
    size_t first = 0;
    const size_t n = vota_count_find(choosing->count, &first, &opening->leaf);
    for (size_t i = 0; i < n; i++) {
        const struct vota_count_row *row =
            &choosing->count->rows[choosing->count->by_leaf[first + i]];
        if (!is_counted(row) || row->place < choosing->from)
            continue;
        item->place = row->place;
        item->leaf = opening->leaf;
        add(choosing->items, item);
        return;
    }
}

static enum vota_status go_through(struct choosing *choosing, uint32_t part, struct vota_error *err)
{
    struct vota_page_items *items = choosing->items;
    const struct vota_slice file = items->files[part];
    struct vota_reader_lines lines = vota_reader_lines_of(file);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK) {
        struct vota_opening opening;
        struct vota_slice line;
        status = vota_reader_next(&lines, &line, err);
        if (status == VOTA_OK)
            status = vota_openings_json_read(&opening, items->content, line, err);
        if (status != VOTA_OK)
            break;
        struct vota_page_item item = {
            .part = part, .at = (uint64_t)(line.at - file.at), .bytes = line.len};
        consider(choosing, &opening, &item);
    }
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

static enum vota_status map_files(struct vota_page_items *items, const struct vota_page_line *line,
                                  const vota_hash *register_hash, struct vota_error *err)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_register_path(path, "openings", register_hash, ".ndjson");
    for (size_t i = 0; i < line->part_count; i++) {
        struct vota_error detail = {0};
        const enum vota_status status =
            vota_reader_map(&line->parts[i].reader, &items->files[i], path, &detail);
        if (status != VOTA_OK && status != VOTA_NOT_FOUND)
            return vota_fail(err, status, detail.where, detail.text);
    }
    return VOTA_OK;
}

enum vota_status vota_page_items_init(struct vota_page_items *ret_items,
                                      const struct vota_page_line *line,
                                      const struct vota_page_register *reg,
                                      const struct vota_recount *rows, struct vota_error *err)
{
    *ret_items = (struct vota_page_items){.n = 0};
    struct choosing choosing = {.items = ret_items, .count = &rows->count};
    ret_items->content = malloc(VOTA_CONTENT_MAX_BYTES);
    ret_items->items = calloc((size_t)2 * VOTA_PAGE_ITEMS_MAX, sizeof *ret_items->items);
    if (ret_items->content == NULL || ret_items->items == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status = map_files(ret_items, line, &reg->hash, err);
    if (status == VOTA_OK)
        status = find_oldest(&choosing, line->journal.length);
    for (uint32_t i = 0; i < line->part_count && status == VOTA_OK; i++)
        status = go_through(&choosing, i, err);
    if (status != VOTA_OK)
        return status;
    qsort(ret_items->items, ret_items->n, sizeof *ret_items->items, compare_items);
    if (ret_items->n > VOTA_PAGE_ITEMS_MAX)
        ret_items->n = VOTA_PAGE_ITEMS_MAX;
    return VOTA_OK;
}

void vota_page_items_done(struct vota_page_items *items)
{
    for (size_t i = 0; i < VOTA_PAGE_PARTS_MAX; i++)
        vota_reader_unmap(&items->files[i]);
    free(items->items);
    free(items->content);
    *items = (struct vota_page_items){.n = 0};
}

enum vota_status vota_page_items_read(struct vota_page_items *items, size_t i,
                                      const struct vota_page_register *reg,
                                      struct vota_content *ret_content, struct vota_error *err)
{
    const struct vota_page_item *item = &items->items[i];
    struct vota_opening opening;
    const struct vota_slice line = {items->files[item->part].at + item->at, (size_t)item->bytes};
    const enum vota_status status = vota_openings_json_read(&opening, items->content, line, err);
    if (status != VOTA_OK)
        return status;
    const enum vota_content_verdict verdict =
        vota_content_check(ret_content, reg->definition, opening.content);
    VOTA_ASSERT(verdict == VOTA_CONTENT_COUNTED); /* or it would not have been counted */
    return VOTA_OK;
}
