/* SPDX-License-Identifier: Apache-2.0 */
/* The areas of the rpc probe. */
#ifndef VOTA_TESTS_ORACLE_PROBE_RPC_H
#define VOTA_TESTS_ORACLE_PROBE_RPC_H

#include "tests/oracle/probe.h"

extern const struct probe_op probe_chain_ops[];    /* a real provider, by its URL */
extern const struct probe_op probe_codec_ops[];    /* transactions, ABI, quantities, headers */
extern const struct probe_op probe_keystore_ops[]; /* key files */

#endif
