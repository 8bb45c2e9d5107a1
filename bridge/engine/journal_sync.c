/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, folds, replaces: see journal_sync.h. */
#include "bridge/engine/journal_sync.h"

#include <stdlib.h>
#include <string.h>

#include "proof/journal.h"

/* An entry read from the chain, held until it is known that all reach the head. */
struct held {
    struct held *next;
    struct vota_store_entry entry;
    uint8_t bytes[]; /* what entry.data borrows */
};

struct collected {
    struct held *first;
    struct held *last;
};

static void collected_done(struct collected *collected)
{
    while (collected->first != NULL) {
        struct held *next = collected->first->next;
        free(collected->first);
        collected->first = next;
    }
}

/* The data is the emitted text, or the counts as 8 bytes each. */
static enum vota_status collect(void *context, const struct vota_chain_entry *entry)
{
    struct collected *collected = context;
    const struct vota_contract_event *event = entry->event;
    const size_t len = event->count > 0 ? event->count * 8 : event->text.len;
    struct held *held = malloc(sizeof *held + len);
    if (held == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < event->count; i++)
        vota_store_be(held->bytes + 8 * i, 8, event->counts[i]);
    if (event->count == 0 && len > 0)
        memcpy(held->bytes, event->text.at, len);
    held->next = NULL;
    held->entry = (struct vota_store_entry){.entry = event->entry,
                                            .head = event->head,
                                            .tx_hash = entry->tx_hash,
                                            .block_hash = entry->block_hash,
                                            .data = {held->bytes, len}};
    *(collected->first == NULL ? &collected->first : &collected->last->next) = held;
    collected->last = held;
    return VOTA_OK;
}

static enum vota_status set_cursor(void *context, const struct vota_store_entry *entry)
{
    struct vota_chain_cursor *cursor = context;
    cursor->number = entry->entry.number;
    cursor->head = entry->head;
    cursor->block = entry->entry.block;
    return VOTA_OK;
}

/* After the last final entry; before the first, where the contract was deployed. */
static enum vota_status cursor_at_final(struct vota_chain_cursor *ret_cursor,
                                        struct vota_store *store,
                                        const struct vota_store_network *network, uint64_t final,
                                        struct vota_error *err)
{
    const struct vota_genesis *genesis = &network->deployment.genesis;
    *ret_cursor = (struct vota_chain_cursor){.contract = genesis->contract,
                                             .number = genesis->pred_length,
                                             .block = network->deploy_block};
    vota_journal_genesis(&ret_cursor->head, genesis);
    if (final == 0)
        return VOTA_OK;
    return vota_store_journal_each(store, network->id, (struct vota_store_range){final, final},
                                   set_cursor, ret_cursor, err);
}

static enum vota_status replace(struct vota_store *store, int64_t network, uint64_t after,
                                const struct collected *collected, struct vota_error *err)
{
    enum vota_status status = vota_store_begin(store, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_journal_forget(store, network, after + 1, err);
    for (const struct held *held = collected->first; status == VOTA_OK && held != NULL;
         held = held->next)
        status = vota_store_journal_add(store, network, &held->entry, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

enum vota_status vota_journal_sync(struct vota_store *store,
                                   const struct vota_store_network *network,
                                   struct vota_provider *provider,
                                   const struct vota_chain_state *latest, struct vota_error *err)
{
    struct vota_chain_cursor cursor;
    struct collected collected = {0};
    uint64_t length = 0;
    uint64_t final = 0;
    vota_hash head;
    const struct vota_contract_state *proven = &latest->contract;
    enum vota_status status =
        vota_store_journal_length(&length, &final, &head, store, network->id, err);
    if (status != VOTA_OK)
        return status;
    if (length == 0) { /* nothing stored yet: the journal stands where it began */
        length = network->deployment.genesis.pred_length;
        vota_journal_genesis(&head, &network->deployment.genesis);
    }
    if (length == proven->length && vota_hash_equal(&head, &proven->head))
        return VOTA_OK;
    status = cursor_at_final(&cursor, store, network, final, err);
    if (status != VOTA_OK)
        return status;
    if (proven->length < cursor.number) /* or another process looked later than we did */
        return cursor.block > latest->proven.block.number
                   ? vota_fail(err, VOTA_REMOTE, "journal", "journal-does-not-reach")
                   : vota_fail(err, VOTA_CONFLICT, "journal", "final-went-back");
    const uint64_t after = cursor.number;
    status = vota_chain_entries(provider, &cursor, latest->proven.block.number, collect, &collected,
                                err);
    if (status == VOTA_OK &&
        (cursor.number != proven->length || !vota_hash_equal(&cursor.head, &proven->head)))
        status = vota_fail(err, VOTA_REMOTE, "journal", "journal-does-not-reach");
    if (status == VOTA_OK)
        status = replace(store, network->id, after, &collected, err);
    collected_done(&collected);
    return status;
}

enum vota_status vota_journal_pack_nodes(uint8_t **ret_bytes, size_t *ret_len,
                                         const struct vota_eth_path *path)
{
    size_t len = 0;
    for (size_t i = 0; i < path->count; i++)
        len += 4 + path->nodes[i].len;
    uint8_t *bytes = malloc(len > 0 ? len : 1);
    if (bytes == NULL)
        return VOTA_NO_MEMORY;
    struct vota_wr wr = vota_wr_of(bytes, len);
    for (size_t i = 0; i < path->count; i++) {
        uint8_t size[4];
        vota_store_be(size, sizeof size, path->nodes[i].len);
        vota_wr_put(&wr, size, sizeof size);
        vota_wr_put(&wr, path->nodes[i].at, path->nodes[i].len);
    }
    *ret_bytes = bytes;
    *ret_len = len;
    return VOTA_OK;
}

static enum vota_status keep(struct vota_store *store, int64_t network,
                             const struct vota_chain_state *final, struct vota_error *err)
{
    const struct vota_block *block = &final->proven.block;
    struct vota_store_evidence evidence = {.block = block->number,
                                           .block_hash = block->hash,
                                           .head = final->contract.head,
                                           .length = final->contract.length,
                                           .header = {block->rlp, block->rlp_len}};
    uint8_t *account = NULL;
    uint8_t *storage = NULL;
    enum vota_status status =
        vota_journal_pack_nodes(&account, &evidence.account.len, &final->proven.proof.account);
    if (status == VOTA_OK)
        status = vota_journal_pack_nodes(&storage, &evidence.storage.len,
                                         &final->proven.proof.storage[0]);
    evidence.account.at = account;
    evidence.storage.at = storage;
    if (status == VOTA_OK)
        status = vota_store_journal_keep(store, network, &evidence, err);
    free(account);
    free(storage);
    return status;
}

static enum vota_status same_head(void *context, const struct vota_store_entry *entry)
{
    return vota_hash_equal(&entry->head, context) ? VOTA_OK : VOTA_CONFLICT;
}

enum vota_status vota_journal_finalise(struct vota_store *store,
                                       const struct vota_store_network *network,
                                       const struct vota_chain_state *final, struct vota_error *err)
{
    uint64_t length = 0;
    uint64_t known_final = 0;
    vota_hash head;
    vota_hash proven_head = final->contract.head;
    const uint64_t last = final->contract.length;
    enum vota_status status =
        vota_store_journal_length(&length, &known_final, &head, store, network->id, err);
    if (status != VOTA_OK || last <= known_final || last > length)
        return status;
    status = vota_store_journal_each(store, network->id, (struct vota_store_range){last, last},
                                     same_head, &proven_head, err);
    if (status == VOTA_CONFLICT)
        return VOTA_OK; /* the copy is of another branch; the next turn replaces it */
    if (status != VOTA_OK)
        return status;
    status = vota_store_begin(store, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_journal_set_final(store, network->id, last, err);
    if (status == VOTA_OK)
        status = keep(store, network->id, final, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}
