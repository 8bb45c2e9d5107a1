/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the file, draws transactions, keeps small facts: see store.h. Knows no other table. */
#include "bridge/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge/crypto.h"
#include "bridge/store/schema.h"
#include "proof/hex.h"

/* Other commands write in short transactions; an import's group is the longest of them. */
#define BUSY_MILLISECONDS 30000

/* SQLite would make the file readable for everybody. Its log files take their mode from it. */
static enum vota_status create_file(const char *path, struct vota_error *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return vota_fail(err, VOTA_IO, "store", "cannot-open");
    return close(fd) == 0 ? VOTA_OK : vota_fail(err, VOTA_IO, "store", "io-error");
}

static enum vota_status prepare_file(const char *path, unsigned flags, struct vota_error *err)
{
    if (access(path, F_OK) == 0)
        return VOTA_OK;
    if (errno != ENOENT)
        return vota_fail(err, VOTA_IO, "store", "cannot-open");
    if ((flags & VOTA_STORE_CREATE) == 0)
        return vota_fail(err, VOTA_NOT_FOUND, "store", "no-store");
    return create_file(path, err);
}

static enum vota_status connect(struct vota_store *store, const char *path, struct vota_error *err)
{
    const int mode = store->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(path, &store->db, mode | SQLITE_OPEN_NOMUTEX, NULL);
    if (store->db == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "store", "no-memory");
    if (code == SQLITE_OK)
        code = sqlite3_extended_result_codes(store->db, 1);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    if (code != SQLITE_OK)
        return vota_db_fail(store, code, "store", err);
    const enum vota_status status = vota_db_exec(store, VOTA_DB_SETTINGS, err);
    if (status != VOTA_OK || store->read_only)
        return status;
    return vota_db_exec(store, VOTA_DB_WRITER_SETTINGS, err);
}

/* Names this store in support and backups; says nothing about its content. */
static enum vota_status name_store(struct vota_store *store, struct vota_error *err)
{
    char present[VOTA_HASH_HEX_CHARS];
    struct vota_error detail = {.status = VOTA_OK};
    enum vota_status status =
        vota_store_meta_get(present, sizeof present, store, "store_id", &detail);
    if (status == VOTA_OK || (status == VOTA_NOT_FOUND && store->read_only))
        return VOTA_OK;
    if (status != VOTA_NOT_FOUND)
        return vota_fail(err, status, "store", detail.text);
    uint8_t random[16];
    status = vota_crypto_random(random, sizeof random);
    if (status != VOTA_OK)
        return vota_fail(err, status, "store", "no-random");
    char name[2 * sizeof random + 1] = {0};
    struct vota_wr wr = vota_wr_of(name, sizeof name - 1);
    vota_hex_write_bare(&wr, random, sizeof random);
    status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_meta_set(store, "store_id", name, err);
    if (status == VOTA_OK)
        return vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

enum vota_status vota_store_open(struct vota_store **ret_store, const char *path, unsigned flags,
                                 struct vota_error *err)
{
    enum vota_status status = prepare_file(path, flags, err);
    if (status != VOTA_OK)
        return status;
    struct vota_store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "store", "no-memory");
    store->read_only = (flags & VOTA_STORE_READ_ONLY) != 0;
    vota_fault_init(&store->fault);
    status = connect(store, path, err);
    if (status == VOTA_OK)
        status = vota_schema_update(store, err);
    if (status == VOTA_OK)
        status = name_store(store, err);
    if (status != VOTA_OK) {
        vota_store_free(store);
        return status;
    }
    *ret_store = store;
    return VOTA_OK;
}

void vota_store_free(struct vota_store *store)
{
    if (store == NULL)
        return;
    vota_store_rollback(store);
    vota_store_end_view(store);
    for (size_t i = 0; i < VOTA_DB_CACHE; i++)
        (void)sqlite3_finalize(store->cache[i].statement); /* NULL is fine; repeats old errors */
    const int code = sqlite3_close(store->db);
    VOTA_ASSERT(code == SQLITE_OK); /* else a statement was left behind */
    free(store);
}

enum vota_status vota_store_begin(struct vota_store *store, struct vota_error *err)
{
    VOTA_ASSERT(!store->writing && !store->viewing);
    if (vota_fault_step(&store->fault))
        return vota_db_fail(store, SQLITE_FULL, "begin", err);
    if (store->read_only) /* SQLite would begin, and refuse only the first change */
        return vota_db_fail(store, SQLITE_READONLY, "begin", err);
    const enum vota_status status = vota_db_exec(store, "BEGIN IMMEDIATE", err);
    store->writing = status == VOTA_OK;
    return status;
}

enum vota_status vota_store_commit(struct vota_store *store, struct vota_error *err)
{
    VOTA_ASSERT(store->writing);
    enum vota_status status;
    if (vota_fault_step(&store->fault))
        status = vota_db_fail(store, SQLITE_FULL, "commit", err);
    else if (sqlite3_get_autocommit(store->db) != 0)
        status = vota_db_fail(store, SQLITE_ABORT, "commit", err);
    else
        status = vota_db_exec(store, "COMMIT", err);
    if (status != VOTA_OK) {
        vota_store_rollback(store);
        return status;
    }
    store->writing = false;
    /* A crash here is after the promise is durable and before anybody hears of it; a failure is
     * none, for what is durable must not be reported as lost. */
    (void)vota_fault_step(&store->fault);
    return VOTA_OK;
}

void vota_store_rollback(struct vota_store *store)
{
    if (!store->writing)
        return;
    store->writing = false;
    vota_db_roll_back(store);
}

void vota_store_set_patience(struct vota_store *store, unsigned milliseconds)
{
    (void)sqlite3_busy_timeout(store->db, (int)milliseconds); /* cannot fail */
}

enum vota_status vota_store_set_cache(struct vota_store *store, unsigned kib,
                                      struct vota_error *err)
{
    char text[48];
    (void)snprintf(text, sizeof text, "PRAGMA cache_size = -%u", kib);
    return vota_db_exec(store, text, err);
}

enum vota_status vota_store_begin_view(struct vota_store *store, struct vota_error *err)
{
    VOTA_ASSERT(!store->writing && !store->viewing);
    const enum vota_status status = vota_db_exec(store, "BEGIN", err);
    store->viewing = status == VOTA_OK;
    return status;
}

void vota_store_end_view(struct vota_store *store)
{
    if (!store->viewing)
        return;
    store->viewing = false;
    vota_db_roll_back(store); /* nothing was written */
}

enum vota_status vota_store_meta_get(char *ret_value, size_t cap, struct vota_store *store,
                                     const char *key, struct vota_error *err)
{
    static const struct vota_sql sql = {"meta.get", "SELECT value FROM meta WHERE key = :key",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text(&q, ":key", key);
    const bool found = vota_query_next(&q);
    bool fits = true;
    if (found) {
        const struct vota_slice value = vota_query_slice(&q, 0);
        fits = value.len < cap;
        if (fits)
            vota_query_text(&q, 0, ret_value, cap);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status != VOTA_OK)
        return status;
    return fits ? VOTA_OK : vota_fail(err, VOTA_LIMIT, "meta.get", "too-large");
}

enum vota_status vota_store_meta_set(struct vota_store *store, const char *key, const char *value,
                                     struct vota_error *err)
{
    static const struct vota_sql sql = {"meta.set",
                                        "INSERT INTO meta (key, value) VALUES (:key, :value)"
                                        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text(&q, ":key", key);
    vota_query_bind_text(&q, ":value", value);
    return vota_query_run(&q, NULL, err);
}

const char *vota_store_library_version(void)
{
    return sqlite3_libversion();
}
