/* SPDX-License-Identifier: Apache-2.0 */
/* Signed bytes against their rows: see attempt_check.h. */
#include "bridge/engine/attempt_check.h"

#include "proof/hex.h"
#include "rpc/tx.h"

static bool same_fields(const struct vota_tx *tx, const struct vota_store_attempt *attempt,
                        uint64_t chain_id)
{
    return tx->chain_id == chain_id && tx->nonce == attempt->nonce &&
           tx->max_fee_per_gas == attempt->max_fee &&
           tx->max_priority_fee_per_gas == attempt->tip && tx->gas_limit == attempt->gas_limit &&
           vota_u256_is_zero(&tx->value);
}

static bool same_bytes(struct vota_slice a, struct vota_slice b)
{
    return a.len == b.len && vota_bytes_equal(a.at, b.at, a.len);
}

/* Where it goes and what it says; `round` is the operation's present one. */
static bool same_payload(const struct vota_tx *tx, const struct vota_store_attempt *attempt,
                         const struct vota_store_operation *operation,
                         const struct vota_store_network *network)
{
    const bool present = operation->assigned && attempt->round == operation->round;
    if (attempt->cancels)
        return tx->data.len == 0 && !tx->create &&
               (!present || vota_addr_equal(&tx->to, &operation->sender));
    if (present && !same_bytes(tx->data, operation->calldata))
        return false;
    /* A deployment goes to a factory, or makes one: its data names the contract. */
    return operation->kind == VOTA_OP_DEPLOY ||
           (!tx->create && vota_addr_equal(&tx->to, &network->deployment.genesis.contract));
}

const char *vota_attempt_fault(const struct vota_store_attempt *attempt,
                               const struct vota_store_operation *operation,
                               const struct vota_store_network *network)
{
    struct vota_tx tx;
    struct vota_signature signature;
    vota_hash hash;
    vota_addr sender;
    if (vota_tx_decode(&tx, &signature, attempt->raw.at, attempt->raw.len, NULL) != VOTA_OK)
        return "attempt-damaged";
    vota_tx_hash(&hash, attempt->raw.at, attempt->raw.len);
    if (!vota_hash_equal(&hash, &attempt->tx_hash))
        return "attempt-hash";
    if (!same_fields(&tx, attempt, network->chain_id))
        return "attempt-differs";
    if (!same_payload(&tx, attempt, operation, network))
        return "attempt-payload";
    vota_tx_sighash(&hash, &tx);
    if (vota_recover_address(&sender, &hash, &signature) != VOTA_OK)
        return "attempt-sender";
    const bool present = operation->assigned && attempt->round == operation->round;
    return present && !vota_addr_equal(&sender, &operation->sender) ? "attempt-sender" : NULL;
}

struct checking {
    struct vota_store *store;
    const struct vota_store_network *network;
    const struct vota_store_operation *operation;
    void (*each)(void *context, const char *code, const char *detail);
    void *context;
    struct vota_error *err;
};

static enum vota_status check_attempt(void *context, const struct vota_store_attempt *attempt)
{
    const struct checking *checking = context;
    char hash[VOTA_HASH_HEX_CHARS + 1];
    const char *fault = vota_attempt_fault(attempt, checking->operation, checking->network);
    if (fault == NULL)
        return VOTA_OK;
    vota_hex_of_hash(hash, &attempt->tx_hash);
    checking->each(checking->context, fault, hash);
    return VOTA_OK;
}

static enum vota_status check_operation(void *context, const struct vota_store_operation *operation)
{
    struct checking *checking = context;
    checking->operation = operation;
    return vota_store_outbox_attempts(checking->store, operation->id, check_attempt, checking,
                                      checking->err);
}

enum vota_status
vota_attempt_check(struct vota_store *store, const struct vota_store_network *network,
                   void (*each)(void *context, const char *code, const char *detail), void *context,
                   struct vota_error *err)
{
    struct checking checking = {
        .store = store, .network = network, .each = each, .context = context, .err = err};
    return vota_store_outbox_each(store, network->id, ~0u, check_operation, &checking, err);
}
