/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of the store as of one moment, made while others write: SQLite's
 * online backup, page by page, out of one view. Also what a backup says about
 * the store that it holds. Must not know where backups lie.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_BACKUP_H
#define VOTA_BRIDGE_STORE_STORE_BACKUP_H

#include "bridge/store/store_record.h"

#define VOTA_STORE_ID_CHARS 32u

/* What is in a store, for people who have to choose between copies of it. */
struct vota_store_facts {
    char store_id[VOTA_STORE_ID_CHARS + 1];
    uint64_t schema; /* its version */
    uint64_t records, pending;
    char last_record[4 * VOTA_STORE_RECORD_ID_MAX + 1]; /* accepted last; empty without any */
    uint64_t last_accepted_at;                          /* 0 without any */
};

/* Inside a view: of the same moment as the copy. */
VOTA_MUST_USE enum vota_status vota_store_backup_facts(struct vota_store_facts *ret_facts,
                                                       struct vota_store *store,
                                                       struct vota_error *err);

/* Pages copied, of so many; borrowed context. */
typedef void vota_store_backup_progress(void *context, uint64_t done, uint64_t total);

/*
 * Copies the store as of its view into a new owner-only file, reads the copy
 * once (PRAGMA quick_check) and syncs it. The copy is one file without a log
 * beside it, so that it can be read where nothing may be written.
 * Assumes vota_store_begin_view. Writers go on meanwhile: nothing is locked, only
 * their log cannot be emptied until the end of the view. On failure the file is
 * removed: LIMIT "disk-full", IO "damaged" (the store itself has bad pages),
 * CONFLICT "file-exists", and the store's own.
 */
VOTA_MUST_USE enum vota_status vota_store_backup(struct vota_store *store, const char *to,
                                                 vota_store_backup_progress *progress,
                                                 void *context, struct vota_error *err);

#endif
