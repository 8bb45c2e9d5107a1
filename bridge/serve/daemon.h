/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a service process from READY to its end: signals, the service
 * manager's watchdog and status line, reload and a stop within bounds. Knows
 * what operating systems want of a service, not what it serves.
 */
#ifndef VOTA_BRIDGE_SERVE_DAEMON_H
#define VOTA_BRIDGE_SERVE_DAEMON_H

#include "bridge/serve/notify.h"
#include "bridge/serve/service.h"

/*
 * From now on SIGTERM, SIGINT and SIGHUP wait for vota_daemon_run, in this thread
 * and those it makes, and a peer that hangs up is no signal. Before the first thread.
 */
void vota_daemon_hold_signals(void);

struct vota_daemon_options {
    struct vota_service *service;
    struct vota_notify *notify;
    const struct vota_log *log;
    /* SIGHUP: reads the configuration anew and gives it to the service. */
    void (*reload)(void *context);
    void *context;
};

/*
 * Says READY, then keeps the service until SIGTERM or SIGINT and stops it, freed. A stop that
 * takes longer than service.stop_within, or a second signal, ends the process
 * on the spot, with exit status 1: what was acknowledged is on disk.
 */
void vota_daemon_run(const struct vota_daemon_options *options);

#endif
