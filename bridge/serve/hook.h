/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The webhook: a thread that tells the city's own site what was anchored, what
 * is final, and what opened and closed. Events are rows of the store
 * (store/store_delivery.h), sent in order, one at a time, signed by the Standard
 * Webhooks scheme (serve/hook_sign.h), until the site answers 2xx: at least once
 * each. An event that was refused for too long is given up, so that others get
 * through; a site that answers 410 is left alone until the next start.
 */
#ifndef VOTA_BRIDGE_SERVE_HOOK_H
#define VOTA_BRIDGE_SERVE_HOOK_H

#include "bridge/config.h"
#include "bridge/engine/standing.h"
#include "bridge/log.h"

struct vota_hook;

/* Texts are read while vota_hook_new runs. */
struct vota_hook_options {
    const char *store_path;
    const char *url;                   /* https, or http to a loopback address */
    const char *ca_file;               /* PEM; NULL: the system's */
    const char *secret_path;           /* serve/hook_sign.h; made when it is not there */
    unsigned timeout_ms;               /* of one try */
    uint64_t give_up;                  /* seconds after the first try of an event */
    struct vota_standing_board *board; /* NULL: nobody is told */
    const struct vota_log *log;        /* borrowed, with the board */
    /* How long it waits, 0: as it should. Tests are in a hurry. */
    unsigned first_ms; /* after a failure: doubled for each one more ... */
    unsigned most_ms;  /* ... up to this */
    unsigned poll_ms;  /* between looks at the store, when nobody wakes it */
};

/*
 * Opens the store, reads or makes the secret and starts the thread. What was given up before is
 * tried again. What vota_store_open, vota_hook_secrets_load and vota_transport_curl_new return.
 */
VOTA_MUST_USE enum vota_status vota_hook_new(struct vota_hook **ret_hook,
                                             const struct vota_hook_options *options,
                                             struct vota_error *err);

/*
 * The same by [webhook] of a configuration; *ret_hook becomes NULL where that
 * names no url.
 */
VOTA_MUST_USE enum vota_status
vota_hook_of_config(struct vota_hook **ret_hook, const struct vota_directory *dir,
                    const struct vota_config *config, struct vota_standing_board *board,
                    const struct vota_log *log, struct vota_error *err);

/* Something may have happened: look now. From any thread; NULL is fine. */
void vota_hook_wake(struct vota_hook *hook);

/* Ends the thread: a try at hand is broken off and made again another time. NULL is fine. */
void vota_hook_free(struct vota_hook *hook);

#endif
