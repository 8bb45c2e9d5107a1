/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: one SQLite file that holds what was accepted, what is to be
 * anchored and what came back. This header opens it and draws the border of a
 * transaction; the store_*.h beside it read and write one part each. Must not
 * know what a vote is, how a leaf is made or what a chain answered: it keeps
 * rows, and refuses by its own triggers whatever would change what is settled.
 *
 * Law of the store:
 *  - A function that writes must be called between vota_store_begin and
 *    vota_store_commit; outside it aborts, because half of a change would stay.
 *    Several writes in one transaction are kept whole or not at all.
 *  - What a callback is given is borrowed until it returns. A callback must not
 *    call the function that called it. Its status, if not VOTA_OK, ends the walk
 *    and is returned.
 *  - What vota_store_*_get and *_next return is copied; where the struct owns
 *    heap memory, its header names the function that frees it.
 *  - Failures: CONFLICT when a rule of the store refuses the change (the
 *    reason is the rule's name, see schema.c) or another process holds the
 *    write lock ("busy"); LIMIT when the disk is full ("disk-full"); IO for
 *    "io-error", "corrupt", "not-a-store", "read-only"; NO_MEMORY. err->where
 *    names the statement.
 *  - One thread.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_H
#define VOTA_BRIDGE_STORE_STORE_H

#include "proof/bytes.h"

struct vota_store;

enum vota_store_flag {
    VOTA_STORE_CREATE = 1,   /* make the file (owner-only) if it is not there */
    VOTA_STORE_READ_ONLY = 2 /* never writes; the file must exist and be current */
};

/*
 * Opens a store and brings it to the current schema. Flags are a sum of enum
 * vota_store_flag. Returns NOT_FOUND if there is no file and CREATE was not
 * given, CONFLICT "newer-version" for a store of a later program, IO
 * "not-a-store" for any other file. The caller frees with vota_store_free.
 */
VOTA_MUST_USE enum vota_status vota_store_open(struct vota_store **ret_store, const char *path,
                                               unsigned flags, struct vota_error *err);

/* Rolls back what is open and closes. NULL is fine. */
void vota_store_free(struct vota_store *store);

/* Starts a write transaction (BEGIN IMMEDIATE); waits up to 30 s for another writer, then "busy".
 */
VOTA_MUST_USE enum vota_status vota_store_begin(struct vota_store *store, struct vota_error *err);

/* Makes everything since begin durable (fsync), or rolls all of it back and says why. */
VOTA_MUST_USE enum vota_status vota_store_commit(struct vota_store *store, struct vota_error *err);

/* Forgets everything since begin. Harmless without a transaction, so that `out:` can call it. */
void vota_store_rollback(struct vota_store *store);

/* How long to wait for another writer instead. */
void vota_store_set_patience(struct vota_store *store, unsigned milliseconds);

/* How many KiB of pages a connection may keep in memory instead of a batch command's 64 MiB. */
VOTA_MUST_USE enum vota_status vota_store_set_cache(struct vota_store *store, unsigned kib,
                                                    struct vota_error *err);

/*
 * One consistent view for several reads: until vota_store_end_view other
 * processes may write, unseen. Not between begin and commit.
 */
VOTA_MUST_USE enum vota_status vota_store_begin_view(struct vota_store *store,
                                                     struct vota_error *err);
void vota_store_end_view(struct vota_store *store);

/*
 * Small texts about the store itself, e.g. "store_id" (16 random bytes in hex,
 * written when the file was made). Returns NOT_FOUND for a key that was never
 * set, LIMIT if cap cannot hold value and NUL.
 */
VOTA_MUST_USE enum vota_status vota_store_meta_get(char *ret_value, size_t cap,
                                                   struct vota_store *store, const char *key,
                                                   struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_store_meta_set(struct vota_store *store, const char *key,
                                                   const char *value, struct vota_error *err);

/*
 * Checks the file for `fsck`: pages and indexes, foreign keys, and what the
 * schema cannot say (every record pending or in exactly one batch, every batch
 * as many leaves as it claims, in ascending order and equal to its records').
 * `each` is called for every fault with a static code and a detail.
 */
VOTA_MUST_USE enum vota_status vota_store_check(struct vota_store *store,
                                                void (*each)(void *context, const char *code,
                                                             const char *detail),
                                                void *context, struct vota_error *err);

/* Version of the library in use, for `version`: "3.40.1"; static. */
const char *vota_store_library_version(void);

#endif
