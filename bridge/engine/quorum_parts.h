/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of quorum*.c. quorum.c: who is asked, and what is booked; quorum_agree.c:
 * which block k have; quorum_final.c: finality; quorum_look.c: one look of all;
 * quorum_store.c: what outlives the process.
 */
#ifndef VOTA_BRIDGE_ENGINE_QUORUM_PARTS_H
#define VOTA_BRIDGE_ENGINE_QUORUM_PARTS_H

#include "bridge/engine/quorum.h"

/* Who says what of one level. */
struct vota_quorum_votes {
    vota_hash hash[VOTA_CONNECT_PROVIDERS_MAX];
    bool has[VOTA_CONNECT_PROVIDERS_MAX];
};

/* What a look would change. */
struct vota_quorum_draft {
    struct vota_block latest;
    struct vota_quorum_votes latest_votes;
    size_t latest_voices;
    bool is_new;   /* another latest than before */
    bool is_child; /* of the one before: nothing was replaced */
    struct vota_block final;
    size_t final_voices;
    bool has_final; /* a final block that is new */
    bool final_is_asked;
    size_t nulls; /* providers that know no final block */
};

/* ---- quorum.c ---- */

/* Its word counts where it can give it; it may lag. */
bool vota_quorum_has_voice(const struct vota_quorum *quorum, size_t i);

/* Before a call: what fails after it, failed in it. */
void vota_quorum_begin(struct vota_quorum *quorum, size_t i);

/* After a call that ended in `status`. */
void vota_quorum_book(struct vota_quorum *quorum, size_t i, enum vota_status status);

/* Takes a provider's voice for 15 minutes. `reason` is static. */
void vota_quorum_bench(struct vota_quorum *quorum, size_t i, const char *reason);

/* One block of one provider, booked. */
VOTA_MUST_USE enum vota_status vota_quorum_read(struct vota_quorum *quorum, size_t i,
                                                struct vota_block *ret_block,
                                                const struct vota_block_id *id);

/* Asks one provider who it is, and takes its voice if it is not of our network. */
void vota_quorum_identify_one(struct vota_quorum *quorum, size_t i);

/* ---- quorum_agree.c ---- */

/* REMOTE "no-quorum". */
enum vota_status vota_quorum_no_quorum(struct vota_error *err);

/*
 * Fills quorum->heads with everybody's block of that tag; for the finalized one
 * only those are asked who have a head: who just failed to answer will fail
 * again. Returns how many have none.
 */
size_t vota_quorum_read_heads(struct vota_quorum *quorum, enum vota_block_tag tag);

/* How many of them answered. */
size_t vota_quorum_count_heads(const struct vota_quorum *quorum);

/* Takes the voice of those whose head breaks the rules from its parent to it. */
void vota_quorum_bench_impossible(struct vota_quorum *quorum);

/*
 * The highest block, not above `ceiling`, that k have; looks `depth` levels down
 * for it, with 0 at the levels of the lower heads. False when there is none.
 * *ret_votes says who named which.
 */
bool vota_quorum_agree(struct vota_quorum *quorum, uint64_t ceiling, unsigned depth,
                       struct vota_block *ret_block, size_t *ret_voices,
                       struct vota_quorum_votes *ret_votes);

/* Those who named the block and still have a voice. */
size_t vota_quorum_voices_left(const struct vota_quorum *quorum,
                               const struct vota_quorum_votes *votes, const vota_hash *hash);

/* ---- quorum_final.c ---- */

/* Whether the look at finality can be left out for the draft's latest block. */
bool vota_quorum_final_can_wait(const struct vota_quorum *quorum,
                                const struct vota_quorum_draft *draft);

/* Settles the draft's final block, not above `ceiling`. Statuses are those of a look. */
VOTA_MUST_USE enum vota_status vota_quorum_settle_final(struct vota_quorum *quorum,
                                                        struct vota_quorum_draft *draft,
                                                        uint64_t ceiling, struct vota_error *err);

/* Why fewer than k agree: CONFLICT "final-went-back" where contradictions are the cause. */
enum vota_status vota_quorum_too_few(const struct vota_quorum *quorum, struct vota_error *err);

#endif
