/* SPDX-License-Identifier: Apache-2.0 */
/* What `deploy` and `succession` share: a deployment record from a directory's keys. */
#ifndef VOTA_BRIDGE_CLI_DEPLOYMENT_H
#define VOTA_BRIDGE_CLI_DEPLOYMENT_H

#include "bridge/cli/session.h"

/*
 * Completes a deployment whose genesis names owner and, of a successor, the
 * predecessor: chain id, keys, salt, deployer and address. The session is
 * connected. Stores nothing.
 */
int vota_deployment_prepare(struct vota_session *session, struct vota_store_deployment *deployment);

#endif
