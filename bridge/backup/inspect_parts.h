/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of inspect.h share, and nobody else. */
#ifndef VOTA_BRIDGE_BACKUP_INSPECT_PARTS_H
#define VOTA_BRIDGE_BACKUP_INSPECT_PARTS_H

#include "bridge/backup/inspect.h"
#include "bridge/store/store_network.h"

#define VOTA_INSPECT_DETAIL_CAP 160u

/* One inspection under way. Every step of it is worth about as many units as there are records. */
struct vota_inspect {
    const struct vota_inspection *ask;
    uint64_t done, total, step;
    struct vota_error problem; /* the first that ended a walk: the walk itself only says so */
};

void vota_inspect_find(struct vota_inspect *inspect, const char *code, const char *detail);

/* A detail made of a word and a number: "hoodi 12". */
void vota_inspect_find_number(struct vota_inspect *inspect, const char *code, const char *name,
                              uint64_t number);

/* One network's journal and evidence. */
VOTA_MUST_USE enum vota_status vota_inspect_journal(struct vota_inspect *inspect,
                                                    const struct vota_store_network *network,
                                                    struct vota_error *err);

#endif
