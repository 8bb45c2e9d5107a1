/* SPDX-License-Identifier: Apache-2.0 */
/* A listening socket by its text: see server.h for the forms and the failures. */
#ifndef VOTA_BRIDGE_LISTEN_H
#define VOTA_BRIDGE_LISTEN_H

#include "proof/voteanchor.h"

/* *ret_port is 0 for a Unix socket (mode 0660; a stale one of that path is replaced). */
VOTA_MUST_USE enum vota_status vota_listen_open(int *ret_fd, unsigned *ret_port, const char *text,
                                                struct vota_error *err);

/* Connects to it and hangs up, without waiting: whether somebody accepts is seen on the other side.
 */
void vota_listen_knock(const char *text);

/* What is wrong with a text, for a configuration: "not-a-listener", "not-loopback"; NULL: nothing.
 */
const char *vota_listen_problem(const char *text);

#endif
