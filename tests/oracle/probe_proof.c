/* SPDX-License-Identifier: Apache-2.0 */
/* The probe of keccak/ and proof/: one line an area, whose ops are in probe_<area>.c. */
#include "tests/oracle/probe_proof.h"

int main(void)
{
    static const struct probe_op *const tables[] = {
        probe_evidence_ops,
        probe_journal_ops,
        probe_rules_ops,
        probe_tree_ops,
        NULL,
    };
    return probe_main(tables);
}
