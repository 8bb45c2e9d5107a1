/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One witness for each network that providers were named for: a receipt may be
 * anchored on several, and a succession leads from one to another. A network is
 * asked of its own providers only.
 */
#ifndef VOTA_BRIDGE_AUDIT_WITNESSES_H
#define VOTA_BRIDGE_AUDIT_WITNESSES_H

#include "bridge/audit/named.h"
#include "bridge/audit/witness.h"

#define VOTA_WITNESSES_MAX VOTA_CONNECT_PROVIDERS_MAX

struct vota_witnesses {
    struct vota_witness *items[VOTA_WITNESSES_MAX]; /* owned */
    size_t n;
};

/* Told of each network that could not be asked, and of each provider that was of no use. */
struct vota_witnesses_notes {
    void (*network)(void *context, const struct vota_error *error);
    void (*provider)(void *context, const struct vota_connection *connection);
    void *context;
};

/*
 * Sorts providers by the network that they serve and opens a witness for each;
 * those on networks before it in the set are added to nothing. A chain id in the
 * options is that of the first: other networks come after it. k is each network's,
 * as vota_witness_open takes it: one with fewer providers cannot be asked.
 * NO_MEMORY; who does not answer is noted.
 */
VOTA_MUST_USE enum vota_status vota_witnesses_open(struct vota_witnesses *set,
                                                   const struct vota_connect_options *options,
                                                   size_t k,
                                                   const struct vota_witnesses_notes *notes);
void vota_witnesses_done(struct vota_witnesses *set);

/* Who answers for a network; genesis NULL: on any with this chain id. NULL: nobody. */
struct vota_witness *vota_witnesses_of(const struct vota_witnesses *set, uint64_t chain_id,
                                       const vota_hash *genesis);

/* Who answers for a contract as it was named; NULL: nobody. */
struct vota_witness *vota_witnesses_named(const struct vota_witnesses *set,
                                          const struct vota_named *named);

#endif
