/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody with the store's file in hand and no respect for triggers:
 *
 *     damage FILE SQL
 *
 * drops every trigger and runs the statements, for tests that plant damage.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static int fail(sqlite3 *db)
{
    (void)fprintf(stderr, "damage: %s\n", sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    return 1;
}

/* One at a time, since the list changes under a walk over it. */
static int drop_triggers(sqlite3 *db)
{
    for (;;) {
        char drop[200];
        sqlite3_stmt *next = NULL;
        int code = sqlite3_prepare_v2(
            db, "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'", -1,
            &next, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_step(next);
        if (code == SQLITE_ROW)
            (void)snprintf(drop, sizeof drop, "%s", (const char *)sqlite3_column_text(next, 0));
        (void)sqlite3_finalize(next);
        if (code != SQLITE_ROW)
            return code == SQLITE_DONE ? SQLITE_OK : code;
        code = sqlite3_exec(db, drop, NULL, NULL, NULL);
        if (code != SQLITE_OK)
            return code;
    }
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    if (argc != 3)
        return 2;
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return fail(db);
    if (drop_triggers(db) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;", NULL,
                     NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, argv[2], NULL, NULL, NULL) != SQLITE_OK)
        return fail(db);
    if (sqlite3_changes(db) == 0) {
        (void)fprintf(stderr, "damage: nothing was changed\n");
        (void)sqlite3_close(db);
        return 1;
    }
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
