/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every batch's rows, from the file of the publication to the root of the entry.
 * Rows that rebuild the root are complete: none dropped, added or changed.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"
#include "bridge/publish/publication.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

/* PROTOCOL 5: the rows of a batch are public within a day of its entry. */
#define PUBLIC_WITHIN 86400u

static const struct vota_entry *entry_of(const struct vota_audit *audit,
                                         const struct vota_audit_batch *batch)
{
    return &audit->proven.lines.entries[batch->place];
}

static struct vota_audit_finding *find(struct vota_audit *audit,
                                       const struct vota_audit_batch *batch,
                                       enum vota_audit_code code, enum vota_verdict state)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_audit_finding *finding = vota_audit_find(&audit->findings, code, state);
    finding->entry = entry_of(audit, batch)->number;
    vota_publication_entry_path(path, "batches", finding->entry, ".rows");
    vota_audit_place(finding, path, 0);
    return finding;
}

static void find_missing(struct vota_audit *audit, const struct vota_audit_batch *batch)
{
    const struct vota_entry *entry = entry_of(audit, batch);
    const bool withheld =
        audit->uses_data && audit->has_chain && audit->chain.time > entry->time + PUBLIC_WITHIN;
    struct vota_audit_finding *finding =
        find(audit, batch, withheld ? VOTA_FOUND_ROWS_WITHHELD : VOTA_FOUND_ROWS_MISSING,
             VOTA_NOT_CHECKED);
    finding->left = batch->count;
}

/* The leaves of a batch in the order of its file, and room for the tree over them. */
struct rebuilding {
    vota_hash *leaves;
    vota_hash *tree;
    size_t n;
};

static bool rebuilding_init(struct rebuilding *ret, size_t n)
{
    size_t tree_len = 0;
    *ret = (struct rebuilding){.n = n};
    if (vota_merkle_tree_len(&tree_len, n) != VOTA_OK)
        return false;
    ret->leaves = reallocarray(NULL, n, sizeof *ret->leaves);
    ret->tree = reallocarray(NULL, tree_len, sizeof *ret->tree);
    return ret->leaves != NULL && ret->tree != NULL;
}

static void rebuilding_done(struct rebuilding *rebuilding)
{
    free(rebuilding->leaves);
    free(rebuilding->tree);
}

/* The first row whose leaf is below the one before it, counted from 1; 0 if all ascend. */
static size_t first_disorder(const struct rebuilding *rebuilding)
{
    for (size_t i = 1; i < rebuilding->n; i++) {
        if (memcmp(&rebuilding->leaves[i - 1], &rebuilding->leaves[i], sizeof(vota_hash)) > 0)
            return i + 1;
    }
    return 0;
}

static int compare_leaves(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(vota_hash));
}

/* Rows in another order are still the rows: said, then put right for the rebuilding. */
static void put_in_order(struct vota_audit *audit, const struct vota_audit_batch *batch,
                         struct rebuilding *rebuilding)
{
    const size_t row = first_disorder(rebuilding);
    if (row == 0)
        return;
    struct vota_audit_finding *finding = find(audit, batch, VOTA_FOUND_ROW_ORDER, VOTA_NOT_VALID);
    finding->row = row;
    finding->has_leaf = true;
    finding->leaf = rebuilding->leaves[row - 1];
    qsort(rebuilding->leaves, rebuilding->n, sizeof *rebuilding->leaves, compare_leaves);
}

/* Whether the rows lead to the root; a finding when not. */
static bool leads_to_root(struct vota_audit *audit, const struct vota_audit_batch *batch,
                          struct rebuilding *rebuilding)
{
    const struct vota_entry *entry = entry_of(audit, batch);
    if (vota_merkle_build(rebuilding->tree, rebuilding->leaves, rebuilding->n) == VOTA_OK &&
        vota_hash_equal(&rebuilding->tree[0], &entry->a))
        return true;
    struct vota_audit_finding *finding = find(audit, batch, VOTA_FOUND_ROOT, VOTA_NOT_VALID);
    finding->compared = VOTA_COMPARED_HASHES;
    finding->left_hash = rebuilding->tree[0];
    finding->right_hash = entry->a;
    return false;
}

/* For the index of leaves, which audit_index.c compares. */
static enum vota_status note_leaves(struct vota_audit *audit, const struct vota_audit_batch *batch,
                                    const struct rebuilding *rebuilding)
{
    const enum vota_status status = vota_leaf_index_reserve(&audit->index, rebuilding->n);
    for (size_t i = 0; status == VOTA_OK && i < rebuilding->n; i++)
        vota_leaf_index_add(&audit->index, &rebuilding->leaves[i], entry_of(audit, batch)->number);
    return status;
}

static enum vota_status rebuild(struct vota_audit *audit, struct vota_audit_batch *batch)
{
    const size_t n = batch->rows.len / VOTA_ROW_BYTES;
    struct rebuilding rebuilding;
    if (n != batch->count || batch->rows.len % VOTA_ROW_BYTES != 0) {
        struct vota_audit_finding *finding =
            find(audit, batch, VOTA_FOUND_ROWS_COUNT, VOTA_NOT_VALID);
        finding->compared = VOTA_COMPARED_NUMBERS;
        finding->left = n;
        finding->right = batch->count;
        return VOTA_OK;
    }
    if (!rebuilding_init(&rebuilding, n)) {
        rebuilding_done(&rebuilding);
        return VOTA_NO_MEMORY;
    }
    vota_leaf_hash_rows(rebuilding.leaves, (const struct vota_row *)(const void *)batch->rows.at,
                        n);
    put_in_order(audit, batch, &rebuilding);
    batch->usable = leads_to_root(audit, batch, &rebuilding);
    const enum vota_status status =
        batch->usable ? note_leaves(audit, batch, &rebuilding) : VOTA_OK;
    rebuilding_done(&rebuilding);
    return status;
}

static enum vota_status look_at(struct vota_audit *audit, struct vota_audit_batch *batch)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_error err = {0};
    if (!audit->uses_data) {
        find_missing(audit, batch);
        return VOTA_OK;
    }
    vota_publication_entry_path(path, "batches", entry_of(audit, batch)->number, ".rows");
    if (vota_reader_map(audit->input.reader, &batch->rows, path, &err) != VOTA_OK) {
        find_missing(audit, batch);
        return VOTA_OK;
    }
    return rebuild(audit, batch);
}

static enum vota_status list_batches(struct vota_audit *audit)
{
    const struct vota_lines *lines = &audit->proven.lines;
    audit->batches = calloc(audit->length > 0 ? audit->length : 1, sizeof *audit->batches);
    if (audit->batches == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < audit->length; i++) {
        vota_hash root;
        uint32_t count = 0;
        if (vota_entry_get_batch(&root, &count, &lines->entries[i]))
            audit->batches[audit->batch_count++] =
                (struct vota_audit_batch){.place = i, .count = count};
    }
    return VOTA_OK;
}

enum vota_status vota_audit_rows(struct vota_audit *audit)
{
    enum vota_status status = audit->has_deployment ? list_batches(audit) : VOTA_OK;
    audit->all_rows = audit->has_deployment;
    for (size_t i = 0; i < audit->batch_count && status == VOTA_OK; i++) {
        struct vota_audit_batch *batch = &audit->batches[i];
        vota_audit_progress(audit, "rows", i, audit->batch_count);
        status = look_at(audit, batch);
        audit->all_rows = audit->all_rows && batch->usable;
        audit->rows += batch->usable ? batch->count : 0;
    }
    const bool own_rows = audit->all_rows;
    audit->all_rows = own_rows && (audit->before == NULL || audit->before->all_rows);
    if (status != VOTA_OK || !own_rows)
        return status;
    struct vota_audit_finding *finding = vota_audit_find(
        &audit->findings, VOTA_FOUND_ROWS, audit->is_complete ? VOTA_VALID : VOTA_NOT_CHECKED);
    finding->compared = VOTA_COMPARED_NUMBERS;
    finding->left = audit->rows;
    finding->right = audit->batch_count;
    return VOTA_OK;
}
