/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.json (PROTOCOL 11): every other file of a publication with its size
 * and SHA-256, so that a mirror knows what it has and what it misses.
 *
 *   {"files":{...},"format":...}       files: see file_list_json.h
 *
 * `format` is voteanchor-publication-v1. Paths are relative, made of
 * [a-z0-9x./-] with no part empty or of dots only: none can lead out of the
 * directory.
 */
#ifndef VOTA_BRIDGE_PUBLISH_MANIFEST_JSON_H
#define VOTA_BRIDGE_PUBLISH_MANIFEST_JSON_H

#include "bridge/publish/file_list_json.h"

#define VOTA_MANIFEST_FORMAT    "voteanchor-publication-v1"
#define VOTA_MANIFEST_PATH_CAP  96u /* with its NUL; openings/0x<64>.ndjson has 82 bytes */
#define VOTA_MANIFEST_MAX_FILES 4000000u
#define VOTA_MANIFEST_MAX_BYTES ((size_t)256 * 1024 * 1024)

/* Which files a publication can have. */
extern const struct vota_file_list_rule vota_manifest_rule;

/* Whether a path is one that a publication can have. */
bool vota_manifest_path_ok(const char *path);

/* Appends a sorted manifest's text without its line end; a first pass with cap 0 measures. */
void vota_manifest_json_write(struct vota_wr *wr, const struct vota_file_list *manifest);

/* Reads a whole file's text but its line end. BAD_INPUT with a reason of members_json.h,
 * "bad-path", "bad-hash" or "not-canonical". */
VOTA_MUST_USE enum vota_status vota_manifest_json_read(struct vota_file_list *ret_manifest,
                                                       const void *text, size_t len,
                                                       struct vota_error *err);

#endif
