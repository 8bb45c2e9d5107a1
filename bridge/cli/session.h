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
#include "bridge/store/store_line.h"

/*
 * One network of a directory, and what is beside it. A command works on the
 * primary, unless --network says another; the secondary hangs on the primary.
 */
struct vota_session {
    struct vota_cli *cli;
    struct vota_config config;
    enum vota_config_place place; /* of this network in the configuration */
    struct vota_store *store;
    bool borrows_store; /* it is another session's */
    bool only_reads;    /* the store is open for reading, and no secret was opened */
    struct vota_store_network network;
    struct vota_connections connections;
    struct vota_quorum quorum;       /* of the connections, once connected */
    struct vota_tx_signer *anchorer; /* NULL until loaded */
    const char *password_file;      /* of the command line; NULL: the configuration's, else asked */
    struct vota_session *secondary; /* owned; NULL: nothing is anchored elsewhere too */
    bool waits_for_secondary;       /* --wait-all: settling ends when it is through as well */
};

/*
 * Configuration, store, and the line's primary network: that of [network], or
 * the one which took over from it. Close with vota_session_close in every case.
 */
int vota_session_open(struct vota_session *ret_session, struct vota_cli *cli);

/*
 * The same for whoever writes nothing: the store and its networks must be there,
 * files with secrets are not opened, and there is no secondary.
 */
int vota_session_open_reader(struct vota_session *ret_session, struct vota_cli *cli);

/*
 * The same for --network NAME: "primary", a section of the configuration, a
 * preset, or the primary's name as `status` shows it; NULL is the primary.
 */
int vota_session_open_on(struct vota_session *ret_session, struct vota_cli *cli, const char *name);

/*
 * Another network of the same directory, on heap: [secondary], [successor], or
 * [network] once it is past. It borrows the store. *ret_other is NULL when the configuration has
 * none.
 */
int vota_session_open_beside(struct vota_session **ret_other, const struct vota_session *session,
                             enum vota_config_place place);
void vota_session_close(struct vota_session *session);
void vota_session_close_beside(struct vota_session *other);

/* What the configuration says of the session's network. */
static inline const struct vota_config_network *
vota_session_config(const struct vota_session *session)
{
    return &session->config.network[session->place];
}

/* A development chain on this machine: asked often, waited for briefly. */
bool vota_session_is_local(const struct vota_session *session);

/* Reads the network's row again. */
int vota_session_reload(struct vota_session *session);

/*
 * Providers of the network; binds store and network on first use. A secondary
 * that cannot be reached is warned of.
 */
int vota_session_connect(struct vota_session *session);

/*
 * The address of a role's key, wherever it is, without its password. An
 * anchorer's key behind a descriptor is loaded by this: it can be read once.
 */
int vota_session_key_address(struct vota_session *session, vota_addr *ret_addr, const char *role);

/*
 * Opens a role's key and binds its file to the network. The caller frees the
 * signer. For keys that sign here: a file or a descriptor.
 */
int vota_session_key_open(struct vota_session *session, struct vota_signer **ret_signer,
                          const char *role);

/* What signs transactions, at the place that `text` says (key_source.h); the caller frees it. */
int vota_session_signer_at(struct vota_session *session, struct vota_tx_signer **ret_signer,
                           const char *role, const char *text);

/* The anchorer's, as the configuration says, into session->anchorer, unless it is there. */
int vota_session_load_anchorer(struct vota_session *session);

/* The contract of this network, or an error that says how to get one. */
int vota_session_need_contract(const struct vota_session *session);

/* The same, and that the contract takes entries: none do while a succession is under way. */
int vota_session_need_anchoring(const struct vota_session *session);

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
 * `timeout` seconds, and the secondary's beside it: that one holds nothing up; waits for the sender
 * where another process is it. Loads the anchorer's key when it has to sign. Shows progress.
 */
int vota_session_settle(struct vota_session *session, enum vota_session_wait wait,
                        uint64_t timeout);

/*
 * Learns where the journal stands: one turn of a sender that signs nothing. Before anything is
 * sealed on top of it. CONFLICT "sender-running" when another process learns it anyway, and what
 * vota_sender_turn returns. Assumes the session is connected and has a contract.
 */
VOTA_MUST_USE enum vota_status vota_session_look(struct vota_session *session,
                                                 struct vota_sender_turn *ret_turn,
                                                 struct vota_error *err);

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
