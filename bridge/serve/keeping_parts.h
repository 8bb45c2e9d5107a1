/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of keeping share. Private to them; keeping.h is the door. */
#ifndef VOTA_BRIDGE_SERVE_KEEPING_PARTS_H
#define VOTA_BRIDGE_SERVE_KEEPING_PARTS_H

#include "bridge/engine/settings.h"
#include "bridge/serve/keeping.h"
#include "bridge/store/store_watch.h"

/* A network that is kept. Points into itself. */
struct vota_keeping_network {
    struct vota_keeping *keeping;
    struct vota_keeper_network of; /* row read afresh each turn */
    bool is_local;
    bool is_secondary;
    bool connected;
    struct vota_connections connections;
    struct vota_quorum quorum;
    struct vota_connect_watch watch;
    uint64_t started_ms;       /* vota_connect_clock when the turn at hand began */
    struct vota_sender sender; /* once connected */
    bool has_sender;
    bool has_stamp;
    struct vota_store_stamp stamp;           /* as the last turn left the outbox */
    uint64_t due_ms;                         /* the next turn; 0: at once */
    bool has_turned;                         /* since the start: its journal was seen */
    char told[VOTA_STANDING_REASON_MAX + 1]; /* why nothing moves, as logged last; empty: it does */
    struct vota_standing_network *standing;
};

/* A register past its time whose end is not done. */
struct vota_keeping_register {
    int64_t id;
    uint64_t through;  /* everything of it is at or before this operation; 0: rows may wait */
    uint64_t retry_ms; /* no counting before; 0: now */
    bool told_hand;
};

struct vota_keeping {
    struct vota_keeper_options options;
    struct vota_config config;
    struct vota_store *store;
    const struct vota_connect_watch *watch; /* NULL: none */
    int lock;                               /* sender.lock; -1: another process has it */
    struct vota_keeping_time time;          /* of the look at hand */
    struct vota_keeping_network network[VOTA_STANDING_NETWORKS];
    size_t n_networks;
    /* rows */
    bool holds;              /* a succession drains the outbox: only promises press */
    bool presses;            /* a register at its end has rows that wait */
    bool waits;              /* rows wait; the next is set */
    uint64_t waits_since_ms; /* steady time since when, or of the last batch */
    uint64_t round_left;     /* rows that waited when the round at hand began, less those sealed */
    uint64_t budget_ms;      /* when the governor is asked again */
    uint64_t promise_by;     /* the earliest promise in a batch that is not mined; 0: none */
    /* registers */
    uint64_t registers_ms; /* when they are looked at again */
    struct vota_keeping_register *ending;
    size_t n_ending, cap_ending;
    uint8_t *done; /* by row id: 1 when its end is done everywhere */
    size_t cap_done;
    struct vota_standing_keeper standing;
};

/* Whether to go on: false once the keeper is to stop. Shows a sign of life. */
bool vota_keeping_goes_on(const struct vota_keeping *keeping);

/* The turn of a network, if it is due. */
void vota_keeping_network_turn(struct vota_keeping_network *network);

/* Whether rows may be sealed, and results queued: its journal was seen and takes entries. */
bool vota_keeping_network_takes(const struct vota_keeping_network *network);

/* Its turn is due now, unless it failed and waits. */
void vota_keeping_network_hurry(struct vota_keeping_network *network);

void vota_keeping_network_done(struct vota_keeping_network *network);

/* Ends registers by their times; sets presses. Each returns what the store says. */
VOTA_MUST_USE enum vota_status vota_keeping_close(struct vota_keeping *keeping,
                                                  struct vota_error *err);

/* Seals what is due. */
VOTA_MUST_USE enum vota_status vota_keeping_seal(struct vota_keeping *keeping,
                                                 struct vota_error *err);

#endif
