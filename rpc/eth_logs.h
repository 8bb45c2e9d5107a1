/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of eth*.c: a JSON array of logs, as receipts and eth_getLogs hold it. Shows jansson. */
#ifndef VOTA_RPC_ETH_LOGS_H
#define VOTA_RPC_ETH_LOGS_H

#include "rpc/eth_call.h"

/*
 * NULL and *ret_logs is set (owned by the caller), or a static reason why the
 * array is none: "bad-logs", "removed-log", "no-memory".
 */
VOTA_MUST_USE const char *vota_eth_logs_read(struct vota_eth_logs *ret_logs, const json_t *array);

#endif
