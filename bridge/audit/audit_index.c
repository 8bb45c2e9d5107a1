/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index of leaves against the rows. It is what tells a citizen without any
 * row that a leaf is anchored, so it must hold every leaf and none besides; and
 * it names the rows where a batch does not lead to its root.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"
#include "bridge/publish/publication.h"
#include "proof/leaf.h"

#define ITEM VOTA_LEAF_INDEX_BYTES

/* The published index, mapped. */
struct published {
    struct vota_slice files[VOTA_LEAF_INDEX_FILES];
    bool is_there[VOTA_LEAF_INDEX_FILES];
    bool is_known[VOTA_LEAF_INDEX_FILES]; /* or rightly absent, as the manifest says */
};

static uint64_t entry_of(const uint8_t *item)
{
    return vota_load_be(item + 8, 8);
}

static struct vota_audit_finding *find(struct vota_audit *audit, unsigned first,
                                       enum vota_audit_code code, enum vota_verdict state)
{
    char path[VOTA_LEAF_INDEX_PATH_CAP];
    struct vota_audit_finding *finding = vota_audit_find(&audit->findings, code, state);
    vota_leaf_index_path(path, (uint8_t)first);
    vota_audit_place(finding, path, 0);
    return finding;
}

static void find_item(struct vota_audit *audit, unsigned first, enum vota_audit_code code,
                      const uint8_t *item)
{
    struct vota_audit_finding *finding = find(audit, first, code, VOTA_NOT_VALID);
    finding->entry = entry_of(item);
    finding->has_leaf = true;
    memcpy(finding->leaf.bytes, item, 8);
}

/* ---- the files ---- */

static bool is_well_formed(struct vota_slice file, unsigned first)
{
    if (file.len % ITEM != 0)
        return false;
    for (size_t at = 0; at < file.len; at += ITEM) {
        if (file.at[at] != first || (at > 0 && memcmp(file.at + at - ITEM, file.at + at, ITEM) > 0))
            return false;
    }
    return true;
}

static void map_file(struct vota_audit *audit, struct published *published, unsigned first)
{
    char path[VOTA_LEAF_INDEX_PATH_CAP];
    vota_leaf_index_path(path, (uint8_t)first);
    const bool wanted = vota_leaf_index_part(&audit->index, (uint8_t)first).len > 0;
    const bool listed = !audit->has_manifest || vota_file_list_find(&audit->manifest, path) != NULL;
    published->is_there[first] =
        vota_reader_map(audit->input.reader, &published->files[first], path, NULL) == VOTA_OK;
    published->is_known[first] = published->is_there[first] || !listed;
    if (!published->is_there[first]) {
        if (wanted)
            find(audit, first, VOTA_FOUND_FILE_MISSING, VOTA_NOT_CHECKED);
    } else if (!is_well_formed(published->files[first], first)) {
        find(audit, first, VOTA_FOUND_FILE_FORM, VOTA_NOT_VALID);
        vota_reader_unmap(&published->files[first]);
        published->is_there[first] = false;
        published->is_known[first] = false;
    }
}

static void published_done(struct published *published)
{
    for (size_t i = 0; i < VOTA_LEAF_INDEX_FILES; i++)
        vota_reader_unmap(&published->files[i]);
    free(published);
}

/* ---- usable batches ---- */

/* Whether an entry is a batch whose complete rows are known, so that the index can be held to it.
 */
static bool is_known(const struct vota_audit *audit, uint64_t entry)
{
    const struct vota_lines *lines = &audit->proven.lines;
    size_t low = 0;
    size_t high = audit->batch_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const uint64_t number = lines->entries[audit->batches[middle].place].number;
        if (number == entry)
            return audit->batches[middle].usable;
        if (number < entry)
            low = middle + 1;
        else
            high = middle;
    }
    /* Not a batch; beyond the proven length it may yet become one. */
    return audit->is_complete && entry <= audit->chain.length;
}

/* Both lists ascend: what is in one of them only. Items of batches that are not known are let be.
 */
static void compare(struct vota_audit *audit, const struct published *published, unsigned first)
{
    const struct vota_slice rows = vota_leaf_index_part(&audit->index, (uint8_t)first);
    const struct vota_slice file = published->files[first];
    size_t r = 0;
    size_t f = 0;
    while (r < rows.len || f < file.len) {
        const int order = r == rows.len   ? 1
                          : f == file.len ? -1
                                          : memcmp(rows.at + r, file.at + f, ITEM);
        if (order < 0)
            find_item(audit, first, VOTA_FOUND_INDEX_LACKS, rows.at + r);
        else if (order > 0 && is_known(audit, entry_of(file.at + f)))
            find_item(audit, first, VOTA_FOUND_INDEX_EXTRA, file.at + f);
        r += order <= 0 ? ITEM : 0;
        f += order >= 0 ? ITEM : 0;
    }
}

/* ---- batches that do not lead to their root ---- */

/* A row with its leaf, so that rows can be sorted and still be named. */
struct located {
    uint8_t prefix[8];
    size_t row;
    vota_hash leaf;
};

static int compare_located(const void *a, const void *b)
{
    return memcmp(((const struct located *)a)->prefix, ((const struct located *)b)->prefix, 8);
}

static struct located *locate_rows(const struct vota_audit_batch *batch, size_t n)
{
    struct located *located = calloc(n > 0 ? n : 1, sizeof *located);
    for (size_t i = 0; located != NULL && i < n; i++) {
        struct vota_row row;
        vota_leaf_row_read(&row, batch->rows.at + i * VOTA_ROW_BYTES);
        vota_leaf_hash(&located[i].leaf, &row);
        memcpy(located[i].prefix, located[i].leaf.bytes, 8);
        located[i].row = i;
    }
    if (located != NULL && n > 0)
        qsort(located, n, sizeof *located, compare_located);
    return located;
}

static void find_row(struct vota_audit *audit, const struct vota_audit_batch *batch,
                     const struct located *located)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_audit_finding *finding =
        vota_audit_find(&audit->findings, VOTA_FOUND_ROW_UNKNOWN, VOTA_NOT_VALID);
    finding->entry = audit->proven.lines.entries[batch->place].number;
    finding->row = located->row + 1;
    finding->has_leaf = true;
    finding->leaf = located->leaf;
    finding->has_register = true;
    memcpy(&finding->register_hash, batch->rows.at + located->row * VOTA_ROW_BYTES,
           sizeof finding->register_hash);
    vota_publication_entry_path(path, "batches", finding->entry, ".rows");
    vota_audit_place(finding, path, 0);
}

static void find_lacking(struct vota_audit *audit, const struct vota_audit_batch *batch,
                         const uint8_t *item)
{
    struct vota_audit_finding *finding =
        vota_audit_find(&audit->findings, VOTA_FOUND_ROW_LACKING, VOTA_NOT_VALID);
    finding->entry = audit->proven.lines.entries[batch->place].number;
    finding->has_leaf = true;
    memcpy(finding->leaf.bytes, item, 8);
}

/* Passes over rows up to a prefix (NULL: all): they are not in the index, where that is known. */
static size_t pass_rows(struct vota_audit *audit, const struct published *published,
                        const struct vota_audit_batch *batch, const struct located *located,
                        size_t n, const uint8_t *prefix)
{
    size_t i = 0;
    for (; i < n && (prefix == NULL || memcmp(located[i].prefix, prefix, 8) < 0); i++) {
        if (published->is_known[located[i].prefix[0]])
            find_row(audit, batch, &located[i]);
    }
    return i;
}

/* Rows that the index does not know under this entry, and leaves of the index without a row. */
static void compare_rows(struct vota_audit *audit, const struct published *published,
                         const struct vota_audit_batch *batch, const struct located *located,
                         size_t n)
{
    const uint64_t entry = audit->proven.lines.entries[batch->place].number;
    size_t i = 0;
    for (unsigned first = 0; first < VOTA_LEAF_INDEX_FILES; first++) {
        const struct vota_slice file = published->files[first];
        for (size_t at = 0; at < file.len; at += ITEM) {
            if (entry_of(file.at + at) != entry)
                continue;
            i += pass_rows(audit, published, batch, located + i, n - i, file.at + at);
            if (i < n && memcmp(located[i].prefix, file.at + at, 8) == 0)
                i++;
            else
                find_lacking(audit, batch, file.at + at);
        }
    }
    (void)pass_rows(audit, published, batch, located + i, n - i, NULL);
}

static enum vota_status explain(struct vota_audit *audit, const struct published *published,
                                const struct vota_audit_batch *batch)
{
    const size_t n = batch->rows.len / VOTA_ROW_BYTES;
    struct located *located = locate_rows(batch, n);
    if (located == NULL)
        return VOTA_NO_MEMORY;
    compare_rows(audit, published, batch, located, n);
    free(located);
    return VOTA_OK;
}

static enum vota_status explain_all(struct vota_audit *audit, const struct published *published)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < audit->batch_count && status == VOTA_OK; i++) {
        const struct vota_audit_batch *batch = &audit->batches[i];
        if (!batch->usable && batch->rows.len > 0)
            status = explain(audit, published, batch);
    }
    return status;
}

enum vota_status vota_audit_index(struct vota_audit *audit)
{
    if (!audit->uses_data || !audit->has_deployment)
        return VOTA_OK;
    struct published *published = calloc(1, sizeof *published);
    if (published == NULL)
        return VOTA_NO_MEMORY;
    vota_leaf_index_sort(&audit->index);
    for (unsigned first = 0; first < VOTA_LEAF_INDEX_FILES; first++) {
        map_file(audit, published, first);
        if (published->is_there[first])
            compare(audit, published, first);
    }
    const enum vota_status status = explain_all(audit, published);
    published_done(published);
    vota_leaf_index_done(&audit->index);
    return status;
}
