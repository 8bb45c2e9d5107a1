/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, binds, columns and error codes: see db.h. */
#include "bridge/store/db.h"

#include <limits.h>
#include <string.h>

/* Reasons that our triggers raise are text of our own, short and without spaces. */
static enum vota_status fail_rule(struct vota_store *store, int code, const char *where,
                                  struct vota_error *err)
{
    switch (code) {
    case SQLITE_CONSTRAINT_TRIGGER:
        return vota_fail(err, VOTA_CONFLICT, where, sqlite3_errmsg(store->db));
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return vota_fail(err, VOTA_CONFLICT, where, "not-unique");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return vota_fail(err, VOTA_CONFLICT, where, "no-such-row");
    default:
        return vota_fail(err, VOTA_CONFLICT, where, "not-allowed");
    }
}

enum vota_status vota_db_fail(struct vota_store *store, int code, const char *where,
                              struct vota_error *err)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return fail_rule(store, code, where, err);
    case SQLITE_FULL:
        return vota_fail(err, VOTA_LIMIT, where, "disk-full");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return vota_fail(err, VOTA_CONFLICT, where, "busy");
    case SQLITE_NOMEM:
        return vota_fail(err, VOTA_NO_MEMORY, where, "no-memory");
    case SQLITE_CORRUPT:
        return vota_fail(err, VOTA_IO, where, "corrupt");
    case SQLITE_NOTADB:
        return vota_fail(err, VOTA_IO, where, "not-a-store");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return vota_fail(err, VOTA_IO, where, "read-only");
    case SQLITE_CANTOPEN:
        return vota_fail(err, VOTA_IO, where, "cannot-open");
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
        return vota_fail(err, VOTA_LIMIT, where, "too-large");
    case SQLITE_ABORT:
        return vota_fail(err, VOTA_CONFLICT, where, "rolled-back");
    default:
        return vota_fail(err, VOTA_IO, where, "io-error");
    }
}

enum vota_status vota_db_exec(struct vota_store *store, const char *text, struct vota_error *err)
{
    const int code = sqlite3_exec(store->db, text, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return VOTA_OK;
    return vota_db_fail(store, sqlite3_extended_errcode(store->db), "store", err);
}

void vota_db_roll_back(struct vota_store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* The statement's place, empty if it was never used. */
static struct vota_db_slot *find_slot(struct vota_store *store, const struct vota_sql *sql)
{
    size_t number = ((uintptr_t)sql / sizeof *sql) % VOTA_DB_CACHE;
    size_t probes = 0;
    while (store->cache[number].sql != NULL && store->cache[number].sql != sql) {
        VOTA_ASSERT(++probes < VOTA_DB_CACHE);
        number = (number + 1) % VOTA_DB_CACHE;
    }
    return &store->cache[number];
}

struct vota_query vota_query_of(struct vota_store *store, const struct vota_sql *sql)
{
    struct vota_query q = {
        .store = store, .sql = sql, .slot = find_slot(store, sql), .code = SQLITE_OK};
    if (q.slot->sql == NULL) {
        q.code = sqlite3_prepare_v3(store->db, sql->text, -1, SQLITE_PREPARE_PERSISTENT,
                                    &q.slot->statement, NULL);
        if (q.code != SQLITE_OK)
            return q;
        q.slot->sql = sql;
    }
    q.statement = q.slot->statement;
    VOTA_ASSERT(sqlite3_stmt_busy(q.statement) == 0);
    return q;
}

/*
 * The parameter's number; 0, with the query failed already, when there is
 * nothing to bind to. SQLite searches its names by text; here the same literal
 * comes from the same line each time, and mostly in order.
 */
static int parameter(struct vota_query *q, const char *name)
{
    if (q->code != SQLITE_OK)
        return 0;
    const int next = q->bound + 1;
    if (next < (int)VOTA_DB_NAMES && q->slot->names[next] == name) {
        q->bound = next;
        return next;
    }
    q->bound = sqlite3_bind_parameter_index(q->statement, name);
    VOTA_ASSERT(q->bound > 0);
    if (q->bound < (int)VOTA_DB_NAMES)
        q->slot->names[q->bound] = name;
    return q->bound;
}

void vota_query_bind_i64(struct vota_query *q, const char *name, int64_t value)
{
    const int number = parameter(q, name);
    if (number > 0)
        q->code = sqlite3_bind_int64(q->statement, number, value);
}

void vota_query_bind_u64(struct vota_query *q, const char *name, uint64_t value)
{
    if (value > INT64_MAX && q->code == SQLITE_OK)
        q->code = SQLITE_TOOBIG;
    vota_query_bind_i64(q, name, (int64_t)value);
}

void vota_query_bind_null(struct vota_query *q, const char *name)
{
    const int number = parameter(q, name);
    if (number > 0)
        q->code = sqlite3_bind_null(q->statement, number);
}

void vota_query_bind_blob(struct vota_query *q, const char *name, const void *bytes, size_t len)
{
    const int number = parameter(q, name);
    if (number > 0) /* an empty blob must not be NULL */
        q->code =
            sqlite3_bind_blob64(q->statement, number, len > 0 ? bytes : "", len, SQLITE_STATIC);
}

void vota_query_bind_slice(struct vota_query *q, const char *name, struct vota_slice bytes)
{
    vota_query_bind_blob(q, name, bytes.at, bytes.len);
}

void vota_query_bind_hash(struct vota_query *q, const char *name, const vota_hash *hash)
{
    vota_query_bind_blob(q, name, hash->bytes, sizeof hash->bytes);
}

void vota_query_bind_addr(struct vota_query *q, const char *name, const vota_addr *addr)
{
    vota_query_bind_blob(q, name, addr->bytes, sizeof addr->bytes);
}

void vota_query_bind_text(struct vota_query *q, const char *name, const char *text)
{
    vota_query_bind_text_of(q, name,
                            (struct vota_slice){.at = (const uint8_t *)text, .len = strlen(text)});
}

void vota_query_bind_text_of(struct vota_query *q, const char *name, struct vota_slice text)
{
    const int number = parameter(q, name);
    if (number > 0)
        q->code =
            sqlite3_bind_text64(q->statement, number, text.len > 0 ? (const char *)text.at : "",
                                text.len, SQLITE_STATIC, SQLITE_UTF8);
}

/* Whether this step may be made: 0, or the code it fails with. */
static int gate_of_writes(struct vota_query *q)
{
    if (sqlite3_stmt_readonly(q->statement) != 0)
        return SQLITE_OK;
    VOTA_ASSERT(q->store->writing);
    if (vota_fault_step(&q->store->fault))
        return SQLITE_FULL;
    /* SQLite gives up a whole transaction after some errors; what follows must not stand alone. */
    return sqlite3_get_autocommit(q->store->db) != 0 ? SQLITE_ABORT : SQLITE_OK;
}

bool vota_query_next(struct vota_query *q)
{
    if (q->code == SQLITE_OK)
        q->code = gate_of_writes(q);
    if (q->code != SQLITE_OK)
        return false;
    const int code = sqlite3_step(q->statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        q->code = sqlite3_extended_errcode(q->store->db);
    return false;
}

bool vota_query_is_null(const struct vota_query *q, int column)
{
    return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

static void corrupt_unless(struct vota_query *q, bool good)
{
    if (!good && q->code == SQLITE_OK)
        q->code = SQLITE_CORRUPT;
}

int64_t vota_query_i64(struct vota_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

uint64_t vota_query_u64(struct vota_query *q, int column)
{
    const int64_t value = sqlite3_column_int64(q->statement, column);
    corrupt_unless(q, value >= 0);
    return value >= 0 ? (uint64_t)value : 0;
}

/* The column's bytes if they are NULL or exactly len, else zeros and a corrupt file. */
static void fixed(struct vota_query *q, int column, void *ret_bytes, size_t len)
{
    const struct vota_slice bytes = vota_query_slice(q, column);
    vota_bytes_zero(ret_bytes, len);
    if (vota_query_is_null(q, column))
        return;
    corrupt_unless(q, bytes.len == len);
    if (bytes.len == len)
        vota_bytes_copy(ret_bytes, bytes.at, len);
}

vota_hash vota_query_hash(struct vota_query *q, int column)
{
    vota_hash hash;
    fixed(q, column, hash.bytes, sizeof hash.bytes);
    return hash;
}

vota_addr vota_query_addr(struct vota_query *q, int column)
{
    vota_addr addr;
    fixed(q, column, addr.bytes, sizeof addr.bytes);
    return addr;
}

struct vota_slice vota_query_slice(struct vota_query *q, int column)
{
    const void *at = sqlite3_column_blob(q->statement, column);
    const int len = sqlite3_column_bytes(q->statement, column);
    return (struct vota_slice){.at = at, .len = at != NULL && len > 0 ? (size_t)len : 0};
}

void vota_query_text(struct vota_query *q, int column, char *ret_text, size_t cap)
{
    const struct vota_slice text = vota_query_slice(q, column);
    corrupt_unless(q, text.len < cap);
    const size_t len = text.len < cap ? text.len : 0;
    if (len > 0)
        vota_bytes_copy(ret_text, text.at, len);
    ret_text[len] = '\0';
}

/* STYLE 32: a slow query is found at the desk, not in the city. */
static void check_no_scan(const struct vota_query *q)
{
#ifdef VOTA_FAULT
    const int steps = sqlite3_stmt_status(q->statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    VOTA_ASSERT(steps == 0 || q->sql->scan);
#else
    (void)q;
#endif
}

enum vota_status vota_query_end(struct vota_query *q, struct vota_error *err)
{
    /* The reason of a trigger is the connection's last message: read it before the reset. */
    enum vota_status status = VOTA_OK;
    if (q->code != SQLITE_OK)
        status = vota_db_fail(q->store, q->code, q->sql->name, err);
    if (q->statement == NULL)
        return status;
    check_no_scan(q);
    (void)sqlite3_reset(q->statement); /* repeats the code of the last step, which is known */
    (void)sqlite3_clear_bindings(q->statement);
    return status;
}

enum vota_status vota_query_end_found(struct vota_query *q, bool found, struct vota_error *err)
{
    const enum vota_status status = vota_query_end(q, err);
    if (status != VOTA_OK)
        return status;
    return found ? VOTA_OK : vota_fail(err, VOTA_NOT_FOUND, q->sql->name, "not-found");
}

enum vota_status vota_query_end_walk(struct vota_query *q, enum vota_status status,
                                     struct vota_error *err)
{
    const enum vota_status own = vota_query_end(q, err);
    if (own != VOTA_OK)
        return own;
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, q->sql->name, "stopped");
}

enum vota_status vota_query_run(struct vota_query *q, uint64_t *ret_changes, struct vota_error *err)
{
    while (vota_query_next(q))
        continue;
    if (q->code == SQLITE_OK && ret_changes != NULL)
        *ret_changes = (uint64_t)sqlite3_changes64(q->store->db);
    return vota_query_end(q, err);
}
