/* SPDX-License-Identifier: Apache-2.0 */
/*
 * results/<entry>.json (PROTOCOL 11): the numbers of one result entry, as its
 * event emitted them.
 *
 *   {"counts":[numbers],"last_entry":number,"register":<0x hash>}
 */
#ifndef VOTA_BRIDGE_PUBLISH_RESULT_JSON_H
#define VOTA_BRIDGE_PUBLISH_RESULT_JSON_H

#include "proof/count.h"

struct vota_result_file {
    vota_hash register_hash;
    uint64_t last_entry;
    uint64_t counts[VOTA_COUNT_MAX_NUMBERS];
    size_t n;
};

/* Appends the text without its line end; a first pass with cap 0 measures. */
void vota_result_json_write(struct vota_wr *wr, const struct vota_result_file *result);

/* BAD_INPUT with a reason of members_json.h, or "not-canonical". */
VOTA_MUST_USE enum vota_status vota_result_json_read(struct vota_result_file *ret_result,
                                                     const void *text, size_t len,
                                                     struct vota_error *err);

#endif
