/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publications that `verify` and `audit` are given: the contract's own, and those
 * of the contracts before it. Which is which, their deployment records say.
 */
#ifndef VOTA_BRIDGE_CLI_VERIFY_DATA_H
#define VOTA_BRIDGE_CLI_VERIFY_DATA_H

#include "bridge/audit/audit_line.h"
#include "bridge/audit/trusted.h"

struct vota_verify_data {
    struct vota_reader reader;
    bool has_journal; /* it could be read; `lines` are those that fold */
    struct vota_deployment deployment;
    struct vota_lines lines;
};

struct vota_verify_publications {
    struct vota_verify_data *items[VOTA_AUDIT_LINE_MAX]; /* owned */
    size_t n;
    struct vota_trusted_data journals[VOTA_AUDIT_LINE_MAX]; /* of those that have one */
    size_t journal_count;
};

void vota_verify_data_done(struct vota_verify_publications *publications);

/*
 * Opens a publication. NOT_FOUND and IO as vota_reader_open; LIMIT "too-many". A
 * journal that cannot be read is no failure: *ret_problem then says why, else its
 * status is OK.
 */
VOTA_MUST_USE enum vota_status vota_verify_data_open(struct vota_verify_publications *publications,
                                                     const char *dir,
                                                     struct vota_error *ret_problem,
                                                     struct vota_error *err);

/*
 * Looks beside a publication for those of the contracts before it, where mirrors
 * put them: one directory a network. What is not there is not missed.
 */
void vota_verify_data_discover(struct vota_verify_publications *publications, const char *dir);

#endif
