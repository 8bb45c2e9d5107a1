/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The city's own count of a register: its rows and openings from the store, its
 * entries from the stored journal, decided by proof/count.h like everybody
 * else's. Holds all rows of one register in memory, about 200 bytes each.
 */
#ifndef VOTA_BRIDGE_ENGINE_TALLY_H
#define VOTA_BRIDGE_ENGINE_TALLY_H

#include "bridge/store/store_journal.h"
#include "bridge/store/store_register.h"
#include "proof/count.h"

struct vota_tally {
    uint64_t numbers[VOTA_COUNT_MAX_NUMBERS]; /* options, then the nine */
    size_t n;
    uint64_t last_entry; /* the journal entry up to which was counted */
};

/*
 * Counts over every stored journal entry of `network` and, before them, of those
 * whose journals it carries on. NOT_FOUND "not-opened" when the
 * register's opening is not in the journal, CONFLICT "rows-missing" when rows
 * of a batch that is not disavowed are not in the store (store_recover.h).
 */
VOTA_MUST_USE enum vota_status vota_tally_register(struct vota_tally *ret_tally,
                                                   struct vota_store *store,
                                                   const struct vota_store_register *reg,
                                                   int64_t network, struct vota_error *err);

#endif
