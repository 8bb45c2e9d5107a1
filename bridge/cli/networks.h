/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every network of a directory, each with its session and its situation: what
 * `status` and `tx` look at. Opens, connects and reads; prints nothing but
 * errors.
 */
#ifndef VOTA_BRIDGE_CLI_NETWORKS_H
#define VOTA_BRIDGE_CLI_NETWORKS_H

#include "bridge/cli/situation.h"

/* Large, and points into itself: from calloc, and left where it is. */
struct vota_networks {
    struct vota_session session;                       /* the primary's, or that of --network */
    struct vota_session *beside[VOTA_CONFIG_NETWORKS]; /* owned; [0] is not used */
    struct vota_situation *of[VOTA_CONFIG_NETWORKS];   /* owned */
    size_t n;
};

/*
 * The primary, then those beside it, also one without a contract yet; with
 * `only` that one alone, named as for vota_session_open_on. Close in every case.
 */
int vota_networks_open(struct vota_networks *networks, struct vota_cli *cli, const char *only);
void vota_networks_close(struct vota_networks *networks);

/*
 * Reads them all afresh; `asks`: the chains too. One that cannot be reached is
 * told, tried again the next time, and fails nothing.
 */
int vota_networks_read(struct vota_networks *networks, bool asks);

#endif
