/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory of files that appears at once: written beside its place as
 * DIR.new-<pid>, flushed to disk, then exchanged for what was there. A reader
 * sees the old files or the new ones, never half. Every file's size and SHA-256
 * go into a manifest, which is written last. Knows no format but the manifest's.
 */
#ifndef VOTA_BRIDGE_PUBLISH_STAGING_H
#define VOTA_BRIDGE_PUBLISH_STAGING_H

#include <stdio.h>

#include "bridge/crypto.h"
#include "bridge/publish/manifest_json.h"

#define VOTA_STAGING_PATH_CAP 4096u

struct vota_staging {
    char target[VOTA_STAGING_PATH_CAP]; /* DIR without a slash at its end */
    char path[VOTA_STAGING_PATH_CAP];   /* DIR.new-<pid> */
    struct vota_file_list manifest;
    uint64_t bytes; /* of all files so far */
};

/* One file being written. */
struct vota_staging_file {
    FILE *to;
    struct vota_sha256 *sha;
    struct vota_listed_file about;
};

/*
 * Makes the empty directory beside `dir`. CONFLICT "not-a-publication" when dir
 * is there, is not empty and has no manifest.json of ours: nobody's files are
 * replaced by mistake. LIMIT "path-too-long", IO.
 * End with vota_staging_commit or vota_staging_abort.
 */
VOTA_MUST_USE enum vota_status vota_staging_begin(struct vota_staging *ret_staging, const char *dir,
                                                  struct vota_error *err);

/* Opens a new file; `path` is one that vota_manifest_path_ok accepts, at most one directory deep.
 */
VOTA_MUST_USE enum vota_status vota_staging_open(struct vota_staging_file *ret_file,
                                                 struct vota_staging *staging, const char *path,
                                                 struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_staging_put(struct vota_staging_file *file, const void *bytes,
                                                size_t len, struct vota_error *err);

/* Closes the file in every case; enters it into the manifest when all of it was written. */
VOTA_MUST_USE enum vota_status vota_staging_close(struct vota_staging *staging,
                                                  struct vota_staging_file *file,
                                                  enum vota_status status, struct vota_error *err);

/* A whole file at once. */
VOTA_MUST_USE enum vota_status vota_staging_file(struct vota_staging *staging, const char *path,
                                                 struct vota_slice text, struct vota_error *err);

/* Writes the manifest, flushes, and puts the directory in its place; removes what was there. */
VOTA_MUST_USE enum vota_status vota_staging_commit(struct vota_staging *staging,
                                                   struct vota_error *err);

/* Removes what was written. Harmless after a commit. */
void vota_staging_abort(struct vota_staging *staging);

#endif
