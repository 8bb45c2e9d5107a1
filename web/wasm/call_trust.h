/* SPDX-License-Identifier: Apache-2.0 */
/* The interface Trust of types.ts as struct vota_trust. Decides nothing but whether records are
 * sound. */
#ifndef VOTA_WEB_CALL_TRUST_H
#define VOTA_WEB_CALL_TRUST_H

#include "web/wasm/call.h"

/*
 * Reads the call's arguments. Everything is in the arena. BAD_INPUT with a reason
 * of fields.h, or "deployment-address" or "deployment-code": a record that does not
 * lead to its contract gets into nobody's trust; LIMIT as NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_call_trust(struct vota_trust *ret_trust, bool *ret_one_provider,
                                               struct vota_call *call);

#endif
