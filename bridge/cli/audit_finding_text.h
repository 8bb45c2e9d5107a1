/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentence of an audit's finding, with what it names: entry, register, row,
 * leaf, file, both sides. Its text keys are audit.<code>.
 */
#ifndef VOTA_BRIDGE_CLI_AUDIT_FINDING_TEXT_H
#define VOTA_BRIDGE_CLI_AUDIT_FINDING_TEXT_H

#include "bridge/audit/audit.h"
#include "bridge/cli/cli.h"

/* Heap text that the caller frees; NULL without memory. */
char *vota_audit_finding_text(const struct vota_cli *cli, const struct vota_audit *audit,
                              const struct vota_audit_finding *finding);

/* A raw string of a definition (jcs.h) as plain text, cut to fit; NUL-terminated. */
#define VOTA_AUDIT_LABEL_CAP 400u
void vota_audit_finding_label(char ret_text[VOTA_AUDIT_LABEL_CAP], struct vota_slice raw);

/* The name of one number of a register: an option's label, or one of the nine. */
void vota_audit_finding_number(char ret_text[VOTA_AUDIT_LABEL_CAP], const struct vota_cli *cli,
                               const struct vota_audit_register *reg, size_t number);

/* The register with this hash, or NULL. */
const struct vota_audit_register *vota_audit_finding_register(const struct vota_audit *audit,
                                                              const vota_hash *hash);

#endif
