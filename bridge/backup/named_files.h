/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files a configuration names, and what each is for. Reads the
 * configuration alone: that a named file is missing must not hide the others.
 */
#ifndef VOTA_BRIDGE_BACKUP_NAMED_FILES_H
#define VOTA_BRIDGE_BACKUP_NAMED_FILES_H

#include "bridge/config.h"

#define VOTA_NAMED_FILES_MAX 24u

struct vota_named_file {
    char path[VOTA_CONFIG_TEXT_MAX + 1]; /* as written: relative to DIR, or absolute */
    const char *what; /* "urls", "proxy", "authorities", "certificate", "key", "password",
                         "webhook"; static */
    bool is_secret;
    bool is_password; /* of the key files: in no backup */
};

struct vota_named_files {
    struct vota_named_file file[VOTA_NAMED_FILES_MAX];
    size_t n;
};

/* BAD_INPUT "bad-config" for a configuration that cannot be read; the environment counts. */
VOTA_MUST_USE enum vota_status vota_named_files_read(struct vota_named_files *ret_files,
                                                     const struct vota_directory *dir,
                                                     struct vota_error *err);

bool vota_named_files_is_password(const struct vota_named_files *files, const char *path);

#endif
