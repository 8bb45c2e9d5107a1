/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a store in use: see store_backup.h. */
#include "bridge/store/store_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bridge/store/db.h"
#include "bridge/store/schema.h"

/* 4 MiB a step: often enough for a progress bar and for whoever wants to end it. */
#define STEP_PAGES 1024

enum vota_status vota_store_backup_facts(struct vota_store_facts *ret_facts,
                                         struct vota_store *store, struct vota_error *err)
{
    /* Records are never deleted: the last one's number is how many there are. */
    static const struct vota_sql last = {
        "backup.last", "SELECT id, record_id, accepted_at FROM record ORDER BY id DESC LIMIT 1",
        false};
    static const struct vota_sql pending = {"backup.pending", "SELECT count(*) FROM pending", true};
    struct vota_store_facts facts = {.schema = (uint64_t)vota_schema_version()};
    enum vota_status status =
        vota_store_meta_get(facts.store_id, sizeof facts.store_id, store, "store_id", err);
    if (status != VOTA_OK)
        return status;
    struct vota_query q = vota_query_of(store, &last);
    if (vota_query_next(&q)) {
        facts.records = vota_query_u64(&q, 0);
        vota_query_text(&q, 1, facts.last_record, sizeof facts.last_record);
        facts.last_accepted_at = vota_query_u64(&q, 2);
    }
    status = vota_query_end(&q, err);
    if (status != VOTA_OK)
        return status;
    q = vota_query_of(store, &pending);
    if (vota_query_next(&q))
        facts.pending = vota_query_u64(&q, 0);
    status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_facts = facts;
    return status;
}

/* SQLite would make it readable for others, and take a file that is there. */
static enum vota_status create(const char *path, struct vota_error *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == EEXIST   ? vota_fail(err, VOTA_CONFLICT, "file", "file-exists")
               : errno == ENOSPC ? vota_fail(err, VOTA_LIMIT, "file", "disk-full")
                                 : vota_fail(err, VOTA_IO, "file", "cannot-create");
    return close(fd) == 0 ? VOTA_OK : vota_fail(err, VOTA_IO, "file", "io-error");
}

static enum vota_status sync_file(const char *path, struct vota_error *err)
{
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return vota_fail(err, VOTA_IO, "file", "io-error");
    const bool synced = fsync(fd) == 0;
    const int reason = errno;
    const bool closed = close(fd) == 0;
    if (synced && closed)
        return VOTA_OK;
    return reason == ENOSPC ? vota_fail(err, VOTA_LIMIT, "file", "disk-full")
                            : vota_fail(err, VOTA_IO, "file", "io-error");
}

/* The copy is nobody's until it is whole: no log, no syncing page by page. */
static int open_copy(sqlite3 **ret_copy, const char *path)
{
    int code = sqlite3_open_v2(path, ret_copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_extended_result_codes(*ret_copy, 1);
    if (code == SQLITE_OK)
        code = sqlite3_exec(*ret_copy, "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;",
                            NULL, NULL, NULL);
    return code;
}

static int copy_pages(sqlite3 *copy, struct vota_store *store, vota_store_backup_progress *progress,
                      void *context)
{
    int code = SQLITE_OK;
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", store->db, "main");
    if (backup == NULL)
        return sqlite3_extended_errcode(copy);
    while (code == SQLITE_OK) {
        if (vota_fault_step(&store->fault))
            code = SQLITE_FULL;
        else
            code = sqlite3_backup_step(backup, STEP_PAGES);
        const int total = sqlite3_backup_pagecount(backup);
        if (progress != NULL && total > 0)
            progress(context, (uint64_t)(total - sqlite3_backup_remaining(backup)),
                     (uint64_t)total);
    }
    const int finished = sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE)
        return code;
    return finished;
}

/* The text that a pragma answers with must begin so; SQLITE_CORRUPT if it does not. */
static int pragma_says(sqlite3 *copy, const char *text, const char *expected)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(copy, text, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const unsigned char *said = sqlite3_column_text(statement, 0);
        const bool good = said != NULL && strcmp((const char *)said, expected) == 0;
        code = good ? SQLITE_OK : SQLITE_CORRUPT;
    }
    (void)sqlite3_finalize(statement);
    return code;
}

static enum vota_status fill(struct vota_store *store, const char *to,
                             vota_store_backup_progress *progress, void *context,
                             struct vota_error *err)
{
    sqlite3 *copy = NULL;
    int code = open_copy(&copy, to);
    if (code == SQLITE_OK)
        code = copy_pages(copy, store, progress, context);
    if (code == SQLITE_OK) /* the pages say that there is a log: from now on there is none */
        code = pragma_says(copy, "PRAGMA journal_mode = DELETE", "delete");
    if (code == SQLITE_OK)
        code = pragma_says(copy, "PRAGMA quick_check(1)", "ok");
    (void)sqlite3_close(copy);
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
        return vota_fail(err, VOTA_IO, "file", "damaged");
    return code == SQLITE_OK ? VOTA_OK : vota_db_fail(store, code, "backup", err);
}

enum vota_status vota_store_backup(struct vota_store *store, const char *to,
                                   vota_store_backup_progress *progress, void *context,
                                   struct vota_error *err)
{
    VOTA_ASSERT(store->viewing);
    enum vota_status status = create(to, err);
    if (status != VOTA_OK)
        return status;
    status = fill(store, to, progress, context, err);
    if (status == VOTA_OK)
        status = sync_file(to, err);
    if (status != VOTA_OK)
        (void)unlink(to);
    return status;
}
