/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The city's trust file from its store: every contract of a line that was seen
 * on chain, which of them carries on which, and every head that evidence proves.
 */
#ifndef VOTA_BRIDGE_PUBLISH_TRUST_STORE_H
#define VOTA_BRIDGE_PUBLISH_TRUST_STORE_H

#include "bridge/publish/trust_json.h"
#include "bridge/store/store_line.h"

struct vota_trust_store {
    struct vota_trust_file about; /* points into the rest: stays where it was made */
    struct vota_store_network members[VOTA_LINE_NETWORKS_MAX];
    size_t n; /* the primary first */
    struct vota_trust_file_network networks[VOTA_LINE_NETWORKS_MAX];
    struct vota_deployment contracts[VOTA_LINE_NETWORKS_MAX];
    struct vota_trust_file_successor successors[VOTA_LINE_NETWORKS_MAX];
    size_t head_cap;
};

/* `city` is borrowed. Release with vota_trust_store_done in every case. */
VOTA_MUST_USE enum vota_status vota_trust_store_init(struct vota_trust_store *ret_trust,
                                                     struct vota_store *store, int64_t line,
                                                     const char *city, struct vota_error *err);
void vota_trust_store_done(struct vota_trust_store *trust);

/* What is published of a network's deployment. */
void vota_trust_store_deployment(struct vota_deployment *ret_deployment,
                                 const struct vota_store_network *network);

#endif
