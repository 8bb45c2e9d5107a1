/* SPDX-License-Identifier: Apache-2.0 */
/* Collects, sorts, hashes and stores one batch: see batch.h. */
#include "bridge/engine/batch.h"

#include <stdlib.h>

#include "proof/bytes.h"

static uint64_t later(uint64_t time, uint64_t seconds)
{
    return seconds > UINT64_MAX - time ? UINT64_MAX : time + seconds;
}

/* When the oldest row has waited long enough, promises aside. */
static struct vota_batch_due aged(const struct vota_store_pending *pending,
                                  const struct vota_batch_policy *policy)
{
    const struct vota_batch_due plain = {later(pending->oldest, policy->max_age), VOTA_BATCH_AGE};
    if (policy->stretched <= policy->max_age)
        return plain;
    const uint64_t at = later(pending->oldest, policy->stretched);
    if (policy->closes_at == 0 || policy->closes_at >= at)
        return (struct vota_batch_due){at, VOTA_BATCH_STRETCHED};
    return policy->closes_at <= plain.at
               ? plain
               : (struct vota_batch_due){policy->closes_at, VOTA_BATCH_CLOSING};
}

struct vota_batch_due vota_batch_due(const struct vota_store_pending *pending,
                                     const struct vota_batch_policy *policy,
                                     enum vota_batch_press press)
{
    if (pending->count == 0)
        return (struct vota_batch_due){UINT64_MAX, VOTA_BATCH_NOTHING};
    if (press == VOTA_BATCH_BY_CLOSING)
        return (struct vota_batch_due){0, VOTA_BATCH_ASKED};
    if (pending->count >= policy->max_records)
        return (struct vota_batch_due){0, VOTA_BATCH_FULL};
    const struct vota_batch_due promise = {
        pending->anchor_by > policy->margin ? pending->anchor_by - policy->margin : 0,
        VOTA_BATCH_PROMISE};
    if (pending->count < policy->min_size)
        return promise;
    if (press == VOTA_BATCH_BY_OPERATOR)
        return (struct vota_batch_due){0, VOTA_BATCH_ASKED};
    const struct vota_batch_due due = aged(pending, policy);
    return promise.at <= due.at ? promise : due;
}

const char *vota_batch_why_name(enum vota_batch_why why)
{
    static const char *const names[] = {"nothing", "asked",     "full",   "promise",
                                        "age",     "stretched", "closing"};
    VOTA_ASSERT((unsigned)why < sizeof names / sizeof names[0]);
    return names[why];
}

bool vota_batch_is_due(const struct vota_store_pending *pending,
                       const struct vota_batch_policy *policy, uint64_t now,
                       enum vota_batch_press press)
{
    return pending->count > 0 && vota_batch_due(pending, policy, press).at <= now;
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

/* Seals one if it is due; *ret_more: it was, and the round goes on. */
static enum vota_status seal_next(struct vota_batch_rest *rest, bool *ret_more,
                                  struct vota_store *store, const struct vota_batch_round *round,
                                  struct vota_error *err)
{
    struct vota_store_batch batch;
    *ret_more = false;
    enum vota_status status = vota_store_batch_pending(&rest->pending, store, round->network, err);
    if (status != VOTA_OK)
        return status;
    rest->due = vota_batch_due(&rest->pending, &round->policy, round->press);
    if (rest->due.at > round->now)
        return VOTA_OK;
    status = vota_batch_seal(&batch, store, round->network, &round->policy, round->now, err);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return status;
    *ret_more = round->sealed == NULL || round->sealed(round->context, &batch, rest->due.why);
    return VOTA_OK;
}

enum vota_status vota_batch_seal_due(struct vota_batch_rest *ret_rest, struct vota_store *store,
                                     const struct vota_batch_round *round, struct vota_error *err)
{
    struct vota_batch_rest rest = {.due = {UINT64_MAX, VOTA_BATCH_NOTHING}};
    bool more = true;
    while (more) {
        const enum vota_status status = seal_next(&rest, &more, store, round, err);
        if (status != VOTA_OK)
            return status;
    }
    *ret_rest = rest;
    return VOTA_OK;
}
