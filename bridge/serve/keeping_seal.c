/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When rows become a batch: batch.h and the governor decide, this asks them each
 * look and seals. Not before the journal was seen: rows that an older copy of
 * the store knows as waiting may be in a batch already.
 */
#include "bridge/engine/succession.h"
#include "bridge/serve/keeping_parts.h"

#define BUDGET_LOCAL_MS 2000u
#define BUDGET_MS       30000u /* between two questions to the governor */

/* It may read many rows: as often as the governor is asked. */
static enum vota_status ask_promise(struct vota_keeping *keeping, struct vota_error *err)
{
    return vota_store_batch_promise(&keeping->promise_by, keeping->store,
                                    keeping->network[0].of.row.id, err);
}

/* What the governor says today: it reads a month of payments, so not at every look. */
static enum vota_status ask_governor(struct vota_keeping *keeping, struct vota_error *err)
{
    const struct vota_keeping_network *primary = &keeping->network[0];
    struct vota_standing_keeper *standing = &keeping->standing;
    if (keeping->budget_ms > keeping->time.steady_ms || !primary->of.row.has_contract)
        return VOTA_OK;
    const struct vota_attempt_limits limits = vota_settings_limits(&keeping->config);
    const struct vota_budget_source source = {
        .store = keeping->store,
        .network = &primary->of.row,
        .limits = &limits,
        .batch = vota_settings_batch(&keeping->config, primary->is_local),
        .now = keeping->time.now,
        .reached = primary->has_turned && standing->network[0].failures_in_row == 0,
        .balance = standing->network[0].turn.balance,
        .next_base_fee = primary->sender.view.next_base_fee};
    enum vota_status status = vota_budget_gather(&standing->budget, &source, err);
    if (status == VOTA_OK)
        status = ask_promise(keeping, err);
    if (status != VOTA_OK)
        return status;
    standing->has_budget = true;
    standing->budget_reached = source.reached;
    keeping->budget_ms =
        keeping->time.steady_ms + (primary->is_local ? BUDGET_LOCAL_MS : BUDGET_MS);
    return VOTA_OK;
}

static struct vota_batch_policy policy_of(const struct vota_keeping *keeping)
{
    struct vota_batch_policy policy =
        vota_settings_batch(&keeping->config, keeping->network[0].is_local);
    if (keeping->standing.has_budget) {
        policy.stretched = keeping->standing.budget.batch.stretched;
        policy.closes_at = keeping->standing.budget.batch.closes_at;
    }
    return policy;
}

static bool note_sealed(void *context, const struct vota_store_batch *batch,
                        enum vota_batch_why why)
{
    struct vota_keeping *keeping = context;
    struct vota_standing_keeper *standing = &keeping->standing;
    char id[VOTA_LOG_NUMBER_CAP];
    char rows[VOTA_LOG_NUMBER_CAP];
    standing->seals++;
    standing->seals_by[why]++;
    keeping->budget_ms = 0; /* these rows are promised in a batch now */
    standing->sealed_rows += batch->count;
    standing->seal_at = keeping->time.now;
    standing->seal_why = why;
    keeping->waits_since_ms = keeping->time.steady_ms;
    for (size_t i = 0; i < keeping->n_networks; i++)
        vota_keeping_network_hurry(&keeping->network[i]);
    vota_log(keeping->options.log, VOTA_LOG_INFO, "sealed", "batch",
             vota_log_number(id, (uint64_t)batch->id), "rows", vota_log_number(rows, batch->count),
             "why", vota_batch_why_name(why), NULL);
    /* At a register's end everything is due, but not what comes meanwhile: that keeps company. */
    keeping->round_left -= batch->count < keeping->round_left ? batch->count : keeping->round_left;
    return keeping->round_left > 0 && vota_keeping_goes_on(keeping);
}

/* A clock that stepped back makes rows seem young: their age by the steady clock counts too. */
static bool has_waited(const struct vota_keeping *keeping, const struct vota_batch_policy *policy)
{
    const uint64_t wait = policy->stretched > policy->max_age ? policy->stretched : policy->max_age;
    return keeping->waits && wait < UINT64_MAX / 1000 &&
           keeping->time.steady_ms - keeping->waits_since_ms >= 1000 * wait;
}

/* How hard it presses now. */
static enum vota_batch_press press_of(const struct vota_keeping *keeping,
                                      const struct vota_batch_policy *policy)
{
    if (keeping->presses)
        return VOTA_BATCH_BY_CLOSING;
    return has_waited(keeping, policy) ? VOTA_BATCH_BY_OPERATOR : VOTA_BATCH_BY_POLICY;
}

/*
 * Rows that only grew old wait on while an earlier batch is not in a block yet:
 * they could not be anchored sooner, and one batch costs less than two.
 */
static bool keeps_company(const struct vota_keeping *keeping, enum vota_batch_why why,
                          enum vota_batch_press press)
{
    const struct vota_keeping_network *primary = &keeping->network[0];
    const bool is_old = why == VOTA_BATCH_AGE || why == VOTA_BATCH_STRETCHED ||
                        (why == VOTA_BATCH_ASKED && press == VOTA_BATCH_BY_OPERATOR);
    return is_old && primary->standing->turn.unmined + primary->stamp.queued > 0;
}

/* Of two promises, 0 being none. */
static uint64_t earlier(uint64_t one, uint64_t other)
{
    if (one == 0 || other == 0)
        return one + other;
    return one < other ? one : other;
}

static void note_waiting(struct vota_keeping *keeping, const struct vota_store_pending *pending)
{
    if (pending->count > 0 && !keeping->waits)
        keeping->waits_since_ms = keeping->time.steady_ms;
    keeping->waits = pending->count > 0;
    keeping->standing.pending = *pending;
    keeping->standing.promise_by = earlier(pending->anchor_by, keeping->promise_by);
}

enum vota_status vota_keeping_seal(struct vota_keeping *keeping, struct vota_error *err)
{
    struct vota_standing_keeper *standing = &keeping->standing;
    const int64_t line = keeping->network[0].of.row.line;
    struct vota_store_pending pending = {0};
    enum vota_status status = ask_governor(keeping, err);
    if (status == VOTA_OK)
        status = vota_store_batch_pending(&pending, keeping->store, line, err);
    if (status != VOTA_OK)
        return status;
    note_waiting(keeping, &pending);
    status = vota_succession_is_held(&keeping->holds, keeping->store, keeping->time.now, err);
    if (status != VOTA_OK)
        return status;
    struct vota_batch_rest rest = {.pending = pending};
    const struct vota_batch_policy policy = policy_of(keeping);
    const enum vota_batch_press press = press_of(keeping, &policy);
    standing->due = vota_batch_due(&pending, &policy, press);
    if (standing->due.at > keeping->time.now || !vota_keeping_goes_on(keeping) ||
        !vota_keeping_network_takes(&keeping->network[0]) ||
        keeps_company(keeping, standing->due.why, press) ||
        (keeping->holds && pending.anchor_by > keeping->time.now + policy.margin))
        return VOTA_OK;
    const struct vota_batch_round round = {.network = line,
                                           .policy = policy,
                                           .press = press,
                                           .now = keeping->time.now,
                                           .sealed = note_sealed,
                                           .context = keeping};
    keeping->round_left = pending.count;
    status = vota_batch_seal_due(&rest, keeping->store, &round, err);
    if (status != VOTA_OK)
        return status;
    if (keeping->presses)
        keeping->registers_ms = 0; /* whether anything of theirs is left */
    note_waiting(keeping, &rest.pending);
    standing->due = rest.due;
    return VOTA_OK;
}
