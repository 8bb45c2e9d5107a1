/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How this program leaves the city's network: the proxy and the authorities of
 * [rpc], for providers of every network and for whoever else is called outside.
 * Addresses of this machine are never reached through the proxy, and variables
 * such as http_proxy are not looked at. Knows no protocol.
 */
#ifndef VOTA_BRIDGE_ROUTE_H
#define VOTA_BRIDGE_ROUTE_H

#include "bridge/config.h"

/* For struct vota_transport_options and vota_connect_options: members of the same names. */
struct vota_route_out {
    const char *proxy;   /* NULL: none. May hold a password: for no message and no log */
    const char *ca_file; /* NULL: the system's */
    char ca_path[VOTA_DIRECTORY_PATH_CAP];
};

/*
 * Borrows the configuration and points into itself: stays where it is made.
 * LIMIT "path-too-long".
 */
VOTA_MUST_USE enum vota_status vota_route_of(struct vota_route_out *ret_route,
                                             const struct vota_config *config,
                                             const struct vota_directory *dir,
                                             struct vota_error *err);

#endif
