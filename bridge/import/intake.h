/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a record's fields to a record in the store: finds its register, reads it
 * at the door, makes tag, salts and leaf, and adds it, or says why not. Used
 * inside a write transaction of the caller's. Knows no file.
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
 * fails at once. NOT_FOUND "unknown-register"; NOT_FOUND "no-pepper", CONFLICT
 * "wrong-pepper" (not the one that the definition commits to); LIMIT
 * "too-many-registers".
 */
VOTA_MUST_USE enum vota_status vota_intake_register(const struct vota_definition **ret_definition,
                                                    struct vota_intake *intake,
                                                    struct vota_slice slug, struct vota_error *err);

/* At the start of each transaction: `now` is the time of arrival of what follows, and registers
 * are asked again whether they are open. */
VOTA_MUST_USE enum vota_status vota_intake_begin(struct vota_intake *intake, uint64_t now,
                                                 struct vota_error *err);

enum vota_intake_answer {
    VOTA_INTAKE_REFUSED = 0, /* the refusal says why */
    VOTA_INTAKE_ADDED,
    VOTA_INTAKE_PRESENT /* this very record was there */
};

/*
 * Takes one record. Besides record.h's, the refusals are unknown-register,
 * register-not-open, register-closed, too-late, other-content, erased-content,
 * second-vote, revision-waits. A status other than VOTA_OK is a failure of the
 * store or of a pepper, not of the record.
 */
VOTA_MUST_USE enum vota_status vota_intake_take(enum vota_intake_answer *ret_answer,
                                                struct vota_intake *intake,
                                                const struct vota_fields *fields,
                                                struct vota_refusal *ret_refusal,
                                                struct vota_error *err);

#endif
