/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.json (PROTOCOL 11): every other file of a publication with its size
 * and SHA-256, so that a mirror knows what it has and what it misses.
 *
 *   {"files":{<path>:{"bytes":number,"sha256":<64 digits>}},"format":...}
 *
 * `format` is voteanchor-publication-v1. Paths are relative, made of
 * [a-z0-9x./-] with no part empty or of dots only: none can lead out of the
 * directory.
 */
#ifndef VOTA_BRIDGE_PUBLISH_MANIFEST_JSON_H
#define VOTA_BRIDGE_PUBLISH_MANIFEST_JSON_H

#include "proof/bytes.h"

#define VOTA_MANIFEST_FORMAT    "voteanchor-publication-v1"
#define VOTA_MANIFEST_PATH_CAP  96u /* with its NUL; openings/0x<64>.ndjson has 82 bytes */
#define VOTA_MANIFEST_MAX_FILES 4000000u
#define VOTA_MANIFEST_MAX_BYTES ((size_t)256 * 1024 * 1024)

struct vota_manifest_file {
    char path[VOTA_MANIFEST_PATH_CAP];
    uint64_t bytes;
    uint8_t sha256[32];
};

struct vota_manifest {
    struct vota_manifest_file *files;
    size_t n, cap;
};

void vota_manifest_init(struct vota_manifest *ret_manifest);
void vota_manifest_done(struct vota_manifest *manifest);

/* Whether a path is one that a publication can have. */
bool vota_manifest_path_ok(const char *path);

/* Adds a copy. Assumes vota_manifest_path_ok(file->path). NO_MEMORY, LIMIT. */
VOTA_MUST_USE enum vota_status vota_manifest_add(struct vota_manifest *manifest,
                                                 const struct vota_manifest_file *file);

/* Orders the files by path: before writing and finding. */
void vota_manifest_sort(struct vota_manifest *manifest);

/* The file with this path in a sorted manifest, or NULL. */
const struct vota_manifest_file *vota_manifest_find(const struct vota_manifest *manifest,
                                                    const char *path);

/* Appends a sorted manifest's text without its line end; a first pass with cap 0 measures. */
void vota_manifest_json_write(struct vota_wr *wr, const struct vota_manifest *manifest);

/* Reads a whole file's text but its line end. BAD_INPUT with a reason of members_json.h,
 * "bad-path", "bad-hash" or "not-canonical". */
VOTA_MUST_USE enum vota_status vota_manifest_json_read(struct vota_manifest *ret_manifest,
                                                       const void *text, size_t len,
                                                       struct vota_error *err);

#endif
