/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the running service knows of itself: one struct behind a mutex, written
 * a part at a time by the thread that the part belongs to, copied out whole by
 * whoever asks (readiness, status, metrics, watchdog). Facts only: what is too
 * old or too many is for the reader to say. Holds no personal data.
 */
#ifndef VOTA_BRIDGE_ENGINE_STANDING_H
#define VOTA_BRIDGE_ENGINE_STANDING_H

#include "bridge/engine/budget_gather.h"
#include "bridge/engine/quorum.h"
#include "bridge/engine/sender.h"

/* The primary first, then the secondary. */
#define VOTA_STANDING_NETWORKS 2u

#define VOTA_STANDING_REASON_MAX 63u

/* How a network stands for the keeper. */
enum vota_standing_reach {
    VOTA_REACH_NONE,        /* the store has no such network */
    VOTA_REACH_NEW,         /* nothing was tried yet */
    VOTA_REACH_UNREACHABLE, /* no provider answered, or not enough agree; tried again */
    VOTA_REACH_REFUSED,     /* what was found there is not ours: another chain, other code */
    VOTA_REACH_WATCHED,     /* followed, nothing is signed: there is no key, or no contract yet */
    VOTA_REACH_STOPPED,     /* followed, nothing is signed until a person decides: turn.stop */
    VOTA_REACH_UP           /* followed and signed for */
};
#define VOTA_REACHES 7

/* How a provider was when the quorum looked last. */
struct vota_standing_provider {
    char name[VOTA_CONNECT_NAME_MAX + 1]; /* "rpc-1": never its URL */
    const char *state, *reason;           /* static, of breaker.h: "ok", ...; "" while healthy */
    uint64_t latest;                      /* the newest block that it named; 0: none */
    uint64_t requests;                    /* that left, ever */
    uint64_t waited_ms;                   /* for all of them together */
};

/* What a sender may do on a network, in the words of its events (sender.h); the last: any other. */
#define VOTA_STANDING_SENDINGS 13u

struct vota_standing_network {
    enum vota_standing_reach reach;
    char name[VOTA_STORE_NAME_MAX + 1];
    enum vota_network_role role;
    uint64_t chain_id;            /* 0: not bound */
    bool is_local;                /* a chain of this machine */
    bool has_turn;                /* the next two are set */
    uint64_t turn_at;             /* unix seconds of the last turn that succeeded */
    struct vota_sender_turn turn; /* … and what it found: queue, blocks, balance, stop, held */
    uint64_t turns;               /* that succeeded */
    uint64_t failures;            /* turns that did not, ever */
    uint64_t failures_in_row;     /* … since the last that did */
    char problem[VOTA_STANDING_REASON_MAX + 1]; /* the last turn's failure, a code; empty: none */
    char key_problem[VOTA_STANDING_REASON_MAX + 1]; /* why there is no key; empty: there is */
    uint64_t sendings[VOTA_STANDING_SENDINGS];      /* events since the start */
    struct vota_standing_provider provider[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n_providers;
    size_t needed; /* providers that must agree; 0: not connected yet */
    size_t agreed; /* that named the latest block */
};

/* Of enum vota_batch_why. */
#define VOTA_STANDING_WHYS (VOTA_BATCH_CLOSING + 1)

/* The keeper's part. */
struct vota_standing_keeper {
    bool has_turn;                              /* the next member is set */
    uint64_t turn_at;                           /* unix seconds of its last whole turn */
    uint64_t turns;                             /* whole turns since the start */
    uint64_t turn_failures;                     /* turns that the store refused */
    char problem[VOTA_STANDING_REASON_MAX + 1]; /* the store's, in the last turn; empty: none */
    struct vota_standing_network network[VOTA_STANDING_NETWORKS];
    bool has_budget; /* of the primary; budget.plan is valid when budget_reached */
    bool budget_reached;
    struct vota_budget_standing budget;
    struct vota_store_pending pending; /* rows in no batch: count, oldest, earliest promise */
    uint64_t promise_by;               /* the earliest promise of rows that no mined entry holds, in
                                          a batch or not; 0: none */
    struct vota_batch_due due;         /* when the next batch is due and why */
    uint64_t seals;                    /* batches sealed since the start */
    uint64_t seals_by[VOTA_STANDING_WHYS]; /* ... by why */
    uint64_t sealed_rows;
    uint64_t seal_at; /* unix seconds of the last; 0: none yet */
    enum vota_batch_why seal_why;
    uint64_t registers_open;    /* registers that take records now */
    uint64_t registers_closing; /* past counting, their result not yet queued everywhere */
    uint64_t results;           /* queued since the start */
};

/* The webhook's part. */
struct vota_standing_hook {
    bool is_set;        /* there is a webhook */
    uint64_t queued;    /* deliveries that wait */
    uint64_t delivered; /* since the start */
    uint64_t failed;    /* attempts since the start that were not taken */
    uint64_t last_at;   /* unix seconds of the last that was taken; 0: none yet */
    char problem[VOTA_STANDING_REASON_MAX + 1]; /* why the last attempt failed; empty: it did not */
};

/* How the store reads, for a reader, which has no writer to tell. */
struct vota_standing_store {
    bool was_read;                              /* somebody tried */
    char problem[VOTA_STANDING_REASON_MAX + 1]; /* of the last try; empty: none */
};

struct vota_standing_view {
    uint64_t started_at; /* unix seconds */
    bool is_reader;      /* --read-only: there is no keeper and no hook */
    uint64_t reloads;
    struct vota_standing_keeper keeper;
    struct vota_standing_hook hook;
    struct vota_standing_store store;
};

struct vota_standing_board;

/* NULL without memory. */
struct vota_standing_board *vota_standing_new(uint64_t started_at, bool is_reader);
void vota_standing_free(struct vota_standing_board *board);

/* A copy of everything as of one moment. From any thread. */
void vota_standing_look(struct vota_standing_view *ret_view, struct vota_standing_board *board);

/* Counts an event of the sender's (its name); the word of the place that it is counted in. */
void vota_standing_count_sending(struct vota_standing_network *network, const char *event);
const char *vota_standing_sending_name(size_t sending);

/* Takes over how the providers of a network are: after each turn of it, and each that failed. */
void vota_standing_note_quorum(struct vota_standing_network *network,
                               const struct vota_quorum *quorum);

/* Each replaces its writer's part. */
void vota_standing_set_keeper(struct vota_standing_board *board,
                              const struct vota_standing_keeper *keeper);
void vota_standing_set_hook(struct vota_standing_board *board,
                            const struct vota_standing_hook *hook);
void vota_standing_set_store(struct vota_standing_board *board,
                             const struct vota_standing_store *store);
void vota_standing_note_reload(struct vota_standing_board *board);

/* "none", "new", "unreachable", "refused", "watched", "stopped", "up": for JSON and metrics. */
const char *vota_standing_reach_name(enum vota_standing_reach reach);

#endif
