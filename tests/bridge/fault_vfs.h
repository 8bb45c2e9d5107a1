/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file system for SQLite whose n-th write, truncation or sync fails, once or
 * from then on, as a full or a broken disk would: the default one of the process
 * from fault_vfs_install on. Only the outermost layer: what SQLite does about it
 * is SQLite's own.
 */
#ifndef VOTA_TESTS_BRIDGE_FAULT_VFS_H
#define VOTA_TESTS_BRIDGE_FAULT_VFS_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real;
};

/* Steps until the fault; 0: none is armed. */
static atomic_int fault_left;
static atomic_bool fault_stays, fault_struck;
static atomic_int fault_code;

static inline void fault_arm(int steps, int code, bool stays)
{
    atomic_store(&fault_struck, false);
    atomic_store(&fault_code, code);
    atomic_store(&fault_stays, stays);
    atomic_store(&fault_left, steps);
}

/* The disk is well again; whether the fault had struck. */
static inline bool fault_disarm(void)
{
    atomic_store(&fault_left, 0);
    return atomic_load(&fault_struck);
}

static inline int fault_step(void)
{
    int left = atomic_load(&fault_left);
    while (left > 1) {
        if (atomic_compare_exchange_weak(&fault_left, &left, left - 1))
            return SQLITE_OK;
    }
    if (left == 0)
        return SQLITE_OK;
    atomic_store(&fault_struck, true);
    if (!atomic_load(&fault_stays))
        atomic_store(&fault_left, 0);
    return atomic_load(&fault_code);
}

static inline sqlite3_file *fault_real(sqlite3_file *file)
{
    return ((struct fault_file *)file)->real;
}

static inline int fault_close(sqlite3_file *file)
{
    return fault_real(file)->pMethods->xClose(fault_real(file));
}

static inline int fault_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    return fault_real(file)->pMethods->xRead(fault_real(file), to, len, at);
}

static inline int fault_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    const int code = fault_step();
    if (code != SQLITE_OK)
        return code;
    return fault_real(file)->pMethods->xWrite(fault_real(file), from, len, at);
}

static inline int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    const int code = fault_step();
    return code != SQLITE_OK ? code : fault_real(file)->pMethods->xTruncate(fault_real(file), size);
}

static inline int fault_sync(sqlite3_file *file, int flags)
{
    const int code = fault_step();
    return code != SQLITE_OK ? code : fault_real(file)->pMethods->xSync(fault_real(file), flags);
}

static inline int fault_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    return fault_real(file)->pMethods->xFileSize(fault_real(file), ret_size);
}

static inline int fault_lock(sqlite3_file *file, int kind)
{
    return fault_real(file)->pMethods->xLock(fault_real(file), kind);
}

static inline int fault_unlock(sqlite3_file *file, int kind)
{
    return fault_real(file)->pMethods->xUnlock(fault_real(file), kind);
}

static inline int fault_reserved(sqlite3_file *file, int *ret_is)
{
    return fault_real(file)->pMethods->xCheckReservedLock(fault_real(file), ret_is);
}

static inline int fault_control(sqlite3_file *file, int op, void *argument)
{
    return fault_real(file)->pMethods->xFileControl(fault_real(file), op, argument);
}

static inline int fault_sector(sqlite3_file *file)
{
    return fault_real(file)->pMethods->xSectorSize(fault_real(file));
}

static inline int fault_device(sqlite3_file *file)
{
    return fault_real(file)->pMethods->xDeviceCharacteristics(fault_real(file));
}

static inline int fault_shm_map(sqlite3_file *file, int page, int size, int extend,
                                void volatile **ret_at)
{
    return fault_real(file)->pMethods->xShmMap(fault_real(file), page, size, extend, ret_at);
}

static inline int fault_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
    return fault_real(file)->pMethods->xShmLock(fault_real(file), at, n, flags);
}

static inline void fault_shm_barrier(sqlite3_file *file)
{
    fault_real(file)->pMethods->xShmBarrier(fault_real(file));
}

static inline int fault_shm_unmap(sqlite3_file *file, int remove)
{
    return fault_real(file)->pMethods->xShmUnmap(fault_real(file), remove);
}

static const sqlite3_io_methods fault_methods = {.iVersion = 2,
                                                 .xClose = fault_close,
                                                 .xRead = fault_read,
                                                 .xWrite = fault_write,
                                                 .xTruncate = fault_truncate,
                                                 .xSync = fault_sync,
                                                 .xFileSize = fault_size,
                                                 .xLock = fault_lock,
                                                 .xUnlock = fault_unlock,
                                                 .xCheckReservedLock = fault_reserved,
                                                 .xFileControl = fault_control,
                                                 .xSectorSize = fault_sector,
                                                 .xDeviceCharacteristics = fault_device,
                                                 .xShmMap = fault_shm_map,
                                                 .xShmLock = fault_shm_lock,
                                                 .xShmBarrier = fault_shm_barrier,
                                                 .xShmUnmap = fault_shm_unmap};

static inline int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                             int *ret_flags)
{
    sqlite3_vfs *const real = vfs->pAppData;
    struct fault_file *const opened = (struct fault_file *)file;
    opened->base.pMethods = NULL;
    opened->real = (sqlite3_file *)(opened + 1);
    const int code = real->xOpen(real, name, opened->real, flags, ret_flags);
    if (code == SQLITE_OK)
        opened->base.pMethods = &fault_methods;
    return code;
}

static inline void fault_vfs_install(void)
{
    static sqlite3_vfs fault_vfs;
    sqlite3_vfs *const real = sqlite3_vfs_find(NULL);
    fault_vfs = *real;
    fault_vfs.zName = "fault";
    fault_vfs.pAppData = real;
    fault_vfs.pNext = NULL;
    fault_vfs.szOsFile = real->szOsFile + (int)sizeof(struct fault_file);
    fault_vfs.xOpen = fault_open;
    (void)sqlite3_vfs_register(&fault_vfs, 1);
}

#endif
