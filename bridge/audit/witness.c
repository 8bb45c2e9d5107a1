/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that a quorum agrees on: see witness.h. */
#include "bridge/audit/witness.h"

/* Who was of no use in finding the block, and why: for the report. */
static void note_problems(struct vota_witness *witness)
{
    for (size_t i = 0; i < witness->providers.n; i++) {
        struct vota_connection *connection = &witness->providers.item[i];
        const char *reason = vota_breaker_reason(&connection->breaker);
        if (connection->problem.status == VOTA_OK && reason[0] != '\0')
            (void)vota_fail(&connection->problem, VOTA_REMOTE, "rpc", reason);
        connection->usable = connection->problem.status == VOTA_OK;
    }
}

enum vota_status vota_witness_settle(struct vota_witness *witness, size_t k, struct vota_error *err)
{
    const struct vota_quorum_options options = {.k = k};
    struct vota_quorum *quorum = &witness->quorum;
    vota_quorum_init(quorum, &witness->providers, &options);
    const enum vota_status status = vota_quorum_look_final(quorum, vota_connect_clock(), err);
    note_problems(witness);
    if (status != VOTA_OK)
        return status;
    witness->final = quorum->final;
    witness->agreed = quorum->final_voices;
    return VOTA_OK;
}

enum vota_status vota_witness_open(struct vota_witness *ret_witness,
                                   const struct vota_connect_options *options, size_t k,
                                   struct vota_error *err)
{
    ret_witness->agreed = 0;
    const enum vota_status status = vota_connect(&ret_witness->providers, options, err);
    return status == VOTA_OK ? vota_witness_settle(ret_witness, k, err) : status;
}

void vota_witness_done(struct vota_witness *witness)
{
    vota_connect_done(&witness->providers);
}

enum vota_witness_block vota_witness_ask(struct vota_witness *witness, uint64_t number,
                                         const vota_hash *hash)
{
    vota_quorum_wake(&witness->quorum, vota_connect_clock());
    switch (vota_quorum_block(&witness->quorum, number, hash)) {
    case VOTA_QUORUM_THERE:
        return number <= witness->final.number ? VOTA_WITNESS_FINAL : VOTA_WITNESS_NOT_FINAL;
    case VOTA_QUORUM_GONE:
        return VOTA_WITNESS_GONE;
    case VOTA_QUORUM_UNKNOWN:
        break;
    }
    return VOTA_WITNESS_UNKNOWN;
}

enum vota_status vota_witness_each(struct vota_witness *witness, vota_quorum_question *ask,
                                   void *context, struct vota_error *err)
{
    vota_quorum_wake(&witness->quorum, vota_connect_clock());
    return vota_quorum_ask(&witness->quorum, ask, context, err);
}
