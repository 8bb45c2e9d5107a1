/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender.lock: one process a directory performs the outbox (DESIGN 3). The
 * kernel drops the lock with the process, however it ends.
 */
#ifndef VOTA_BRIDGE_ENGINE_LOCK_H
#define VOTA_BRIDGE_ENGINE_LOCK_H

#include "proof/voteanchor.h"

/*
 * Takes the lock and writes our process's number into the file; *ret_fd is closed by
 * vota_lock_release. CONFLICT
 * "sender-running" when another process holds it, IO when the file cannot be
 * made.
 */
VOTA_MUST_USE enum vota_status vota_lock_take(int *ret_fd, const char *path,
                                              struct vota_error *err);
void vota_lock_release(int fd);

/* The process that took it last, as that wrote it into the file; 0 when it cannot be told. */
uint64_t vota_lock_process(const char *path);

/* Whether another process holds it now; false also when that cannot be told. */
bool vota_lock_is_held(const char *path);

#endif
