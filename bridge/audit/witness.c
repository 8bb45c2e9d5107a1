/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that all providers agree on: see witness.h. */
#include "bridge/audit/witness.h"

/* The next usable provider at or after *i, or NULL; *i is then behind it. */
static struct vota_connection *next_usable(struct vota_witness *witness, size_t *i)
{
    while (*i < witness->providers.n) {
        struct vota_connection *connection = &witness->providers.item[(*i)++];
        if (connection->usable)
            return connection;
    }
    return NULL;
}

/* The lowest block that a provider calls final; who does not answer is left out from here on. */
static bool lowest_final(struct vota_witness *witness)
{
    struct vota_connection *connection = NULL;
    struct vota_block block;
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_FINALIZED);
    for (size_t i = 0; (connection = next_usable(witness, &i)) != NULL;) {
        if (vota_eth_block(&connection->provider, &block, &id, &connection->problem) != VOTA_OK) {
            connection->usable = false;
            continue;
        }
        if (witness->agreed == 0 || block.number < witness->final.number)
            witness->final = block;
        witness->agreed++;
    }
    return witness->agreed > 0;
}

enum vota_status vota_witness_settle(struct vota_witness *witness, struct vota_error *err)
{
    if (!lowest_final(witness))
        return vota_fail(err, VOTA_REMOTE, "block", "no-final-block");
    const size_t expected = witness->agreed;
    const struct vota_block_id id = vota_block_numbered(witness->final.number);
    struct vota_connection *connection = NULL;
    struct vota_block block;
    witness->agreed = 0;
    for (size_t i = 0; (connection = next_usable(witness, &i)) != NULL;) {
        const enum vota_status status =
            vota_eth_block(&connection->provider, &block, &id, &connection->problem);
        connection->usable = status == VOTA_OK;
        if (status != VOTA_OK)
            continue;
        if (!vota_hash_equal(&block.hash, &witness->final.hash))
            return vota_fail(err, VOTA_CONFLICT, "block", "providers-disagree");
        witness->agreed++;
    }
    VOTA_ASSERT(witness->agreed <= expected);
    return witness->agreed > 0 ? VOTA_OK : vota_fail(err, VOTA_REMOTE, "block", "no-final-block");
}

enum vota_status vota_witness_open(struct vota_witness *ret_witness,
                                   const struct vota_connect_options *options,
                                   struct vota_error *err)
{
    *ret_witness = (struct vota_witness){.agreed = 0};
    const enum vota_status status = vota_connect(&ret_witness->providers, options, err);
    return status == VOTA_OK ? vota_witness_settle(ret_witness, err) : status;
}

void vota_witness_done(struct vota_witness *witness)
{
    vota_connect_done(&witness->providers);
}

enum vota_witness_block vota_witness_ask(struct vota_witness *witness, uint64_t number,
                                         const vota_hash *hash)
{
    const struct vota_block_id id = vota_block_numbered(number);
    struct vota_connection *connection = NULL;
    struct vota_block block;
    size_t same = 0;
    size_t other = 0;
    for (size_t i = 0; (connection = next_usable(witness, &i)) != NULL;) {
        if (vota_eth_block(&connection->provider, &block, &id, NULL) != VOTA_OK)
            continue;
        if (vota_hash_equal(&block.hash, hash))
            same++;
        else
            other++;
    }
    if (same > 0 && other == 0)
        return number <= witness->final.number ? VOTA_WITNESS_FINAL : VOTA_WITNESS_NOT_FINAL;
    return same == 0 && other > 0 ? VOTA_WITNESS_GONE : VOTA_WITNESS_UNKNOWN;
}

enum vota_status vota_witness_each(struct vota_witness *witness, vota_witness_question *ask,
                                   void *context, struct vota_error *err)
{
    struct vota_error kept = {.status = VOTA_REMOTE, .where = "rpc", .text = "no-provider"};
    struct vota_connection *connection = NULL;
    for (size_t i = 0; (connection = next_usable(witness, &i)) != NULL;) {
        struct vota_error why = {0};
        const enum vota_status status = ask(context, &connection->provider, &why);
        if (status == VOTA_OK || status == VOTA_NO_MEMORY)
            return status;
        if (kept.status != VOTA_CONFLICT && why.status != VOTA_OK)
            kept = why;
    }
    return vota_fail(err, kept.status, kept.where, kept.text);
}
