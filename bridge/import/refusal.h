/* SPDX-License-Identifier: Apache-2.0 */
/* Why a record was refused, put together in one place: value shortened and made printable. */
#ifndef VOTA_BRIDGE_IMPORT_REFUSAL_H
#define VOTA_BRIDGE_IMPORT_REFUSAL_H

#include "bridge/import/record.h"

/* Fills ret_refusal and answers false, for `return vota_refusal_set(...)`. */
bool vota_refusal_set(struct vota_refusal *ret_refusal, const char *reason, const char *field,
                      struct vota_slice value, uint64_t limit);

#endif
