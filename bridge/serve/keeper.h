/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that keeps promises: seals rows when they are due, sees the outbox
 * of every network through, ends registers by their times and publishes their
 * results. The only one of the service that sends. It waits, and looks, and does
 * keeping.h; whatever fails is tried again, and nothing ends it but
 * vota_keeper_free. Knows no HTTP and no terminal.
 */
#ifndef VOTA_BRIDGE_SERVE_KEEPER_H
#define VOTA_BRIDGE_SERVE_KEEPER_H

#include "bridge/config.h"
#include "bridge/engine/connect.h"
#include "bridge/engine/standing.h"
#include "bridge/log.h"
#include "rpc/tx_signer.h"

/* A network of the directory as it was when the service started, and its key. */
struct vota_keeper_network {
    struct vota_store_network row;
    enum vota_config_place place;  /* which section of the configuration speaks of it */
    struct vota_tx_signer *signer; /* borrowed; NULL: watched, nothing is signed */
    const char *key_problem;       /* static code of why there is none; NULL: there is */
};

struct vota_keeper_options {
    struct vota_directory dir;         /* its path outlives the keeper */
    const struct vota_config *config;  /* copied */
    const struct vota_log *log;        /* borrowed */
    struct vota_standing_board *board; /* borrowed; its keeper's part is written here */
    /* The primary, then the secondary if there is one. */
    struct vota_keeper_network network[VOTA_STANDING_NETWORKS];
    size_t n_networks;
    /*
     * NULL: vota_connect with the urls of the configuration. Otherwise sets up the
     * connections of a network that way; for tests.
     */
    enum vota_status (*connect)(void *context, struct vota_connections *ret, size_t network,
                                struct vota_error *err);
    void *context;
};

struct vota_keeper;

/*
 * Opens a connection to the store, takes sender.lock or goes on trying to while
 * another process has it, and starts. Waits for no provider. What vota_store_open
 * returns; NO_MEMORY; IO "no-thread".
 */
VOTA_MUST_USE enum vota_status vota_keeper_new(struct vota_keeper **ret_keeper,
                                               const struct vota_keeper_options *options,
                                               struct vota_error *err);

/*
 * Something was accepted, queued or decided: looks now instead of within a
 * second. From any thread, as often as one likes: looks are a tenth of a second apart.
 */
void vota_keeper_wake(struct vota_keeper *keeper);

/*
 * Takes a configuration over in which only what may change while it runs has
 * changed (reload.h): sealing, fees and limits, how results are published.
 */
void vota_keeper_reload(struct vota_keeper *keeper, const struct vota_config *config);

/*
 * Milliseconds of vota_connect_clock at its last sign of life. It shows one
 * before and after every request to a provider and every batch, so that silence
 * longer than vota_keeper_silence_ms means that it hangs.
 */
uint64_t vota_keeper_beat_at(const struct vota_keeper *keeper);

/* The longest that may pass: the longest timeout of a request, and what else takes long. */
uint64_t vota_keeper_silence_ms(const struct vota_keeper *keeper);

/*
 * Ends it: no request to a provider is begun any more, nothing new is sealed,
 * the effect at hand is finished and stored. Waits for at most one request.
 * NULL is fine.
 */
void vota_keeper_free(struct vota_keeper *keeper);

#endif
