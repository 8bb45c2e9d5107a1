/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small city with one register, one record and a complete journal, of which
 * every part can be changed before it is verified. For tests of vota_verify.
 */
#ifndef VOTA_TESTS_PROOF_CITY_H
#define VOTA_TESTS_PROOF_CITY_H

#include "proof/definition.h"
#include "proof/journal.h"
#include "proof/leaf.h"
#include "tests/proof/receipt_from_json.h"

#define CITY_ENTRIES 12

/* What recover() answers in tests, in place of an elliptic curve. */
struct test_signer {
    bool recovers;
    vota_addr address;
    vota_hash digest; /* that it was asked for */
};

struct city {
    json_t *vectors;
    struct test_pool pool;
    struct vota_receipt receipt; /* of a batch of one leaf, as entry 2 */
    struct vota_entry entries[CITY_ENTRIES];
    struct vota_journal journal;
    struct vota_trust_contract contract;
    struct vota_trust_journal known;
    struct test_signer signer;
    struct vota_trust trust;
    uint8_t bytes[65536];
    struct vota_report report;
};

static inline bool test_recover(void *context, vota_addr *ret_signer, const vota_hash *digest,
                                const uint8_t signature[65])
{
    struct test_signer *signer = context;
    (void)signature;
    signer->digest = *digest;
    if (!signer->recovers)
        return false;
    *ret_signer = signer->address;
    return true;
}

/* Appends an entry a minute after the last one; its words are the caller's to set. */
static inline struct vota_entry *city_append(struct city *city, uint64_t kind)
{
    assert_true(city->journal.n < CITY_ENTRIES);
    struct vota_entry *entry = &city->entries[city->journal.n++];
    const uint64_t number = city->journal.genesis.pred_length + city->journal.n;
    *entry = (struct vota_entry){
        .kind = kind, .number = number, .block = 100 + number, .time = 1790002740 + number * 60};
    return entry;
}

/* The batch entry, as the receipt must name it. */
static inline struct vota_entry *city_batch(struct city *city)
{
    return &city->entries[1];
}

/*
 * After the receipt's row or any entry has been changed: leaf, root, heads and
 * the receipt's anchor follow, as if the city had done so from the start.
 */
static inline void city_settle(struct city *city)
{
    struct vota_anchor *anchor = &city->receipt.anchors[0];
    struct vota_entry *batch = city_batch(city);
    vota_leaf_hash(&batch->a, &city->receipt.row);
    anchor->entry = (struct vota_batch_entry){.number = batch->number,
                                              .block = batch->block,
                                              .time = batch->time,
                                              .root = batch->a,
                                              .count = 1};
    vota_journal_head(&anchor->parent, &city->journal, 1);
    vota_journal_head(&city->known.head, &city->journal, city->journal.n);
    city->known.length = city->journal.genesis.pred_length + city->journal.n;
}

/* Row and hashes follow from definition and opening. */
static inline void city_settle_row(struct city *city)
{
    struct vota_receipt *receipt = &city->receipt;
    vota_hash salt;
    vota_definition_hash(&receipt->row.register_hash, receipt->definition.at,
                         receipt->definition.len);
    vota_leaf_salt(&salt, &receipt->opening.city_salt, &receipt->opening.citizen_salt);
    vota_leaf_content_hash(&receipt->row.content_hash, &salt, receipt->opening.content);
    city->entries[0].a = receipt->row.register_hash;
    city_settle(city);
}

static inline void city_set_content(struct city *city, const char *content)
{
    city->receipt.opening.content = (struct vota_slice){(const uint8_t *)content, strlen(content)};
    city_settle_row(city);
}

static inline struct city *city_new(void)
{
    struct city *city = calloc(1, sizeof *city);
    assert_non_null(city);
    city->vectors = test_vectors();
    const json_t *json = test_get(test_get(city->vectors, "evidence"), "receipt");
    test_receipt(&city->receipt, &city->pool, json);
    struct vota_anchor *anchor = &city->receipt.anchors[0];
    anchor->has_evidence = false;
    anchor->has_later = false;
    city->receipt.path_len = 0;
    city->signer = (struct test_signer){.recovers = true, .address = {{0xac}}};
    city->journal = (struct vota_journal){.genesis = {.chain_id = anchor->chain_id,
                                                      .contract = anchor->contract,
                                                      .owner = {{1}},
                                                      .anchorer = {{2}},
                                                      .acceptance_key = city->signer.address},
                                          .entries = city->entries};
    city_append(city, VOTA_ENTRY_REGISTER)->a = city->receipt.row.register_hash;
    city_append(city, VOTA_ENTRY_BATCH)->b = vota_word_of_u64(1);
    city->contract = (struct vota_trust_contract){.chain_id = anchor->chain_id,
                                                  .chain_genesis = anchor->chain_genesis,
                                                  .address = anchor->contract};
    city->known = (struct vota_trust_journal){
        .block = 1000, .time = 1790100000, .final = true, .journal = &city->journal};
    city->trust = (struct vota_trust){.contracts = &city->contract,
                                      .contract_count = 1,
                                      .journals = &city->known,
                                      .journal_count = 1,
                                      .recover = test_recover,
                                      .recover_context = &city->signer};
    city_settle(city);
    return city;
}

static inline void city_free(struct city *city)
{
    test_pool_done(&city->pool);
    json_decref(city->vectors);
    free(city);
}

static inline void city_verify(struct city *city)
{
    struct vota_wr wr = vota_wr_of(city->bytes, sizeof city->bytes);
    assert_int_equal(vota_receipt_encode(&wr, &city->receipt, NULL), VOTA_OK);
    assert_int_equal(vota_verify(&city->report, city->bytes, wr.len, &city->trust, NULL), VOTA_OK);
}

/* The only finding of that name, or NULL. */
static inline const struct vota_finding *find_finding(const struct vota_report *report,
                                                      const char *name)
{
    const struct vota_finding *found = NULL;
    for (size_t i = 0; i < report->finding_count; i++) {
        if (strcmp(vota_finding_name(report->findings[i].code), name) != 0)
            continue;
        if (found != NULL)
            fail_msg("two findings %s", name);
        found = &report->findings[i];
    }
    return found;
}

static inline void assert_finding(const struct vota_report *report, const char *name,
                                  enum vota_verdict state)
{
    const struct vota_finding *finding = find_finding(report, name);
    if (finding == NULL)
        fail_msg("no finding %s", name);
    else if (finding->state != state)
        fail_msg("%s is %s", name, vota_verdict_name(finding->state));
}

static inline void assert_no_finding(const struct vota_report *report, const char *name)
{
    if (find_finding(report, name) != NULL)
        fail_msg("finding %s", name);
}

static inline void assert_verdicts(const struct vota_report *report, enum vota_verdict included,
                                   enum vota_verdict standing)
{
    assert_string_equal(vota_verdict_name(report->included), vota_verdict_name(included));
    assert_string_equal(vota_verdict_name(report->standing), vota_verdict_name(standing));
}

#endif
