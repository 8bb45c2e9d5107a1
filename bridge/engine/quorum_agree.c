/* SPDX-License-Identifier: Apache-2.0 */
/* Which block do k of n providers have? See quorum.h; the parts are in quorum_parts.h. */
#include "bridge/engine/quorum_parts.h"

enum vota_status vota_quorum_no_quorum(struct vota_error *err)
{
    return vota_fail(err, VOTA_REMOTE, "quorum", "no-quorum");
}

/* ---- what each of them says ---- */

size_t vota_quorum_read_heads(struct vota_quorum *quorum, enum vota_block_tag tag)
{
    const struct vota_block_id id = vota_block_tagged(tag);
    size_t nulls = 0;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        enum vota_status status = VOTA_REMOTE;
        if (vota_quorum_has_voice(quorum, i) && (quorum->has_head[i] || tag == VOTA_BLOCK_LATEST))
            status = vota_quorum_read(quorum, i, &quorum->heads[i], &id);
        quorum->has_head[i] = status == VOTA_OK;
        nulls += status == VOTA_NOT_FOUND;
        if (tag == VOTA_BLOCK_LATEST)
            quorum->head_number[i] = quorum->has_head[i] ? quorum->heads[i].number : 0;
    }
    return nulls;
}

static const struct vota_block *find_block(const struct vota_quorum *quorum, const vota_hash *hash)
{
    if (quorum->has_latest && vota_hash_equal(&quorum->latest.hash, hash))
        return &quorum->latest;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (quorum->has_head[i] && vota_hash_equal(&quorum->heads[i].hash, hash))
            return &quorum->heads[i];
    }
    return NULL;
}

/* Could this block follow that one? Hashes are real, so a "no" is a block that never was. */
static bool may_follow(const struct vota_quorum *quorum, const struct vota_block *block,
                       const struct vota_block *parent)
{
    uint64_t base_fee = 0;
    if (block->number != parent->number + 1 || block->time < parent->time)
        return false;
    if (quorum->any_base_fee)
        return true;
    if (block->time == parent->time)
        return false;
    if (!parent->has_base_fee || parent->gas_limit < 2)
        return true;
    return block->has_base_fee &&
           vota_fees_next_base(&base_fee, parent->base_fee, parent->gas_used, parent->gas_limit) &&
           base_fee == block->base_fee;
}

/* Takes the voice of those whose block breaks the rules from its parent to it. */
void vota_quorum_bench_impossible(struct vota_quorum *quorum)
{
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!quorum->has_head[i])
            continue;
        const struct vota_block *parent = find_block(quorum, &quorum->heads[i].parent_hash);
        if (parent == NULL || may_follow(quorum, &quorum->heads[i], parent))
            continue;
        quorum->has_head[i] = false;
        vota_quorum_bench(quorum, i, "lying");
    }
}

/* ---- agreement ---- */

size_t vota_quorum_count_heads(const struct vota_quorum *quorum)
{
    size_t n = 0;
    for (size_t i = 0; i < quorum->providers->n; i++)
        n += quorum->has_head[i];
    return n;
}

/* The k-th highest of the heads' numbers. Assumes at least k heads. */
static uint64_t candidate(const struct vota_quorum *quorum)
{
    uint64_t best = 0;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        size_t reach = 0;
        const uint64_t number = quorum->heads[i].number;
        for (size_t j = 0; quorum->has_head[i] && j < quorum->providers->n; j++)
            reach += quorum->has_head[j] && quorum->heads[j].number >= number;
        if (reach >= quorum->k && number > best)
            best = number;
    }
    return best;
}

/*
 * Its block at `level`, by the parent link where that tells; else it is asked,
 * and its head becomes the lower block. False: below it, or no answer.
 */
static bool hash_at(struct vota_quorum *quorum, size_t i, uint64_t level, vota_hash *ret_hash)
{
    struct vota_block *head = &quorum->heads[i];
    if (!quorum->has_head[i] || head->number < level)
        return false;
    if (head->number == level + 1) {
        *ret_hash = head->parent_hash;
        return true;
    }
    if (head->number != level) {
        const struct vota_block_id id = vota_block_numbered(level);
        quorum->has_head[i] = vota_quorum_read(quorum, i, head, &id) == VOTA_OK;
        if (!quorum->has_head[i])
            return false;
    }
    *ret_hash = head->hash;
    return true;
}

static size_t count_votes(const struct vota_quorum *quorum, const struct vota_quorum_votes *votes,
                          const vota_hash *hash)
{
    size_t n = 0;
    for (size_t i = 0; i < quorum->providers->n; i++)
        n += votes->has[i] && vota_hash_equal(&votes->hash[i], hash);
    return n;
}

/* The one hash that k name, if it is the only one. */
static bool agreed_hash(struct vota_quorum *quorum, uint64_t level, struct vota_quorum_votes *votes,
                        vota_hash *ret_hash, size_t *ret_voices)
{
    size_t voices = 0;
    for (size_t i = 0; i < quorum->providers->n; i++)
        votes->has[i] = hash_at(quorum, i, level, &votes->hash[i]);
    for (size_t i = 0; i < quorum->providers->n; i++) {
        const size_t n = votes->has[i] ? count_votes(quorum, votes, &votes->hash[i]) : 0;
        if (n < quorum->k)
            continue;
        if (voices > 0 && !vota_hash_equal(ret_hash, &votes->hash[i]))
            return false;
        *ret_hash = votes->hash[i];
        voices = n;
    }
    *ret_voices = voices;
    return voices > 0;
}

/* The header of an agreed hash: somebody's head, or asked of one of those who named it. */
static bool fetch_agreed(struct vota_quorum *quorum, const struct vota_quorum_votes *votes,
                         const vota_hash *hash, struct vota_block *ret_block)
{
    const struct vota_block_id id = vota_block_hashed(hash);
    const struct vota_block *known = find_block(quorum, hash);
    if (known != NULL) {
        *ret_block = *known;
        return true;
    }
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (votes->has[i] && vota_hash_equal(&votes->hash[i], hash) &&
            vota_quorum_read(quorum, i, ret_block, &id) == VOTA_OK)
            return true;
    }
    return false;
}

/* The highest head below `level`, whose place *level becomes. False: there is none. */
static bool step_down(const struct vota_quorum *quorum, uint64_t *level)
{
    bool any = false;
    uint64_t best = 0;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        const uint64_t number = quorum->heads[i].number;
        if (!quorum->has_head[i] || number >= *level || (any && number < best))
            continue;
        best = number;
        any = true;
    }
    if (any)
        *level = best;
    return any;
}

bool vota_quorum_agree(struct vota_quorum *quorum, uint64_t ceiling, unsigned depth,
                       struct vota_block *ret_block, size_t *ret_voices,
                       struct vota_quorum_votes *votes)
{
    vota_hash hash;
    if (vota_quorum_count_heads(quorum) < quorum->k)
        return false;
    uint64_t level = candidate(quorum);
    if (level > ceiling)
        level = ceiling;
    do {
        for (unsigned down = 0; down <= depth && down <= level; down++) {
            if (agreed_hash(quorum, level - down, votes, &hash, ret_voices))
                return fetch_agreed(quorum, votes, &hash, ret_block);
        }
        /* Who is far above with a block of his own must not hide what k have further down. */
    } while (depth == 0 && step_down(quorum, &level));
    return false;
}

/* Those who named the block and still have a voice. */
size_t vota_quorum_voices_left(const struct vota_quorum *quorum,
                               const struct vota_quorum_votes *votes, const vota_hash *hash)
{
    size_t n = 0;
    for (size_t i = 0; i < quorum->providers->n; i++)
        n += vota_quorum_has_voice(quorum, i) && votes->has[i] &&
             vota_hash_equal(&votes->hash[i], hash);
    return n;
}
