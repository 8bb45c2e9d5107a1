/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are copied and hashed in one pass, and directories that go away
 * whole. Knows nothing of what the files hold.
 */
#ifndef VOTA_BRIDGE_BACKUP_FILES_H
#define VOTA_BRIDGE_BACKUP_FILES_H

#include "bridge/backup/backup_json.h"
#include "bridge/directory.h"

/* Told about once a megabyte how many bytes of how many are done. */
struct vota_files_meter {
    void (*progress)(void *context, uint64_t done, uint64_t total); /* NULL: nobody asks */
    void *context;
    uint64_t done, total;
};

/*
 * Size and SHA-256 of a plain file (no link), read to its end. NOT_FOUND
 * "no-file", CONFLICT "is-link" or "not-regular", IO.
 */
VOTA_MUST_USE enum vota_status vota_files_sum(struct vota_listed_file *ret_file, const char *from,
                                              struct vota_files_meter *meter,
                                              struct vota_error *err);

/*
 * The same while it is copied into a new file of this mode, which is synced;
 * on failure there is none. LIMIT "disk-full", CONFLICT "file-exists".
 */
VOTA_MUST_USE enum vota_status vota_files_copy(struct vota_listed_file *ret_file, const char *from,
                                               const char *to, unsigned mode,
                                               struct vota_files_meter *meter,
                                               struct vota_error *err);

/* Makes the directories that lead to DIR/path, owner-only below secrets/, and syncs them. */
VOTA_MUST_USE enum vota_status vota_files_make_parents(const char *dir, const char *path,
                                                       struct vota_error *err);

/* A directory with everything in it; links are removed, not followed. Harmless if there is none. */
void vota_files_remove_tree(const char *path);

/* dir/path into ret; LIMIT "path-too-long". */
VOTA_MUST_USE enum vota_status vota_files_join(char ret_path[VOTA_DIRECTORY_PATH_CAP],
                                               const char *dir, const char *path,
                                               struct vota_error *err);

#endif
