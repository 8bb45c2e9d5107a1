/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What durable files and secret files have in common, for key files here and for
 * everything else that the service keeps. Knows descriptors and modes, not what
 * files say; what a failure means is for the caller, who finds it in errno.
 */
#ifndef VOTA_RPC_FILE_H
#define VOTA_RPC_FILE_H

#include "proof/voteanchor.h"

/* Longer paths are refused, their NUL included. */
#define VOTA_FILE_PATH_CAP 4096u

/* Reads up to the end or cap bytes, whichever comes first; ret_len untouched on failure. */
VOTA_MUST_USE bool vota_file_read(int fd, void *to, size_t cap, size_t *ret_len);

/* Writes all of it. */
VOTA_MUST_USE bool vota_file_write(int fd, const void *bytes, size_t len);

/* Makes a name durable: a new or renamed file is on disk only after its directory is synced. */
VOTA_MUST_USE bool vota_file_sync_parent(const char *path);

/*
 * Whether an open file can be a secret of this user: CONFLICT "not-regular",
 * "not-owner", or "mode-too-open" (anything beyond reading and writing by its
 * owner); IO "io-error".
 */
VOTA_MUST_USE enum vota_status vota_file_check_secret(int fd, struct vota_error *err);

#endif
