/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks of a store: a chain id and a genesis hash, and the contract deployed
 * there. An identity is bound once, on first use, and never changes: records of
 * one chain must not end up in the journal of another that calls itself alike.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_NETWORK_H
#define VOTA_BRIDGE_STORE_STORE_NETWORK_H

#include "bridge/store/store.h"
#include "proof/journal.h"

#define VOTA_STORE_NAME_MAX 32u

/* How and as what the contract was deployed (PROTOCOL 4): enough to recompute its address. */
struct vota_store_deployment {
    struct vota_genesis genesis; /* chain id, contract, owner, keys, predecessor */
    vota_addr deployer;
    vota_hash salt;
    vota_hash creation_code_hash;
};

/* What a network is for: see store_line.h. */
enum vota_network_role {
    VOTA_NETWORK_PRIMARY,
    VOTA_NETWORK_SECONDARY,
    VOTA_NETWORK_SUCCESSOR, /* being prepared */
    VOTA_NETWORK_PAST       /* a successor took over */
};
#define VOTA_NETWORK_ROLES 4

struct vota_store_network {
    int64_t id;
    int64_t line;        /* whose registers, records and batches it anchors */
    int64_t predecessor; /* whose journal it carries on; 0: nobody's */
    enum vota_network_role role;
    char name[VOTA_STORE_NAME_MAX + 1];
    bool bound; /* chain_id and genesis_block are set */
    uint64_t chain_id;
    vota_hash genesis_block;
    bool has_contract; /* deployment is set */
    struct vota_store_deployment deployment;
    bool deployed; /* the contract was seen on chain: block, time, tx are set */
    uint64_t deploy_block;
    uint64_t deploy_time;
    vota_hash deploy_tx; /* zero if the contract was there already */
};

/* Adds a network by its configured name, 1-32 bytes; CONFLICT "not-unique" if it is there. */
VOTA_MUST_USE enum vota_status vota_store_network_add(int64_t *ret_id, struct vota_store *store,
                                                      const char *name, struct vota_error *err);

/* NOT_FOUND if the store has no network of that name. */
VOTA_MUST_USE enum vota_status vota_store_network_get(struct vota_store_network *ret_network,
                                                      struct vota_store *store, const char *name,
                                                      struct vota_error *err);

/* Binds the identity; the same again is fine, another is CONFLICT "network-bound". */
VOTA_MUST_USE enum vota_status vota_store_network_bind(struct vota_store *store, int64_t network,
                                                       uint64_t chain_id,
                                                       const vota_hash *genesis_block,
                                                       struct vota_error *err);

/*
 * Fixes the deployment before its transaction is made, so that a crash cannot
 * leave a contract nobody remembers. Assumes the network is bound to the same
 * chain id. The same again is fine, another is CONFLICT "contract-bound".
 */
VOTA_MUST_USE enum vota_status
vota_store_network_set_contract(struct vota_store *store, int64_t network,
                                const struct vota_store_deployment *deployment,
                                struct vota_error *err);

/* Where the contract was created. May be set again until an entry of the network is final. */
VOTA_MUST_USE enum vota_status vota_store_network_set_deployed(struct vota_store *store,
                                                               int64_t network, uint64_t block,
                                                               uint64_t time, const vota_hash *tx,
                                                               struct vota_error *err);

/* Every network in order of addition. */
VOTA_MUST_USE enum vota_status vota_store_network_each(
    struct vota_store *store,
    enum vota_status (*each)(void *context, const struct vota_store_network *network),
    void *context, struct vota_error *err);

#endif
