/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service tells the manager that started it: datagrams of VARIABLE=value
 * lines to $NOTIFY_SOCKET (sd_notify(3)). Without that variable nothing is
 * told, and nothing is wrong. Knows the protocol, nothing of the service.
 *
 *     READY=1      MONOTONIC_USEC=…      STATUS=…
 *     RELOADING=1  STOPPING=1            WATCHDOG=1
 */
#ifndef VOTA_BRIDGE_SERVE_NOTIFY_H
#define VOTA_BRIDGE_SERVE_NOTIFY_H

#include <sys/socket.h>
#include <sys/un.h>

#include "proof/voteanchor.h"

#define VOTA_NOTIFY_STATUS_MAX 200u /* bytes of a status */

struct vota_notify {
    int fd; /* -1: nobody listens */
    struct sockaddr_un to;
    socklen_t to_len;
    uint64_t watchdog_ms;                    /* a WATCHDOG is due within that; 0: nobody waits */
    char status[VOTA_NOTIFY_STATUS_MAX + 1]; /* told last */
};

/* What the environment says; getenv in the program, a table in tests. */
typedef const char *vota_notify_getenv(const char *name);

/*
 * NOTIFY_SOCKET (a path, or an abstract name after '@'), WATCHDOG_USEC, and
 * WATCHDOG_PID, where it is another process's. A socket of another kind is
 * BAD_INPUT "bad-notify-socket"; *ret_notify is one that tells nobody then.
 */
VOTA_MUST_USE enum vota_status vota_notify_open(struct vota_notify *ret_notify,
                                                vota_notify_getenv *get, struct vota_error *err);
void vota_notify_close(struct vota_notify *notify);

/* Each sends one datagram and never waits: what the manager does not take is lost. */
void vota_notify_ready(const struct vota_notify *notify);
void vota_notify_reloading(const struct vota_notify *notify); /* READY follows when it is done */
void vota_notify_stopping(const struct vota_notify *notify);
void vota_notify_watchdog(const struct vota_notify *notify);

/* One line for `systemctl status`: sent when it is not the last one; control characters become
 * spaces, what is too long is cut. */
void vota_notify_status(struct vota_notify *notify, const char *status);

#endif
