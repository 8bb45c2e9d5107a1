/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A turn of the sender: look, bring the journal up to date, then one step for
 * every operation in order. perform.c carries the steps out.
 */
#include "bridge/engine/sender.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/engine/deploy.h"
#include "bridge/engine/journal_sync.h"
#include "bridge/engine/perform.h"

/* The stored journal in memory, with the entries that an operation already owns marked. */
static enum vota_status note_entry(void *context, const struct vota_store_entry *entry)
{
    struct vota_turn *turn = context;
    if (turn->n_entries == turn->cap_entries) {
        const size_t cap = turn->cap_entries == 0 ? 256 : turn->cap_entries * 2;
        struct vota_turn_entry *entries = realloc(turn->entries, cap * sizeof *entries);
        if (entries == NULL)
            return VOTA_NO_MEMORY;
        turn->entries = entries;
        turn->cap_entries = cap;
    }
    turn->entries[turn->n_entries++] = (struct vota_turn_entry){.entry = entry->entry,
                                                                .head = entry->head,
                                                                .tx_hash = entry->tx_hash,
                                                                .block_hash = entry->block_hash,
                                                                .final = entry->final};
    return VOTA_OK;
}

static enum vota_status note_operation(void *context, const struct vota_store_operation *operation)
{
    struct vota_turn *turn = context;
    for (size_t i = 0; operation->entered && i < turn->n_entries; i++) {
        if (turn->entries[i].entry.number == operation->entry.number)
            turn->entries[i].owner = operation->id;
    }
    if (operation->assigned && operation->entered && operation->nonce >= turn->nonce)
        turn->nonce = operation->nonce + 1;
    if (operation->state == VOTA_OP_FINAL)
        return VOTA_OK;
    if (turn->n_open == VOTA_TURN_OPEN_MAX)
        return VOTA_OK; /* the rest gets its turn when these are through */
    turn->open[turn->n_open++] =
        (struct vota_turn_open){.id = operation->id, .state = operation->state};
    return VOTA_OK;
}

/* Everything in the store that this turn decides from. */
static enum vota_status read_store(struct vota_turn *turn, struct vota_error *err)
{
    const struct vota_sender *sender = turn->sender;
    enum vota_status status =
        vota_store_journal_each(sender->store, turn->network.id,
                                (struct vota_store_range){0, INT64_MAX}, note_entry, turn, err);
    if (status != VOTA_OK)
        return status;
    turn->nonce = turn->view.nonce_latest;
    return vota_store_outbox_each(sender->store, turn->network.id, ~0u, note_operation, turn, err);
}

static enum vota_status bring_up_to_date(struct vota_turn *turn, struct vota_error *err)
{
    const struct vota_sender *sender = turn->sender;
    if (!turn->view.contract_latest)
        return VOTA_OK;
    enum vota_status status = VOTA_OK;
    if (!turn->network.deployed) {
        status = vota_deploy_note(sender->store, sender->provider, &turn->network,
                                  turn->view.latest_block, err);
        if (status != VOTA_OK)
            return status;
    }
    status =
        vota_journal_sync(sender->store, &turn->network, sender->provider, &turn->view.latest, err);
    if (status != VOTA_OK || !turn->view.contract_final)
        return status;
    return vota_journal_finalise(sender->store, &turn->network, &turn->view.final, err);
}

static void summarise(struct vota_sender_turn *ret_turn, const struct vota_turn *turn)
{
    *ret_turn = (struct vota_sender_turn){.latest_block = turn->view.latest_block,
                                          .latest_time = turn->view.latest_time,
                                          .final_block = turn->view.final_block,
                                          .balance = turn->view.balance};
    memcpy(ret_turn->held, turn->held, sizeof ret_turn->held);
    for (size_t i = 0; i < turn->n_open; i++) {
        const enum vota_op_state state = turn->open[i].state;
        ret_turn->unmined += state < VOTA_OP_MINED;
        ret_turn->unfinal += state == VOTA_OP_MINED;
        ret_turn->halted += state == VOTA_OP_HALTED;
    }
}

enum vota_status vota_sender_turn(struct vota_sender_turn *ret_turn, struct vota_sender *sender,
                                  uint64_t now, struct vota_error *err)
{
    struct vota_turn *turn = calloc(1, sizeof *turn);
    if (turn == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "sender", "no-memory");
    turn->sender = sender;
    turn->now = now;
    enum vota_status status =
        vota_store_network_get(&turn->network, sender->store, sender->network_name, err);
    if (status == VOTA_OK)
        status = vota_view_take(&turn->view, sender->provider,
                                &turn->network.deployment.genesis.contract, &sender->sender, err);
    if (status != VOTA_OK) {
        free(turn);
        return status;
    }
    if (turn->view.final_problem.status != VOTA_OK)
        vota_perform_hold(turn, turn->view.final_problem.text);
    status = bring_up_to_date(turn, err);
    if (status == VOTA_OK)
        status = read_store(turn, err);
    for (size_t i = 0; status == VOTA_OK && i < turn->n_open; i++)
        status = vota_perform_step(turn, i, err);
    if (status == VOTA_OK)
        summarise(ret_turn, turn);
    vota_view_done(&turn->view);
    free(turn->entries);
    free(turn);
    return status;
}
