/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, folds, replaces: see journal_sync.h. */
#include "bridge/engine/journal_sync.h"

#include <stdlib.h>
#include <string.h>

#include "proof/journal.h"

/* Entries read from the chain, held until it is known that they reach the head. */
struct collected {
    struct vota_store_entry *items;
    size_t n;
    size_t cap;
};

static void collected_done(struct collected *collected)
{
    for (size_t i = 0; i < collected->n; i++) {
        uint8_t *owned = NULL;
        /* `data` is borrowed by type; these bytes are ours. */
        memcpy(&owned, &collected->items[i].data.at, sizeof owned);
        free(owned);
    }
    free(collected->items);
}

static enum vota_status grow(struct collected *collected)
{
    if (collected->n < collected->cap)
        return VOTA_OK;
    const size_t cap = collected->cap == 0 ? 64 : collected->cap * 2;
    struct vota_store_entry *items = realloc(collected->items, cap * sizeof *items);
    if (items == NULL)
        return VOTA_NO_MEMORY;
    collected->items = items;
    collected->cap = cap;
    return VOTA_OK;
}

/* The emitted text, or the counts as 8 bytes each. */
static enum vota_status copy_data(struct vota_slice *ret_data,
                                  const struct vota_contract_event *event)
{
    const size_t len = event->count > 0 ? event->count * 8 : event->text.len;
    uint8_t *bytes = malloc(len > 0 ? len : 1);
    if (bytes == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < event->count; i++)
        vota_store_be(bytes + 8 * i, 8, event->counts[i]);
    if (event->count == 0 && len > 0)
        memcpy(bytes, event->text.at, len);
    *ret_data = (struct vota_slice){bytes, len};
    return VOTA_OK;
}

static enum vota_status collect(void *context, const struct vota_chain_entry *entry)
{
    struct collected *collected = context;
    struct vota_slice data = {0};
    enum vota_status status = grow(collected);
    if (status == VOTA_OK)
        status = copy_data(&data, entry->event);
    if (status != VOTA_OK)
        return status;
    collected->items[collected->n++] = (struct vota_store_entry){.entry = entry->event->entry,
                                                                 .head = entry->event->head,
                                                                 .tx_hash = entry->tx_hash,
                                                                 .block_hash = entry->block_hash,
                                                                 .data = data};
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
    for (size_t i = 0; status == VOTA_OK && i < collected->n; i++)
        status = vota_store_journal_add(store, network, &collected->items[i], err);
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
    if (proven->length < cursor.number)
        return vota_fail(err, VOTA_CONFLICT, "journal", "final-went-back");
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
