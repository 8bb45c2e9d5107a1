/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One operation during its step of a turn: what the outbox holds of it and what
 * the chain shows of it, in the terms of anchor.h. Reads; perform.c acts.
 */
#ifndef VOTA_BRIDGE_ENGINE_STEP_H
#define VOTA_BRIDGE_ENGINE_STEP_H

#include "bridge/engine/perform.h"
#include "bridge/engine/told.h"

struct vota_step {
    struct vota_turn *turn;
    struct vota_turn_open *open;
    struct vota_store_operation_copy copy;
    struct vota_store_attempt_copy newest;
    bool has_newest;
    const struct vota_turn_entry *entry; /* ours in the journal, or NULL */
    enum vota_anchor_outcome outcome;    /* of a finally used nonce without our entry */
    vota_hash settled;                   /* our transaction that used it; zeros: none of ours */
    struct vota_told told;               /* of it, where k providers agree; else zero */
};

/* Fills a step whose turn and open are set. Release with vota_step_done in every case. */
VOTA_MUST_USE enum vota_status vota_step_read(struct vota_step *step, struct vota_error *err);
void vota_step_done(struct vota_step *step);

/* Only finds the operation's entry in the journal, and marks it as its own. */
VOTA_MUST_USE enum vota_status vota_step_claim(struct vota_step *step, struct vota_error *err);

/* Whether two entries say the same, whatever their number and block. */
bool vota_step_same_words(const struct vota_entry *a, const struct vota_entry *b);

struct vota_anchor_op vota_step_op(const struct vota_step *step);

/* index: the operation's place in turn->open. */
struct vota_anchor_view vota_step_view(const struct vota_step *step, size_t index);

#endif
