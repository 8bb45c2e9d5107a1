/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to state: transfers, calls, and deployments by the proxy or the bootstrap. */
#include <string.h>

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"
#include "proof/create2.h"
#include "rpc/abi.h"
#include "tests/chain/chain_inside.h"

#define ARGUMENTS      224u /* seven words */
#define BOOTSTRAP      54u  /* bytes before the init code */
#define BOOTSTRAP_SALT 10u  /* where the salt is in them */
#define GAS_DEPLOY     1100000u
#define GENESIS_EVENT  "Genesis(uint256,address,address,address,uint256,address,uint64,bytes32)"

static bool read_arguments(struct vota_genesis *genesis, struct vota_slice arguments)
{
    struct vota_abi_rd rd = vota_abi_rd_of(arguments, 7);
    return vota_abi_get_addr(&rd, &genesis->owner) == VOTA_OK &&
           vota_abi_get_addr(&rd, &genesis->anchorer) == VOTA_OK &&
           vota_abi_get_addr(&rd, &genesis->acceptance_key) == VOTA_OK &&
           vota_abi_get_u64(&rd, &genesis->pred_chain_id, UINT64_MAX) == VOTA_OK &&
           vota_abi_get_addr(&rd, &genesis->pred_contract) == VOTA_OK &&
           vota_abi_get_u64(&rd, &genesis->pred_length, UINT64_MAX) == VOTA_OK &&
           vota_abi_get_word(&rd, &genesis->pred_head) == VOTA_OK && vota_abi_end(&rd) == VOTA_OK;
}

static void tell_genesis(struct chain_outcome *out, const struct vota_genesis *genesis)
{
    const struct vota_abi_value values[] = {
        vota_abi_u64(genesis->chain_id),      vota_abi_addr(&genesis->owner),
        vota_abi_addr(&genesis->anchorer),    vota_abi_addr(&genesis->acceptance_key),
        vota_abi_u64(genesis->pred_chain_id), vota_abi_addr(&genesis->pred_contract),
        vota_abi_u64(genesis->pred_length),   vota_abi_hash(&genesis->pred_head)};
    const vota_addr nobody = {{0}};
    struct chain_event *owned =
        chain_emit(out, &genesis->contract, "OwnershipTransferred(address,address)", out->data.len);
    owned->topics[owned->n_topics++] = vota_word_of_addr(&nobody);
    owned->topics[owned->n_topics++] = vota_word_of_addr(&genesis->owner);
    const size_t start = out->data.len;
    vota_abi_encode(&out->data, values, 8);
    (void)chain_emit(out, &genesis->contract, GENESIS_EVENT, start);
}

/* Only our creation code is known; anything else is refused, as if it had run out of gas. */
static bool is_ours(struct vota_genesis *genesis, struct vota_slice init_code)
{
    const struct vota_slice code = vota_contract_creation_code;
    if (init_code.len != code.len + ARGUMENTS || memcmp(init_code.at, code.at, code.len) != 0)
        return false;
    return read_arguments(genesis, (struct vota_slice){init_code.at + code.len, ARGUMENTS});
}

void chain_deploy(struct chain_outcome *out, struct chain_state *state,
                  const struct chain_message *message, const vota_addr *deployer,
                  const vota_hash *salt, struct vota_slice init_code)
{
    struct vota_genesis genesis = {.chain_id = message->chain_id};
    vota_hash hash;
    out->gas = GAS_DEPLOY;
    vota_keccak_hash(hash.bytes, init_code.at, init_code.len);
    vota_create2_address(&genesis.contract, deployer, salt, &hash);
    if (!is_ours(&genesis, init_code) || vota_addr_is_zero(&genesis.owner) ||
        chain_contract_find(state, &genesis.contract) != NULL) {
        chain_revert(out, NULL, NULL, 0);
        return;
    }
    struct chain_contract contract = {.address = genesis.contract,
                                      .anchorer = genesis.anchorer,
                                      .acceptance_key = genesis.acceptance_key,
                                      .owner = genesis.owner,
                                      .length = genesis.pred_length};
    if (!chain_keys_distinct(out, &contract))
        return;
    chain_must(state->n_contracts < CHAIN_CONTRACTS, "too many contracts");
    vota_journal_genesis(&contract.head, &genesis);
    tell_genesis(out, &genesis);
    chain_account(state, deployer)->nonce++;
    state->contracts[state->n_contracts++] = contract;
}

/* salt, then init code */
static void call_proxy(struct chain_outcome *out, struct chain_state *state,
                       const struct chain_message *message)
{
    vota_hash salt;
    if (message->data.len < 32) {
        chain_revert(out, NULL, NULL, 0);
        return;
    }
    memcpy(salt.bytes, message->data.at, 32);
    chain_deploy(out, state, message, &vota_create2_proxy, &salt,
                 (struct vota_slice){message->data.at + 32, message->data.len - 32});
}

/* The creation transaction's own address deploys, and is left without code. */
static void create(struct chain_outcome *out, struct chain_state *state,
                   const struct chain_message *message)
{
    uint8_t expected[BOOTSTRAP];
    struct vota_wr wr = vota_wr_of(expected, sizeof expected);
    vota_hash salt = {{0}};
    vota_addr created;
    if (message->data.len > BOOTSTRAP)
        memcpy(salt.bytes, message->data.at + BOOTSTRAP_SALT, 32);
    vota_create2_bootstrap(&wr, &salt, (struct vota_slice){NULL, 0});
    if (message->data.len <= BOOTSTRAP || memcmp(expected, message->data.at, BOOTSTRAP) != 0) {
        chain_revert(out, NULL, NULL, 0);
        return;
    }
    vota_create2_sender_address(&created, &message->from, message->nonce);
    chain_deploy(out, state, message, &created, &salt,
                 (struct vota_slice){message->data.at + BOOTSTRAP, message->data.len - BOOTSTRAP});
    if (!out->ok)
        return;
    chain_account(state, &created)->nonce++; /* a contract begins with 1 */
    out->has_created = true;
    out->created = created;
}

void chain_execute(struct chain_outcome *ret_outcome, struct chain_state *state,
                   const struct chain_message *message)
{
    struct chain_outcome *out = ret_outcome;
    memset(out, 0, offsetof(struct chain_outcome, bytes));
    out->ok = true;
    out->data = vota_wr_of(out->bytes, sizeof out->bytes);
    state->changed = true;
    if (message->create) {
        create(out, state, message);
        return;
    }
    const struct chain_account *to = chain_account_find(state, &message->to);
    for (size_t i = 0; i < state->n_contracts; i++) {
        if (vota_addr_equal(&state->contracts[i].address, &message->to)) {
            chain_call_contract(out, &state->contracts[i], message);
            return;
        }
    }
    if (to != NULL && to->is_proxy)
        call_proxy(out, state, message);
}

uint64_t chain_intrinsic_gas(bool creates, struct vota_slice data)
{
    uint64_t gas = creates ? 53000 + 2 * ((data.len + 31) / 32) : 21000;
    for (size_t i = 0; i < data.len; i++)
        gas += data.at[i] == 0 ? 4 : 16;
    return gas;
}
