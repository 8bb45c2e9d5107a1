/* SPDX-License-Identifier: Apache-2.0 */
/* The probe of rpc/: one line an area, whose ops are in probe_<area>.c. */
#include "tests/oracle/probe_rpc.h"

int main(void)
{
    static const struct probe_op *const tables[] = {
        probe_chain_ops,
        probe_codec_ops,
        probe_keystore_ops,
        NULL,
    };
    return probe_main(tables);
}
