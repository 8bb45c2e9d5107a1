/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The finalized block of a look: what k agree on, held to what was accepted
 * before. It never goes back; who contradicts it loses his voice.
 */
#include "bridge/engine/quorum_parts.h"

static void deny(struct vota_quorum *quorum, size_t i, const char *reason)
{
    quorum->has_head[i] = false;
    quorum->denies_final[i] = true;
    vota_quorum_bench(quorum, i, reason);
}

/* How far its latest block is behind the agreed one: its finality may be as far behind. */
static uint64_t lag_of(const struct vota_quorum *quorum, size_t i,
                       const struct vota_quorum_draft *draft)
{
    const uint64_t own = quorum->head_number[i];
    return own != 0 && own < draft->latest.number ? draft->latest.number - own : 0;
}

/* Holds what each calls final to what was accepted before. */
static void judge_finals(struct vota_quorum *quorum, const struct vota_quorum_draft *draft)
{
    const struct vota_quorum_mark *accepted = &quorum->accepted;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!quorum->has_head[i])
            continue;
        quorum->denies_final[i] = false;
        if (!quorum->has_accepted)
            continue;
        const struct vota_block *final = &quorum->heads[i];
        const uint64_t own = quorum->head_number[i];
        if (own != 0 && own < accepted->number) {
            quorum->has_head[i] = false; /* a node that is still catching up */
            continue;
        }
        const uint64_t slack = VOTA_QUORUM_FINAL_LAG + lag_of(quorum, i, draft);
        if (final->number + slack < accepted->number)
            deny(quorum, i, "final-went-back");
        else if (final->number == accepted->number &&
                 !vota_hash_equal(&final->hash, &accepted->hash))
            deny(quorum, i, "forked");
    }
}

/* Fewer than k are left. Would there be k if nobody contradicted what was accepted? */
enum vota_status vota_quorum_too_few(const struct vota_quorum *quorum, struct vota_error *err)
{
    size_t deny = 0;
    for (size_t i = 0; i < quorum->providers->n; i++)
        deny += quorum->denies_final[i];
    if (deny > 0 && deny + quorum->k > quorum->providers->n)
        return vota_fail(err, VOTA_CONFLICT, "quorum", "final-went-back");
    return vota_quorum_no_quorum(err);
}

/*
 * Is the accepted block on the chain of the block that was voted for? Its hash
 * commits to all before it, so one answer of those who named it is as good as
 * all of theirs; who answers otherwise loses his voice.
 */
static enum vota_status check_ancestor(struct vota_quorum *quorum,
                                       const struct vota_quorum_votes *votes,
                                       const struct vota_block *voted, struct vota_error *err)
{
    const struct vota_quorum_mark *accepted = &quorum->accepted;
    const struct vota_block_id id = vota_block_numbered(accepted->number);
    struct vota_block block;
    if (voted->number == accepted->number + 1 &&
        vota_hash_equal(&voted->parent_hash, &accepted->hash))
        return VOTA_OK;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!votes->has[i] || !vota_hash_equal(&votes->hash[i], &voted->hash) ||
            vota_quorum_read(quorum, i, &block, &id) != VOTA_OK)
            continue;
        if (!vota_hash_equal(&block.hash, &accepted->hash))
            deny(quorum, i, "forked");
        else if (vota_quorum_voices_left(quorum, votes, &voted->hash) >= quorum->k)
            return VOTA_OK;
    }
    return vota_quorum_too_few(quorum, err);
}

/*
 * Finality moves by epochs: most of the way to the next move nobody needs to be
 * asked, as long as each block follows the one before.
 */
bool vota_quorum_final_can_wait(const struct vota_quorum *quorum,
                                const struct vota_quorum_draft *draft)
{
    const uint64_t number = draft->latest.number;
    const uint64_t step = quorum->final_step < 32 ? quorum->final_step : 32;
    if (quorum->has_latest && !draft->is_new)
        return quorum->final_is_asked;
    return quorum->has_final && draft->is_child && number >= quorum->final_moved &&
           number - quorum->final_moved < step - step / 4;
}

/* Nobody can say what is final. That is no reason to stop while block follows upon block. */
static enum vota_status go_on_without(struct vota_quorum *quorum,
                                      const struct vota_quorum_draft *draft, struct vota_error *err)
{
    const enum vota_status status = vota_quorum_too_few(quorum, NULL);
    if (status == VOTA_CONFLICT)
        return vota_quorum_too_few(quorum, err);
    if (!quorum->has_accepted || draft->is_child || draft->latest_voices == 0)
        return VOTA_OK;
    return check_ancestor(quorum, &draft->latest_votes, &draft->latest, err);
}

enum vota_status vota_quorum_settle_final(struct vota_quorum *quorum,
                                          struct vota_quorum_draft *draft, uint64_t ceiling,
                                          struct vota_error *err)
{
    struct vota_quorum_votes votes = {.has = {false}};
    draft->nulls = vota_quorum_read_heads(quorum, VOTA_BLOCK_FINALIZED);
    judge_finals(quorum, draft);
    draft->final_is_asked = true;
    if (vota_quorum_count_heads(quorum) < quorum->k)
        return go_on_without(quorum, draft, err);
    if (!vota_quorum_agree(quorum, ceiling, 0, &draft->final, &draft->final_voices, &votes))
        return vota_quorum_too_few(quorum, err);
    draft->has_final = !quorum->has_accepted || draft->final.number >= quorum->accepted.number;
    if (!quorum->has_accepted)
        return VOTA_OK;
    if (draft->final.number == quorum->accepted.number) /* also when the ceiling cut it down */
        return vota_hash_equal(&draft->final.hash, &quorum->accepted.hash)
                   ? VOTA_OK
                   : vota_quorum_too_few(quorum, err);
    return check_ancestor(quorum, &votes, &draft->final, err);
}
