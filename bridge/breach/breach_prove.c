/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose contracts a bundle is about, and that their journals are complete up to
 * heads proven in blocks of the chain: the ground on which the promise is judged.
 */
#include "bridge/breach/breach_parts.h"
#include "bridge/engine/contract.h"

static const struct vota_breach_contract *contract_at(const struct vota_breach_judging *judging,
                                                      size_t i)
{
    return &judging->breach->contracts[i];
}

static const vota_addr *address_at(const struct vota_breach_judging *judging, size_t i)
{
    return &contract_at(judging, i)->deployment.genesis.contract;
}

/* Confirmed links lead from one to the next, so one that was named stands for all of them. */
static size_t find_named(const struct vota_breach_judging *judging, size_t i)
{
    if (judging->trust->contracts[i].named)
        return i;
    size_t named = 0;
    while (named < judging->breach->contract_count && !judging->trust->contracts[named].named)
        named++;
    return named;
}

static void look_whose(struct vota_breach_judging *judging, size_t i)
{
    const vota_addr nobody = {{0}};
    const size_t named = find_named(judging, i);
    const bool found = named < judging->breach->contract_count;
    struct vota_breach_finding *finding = vota_breach_add(judging->report, VOTA_BREACH_CONTRACT,
                                                          found ? VOTA_VALID : VOTA_NOT_CHECKED, i);
    vota_breach_set_addresses(finding, address_at(judging, i),
                              found ? address_at(judging, named) : &nobody);
    finding->left = contract_at(judging, i)->deployment.genesis.chain_id;
    if (found && named != i)
        finding->reason = "linked";
}

static void look_at_record(struct vota_breach_judging *judging, size_t i)
{
    static const enum vota_verdict states[] = {[VOTA_DEPLOYMENT_SOUND] = VOTA_VALID,
                                               [VOTA_DEPLOYMENT_OTHER_CODE] = VOTA_NOT_CHECKED,
                                               [VOTA_DEPLOYMENT_OTHER_ADDRESS] = VOTA_NOT_VALID};
    static const char *const reasons[] = {[VOTA_DEPLOYMENT_SOUND] = "",
                                          [VOTA_DEPLOYMENT_OTHER_CODE] = "deployment-code",
                                          [VOTA_DEPLOYMENT_OTHER_ADDRESS] = "deployment-address"};
    const struct vota_deployment *deployment = &contract_at(judging, i)->deployment;
    const enum vota_deployment_fault fault = vota_deployment_check(deployment);
    vota_breach_add(judging->report, VOTA_BREACH_DEPLOYMENT, states[fault], i)->reason =
        reasons[fault];
}

static void look_at_block(struct vota_breach_judging *judging, size_t i,
                          const struct vota_header *header)
{
    static const char *const reasons[] = {[VOTA_BREACH_BLOCK_UNKNOWN] = "unknown",
                                          [VOTA_BREACH_BLOCK_FINAL] = "",
                                          [VOTA_BREACH_BLOCK_NOT_FINAL] = "not-final",
                                          [VOTA_BREACH_BLOCK_GONE] = "gone"};
    const enum vota_breach_block block = judging->trust->contracts[i].block;
    const vota_hash none = {{0}};
    struct vota_breach_finding *finding =
        vota_breach_add(judging->report, VOTA_BREACH_BLOCK,
                        block == VOTA_BREACH_BLOCK_FINAL ? VOTA_VALID : VOTA_NOT_CHECKED, i);
    vota_breach_set_hashes(finding, &header->hash,
                           block == VOTA_BREACH_BLOCK_FINAL ? &header->hash : &none);
    finding->left = header->number;
    finding->right = header->time;
    finding->reason = reasons[block];
}

static void look_at_state(struct vota_breach_judging *judging, size_t i)
{
    const struct vota_breach_contract *contract = contract_at(judging, i);
    struct vota_evidence_detail detail;
    struct vota_header header = {.number = 0};
    (void)vota_header_examine(&header, contract->evidence.header);
    const struct vota_evidence_trust trust = {.block_hash = header.hash,
                                              .contract = *address_at(judging, i),
                                              .code_hash = vota_contract_code_hash};
    const enum vota_evidence_code code =
        vota_evidence_prove_head(&detail, &contract->evidence, &trust, NULL);
    const bool proven = code == VOTA_EVIDENCE_INCLUDED;
    look_at_block(judging, i, &header);
    struct vota_breach_finding *finding = vota_breach_add(
        judging->report, VOTA_BREACH_STATE, proven ? VOTA_VALID : VOTA_NOT_CHECKED, i);
    if (!proven) {
        finding->reason = vota_evidence_name(code);
        return;
    }
    judging->heads[i] = detail.head;
    /* The line goes on in the last contract, and so does its time. */
    judging->report->final_block = header.number;
    judging->report->final_time = header.time;
}

static void look_at_journal(struct vota_breach_judging *judging, size_t i)
{
    const struct vota_breach_contract *contract = contract_at(judging, i);
    const struct vota_journal journal = {contract->deployment.genesis, contract->journal,
                                         contract->length};
    vota_hash head;
    vota_journal_head(&head, &journal, journal.n);
    const bool reaches = vota_hash_equal(&head, &judging->heads[i]);
    struct vota_breach_finding *finding = vota_breach_add(
        judging->report, VOTA_BREACH_JOURNAL, reaches ? VOTA_VALID : VOTA_NOT_CHECKED, i);
    vota_breach_set_hashes(finding, &head, &judging->heads[i]);
    finding->entry = journal.genesis.pred_length + journal.n;
}

static void look_at_link(struct vota_breach_judging *judging, size_t i)
{
    static const char *const reasons[] = {[VOTA_LINK_NONE] = "none",
                                          [VOTA_LINK_CLAIMED] = "claimed",
                                          [VOTA_LINK_CONFIRMED] = "",
                                          [VOTA_LINK_FORKED] = "forked"};
    const struct vota_breach_contract *before = contract_at(judging, i - 1);
    const struct vota_journal old = {before->deployment.genesis, before->journal, before->length};
    const enum vota_journal_link link =
        vota_journal_link(&old, &contract_at(judging, i)->deployment.genesis);
    struct vota_breach_finding *finding =
        vota_breach_add(judging->report, VOTA_BREACH_LINK,
                        link == VOTA_LINK_CONFIRMED ? VOTA_VALID : VOTA_NOT_CHECKED, i);
    vota_breach_set_addresses(finding, address_at(judging, i - 1), address_at(judging, i));
    finding->reason = reasons[link];
}

static void look_at_kinds(struct vota_breach_judging *judging, size_t i)
{
    const struct vota_breach_contract *contract = contract_at(judging, i);
    for (size_t k = 0; k < contract->length; k++) {
        if (vota_entry_is_known(&contract->journal[k]))
            continue;
        vota_breach_add(judging->report, VOTA_BREACH_UNKNOWN_KIND, VOTA_NOT_CHECKED, i)->entry =
            contract->journal[k].number;
        return;
    }
}

void vota_breach_prove(struct vota_breach_judging *judging)
{
    for (size_t i = 0; i < judging->breach->contract_count; i++) {
        look_whose(judging, i);
        look_at_record(judging, i);
        look_at_state(judging, i);
        look_at_journal(judging, i);
        if (i > 0)
            look_at_link(judging, i);
        look_at_kinds(judging, i);
    }
}
