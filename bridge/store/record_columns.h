/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a record as store_record.c and store_batch.c both read them,
 * always first in their SELECT.
 */
#ifndef VOTA_BRIDGE_STORE_RECORD_COLUMNS_H
#define VOTA_BRIDGE_STORE_RECORD_COLUMNS_H

#include "bridge/store/db.h"
#include "bridge/store/store_record.h"

/* Needs record and register in its FROM. */
#define VOTA_RECORD_COLUMNS                                                                        \
    "record.id, record.register_id, record.record_id, register.hash, record.tag,"                  \
    " record.content_hash, record.leaf, record.accepted_at, record.anchor_by, record.once,"        \
    " record.city_salt, record.citizen_salt,"                                                      \
    " coalesce(record.content, (SELECT content FROM shown WHERE record_id = record.id)),"          \
    " record.content IS NULL, (SELECT salt FROM shown WHERE record_id = record.id)"

/* How many they are: the number of the first column after them. */
#define VOTA_RECORD_COLUMN_COUNT 15

/* Texts borrow from the row. */
void vota_record_columns_read(struct vota_query *q, struct vota_store_record *ret_record);

/* Hands out every row of a query whose binds are made, and ends it. */
VOTA_MUST_USE enum vota_status vota_record_columns_walk(
    struct vota_query *q,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

#endif
