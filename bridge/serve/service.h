/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running service: assembles what takes records in, makes receipts, speaks
 * HTTP and keeps the chain from one configuration, and stops it in the right
 * order. Knows no command line and no terminal, and asks for no password: keys
 * come ready. Its threads:
 *
 *     who calls this header   starts, ticks, reloads, stops (one thread)
 *     writer                  http/writer.h: the only one that writes records
 *     receipts                http/receipts.h: signs and reads, one a processor
 *     server                  http/server.h
 *     keeper                  serve/keeper.h: the only one that sends
 *     hook                    serve/hook.h: tells the site, if [webhook] names one
 *
 * Each has a connection to the store of its own; none crosses threads.
 */
#ifndef VOTA_BRIDGE_SERVE_SERVICE_H
#define VOTA_BRIDGE_SERVE_SERVICE_H

#include "bridge/config.h"
#include "bridge/engine/standing.h"
#include "bridge/log.h"
#include "bridge/store/store_line.h"
#include "rpc/tx_signer.h"

/* DIR/serve.lock is held by the one service of a directory that takes records in. */
#define VOTA_SERVICE_LOCK "serve.lock"

struct vota_service;

/* A network of the directory, and its key. */
struct vota_service_network {
    struct vota_store_network row;
    enum vota_config_place place;    /* which section of the configuration speaks of it */
    struct vota_tx_signer *anchorer; /* NULL: it is watched, nothing is sent */
    const char *key_problem;         /* static code of why there is none; NULL: there is */
};

struct vota_service_options {
    struct vota_directory dir;        /* its path lives as long as the service */
    const struct vota_config *config; /* copied */
    const struct vota_log *log;       /* borrowed */
    bool is_reader;                   /* --read-only: GET only, without keys and keeper */
    const char *listen;               /* NULL: as the configuration says */
    /* The primary, then the secondary if there is one; it has a contract. */
    struct vota_service_network network[VOTA_STANDING_NETWORKS];
    size_t n_networks;
    struct vota_signer *acceptance; /* NULL for a reader */
    const char *version;            /* of the program; static */
};

/*
 * Starts everything; when it returns OK requests are answered. The signers of
 * the options are taken over, also when it fails. It waits for no provider: a
 * chain that cannot be reached is the keeper's to try again. CONFLICT
 * "service-running" when another one has VOTA_SERVICE_LOCK; what
 * vota_server_start, vota_writer_new, vota_receipts_new and vota_keeper_new return.
 */
VOTA_MUST_USE enum vota_status vota_service_start(struct vota_service **ret_service,
                                                  const struct vota_service_options *options,
                                                  struct vota_error *err);

/* Where it listens, with the port that it was given: "127.0.0.1:8480", "unix:PATH". */
const char *vota_service_address(const struct vota_service *service);

/* What it knows of itself in one line of English, for the service manager. */
void vota_service_status(char *ret_text, size_t cap, const struct vota_service *service);

/* Seconds that a stop may take, as the configuration says now. */
uint64_t vota_service_stop_within(const struct vota_service *service);

/*
 * About once a second: takes up changed tokens, asks the threads for a sign of
 * life, says what needs a new start. Never waits for the store, the chain or a client.
 */
void vota_service_tick(struct vota_service *service);

/*
 * Whether every thread has shown life lately, for the watchdog; false with a static
 * name in *ret_stuck of one that has not.
 */
bool vota_service_is_alive(const char **ret_stuck, struct vota_service *service);

/*
 * Takes over what may change while it runs (reload.h) and the tokens. Logs what
 * was taken, and names each key that was changed but needs a restart.
 */
void vota_service_reload(struct vota_service *service, const struct vota_config *config);

/*
 * Graceful: no new requests, those that came in are answered, the keeper ends
 * the turn at hand. As long as those take: who wants a bound, sets an alarm. NULL is fine.
 */
void vota_service_stop(struct vota_service *service);

#endif
