/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How one network's contract gives way to another's (PROTOCOL 10), as one pure
 * function: what is known of both decides the step, so that a run which was cut
 * off anywhere goes on where the chain and the store stand. A command does the
 * steps; this knows no provider and no key.
 *
 *   DRAIN    everything in the old outbox final
 *   CLOSE    the owner takes the anchorer's key off the old contract
 *   SETTLE   that entry, L, and all before it final
 *   DEPLOY   the successor, naming chain, contract, L and head
 *   NAME     the owner names the successor on the old contract
 *   CONFIRM  that entry, L + 1, final: both ends name each other
 *   MOVE     the line goes on on the successor
 *
 * When the old chain is dead, DEPLOY names the last head that stored evidence
 * proves, and MOVE follows: claimed by the new contract, not confirmed by the
 * old.
 */
#ifndef VOTA_BRIDGE_ENGINE_SUCCESSION_H
#define VOTA_BRIDGE_ENGINE_SUCCESSION_H

#include "bridge/store/store_line.h"

enum vota_succession_step {
    VOTA_SUCCESSION_DRAIN,
    VOTA_SUCCESSION_CLOSE,
    VOTA_SUCCESSION_SETTLE,
    VOTA_SUCCESSION_DEPLOY,
    VOTA_SUCCESSION_NAME,
    VOTA_SUCCESSION_CONFIRM,
    VOTA_SUCCESSION_MOVE,
    VOTA_SUCCESSION_DONE,
    VOTA_SUCCESSION_FORKED /* the old journal went on, or names another: no step can help */
};
#define VOTA_SUCCESSION_STEPS 9

/* What the old journal and the store say. */
struct vota_succession_view {
    bool dead;       /* the operator says that the old chain is gone */
    uint64_t open;   /* the anchorer's operations of the old network that are not final */
    bool closed;     /* the newest anchorer key in the journal is zero */
    uint64_t length; /* number of the newest entry */
    uint64_t final;  /* … of the newest final one */
    vota_hash head;  /* after entry `final` */
    bool planned;    /* the successor's address is fixed; it names pred_length */
    uint64_t pred_length;
    bool deployed;   /* it was seen on its chain */
    bool succeeded;  /* the old journal names a successor, whichever */
    bool named;      /* the entry after pred_length names it */
    bool moved;      /* the line is the successor's */
    vota_addr owner; /* of the old contract, by genesis and journal */
};

/* The step to be made next. Pure and total. */
enum vota_succession_step vota_succession_next(const struct vota_succession_view *view);

/* "drain", ...; static. */
const char *vota_succession_step_name(enum vota_succession_step step);

/* What the store knows; `successor` NULL: none was begun. view->dead is left as it is. */
VOTA_MUST_USE enum vota_status vota_succession_look(struct vota_succession_view *view,
                                                    struct vota_store *store,
                                                    const struct vota_store_network *old,
                                                    const struct vota_store_network *successor,
                                                    struct vota_error *err);

/*
 * While the old outbox is drained, rows wait unless a promise presses: else a
 * service that seals every ten minutes would never let it be empty. Kept in the
 * store, for whoever seals in another process, and only until a time, in case
 * nobody goes on. `until` and `now` are unix seconds.
 */
VOTA_MUST_USE enum vota_status vota_succession_hold(struct vota_store *store, uint64_t until,
                                                    struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_succession_is_held(bool *ret_held, struct vota_store *store,
                                                       uint64_t now, struct vota_error *err);

/* Names the predecessor in the genesis of a deployment that is being planned. */
void vota_succession_name(struct vota_genesis *genesis, const struct vota_store_network *old,
                          const struct vota_succession_view *view);

#endif
