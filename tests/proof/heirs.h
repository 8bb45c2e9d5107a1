/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A city whose contract is continued by others: links of a succession that are
 * as a test wants them. For tests of vota_verify.
 */
#ifndef VOTA_TESTS_PROOF_HEIRS_H
#define VOTA_TESTS_PROOF_HEIRS_H

#include "tests/proof/city.h"

enum { OLD, NEW, NEWEST, CONTRACTS };

/* The city, with contracts that continue its own: line[0] is the city itself. */
struct heirs {
    struct city *city;
    struct vota_entry entries[CONTRACTS][CITY_ENTRIES];
    struct vota_journal journals[CONTRACTS];
    struct vota_trust_contract contracts[CONTRACTS];
    struct vota_trust_journal known[CONTRACTS];
    struct vota_trust_link links[CONTRACTS - 1];
};

static inline struct vota_entry *append(struct heirs *heirs, size_t i, uint64_t kind)
{
    struct vota_journal *journal = &heirs->journals[i];
    struct vota_entry *entry = &heirs->entries[i][journal->n++];
    const uint64_t number = journal->genesis.pred_length + journal->n;
    assert_true(journal->n <= CITY_ENTRIES);
    *entry = (struct vota_entry){
        .kind = kind, .number = number, .block = 100 + number, .time = 1790002740 + number * 60};
    return entry;
}

/* Contract i + 1 continues contract i as it is now; `confirms`: the old one says so too. */
static inline void succeed(struct heirs *heirs, size_t i, bool confirms)
{
    struct vota_genesis *genesis = &heirs->journals[i + 1].genesis;
    const struct vota_genesis *old = &heirs->journals[i].genesis;
    *genesis = (struct vota_genesis){.chain_id = old->chain_id + 1,
                                     .contract = {{0xc0, (uint8_t)i}},
                                     .owner = {{1}},
                                     .anchorer = {{2}},
                                     .acceptance_key = {{0xad, (uint8_t)i}},
                                     .pred_chain_id = old->chain_id,
                                     .pred_contract = old->contract,
                                     .pred_length = old->pred_length + heirs->journals[i].n};
    vota_journal_head(&genesis->pred_head, &heirs->journals[i], heirs->journals[i].n);
    if (confirms) {
        struct vota_entry *entry = append(heirs, i, VOTA_ENTRY_SUCCEEDED);
        entry->a = vota_word_of_u64(genesis->chain_id);
        entry->b = vota_word_of_addr(&genesis->contract);
    }
}

/* Heads as the entries are now; all contracts are looked at, the first `named` by name. */
static inline void settle(struct heirs *heirs, size_t named, size_t n)
{
    struct city *city = heirs->city;
    for (size_t i = 0; i < n; i++) {
        const struct vota_journal *journal = &heirs->journals[i];
        heirs->contracts[i] =
            (struct vota_trust_contract){.chain_id = journal->genesis.chain_id,
                                         .chain_genesis = city->contract.chain_genesis,
                                         .address = journal->genesis.contract,
                                         .how = i == named ? VOTA_TRUST_NAMED : VOTA_TRUST_LINKED};
        heirs->known[i] =
            (struct vota_trust_journal){.contract = i,
                                        .length = journal->genesis.pred_length + journal->n,
                                        .block = 1000,
                                        .time = 1790100000,
                                        .final = true,
                                        .journal = journal};
        vota_journal_head(&heirs->known[i].head, journal, journal->n);
        if (i > 0)
            heirs->links[i - 1] = (struct vota_trust_link){i - 1, i, &journal->genesis};
    }
    city->trust.contracts = heirs->contracts;
    city->trust.contract_count = n;
    city->trust.journals = heirs->known;
    city->trust.journal_count = n;
    city->trust.links = heirs->links;
    city->trust.link_count = n - 1;
}

static inline struct heirs *heirs_of(struct city *city)
{
    static struct heirs heirs;
    memset(&heirs, 0, sizeof heirs);
    heirs.city = city;
    heirs.journals[OLD] = city->journal;
    memcpy(heirs.entries[OLD], city->entries, sizeof city->entries);
    for (size_t i = 0; i < CONTRACTS; i++)
        heirs.journals[i].entries = heirs.entries[i];
    return &heirs;
}

static inline int set_up(void **state)
{
    *state = heirs_of(city_new());
    return 0;
}

static inline int tear_down(void **state)
{
    city_free(((struct heirs *)*state)->city);
    return 0;
}

/* A batch of the record alone in contract i, which the receipt is then about. */
static inline struct vota_entry *anchor_in(struct heirs *heirs, size_t i)
{
    struct vota_anchor *anchor = &heirs->city->receipt.anchors[0];
    struct vota_journal *journal = &heirs->journals[i];
    struct vota_entry *batch = append(heirs, i, VOTA_ENTRY_BATCH);
    vota_leaf_hash(&batch->a, &heirs->city->receipt.row);
    batch->b = vota_word_of_u64(1);
    anchor->chain_id = journal->genesis.chain_id;
    anchor->contract = journal->genesis.contract;
    anchor->entry = (struct vota_batch_entry){.number = batch->number,
                                              .block = batch->block,
                                              .time = batch->time,
                                              .root = batch->a,
                                              .count = 1};
    vota_journal_head(&anchor->parent, journal, journal->n - 1);
    return batch;
}

#endif
