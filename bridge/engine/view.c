/* SPDX-License-Identifier: Apache-2.0 */
/* Latest and finalized state of contract and accounts, asked for no oftener than needed: see
 * view.h. */
#include "bridge/engine/view.h"

#include <string.h>

#include "keccak/keccak.h"
#include "proof/rlp.h"

#define CONTRACT_AGAIN 16u /* blocks after which the contract is proven again in any case */
#define ACCOUNTS_AGAIN 32u
#define BLOOM_ITEM     6u /* of the header */
#define BLOOM_BYTES    256u

/* ---- bloom filters ---- */

/* The header's filter over the addresses and topics of its events. */
static bool read_bloom(uint8_t ret_bloom[BLOOM_BYTES], const struct vota_block *block)
{
    struct vota_rlp_item list;
    struct vota_rlp_item item = {.is_list = true};
    if (vota_rlp_read(&list, block->rlp, block->rlp_len, NULL) != VOTA_OK || !list.is_list)
        return false;
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    for (size_t i = 0; i <= BLOOM_ITEM; i++) {
        if (vota_rlp_next(&rd, &item, NULL) != VOTA_OK)
            return false;
    }
    return vota_rlp_fixed(ret_bloom, BLOOM_BYTES, &item, NULL) == VOTA_OK;
}

static bool is_empty(const uint8_t bloom[BLOOM_BYTES])
{
    uint8_t all = 0;
    for (size_t i = 0; i < BLOOM_BYTES; i++)
        all |= bloom[i];
    return all == 0;
}

/*
 * True when the block surely holds no event of the address. Every entry is an
 * event, so the journal is what it was. A fork that does away with the filters
 * would leave them empty in full blocks: those show nothing.
 */
static bool is_silent(const struct vota_block *block, const vota_addr *address)
{
    uint8_t bloom[BLOOM_BYTES];
    vota_hash hash;
    if (!read_bloom(bloom, block))
        return false;
    if (is_empty(bloom))
        return block->gas_used == 0;
    vota_keccak_hash(hash.bytes, address->bytes, sizeof address->bytes);
    for (size_t i = 0; i < 6; i += 2) {
        const size_t bit = (256u * hash.bytes[i] + hash.bytes[i + 1]) % 2048;
        if ((bloom[BLOOM_BYTES - 1 - bit / 8] & 1 << bit % 8) == 0)
            return true;
    }
    return false;
}

/* ---- questions ---- */

struct contract_question {
    const vota_addr *contract;
    const struct vota_block *block;
    bool there;
    struct vota_chain_state state; /* when there */
};

/* Absent is an answer, not a failure; a null is neither. */
static enum vota_status ask_contract(void *context, struct vota_provider *provider,
                                     struct vota_error *err)
{
    struct contract_question *question = context;
    struct vota_error why = {.status = VOTA_OK};
    const enum vota_status status =
        vota_chain_state_in(&question->state, provider, question->contract, question->block, &why);
    question->there = status == VOTA_OK;
    if (status == VOTA_OK || (status == VOTA_NOT_FOUND && strcmp(why.where, "contract") == 0))
        return VOTA_OK;
    return vota_fail(err, status == VOTA_NOT_FOUND ? VOTA_REMOTE : status, why.where, why.text);
}

struct account_question {
    const vota_addr *address;
    const struct vota_block *block;
    uint64_t nonce;
    struct vota_u256 balance;
};

static enum vota_status ask_account(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct account_question *question = context;
    struct vota_state state = {0};
    const struct vota_eth_query query = vota_eth_first_slots(question->address, 0);
    const enum vota_status status =
        vota_state_read_in(provider, &state, &query, question->block, err);
    if (status != VOTA_OK)
        return status;
    question->nonce = state.nonce;
    question->balance = state.balance;
    vota_state_done(&state);
    return VOTA_OK;
}

/* ---- what is to be asked ---- */

/* One taking: the view that is to be, and what belongs to it alone so far. */
struct taking {
    struct vota_quorum *quorum;
    const struct vota_view *old;
    const struct vota_view_query *query;
    struct vota_view next;
    bool is_linked; /* the latest block is the old one, or follows it */
    bool owns_latest, owns_final;
};

static bool need_contract(const struct taking *taking)
{
    const struct vota_block *latest = &taking->quorum->latest;
    const struct vota_view *old = taking->old;
    if (!taking->is_linked)
        return true;
    if (vota_hash_equal(&old->latest_hash, &latest->hash))
        return false;
    return latest->number - old->contract_block >= CONTRACT_AGAIN ||
           !is_silent(latest, taking->query->contract);
}

static bool need_accounts(const struct taking *taking)
{
    const uint64_t number = taking->quorum->latest.number;
    if (!taking->is_linked || number - taking->old->accounts_block >= ACCOUNTS_AGAIN)
        return true;
    return taking->query->fresh_accounts && number != taking->old->accounts_block;
}

static bool need_final(const struct taking *taking)
{
    const struct vota_quorum *quorum = taking->quorum;
    const struct vota_view *old = taking->old;
    if (!quorum->has_final)
        return false;
    if (vota_hash_equal(&old->final_tried, &quorum->latest.hash))
        return false;
    return !old->has_final || !vota_hash_equal(&old->final_hash, &quorum->final.hash);
}

/* ---- taking ---- */

static enum vota_status take_latest(struct taking *taking, struct vota_error *err)
{
    const struct vota_block *latest = &taking->quorum->latest;
    struct vota_view *next = &taking->next;
    if (!latest->has_base_fee || !vota_fees_next_base(&next->next_base_fee, latest->base_fee,
                                                      latest->gas_used, latest->gas_limit))
        return vota_fail(err, VOTA_REMOTE, "block", "no-base-fee");
    next->latest_block = latest->number;
    next->latest_time = latest->time;
    next->latest_hash = latest->hash;
    next->final_lags = taking->quorum->final_lags;
    if (!need_contract(taking))
        return VOTA_OK;
    struct contract_question question = {.contract = taking->query->contract, .block = latest};
    const enum vota_status status = vota_quorum_ask(taking->quorum, ask_contract, &question, err);
    if (status != VOTA_OK)
        return status;
    next->contract_latest = question.there;
    next->latest = question.state;
    next->contract_block = latest->number;
    taking->owns_latest = true;
    return VOTA_OK;
}

/* Nobody may be able to prove it, as its state grows old: then it is said, and nothing gets final.
 */
static enum vota_status take_final(struct taking *taking)
{
    const struct vota_block *final = &taking->quorum->final;
    struct vota_view *next = &taking->next;
    struct vota_error why = {.status = VOTA_OK};
    if (!need_final(taking))
        return VOTA_OK;
    struct contract_question question = {.contract = taking->query->contract, .block = final};
    const enum vota_status status = vota_quorum_ask(taking->quorum, ask_contract, &question, &why);
    next->final_problem = why;
    next->final_tried = taking->quorum->latest.hash;
    if (status != VOTA_OK)
        return status == VOTA_NO_MEMORY ? status : VOTA_OK;
    next->has_final = true;
    next->contract_final = question.there;
    next->final = question.state;
    next->final_block = final->number;
    next->final_time = final->time;
    next->final_hash = final->hash;
    taking->owns_final = true;
    return VOTA_OK;
}

static enum vota_status take_account(struct taking *taking, struct vota_view_account *account,
                                     struct vota_error *err)
{
    const struct vota_view_account *known = vota_view_account(taking->old, &account->address);
    struct account_question question = {.address = &account->address,
                                        .block = &taking->quorum->latest};
    enum vota_status status = VOTA_OK;
    if (known != NULL)
        *account = *known;
    if (known == NULL || need_accounts(taking)) {
        status = vota_quorum_ask(taking->quorum, ask_account, &question, err);
        if (status != VOTA_OK)
            return status;
        account->nonce_latest = question.nonce;
        account->balance = question.balance;
    }
    if (!taking->next.has_final || (known != NULL && !taking->owns_final))
        return VOTA_OK;
    /* The final block was proven just now, or this account was not asked for when it was. */
    question.block = &taking->quorum->final;
    if (!vota_hash_equal(&taking->next.final_hash, &taking->quorum->final.hash))
        return VOTA_OK;
    status = vota_quorum_ask(taking->quorum, ask_account, &question, NULL);
    if (status == VOTA_OK)
        account->nonce_final = question.nonce;
    return status == VOTA_NO_MEMORY ? vota_fail(err, status, "view", "no-memory") : VOTA_OK;
}

static enum vota_status take_accounts(struct taking *taking, struct vota_error *err)
{
    const struct vota_view_query *query = taking->query;
    struct vota_view *next = &taking->next;
    VOTA_ASSERT(query->n_accounts <= VOTA_VIEW_ACCOUNTS_MAX);
    for (size_t i = 0; i < query->n_accounts; i++) {
        next->accounts[i] = (struct vota_view_account){.address = query->accounts[i]};
        const enum vota_status status = take_account(taking, &next->accounts[i], err);
        if (status != VOTA_OK)
            return status;
    }
    if (need_accounts(taking))
        next->accounts_block = taking->quorum->latest.number;
    next->n_accounts = query->n_accounts;
    return VOTA_OK;
}

static bool links(const struct vota_view *view, const struct vota_block *latest)
{
    return view->is_taken && (vota_hash_equal(&view->latest_hash, &latest->hash) ||
                              vota_hash_equal(&view->latest_hash, &latest->parent_hash));
}

enum vota_status vota_view_take(struct vota_view *view, struct vota_quorum *quorum,
                                const struct vota_view_query *query, struct vota_error *err)
{
    struct taking taking = {.quorum = quorum, .old = view, .query = query, .next = *view};
    VOTA_ASSERT(quorum->has_latest);
    if (!vota_addr_equal(&view->contract, query->contract)) {
        view->is_taken = false; /* of another contract: nothing of it is of use */
        view->has_final = taking.next.has_final = false;
        view->final_tried = (vota_hash){{0}};
    }
    taking.is_linked = links(view, &quorum->latest);
    enum vota_status status = take_latest(&taking, err);
    if (status == VOTA_OK)
        status = take_final(&taking);
    if (status == VOTA_OK)
        status = take_accounts(&taking, err);
    if (status != VOTA_OK) {
        if (taking.owns_latest)
            vota_chain_state_done(&taking.next.latest);
        if (taking.owns_final)
            vota_chain_state_done(&taking.next.final);
        return status;
    }
    if (taking.owns_latest)
        vota_chain_state_done(&view->latest);
    if (taking.owns_final)
        vota_chain_state_done(&view->final);
    taking.next.contract = *query->contract;
    taking.next.is_taken = true;
    *view = taking.next;
    return VOTA_OK;
}

void vota_view_done(struct vota_view *view)
{
    vota_chain_state_done(&view->latest);
    vota_chain_state_done(&view->final);
    *view = (struct vota_view){.is_taken = false};
}

const struct vota_view_account *vota_view_account(const struct vota_view *view,
                                                  const vota_addr *address)
{
    for (size_t i = 0; i < view->n_accounts; i++) {
        if (vota_addr_equal(&view->accounts[i].address, address))
            return &view->accounts[i];
    }
    return NULL;
}
