/* SPDX-License-Identifier: Apache-2.0 */
/* Others who write: keys that everybody may know, and transactions signed with them. */
#include <stdlib.h>
#include <string.h>

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"
#include "tests/chain/chain_inside.h"

#define ORDER_GAS 500000u

static const char *const names[CHAIN_ACTORS] = {"anchorer", "anchorer 2", "owner",
                                                "owner 2",  "acceptance", "stranger"};

void chain_key(enum chain_actor actor, uint8_t ret_key[VOTA_SIGNER_KEY_BYTES])
{
    vota_keccak_hash(ret_key, names[actor], strlen(names[actor]));
}

static struct vota_signer *signers[CHAIN_ACTORS];

static void free_signers(void)
{
    for (size_t i = 0; i < CHAIN_ACTORS; i++)
        vota_signer_free(signers[i]);
}

/* Made once for the process: blinding a context is slow. */
static const struct vota_signer *signer_of(enum chain_actor actor)
{
    static bool at_exit;
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    if (!at_exit)
        at_exit = atexit(free_signers) == 0;
    if (signers[actor] == NULL) {
        chain_key(actor, key);
        chain_must(vota_signer_load(&signers[actor], key, NULL) == VOTA_OK, "no signer");
    }
    return signers[actor];
}

vota_addr chain_address(enum chain_actor actor)
{
    return vota_signer_address(signer_of(actor));
}

/* ---- sending ---- */

/* Twice what anything of that nonce pays, so that it replaces it in every pool. */
static void outbid(const struct chain *chain, struct vota_tx *tx, const vota_addr *sender)
{
    for (uint32_t i = 0; i < chain->n_txs; i++) {
        const struct chain_tx *other = &chain->txs[i];
        if (other->nonce != tx->nonce || !vota_addr_equal(&other->sender, sender))
            continue;
        if (tx->max_priority_fee_per_gas < 2 * other->tip)
            tx->max_priority_fee_per_gas = 2 * other->tip;
        if (tx->max_fee_per_gas < 2 * other->fee)
            tx->max_fee_per_gas = 2 * other->fee;
    }
}

static struct vota_tx fields_of(const struct chain *chain, const struct chain_order *order,
                                const vota_addr *sender)
{
    struct vota_tx tx = {.chain_id = chain->id,
                         .nonce = order->has_nonce ? order->nonce : chain_nonce(chain, sender),
                         .max_priority_fee_per_gas = order->tip,
                         .max_fee_per_gas = order->fee,
                         .gas_limit = order->gas != 0 ? order->gas : ORDER_GAS,
                         .create = order->create,
                         .to = order->to,
                         .value = order->value,
                         .data = order->data};
    if (order->fee != 0)
        return tx;
    tx.max_priority_fee_per_gas = 3ull * CHAIN_GWEI;
    tx.max_fee_per_gas = 4 * chain_base_fee(chain) + tx.max_priority_fee_per_gas;
    outbid(chain, &tx, sender);
    return tx;
}

static uint32_t sign(struct chain *chain, const struct chain_order *order)
{
    static uint8_t raw[CHAIN_DATA_MAX + VOTA_TX_OVERHEAD_MAX];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    struct chain_refusal refusal = {.text = ""};
    const struct vota_signer *signer = signer_of(order->actor);
    const vota_addr sender = vota_signer_address(signer);
    const struct vota_tx tx = fields_of(chain, order, &sender);
    struct vota_signature signature;
    vota_hash sighash;
    vota_tx_sighash(&sighash, &tx);
    chain_must(vota_signer_sign(signer, &signature, &sighash, NULL) == VOTA_OK, "not signed");
    vota_tx_encode(&wr, &tx, &signature);
    chain_must(vota_wr_fits(&wr), "a transaction is too long");
    const uint32_t index = chain_learn(chain, (struct vota_slice){raw, wr.len}, &refusal);
    chain_must(index != CHAIN_NOTHING, refusal.text);
    return index;
}

vota_hash chain_send(struct chain *chain, const struct chain_order *order)
{
    const uint32_t index = sign(chain, order);
    for (size_t i = 0; i < CHAIN_NODES; i++) {
        struct chain_refusal unused = {.text = ""};
        chain_pool_add(chain, &chain->nodes[i], index, &unused);
    }
    return chain->txs[index].hash;
}

/* ---- calls of the contract ---- */

static vota_hash call(struct chain *chain, enum chain_actor actor, const struct vota_wr *data)
{
    const struct chain_order order = {
        .actor = actor, .to = chain->deployment.genesis.contract, .data = {data->to, data->len}};
    chain_must(vota_wr_fits(data), "a call is too long");
    return chain_send(chain, &order);
}

vota_hash chain_send_anchor(struct chain *chain, enum chain_actor actor, const vota_hash *root,
                            uint32_t count)
{
    uint8_t bytes[128];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    struct chain_contract contract;
    chain_must(chain_contract(chain, &contract), "there is no contract");
    vota_contract_anchor(&wr, &contract.head, root, count);
    return call(chain, actor, &wr);
}

vota_hash chain_send_set_key(struct chain *chain, enum vota_entry_role role, const vota_addr *key,
                             uint64_t untrusted_since)
{
    uint8_t bytes[128];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_contract_set_key(&wr, role, key, untrusted_since);
    return call(chain, CHAIN_OWNER, &wr);
}

vota_hash chain_send_disavow(struct chain *chain, uint64_t first, uint64_t last, const char *reason)
{
    uint8_t bytes[VOTA_CONTRACT_REASON_MAX + 256];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const struct vota_slice text = {(const uint8_t *)reason, strlen(reason)};
    vota_contract_disavow(&wr, first, last, text);
    return call(chain, CHAIN_OWNER, &wr);
}

vota_hash chain_send_succeeded(struct chain *chain, uint64_t chain_id, const vota_addr *successor)
{
    uint8_t bytes[128];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_contract_succeeded_by(&wr, chain_id, successor);
    return call(chain, CHAIN_OWNER, &wr);
}

vota_hash chain_send_self(struct chain *chain, enum chain_actor actor)
{
    const struct chain_order order = {
        .actor = actor, .to = chain_address(actor), .value = vota_u256_of(1)};
    return chain_send(chain, &order);
}
