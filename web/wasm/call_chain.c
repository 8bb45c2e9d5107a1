/* SPDX-License-Identifier: Apache-2.0 */
/* What a chain is asked about: a contract's address, its proven state, its journal's head. */
#include "keccak/keccak.h"
#include "proof/evidence.h"
#include "web/wasm/call.h"

/* ---- deployment ---- */

static void write_deployment(struct vota_canon *canon, const void *about)
{
    static const char *const reasons[] = {[VOTA_DEPLOYMENT_SOUND] = "",
                                          [VOTA_DEPLOYMENT_OTHER_CODE] = "deployment-code",
                                          [VOTA_DEPLOYMENT_OTHER_ADDRESS] = "deployment-address"};
    const enum vota_deployment_fault fault = *(const enum vota_deployment_fault *)about;
    vota_hash creation;
    vota_keccak_hash(creation.bytes, vota_call_creation_code.at, vota_call_creation_code.len);
    vota_canon_object(canon, NULL);
    vota_canon_hash(canon, "code_hash", &vota_call_code_hash);
    vota_canon_hash(canon, "creation_code_hash", &creation);
    vota_canon_bool(canon, "ok", fault == VOTA_DEPLOYMENT_SOUND);
    vota_canon_word(canon, "reason", reasons[fault]);
    vota_canon_object_end(canon);
}

enum vota_status vota_call_deployment(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "record", &call->err);
    struct vota_deployment record;
    vota_fields_flat(&fields, &record, &vota_deployment_record);
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    const enum vota_deployment_fault fault =
        vota_deployment_fault_of(&record, vota_call_creation_code);
    return vota_call_answer(call, write_deployment, &fault);
}

/* ---- proven state ---- */

struct proven {
    enum vota_evidence_code code;
    struct vota_evidence_detail detail;
};

static void write_state(struct vota_canon *canon, const void *about)
{
    const struct proven *proven = about;
    const struct vota_evidence_detail *detail = &proven->detail;
    const bool is_proven = proven->code == VOTA_EVIDENCE_INCLUDED;
    vota_canon_object(canon, NULL);
    vota_canon_hash(canon, "block_hash", &detail->header.hash);
    if (!vota_hash_is_zero(&detail->code_hash))
        vota_canon_hash(canon, "code_hash", &detail->code_hash);
    if (is_proven)
        vota_canon_hash(canon, "head", &detail->head);
    vota_canon_number(canon, "number", detail->header.number);
    vota_canon_word(canon, "reason", is_proven ? "" : vota_evidence_name(proven->code));
    vota_canon_number(canon, "time", detail->header.time);
    vota_canon_word(canon, "verdict", vota_verdict_name(vota_evidence_verdict(proven->code)));
    vota_canon_object_end(canon);
}

static void read_nodes(struct vota_call *call, struct vota_fields *fields, const char *key,
                       struct vota_slice *ret_nodes, size_t *ret_n)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, key, VOTA_TRIE_MAX_NODES);
    for (size_t i = 0; i < n && fields->status == VOTA_OK; i++)
        ret_nodes[i] = vota_call_bytes(call, fields, vota_fields_item(fields, &walk));
    *ret_n = n;
}

/* The header is its own trusted block: which block that is, the caller decides by the hash. */
enum vota_status vota_call_state(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "state", &call->err);
    struct vota_evidence_trust trust = {.code_hash = vota_call_code_hash};
    struct vota_evidence *evidence = vota_call_room(call, &fields, 1, sizeof *evidence);
    struct proven proven;
    if (evidence == NULL)
        return VOTA_NO_MEMORY;
    read_nodes(call, &fields, "account", evidence->account, &evidence->account_count);
    vota_fields_hex(&fields, &trust.contract, sizeof trust.contract, "contract");
    evidence->header = vota_call_bytes(call, &fields, vota_fields_get(&fields, "header"));
    read_nodes(call, &fields, "storage", evidence->storage, &evidence->storage_count);
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    vota_keccak_hash(trust.block_hash.bytes, evidence->header.at, evidence->header.len);
    proven.code = vota_evidence_prove_head(&proven.detail, evidence, &trust, NULL);
    return vota_call_answer(call, write_state, &proven);
}

/* ---- a journal's head ---- */

static void write_hash(struct vota_canon *canon, const void *about)
{
    vota_canon_hash(canon, NULL, about);
}

enum vota_status vota_call_fold(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "fold", &call->err);
    struct vota_deployment record;
    struct vota_entry *entries = NULL;
    vota_hash head;
    size_t n = 0;
    vota_call_entries(call, &fields, "entries", &entries, &n);
    vota_call_record(&record, &fields, "record");
    enum vota_status status = vota_fields_end(&fields);
    for (size_t i = 0; i < n && status == VOTA_OK; i++) {
        if (entries[i].number != record.genesis.pred_length + 1 + i)
            status = vota_fail(&call->err, VOTA_BAD_INPUT, "entries", "not-consecutive");
    }
    if (status != VOTA_OK)
        return status;
    const struct vota_journal journal = {record.genesis, entries, n};
    vota_journal_head(&head, &journal, n);
    return vota_call_answer(call, write_hash, &head);
}
