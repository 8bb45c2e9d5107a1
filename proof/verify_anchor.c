/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether an anchor's row is in its root, its root in its entry, and its entry
 * in the journal of a contract that the user named: by a journal or a head that
 * the user brought, else by the evidence in the receipt (PROTOCOL 7). Decides
 * nothing about counting.
 */
#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "proof/verify.h"

#define MAX_TRIES 2u /* of what the user brought, for one anchor */

/*
 * At most: contract 1, links 2, tries 2 * 3 and a register's opening, evidence 5,
 * and its time in verify.c, for each anchor; 4 of the receipt, 5 of the
 * acceptance, the standing. 8 * 16 + 10 findings fit the report.
 */
_Static_assert(VOTA_RECEIPT_MAX_ANCHORS * 16 + 10 <= VOTA_REPORT_FINDINGS, "report too small");

/* One anchor being looked at. */
struct look {
    struct vota_verify *verify;
    size_t index;
    const struct vota_anchor *anchor;
    const struct vota_trust_contract *contract;
    struct vota_claim claim;
};

static struct vota_finding *add(const struct look *look, enum vota_finding_code code,
                                enum vota_verdict state)
{
    struct vota_finding *finding = vota_finding_add(look->verify->report, code, state, look->index);
    finding->number = look->anchor->entry.number;
    return finding;
}

/* What holds now holds for good only in a block that cannot be replaced. */
static void set_proven(const struct look *look, bool final)
{
    if (final)
        look->verify->anchors[look->index].proven = true;
    else
        add(look, VOTA_FINDING_BLOCK_FINAL, VOTA_NOT_CHECKED);
}

/* The last step, under an entry that is shown to be in the journal; true when that decides. */
static bool look_at_path(const struct look *look, bool final)
{
    vota_hash root;
    const enum vota_evidence_code code = vota_evidence_check_path(&root, &look->claim);
    if (code == VOTA_EVIDENCE_PATH_LENGTH) {
        vota_finding_set_numbers(add(look, VOTA_FINDING_PATH_LENGTH, VOTA_NOT_VALID),
                                 look->claim.path_len, look->claim.entry.count);
        return true;
    }
    vota_finding_set_hashes(add(look, VOTA_FINDING_PATH_ROOT, vota_evidence_verdict(code)), &root,
                            &look->claim.entry.root);
    if (code == VOTA_EVIDENCE_INCLUDED)
        set_proven(look, final);
    return code != VOTA_EVIDENCE_INCLUDED || final;
}

/* What a complete journal tells of a batch besides that it is there. */
static void look_at_journal_around(const struct look *look,
                                   const struct vota_trust_journal *journal)
{
    struct vota_verify_anchor *known = &look->verify->anchors[look->index];
    const uint64_t number = look->anchor->entry.number;
    bool complete = false; /* else a journal that is not here, or an unknown kind, may open it */
    if (!known->proven)
        return;
    known->is_disavowed = vota_verify_is_disavowed(look->verify, journal, number);
    const struct vota_entry *opening =
        vota_verify_opening(look->verify, &complete, journal, number);
    known->is_register_not_opened = opening == NULL && complete;
    const enum vota_verdict state = opening != NULL ? VOTA_VALID
                                    : complete      ? VOTA_NOT_VALID
                                                    : VOTA_NOT_CHECKED;
    vota_finding_set_numbers(add(look, VOTA_FINDING_REGISTER_OPENED, state),
                             opening != NULL ? opening->number : 0, number);
}

/* Whether a head says anything about an entry of that block and time (PROTOCOL 7, step 0). */
static bool reaches(const struct vota_trust_journal *journal, const struct vota_batch_entry *entry)
{
    return entry->block <= journal->block && entry->time <= journal->time;
}

/* What a journal or head that the user brought had to say. */
enum said { SAID_NOTHING, SAID_SOMETHING, SAID_ALL };

/* A complete journal: its entry of that number is the receipt's, or the receipt is wrong. */
static enum said look_at_journal(const struct look *look, const struct vota_trust_journal *journal)
{
    const struct vota_journal *entries = journal->journal;
    const uint64_t first = entries->genesis.pred_length + 1;
    const uint64_t number = look->anchor->entry.number;
    vota_hash found = {{0}};
    vota_hash claimed;
    struct vota_entry entry;
    if (!vota_verify_journal_reaches(look->verify, journal)) {
        add(look, VOTA_FINDING_JOURNAL_FOLD, VOTA_NOT_CHECKED);
        return SAID_SOMETHING;
    }
    vota_evidence_entry(&entry, &look->anchor->entry);
    vota_entry_hash(&claimed, &entry);
    if (number >= first && number - first < entries->n)
        vota_entry_hash(&found, &entries->entries[number - first]);
    const bool equal = vota_hash_equal(&claimed, &found);
    const bool refuted = !equal && journal->final && reaches(journal, &look->anchor->entry);
    vota_finding_set_hashes(add(look, VOTA_FINDING_JOURNAL_ENTRY,
                                equal     ? VOTA_VALID
                                : refuted ? VOTA_NOT_VALID
                                          : VOTA_NOT_CHECKED),
                            &claimed, &found);
    if (!equal)
        return refuted ? SAID_ALL : SAID_SOMETHING;
    const bool decided = look_at_path(look, journal->final);
    look_at_journal_around(look, journal);
    return decided ? SAID_ALL : SAID_SOMETHING;
}

/* A head alone: the receipt's own later entries must lead to it. */
static enum said look_at_head(const struct look *look, const struct vota_trust_journal *journal)
{
    struct vota_evidence_detail detail;
    const enum vota_evidence_code code =
        vota_evidence_check_claim(&detail, &journal->head, &look->claim);
    if (code == VOTA_EVIDENCE_FOLD)
        return SAID_NOTHING;
    vota_finding_set_hashes(add(look, VOTA_FINDING_JOURNAL_HEAD, VOTA_VALID), &detail.folded,
                            &journal->head);
    look_at_path(look, journal->final);
    return true;
}

/* True when something that the user brought decides. */
static bool look_at_journals(const struct look *look)
{
    const struct vota_trust *trust = look->verify->trust;
    bool decided = false;
    for (size_t i = 0; i < trust->journal_count && !decided; i++) {
        const struct vota_trust_journal *journal = &trust->journals[i];
        if (&trust->contracts[journal->contract] != look->contract)
            continue;
        decided =
            journal->journal != NULL ? look_at_journal(look, journal) : look_at_head(look, journal);
    }
    return decided;
}

/* The trusted block of this network that the header is; NULL = none. */
static const struct vota_trust_block *find_block(const struct look *look, const vota_hash *hash)
{
    const struct vota_trust *trust = look->verify->trust;
    for (size_t i = 0; i < trust->block_count; i++) {
        const struct vota_trust_block *block = &trust->blocks[i];
        if (block->chain_id == look->anchor->chain_id &&
            vota_hash_equal(&block->chain_genesis, &look->anchor->chain_genesis) &&
            (hash == NULL || vota_hash_equal(&block->hash, hash)))
            return block;
    }
    return NULL;
}

/* The finding that a failure up to step 4 becomes. */
static enum vota_finding_code finding_of(enum vota_evidence_code code)
{
    static const enum vota_finding_code findings[VOTA_EVIDENCE_CODES] = {
        [VOTA_EVIDENCE_HEADER_FORM] = VOTA_FINDING_HEADER_FORM,
        [VOTA_EVIDENCE_HEADER_ITEMS] = VOTA_FINDING_HEADER_ITEMS,
        [VOTA_EVIDENCE_RLP_INTEGER] = VOTA_FINDING_RLP_INTEGER,
        [VOTA_EVIDENCE_OLDER_HEADER] = VOTA_FINDING_OLDER_HEADER,
        [VOTA_EVIDENCE_HEADER_HASH] = VOTA_FINDING_HEADER_HASH,
        [VOTA_EVIDENCE_MISSING_NODE] = VOTA_FINDING_MISSING_NODE,
        [VOTA_EVIDENCE_UNUSED_NODE] = VOTA_FINDING_UNUSED_NODE,
        [VOTA_EVIDENCE_NODE_HASH] = VOTA_FINDING_NODE_HASH,
        [VOTA_EVIDENCE_NODE_FORM] = VOTA_FINDING_NODE_FORM,
        [VOTA_EVIDENCE_NO_ACCOUNT] = VOTA_FINDING_NO_ACCOUNT,
        [VOTA_EVIDENCE_ACCOUNT_SHAPE] = VOTA_FINDING_ACCOUNT_SHAPE,
        [VOTA_EVIDENCE_CODE_HASH] = VOTA_FINDING_CODE_HASH,
        [VOTA_EVIDENCE_NO_HEAD] = VOTA_FINDING_NO_HEAD,
        [VOTA_EVIDENCE_STORAGE_VALUE] = VOTA_FINDING_STORAGE_VALUE,
    };
    return findings[code];
}

/* The finding of the step that failed, with what it compared. */
static void add_failure(const struct look *look, enum vota_evidence_code code,
                        const struct vota_evidence_detail *detail,
                        const struct vota_evidence_trust *trust, bool final)
{
    enum vota_verdict state = vota_evidence_verdict(code);
    if (!final) /* absence in a block that may be replaced is no absence */
        state = VOTA_NOT_CHECKED;
    struct vota_finding *finding = add(look, finding_of(code), state);
    if (code == VOTA_EVIDENCE_OLDER_HEADER)
        vota_finding_set_times(finding, look->claim.entry.time, detail->header.time);
    else if (code == VOTA_EVIDENCE_HEADER_HASH)
        vota_finding_set_hashes(finding, &detail->header.hash, &trust->block_hash);
    else if (code == VOTA_EVIDENCE_CODE_HASH)
        vota_finding_set_hashes(finding, &detail->code_hash, &trust->code_hash);
}

/* Steps 0 to 4 held: the findings that say so, then 5 and 6. */
static void look_at_claim(const struct look *look, const struct vota_evidence_detail *detail,
                          const struct vota_evidence_trust *trust, bool final)
{
    vota_finding_set_hashes(add(look, VOTA_FINDING_HEADER_HASH, VOTA_VALID), &detail->header.hash,
                            &trust->block_hash);
    vota_finding_set_hashes(add(look, VOTA_FINDING_CODE_HASH, VOTA_VALID), &detail->code_hash,
                            &trust->code_hash);
    struct vota_evidence_detail end;
    const enum vota_evidence_code code =
        vota_evidence_check_claim(&end, &detail->head, &look->claim);
    const bool folds = code != VOTA_EVIDENCE_FOLD;
    vota_finding_set_hashes(add(look, VOTA_FINDING_FOLD, folds ? VOTA_VALID : VOTA_NOT_CHECKED),
                            &end.folded, &end.head);
    if (folds)
        look_at_path(look, final);
}

static void look_at_evidence(const struct look *look)
{
    const struct vota_evidence *evidence = &look->anchor->evidence;
    const struct vota_trust_block *block = find_block(look, NULL);
    struct vota_evidence_detail detail;
    vota_hash hash;
    if (!look->anchor->has_evidence) {
        add(look, VOTA_FINDING_EVIDENCE_MISSING, VOTA_NOT_CHECKED);
        return;
    }
    vota_keccak_hash(hash.bytes, evidence->header.at, evidence->header.len);
    if (block == NULL) {
        vota_finding_set_hashes(add(look, VOTA_FINDING_BLOCK_MISSING, VOTA_NOT_CHECKED), &hash,
                                &hash);
        return;
    }
    if (find_block(look, &hash) != NULL)
        block = find_block(look, &hash);
    const struct vota_evidence_trust trust = {.block_hash = block->hash,
                                              .contract = look->contract->address,
                                              .code_hash = look->contract->code_hash};
    const enum vota_evidence_code code =
        vota_evidence_prove_head(&detail, evidence, &trust, &look->claim.entry);
    if (code == VOTA_EVIDENCE_INCLUDED)
        look_at_claim(look, &detail, &trust, block->final);
    else
        add_failure(look, code, &detail, &trust, block->final);
}

/* With NO_RECORD what the user did not say fits anything. */
static bool fits(const struct vota_trust_contract *contract, uint64_t chain_id,
                 const vota_hash *chain_genesis)
{
    const bool open = contract->how == VOTA_TRUST_NO_RECORD;
    return ((open && contract->chain_id == 0) || contract->chain_id == chain_id) &&
           (chain_genesis == NULL || (open && vota_hash_is_zero(&contract->chain_genesis)) ||
            vota_hash_equal(&contract->chain_genesis, chain_genesis));
}

const struct vota_trust_contract *vota_verify_contract(const struct vota_trust *trust,
                                                       uint64_t chain_id,
                                                       const vota_hash *chain_genesis,
                                                       const vota_addr *address)
{
    const struct vota_trust_contract *found = NULL;
    for (size_t i = 0; i < trust->contract_count; i++) {
        const struct vota_trust_contract *contract = &trust->contracts[i];
        if (!vota_addr_equal(&contract->address, address) ||
            !fits(contract, chain_id, chain_genesis))
            continue;
        if (contract->how != VOTA_TRUST_NO_RECORD)
            return contract;
        found = contract;
    }
    return found;
}

/* Anyone can deploy the same code and fill it: whose it is comes first. */
static bool look_at_contract(const struct look *look)
{
    const struct vota_trust_contract *contract = look->contract;
    const struct vota_trust_contract *named = NULL;
    const vota_addr none = {{0}};
    enum vota_finding_code code = VOTA_FINDING_CONTRACT;
    if (contract != NULL && contract->how == VOTA_TRUST_NO_RECORD) {
        code = VOTA_FINDING_CONTRACT_RECORD;
    } else if (contract != NULL && contract->how == VOTA_TRUST_LINKED) {
        vota_verify_add_links(look->verify, look->index, contract); /* why it is trusted, or not */
        /* A link says nothing for what the old contract recorded after it. */
        if (look->anchor->entry.number <= vota_verify_carried(look->verify, contract))
            named = vota_verify_named(look->verify, contract);
        code = named != NULL ? VOTA_FINDING_CONTRACT_LINKED : VOTA_FINDING_CONTRACT;
    } else {
        named = contract;
    }
    struct vota_finding *finding = add(look, code, named != NULL ? VOTA_VALID : VOTA_NOT_CHECKED);
    vota_finding_set_addresses(finding, &look->anchor->contract,
                               named != NULL ? &named->address : &none);
    finding->number = look->anchor->chain_id;
    return named != NULL;
}

static void look_at_anchor(struct vota_verify *verify, size_t index)
{
    const struct vota_anchor *anchor = &verify->receipt->anchors[index];
    const struct look look = {.verify = verify,
                              .index = index,
                              .anchor = anchor,
                              .contract =
                                  vota_verify_contract(verify->trust, anchor->chain_id,
                                                       &anchor->chain_genesis, &anchor->contract),
                              .claim = {.leaf = verify->report->leaf,
                                        .path = verify->receipt->path,
                                        .path_len = verify->receipt->path_len,
                                        .entry = anchor->entry,
                                        .parent = anchor->parent,
                                        .later = anchor->later,
                                        .later_count = anchor->later_count}};
    if (!look_at_contract(&look) || look.contract == NULL)
        return;
    if (!look_at_journals(&look))
        look_at_evidence(&look);
    if (look.contract->how == VOTA_TRUST_NAMED)
        vota_verify_add_links(verify, index, look.contract);
}

void vota_verify_anchors(struct vota_verify *verify)
{
    for (size_t i = 0; i < verify->receipt->anchor_count; i++)
        look_at_anchor(verify, i);
}
