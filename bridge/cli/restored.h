/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory that came out of a backup and was not compared with the journal
 * yet: it must not take records either, for it does not know who has been there
 * since. Ends with `rebuild`.
 */
#ifndef VOTA_BRIDGE_CLI_RESTORED_H
#define VOTA_BRIDGE_CLI_RESTORED_H

#include "bridge/cli/session.h"

/* VOTA_EXIT_OK to go on, or that it was restored and what to do now. */
int vota_restored_refuse(const struct vota_session *session);

#endif
