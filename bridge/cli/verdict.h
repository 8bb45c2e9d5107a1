/* SPDX-License-Identifier: Apache-2.0 */
/* What the reports of `verify` and `audit` share: a verdict on a terminal, and on whose word. */
#ifndef VOTA_BRIDGE_CLI_VERDICT_H
#define VOTA_BRIDGE_CLI_VERDICT_H

#include "bridge/audit/witness.h"
#include "bridge/cli/cli.h"
#include "bridge/cli/output.h"

/* The three colours of valid, not valid and could not check. */
enum vota_style vota_verdict_style(enum vota_verdict verdict);

/* The word for a verdict in the reader's language; borrowed. */
const char *vota_verdict_word(const struct vota_cli *cli, enum vota_verdict verdict);

/*
 * "on the word of one provider", "as 2 of 3 providers say"; heap that the caller
 * frees. NULL without a witness, and without memory.
 */
char *vota_verdict_witness(const struct vota_cli *cli, const struct vota_witness *witness);

#endif
