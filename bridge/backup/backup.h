/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup of a directory: made beside a running service, checked without
 * touching it, put into an empty place. It is a directory of plain files,
 *
 *     backup.json       what is in it and of when (backup_json.h)   0600
 *     voteanchor.ini    the configuration                           0600
 *     voteanchor.db     the store as of one moment, in one file     0600
 *     ...               certificates that the configuration names; with secrets: secrets/ and the
 *                       files of addresses, never the password      0600
 *
 * itself 0700, for records' openings are in the store. Nobody's password is ever
 * in it. Knows no terminal.
 */
#ifndef VOTA_BRIDGE_BACKUP_BACKUP_H
#define VOTA_BRIDGE_BACKUP_BACKUP_H

#include "bridge/backup/files.h"
#include "bridge/backup/inspect.h"

struct vota_backup_order {
    struct vota_directory dir;
    const char *to; /* must not be there */
    const char *program;
    uint64_t now;
    bool with_secrets;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/*
 * Makes a backup; *ret_backup says what is in it, and is the caller's to end with
 * vota_backup_done. It appears at `to` whole and synced, or not at all. Statuses and
 * reasons of store_backup.h and files.h; CONFLICT "file-exists" when `to` is there.
 */
VOTA_MUST_USE enum vota_status vota_backup_make(struct vota_backup *ret_backup,
                                                const struct vota_backup_order *order,
                                                struct vota_error *err);

/* The manifest of the backup at `from`. NOT_FOUND "not-a-backup", BAD_INPUT as backup_json.h. */
VOTA_MUST_USE enum vota_status vota_backup_open(struct vota_backup *ret_backup, const char *from,
                                                struct vota_error *err);

/*
 * Every file's size and hash, then what fsck asks of its store, and that the store is
 * the one the manifest speaks of. Findings go to report->finding: "file-missing",
 * "file-differs", "manifest-differs" and those of inspect.h. A status other than
 * VOTA_OK: it could not be checked. report->store is not read.
 */
VOTA_MUST_USE enum vota_status vota_backup_check(const struct vota_backup *backup, const char *from,
                                                 const struct vota_inspection *report,
                                                 struct vota_error *err);

/*
 * Puts the files of a backup into an empty directory, which is made if it is not
 * there, each hashed again; brings the store to this program's schema, and stops
 * every network in it ("restored"), so that nothing is signed before `rebuild` has
 * compared it with the journal. voteanchor.ini comes last: without it the
 * directory is none. On failure nothing is left. CONFLICT "not-empty",
 * "file-differs".
 */
VOTA_MUST_USE enum vota_status vota_backup_restore(const struct vota_backup *backup,
                                                   const char *from,
                                                   const struct vota_directory *dir, uint64_t now,
                                                   struct vota_files_meter *meter,
                                                   struct vota_error *err);

/*
 * Files that the directory's configuration or store needs and that are not there;
 * calls with the path as it is written there and a static word for what it is:
 * "urls", "proxy", "authorities", "certificate", "key", "password", "pepper",
 * "tokens".
 */
VOTA_MUST_USE enum vota_status vota_backup_missing(const struct vota_directory *dir,
                                                   void (*each)(void *context, const char *path,
                                                                const char *what),
                                                   void *context, struct vota_error *err);

#endif
