/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A progress bar on stderr, drawn only when stderr is a terminal and --json is
 * not asked for, at most ten times a second. The work reports numbers; the bar
 * decides what to draw.
 */
#ifndef VOTA_BRIDGE_CLI_PROGRESS_H
#define VOTA_BRIDGE_CLI_PROGRESS_H

#include "bridge/cli/cli.h"

struct vota_progress {
    const struct vota_cli *cli;
    const char *label;   /* text key */
    uint64_t total;      /* 0: unknown, only the count is shown */
    uint64_t started_ms; /* monotonic */
    uint64_t drawn_ms;
    bool drawn;
};

void vota_progress_start(struct vota_progress *ret_progress, const struct vota_cli *cli,
                         const char *label, uint64_t total);
void vota_progress_at(struct vota_progress *progress, uint64_t done);
/* Takes the bar away, so that the result stands in its place. Harmless when never drawn. */
void vota_progress_end(struct vota_progress *progress);

#endif
