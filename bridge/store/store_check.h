/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `fsck` asks of the file one question at a time (store.h's vota_store_check
 * asks all of them), and walks over what has to be computed again. Only reads,
 * and judges nothing that needs a hash.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_CHECK_H
#define VOTA_BRIDGE_STORE_STORE_CHECK_H

#include "bridge/store/store_journal.h"
#include "bridge/store/store_record.h"

/* How many questions there are: 0 to that are their numbers. */
unsigned vota_store_check_questions(void);

/* Asks one: `each` is called for every fault with a static code and a detail. */
VOTA_MUST_USE enum vota_status vota_store_check_ask(struct vota_store *store, unsigned question,
                                                    void (*each)(void *context, const char *code,
                                                                 const char *detail),
                                                    void *context, struct vota_error *err);

/* Every record in order of acceptance. */
VOTA_MUST_USE enum vota_status vota_store_check_records(
    struct vota_store *store,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/* All evidence of a network by block. */
VOTA_MUST_USE enum vota_status vota_store_check_evidence(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_evidence *evidence),
    void *context, struct vota_error *err);

#endif
