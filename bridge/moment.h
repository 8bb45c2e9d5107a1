/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time for people, on a terminal, a page or a sheet: KST in Korean, else this
 * machine's zone, with UTC beside. It asks no clock.
 */
#ifndef VOTA_BRIDGE_MOMENT_H
#define VOTA_BRIDGE_MOMENT_H

#include "bridge/text.h"

#define VOTA_MOMENT_CAP 96u

enum vota_moment_detail {
    VOTA_MOMENT_SECONDS, /* "2026-11-22 18:00:00 KST (09:00:00 UTC)" */
    VOTA_MOMENT_MINUTES  /* "2026-11-22 18:00 KST (09:00 UTC)" */
};

/* The UTC date too where it differs. Seconds since 1970 where the year has more than four digits.
 */
void vota_moment_text(char ret_text[VOTA_MOMENT_CAP], enum vota_lang lang, uint64_t unix_time,
                      enum vota_moment_detail detail);

#endif
