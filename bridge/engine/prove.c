/* SPDX-License-Identifier: Apache-2.0 */
/* Anchors from the store: see prove.h. */
#include "bridge/engine/prove.h"

#include <stdlib.h>

#include "proof/journal.h"

/* ---- anchors ---- */

/* Entries from the one before the batch's to the last that the evidence covers. */
struct walk {
    struct vota_proved_anchor *anchor;
    uint64_t number;
    bool found;
};

static enum vota_status walk_entry(void *context, const struct vota_store_entry *entry)
{
    struct walk *walk = context;
    struct vota_anchor *about = &walk->anchor->about;
    const uint64_t number = entry->entry.number;
    if (number < walk->number) {
        about->parent = entry->head;
        return VOTA_OK;
    }
    if (number > walk->number) {
        vota_entry_hash(&walk->anchor->later[about->later_count++], &entry->entry);
        return VOTA_OK;
    }
    uint32_t count = 0;
    walk->found = vota_entry_get_batch(&about->entry.root, &count, &entry->entry);
    about->entry.number = number;
    about->entry.block = entry->entry.block;
    about->entry.time = entry->entry.time;
    about->entry.count = count;
    return VOTA_OK;
}

/* The store's nodes, each after its length, as slices. */
static enum vota_status unpack_nodes(struct vota_slice *ret_nodes, size_t *ret_count,
                                     struct vota_slice packed)
{
    struct vota_rd rd = vota_rd_of_slice(packed);
    size_t count = 0;
    while (rd.left > 0) {
        const uint8_t *size = vota_rd_take(&rd, 4);
        if (size == NULL || count == VOTA_TRIE_MAX_NODES)
            return VOTA_INTERNAL;
        const size_t len = (size_t)vota_load_be(size, 4);
        const uint8_t *node = vota_rd_take(&rd, len);
        if (node == NULL)
            return VOTA_INTERNAL;
        ret_nodes[count++] = (struct vota_slice){node, len};
    }
    *ret_count = count;
    return VOTA_OK;
}

static enum vota_status take_evidence(struct vota_proved_anchor *anchor, struct vota_store *store,
                                      int64_t network, uint64_t number, struct vota_error *err)
{
    struct vota_error detail = {0};
    struct vota_anchor *about = &anchor->about;
    enum vota_status status =
        vota_store_journal_evidence(&anchor->evidence, store, network, number, &detail);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    const struct vota_store_evidence *kept = &anchor->evidence.about;
    about->has_evidence = true;
    about->has_later = true;
    about->evidence.header = kept->header;
    status = unpack_nodes(about->evidence.account, &about->evidence.account_count, kept->account);
    if (status == VOTA_OK)
        status =
            unpack_nodes(about->evidence.storage, &about->evidence.storage_count, kept->storage);
    if (status != VOTA_OK)
        return vota_fail(err, status, "evidence", "corrupt");
    anchor->later = calloc((size_t)(kept->length - number + 1), sizeof *anchor->later);
    if (anchor->later == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "evidence", "no-memory");
    about->later = anchor->later;
    return VOTA_OK;
}

static enum vota_status fill_anchor(struct vota_proved_anchor *anchor, struct vota_store *store,
                                    const struct vota_store_network *network, uint64_t number,
                                    struct vota_error *err)
{
    struct walk walk = {.anchor = anchor, .number = number};
    const struct vota_genesis *genesis = &network->deployment.genesis;
    anchor->about.chain_id = network->chain_id;
    anchor->about.chain_genesis = network->genesis_block;
    anchor->about.contract = genesis->contract;
    vota_journal_genesis(&anchor->about.parent, genesis);
    enum vota_status status = take_evidence(anchor, store, network->id, number, err);
    if (status != VOTA_OK)
        return status;
    const uint64_t last = anchor->about.has_evidence ? anchor->evidence.about.length : number;
    const struct vota_store_range range = {number > 0 ? number - 1 : 0, last};
    status = vota_store_journal_each(store, network->id, range, walk_entry, &walk, err);
    if (status == VOTA_OK && !walk.found)
        return vota_fail(err, VOTA_NOT_FOUND, "journal", "no-entry");
    return status;
}

enum vota_status vota_prove_anchor(struct vota_proved_anchor *ret_anchor, struct vota_store *store,
                                   const struct vota_store_network *network, uint64_t number,
                                   struct vota_error *err)
{
    *ret_anchor = (struct vota_proved_anchor){0};
    const enum vota_status status = fill_anchor(ret_anchor, store, network, number, err);
    if (status != VOTA_OK)
        vota_prove_anchor_done(ret_anchor);
    return status;
}

void vota_prove_anchor_done(struct vota_proved_anchor *anchor)
{
    free(anchor->later);
    vota_store_evidence_done(&anchor->evidence);
    *anchor = (struct vota_proved_anchor){0};
}
