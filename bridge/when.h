/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as people and other programs write them (RFC 3339): a zone is always
 * named, seconds may be left out, a space may stand for T.
 *
 *     2026-12-01T09:00:00Z   2026-12-01T09:00+09:00   2026-12-01 09:00:00+09:00
 *
 * What is hashed is only ever the form of proof/time.h.
 */
#ifndef VOTA_BRIDGE_WHEN_H
#define VOTA_BRIDGE_WHEN_H

#include "proof/voteanchor.h"

/* Unix seconds of the text; BAD_INPUT for any other form, fractions, and times before 1970. */
VOTA_MUST_USE enum vota_status vota_when_read(uint64_t *ret_time, const char *text, size_t len);

#endif
