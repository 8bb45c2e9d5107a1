/* SPDX-License-Identifier: Apache-2.0 */
/* The store, computed again: see inspect.h. */
#include "bridge/backup/inspect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/backup/inspect_parts.h"
#include "bridge/engine/attempt_check.h"
#include "bridge/store/store_backup.h"
#include "bridge/store/store_batch.h"
#include "bridge/store/store_check.h"
#include "bridge/store/store_register.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

/* No batch is larger, whatever a damaged row claims. */
#define LEAVES_MAX ((uint64_t)1 << 24)

void vota_inspect_find(struct vota_inspect *inspect, const char *code, const char *detail)
{
    inspect->ask->finding(inspect->ask->context, code, detail);
}

void vota_inspect_find_number(struct vota_inspect *inspect, const char *code, const char *name,
                              uint64_t number)
{
    char detail[VOTA_INSPECT_DETAIL_CAP];
    (void)snprintf(detail, sizeof detail, "%s %" PRIu64, name, number);
    vota_inspect_find(inspect, code, detail);
}

static void advance(struct vota_inspect *inspect, uint64_t units)
{
    inspect->done += units;
    if (inspect->ask->progress != NULL)
        inspect->ask->progress(inspect->ask->context, inspect->done, inspect->total);
}

/* Damaged pages are what we are here for: they end a step, not the inspection. */
static enum vota_status settle(struct vota_inspect *inspect, enum vota_status status,
                               const struct vota_error *detail)
{
    if (status == VOTA_IO &&
        (strcmp(detail->text, "corrupt") == 0 || strcmp(detail->text, "not-a-store") == 0)) {
        vota_inspect_find(inspect, "damaged", detail->where);
        return VOTA_OK;
    }
    if (status == VOTA_OK)
        return VOTA_OK;
    return inspect->problem.status != VOTA_OK
               ? status
               : vota_fail(&inspect->problem, status, detail->where, detail->text);
}

/* ---- records ---- */

static void name_record(const struct vota_store_record *record, char *ret_name, size_t cap)
{
    (void)snprintf(ret_name, cap, "%.*s", (int)record->record_id.len,
                   (const char *)record->record_id.at);
}

static enum vota_status look_at_record(void *context, const struct vota_store_record *record)
{
    struct vota_inspect *inspect = context;
    char name[VOTA_INSPECT_DETAIL_CAP];
    vota_hash made;
    vota_hash salt;
    vota_leaf_hash(&made, &record->row);
    name_record(record, name, sizeof name);
    if (!vota_hash_equal(&made, &record->leaf))
        vota_inspect_find(inspect, "leaf-hash", name);
    if (vota_store_record_salt(&salt, record)) {
        vota_leaf_content_hash(&made, &salt, record->content);
        if (!vota_hash_equal(&made, &record->row.content_hash))
            vota_inspect_find(inspect, "opening-hash", name);
    }
    advance(inspect, 1);
    return VOTA_OK;
}

static enum vota_status look_at_records(struct vota_inspect *inspect, struct vota_error *err)
{
    return vota_store_check_records(inspect->ask->store, look_at_record, inspect, err);
}

/* ---- batches ---- */

static enum vota_status build(struct vota_inspect *inspect, const struct vota_store_batch *batch,
                              vota_hash *leaves, vota_hash *tree)
{
    size_t n = 0;
    const enum vota_status status = vota_store_batch_leaves(leaves, &n, (size_t)batch->count,
                                                            inspect->ask->store, batch->id, NULL);
    if (status != VOTA_OK && status != VOTA_LIMIT)
        return status;
    const bool good = status == VOTA_OK && n == batch->count &&
                      vota_merkle_build(tree, leaves, n) == VOTA_OK &&
                      vota_hash_equal(&tree[0], &batch->root);
    if (!good)
        vota_inspect_find_number(inspect, "batch-root", "batch", (uint64_t)batch->id);
    return VOTA_OK;
}

static enum vota_status look_at_batch(void *context, const struct vota_store_batch *batch)
{
    struct vota_inspect *inspect = context;
    if (batch->count == 0 || batch->count > LEAVES_MAX) {
        vota_inspect_find_number(inspect, "batch-root", "batch", (uint64_t)batch->id);
        return VOTA_OK;
    }
    vota_hash *leaves = calloc((size_t)batch->count, sizeof *leaves);
    vota_hash *tree = calloc(2 * (size_t)batch->count, sizeof *tree);
    const enum vota_status status =
        leaves == NULL || tree == NULL ? VOTA_NO_MEMORY : build(inspect, batch, leaves, tree);
    free(leaves);
    free(tree);
    advance(inspect, batch->count);
    return status;
}

static enum vota_status look_at_line(void *context, const struct vota_store_network *network)
{
    struct vota_inspect *inspect = context;
    struct vota_error detail = {0};
    if (network->line != network->id)
        return VOTA_OK;
    const enum vota_status status =
        vota_store_batch_each(inspect->ask->store, network->id, look_at_batch, inspect, &detail);
    return settle(inspect, status, &detail);
}

static enum vota_status look_at_batches(struct vota_inspect *inspect, struct vota_error *err)
{
    return vota_store_network_each(inspect->ask->store, look_at_line, inspect, err);
}

/* ---- registers ---- */

static bool is_as_defined(const struct vota_store_register *reg,
                          const struct vota_definition *definition)
{
    return definition->revision == reg->revision && definition->opens_at == reg->opens_at &&
           definition->closes_at == reg->closes_at &&
           definition->counts_until == reg->counts_until &&
           definition->results_by == reg->results_by &&
           definition->anchor_within == reg->anchor_within &&
           definition->id.len == strlen(reg->slug) &&
           vota_bytes_equal(definition->id.at, reg->slug, definition->id.len);
}

static enum vota_status look_at_register(void *context, const struct vota_store_register *reg)
{
    struct vota_definition *definition = malloc(sizeof *definition);
    vota_hash hash;
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    vota_definition_hash(&hash, reg->definition.at, reg->definition.len);
    const bool good = vota_hash_equal(&hash, &reg->hash) &&
                      vota_definition_read(definition, reg->definition.at, reg->definition.len,
                                           NULL) == VOTA_OK &&
                      is_as_defined(reg, definition);
    free(definition);
    if (!good)
        vota_inspect_find(context, "definition-differs", reg->slug);
    return VOTA_OK;
}

static enum vota_status look_at_line_registers(void *context,
                                               const struct vota_store_network *network)
{
    struct vota_inspect *inspect = context;
    struct vota_error detail = {0};
    if (network->line != network->id)
        return VOTA_OK;
    const enum vota_status status = vota_store_register_each(inspect->ask->store, network->id,
                                                             look_at_register, inspect, &detail);
    return settle(inspect, status, &detail);
}

static enum vota_status look_at_registers(struct vota_inspect *inspect, struct vota_error *err)
{
    return vota_store_network_each(inspect->ask->store, look_at_line_registers, inspect, err);
}

/* ---- networks ---- */

static void note_attempt(void *context, const char *code, const char *detail)
{
    vota_inspect_find(context, code, detail);
}

static enum vota_status look_at_network(void *context, const struct vota_store_network *network)
{
    struct vota_inspect *inspect = context;
    struct vota_error detail = {0};
    enum vota_status status =
        vota_attempt_check(inspect->ask->store, network, note_attempt, inspect, &detail);
    status = settle(inspect, status, &detail);
    detail = (struct vota_error){0};
    if (status == VOTA_OK && network->has_contract)
        status = settle(inspect, vota_inspect_journal(inspect, network, &detail), &detail);
    return status;
}

static enum vota_status look_at_networks(struct vota_inspect *inspect, struct vota_error *err)
{
    return vota_store_network_each(inspect->ask->store, look_at_network, inspect, err);
}

/* ---- all of it ---- */

static enum vota_status ask_questions(struct vota_inspect *inspect, struct vota_error *err)
{
    (void)err;
    enum vota_status status = VOTA_OK;
    for (unsigned i = 0; status == VOTA_OK && i < vota_store_check_questions(); i++) {
        struct vota_error detail = {0};
        status = vota_store_check_ask(inspect->ask->store, i, inspect->ask->finding,
                                      inspect->ask->context, &detail);
        status = settle(inspect, status, &detail);
        advance(inspect, inspect->step);
    }
    return status;
}

static enum vota_status inspect_all(struct vota_inspect *inspect)
{
    static enum vota_status (*const steps[])(struct vota_inspect *, struct vota_error *) = {
        ask_questions, look_at_registers, look_at_records, look_at_batches, look_at_networks};
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < sizeof steps / sizeof steps[0]; i++) {
        struct vota_error detail = {0};
        status = steps[i](inspect, &detail);
        status = settle(inspect, status, &detail);
    }
    return status;
}

enum vota_status vota_inspect_store(const struct vota_inspection *inspection,
                                    struct vota_error *err)
{
    struct vota_store_facts facts = {.records = 0};
    struct vota_error detail = {0};
    struct vota_inspect inspect = {.ask = inspection};
    enum vota_status status = vota_store_begin_view(inspection->store, &detail);
    if (status == VOTA_OK)
        status = vota_store_backup_facts(&facts, inspection->store, &detail);
    status = settle(&inspect, status, &detail);
    inspect.step = facts.records + 1;
    inspect.total = inspect.step * (vota_store_check_questions() + 2);
    if (status == VOTA_OK)
        status = inspect_all(&inspect);
    vota_store_end_view(inspection->store);
    return status == VOTA_OK ? VOTA_OK
                             : vota_fail(err, status, inspect.problem.where, inspect.problem.text);
}

bool vota_inspect_is_remark(const char *code)
{
    return strcmp(code, "stale-file") == 0 || strcmp(code, "pepper-unknown") == 0;
}
