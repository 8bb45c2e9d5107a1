/* SPDX-License-Identifier: Apache-2.0 */
/* The part of `status` about money: what was spent, how long it lasts, when the next batch is due
 * and why. Prints; the numbers are budget_gather.h's. */
#ifndef VOTA_BRIDGE_CLI_STATUS_BUDGET_H
#define VOTA_BRIDGE_CLI_STATUS_BUDGET_H

#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/engine/budget_gather.h"

struct vota_status_budget {
    struct vota_budget_standing standing;
    bool reached; /* the chain was: balance, plan and interval are known */
};

/* `view`: the look at the chain whose first account is the anchorer; NULL: not reached. */
int vota_status_budget_read(struct vota_status_budget *ret_budget,
                            const struct vota_session *session, const struct vota_view *view);

/* Lines for a person; nothing about a plan where the chain was not reached. */
void vota_status_budget_print(const struct vota_cli *cli, const struct vota_status_budget *budget);

/* A member "budget" of the open object. */
void vota_status_budget_json(struct vota_json *json, const struct vota_status_budget *budget);

#endif
