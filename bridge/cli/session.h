/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command that works on a directory holds open: configuration, store,
 * providers, key, sender's lock. Each step reports its own failure in the
 * reader's language and returns an exit code, VOTA_EXIT_OK to go on.
 */
#ifndef VOTA_BRIDGE_CLI_SESSION_H
#define VOTA_BRIDGE_CLI_SESSION_H

#include "bridge/cli/cli.h"
#include "bridge/config.h"
#include "bridge/engine/batch.h"
#include "bridge/engine/connect.h"
#include "bridge/engine/sender.h"
#include "bridge/store/store_network.h"

struct vota_session {
    struct vota_cli *cli;
    struct vota_config config;
    struct vota_store *store;
    struct vota_store_network network;
    struct vota_connections connections;
    struct vota_provider *broadcast[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n_broadcast;
    struct vota_tx_signer *anchorer; /* NULL until loaded */
    const char *password_file; /* of the command line; NULL: the configuration's, else asked */
};

/* Configuration, store and this configuration's network. Close with vota_session_close. */
int vota_session_open(struct vota_session *ret_session, struct vota_cli *cli);
void vota_session_close(struct vota_session *session);

/* Providers of the network; binds store and network on first use. */
int vota_session_connect(struct vota_session *session);

/* The address a role's key file names, without its password. */
int vota_session_key_address(struct vota_session *session, vota_addr *ret_addr, const char *role);

/* Opens a role's key and binds its file to the network. The caller frees the signer. */
int vota_session_key_open(struct vota_session *session, struct vota_signer **ret_signer,
                          const char *role);

/* The contract of this network, or an error that says how to get one. */
int vota_session_need_contract(const struct vota_session *session);

/* Seconds that anchoring may take, from sealing to a block: a local chain is quicker. */
uint64_t vota_session_margin(const struct vota_session *session);

struct vota_batch_policy vota_session_batch_policy(const struct vota_session *session);

/* How far to wait for what is in the outbox. */
enum vota_session_wait { VOTA_WAIT_MINED, VOTA_WAIT_FINAL };

/* "mined", "final", or a usage error. */
int vota_session_wait_of(const struct vota_cli *cli, enum vota_session_wait *ret_wait,
                         const char *text);

/*
 * Performs the outbox until every operation is mined (or final), at most
 * `timeout` seconds; waits for the sender where another process is it. Loads
 * the anchorer's key when it has to sign. Shows progress.
 */
int vota_session_settle(struct vota_session *session, enum vota_session_wait wait,
                        uint64_t timeout);

/*
 * Sees queued operations through, seals what `press` makes due, sees that
 * through as well: what `anchor` does, and `register close` before it counts.
 */
int vota_session_anchor(struct vota_session *session, enum vota_batch_press press,
                        enum vota_session_wait wait, uint64_t timeout);

/* Text key of what an operation is, for a person. */
const char *vota_session_kind_text(enum vota_op_kind kind);

/* Unix seconds. */
uint64_t vota_session_now(void);

#endif
