/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a store, and the directory around it, are whole: everything that can
 * be computed again is, and compared. What `fsck` asks, and what a backup is
 * asked before it is trusted. Reads only; asks no node.
 */
#ifndef VOTA_BRIDGE_BACKUP_INSPECT_H
#define VOTA_BRIDGE_BACKUP_INSPECT_H

#include "bridge/directory.h"
#include "bridge/store/store.h"

struct vota_inspection {
    struct vota_store *store;
    /* For each fault: a static code and where. Codes are in docs/OPERATIONS.md. */
    void (*finding)(void *context, const char *code, const char *detail);
    void (*progress)(void *context, uint64_t done, uint64_t total); /* NULL: nobody asks */
    void *context;
};

/*
 * The store alone, in one view: vota_store_check's questions; every leaf from its
 * row and every content hash from its opening; every batch's root from its leaves;
 * every journal from its genesis to its head; evidence against its block; signed
 * bytes against what they are for; definitions against their hash. Damaged pages
 * are a finding ("damaged") and the rest is still asked. Any other failure of the
 * store is returned: then it could not be checked.
 */
VOTA_MUST_USE enum vota_status vota_inspect_store(const struct vota_inspection *inspection,
                                                  struct vota_error *err);

/*
 * What lies around it: modes and owners of the directory, its files and secrets; each
 * register's pepper against its definition; what a crash left over. Needs the store for
 * its registers.
 */
VOTA_MUST_USE enum vota_status vota_inspect_directory(const struct vota_inspection *inspection,
                                                      const struct vota_directory *dir,
                                                      struct vota_error *err);

/* Whether a finding is only a remark: nothing is wrong with the data. */
bool vota_inspect_is_remark(const char *code);

#endif
