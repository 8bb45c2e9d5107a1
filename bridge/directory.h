/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory that -C names, and the only place that knows its layout:
 *
 *     DIR/voteanchor.ini        configuration                      0640
 *     DIR/voteanchor.db         store                              0640
 *     DIR/secrets/              keys, peppers, tokens              0700
 *     DIR/secrets/<role>.json   Web3 Secret Storage V3             0600
 *     DIR/secrets/peppers/<register hash>   32 bytes               0600
 *     DIR/secrets/tokens        token.h                            0600
 *
 * Secrets are created, never overwritten, and are on disk (fsync of file and
 * directory) before the call returns. A secret file that others may read, that
 * is a link or not a plain file is refused.
 */
#ifndef VOTA_BRIDGE_DIRECTORY_H
#define VOTA_BRIDGE_DIRECTORY_H

#include "proof/voteanchor.h"

#define VOTA_DIRECTORY_PATH_CAP 4096

#define VOTA_DIRECTORY_CONFIG  "voteanchor.ini"
#define VOTA_DIRECTORY_STORE   "voteanchor.db"
#define VOTA_DIRECTORY_SECRETS "secrets"
#define VOTA_DIRECTORY_PEPPERS "secrets/peppers"

struct vota_directory {
    const char *path; /* borrowed, as typed */
};

/* DIR/name, or name when it is absolute; LIMIT when longer than the buffer. */
VOTA_MUST_USE enum vota_status vota_directory_path(const struct vota_directory *dir,
                                                   char ret_path[VOTA_DIRECTORY_PATH_CAP],
                                                   const char *name, struct vota_error *err);

/*
 * Makes DIR (0750), DIR/secrets and DIR/secrets/peppers (0700), each if it is
 * not there. CONFLICT "already-made" when DIR has a voteanchor.ini.
 */
VOTA_MUST_USE enum vota_status vota_directory_create(const struct vota_directory *dir,
                                                     struct vota_error *err);

/* NOT_FOUND "no-directory" unless DIR has a voteanchor.ini. */
VOTA_MUST_USE enum vota_status vota_directory_check(const struct vota_directory *dir,
                                                    struct vota_error *err);

/*
 * A whole file, at most `cap` bytes, to heap that the caller frees (a NUL
 * follows the bytes). NOT_FOUND, IO, LIMIT "file-too-large".
 */
VOTA_MUST_USE enum vota_status vota_directory_read(uint8_t **ret_bytes, size_t *ret_len,
                                                   const char *path, size_t cap,
                                                   struct vota_error *err);

/* The same from a descriptor that is open, to its end: standard input, a pipe, a socket. */
VOTA_MUST_USE enum vota_status vota_directory_read_fd(uint8_t **ret_bytes, size_t *ret_len, int fd,
                                                      size_t cap, struct vota_error *err);

/* The same for a secret: O_NOFOLLOW, a plain file, nobody but its owner may read it. */
VOTA_MUST_USE enum vota_status vota_directory_read_secret(uint8_t **ret_bytes, size_t *ret_len,
                                                          const char *path, size_t cap,
                                                          struct vota_error *err);

/* A new file (O_EXCL) with these bytes and mode, synced with its directory; CONFLICT if it exists.
 */
VOTA_MUST_USE enum vota_status vota_directory_write_new(const char *path, const void *bytes,
                                                        size_t len, unsigned mode,
                                                        struct vota_error *err);

/* Replaces or makes a file by rename, so that a reader sees the old or the new one. */
VOTA_MUST_USE enum vota_status vota_directory_write(const char *path, const void *bytes, size_t len,
                                                    unsigned mode, struct vota_error *err);

/* The pepper of a register. Created once: CONFLICT if there is one. */
VOTA_MUST_USE enum vota_status vota_directory_pepper_create(const struct vota_directory *dir,
                                                            const vota_hash *register_hash,
                                                            const uint8_t pepper[32],
                                                            struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_directory_pepper_load(const struct vota_directory *dir,
                                                          uint8_t ret_pepper[32],
                                                          const vota_hash *register_hash,
                                                          struct vota_error *err);

/* Frees what the readers gave, wiped first. Accepts NULL. */
void vota_directory_free_secret(void *bytes, size_t len);

#endif
