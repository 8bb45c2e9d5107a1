/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of situation.c that look at chain and providers. Private to it. */
#ifndef VOTA_BRIDGE_CLI_STANDING_LOOK_H
#define VOTA_BRIDGE_CLI_STANDING_LOOK_H

#include "bridge/cli/situation.h"

/* Sets reached and the view, or problem. */
void vota_situation_look(struct vota_situation *situation);

/* Health of each provider: of this look, and of the running sender's. */
VOTA_MUST_USE enum vota_status vota_situation_look_at_providers(struct vota_situation *situation,
                                                                struct vota_error *err);

/* What each open operation waits for. After both. */
void vota_situation_explain(struct vota_situation *situation);

#endif
