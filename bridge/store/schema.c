/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations by user_version: see schema.h. */
#include "bridge/store/schema.h"

/* Texts of schema/<version>.sql, made by CMake. */
#include "bridge/store/schema_sql.h"

#define VERSIONS (sizeof vota_schema_sql / sizeof vota_schema_sql[0])

int vota_schema_version(void)
{
    return (int)VERSIONS;
}

/* An integer pragma, which has no binds and no place in the cache. */
static enum vota_status read_pragma(struct vota_store *store, const char *text, int64_t *ret_value,
                                    struct vota_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, text, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *ret_value = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_ROW ? VOTA_OK : vota_db_fail(store, code, "store", err);
}

static enum vota_status set_version(struct vota_store *store, size_t version,
                                    struct vota_error *err)
{
    char text[] = "PRAGMA user_version = 00";
    VOTA_ASSERT(version < 100);
    text[sizeof text - 3] = (char)('0' + version / 10);
    text[sizeof text - 2] = (char)('0' + version % 10);
    return vota_db_exec(store, text, err);
}

/* One step, asked again for the version inside the transaction: another process may be faster. */
static enum vota_status migrate_one(struct vota_store *store, struct vota_error *err)
{
    int64_t version = 0;
    enum vota_status status = read_pragma(store, "PRAGMA user_version", &version, err);
    if (status != VOTA_OK || version >= (int64_t)VERSIONS)
        return status;
    status = vota_db_exec(store, vota_schema_sql[version], err);
    if (status == VOTA_OK)
        status = set_version(store, (size_t)version + 1, err);
    if (status == VOTA_OK && vota_fault_step(&store->fault))
        status = vota_db_fail(store, SQLITE_FULL, "store", err);
    return status;
}

static enum vota_status migrate(struct vota_store *store, struct vota_error *err)
{
    enum vota_status status = vota_db_exec(store, "BEGIN IMMEDIATE", err);
    if (status != VOTA_OK)
        return status;
    status = migrate_one(store, err);
    if (status == VOTA_OK)
        status = vota_db_exec(store, "COMMIT", err);
    if (status != VOTA_OK)
        vota_db_roll_back(store);
    return status;
}

/* A file without our mark is ours only while it is empty. */
static enum vota_status claim(struct vota_store *store, struct vota_error *err)
{
    int64_t application = 0;
    int64_t objects = 0;
    enum vota_status status = read_pragma(store, "PRAGMA application_id", &application, err);
    if (status != VOTA_OK || application == VOTA_SCHEMA_APPLICATION)
        return status;
    status = read_pragma(store, "SELECT count(*) FROM sqlite_schema", &objects, err);
    if (status != VOTA_OK)
        return status;
    if (application != 0 || objects != 0 || store->read_only)
        return vota_fail(err, VOTA_IO, "store", "not-a-store");
    return vota_db_exec(store, "PRAGMA application_id = 1448039489", err);
}

enum vota_status vota_schema_update(struct vota_store *store, struct vota_error *err)
{
    enum vota_status status = claim(store, err);
    int64_t version = 0;
    while (status == VOTA_OK) {
        status = read_pragma(store, "PRAGMA user_version", &version, err);
        if (status != VOTA_OK || version == (int64_t)VERSIONS)
            return status;
        if (version > (int64_t)VERSIONS || version < 0)
            return vota_fail(err, VOTA_CONFLICT, "store", "newer-version");
        if (store->read_only)
            return vota_fail(err, VOTA_CONFLICT, "store", "older-version");
        status = migrate(store, err);
    }
    return status;
}
