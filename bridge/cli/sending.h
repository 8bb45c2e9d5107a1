/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's sender as a command uses it: limits and timers of the
 * configuration, turns, and what happened in sentences on stderr. Whether to go
 * on after a turn is the command's decision.
 */
#ifndef VOTA_BRIDGE_CLI_SENDING_H
#define VOTA_BRIDGE_CLI_SENDING_H

#include "bridge/cli/progress.h"
#include "bridge/cli/session.h"

/* One network's sender; points into itself: stays where it was started. */
struct vota_sending {
    struct vota_session *session;
    struct vota_sender sender;
    struct vota_progress *progress;        /* taken away before a line is written; NULL: none */
    char held[VOTA_SENDER_REASON_MAX + 1]; /* why nothing moves, as told last */
};

/*
 * Sets the sender up for operations of these kinds (VOTA_SENDER_ANCHORER or
 * VOTA_SENDER_OWNER). The session is connected; `signer` is borrowed and signs.
 * Release with vota_sending_done.
 */
void vota_sending_start(struct vota_sending *ret_sending, struct vota_session *session,
                        unsigned kinds, struct vota_tx_signer *signer);
void vota_sending_done(struct vota_sending *sending);

/*
 * One turn. A stop of the network is an error and ends the command; what could
 * not be read or agreed on is told once, and may be tried again.
 */
int vota_sending_turn(struct vota_sending *sending);

/* The error that a stopped network is: going on would make it worse. */
int vota_sending_tell_stop(const struct vota_session *session, const struct vota_store_stop *stop);

/* Sleeps until the next turn is worth while: a slot, less on a chain of this machine. */
void vota_sending_pause(const struct vota_session *session);

/* How many operations of these kinds are in each state. */
VOTA_MUST_USE enum vota_status vota_sending_count(uint64_t ret_counts[VOTA_OP_STATES],
                                                  const struct vota_session *session,
                                                  unsigned kinds, struct vota_error *err);

/*
 * The lock of whoever performs operations of these kinds in this directory.
 * *ret_fd is -1 when another process has it, which is no error here; else it is
 * given back with vota_lock_release.
 */
int vota_sending_lock(const struct vota_session *session, unsigned kinds, int *ret_fd);

#endif
