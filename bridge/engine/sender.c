/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A turn of the sender: look, bring the journal up to date, see whether anybody
 * else writes with our key, then one step for every operation in order.
 * perform.c carries the steps out.
 */
#include "bridge/engine/sender.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/engine/deploy.h"
#include "bridge/engine/journal_sync.h"
#include "bridge/engine/perform.h"
#include "bridge/engine/quorum_store.h"
#include "bridge/engine/step.h"

void vota_sender_done(struct vota_sender *sender)
{
    vota_view_done(&sender->view);
}

/* Room for one element more; grows by doubling. */
static enum vota_status make_room(void **items, size_t *cap, size_t n, size_t size)
{
    if (n < *cap)
        return VOTA_OK;
    const size_t more = *cap == 0 ? 64 : *cap * 2;
    void *grown = realloc(*items, more * size);
    if (grown == NULL)
        return VOTA_NO_MEMORY;
    *items = grown;
    *cap = more;
    return VOTA_OK;
}

/* ---- the outbox ---- */

static void note_sender(struct vota_turn *turn, const vota_addr *address)
{
    for (size_t i = 0; i < turn->n_senders; i++) {
        if (vota_addr_equal(&turn->senders[i], address))
            return;
    }
    if (turn->n_senders < VOTA_VIEW_ACCOUNTS_MAX)
        turn->senders[turn->n_senders++] = *address;
}

static bool is_ours(const struct vota_turn *turn, const struct vota_store_operation *operation)
{
    return (turn->sender->kinds & 1u << operation->kind) != 0;
}

static enum vota_status note_open(void *context, const struct vota_store_operation *operation)
{
    struct vota_turn *turn = context;
    if (!is_ours(turn, operation))
        return VOTA_OK;
    void *items = turn->open;
    const enum vota_status status =
        make_room(&items, &turn->cap_open, turn->n_open, sizeof *turn->open);
    turn->open = items;
    if (status != VOTA_OK)
        return status;
    turn->open[turn->n_open++] =
        (struct vota_turn_open){.id = operation->id, .state = operation->state};
    turn->unsettled |= operation->state != VOTA_OP_MINED;
    if (operation->assigned)
        note_sender(turn, &operation->sender);
    return VOTA_OK;
}

static enum vota_status read_outbox(struct vota_turn *turn, struct vota_error *err)
{
    note_sender(turn, &turn->sender->address);
    return vota_store_outbox_each(turn->sender->store, turn->network.id, ~(1u << VOTA_OP_FINAL),
                                  note_open, turn, err);
}

/* ---- the journal ---- */

static enum vota_status note_entry(void *context, const struct vota_store_entry *entry)
{
    struct vota_turn *turn = context;
    void *items = turn->entries;
    const enum vota_status status =
        make_room(&items, &turn->cap_entries, turn->n_entries, sizeof *turn->entries);
    turn->entries = items;
    if (status != VOTA_OK)
        return status;
    turn->entries[turn->n_entries++] = (struct vota_turn_entry){.entry = entry->entry,
                                                                .head = entry->head,
                                                                .tx_hash = entry->tx_hash,
                                                                .block_hash = entry->block_hash,
                                                                .final = entry->final};
    return VOTA_OK;
}

/* Entries are numbered without gaps, so that a number is a place. */
static struct vota_turn_entry *entry_at(struct vota_turn *turn, uint64_t number)
{
    if (turn->n_entries == 0 || number < turn->entries[0].entry.number)
        return NULL;
    const uint64_t place = number - turn->entries[0].entry.number;
    return place < turn->n_entries ? &turn->entries[place] : NULL;
}

/* Whose entry is whose, and which nonces of ours are gone. */
static enum vota_status note_owner(void *context, const struct vota_store_operation *operation)
{
    struct vota_turn *turn = context;
    if (!operation->entered)
        return VOTA_OK;
    struct vota_turn_entry *entry = entry_at(turn, operation->entry.number);
    if (entry != NULL && vota_step_same_words(&entry->entry, &operation->entry))
        entry->owner = operation->id;
    if (!operation->assigned || !vota_addr_equal(&operation->sender, &turn->sender->address))
        return VOTA_OK;
    const struct vota_view_account *account = vota_view_account(turn->view, &turn->sender->address);
    if (account != NULL && operation->nonce >= account->nonce_final &&
        operation->nonce < account->nonce_latest)
        turn->known++;
    if (operation->nonce >= turn->nonce)
        turn->nonce = operation->nonce + 1;
    return VOTA_OK;
}

static enum vota_status read_journal(struct vota_turn *turn, struct vota_error *err)
{
    const struct vota_sender *sender = turn->sender;
    const struct vota_view_account *account = vota_view_account(turn->view, &sender->address);
    turn->nonce = account != NULL ? account->nonce_latest : 0;
    enum vota_status status =
        vota_store_journal_each(sender->store, turn->network.id,
                                (struct vota_store_range){0, INT64_MAX}, note_entry, turn, err);
    if (status == VOTA_OK)
        status =
            vota_store_outbox_each(sender->store, turn->network.id, ~0u, note_owner, turn, err);
    return status;
}

static enum vota_status ask_journal(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct vota_turn *turn = context;
    return vota_journal_sync(turn->sender->store, &turn->network, provider, &turn->view->latest,
                             err);
}

/* A reorganisation may have moved the deployment, also to an earlier block. */
static enum vota_status place_deployment(struct vota_turn *turn, struct vota_error *err)
{
    struct vota_sender *sender = turn->sender;
    const struct vota_quorum *quorum = sender->quorum;
    struct vota_error why = {.status = VOTA_OK};
    const bool may_move = turn->network.deploy_block > quorum->accepted.number;
    if (!quorum->latest_is_child)
        sender->has_placed = false;
    if (turn->network.deployed && (sender->has_placed || !may_move))
        return VOTA_OK;
    const enum vota_status status =
        vota_deploy_note(sender->store, sender->quorum, &turn->network, &why);
    sender->has_placed = status == VOTA_OK;
    /* It is somewhere, and most likely where it was. */
    if (status == VOTA_OK || (status == VOTA_REMOTE && turn->network.deployed))
        return VOTA_OK;
    return vota_fail(err, status, why.where, why.text);
}

static enum vota_status bring_up_to_date(struct vota_turn *turn, struct vota_error *err)
{
    struct vota_sender *sender = turn->sender;
    if (!turn->view->contract_latest)
        return VOTA_OK;
    enum vota_status status = place_deployment(turn, err);
    if (status == VOTA_OK)
        status = vota_quorum_ask(sender->quorum, ask_journal, turn, err);
    if (status != VOTA_OK || !turn->view->contract_final)
        return status;
    return vota_journal_finalise(sender->store, &turn->network, &turn->view->final, err);
}

/* ---- stops ---- */

/* Entries that only the anchorer's key can write. */
static bool is_anchorers(const struct vota_entry *entry)
{
    return entry->kind == VOTA_ENTRY_REGISTER || entry->kind == VOTA_ENTRY_BATCH ||
           entry->kind == VOTA_ENTRY_RESULT;
}

static enum vota_status note_adopted(void *context, const struct vota_store_adopted *adopted)
{
    struct vota_turn_entry *entry = entry_at(context, adopted->number);
    if (entry != NULL && entry->owner == 0 && vota_hash_equal(&entry->head, &adopted->head))
        entry->owner = -1;
    return VOTA_OK;
}

static const struct vota_turn_entry *first_foreign(const struct vota_turn *turn)
{
    for (size_t i = 0; i < turn->n_entries; i++) {
        if (turn->entries[i].owner == 0 && is_anchorers(&turn->entries[i].entry))
            return &turn->entries[i];
    }
    return NULL;
}

/* Entries just mined belong to operations that do not know it yet. */
static enum vota_status claim_entries(struct vota_turn *turn, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < turn->n_open; i++) {
        struct vota_step step = {.turn = turn, .open = &turn->open[i]};
        status = vota_step_claim(&step, err);
        vota_step_done(&step);
    }
    return status;
}

static enum vota_status raise_stop(struct vota_turn *turn, const struct vota_turn_entry *foreign,
                                   struct vota_error *err)
{
    struct vota_store *store = turn->sender->store;
    const struct vota_store_stop stop = {
        .reason = "foreign-entry", .entry = foreign->entry.number, .raised_at = turn->now};
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_stop_raise(store, turn->network.id, &stop, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    if (status == VOTA_OK)
        turn->stop = stop;
    return status;
}

/*
 * An entry by our key that this store knows nothing of: another service uses
 * the key, or the store is an old one. Whatever it is, going on would make it
 * worse.
 */
static enum vota_status look_for_strangers(struct vota_turn *turn, struct vota_error *err)
{
    struct vota_store *store = turn->sender->store;
    struct vota_error none = {0};
    /* The owner is who can end it: by naming another key, by disavowing. */
    if ((turn->sender->kinds & VOTA_SENDER_ANCHORER) == 0)
        return VOTA_OK;
    enum vota_status status = vota_store_stop_get(&turn->stop, store, turn->network.id, &none);
    if (status != VOTA_NOT_FOUND)
        return status == VOTA_OK ? status : vota_fail(err, status, none.where, none.text);
    if (first_foreign(turn) == NULL)
        return VOTA_OK;
    status = claim_entries(turn, err);
    if (status == VOTA_OK)
        status = vota_store_stop_adopted(store, turn->network.id, note_adopted, turn, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_turn_entry *foreign = first_foreign(turn);
    return foreign == NULL ? VOTA_OK : raise_stop(turn, foreign, err);
}

/* ---- the turn ---- */

/* A look that remembers what it accepted, also over a restart, and shows whom it benched. */
static enum vota_status agree(struct vota_turn *turn, struct vota_error *err)
{
    struct vota_sender *sender = turn->sender;
    enum vota_status status = VOTA_OK;
    if (!sender->has_begun)
        status = vota_quorum_restore(sender->quorum, sender->store, turn->network.id, err);
    if (status != VOTA_OK)
        return status;
    sender->has_begun = true;
    status = vota_quorum_look(sender->quorum, vota_connect_clock(), err);
    struct vota_error problem = {0};
    const enum vota_status recorded =
        vota_quorum_record(sender->quorum, sender->store, turn->network.id, turn->now, &problem);
    if (status != VOTA_OK || recorded == VOTA_OK)
        return status;
    return vota_fail(err, recorded, problem.where, problem.text);
}

static enum vota_status look(struct vota_turn *turn, struct vota_error *err)
{
    struct vota_sender *sender = turn->sender;
    const struct vota_view_query query = {.contract = &turn->network.deployment.genesis.contract,
                                          .accounts = turn->senders,
                                          .n_accounts = turn->n_senders,
                                          .fresh_accounts = turn->unsettled};
    enum vota_status status = agree(turn, err);
    if (status == VOTA_OK)
        status = vota_view_take(&sender->view, sender->quorum, &query, err);
    if (status == VOTA_OK && sender->view.final_problem.status != VOTA_OK)
        vota_perform_hold(turn, sender->view.final_problem.text);
    return status;
}

static void summarise(struct vota_sender_turn *ret_turn, const struct vota_turn *turn)
{
    const struct vota_view_account *account = vota_view_account(turn->view, &turn->sender->address);
    *ret_turn = (struct vota_sender_turn){.latest_block = turn->view->latest_block,
                                          .latest_time = turn->view->latest_time,
                                          .final_block = turn->view->final_block,
                                          .stop = turn->stop};
    if (account != NULL)
        ret_turn->balance = account->balance;
    memcpy(ret_turn->held, turn->held, sizeof ret_turn->held);
    for (size_t i = 0; i < turn->n_open; i++) {
        const enum vota_op_state state = turn->open[i].state;
        ret_turn->unmined += state < VOTA_OP_MINED;
        ret_turn->unfinal += state == VOTA_OP_MINED;
        ret_turn->halted += state == VOTA_OP_HALTED;
    }
}

static enum vota_status take_turn(struct vota_turn *turn, struct vota_error *err)
{
    const struct vota_sender *sender = turn->sender;
    enum vota_status status =
        vota_store_network_get(&turn->network, sender->store, sender->network_name, err);
    if (status == VOTA_OK)
        status = read_outbox(turn, err);
    if (status == VOTA_OK)
        status = look(turn, err);
    if (status == VOTA_OK)
        status = bring_up_to_date(turn, err);
    if (status == VOTA_OK)
        status = read_journal(turn, err);
    if (status == VOTA_OK)
        status = look_for_strangers(turn, err);
    if (status == VOTA_OK && turn->stop.reason[0] != '\0')
        vota_perform_hold(turn, turn->stop.reason);
    for (size_t i = 0; status == VOTA_OK && i < turn->n_open; i++)
        status = vota_perform_step(turn, i, err);
    return status;
}

enum vota_status vota_sender_turn(struct vota_sender_turn *ret_turn, struct vota_sender *sender,
                                  uint64_t now, struct vota_error *err)
{
    struct vota_turn *turn = calloc(1, sizeof *turn);
    if (turn == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "sender", "no-memory");
    turn->sender = sender;
    turn->view = &sender->view;
    turn->now = now;
    const enum vota_status status = take_turn(turn, err);
    if (status == VOTA_OK)
        summarise(ret_turn, turn);
    free(turn->open);
    free(turn->entries);
    free(turn);
    return status;
}
