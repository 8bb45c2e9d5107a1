/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a network of the configuration to providers that serve it and agree: the
 * one way in which commands and the service get there. Binds nothing in the
 * store, and prints nothing.
 */
#ifndef VOTA_BRIDGE_ENGINE_REACH_H
#define VOTA_BRIDGE_ENGINE_REACH_H

#include "bridge/config.h"
#include "bridge/engine/connect.h"
#include "bridge/engine/quorum.h"
#include "bridge/store/store_network.h"

struct vota_reach_options {
    const struct vota_config *config;
    enum vota_config_place place;             /* of the network in it */
    const struct vota_directory *dir;         /* files of the configuration are relative to it */
    const struct vota_store_network *network; /* bound: no other is taken */
    const struct vota_connect_watch *watch;   /* NULL: none */
};

/*
 * Connects, and begins a quorum over what was reached. NOT_FOUND "no-rpc"
 * without a url; what vota_connect and vota_route_of return. *ret_connections is
 * set in every case, must stay where it is and be released with
 * vota_connect_done; *ret_quorum is set by OK only, and borrows them.
 */
VOTA_MUST_USE enum vota_status vota_reach(struct vota_connections *ret_connections,
                                          struct vota_quorum *ret_quorum,
                                          const struct vota_reach_options *options,
                                          struct vota_error *err);

#endif
