/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call from outside: JSON and bytes in, JSON and bytes out, in the shapes of
 * web/src/verifier/types.ts. A function here reads its arguments with
 * view/fields.h, asks proof/, and writes with view/canon.h. Decides nothing, and
 * keeps nothing. Knows no page and no network.
 */
#ifndef VOTA_WEB_CALL_H
#define VOTA_WEB_CALL_H

#include "proof/journal.h"
#include "view/deployment.h"
#include "view/fields.h"
#include "web/wasm/arena.h"

struct vota_call {
    struct vota_arena *arena;
    struct vota_slice args;  /* the JSON value; empty where there is none */
    struct vota_slice bytes; /* what is not JSON: a receipt, rows, leaves */
    struct vota_slice ret_text;
    struct vota_slice ret_bytes;
    struct vota_error err;
};

/*
 * Every call: what it was given is in *call, and what it answers goes there.
 * BAD_INPUT and LIMIT say in call->err what was refused; NO_MEMORY: the ceiling.
 */
typedef enum vota_status vota_call_fn(struct vota_call *call);

vota_call_fn vota_call_read;
vota_call_fn vota_call_write;
vota_call_fn vota_call_reduce;
vota_call_fn vota_call_verify;
vota_call_fn vota_call_deployment;
vota_call_fn vota_call_state;
vota_call_fn vota_call_fold;
vota_call_fn vota_call_batch;
vota_call_fn vota_call_leaves;
vota_call_fn vota_call_list;
vota_call_fn vota_call_promise;
vota_call_fn vota_call_count;
vota_call_fn vota_call_digest;
vota_call_fn vota_call_recover;
vota_call_fn vota_call_salt;
vota_call_fn vota_call_content;
vota_call_fn vota_call_phrase;

/* Checks the text, makes the call, and puts the JSON of a refusal where an answer would be. */
VOTA_MUST_USE enum vota_status vota_call_run(struct vota_call *call, vota_call_fn *fn,
                                             struct vota_slice text);

/* ---- for the calls themselves ---- */

/* Writes an answer's JSON. */
typedef void vota_call_writer(struct vota_canon *canon, const void *about);

/* Measures, takes memory, writes: the answer's JSON. */
VOTA_MUST_USE enum vota_status vota_call_answer(struct vota_call *call, vota_call_writer *writer,
                                                const void *about);

/* The members of an entry of the journal. */
extern const struct vota_canon_flat vota_call_entry;

/* A member that is a list of entries, into the arena; n may be 0. */
void vota_call_entries(struct vota_call *call, struct vota_fields *fields, const char *key,
                       struct vota_entry **ret_entries, size_t *ret_n);

/* Memory for what a member holds, or a refusal. */
void *vota_call_room(struct vota_call *call, struct vota_fields *fields, size_t n, size_t size);

/* Bytes of any length in 0x hex. */
struct vota_slice vota_call_bytes(struct vota_call *call, struct vota_fields *fields,
                                  struct vota_slice value);

/* What a raw string stands for. */
struct vota_slice vota_call_text(struct vota_call *call, struct vota_fields *fields,
                                 struct vota_slice raw);

/* A member that is a deployment record, or a value that is one. */
void vota_call_record(struct vota_deployment *ret_record, struct vota_fields *fields,
                      const char *key);

/* Whether leaves ascend, equal ones side by side; and a copy in that order, NULL without memory. */
bool vota_call_ascend(const vota_hash *leaves, size_t n);
vota_hash *vota_call_sorted(struct vota_call *call, const vota_hash *leaves, size_t n);

/* Signers: asks outside for the public key, and makes the address itself (struct vota_trust). */
bool vota_call_signer(void *context, vota_addr *ret_signer, const vota_hash *digest,
                      const uint8_t signature[65]);

#ifdef __wasm__
#define VOTA_OUTSIDE(name) __attribute__((import_module("outside"), import_name(name)))
#else
#define VOTA_OUTSIDE(name)
#endif

/*
 * Outside: the public key (x and y) that made a signature over a digest; false
 * when none can have. JavaScript's in the page, a stand-in's in native tests.
 */
VOTA_OUTSIDE("recover")
bool vota_outside_recover(uint8_t ret_key[64], const uint8_t digest[32],
                          const uint8_t signature[65]);

/* What every deployment must have: see web/wasm/contract_code.c.in. */
extern const struct vota_slice vota_call_creation_code;
extern const vota_hash vota_call_code_hash;

#endif
