/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the next step of a succession, and reads what it decides from: see succession.h. */
#include "bridge/engine/succession.h"

#include <stdio.h>

#include "bridge/config_value.h"
#include "bridge/store/store_journal.h"
#include "proof/journal.h"
#include "proof/word.h"

#define ANCHORER_KINDS                                                                             \
    (1u << VOTA_OP_DEPLOY | 1u << VOTA_OP_REGISTER | 1u << VOTA_OP_BATCH | 1u << VOTA_OP_RESULT)

#define NUMBER_CAP 24u

static const char held_key[] = "drains_until";

const char *vota_succession_step_name(enum vota_succession_step step)
{
    static const char *const names[VOTA_SUCCESSION_STEPS] = {
        "drain", "close", "settle", "deploy", "name", "confirm", "move", "done", "forked"};
    VOTA_ASSERT((unsigned)step < VOTA_SUCCESSION_STEPS);
    return names[step];
}

/* Before the successor's address is fixed: what it will name must stand for ever. */
static enum vota_succession_step before_planned(const struct vota_succession_view *view)
{
    if (view->succeeded) /* by another one, that this one would have to follow */
        return VOTA_SUCCESSION_FORKED;
    if (view->dead)
        return VOTA_SUCCESSION_DEPLOY;
    if (view->closed)
        return view->final == view->length ? VOTA_SUCCESSION_DEPLOY : VOTA_SUCCESSION_SETTLE;
    return view->open > 0 ? VOTA_SUCCESSION_DRAIN : VOTA_SUCCESSION_CLOSE;
}

enum vota_succession_step vota_succession_next(const struct vota_succession_view *view)
{
    if (view->moved)
        return VOTA_SUCCESSION_DONE;
    if (!view->planned)
        return before_planned(view);
    if (!view->dead && view->length > view->pred_length && !view->named)
        return VOTA_SUCCESSION_FORKED;
    if (!view->deployed)
        return VOTA_SUCCESSION_DEPLOY;
    if (view->dead)
        return VOTA_SUCCESSION_MOVE;
    if (!view->named)
        return VOTA_SUCCESSION_NAME;
    return view->final > view->pred_length ? VOTA_SUCCESSION_MOVE : VOTA_SUCCESSION_CONFIRM;
}

/* ---- what the store knows ---- */

struct reading {
    struct vota_succession_view *view;
    const struct vota_store_network *successor;
};

static bool names(const struct vota_entry *entry, const struct vota_store_network *successor)
{
    const vota_hash chain = vota_word_of_u64(successor->chain_id);
    const vota_hash contract = vota_word_of_addr(&successor->deployment.genesis.contract);
    return entry->kind == VOTA_ENTRY_SUCCEEDED && vota_hash_equal(&entry->a, &chain) &&
           vota_hash_equal(&entry->b, &contract);
}

static void note_key(struct vota_succession_view *view, const struct vota_entry *entry)
{
    uint64_t role = 0;
    vota_addr key = {{0}};
    if (entry->kind != VOTA_ENTRY_KEY || vota_word_u64(&role, &entry->a) != VOTA_OK ||
        vota_word_addr(&key, &entry->b) != VOTA_OK)
        return;
    if (role == VOTA_ROLE_ANCHORER)
        view->closed = vota_addr_is_zero(&key);
    if (role == VOTA_ROLE_OWNER)
        view->owner = key;
}

static enum vota_status note_entry(void *context, const struct vota_store_entry *stored)
{
    const struct reading *reading = context;
    struct vota_succession_view *view = reading->view;
    const struct vota_entry *entry = &stored->entry;
    view->length = entry->number;
    if (stored->final) {
        view->final = entry->number;
        view->head = stored->head;
    }
    note_key(view, entry);
    view->succeeded = view->succeeded || entry->kind == VOTA_ENTRY_SUCCEEDED;
    if (view->planned && entry->number > view->pred_length)
        view->named = entry->number == view->pred_length + 1 && names(entry, reading->successor);
    return VOTA_OK;
}

static enum vota_status note_operation(void *context, const struct vota_store_operation *operation)
{
    struct vota_succession_view *view = context;
    view->open += (ANCHORER_KINDS & 1u << operation->kind) != 0;
    return VOTA_OK;
}

enum vota_status vota_succession_look(struct vota_succession_view *view, struct vota_store *store,
                                      const struct vota_store_network *old,
                                      const struct vota_store_network *successor,
                                      struct vota_error *err)
{
    const struct vota_genesis *genesis = &old->deployment.genesis;
    const struct vota_store_range all = {0, INT64_MAX};
    struct reading reading = {view, successor};
    *view = (struct vota_succession_view){.dead = view->dead,
                                          .closed = vota_addr_is_zero(&genesis->anchorer),
                                          .length = genesis->pred_length,
                                          .final = genesis->pred_length,
                                          .owner = genesis->owner};
    vota_journal_genesis(&view->head, genesis);
    if (successor != NULL) {
        view->planned = successor->has_contract;
        view->pred_length = successor->deployment.genesis.pred_length;
        view->deployed = successor->deployed;
        view->moved =
            successor->role == VOTA_NETWORK_PRIMARY || successor->role == VOTA_NETWORK_PAST;
    }
    const enum vota_status status =
        vota_store_journal_each(store, old->id, all, note_entry, &reading, err);
    if (status != VOTA_OK)
        return status;
    return vota_store_outbox_each(store, old->id, ~(1u << VOTA_OP_FINAL), note_operation, view,
                                  err);
}

enum vota_status vota_succession_hold(struct vota_store *store, uint64_t until,
                                      struct vota_error *err)
{
    char text[NUMBER_CAP];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)until);
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_meta_set(store, held_key, text, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

enum vota_status vota_succession_is_held(bool *ret_held, struct vota_store *store, uint64_t now,
                                         struct vota_error *err)
{
    char text[NUMBER_CAP] = "";
    uint64_t until = 0;
    struct vota_error none = {.status = VOTA_OK};
    const enum vota_status status = vota_store_meta_get(text, sizeof text, store, held_key, &none);
    if (status != VOTA_OK && status != VOTA_NOT_FOUND)
        return vota_fail(err, status, none.where, none.text);
    *ret_held = vota_config_value_count(&until, text) && now < until;
    return VOTA_OK;
}

void vota_succession_name(struct vota_genesis *genesis, const struct vota_store_network *old,
                          const struct vota_succession_view *view)
{
    genesis->pred_chain_id = old->chain_id;
    genesis->pred_contract = old->deployment.genesis.contract;
    genesis->pred_length = view->final;
    genesis->pred_head = view->head;
}
