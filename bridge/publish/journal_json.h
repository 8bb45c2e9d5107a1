/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of journal.ndjson (PROTOCOL 11), each an object in the form of RFC
 * 8785 with a line end, read and written one at a time.
 *
 *   line 1  acceptance_key address anchorer block chain_genesis chain_id
 *           creation_code_hash deployer format owner pred_chain_id pred_contract
 *           pred_head pred_length salt time transaction
 *   others  a b block c counts? definition? head kind number reason? time
 *           transaction
 *
 * counts is there for kind 3, definition for kind 1, reason for kind 5, and only
 * there. Whether they hash to the entry's words, and whether lines fold, is for
 * others to judge.
 */
#ifndef VOTA_BRIDGE_PUBLISH_JOURNAL_JSON_H
#define VOTA_BRIDGE_PUBLISH_JOURNAL_JSON_H

#include "bridge/publish/canon.h"
#include "bridge/publish/deployment.h"

struct json_t; /* jansson's; only files named *json.c look inside */

#define VOTA_JOURNAL_JSON_MAX_LINE                                                                 \
    ((size_t)256 * 1024) /* a definition of 32 KiB, every byte escaped */
#define VOTA_JOURNAL_JSON_MAX_COUNTS 2048u

/* An entry with what its event emitted. Borrows. */
struct vota_journal_line {
    struct vota_entry entry;
    vota_hash head;         /* after it */
    vota_hash transaction;  /* zeros when not known */
    struct vota_slice text; /* definition (kind 1) or reason (kind 5) */
    const uint64_t *counts; /* kind 3 */
    size_t count;
};

/* Append a line without its end; a first pass with cap 0 measures. */
void vota_journal_json_write_deployment(struct vota_wr *wr,
                                        const struct vota_deployment *deployment);
void vota_journal_json_write_line(struct vota_wr *wr, const struct vota_journal_line *line);

/* A line that owns its text and counts. */
struct vota_journal_line_copy {
    struct vota_journal_line about;
    struct json_t *parsed;
    uint64_t *counts;
};

void vota_journal_line_copy_done(struct vota_journal_line_copy *copy);

/*
 * Read exactly one line, without its end. BAD_INPUT with err->where = the member
 * and err->text a reason of members_json.h, "not-canonical" (another form of the
 * same value) or "too-long".
 */
VOTA_MUST_USE enum vota_status
vota_journal_json_read_deployment(struct vota_deployment *ret_deployment, const void *text,
                                  size_t len, struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_journal_json_read_line(struct vota_journal_line_copy *ret_copy,
                                                           const void *text, size_t len,
                                                           struct vota_error *err);

#endif
