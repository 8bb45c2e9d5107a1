/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which versions of the store's schema there were, and how to come to the next.
 * The SQL itself is schema/<version>.sql, built in; the codes that its triggers
 * raise are the reasons of the store's CONFLICT.
 */
#ifndef VOTA_BRIDGE_STORE_SCHEMA_H
#define VOTA_BRIDGE_STORE_SCHEMA_H

#include "bridge/store/db.h"

/* PRAGMA application_id: "VOTA". A SQLite file without it is somebody else's. */
#define VOTA_SCHEMA_APPLICATION 0x564f5441

/* The version that this program writes. */
int vota_schema_version(void);

/*
 * Brings the store from PRAGMA user_version to the current one, each step in a
 * transaction of its own. CONFLICT "newer-version" when it is ahead of us, IO
 * "not-a-store" for a database that is not ours, CONFLICT "older-version" when
 * it would have to write but may not.
 */
VOTA_MUST_USE enum vota_status vota_schema_update(struct vota_store *store, struct vota_error *err);

#endif
