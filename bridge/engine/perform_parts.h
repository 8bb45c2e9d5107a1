/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of perform share: signing, handing out, and telling. Private
 * to them; perform.h is the door.
 */
#ifndef VOTA_BRIDGE_ENGINE_PERFORM_PARTS_H
#define VOTA_BRIDGE_ENGINE_PERFORM_PARTS_H

#include "bridge/engine/step.h"

/* Tells the sender's listener what happened. */
void vota_perform_tell(const struct vota_step *step, const char *name, const char *detail);

/* The operation cannot move now; the reason is shown, and tried again next turn. OK. */
VOTA_MUST_USE enum vota_status vota_perform_wait(struct vota_step *step, const char *reason);

/* Ends the transaction that `status` tells of: commits on OK, forgets otherwise. */
VOTA_MUST_USE enum vota_status vota_perform_end(struct vota_store *store, enum vota_status status,
                                                struct vota_error *err);

/* Stores what the transaction cost that used the nonce up in vain; nothing if none of ours did. */
VOTA_MUST_USE enum vota_status vota_perform_settle_cost(struct vota_step *step,
                                                        struct vota_error *err);

/* Stops the operation for a person; `reason` is a short static code. */
VOTA_MUST_USE enum vota_status vota_perform_halt(struct vota_step *step, const char *reason,
                                                 struct vota_error *err);

/* The first attempt of a round: nonce, parent and bytes are stored; nothing leaves yet. */
VOTA_MUST_USE enum vota_status vota_perform_sign(struct vota_step *step, struct vota_error *err);

/* Another attempt in the place of the newest: the same call, or nothing at all. */
VOTA_MUST_USE enum vota_status vota_perform_replace(struct vota_step *step, bool cancels,
                                                    struct vota_error *err);

/* Stores that sending starts, then hands the newest attempt's bytes to everybody. */
VOTA_MUST_USE enum vota_status vota_perform_send(struct vota_step *step, struct vota_error *err);

#endif
