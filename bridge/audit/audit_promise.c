/* SPDX-License-Identifier: Apache-2.0 */
/* Was the promise of an acceptance kept? The leaf lists, for proof/promise.h: see audit_line.h. */
#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_line.h"
#include "bridge/audit/audit_parts.h"
#include "proof/leaf.h"
#include "proof/promise.h"

/* What is known of the lists: of the contract that promised, and of those that go on for it. */
struct lists {
    uint8_t *own;
    uint8_t *later;
};

/* A row is in a list exactly where its leaf is; rows that rebuild the root are all of them. */
static uint8_t look_in(const struct vota_audit_batch *batch, const struct vota_row *row)
{
    uint8_t bytes[VOTA_ROW_BYTES];
    memcpy(bytes, row, sizeof bytes);
    if (!batch->usable)
        return VOTA_LIST_WITHHELD;
    for (size_t at = 0; at < batch->rows.len; at += sizeof bytes) {
        if (memcmp(batch->rows.at + at, bytes, sizeof bytes) == 0)
            return VOTA_LIST_WITH;
    }
    return VOTA_LIST_WITHOUT;
}

static bool lists_init(struct lists *ret_lists, const struct vota_audit *member,
                       const struct vota_audit *last, const struct vota_row *row)
{
    struct vota_audit_batches batches = vota_audit_batches_of(last);
    const struct vota_audit_batch *batch = NULL;
    size_t place = 0;
    ret_lists->own = calloc(member->length + 1, 1);
    ret_lists->later = calloc(last->journal.length + 1, 1);
    if (ret_lists->own == NULL || ret_lists->later == NULL)
        return false;
    for (size_t i = 0; i < member->batch_count; i++)
        ret_lists->own[member->batches[i].place] = look_in(&member->batches[i], row);
    while (member != last && vota_audit_next_batch(&batches, &batch, &place))
        ret_lists->later[place] = look_in(batch, row);
    return true;
}

static void lists_done(struct lists *lists)
{
    free(lists->own);
    free(lists->later);
}

/* The newest of the line that is complete: what only some provider said is no journal. */
static const struct vota_audit *last_complete(const struct vota_audit *last)
{
    while (last != NULL && !(last->is_complete && last->has_deployment))
        last = last->before;
    return last;
}

/* The member that promised, and where what comes after it begins in the line. */
static const struct vota_audit *find_member(const struct vota_audit *last,
                                            const struct vota_acceptance *acceptance,
                                            size_t *ret_end)
{
    *ret_end = last == NULL ? 0 : last->journal.length;
    for (const struct vota_audit *member = last; member != NULL; member = member->before) {
        const struct vota_genesis *genesis = &member->proven.deployment.genesis;
        if (genesis->chain_id == acceptance->chain_id &&
            vota_addr_equal(&genesis->contract, &acceptance->contract))
            return member;
        *ret_end = member->carried;
    }
    return NULL;
}

static void answer(struct vota_trust_promise *ret_promise, const struct vota_promise_report *report,
                   uint64_t final_time)
{
    *ret_promise = (struct vota_trust_promise){.outcome = report->outcome,
                                               .doubt = report->doubt,
                                               .entry = report->entry,
                                               .time = report->time,
                                               .final_time = final_time};
    if (report->doubt == VOTA_DOUBT_WITHHELD)
        ret_promise->entry = report->withheld[0];
}

enum vota_status vota_audit_promise(const struct vota_audit *last,
                                    struct vota_trust_promise *ret_promise,
                                    const struct vota_audit_promised *promised)
{
    size_t end = 0;
    uint64_t withheld = 0;
    struct lists lists = {NULL, NULL};
    last = last_complete(last);
    const struct vota_audit *member = find_member(last, &promised->acceptance, &end);
    *ret_promise = (struct vota_trust_promise){.doubt = VOTA_DOUBT_NONE};
    if (member == NULL)
        return VOTA_OK;
    if (!lists_init(&lists, member, last, &promised->row)) {
        lists_done(&lists);
        return VOTA_NO_MEMORY;
    }
    const struct vota_lines *lines = &member->proven.lines;
    /*
     * After a confirmed succession the line goes on elsewhere, and so does its time: what the
     * last one anchored after its block nobody has seen, however late the old chain is.
     */
    const uint64_t final_time = last->chain.time;
    const struct vota_promise promise = {
        .genesis = &member->proven.deployment.genesis,
        .journal = {lines->entries, lists.own, member->length},
        .successor = {last->journal.entries + end, lists.later + end, last->journal.length - end},
        .successor_examined = member != last,
        .final_time = final_time,
        .final_head = member->chain.head,
        .signer = promised->signer,
        .accepted_at = promised->acceptance.accepted_at,
        .anchor_by = promised->acceptance.anchor_by};
    struct vota_promise_report report = {.withheld = &withheld, .withheld_cap = 1};
    vota_promise_judge(&report, &promise);
    answer(ret_promise, &report, final_time);
    lists_done(&lists);
    return VOTA_OK;
}
