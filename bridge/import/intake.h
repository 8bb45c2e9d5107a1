/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a record's fields to a record in the store, in two steps that different
 * threads may make, each with an intake over a store connection of its own: a
 * draft is read (its register found, its form checked, tag, salts and leaf
 * made), which needs no transaction and all the arithmetic; and it is put into
 * the store, inside a write transaction of the caller's, which is all SQL. Knows
 * no file.
 */
#ifndef VOTA_BRIDGE_IMPORT_INTAKE_H
#define VOTA_BRIDGE_IMPORT_INTAKE_H

#include "bridge/import/record.h"

#define VOTA_INTAKE_REGISTERS_MAX 64u

/* The 32 bytes of a register's pepper, wiped by the intake after use. NOT_FOUND: no such file. */
typedef enum vota_status vota_intake_pepper(void *context, uint8_t ret_pepper[32],
                                            const vota_hash *register_hash, struct vota_error *err);

struct vota_intake_options {
    int64_t network;
    uint64_t margin; /* seconds before counts_until from which no batch can be had any more */
    vota_intake_pepper *pepper;
    void *context;
};

struct vota_intake;

/* Borrows store; freed with vota_intake_free, which wipes what was secret. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_intake_new(struct vota_intake **ret_intake,
                                               struct vota_store *store,
                                               const struct vota_intake_options *options,
                                               struct vota_error *err);
void vota_intake_free(struct vota_intake *intake);

/*
 * Looks a register up ahead of its first record, so that a wrong name or pepper
 * fails at once. NOT_FOUND "unknown-register"; "no-pepper" with the status of
 * vota_intake_pepper, whatever its reason (missing, too open, too short); CONFLICT
 * "wrong-pepper" (not the one that the definition commits to); LIMIT
 * "too-many-registers".
 */
VOTA_MUST_USE enum vota_status vota_intake_register(const struct vota_definition **ret_definition,
                                                    struct vota_intake *intake,
                                                    struct vota_slice slug, struct vota_error *err);

/* The canonical text of a register's definition by its row id; borrowed from the intake. What
 * vota_intake_register returns, and the store. */
VOTA_MUST_USE enum vota_status vota_intake_definition(struct vota_slice *ret_text,
                                                      struct vota_intake *intake, int64_t reg,
                                                      struct vota_error *err);

/*
 * At the start of each transaction: `now` is the time of arrival of what
 * follows, and registers are asked again whether they are open. An intake that
 * only reads drafts is told the time by it.
 */
void vota_intake_begin(struct vota_intake *intake, uint64_t now);

/*
 * A record that keeps the form, or the refusal. What it is in the store, but for
 * its times; record_id and content borrow: from the fields, and from the intake
 * until it reads the next one.
 */
struct vota_draft {
    bool is_refused;
    struct vota_refusal refusal; /* if it is */
    struct vota_store_record made;
    enum vota_revision revision;
    uint64_t anchor_within, counts_until; /* of its register */
};

/*
 * Reads a draft. Besides record.h's, the refusals are missing-field (of the
 * register) and unknown-register. A status other than VOTA_OK is a failure of
 * the store or of a pepper, not of the record; what vota_intake_register
 * returns, but for unknown-register.
 */
VOTA_MUST_USE enum vota_status vota_intake_read(struct vota_draft *ret_draft,
                                                struct vota_intake *intake,
                                                const struct vota_fields *fields,
                                                struct vota_error *err);

enum vota_intake_answer {
    VOTA_INTAKE_REFUSED = 0, /* the refusal says why */
    VOTA_INTAKE_ADDED,
    VOTA_INTAKE_PRESENT /* this very record was there */
};

/*
 * Puts a draft that is not refused into the store, whoever has read it: sets its
 * times and adds it, or refuses it in the draft. The refusals are
 * register-not-open, register-closed, too-late, other-content, erased-content,
 * second-vote, revision-waits. A status other than VOTA_OK is a failure of the
 * store.
 */
VOTA_MUST_USE enum vota_status vota_intake_put(enum vota_intake_answer *ret_answer,
                                               struct vota_intake *intake, struct vota_draft *draft,
                                               struct vota_error *err);

/* Reads and puts at once. */
VOTA_MUST_USE enum vota_status vota_intake_take(enum vota_intake_answer *ret_answer,
                                                struct vota_intake *intake,
                                                const struct vota_fields *fields,
                                                struct vota_refusal *ret_refusal,
                                                struct vota_error *err);

#endif
