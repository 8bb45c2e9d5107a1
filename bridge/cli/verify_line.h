/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A contract and those before it, as `verify` and `audit` look at them: each with
 * its own publication, providers and proven head.
 */
#ifndef VOTA_BRIDGE_CLI_VERIFY_LINE_H
#define VOTA_BRIDGE_CLI_VERIFY_LINE_H

#include "bridge/cli/verify_input.h"

/* Holds what the inputs point to: stays where it was made. The oldest first. */
struct vota_verify_line {
    struct vota_audit_input inputs[VOTA_AUDIT_LINE_MAX];
    struct vota_audit_chain chains[VOTA_AUDIT_LINE_MAX];
    struct vota_deployment records[VOTA_AUDIT_LINE_MAX];
    size_t n;
};

/*
 * The contract named and all before it of which records are to be had. `last` is
 * its publication, NULL: none. Those of the others are looked for among the
 * input's.
 */
void vota_verify_line_make(struct vota_verify_line *ret_line, const struct vota_verify_input *input,
                           const struct vota_named *named, const struct vota_reader *last);

#endif
