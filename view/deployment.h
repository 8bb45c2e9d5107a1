/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deployment record (PROTOCOL 4): what it holds, how its members are written,
 * and where it leads. A stranger's init code can return our runtime code over an
 * invented head, so that only the address shows what was deployed. Freestanding:
 * our creation code is the caller's to bring.
 */
#ifndef VOTA_VIEW_DEPLOYMENT_H
#define VOTA_VIEW_DEPLOYMENT_H

#include "proof/create2.h"
#include "view/canon.h"

#define VOTA_JOURNAL_JSON_FORMAT "voteanchor-journal-v1"

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

/* The 16 members of a record as a trust file has them, and with `format` as a journal begins. */
extern const struct vota_canon_flat vota_deployment_record;
extern const struct vota_canon_flat vota_deployment_line;

/* What is wrong with a record. */
enum vota_deployment_fault {
    VOTA_DEPLOYMENT_SOUND = 0,
    VOTA_DEPLOYMENT_OTHER_CODE, /* its creation code is not ours: its address means nothing to us */
    VOTA_DEPLOYMENT_OTHER_ADDRESS /* it leads to another address than the one it names: forged */
};

/* The address that this creation code, deployed as the record says, must have. */
void vota_deployment_leads_to(vota_addr *ret_addr, const struct vota_deployment *deployment,
                              struct vota_slice creation_code);

/* Held to the creation code that is ours. */
enum vota_deployment_fault vota_deployment_fault_of(const struct vota_deployment *deployment,
                                                    struct vota_slice creation_code);

#endif
