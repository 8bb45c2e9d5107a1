/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections, and how long each may keep us waiting: a thread closes what takes
 * longer, however slowly it drips. While most places are taken, patience is
 * short: whoever opens connections and says nothing keeps nobody out for long.
 * Knows descriptors, not HTTP.
 */
#ifndef VOTA_BRIDGE_HTTP_PATIENCE_H
#define VOTA_BRIDGE_HTTP_PATIENCE_H

#include "proof/bytes.h"

struct vota_patience;
struct vota_line;

/* Patience in seconds; places: how many connections there may be at a time. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_patience_new(struct vota_patience **ret_lines,
                                                 unsigned patience, unsigned places);
void vota_patience_free(struct vota_patience *lines); /* NULL is fine; the lines are all closed */

/* A connection, of which the client owes a request; NULL without memory. */
struct vota_line *vota_patience_add(struct vota_patience *lines, int fd);

/* Before its descriptor is closed. NULL is fine. */
void vota_patience_remove(struct vota_patience *lines, struct vota_line *line);

/* From now on the client owes something (a request, a part of it, or to take an answer), or we do.
 */
void vota_patience_set_owed(struct vota_patience *lines, struct vota_line *line, bool by_client);

#endif
