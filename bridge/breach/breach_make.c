/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a breach bundle: see breach_make.h. */
#include "bridge/breach/breach_make.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/breach/breach_gather.h"
#include "proof/merkle.h"

/* What readers will believe, if the maker is right: all of it was proven to the maker. */
static enum vota_status judge(struct vota_breach_made *made)
{
    struct vota_breach_believed believed[VOTA_BREACH_MAX_CONTRACTS];
    const struct vota_breach_trust trust = {.contracts = believed, .recover = vota_trusted_recover};
    for (size_t i = 0; i < made->about.contract_count; i++)
        believed[i] = (struct vota_breach_believed){true, VOTA_BREACH_BLOCK_FINAL};
    vota_breach_report_done(&made->report);
    return vota_breach_judge(&made->report, &made->about, &trust);
}

static const struct vota_entry *entry_of(const struct vota_breach_contract *contract,
                                         const struct vota_breach_batch *batch)
{
    return &contract->journal[batch->number - contract->deployment.genesis.pred_length - 1];
}

/* In place of all leaves of the batch that has the record: where it is among them. */
static enum vota_status show_path(struct vota_breach_made *made, struct vota_breach_batch *batch)
{
    const size_t n = batch->leaf_count;
    size_t len = 0;
    size_t index = 0;
    enum vota_status status = vota_merkle_tree_len(&len, n);
    vota_hash *tree = status == VOTA_OK ? reallocarray(NULL, len, sizeof *tree) : NULL;
    made->path = reallocarray(NULL, VOTA_MERKLE_MAX_PATH, sizeof *made->path);
    if (tree == NULL || made->path == NULL) {
        free(tree);
        return VOTA_NO_MEMORY;
    }
    status = vota_merkle_build(tree, batch->leaves, n);
    if (status == VOTA_OK)
        status = vota_merkle_find(&index, tree, n, &made->report.leaf);
    if (status == VOTA_OK)
        status = vota_merkle_path(made->path, &batch->path_len, tree, n, index);
    free(tree);
    batch->path = made->path;
    vota_breach_gather_drop(batch);
    return status;
}

/* Whether a list is one of those that the answer rests on; they ascend. */
static bool is_searched(const struct vota_breach_report *report, size_t *at, uint64_t number)
{
    while (*at < report->searched_count && report->searched[*at] < number)
        *at += 1;
    return *at < report->searched_count && report->searched[*at] == number;
}

/* Keeps what the answer takes, and no more: a bundle is to be handed on. */
static enum vota_status reduce(struct vota_breach_made *made)
{
    const uint64_t anchor_by = made->about.acceptance.anchor_by;
    const bool late = made->report.outcome == VOTA_PROMISE_KEPT_LATE;
    const uint64_t until = late ? made->report.entry : 0;
    enum vota_status status = VOTA_OK;
    size_t at = 0;
    for (size_t i = 0; i < made->about.contract_count; i++) {
        struct vota_breach_contract *contract = &made->contracts[i];
        struct vota_breach_batch *batches = made->batches[i];
        size_t n = 0;
        for (size_t k = 0; k < contract->batch_count && status == VOTA_OK; k++) {
            struct vota_breach_batch *batch = &batches[k];
            const bool needed =
                batch->number < until || entry_of(contract, batch)->time <= anchor_by;
            if (late && batch->number == until)
                status = show_path(made, batch);
            else if (!needed || !is_searched(&made->report, &at, batch->number))
                vota_breach_gather_drop(batch);
            if (batch->leaf_count > 0 || batch->path != NULL)
                batches[n++] = *batch;
        }
        contract->batch_count = n;
    }
    return status;
}

enum vota_status
vota_breach_make(struct vota_breach_made *ret_made, const struct vota_receipt *receipt,
                 const struct vota_trusted *trusted, const struct vota_trusted_sources *sources,
                 const struct vota_breach_progress *progress, struct vota_error *err)
{
    memset(ret_made, 0, sizeof *ret_made);
    ret_made->report.reason = "";
    if (!receipt->has_acceptance)
        return vota_fail(err, VOTA_BAD_INPUT, "receipt", "no-acceptance");
    const char *missing = "";
    enum vota_status status =
        vota_breach_gather(ret_made, &missing, receipt, trusted, sources, progress);
    if (status == VOTA_OK && missing[0] != '\0') {
        ret_made->report.reason = missing;
        return VOTA_OK;
    }
    if (status == VOTA_OK)
        status = judge(ret_made);
    if (status == VOTA_OK && (ret_made->report.outcome == VOTA_PROMISE_BROKEN ||
                              ret_made->report.outcome == VOTA_PROMISE_KEPT_LATE)) {
        status = reduce(ret_made);
        if (status == VOTA_OK)
            status = judge(ret_made);
    }
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, "breach", "no-memory");
}

void vota_breach_made_done(struct vota_breach_made *made)
{
    for (size_t i = 0; i < VOTA_BREACH_MAX_CONTRACTS; i++) {
        for (size_t k = 0; made->contracts != NULL && k < made->contracts[i].batch_count; k++)
            vota_breach_gather_drop(&made->batches[i][k]);
        free(made->batches[i]);
        vota_anchor_copy_done(&made->stored[i]);
    }
    free(made->contracts);
    free(made->path);
    vota_breach_report_done(&made->report);
    memset(made, 0, sizeof *made);
}
