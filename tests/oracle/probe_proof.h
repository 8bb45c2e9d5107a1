/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of probe_proof, each in its own probe_<area>.c. */
#ifndef VOTA_TESTS_ORACLE_PROBE_PROOF_H
#define VOTA_TESTS_ORACLE_PROBE_PROOF_H

#include "tests/oracle/probe.h"

extern const struct probe_op probe_evidence_ops[];
extern const struct probe_op probe_journal_ops[];
extern const struct probe_op probe_rules_ops[];
extern const struct probe_op probe_tree_ops[];

#endif
