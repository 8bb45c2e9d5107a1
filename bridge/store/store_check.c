/* SPDX-License-Identifier: Apache-2.0 */
/* What `fsck` asks of the file: vota_store_check of store.h. Only reads. */
#include "bridge/store/db.h"

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
};

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
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        const enum vota_status status = ask(store, &questions[i], each, context, err);
        if (status != VOTA_OK)
            return status;
    }
    return VOTA_OK;
}
