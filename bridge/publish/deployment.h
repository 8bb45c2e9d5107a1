/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deployment record (PROTOCOL 4): everything from which a contract's address
 * follows, and where it was created. It opens every copy of a journal, because a
 * stranger's init code can return our runtime code over an invented head: the
 * right code at an address proves nothing, the address itself does. Pure.
 */
#ifndef VOTA_BRIDGE_PUBLISH_DEPLOYMENT_H
#define VOTA_BRIDGE_PUBLISH_DEPLOYMENT_H

#include "view/deployment.h"

/* The address that our creation code, deployed as the record says, must have. */
void vota_deployment_address(vota_addr *ret_addr, const struct vota_deployment *deployment);

/* keccak of our creation code: what a record must name. */
void vota_deployment_code_hash(vota_hash *ret_hash);

enum vota_deployment_fault vota_deployment_check(const struct vota_deployment *deployment);

/* Whether two records are of one contract on one network, deployed alike. */
bool vota_deployment_equal(const struct vota_deployment *a, const struct vota_deployment *b);

#endif
