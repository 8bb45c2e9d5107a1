/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence (PROTOCOL 7) in JSON, alike wherever it stands: in a receipt's anchor
 * and in a breach bundle. Knows no receipt.
 *
 *   evidence    account format header storage
 */
#ifndef VOTA_BRIDGE_PUBLISH_EVIDENCE_JSON_H
#define VOTA_BRIDGE_PUBLISH_EVIDENCE_JSON_H

#include "bridge/publish/members_json.h"
#include "proof/evidence.h"

/*
 * What is read is copied into one block as long as the text: two digits make a
 * byte, and a string is never longer than its own escaped form.
 */
struct vota_evidence_block {
    uint8_t *at;
    size_t left;
};

/* The next len bytes of the block, which has them. */
uint8_t *vota_evidence_json_take(struct vota_evidence_block *block, size_t len);

/* Bytes of any length in 0x hex; empty after a failure. */
struct vota_slice vota_evidence_json_bytes(struct vota_members *members,
                                           struct vota_evidence_block *block,
                                           const struct json_t *value);

/* The member `evidence`. */
void vota_evidence_json_write(struct vota_canon *canon, const struct vota_evidence *evidence);
void vota_evidence_json_read(struct vota_members *members, struct vota_evidence_block *block,
                             struct vota_evidence *ret_evidence);

#endif
