/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup.json: what a backup holds and of when it is. It lies in the backup's
 * directory beside the files that it lists, and is written last.
 *
 *   {"files":{...},"format":"voteanchor-backup-v1","last_accepted_at":number,"last_record":text,
 *    "made_at":number,"networks":[{"chain_id":number,"contract":address,"final":number,
 *    "genesis":hash,"head":hash,"length":number,"name":text}],"pending":number,
 *    "program":text,"records":number,"schema":number,"secrets":number,"store_id":text}
 *
 * Members in the order of their keys, no space, one line: RFC 8785. Times are
 * unix seconds, `files` is a list of file_list_json.h. `secrets` counts the files that are secrets:
 * 0 unless they were asked for. `length`, `final` and `head` are those of the stored journal; a
 * network without a contract has zeros. Paths are relative, and lead nowhere else.
 */
#ifndef VOTA_BRIDGE_BACKUP_BACKUP_JSON_H
#define VOTA_BRIDGE_BACKUP_BACKUP_JSON_H

#include "bridge/publish/file_list_json.h"
#include "bridge/store/store_backup.h"
#include "bridge/store/store_line.h"

#define VOTA_BACKUP_FORMAT    "voteanchor-backup-v1"
#define VOTA_BACKUP_MANIFEST  "backup.json"
#define VOTA_BACKUP_MAX_FILES 100000u
#define VOTA_BACKUP_MAX_BYTES ((size_t)64 * 1024 * 1024) /* of the manifest */

struct vota_backup_network {
    char name[VOTA_STORE_NAME_MAX + 1];
    uint64_t chain_id;
    vota_hash genesis;
    vota_addr contract;
    uint64_t length, final;
    vota_hash head;
};

struct vota_backup {
    uint64_t made_at;
    char program[32]; /* version that made it */
    struct vota_store_facts facts;
    struct vota_backup_network network[VOTA_LINE_NETWORKS_MAX];
    size_t n_networks;
    uint64_t secrets; /* how many of the files */
    struct vota_file_list list;
};

void vota_backup_init(struct vota_backup *ret_backup);
void vota_backup_done(struct vota_backup *backup);

/*
 * Whether a path may stand in a manifest: parts of printable ASCII between
 * slashes, none empty or beginning with a dot, so that none leads out.
 */
bool vota_backup_path_ok(const char *path);

/* Which files a backup can have. */
extern const struct vota_file_list_rule vota_backup_rule;

/* Appends a sorted manifest's text without its line end. */
void vota_backup_json_write(struct vota_wr *wr, const struct vota_backup *backup);

/*
 * Reads a whole file's text but its line end. BAD_INPUT with a reason of
 * members_json.h, "bad-path", "bad-hash", "too-long" or "not-canonical".
 */
VOTA_MUST_USE enum vota_status vota_backup_json_read(struct vota_backup *ret_backup,
                                                     const void *text, size_t len,
                                                     struct vota_error *err);

#endif
