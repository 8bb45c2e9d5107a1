/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several providers, none trusted. k of n must agree on WHICH block is the
 * latest and which is finalized; everything else is recomputed from those two
 * hashes, by whoever is asked. Keeps each provider's health, and asks nobody who
 * is benched. Knows blocks, and nothing of journals.
 *
 * What one look costs a provider: its latest header, and its finalized one when
 * the latest is a new one and finality may have moved. Only disagreement costs
 * more: who is two blocks ahead, or ahead in finality, is asked by number.
 */
#ifndef VOTA_BRIDGE_ENGINE_QUORUM_H
#define VOTA_BRIDGE_ENGINE_QUORUM_H

#include "bridge/engine/connect.h"

#define VOTA_QUORUM_TRAIL       16u    /* agreed blocks that are remembered */
#define VOTA_QUORUM_LAG         5u     /* blocks behind the agreed latest that are no fault */
#define VOTA_QUORUM_FINAL_LAG   64u    /* blocks of finality that nodes may differ by: two epochs */
#define VOTA_QUORUM_HOLD_MS     60000u /* how long an agreed latest that went back is not believed */
#define VOTA_QUORUM_IDENTITY_MS 600000u /* chain id and genesis are asked again */

struct vota_quorum_options {
    size_t k;          /* providers that must agree; 0: the majority of those configured */
    bool any_base_fee; /* a chain where EIP-1559's rule is not followed: set by hand, or unknown */
};

/* A block by name. */
struct vota_quorum_mark {
    uint64_t number;
    vota_hash hash;
};

/* How a provider is, in the static words of rpc/breaker.h. */
struct vota_quorum_health {
    const char *state, *reason;
};

/* Caller-owned, about 50 KiB, no pointers into itself; vota_quorum_init, and nothing to release. */
struct vota_quorum {
    struct vota_connections *providers; /* borrowed; outlives the quorum */
    size_t k;
    bool any_base_fee;
    uint64_t now_ms;                  /* of the last look; the clock of all bookings */
    bool has_latest;                  /* the next three are set */
    struct vota_block latest;         /* agreed; header checked */
    size_t latest_voices;             /* providers that named it */
    bool latest_is_child;             /* of the latest of the look before: nothing was replaced */
    bool has_final;                   /* a young chain has no finalized block yet */
    struct vota_block final;          /* agreed, not after latest, never goes back */
    size_t final_voices;              /* providers that named it */
    bool final_lags;                  /* latest is more than 160 blocks ahead of final, or of 0 */
    bool has_accepted;                /* `accepted` is set */
    struct vota_quorum_mark accepted; /* the highest final block ever accepted: a one-way mark */

    /* private to quorum*.c */
    bool is_started;
    uint64_t identified_ms; /* when all were asked who they are */
    /* While a look lasts: what each has said. */
    struct vota_block heads[VOTA_CONNECT_PROVIDERS_MAX];
    bool has_head[VOTA_CONNECT_PROVIDERS_MAX];
    uint64_t head_number[VOTA_CONNECT_PROVIDERS_MAX]; /* its latest; 0: unknown */
    bool denies_final[VOTA_CONNECT_PROVIDERS_MAX];    /* contradicted `accepted` when last asked */
    struct vota_quorum_mark trail[VOTA_QUORUM_TRAIL]; /* agreed latest blocks, unbroken */
    size_t n_trail;
    bool is_behind;        /* the agreed block is before `latest` ... */
    uint64_t behind_since; /* ... since then */
    bool final_is_asked;   /* for the present latest */
    uint64_t final_moved;  /* number of the latest block when finality moved last */
    uint64_t final_step;   /* how far it moved then; 0: not seen yet */
    size_t turn;           /* whom vota_quorum_ask asks first */
    struct vota_quorum_health recorded[VOTA_CONNECT_PROVIDERS_MAX]; /* in the store */
    uint64_t recorded_final;
};

/* Over providers that vota_connect (or a test) has set up; their health is taken over from them. */
void vota_quorum_init(struct vota_quorum *ret_quorum, struct vota_connections *providers,
                      const struct vota_quorum_options *options);

/* The final block accepted before a restart. To be called before the first look; zero hash: none.
 */
void vota_quorum_trust_final(struct vota_quorum *quorum, uint64_t number, const vota_hash *hash);

/*
 * Looks: refreshes latest and final. A provider out of step, untrue or silent
 * is booked. OK with the same blocks as before when nothing moved, also while a
 * majority lags for less than a minute. REMOTE "no-quorum": fewer than k agree;
 * CONFLICT "final-went-back": fewer than k are left beside those that
 * contradict a final block accepted before, and a person must look. On anything
 * but OK latest and final are as before. `now_ms`: see breaker.h.
 */
VOTA_MUST_USE enum vota_status vota_quorum_look(struct vota_quorum *quorum, uint64_t now_ms,
                                                struct vota_error *err);

/* The same without the latest block, for those who only need what is final. REMOTE
 * "no-final-block" where the chain is too young to have one. */
VOTA_MUST_USE enum vota_status vota_quorum_look_final(struct vota_quorum *quorum, uint64_t now_ms,
                                                      struct vota_error *err);

/*
 * A question to one provider. REMOTE, or LIMIT, CONFLICT and NOT_FOUND as in
 * eth.h: the next one is asked. May be called again with another provider after
 * a failure, and must then start afresh.
 */
typedef enum vota_status vota_quorum_question(void *context, struct vota_provider *provider,
                                              struct vota_error *err);

/*
 * Calls `question` with one healthy provider after the other, beginning with
 * another one each time, until one answers OK. For answers that prove
 * themselves. Failures are booked. NO_MEMORY and store errors (IO) end it at
 * once. Why not, otherwise: a CONFLICT that one of them met, which says
 * something about the chain; else NOT_FOUND if nobody knew; else what the last
 * one said, or REMOTE "no-provider".
 */
VOTA_MUST_USE enum vota_status vota_quorum_ask(struct vota_quorum *quorum,
                                               vota_quorum_question *question, void *context,
                                               struct vota_error *err);

/*
 * Calls `question` with every healthy provider once: fee history, estimates. OK
 * when one of them answered, else as vota_quorum_ask.
 */
VOTA_MUST_USE enum vota_status vota_quorum_ask_all(struct vota_quorum *quorum,
                                                   vota_quorum_question *question, void *context,
                                                   struct vota_error *err);

/*
 * The same for signed bytes, which go to everybody who may pass them on: the
 * healthy ones, and those that lag.
 */
VOTA_MUST_USE enum vota_status vota_quorum_send_all(struct vota_quorum *quorum,
                                                    vota_quorum_question *question, void *context,
                                                    struct vota_error *err);

/* What k providers say of a block. */
enum vota_quorum_block {
    VOTA_QUORUM_UNKNOWN = 0, /* fewer than k could say, or they say different things */
    VOTA_QUORUM_THERE,       /* k have it at its number */
    VOTA_QUORUM_GONE         /* k have another there */
};

/* Asks everybody who has a voice which block is at `number`. One read each. */
enum vota_quorum_block vota_quorum_block(struct vota_quorum *quorum, uint64_t number,
                                         const vota_hash *hash);

/*
 * Probes those whose pause is over. A look does so itself; this is for who asks
 * for long without one.
 */
void vota_quorum_wake(struct vota_quorum *quorum, uint64_t now_ms);

/* The newest block that provider `i` of the set named at the last look; 0: none. */
uint64_t vota_quorum_head(const struct vota_quorum *quorum, size_t i);

/* Providers that are healthy now. */
size_t vota_quorum_healthy(const struct vota_quorum *quorum);

/* True when one provider alone decides: k is 1. Then reports say "on the word of one provider". */
bool vota_quorum_is_one_word(const struct vota_quorum *quorum);

#endif
