/* SPDX-License-Identifier: Apache-2.0 */
/* A succession in sentences: which step is reached, what it waits for, what to type next. */
#ifndef VOTA_BRIDGE_CLI_SUCCESSION_REPORT_H
#define VOTA_BRIDGE_CLI_SUCCESSION_REPORT_H

#include "bridge/cli/session.h"
#include "bridge/engine/succession.h"

/* The networks of a succession, and how far it is. */
struct vota_succession {
    struct vota_session session; /* the old network; once moved, the new one */
    struct vota_session *next;   /* owned; NULL: not begun, or moved before this run */
    bool reaches_old;            /* its providers are connected */
    struct vota_succession_view view;
    enum vota_succession_step step;
};

/* One line on stderr: the step that is being made. */
void vota_succession_tell(const struct vota_succession *succession);

/* The whole standing on stdout, as text or JSON. */
int vota_succession_report(struct vota_succession *succession);

#endif
