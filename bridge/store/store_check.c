/* SPDX-License-Identifier: Apache-2.0 */
/* What `fsck` asks of the file: see store_check.h, and vota_store_check of store.h. Only reads. */
#include "bridge/store/store_check.h"

#include "bridge/store/db.h"
#include "bridge/store/record_columns.h"

/* A question whose every row is a fault; the row's only column is the detail. */
struct question {
    const char *code;
    struct vota_sql sql;
};

static const struct question questions[] = {
    {"damaged",
     {"check.integrity",
      "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'", true}},
    {"dangling",
     {"check.foreign_keys", "SELECT \"table\" || ' ' || rowid FROM pragma_foreign_key_check",
      true}},
    {"record-lost",
     {"check.lost",
      "SELECT record_id FROM record WHERE id NOT IN (SELECT record_id FROM pending)"
      " AND id NOT IN (SELECT record_id FROM place)",
      true}},
    {"record-twice",
     {"check.twice",
      "SELECT record.record_id FROM pending JOIN record ON record.id = pending.record_id"
      " WHERE pending.record_id IN (SELECT record_id FROM place)",
      true}},
    {"pending-differs",
     {"check.pending",
      "SELECT record.record_id FROM pending JOIN record ON record.id = pending.record_id"
      " JOIN register ON register.id = record.register_id"
      " WHERE register.network_id <> pending.network_id OR record.anchor_by <> pending.anchor_by",
      true}},
    {"batch-count",
     {"check.count",
      "SELECT id FROM batch WHERE count <> (SELECT count(*) FROM leaf WHERE batch_id = batch.id)"
      " OR count - 1 <> (SELECT max(position) FROM leaf WHERE batch_id = batch.id)",
      true}},
    {"leaf-order",
     {"check.order",
      "SELECT leaf.batch_id FROM leaf JOIN leaf AS earlier ON earlier.batch_id = leaf.batch_id"
      " AND earlier.position = leaf.position - 1 WHERE earlier.leaf >= leaf.leaf",
      true}},
    {"leaf-differs",
     {"check.leaf",
      "SELECT record.record_id FROM leaf CROSS JOIN record ON record.id = leaf.record_id"
      " WHERE record.leaf <> leaf.leaf",
      true}},
    {"place-differs",
     {"check.place",
      "SELECT place.record_id FROM place LEFT JOIN leaf ON leaf.batch_id = place.batch_id"
      " AND leaf.position = place.position WHERE leaf.record_id IS NOT place.record_id"
      " UNION ALL SELECT leaf.record_id FROM leaf LEFT JOIN place"
      " ON place.record_id = leaf.record_id WHERE place.batch_id IS NOT leaf.batch_id"
      " OR place.position IS NOT leaf.position",
      true}},
    {"batch-without-operation",
     {"check.operation",
      "SELECT id FROM batch WHERE NOT EXISTS (SELECT 1 FROM operation WHERE batch_id = batch.id)",
      true}},
    {"cost-missing",
     {"check.cost", "SELECT operation_id FROM attempt WHERE state = 'mined' AND settled_at IS NULL",
      true}},
    {"cost-differs",
     {"check.cost_entry",
      "SELECT operation.id FROM attempt JOIN operation ON operation.id = attempt.operation_id"
      " AND operation.round = attempt.round WHERE entry_number IS NOT NULL"
      " AND settled_at IS NOT NULL AND EXISTS (SELECT 1 FROM attempt AS own"
      "     WHERE own.operation_id = operation.id AND own.tx_hash = operation.tx_hash)"
      " AND (operation.tx_hash <> attempt.tx_hash"
      " OR entry_time <> settled_at OR attempt.gas_used <> 0"
      " AND (operation.gas_used <> attempt.gas_used"
      "      OR operation.effective_price <> attempt.effective_price))",
      true}},
    {"nonce-open",
     {"check.nonce",
      "SELECT operation.id FROM operation WHERE state IN ('signed', 'sent') AND NOT EXISTS ("
      "     SELECT 1 FROM attempt WHERE operation_id = operation.id"
      "     AND attempt.round = operation.round AND attempt.nonce = operation.nonce)",
      true}},
};

/* The same, of what came back from a chain. */
static const struct question journal_questions[] = {
    {"entry-differs",
     {"check.entry",
      "SELECT operation.id FROM operation LEFT JOIN entry ON entry.network_id ="
      " operation.network_id AND entry.number = operation.entry_number"
      " WHERE operation.state = 'final' AND operation.kind <> 'deploy' AND (entry.number IS NULL"
      " OR entry.final <> 1 OR entry.head <> operation.head OR entry.a <> operation.a"
      " OR entry.b <> operation.b OR entry.c <> operation.c OR entry.time <> operation.entry_time"
      " OR entry.block <> operation.entry_block)",
      true}},
    {"entry-twice",
     {"check.entry_twice",
      "SELECT network_id || ' ' || entry_number FROM operation WHERE entry_number > 0"
      " GROUP BY network_id, entry_number HAVING count(*) > 1",
      true}},
    {"root-differs",
     {"check.root",
      "SELECT operation.id FROM operation JOIN batch ON batch.id = operation.batch_id"
      " WHERE operation.entry_number IS NOT NULL AND operation.a <> batch.root",
      true}},
    {"register-differs",
     {"check.register",
      "SELECT operation.id FROM operation JOIN register ON register.id = operation.register_id"
      " WHERE operation.entry_number IS NOT NULL AND operation.a <> register.hash",
      true}},
    {"final-order",
     {"check.final",
      "SELECT entry.network_id || ' ' || entry.number FROM entry JOIN entry AS earlier"
      " ON earlier.network_id = entry.network_id AND earlier.number = entry.number - 1"
      " WHERE entry.final = 1 AND earlier.final = 0",
      true}},
    {"evidence-head",
     {"check.evidence",
      "SELECT evidence.network_id || ' ' || evidence.block FROM evidence JOIN entry"
      " ON entry.network_id = evidence.network_id AND entry.number = evidence.length"
      " WHERE entry.head <> evidence.head",
      true}},
};

#define QUESTIONS         ((unsigned)(sizeof questions / sizeof questions[0]))
#define JOURNAL_QUESTIONS ((unsigned)(sizeof journal_questions / sizeof journal_questions[0]))

static enum vota_status ask(struct vota_store *store, const struct question *question,
                            void (*each)(void *context, const char *code, const char *detail),
                            void *context, struct vota_error *err)
{
    struct vota_query q = vota_query_of(store, &question->sql);
    while (vota_query_next(&q)) {
        char detail[160];
        const struct vota_slice text = vota_query_slice(&q, 0);
        struct vota_wr wr = vota_wr_of(detail, sizeof detail - 1);
        vota_wr_put(&wr, text.at, text.len < wr.cap ? text.len : wr.cap);
        detail[wr.len] = '\0';
        each(context, question->code, detail);
    }
    return vota_query_end(&q, err);
}

enum vota_status vota_store_check(struct vota_store *store,
                                  void (*each)(void *context, const char *code, const char *detail),
                                  void *context, struct vota_error *err)
{
    for (unsigned i = 0; i < QUESTIONS; i++) {
        const enum vota_status status = ask(store, &questions[i], each, context, err);
        if (status != VOTA_OK)
            return status;
    }
    return VOTA_OK;
}

unsigned vota_store_check_questions(void)
{
    return QUESTIONS + JOURNAL_QUESTIONS;
}

enum vota_status vota_store_check_ask(struct vota_store *store, unsigned question,
                                      void (*each)(void *context, const char *code,
                                                   const char *detail),
                                      void *context, struct vota_error *err)
{
    VOTA_ASSERT(question < vota_store_check_questions());
    const struct question *asked =
        question < QUESTIONS ? &questions[question] : &journal_questions[question - QUESTIONS];
    return ask(store, asked, each, context, err);
}

enum vota_status vota_store_check_records(
    struct vota_store *store,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {"check.records",
                                        "SELECT " VOTA_RECORD_COLUMNS
                                        " FROM record CROSS JOIN register"
                                        " ON register.id = record.register_id ORDER BY record.id",
                                        true};
    struct vota_query q = vota_query_of(store, &sql);
    return vota_record_columns_walk(&q, each, context, err);
}

enum vota_status vota_store_check_evidence(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_evidence *evidence),
    void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "check.evidence_rows",
        "SELECT length, block, block_hash, head, header, account, storage FROM evidence"
        " WHERE network_id = :network ORDER BY block",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        const struct vota_store_evidence evidence = {.length = vota_query_u64(&q, 0),
                                                     .block = vota_query_u64(&q, 1),
                                                     .block_hash = vota_query_hash(&q, 2),
                                                     .head = vota_query_hash(&q, 3),
                                                     .header = vota_query_slice(&q, 4),
                                                     .account = vota_query_slice(&q, 5),
                                                     .storage = vota_query_slice(&q, 6)};
        status = each(context, &evidence);
    }
    return vota_query_end_walk(&q, status, err);
}
