/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite as the store's files use it, and nobody else: statements prepared once
 * and bound by name, columns read with their length checked, one place that
 * turns SQLite's codes into ours. Must not know a table.
 *
 * A query collects its first error, so that a run of binds or columns needs
 * one check at its end:
 *
 *     struct vota_query q = vota_query_of(store, &sql);
 *     vota_query_bind_i64(&q, ":id", id);
 *     bool row = vota_query_next(&q);
 *     value = vota_query_u64(&q, 0);
 *     return vota_query_end(&q, err);
 */
#ifndef VOTA_BRIDGE_STORE_DB_H
#define VOTA_BRIDGE_STORE_DB_H

#include <sqlite3.h>

#include "bridge/store/fault.h"
#include "bridge/store/store.h"

/*
 * How every connection is set up. FULL: a commit is on disk when it returns,
 * which is what "accepted" means. The cache holds the indexes on random keys of
 * a city's records; the log may grow as large before it is written back, or
 * every group of an import would rewrite them. Temporary tables stay in memory:
 * no votes in /tmp.
 */
#define VOTA_DB_SETTINGS                                                                           \
    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -65536;"        \
    "PRAGMA temp_store = MEMORY;"
#define VOTA_DB_WRITER_SETTINGS                                                                    \
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"              \
    "PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 67108864;"

/* A power of two above twice the number of statements. */
#define VOTA_DB_CACHE 256u

/* Parameters of one statement whose numbers are remembered. */
#define VOTA_DB_NAMES 32u

/* A statement's text; objects of this type live for ever (static const). */
struct vota_sql {
    const char *name; /* err->where */
    const char *text;
    /* Reads a whole table, knowingly. Debug builds trap when any other statement does. */
    bool scan;
};

struct vota_store {
    sqlite3 *db;
    struct vota_fault fault;
    bool read_only;
    bool writing; /* between begin and commit */
    bool viewing;
    struct vota_db_slot {
        const struct vota_sql *sql;
        sqlite3_stmt *statement;
        const char *names[VOTA_DB_NAMES]; /* of parameters bound before, by number */
    } cache[VOTA_DB_CACHE];
};

struct vota_query {
    struct vota_store *store;
    const struct vota_sql *sql;
    struct vota_db_slot *slot;
    sqlite3_stmt *statement; /* NULL if it could not be prepared */
    int code;                /* the first that was not SQLITE_OK, ROW or DONE */
    int bound;               /* the parameter bound last: names mostly come in their order */
};

/* Takes the statement out of the cache. A statement in use is our own mistake: it traps. */
struct vota_query vota_query_of(struct vota_store *store, const struct vota_sql *sql);

/* Names are given with their colon. Bytes stay the caller's and must last until the end. */
void vota_query_bind_i64(struct vota_query *q, const char *name, int64_t value);
void vota_query_bind_u64(struct vota_query *q, const char *name, uint64_t value); /* < 2^63 */
void vota_query_bind_null(struct vota_query *q, const char *name);
void vota_query_bind_blob(struct vota_query *q, const char *name, const void *bytes, size_t len);
void vota_query_bind_slice(struct vota_query *q, const char *name, struct vota_slice bytes);
void vota_query_bind_hash(struct vota_query *q, const char *name, const vota_hash *hash);
void vota_query_bind_addr(struct vota_query *q, const char *name, const vota_addr *addr);
void vota_query_bind_text(struct vota_query *q, const char *name, const char *text);
void vota_query_bind_text_of(struct vota_query *q, const char *name, struct vota_slice text);

/* Makes one step: true if there is a row. Writing statements need vota_store_begin. */
bool vota_query_next(struct vota_query *q);

/* Columns of the current row. Wrong types and lengths count as a corrupt file. */
bool vota_query_is_null(const struct vota_query *q, int column);
int64_t vota_query_i64(struct vota_query *q, int column);
uint64_t vota_query_u64(struct vota_query *q, int column);
vota_hash vota_query_hash(struct vota_query *q, int column); /* NULL: zeros */
vota_addr vota_query_addr(struct vota_query *q, int column); /* NULL: zeros */
struct vota_slice vota_query_slice(struct vota_query *q, int column);
void vota_query_text(struct vota_query *q, int column, char *ret_text, size_t cap);

/* Gives the statement back. */
enum vota_status vota_query_end(struct vota_query *q, struct vota_error *err);

/* The same, NOT_FOUND unless `found`. */
enum vota_status vota_query_end_found(struct vota_query *q, bool found, struct vota_error *err);

/* Ends a query whose callback answered `status`: that, or the query's own failure. */
enum vota_status vota_query_end_walk(struct vota_query *q, enum vota_status status,
                                     struct vota_error *err);

/* Runs a statement without rows; ret_changes (may be NULL) is the number of rows it touched. */
VOTA_MUST_USE enum vota_status vota_query_run(struct vota_query *q, uint64_t *ret_changes,
                                              struct vota_error *err);

/* Status and reason of a SQLite code. */
enum vota_status vota_db_fail(struct vota_store *store, int code, const char *where,
                              struct vota_error *err);

/* Runs texts that are part of opening: pragmas, migrations. */
VOTA_MUST_USE enum vota_status vota_db_exec(struct vota_store *store, const char *text,
                                            struct vota_error *err);

/* Ends a transaction without a trace. It cannot fail to forget: closing does the same. */
void vota_db_roll_back(struct vota_store *store);

#endif
