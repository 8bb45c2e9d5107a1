/* SPDX-License-Identifier: Apache-2.0 */
/* Collects, sorts, hashes and stores one batch: see batch.h. */
#include "bridge/engine/batch.h"

#include <stdlib.h>

bool vota_batch_is_due(const struct vota_store_pending *pending,
                       const struct vota_batch_policy *policy, uint64_t now,
                       enum vota_batch_press press)
{
    if (pending->count == 0)
        return false;
    if (press == VOTA_BATCH_BY_CLOSING || pending->count >= policy->max_records)
        return true;
    if (now + policy->margin >= pending->anchor_by)
        return true;
    if (pending->count < policy->min_size)
        return false;
    return press == VOTA_BATCH_BY_OPERATOR || now >= pending->oldest + policy->max_age;
}

uint64_t vota_batch_size(uint64_t count, const struct vota_batch_policy *policy)
{
    if (count <= policy->max_records)
        return count;
    const uint64_t left = count - policy->max_records;
    if (left >= policy->min_size || policy->max_records < 2 * policy->min_size)
        return policy->max_records;
    return count - policy->min_size;
}

/* Memory of one sealing: n items, as much scratch, and the tree. */
struct sealing {
    struct vota_merkle_item *items;
    struct vota_merkle_item *scratch;
    vota_hash *tree;
    size_t n;
};

static void sealing_done(struct sealing *sealing)
{
    free(sealing->items);
    free(sealing->scratch);
    free(sealing->tree);
}

static enum vota_status collect(struct sealing *sealing, struct vota_store *store, int64_t network,
                                size_t cap, struct vota_error *err)
{
    sealing->items = calloc(cap, sizeof *sealing->items);
    if (sealing->items == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "batch", "no-memory");
    const enum vota_status status =
        vota_store_batch_collect(sealing->items, &sealing->n, cap, store, network, err);
    if (status != VOTA_OK)
        return status;
    return sealing->n > 0 ? VOTA_OK : VOTA_NOT_FOUND;
}

static enum vota_status build(struct sealing *sealing, struct vota_error *err)
{
    size_t tree_len = 0;
    size_t index = 0;
    if (vota_merkle_tree_len(&tree_len, sealing->n) != VOTA_OK)
        return vota_fail(err, VOTA_LIMIT, "batch", "too-many-rows");
    sealing->scratch = calloc(sealing->n, sizeof *sealing->scratch);
    sealing->tree = calloc(tree_len, sizeof *sealing->tree);
    if (sealing->scratch == NULL || sealing->tree == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "batch", "no-memory");
    vota_merkle_sort(sealing->items, sealing->scratch, sealing->n);
    if (vota_merkle_find_duplicate(&index, sealing->items, sealing->n))
        return vota_fail(err, VOTA_INTERNAL, "batch", "leaf-twice");
    return vota_merkle_build_items(sealing->tree, sealing->items, sealing->n);
}

enum vota_status vota_batch_seal(struct vota_store_batch *ret_batch, struct vota_store *store,
                                 int64_t network, const struct vota_batch_policy *policy,
                                 uint64_t now, struct vota_error *err)
{
    struct sealing sealing = {0};
    struct vota_store_pending pending;
    enum vota_status status = vota_store_begin(store, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_batch_pending(&pending, store, network, err);
    if (status == VOTA_OK && pending.count == 0)
        status = VOTA_NOT_FOUND;
    if (status != VOTA_OK)
        goto out;
    status = collect(&sealing, store, network, vota_batch_size(pending.count, policy), err);
    if (status != VOTA_OK)
        goto out;
    status = build(&sealing, err);
    if (status != VOTA_OK)
        goto out;
    const struct vota_store_seal seal = {.network = network,
                                         .sealed_at = now,
                                         .root = sealing.tree[0],
                                         .items = sealing.items,
                                         .n = sealing.n};
    status = vota_store_batch_seal(ret_batch, store, &seal, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
out:
    vota_store_rollback(store);
    sealing_done(&sealing);
    return status;
}
