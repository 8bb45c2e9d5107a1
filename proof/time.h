/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unix seconds <-> the one text form of a time in hashed JSON (PROTOCOL 1):
 * YYYY-MM-DDTHH:MM:SSZ, years 1970 to 9999, no second 60. Knows no clock and no
 * zone but UTC.
 */
#ifndef VOTA_PROOF_TIME_H
#define VOTA_PROOF_TIME_H

#include "proof/bytes.h"

#define VOTA_TIME_CHARS 20u                    /* without a NUL */
#define VOTA_TIME_MAX   UINT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/* Exactly the text form, of a day that exists; else BAD_INPUT. */
VOTA_MUST_USE enum vota_status vota_time_read(uint64_t *ret_time, const void *text, size_t len);

/* Appends the text form. Assumes time <= VOTA_TIME_MAX. */
void vota_time_write(struct vota_wr *wr, uint64_t time);

/* The same as NUL-terminated text; "(after year 9999)" where there is none. */
void vota_time_text(char ret_text[VOTA_TIME_CHARS + 1], uint64_t time);

bool vota_time_is_full_minute(uint64_t time);

#endif
