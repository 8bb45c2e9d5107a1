/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner asks of the contract: the words of the command line as call
 * data, and the call as a cold wallet needs it. Sends nothing.
 */
#ifndef VOTA_BRIDGE_CLI_OWNER_CALL_H
#define VOTA_BRIDGE_CLI_OWNER_CALL_H

#include "bridge/cli/session.h"

#define VOTA_OWNER_CALL_MAX 8192u

struct vota_owner_call {
    enum vota_op_kind kind;  /* of the entry that it makes */
    bool enters;             /* false: a started transfer of ownership, which makes none */
    bool accepts;            /* signed by who is to become the owner */
    uint64_t last_disavowed; /* the entries up to it must be there; 0: none */
    uint8_t bytes[VOTA_OWNER_CALL_MAX];
    size_t len;
};

/* From an action's arguments to its call; usage errors are told. */
typedef int vota_owner_call_maker(struct vota_owner_call *ret_call, const struct vota_cli *cli,
                                  const struct vota_args *args);

vota_owner_call_maker vota_owner_call_set_key;
vota_owner_call_maker vota_owner_call_disavow;
vota_owner_call_maker vota_owner_call_succeeded_by;
vota_owner_call_maker vota_owner_call_transfer;
vota_owner_call_maker vota_owner_call_accept;

/* Prints the call for a wallet elsewhere. */
int vota_owner_call_print(const struct vota_owner_call *call, const struct vota_session *session);

#endif
