/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A probe lets tests in another language question our code. It reads lines
 *
 *   <op> <argument> ...    arguments 0x-hex, numbers big-endian of 1 to 8 bytes
 *
 * from standard input and answers each with one line: what the op wrote, values
 * separated by spaces, or "error <reason>". Areas bring their ops as a table
 * that ends with an op without a name.
 */
#ifndef VOTA_TESTS_ORACLE_PROBE_H
#define VOTA_TESTS_ORACLE_PROBE_H

#include <stdio.h>

#include "proof/bytes.h"

#define PROBE_MOST_ARGS 32u

/* One question. Everything in it is gone after the answer. */
struct probe {
    struct vota_slice args[PROBE_MOST_ARGS];
    size_t n;
    FILE *out;
    const char *error; /* NULL, or why there is no answer; a string that outlives the call */
};

struct probe_op {
    const char *name;
    void (*run)(struct probe *probe);
};

/* Answers every line until the input ends; the tables' list ends with NULL. */
int probe_main(const struct probe_op *const *tables);

/* The answer is an error; what was written is dropped. */
void probe_fail(struct probe *probe, const char *reason);

/*
 * Argument i, in the type asked for. A missing argument, or one of another size,
 * makes the answer an error; the value is then zero and the op may go on.
 */
struct vota_slice probe_bytes(struct probe *probe, size_t i);
uint64_t probe_number(struct probe *probe, size_t i);
vota_hash probe_hash(struct probe *probe, size_t i);
vota_addr probe_addr(struct probe *probe, size_t i);

/* Appends one value to the answer. */
void probe_answer_hex(struct probe *probe, const void *bytes, size_t len);
void probe_answer_hash(struct probe *probe, const vota_hash *hash);
void probe_answer_number(struct probe *probe, uint64_t number); /* in decimal */
void probe_answer_text(struct probe *probe, const char *text);

/* Memory until the question is answered; never NULL. */
void *probe_alloc(size_t count, size_t size);

#endif
