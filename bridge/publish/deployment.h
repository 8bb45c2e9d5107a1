/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deployment record (PROTOCOL 4): everything from which a contract's address
 * follows, and where it was created. It opens every copy of a journal, because a
 * stranger's init code can return our runtime code over an invented head: the
 * right code at an address proves nothing, the address itself does. Pure.
 */
#ifndef VOTA_BRIDGE_PUBLISH_DEPLOYMENT_H
#define VOTA_BRIDGE_PUBLISH_DEPLOYMENT_H

#include "proof/create2.h"

struct vota_deployment {
    struct vota_genesis genesis; /* chain id, contract, keys, predecessor */
    vota_hash chain_genesis;
    vota_addr deployer;
    vota_hash salt;
    vota_hash creation_code_hash;
    uint64_t block; /* where it was created; zeros when not known */
    uint64_t time;
    vota_hash transaction;
};

/* What is wrong with a record. */
enum vota_deployment_fault {
    VOTA_DEPLOYMENT_SOUND = 0,
    VOTA_DEPLOYMENT_OTHER_CODE, /* its creation code is not ours: its address means nothing to us */
    VOTA_DEPLOYMENT_OTHER_ADDRESS /* it leads to another address than the one it names: forged */
};

/* The address that our creation code, deployed as the record says, must have. */
void vota_deployment_address(vota_addr *ret_addr, const struct vota_deployment *deployment);

/* keccak of our creation code: what a record must name. */
void vota_deployment_code_hash(vota_hash *ret_hash);

enum vota_deployment_fault vota_deployment_check(const struct vota_deployment *deployment);

/* Whether two records are of one contract on one network, deployed alike. */
bool vota_deployment_equal(const struct vota_deployment *a, const struct vota_deployment *b);

#endif
