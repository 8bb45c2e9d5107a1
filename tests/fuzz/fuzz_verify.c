/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a receipt, trusted in four ways: not at all; with its own
 * contracts and blocks named, so that the walk goes deep; with a journal made
 * from it; and with its contracts as a line of successors and a judged promise.
 * What is trusted changes, what arithmetic refutes does not.
 */
#include "tests/fuzz/fuzz.h"

#include "keccak/keccak.h"
#include "proof/journal.h"
#include "proof/receipt.h"

/* The code of the receipt among the seeds. */
static const vota_hash code_hash = {{0x0e, 0x2a, 0xe3, 0x07, 0xcc, 0x5e, 0xca, 0x5c,
                                     0xd9, 0x41, 0x97, 0xec, 0xa2, 0x45, 0x31, 0xbe,
                                     0x14, 0xa1, 0x35, 0x92, 0xae, 0xdf, 0x97, 0xf6,
                                     0x42, 0x40, 0x49, 0x87, 0x90, 0x60, 0x70, 0xbb}};

/* Trusts whatever the receipt names. */
struct own {
    struct vota_trust_contract contracts[VOTA_RECEIPT_MAX_ANCHORS];
    struct vota_trust_block blocks[VOTA_RECEIPT_MAX_ANCHORS];
    struct vota_entry entries[2];
    struct vota_journal journal;
    struct vota_trust_journal known;
    struct vota_genesis geneses[VOTA_RECEIPT_MAX_ANCHORS];
    struct vota_trust_link links[VOTA_RECEIPT_MAX_ANCHORS];
};

static bool recover(void *context, vota_addr *ret_signer, const vota_hash *digest,
                    const uint8_t signature[65])
{
    (void)context;
    (void)digest;
    vota_bytes_copy(ret_signer->bytes, signature, sizeof ret_signer->bytes);
    return signature[31] != 0;
}

static void trust_anchor(struct own *own, size_t i, const struct vota_anchor *anchor)
{
    const struct vota_slice header = anchor->evidence.header;
    own->contracts[i] = (struct vota_trust_contract){.chain_id = anchor->chain_id,
                                                     .chain_genesis = anchor->chain_genesis,
                                                     .address = anchor->contract,
                                                     .code_hash = code_hash};
    own->blocks[i] = (struct vota_trust_block){.chain_id = anchor->chain_id,
                                               .chain_genesis = anchor->chain_genesis,
                                               .final = anchor->entry.number % 2 == 0};
    if (anchor->has_evidence)
        vota_keccak_hash(own->blocks[i].hash.bytes, header.at, header.len);
}

/* A journal of an opening and the receipt's own entry, if its number allows. */
static void trust_journal(struct own *own, const struct vota_receipt *receipt)
{
    const struct vota_anchor *anchor = &receipt->anchors[0];
    own->journal = (struct vota_journal){
        .genesis = {.chain_id = anchor->chain_id, .contract = anchor->contract},
        .entries = own->entries,
        .n = 2};
    own->entries[0] = (struct vota_entry){
        .kind = VOTA_ENTRY_REGISTER, .number = 1, .a = receipt->row.register_hash};
    vota_evidence_entry(&own->entries[1], &anchor->entry);
    own->known = (struct vota_trust_journal){.length = 2,
                                             .block = anchor->entry.block,
                                             .time = anchor->entry.time,
                                             .final = true,
                                             .journal = &own->journal};
    vota_journal_head(&own->known.head, &own->journal, 2);
}

/* Each anchor's contract continues the one before it, or says so. */
static void trust_links(struct own *own, struct vota_trust *trust,
                        const struct vota_receipt *receipt, size_t size)
{
    for (size_t i = 0; i < receipt->anchor_count; i++) {
        const struct vota_anchor *anchor = &receipt->anchors[i];
        own->contracts[i].how = (enum vota_trust_how)((size + i) % 3);
        own->geneses[i] = (struct vota_genesis){.chain_id = anchor->chain_id,
                                                .contract = anchor->contract,
                                                .pred_length = 2,
                                                .pred_head = own->known.head};
        if (i == 0)
            continue;
        own->geneses[i].pred_chain_id = receipt->anchors[i - 1].chain_id;
        own->geneses[i].pred_contract = receipt->anchors[i - 1].contract;
        own->links[i - 1] = (struct vota_trust_link){i - 1, i, &own->geneses[i]};
    }
    trust->links = own->links;
    trust->link_count = receipt->anchor_count - 1;
    trust->promise.outcome = (enum vota_promise_outcome)(size % 5);
    trust->promise.doubt = (enum vota_promise_doubt)(size % 7);
}

static void check(const struct vota_report *report)
{
    VOTA_ASSERT(report->finding_count <= VOTA_REPORT_FINDINGS);
    for (size_t i = 0; i < report->finding_count; i++)
        VOTA_ASSERT(vota_finding_name(report->findings[i].code)[0] != 'u' ||
                    report->findings[i].code < VOTA_FINDING_CODES);
    if (report->standing == VOTA_VALID)
        VOTA_ASSERT(report->included == VOTA_VALID);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vota_receipt receipt;
    static struct vota_report alone;
    static struct vota_report report;
    static struct own own;
    struct vota_error err = {0};
    const struct vota_trust nothing = {.contract_count = 0};
    if (vota_verify(&alone, data, size, &nothing, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && alone.included == VOTA_NOT_CHECKED);
        return 0;
    }
    check(&alone);
    VOTA_ASSERT(alone.included != VOTA_VALID && alone.standing == VOTA_NOT_CHECKED);
    VOTA_ASSERT(vota_receipt_decode(&receipt, data, size, NULL) == VOTA_OK);
    for (size_t i = 0; i < receipt.anchor_count; i++)
        trust_anchor(&own, i, &receipt.anchors[i]);
    struct vota_trust trust = {.contracts = own.contracts,
                               .contract_count = receipt.anchor_count,
                               .blocks = own.blocks,
                               .block_count = receipt.anchor_count,
                               .recover = recover,
                               .standing = (enum vota_standing)(size % 9)};
    VOTA_ASSERT(vota_verify(&report, data, size, &trust, NULL) == VOTA_OK);
    check(&report);
    VOTA_ASSERT(alone.included != VOTA_NOT_VALID || report.included == VOTA_NOT_VALID);
    if (receipt.anchor_count > 0) {
        trust_journal(&own, &receipt);
        trust.journals = &own.known;
        trust.journal_count = 1;
        VOTA_ASSERT(vota_verify(&report, data, size, &trust, NULL) == VOTA_OK);
        check(&report);
        trust_links(&own, &trust, &receipt, size);
        VOTA_ASSERT(vota_verify(&report, data, size, &trust, NULL) == VOTA_OK);
        check(&report);
    }
    return 0;
}
