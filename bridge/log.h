/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line an event, key=value, for whoever runs the service:
 *
 *     2026-11-22T09:00:00.123Z info batch-sealed batch=12 records=4096
 *
 * Values with spaces, quotes or controls are quoted and escaped, so that a
 * stranger's text cannot forge a line. Never given a secret.
 */
#ifndef VOTA_BRIDGE_LOG_H
#define VOTA_BRIDGE_LOG_H

#include <stdio.h>

#include "proof/voteanchor.h"

enum vota_log_level { VOTA_LOG_DEBUG, VOTA_LOG_INFO, VOTA_LOG_WARN, VOTA_LOG_ERROR };

struct vota_log {
    FILE *to; /* NULL: silent */
    enum vota_log_level level;
};

/* Pairs of key and value, then NULL. A value of NULL leaves its pair out. */
void vota_log(const struct vota_log *log, enum vota_log_level level, const char *event, ...)
    __attribute__((sentinel));

/* The line itself, with the time given: for tests. */
void vota_log_line(FILE *to, uint64_t unix_ms, enum vota_log_level level, const char *event,
                   const char *const *pairs);

#endif
