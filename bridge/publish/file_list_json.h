/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of files, each with its size and SHA-256: what a publication and a
 * backup say of themselves.
 *
 *   "files":{<path>:{"bytes":number,"sha256":<64 digits>},...}
 *
 * Ordered by path, in the form of RFC 8785. Which paths may stand in a list, and
 * how many, is the matter of the format that has one.
 */
#ifndef VOTA_BRIDGE_PUBLISH_FILE_LIST_JSON_H
#define VOTA_BRIDGE_PUBLISH_FILE_LIST_JSON_H

#include "bridge/publish/members_json.h"

#define VOTA_FILE_LIST_PATH_CAP 256u /* with its NUL */

struct vota_listed_file {
    char path[VOTA_FILE_LIST_PATH_CAP];
    uint64_t bytes;
    uint8_t sha256[32];
};

/* Heap-owned; {0} is an empty list. */
struct vota_file_list {
    struct vota_listed_file *files;
    size_t n, cap;
};

/* What a format allows. */
struct vota_file_list_rule {
    bool (*path_ok)(const char *path);
    size_t max; /* files */
};

void vota_file_list_done(struct vota_file_list *list);

/* Adds a copy. Assumes rule->path_ok(file->path). NO_MEMORY, LIMIT. */
VOTA_MUST_USE enum vota_status vota_file_list_add(struct vota_file_list *list,
                                                  const struct vota_listed_file *file,
                                                  const struct vota_file_list_rule *rule);

/* Orders the files by path: before writing and finding. */
void vota_file_list_sort(struct vota_file_list *list);

/* The file with this path in a sorted list, or NULL. */
const struct vota_listed_file *vota_file_list_find(const struct vota_file_list *list,
                                                   const char *path);

/* Appends the member `files` of a sorted list. */
void vota_file_list_write(struct vota_canon *canon, const struct vota_file_list *list);

/*
 * Reads the member `files` into an empty list, sorted, which is the caller's to
 * release also after a failure: a reason of members_json.h, "bad-path" or
 * "bad-hash"; NO_MEMORY and LIMIT. vota_members_end tells it.
 */
void vota_file_list_read(struct vota_file_list *list, struct vota_members *members,
                         const struct vota_file_list_rule *rule);

#endif
