/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections, and how long each may keep us waiting: a thread closes what takes
 * longer, however slowly it drips. While most places are taken, patience is
 * short: whoever opens connections and says nothing keeps nobody out for long.
 * Knows descriptors, not HTTP.
 */
#ifndef VOTA_BRIDGE_HTTP_LINES_H
#define VOTA_BRIDGE_HTTP_LINES_H

#include "proof/bytes.h"

struct vota_lines;
struct vota_line;

/* Patience in seconds; places: how many connections there may be at a time. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_lines_new(struct vota_lines **ret_lines, unsigned patience,
                                              unsigned places);
void vota_lines_free(struct vota_lines *lines); /* NULL is fine; the lines are all closed */

/* A connection, of which the client owes a request; NULL without memory. */
struct vota_line *vota_lines_add(struct vota_lines *lines, int fd);

/* Before its descriptor is closed. NULL is fine. */
void vota_lines_remove(struct vota_lines *lines, struct vota_line *line);

/* From now on the client owes something (a request, a part of it, or to take an answer), or we do.
 */
void vota_lines_set_owed(struct vota_lines *lines, struct vota_line *line, bool by_client);

#endif
