/* SPDX-License-Identifier: Apache-2.0 */
/* A stored journal from its genesis to its head, and its evidence: see inspect.h. */
#include <string.h>

#include "bridge/backup/inspect_parts.h"
#include "bridge/engine/contract.h"
#include "bridge/store/store_check.h"
#include "keccak/keccak.h"
#include "proof/count.h"
#include "proof/definition.h"
#include "proof/evidence.h"
#include "proof/journal.h"
#include "proof/leaf.h"

struct folding {
    struct vota_inspect *inspect;
    const struct vota_store_network *network;
    uint64_t next; /* number that is due */
    vota_hash head;
};

/* The counts of a result, as the event carried them. */
static void hash_counts(vota_hash *ret_hash, struct vota_slice data)
{
    uint64_t counts[VOTA_COUNT_MAX_NUMBERS] = {0};
    const size_t n = data.len / 8;
    const size_t most = sizeof counts / sizeof counts[0];
    for (size_t i = 0; i < n && i < most; i++)
        counts[i] = vota_load_be(data.at + 8 * i, 8);
    vota_journal_counts_hash(ret_hash, counts, n < most ? n : most);
}

/* Whether what an event carried is what its entry commits to. */
static bool carries_its_data(const struct vota_store_entry *entry)
{
    vota_hash hash;
    if (entry->entry.kind == VOTA_ENTRY_REGISTER) {
        vota_definition_hash(&hash, entry->data.at, entry->data.len);
        return vota_hash_equal(&hash, &entry->entry.a);
    }
    if (entry->entry.kind == VOTA_ENTRY_RESULT) {
        hash_counts(&hash, entry->data);
        return vota_hash_equal(&hash, &entry->entry.c);
    }
    if (entry->entry.kind == VOTA_ENTRY_DISAVOWED) {
        vota_keccak_hash(hash.bytes, entry->data.at, entry->data.len);
        return vota_hash_equal(&hash, &entry->entry.c);
    }
    return true;
}

static enum vota_status fold(void *context, const struct vota_store_entry *entry)
{
    struct folding *folding = context;
    vota_hash hash;
    vota_entry_hash(&hash, &entry->entry);
    vota_journal_next(&folding->head, &folding->head, &hash);
    const char *fault = NULL;
    if (entry->entry.number != folding->next)
        fault = "journal-gap";
    else if (vota_entry_is_known(&entry->entry) && vota_entry_check(&entry->entry, NULL) != VOTA_OK)
        fault = "entry-form";
    else if (!carries_its_data(entry))
        fault = "entry-data";
    else if (!vota_hash_equal(&folding->head, &entry->head))
        fault = "journal-fold";
    if (fault != NULL)
        vota_inspect_find_number(folding->inspect, fault, folding->network->name,
                                 entry->entry.number);
    folding->head = entry->head; /* so that one fault is one finding */
    folding->next = entry->entry.number + 1;
    return VOTA_OK;
}

/* ---- evidence ---- */

static bool unpack(struct vota_slice *ret_nodes, size_t *ret_count, struct vota_slice packed)
{
    struct vota_rd rd = vota_rd_of_slice(packed);
    size_t count = 0;
    while (rd.left > 0) {
        const uint8_t *size = vota_rd_take(&rd, 4);
        if (size == NULL || count == VOTA_TRIE_MAX_NODES)
            return false;
        const size_t len = (size_t)vota_load_be(size, 4);
        const uint8_t *node = vota_rd_take(&rd, len);
        if (node == NULL)
            return false;
        ret_nodes[count++] = (struct vota_slice){node, len};
    }
    *ret_count = count;
    return true;
}

static bool proves_its_head(const struct vota_store_evidence *kept,
                            const struct vota_store_network *network)
{
    struct vota_evidence evidence = {.header = kept->header};
    struct vota_evidence_detail detail;
    const struct vota_evidence_trust trust = {.block_hash = kept->block_hash,
                                              .contract = network->deployment.genesis.contract,
                                              .code_hash = vota_contract_code_hash};
    return unpack(evidence.account, &evidence.account_count, kept->account) &&
           unpack(evidence.storage, &evidence.storage_count, kept->storage) &&
           vota_evidence_prove_head(&detail, &evidence, &trust, NULL) == VOTA_EVIDENCE_INCLUDED &&
           vota_hash_equal(&detail.head, &kept->head);
}

static enum vota_status look_at_evidence(void *context, const struct vota_store_evidence *evidence)
{
    const struct folding *folding = context;
    if (!proves_its_head(evidence, folding->network))
        vota_inspect_find_number(folding->inspect, "evidence-damaged", folding->network->name,
                                 evidence->block);
    return VOTA_OK;
}

enum vota_status vota_inspect_journal(struct vota_inspect *inspect,
                                      const struct vota_store_network *network,
                                      struct vota_error *err)
{
    const struct vota_genesis *genesis = &network->deployment.genesis;
    struct folding folding = {
        .inspect = inspect, .network = network, .next = genesis->pred_length + 1};
    const struct vota_store_range range = {0, INT64_MAX};
    vota_journal_genesis(&folding.head, genesis);
    enum vota_status status =
        vota_store_journal_each(inspect->ask->store, network->id, range, fold, &folding, err);
    if (status == VOTA_OK)
        status = vota_store_check_evidence(inspect->ask->store, network->id, look_at_evidence,
                                           &folding, err);
    return status;
}
