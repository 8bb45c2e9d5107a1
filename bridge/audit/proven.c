/* SPDX-License-Identifier: Apache-2.0 */
/* State and journal of a contract in a final block: see proven.h. */
#include "bridge/audit/proven.h"

#include "bridge/audit/origin.h"

void vota_proven_init(struct vota_proven *ret_proven)
{
    *ret_proven = (struct vota_proven){.has_state = false};
    vota_lines_init(&ret_proven->lines);
}

void vota_proven_done(struct vota_proven *proven)
{
    if (proven->has_state)
        vota_chain_state_done(&proven->state);
    vota_lines_done(&proven->lines);
    proven->has_state = false;
}

/* What a question to one provider needs. */
struct asking {
    struct vota_proven *proven;
    const struct vota_witness *witness;
    const vota_addr *contract;
};

static enum vota_status ask_state(void *context, struct vota_provider *provider,
                                  struct vota_error *err)
{
    const struct asking *asking = context;
    const struct vota_block_id id = vota_block_hashed(&asking->witness->final.hash);
    return vota_chain_state(&asking->proven->state, provider, asking->contract, &id, err);
}

enum vota_status vota_proven_state(struct vota_proven *proven, struct vota_witness *witness,
                                   const vota_addr *contract, struct vota_error *err)
{
    struct asking asking = {proven, witness, contract};
    const enum vota_status status = vota_witness_each(witness, ask_state, &asking, err);
    proven->has_state = status == VOTA_OK;
    return status;
}

static enum vota_status ask_origin(void *context, struct vota_provider *provider,
                                   struct vota_error *err)
{
    const struct asking *asking = context;
    const struct vota_origin_query query = {.chain_id = asking->witness->providers.chain_id,
                                            .chain_genesis = asking->witness->providers.genesis,
                                            .contract = *asking->contract,
                                            .last_block = asking->witness->final.number};
    return vota_origin_find(&asking->proven->deployment, provider, &query, err);
}

enum vota_status vota_proven_origin(struct vota_proven *proven, struct vota_witness *witness,
                                    const vota_addr *contract, struct vota_error *err)
{
    struct asking asking = {proven, witness, contract};
    return vota_witness_each(witness, ask_origin, &asking, err);
}

static enum vota_status take_entry(void *context, const struct vota_chain_entry *entry)
{
    struct vota_lines *lines = context;
    const struct vota_contract_event *event = entry->event;
    const struct vota_journal_line line = {
        .entry = event->entry,
        .head = event->head,
        .transaction = entry->tx_hash,
        .text = event->text,
        .counts = event->entry.kind == VOTA_ENTRY_RESULT ? event->counts : NULL,
        .count = event->count};
    return vota_lines_add(lines, &line);
}

static enum vota_status ask_journal(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    const struct asking *asking = context;
    struct vota_lines *lines = &asking->proven->lines;
    const struct vota_genesis *genesis = &asking->proven->deployment.genesis;
    struct vota_chain_cursor cursor = {.contract = genesis->contract,
                                       .number = genesis->pred_length,
                                       .block = asking->proven->deployment.block};
    vota_journal_genesis(&cursor.head, genesis);
    if (lines->n > 0) {
        cursor.number = lines->entries[lines->n - 1].number;
        cursor.head = lines->heads[lines->n - 1];
        cursor.block = lines->entries[lines->n - 1].block;
    }
    const size_t before = lines->n;
    const struct vota_contract_state *state = &asking->proven->state.contract;
    enum vota_status status = vota_chain_entries(provider, &cursor, asking->witness->final.number,
                                                 take_entry, lines, err);
    if (status == VOTA_OK &&
        (cursor.number != state->length || !vota_hash_equal(&cursor.head, &state->head)))
        status = vota_fail(err, VOTA_REMOTE, "journal", "journal-does-not-reach");
    /* What leads nowhere may be invented: the next one begins where this one did. */
    if (status != VOTA_OK)
        vota_lines_cut(lines, before);
    return status;
}

enum vota_status vota_proven_journal(struct vota_proven *proven, struct vota_witness *witness,
                                     struct vota_error *err)
{
    const struct vota_contract_state *state = &proven->state.contract;
    const struct vota_genesis *genesis = &proven->deployment.genesis;
    struct asking asking = {proven, witness, &genesis->contract};
    size_t place = 0;
    VOTA_ASSERT(proven->has_state);
    /* Nothing to ask for where the lines reach the proven head already. */
    if (vota_lines_find(&proven->lines, &place, state->length) &&
        vota_hash_equal(&proven->lines.heads[place], &state->head))
        return VOTA_OK;
    return vota_witness_each(witness, ask_journal, &asking, err);
}
