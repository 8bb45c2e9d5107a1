/* SPDX-License-Identifier: Apache-2.0 */
/* The key of the genesis, or the newest that an entry names: see key_in_force.h. */
#include "bridge/engine/key_in_force.h"

#include "bridge/store/store_journal.h"
#include "proof/journal.h"
#include "proof/word.h"

struct search {
    enum vota_entry_role role;
    vota_addr key;
};

static enum vota_status note_entry(void *context, const struct vota_store_entry *stored)
{
    struct search *search = context;
    uint64_t role = 0;
    vota_addr key = {{0}};
    if (stored->entry.kind == VOTA_ENTRY_KEY && vota_word_u64(&role, &stored->entry.a) == VOTA_OK &&
        role == (uint64_t)search->role && vota_word_addr(&key, &stored->entry.b) == VOTA_OK)
        search->key = key;
    return VOTA_OK;
}

static vota_addr first_key(const struct vota_genesis *genesis, enum vota_entry_role role)
{
    switch (role) {
    case VOTA_ROLE_ANCHORER:
        return genesis->anchorer;
    case VOTA_ROLE_ACCEPTANCE:
        return genesis->acceptance_key;
    case VOTA_ROLE_OWNER:
        break;
    }
    return genesis->owner;
}

enum vota_status vota_key_in_force(vota_addr *ret_key, struct vota_store *store,
                                   const struct vota_store_network *network,
                                   enum vota_entry_role role, struct vota_error *err)
{
    const struct vota_store_range all = {0, INT64_MAX};
    struct search search = {role, first_key(&network->deployment.genesis, role)};
    const enum vota_status status =
        vota_store_journal_each(store, network->id, all, note_entry, &search, err);
    if (status == VOTA_OK)
        *ret_key = search.key;
    return status;
}

/* ---- until when a key signs ---- */

struct term {
    vota_addr key, named; /* ours, and whichever the journal names at this place */
    uint64_t until;
    uint64_t trusted_until; /* what was said of ours when it was replaced */
};

static enum vota_status note_change(void *context, const struct vota_store_entry *stored)
{
    struct term *term = context;
    enum vota_entry_role role;
    vota_addr key;
    uint64_t untrusted = 0;
    if (!vota_entry_get_key(&role, &key, &untrusted, &stored->entry) ||
        role != VOTA_ROLE_ACCEPTANCE)
        return VOTA_OK;
    if (vota_addr_equal(&term->named, &term->key)) {
        term->until = stored->entry.time + VOTA_JOURNAL_KEY_GRACE;
        if (untrusted != 0 && untrusted - 1 < term->trusted_until)
            term->trusted_until = untrusted - 1;
    }
    if (vota_addr_equal(&key, &term->key))
        term->until = UINT64_MAX;
    term->named = key;
    return VOTA_OK;
}

enum vota_status vota_key_signs_until(uint64_t *ret_until, struct vota_store *store,
                                      const struct vota_store_network *network,
                                      const vota_addr *key, struct vota_error *err)
{
    const struct vota_store_range all = {0, INT64_MAX};
    struct term term = {.key = *key,
                        .named = network->deployment.genesis.acceptance_key,
                        .trusted_until = UINT64_MAX};
    const bool is_first = !network->has_contract || vota_addr_equal(&term.named, key);
    term.until = is_first ? UINT64_MAX : 0;
    const enum vota_status status =
        vota_store_journal_each(store, network->id, all, note_change, &term, err);
    if (status == VOTA_OK)
        *ret_until = term.until < term.trusted_until ? term.until : term.trusted_until;
    return status;
}
