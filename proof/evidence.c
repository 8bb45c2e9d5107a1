/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of PROTOCOL 7 in its order: each function is one of its steps, and
 * returns the code that decides, or INCLUDED to pass on. See evidence.h.
 */
#include "proof/evidence.h"

#include "keccak/keccak.h"
#include "proof/journal.h"
#include "proof/merkle.h"
#include "proof/rlp.h"

#define ACCOUNT_ITEMS 4u

/* The two members of an account that concern us. */
struct account {
    vota_hash storage_root;
    vota_hash code_hash;
};

/* Reads the header, then steps 0 and 1: late enough, and the block that is trusted. */
static enum vota_evidence_code check_header(struct vota_header *ret_header, struct vota_slice rlp,
                                            const vota_hash *block_hash,
                                            const struct vota_batch_entry *not_before)
{
    static const enum vota_evidence_code codes[] = {
        [VOTA_HEADER_READ] = VOTA_EVIDENCE_INCLUDED,
        [VOTA_HEADER_FORM] = VOTA_EVIDENCE_HEADER_FORM,
        [VOTA_HEADER_ITEMS] = VOTA_EVIDENCE_HEADER_ITEMS,
        [VOTA_HEADER_INTEGER] = VOTA_EVIDENCE_RLP_INTEGER};
    const enum vota_header_fault fault = vota_header_examine(ret_header, rlp);
    if (fault != VOTA_HEADER_READ)
        return codes[fault];
    if (not_before != NULL &&
        (not_before->time > ret_header->time || not_before->block > ret_header->number))
        return VOTA_EVIDENCE_OLDER_HEADER;
    if (!vota_hash_equal(&ret_header->hash, block_hash))
        return VOTA_EVIDENCE_HEADER_HASH;
    return VOTA_EVIDENCE_INCLUDED;
}

/* What a path that leads to no value comes to. */
static enum vota_evidence_code code_of_trie(enum vota_trie_result result,
                                            enum vota_evidence_code absent)
{
    static const enum vota_evidence_code codes[] = {
        [VOTA_TRIE_MISSING_NODE] = VOTA_EVIDENCE_MISSING_NODE,
        [VOTA_TRIE_UNUSED_NODE] = VOTA_EVIDENCE_UNUSED_NODE,
        [VOTA_TRIE_NODE_HASH] = VOTA_EVIDENCE_NODE_HASH,
        [VOTA_TRIE_NODE_FORM] = VOTA_EVIDENCE_NODE_FORM};
    VOTA_ASSERT(result != VOTA_TRIE_PRESENT);
    return result == VOTA_TRIE_ABSENT ? absent : codes[result];
}

/* The value of an account: a list of exactly nonce, balance, storage root, code hash. */
static bool read_account(struct account *ret_account, struct vota_slice value)
{
    struct vota_rlp_item list;
    struct vota_rlp_item items[ACCOUNT_ITEMS];
    uint64_t nonce;
    uint8_t balance[32];
    if (vota_rlp_read(&list, value.at, value.len, NULL) != VOTA_OK || !list.is_list)
        return false;
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    for (size_t i = 0; i < ACCOUNT_ITEMS; i++) {
        if (vota_rlp_next(&rd, &items[i], NULL) != VOTA_OK)
            return false;
    }
    return rd.left == 0 && vota_rlp_uint64(&nonce, &items[0], NULL) == VOTA_OK &&
           vota_rlp_integer(balance, sizeof balance, &items[1], NULL) == VOTA_OK &&
           vota_rlp_fixed(ret_account->storage_root.bytes, 32, &items[2], NULL) == VOTA_OK &&
           vota_rlp_fixed(ret_account->code_hash.bytes, 32, &items[3], NULL) == VOTA_OK;
}

/* Step 2. */
static enum vota_evidence_code check_account(struct account *ret_account,
                                             const vota_hash *state_root,
                                             const struct vota_evidence *evidence,
                                             const vota_addr *contract)
{
    vota_hash key;
    vota_keccak_hash(key.bytes, contract->bytes, sizeof contract->bytes);
    struct vota_slice value;
    const enum vota_trie_result result =
        vota_trie_prove(&value, state_root, &key, evidence->account, evidence->account_count);
    if (result != VOTA_TRIE_PRESENT)
        return code_of_trie(result, VOTA_EVIDENCE_NO_ACCOUNT);
    return read_account(ret_account, value) ? VOTA_EVIDENCE_INCLUDED : VOTA_EVIDENCE_ACCOUNT_SHAPE;
}

/* Step 4: slot 0 is the head; storage keeps it without its leading zeros. */
static enum vota_evidence_code check_storage(vota_hash *ret_head, const vota_hash *storage_root,
                                             const struct vota_evidence *evidence)
{
    static const vota_hash slot;
    vota_hash key;
    vota_keccak_hash(key.bytes, slot.bytes, sizeof slot.bytes);
    struct vota_slice value;
    const enum vota_trie_result result =
        vota_trie_prove(&value, storage_root, &key, evidence->storage, evidence->storage_count);
    if (result != VOTA_TRIE_PRESENT)
        return code_of_trie(result, VOTA_EVIDENCE_NO_HEAD);
    struct vota_rlp_item item;
    if (vota_rlp_read(&item, value.at, value.len, NULL) != VOTA_OK || item.payload.len == 0 ||
        vota_rlp_integer(ret_head->bytes, sizeof ret_head->bytes, &item, NULL) != VOTA_OK)
        return VOTA_EVIDENCE_STORAGE_VALUE;
    return VOTA_EVIDENCE_INCLUDED;
}

enum vota_evidence_code vota_evidence_prove_head(struct vota_evidence_detail *ret_detail,
                                                 const struct vota_evidence *evidence,
                                                 const struct vota_evidence_trust *trust,
                                                 const struct vota_batch_entry *not_before)
{
    struct account account;
    *ret_detail = (struct vota_evidence_detail){.header = {.number = 0}};
    enum vota_evidence_code code =
        check_header(&ret_detail->header, evidence->header, &trust->block_hash, not_before);
    if (code != VOTA_EVIDENCE_INCLUDED)
        return code;
    code = check_account(&account, &ret_detail->header.state_root, evidence, &trust->contract);
    if (code != VOTA_EVIDENCE_INCLUDED)
        return code;
    ret_detail->code_hash = account.code_hash;
    if (!vota_hash_equal(&account.code_hash, &trust->code_hash))
        return VOTA_EVIDENCE_CODE_HASH;
    return check_storage(&ret_detail->head, &account.storage_root, evidence);
}

void vota_evidence_entry(struct vota_entry *ret_entry, const struct vota_batch_entry *entry)
{
    *ret_entry = (struct vota_entry){.kind = VOTA_ENTRY_BATCH,
                                     .number = entry->number,
                                     .block = entry->block,
                                     .time = entry->time,
                                     .a = entry->root,
                                     .b = vota_word_of_u64(entry->count)};
}

/* Step 5. */
static enum vota_evidence_code check_fold(vota_hash *ret_folded, const vota_hash *head,
                                          const struct vota_claim *claim)
{
    struct vota_entry entry;
    vota_hash hash;
    vota_evidence_entry(&entry, &claim->entry);
    vota_entry_hash(&hash, &entry);
    vota_journal_next(ret_folded, &claim->parent, &hash);
    vota_journal_fold(ret_folded, ret_folded, claim->later, claim->later_count);
    return vota_hash_equal(ret_folded, head) ? VOTA_EVIDENCE_INCLUDED : VOTA_EVIDENCE_FOLD;
}

enum vota_evidence_code vota_evidence_check_claim(struct vota_evidence_detail *ret_detail,
                                                  const vota_hash *head,
                                                  const struct vota_claim *claim)
{
    ret_detail->head = *head;
    const enum vota_evidence_code code = check_fold(&ret_detail->folded, head, claim);
    if (code != VOTA_EVIDENCE_INCLUDED)
        return code;
    return vota_evidence_check_path(&ret_detail->root, claim);
}

enum vota_evidence_code vota_evidence_check_path(vota_hash *ret_root,
                                                 const struct vota_claim *claim)
{
    if (!vota_merkle_path_length_ok(claim->path_len, claim->entry.count))
        return VOTA_EVIDENCE_PATH_LENGTH;
    vota_merkle_root_of(ret_root, &claim->leaf, claim->path, claim->path_len);
    if (!vota_hash_equal(ret_root, &claim->entry.root))
        return VOTA_EVIDENCE_PATH_ROOT;
    return VOTA_EVIDENCE_INCLUDED;
}

enum vota_evidence_code vota_evidence_check(struct vota_evidence_detail *ret_detail,
                                            const struct vota_evidence *evidence,
                                            const struct vota_evidence_trust *trust,
                                            const struct vota_claim *claim)
{
    const enum vota_evidence_code code =
        vota_evidence_prove_head(ret_detail, evidence, trust, &claim->entry);
    if (code != VOTA_EVIDENCE_INCLUDED)
        return code;
    const vota_hash head = ret_detail->head;
    return vota_evidence_check_claim(ret_detail, &head, claim);
}

enum vota_verdict vota_evidence_verdict(enum vota_evidence_code code)
{
    if (code == VOTA_EVIDENCE_INCLUDED)
        return VOTA_VALID;
    if (code == VOTA_EVIDENCE_NO_ACCOUNT || code == VOTA_EVIDENCE_NO_HEAD ||
        code == VOTA_EVIDENCE_PATH_LENGTH || code == VOTA_EVIDENCE_PATH_ROOT)
        return VOTA_NOT_VALID;
    return VOTA_NOT_CHECKED;
}

const char *vota_evidence_name(enum vota_evidence_code code)
{
    static const char *const names[VOTA_EVIDENCE_CODES] = {
        [VOTA_EVIDENCE_INCLUDED] = "included",
        [VOTA_EVIDENCE_HEADER_FORM] = "header-form",
        [VOTA_EVIDENCE_HEADER_ITEMS] = "header-items",
        [VOTA_EVIDENCE_RLP_INTEGER] = "rlp-integer",
        [VOTA_EVIDENCE_OLDER_HEADER] = "older-header",
        [VOTA_EVIDENCE_HEADER_HASH] = "header-hash",
        [VOTA_EVIDENCE_MISSING_NODE] = "missing-node",
        [VOTA_EVIDENCE_UNUSED_NODE] = "unused-node",
        [VOTA_EVIDENCE_NODE_HASH] = "node-hash",
        [VOTA_EVIDENCE_NODE_FORM] = "node-form",
        [VOTA_EVIDENCE_NO_ACCOUNT] = "no-account",
        [VOTA_EVIDENCE_ACCOUNT_SHAPE] = "account-shape",
        [VOTA_EVIDENCE_CODE_HASH] = "code-hash",
        [VOTA_EVIDENCE_NO_HEAD] = "no-head",
        [VOTA_EVIDENCE_STORAGE_VALUE] = "storage-value",
        [VOTA_EVIDENCE_FOLD] = "fold",
        [VOTA_EVIDENCE_PATH_LENGTH] = "path-length",
        [VOTA_EVIDENCE_PATH_ROOT] = "path-root",
    };
    return code < VOTA_EVIDENCE_CODES ? names[code] : "unknown";
}
