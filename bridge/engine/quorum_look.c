/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look of a quorum: the latest block, and then all of it. Everything is
 * settled in a draft; the quorum changes only when all of it held.
 */
#include <string.h>

#include "bridge/engine/quorum_parts.h"

#define WALK_DOWN    3u   /* blocks below the first candidate that are compared, too */
#define FINAL_FAR    160u /* blocks without finality that are said: five epochs */
#define STRANGE_JUMP 256u /* blocks between two looks after which identities are asked again */

/* The agreed latest of that number, if it is remembered. */
static const vota_hash *remembered(const struct vota_quorum *quorum, uint64_t number)
{
    for (size_t i = 0; i < quorum->n_trail; i++) {
        if (quorum->trail[i].number == number)
            return &quorum->trail[i].hash;
    }
    return NULL;
}

/* The trail is one unbroken chain: it begins anew with a block that does not follow. */
static void remember(struct vota_quorum *quorum, const struct vota_block *block, bool is_child)
{
    if (!is_child)
        quorum->n_trail = 0;
    if (quorum->n_trail == VOTA_QUORUM_TRAIL) {
        memmove(quorum->trail, quorum->trail + 1,
                (VOTA_QUORUM_TRAIL - 1) * sizeof quorum->trail[0]);
        quorum->n_trail--;
    }
    quorum->trail[quorum->n_trail++] = (struct vota_quorum_mark){block->number, block->hash};
}

/* A node on another fork may be on another network by now: it is asked at once. */
static void note_step(struct vota_quorum *quorum, size_t i, enum vota_breaker_step step)
{
    struct vota_breaker *breaker = &quorum->providers->item[i].breaker;
    const bool is_news = step == VOTA_STEP_FORKED && breaker->seen != VOTA_STEP_FORKED;
    vota_breaker_note_step(breaker, step, quorum->now_ms);
    if (is_news)
        vota_quorum_identify_one(quorum, i);
}

/* Does a head contradict what was agreed, as far as one can see without asking again? */
static bool contradicts(const struct vota_quorum *quorum, size_t i, const struct vota_block *agreed,
                        const struct vota_quorum_votes *votes)
{
    const struct vota_block *head = &quorum->heads[i];
    if (votes->has[i])
        return !vota_hash_equal(&votes->hash[i], &agreed->hash);
    const vota_hash *known = remembered(quorum, head->number);
    return head->number < agreed->number && known != NULL && !vota_hash_equal(known, &head->hash);
}

/* Who goes along with what was agreed? */
static void note_steps(struct vota_quorum *quorum, const struct vota_block *agreed,
                       const struct vota_quorum_votes *votes)
{
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!quorum->has_head[i])
            continue;
        enum vota_breaker_step step = VOTA_STEP_WITH;
        if (contradicts(quorum, i, agreed, votes))
            step = VOTA_STEP_FORKED;
        else if (quorum->head_number[i] + VOTA_QUORUM_LAG < agreed->number)
            step = VOTA_STEP_BEHIND;
        note_step(quorum, i, step);
    }
}

/* A lower block: a reorganisation if it is another than we remember there, else nodes that lag. */
static bool was_replaced(const struct vota_quorum *quorum, const struct vota_block *agreed)
{
    const vota_hash *known = remembered(quorum, agreed->number);
    if (known != NULL)
        return !vota_hash_equal(known, &agreed->hash);
    return quorum->latest.number == agreed->number + 1 &&
           !vota_hash_equal(&quorum->latest.parent_hash, &agreed->hash);
}

/*
 * The agreed block is before the one that was agreed on earlier. For a minute
 * the earlier one is kept; then a few blocks are given back, but never many: a
 * majority that is far behind is no majority.
 */
static enum vota_status judge_lower(struct vota_quorum *quorum, struct vota_quorum_draft *draft)
{
    if (was_replaced(quorum, &draft->latest))
        return VOTA_OK;
    if (!quorum->is_behind || quorum->now_ms < quorum->behind_since)
        quorum->behind_since = quorum->now_ms;
    quorum->is_behind = true;
    const bool is_long = quorum->now_ms - quorum->behind_since >= VOTA_QUORUM_HOLD_MS;
    if (is_long && draft->latest.number + VOTA_QUORUM_LAG < quorum->latest.number)
        return VOTA_REMOTE;
    if (is_long)
        return VOTA_OK;
    draft->latest = quorum->latest;
    draft->is_new = false;
    return VOTA_OK;
}

/* A block far from the last one, or one that replaces it: is it still our network? */
static void suspect(struct vota_quorum *quorum, const struct vota_quorum_draft *draft)
{
    const uint64_t before = quorum->latest.number;
    const uint64_t now = draft->latest.number;
    if (!quorum->has_latest || draft->is_child ||
        (now > before + 1 && now <= before + STRANGE_JUMP))
        return;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (vota_quorum_has_voice(quorum, i))
            vota_quorum_identify_one(quorum, i);
    }
}

/* The latest block that k agree on; REMOTE without one. */
static enum vota_status settle_latest(struct vota_quorum *quorum, struct vota_quorum_draft *draft)
{
    struct vota_quorum_votes *votes = &draft->latest_votes;
    const struct vota_block *latest = &draft->latest;
    (void)vota_quorum_read_heads(quorum, VOTA_BLOCK_LATEST);
    vota_quorum_bench_impossible(quorum);
    if (!vota_quorum_agree(quorum, UINT64_MAX, WALK_DOWN, &draft->latest, &draft->latest_voices,
                           votes))
        return VOTA_REMOTE;
    draft->is_new = !quorum->has_latest || !vota_hash_equal(&quorum->latest.hash, &latest->hash);
    draft->is_child =
        quorum->has_latest && vota_hash_equal(&latest->parent_hash, &quorum->latest.hash);
    if (draft->is_new)
        suspect(quorum, draft);
    note_steps(quorum, latest, votes);
    if (vota_quorum_voices_left(quorum, votes, &latest->hash) < quorum->k)
        return VOTA_REMOTE;
    if (draft->is_new && quorum->has_latest && latest->number < quorum->latest.number)
        return judge_lower(quorum, draft);
    quorum->is_behind = false;
    return VOTA_OK;
}

/* ---- all of it ---- */

static void take_final(struct vota_quorum *quorum, const struct vota_quorum_draft *draft,
                       bool has_latest)
{
    if (quorum->has_final && draft->final.number > quorum->final.number) {
        quorum->final_step = draft->final.number - quorum->final.number;
        quorum->final_moved = has_latest ? draft->latest.number : 0;
    }
    quorum->final = draft->final;
    quorum->final_voices = draft->final_voices;
    quorum->has_final = true;
    vota_quorum_trust_final(quorum, draft->final.number, &draft->final.hash);
}

static void take_latest(struct vota_quorum *quorum, const struct vota_quorum_draft *draft)
{
    if (draft->is_new) {
        quorum->latest_is_child =
            quorum->has_latest && vota_hash_equal(&draft->latest.parent_hash, &quorum->latest.hash);
        quorum->latest = draft->latest;
        quorum->has_latest = true;
        quorum->final_is_asked = false;
        quorum->is_behind = false;
        remember(quorum, &draft->latest, draft->is_child);
    }
    quorum->latest_voices = draft->latest_voices;
    quorum->final_is_asked |= draft->final_is_asked;
}

static void note_final_lag(struct vota_quorum *quorum)
{
    const uint64_t final = quorum->has_final ? quorum->final.number : 0;
    quorum->final_lags = quorum->latest.number > final + FINAL_FAR;
}

enum vota_status vota_quorum_look(struct vota_quorum *quorum, uint64_t now_ms,
                                  struct vota_error *err)
{
    struct vota_quorum_draft draft = {.is_new = false};
    vota_quorum_wake(quorum, now_ms);
    enum vota_status status = settle_latest(quorum, &draft);
    if (status != VOTA_OK)
        return vota_quorum_too_few(quorum, err);
    if (!vota_quorum_final_can_wait(quorum, &draft))
        status = vota_quorum_settle_final(quorum, &draft, draft.latest.number, err);
    if (status != VOTA_OK)
        return status;
    if (quorum->has_accepted && draft.latest.number < quorum->accepted.number)
        return vota_quorum_no_quorum(err); /* nodes that are still catching up */
    if (draft.has_final)
        take_final(quorum, &draft, true);
    take_latest(quorum, &draft);
    note_final_lag(quorum);
    return VOTA_OK;
}

enum vota_status vota_quorum_look_final(struct vota_quorum *quorum, uint64_t now_ms,
                                        struct vota_error *err)
{
    struct vota_quorum_draft draft = {.is_new = false};
    vota_quorum_wake(quorum, now_ms);
    for (size_t i = 0; i < quorum->providers->n; i++) {
        quorum->has_head[i] = true;
        quorum->head_number[i] = 0;
    }
    const enum vota_status status = vota_quorum_settle_final(quorum, &draft, UINT64_MAX, err);
    if (status != VOTA_OK)
        return status;
    if (!draft.has_final && !quorum->has_final && draft.nulls > 0)
        return vota_fail(err, VOTA_REMOTE, "quorum", "no-final-block");
    if (!draft.has_final && !quorum->has_final)
        return vota_quorum_no_quorum(err);
    if (draft.has_final)
        take_final(quorum, &draft, false);
    return VOTA_OK;
}
