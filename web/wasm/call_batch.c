/* SPDX-License-Identifier: Apache-2.0 */
/* A batch's rows and leaves, as a publication holds them: root, path, leaf list. */
#include "proof/leaf.h"
#include "proof/merkle.h"
#include "proof/promise.h"
#include "web/wasm/call.h"
#include "web/wasm/names.h"

_Static_assert(sizeof(struct vota_row) == VOTA_ROW_BYTES, "a row is its 96 bytes");
_Static_assert(_Alignof(struct vota_row) == 1, "a row may begin anywhere");
_Static_assert(_Alignof(vota_hash) == 1, "so may a leaf");

static const struct vota_row *rows_of(struct vota_slice bytes)
{
    return (const struct vota_row *)(const void *)bytes.at;
}

bool vota_call_ascend(const vota_hash *leaves, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (vota_bytes_compare(&leaves[i - 1], &leaves[i], sizeof leaves[i]) > 0)
            return false;
    }
    return true;
}

vota_hash *vota_call_sorted(struct vota_call *call, const vota_hash *leaves, size_t n)
{
    vota_hash *sorted = vota_arena_array(call->arena, n, sizeof *sorted);
    struct vota_merkle_item *items = vota_arena_array(call->arena, n, 2 * sizeof *items);
    if (sorted == NULL || items == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        items[i].leaf = leaves[i];
    vota_merkle_sort(items, items + n, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = items[i].leaf;
    return sorted;
}

/* The leaves of the call's rows, in the order of the rows. */
static enum vota_status hash_rows(struct vota_call *call, vota_hash **ret_leaves, size_t *ret_n)
{
    const size_t n = call->bytes.len / VOTA_ROW_BYTES;
    if (call->bytes.len % VOTA_ROW_BYTES != 0)
        return vota_fail(&call->err, VOTA_BAD_INPUT, "rows", "bad-length");
    vota_hash *leaves = vota_arena_array(call->arena, n, sizeof *leaves);
    if (leaves == NULL)
        return VOTA_NO_MEMORY;
    vota_leaf_hash_rows(leaves, rows_of(call->bytes), n);
    *ret_leaves = leaves;
    *ret_n = n;
    return VOTA_OK;
}

enum vota_status vota_call_leaves(struct vota_call *call)
{
    vota_hash *leaves = NULL;
    size_t n = 0;
    const enum vota_status status = hash_rows(call, &leaves, &n);
    if (status != VOTA_OK)
        return status;
    if (!vota_call_ascend(leaves, n))
        leaves = vota_call_sorted(call, leaves, n);
    if (leaves == NULL)
        return VOTA_NO_MEMORY;
    call->ret_bytes = (struct vota_slice){(const uint8_t *)leaves, n * sizeof *leaves};
    return VOTA_OK;
}

/* What is answered about a batch. */
struct batch {
    size_t n;
    bool is_ordered, has_leaf;
    vota_hash root;
    size_t index;
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    size_t path_len;
    struct vota_row row;
};

static void write_batch(struct vota_canon *canon, const void *about)
{
    const struct batch *batch = about;
    vota_canon_object(canon, NULL);
    vota_canon_number(canon, "count", batch->n);
    if (batch->has_leaf)
        vota_canon_number(canon, "index", batch->index);
    vota_canon_bool(canon, "ordered", batch->is_ordered);
    if (batch->has_leaf)
        vota_canon_hashes(canon, "path", batch->path, batch->path_len);
    vota_canon_hash(canon, "root", &batch->root);
    if (batch->has_leaf) {
        vota_canon_object(canon, "row");
        vota_canon_hash(canon, "content_hash", &batch->row.content_hash);
        vota_canon_hash(canon, "register", &batch->row.register_hash);
        vota_canon_hash(canon, "tag", &batch->row.tag);
        vota_canon_object_end(canon);
    }
    vota_canon_object_end(canon);
}

/* The row that has a leaf; the leaf is one of theirs. */
static struct vota_row row_with(const struct vota_call *call, const vota_hash *leaves,
                                const vota_hash *leaf)
{
    size_t i = 0;
    while (!vota_hash_equal(&leaves[i], leaf))
        i++;
    return rows_of(call->bytes)[i];
}

/* Root, and the leaf's place if it has one. Assumes ascending leaves. */
static enum vota_status look_at_tree(struct vota_call *call, struct batch *batch,
                                     const vota_hash *leaves, const vota_hash *leaf)
{
    size_t tree_len = 0;
    enum vota_status status = vota_merkle_tree_len(&tree_len, batch->n);
    if (status != VOTA_OK)
        return vota_fail(&call->err, status, "rows", "too-many");
    vota_hash *tree = vota_arena_array(call->arena, tree_len, sizeof *tree);
    if (tree == NULL)
        return VOTA_NO_MEMORY;
    status = vota_merkle_build(tree, leaves, batch->n);
    if (status != VOTA_OK)
        return vota_fail(&call->err, status, "rows", "bad-value");
    batch->root = tree[0];
    batch->has_leaf =
        leaf != NULL && vota_merkle_find(&batch->index, tree, batch->n, leaf) == VOTA_OK;
    if (!batch->has_leaf)
        return VOTA_OK;
    return vota_merkle_path(batch->path, &batch->path_len, tree, batch->n, batch->index);
}

enum vota_status vota_call_batch(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "batch", &call->err);
    struct batch *batch = vota_call_room(call, &fields, 1, sizeof *batch);
    vota_hash *leaves = NULL;
    vota_hash leaf;
    const bool has_leaf = vota_fields_has(&fields, "leaf");
    if (has_leaf)
        vota_fields_hex(&fields, &leaf, sizeof leaf, "leaf");
    enum vota_status status = vota_fields_end(&fields);
    if (status == VOTA_OK)
        status = hash_rows(call, &leaves, &batch->n);
    if (status != VOTA_OK)
        return status;
    if (batch->n == 0)
        return vota_fail(&call->err, VOTA_BAD_INPUT, "rows", "empty-batch");
    batch->is_ordered = vota_call_ascend(leaves, batch->n);
    const vota_hash *sorted = batch->is_ordered ? leaves : vota_call_sorted(call, leaves, batch->n);
    if (sorted == NULL)
        return VOTA_NO_MEMORY;
    status = look_at_tree(call, batch, sorted, has_leaf ? &leaf : NULL);
    if (status == VOTA_OK && batch->has_leaf)
        batch->row = row_with(call, leaves, &leaf);
    return status == VOTA_OK ? vota_call_answer(call, write_batch, batch) : status;
}

/* ---- a leaf list, as a promise is judged by ---- */

static void write_list(struct vota_canon *canon, const void *about)
{
    vota_canon_word(canon, NULL, vota_names_lists[*(const enum vota_promise_list *)about]);
}

enum vota_status vota_call_list(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "list", &call->err);
    struct vota_entry entry;
    vota_hash leaf;
    size_t tree_len = 1;
    const size_t n = call->bytes.len / sizeof(vota_hash);
    vota_fields_inner(&fields, &entry, "entry", &vota_call_entry);
    vota_fields_hex(&fields, &leaf, sizeof leaf, "leaf");
    enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    enum vota_promise_list list = VOTA_LIST_WITHHELD;
    if (call->bytes.len % sizeof(vota_hash) == 0 && vota_merkle_tree_len(&tree_len, n) == VOTA_OK) {
        vota_hash *tree = vota_arena_array(call->arena, tree_len, sizeof *tree);
        if (tree == NULL)
            return VOTA_NO_MEMORY;
        list = vota_promise_list_check(tree, &entry, &leaf,
                                       (const vota_hash *)(const void *)call->bytes.at, n);
    }
    return vota_call_answer(call, write_list, &list);
}
