/* SPDX-License-Identifier: Apache-2.0 */
/* From what the user brought to struct vota_trust: see trusted.h. */
#include "bridge/audit/trusted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rpc/recover.h"

void vota_trusted_init(struct vota_trusted *ret_trusted)
{
    memset(ret_trusted, 0, sizeof *ret_trusted);
}

void vota_trusted_done(struct vota_trusted *trusted)
{
    for (size_t i = 0; i < trusted->contract_count; i++) {
        struct vota_trusted_contract *contract = &trusted->contracts[i];
        if (contract->proven != NULL)
            vota_proven_done(contract->proven);
        free(contract->proven);
    }
    trusted->contract_count = 0;
}

void vota_trusted_note(struct vota_trusted *trusted, const char *key, const vota_addr *contract,
                       const char *provider, const struct vota_error *error)
{
    if (trusted->problem_count == VOTA_TRUSTED_MAX_PROBLEMS)
        return;
    struct vota_trusted_problem *problem = &trusted->problems[trusted->problem_count++];
    *problem = (struct vota_trusted_problem){.key = key};
    if (contract != NULL)
        problem->contract = *contract;
    if (provider != NULL)
        (void)snprintf(problem->provider, sizeof problem->provider, "%s", provider);
    if (error != NULL)
        problem->error = *error;
}

/* Drops what does not fit: no receipt has so many. */
static void add_block(struct vota_trusted *trusted, const struct vota_trust_block *block)
{
    if (trusted->block_count < VOTA_TRUSTED_MAX_BLOCKS)
        trusted->blocks[trusted->block_count++] = *block;
}

static void add_named_block(struct vota_trusted *trusted, const struct vota_deployment *deployment)
{
    const struct vota_trust_block block = {.chain_id = deployment->genesis.chain_id,
                                           .chain_genesis = deployment->chain_genesis,
                                           .hash = trusted->named_block,
                                           .final = true};
    add_block(trusted, &block);
    trusted->named_blocks = trusted->block_count;
}

void vota_trusted_block(struct vota_trusted *trusted, const vota_hash *hash)
{
    trusted->has_named_block = true;
    trusted->named_block = *hash;
    trusted->block_count = 0;
    for (size_t i = 0; i < trusted->contract_count; i++)
        add_named_block(trusted, &trusted->contracts[i].deployment);
}

static enum vota_status add(struct vota_trusted *trusted,
                            const struct vota_trusted_contract *contract, struct vota_error *err)
{
    if (trusted->contract_count == VOTA_TRUSTED_MAX_CONTRACTS)
        return vota_fail(err, VOTA_LIMIT, "contracts", "too-many");
    trusted->contracts[trusted->contract_count++] = *contract;
    if (trusted->has_named_block)
        add_named_block(trusted, &contract->deployment);
    return VOTA_OK;
}

enum vota_status vota_trusted_add(struct vota_trusted *trusted,
                                  const struct vota_deployment *deployment, struct vota_error *err)
{
    const struct vota_trusted_contract contract = {.deployment = *deployment};
    for (size_t i = 0; i < trusted->contract_count; i++) {
        if (vota_deployment_equal(&trusted->contracts[i].deployment, deployment))
            return VOTA_OK;
    }
    switch (vota_deployment_check(deployment)) {
    case VOTA_DEPLOYMENT_OTHER_CODE:
        return vota_fail(err, VOTA_BAD_INPUT, "deployment", "deployment-code");
    case VOTA_DEPLOYMENT_OTHER_ADDRESS:
        return vota_fail(err, VOTA_BAD_INPUT, "deployment", "deployment-address");
    case VOTA_DEPLOYMENT_SOUND:
        break;
    }
    return add(trusted, &contract, err);
}

static enum vota_status copy_lines(struct vota_lines *to, const struct vota_lines *from)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < from->n && status == VOTA_OK; i++) {
        const struct vota_journal_line line = vota_lines_at(from, i);
        status = vota_lines_add(to, &line);
    }
    return status;
}

/* The journal from the publication's lines and the events after them, else from events alone. */
static enum vota_status prove_journal(struct vota_proven *proven, struct vota_witness *witness,
                                      const struct vota_trusted_data *data, struct vota_error *err)
{
    if (data != NULL && vota_deployment_equal(data->deployment, &proven->deployment)) {
        struct vota_error ignored = {0};
        enum vota_status status = copy_lines(&proven->lines, data->lines);
        if (status == VOTA_OK)
            status = vota_proven_journal(proven, witness, &ignored);
        if (status == VOTA_OK || status == VOTA_NO_MEMORY)
            return status;
        vota_lines_cut(&proven->lines, 0);
    }
    return vota_proven_journal(proven, witness, err);
}

const struct vota_trusted_data *vota_trusted_data_of(const struct vota_trusted_sources *sources,
                                                     const struct vota_deployment *deployment)
{
    for (size_t i = 0; i < sources->data_count; i++) {
        if (vota_deployment_equal(sources->data[i].deployment, deployment))
            return &sources->data[i];
    }
    return NULL;
}

void vota_trusted_prove(struct vota_trusted *trusted, size_t i,
                        const struct vota_trusted_sources *sources)
{
    struct vota_trusted_contract *contract = &trusted->contracts[i];
    const struct vota_genesis *genesis = &contract->deployment.genesis;
    struct vota_error err = {0};
    struct vota_witness *witness = vota_witnesses_of(sources->witnesses, genesis->chain_id,
                                                     &contract->deployment.chain_genesis);
    if (witness == NULL || contract->how == VOTA_TRUST_NO_RECORD)
        return;
    struct vota_proven *proven = malloc(sizeof *proven);
    if (proven == NULL)
        return;
    vota_proven_init(proven);
    proven->deployment = contract->deployment;
    if (vota_proven_state(proven, witness, &genesis->contract, &err) != VOTA_OK) {
        vota_trusted_note(trusted, "problem.state", &genesis->contract, NULL, &err);
        vota_proven_done(proven);
        free(proven);
        return;
    }
    contract->proven = proven;
    if (prove_journal(proven, witness, vota_trusted_data_of(sources, &contract->deployment),
                      &err) != VOTA_OK) {
        vota_trusted_note(trusted, "problem.journal", &genesis->contract, NULL, &err);
        return;
    }
    contract->has_journal = true;
    contract->journal =
        (struct vota_journal){.genesis = *genesis,
                              .entries = proven->lines.entries,
                              .n = (size_t)(proven->state.contract.length - genesis->pred_length)};
}

static bool fits(const struct vota_named *named, const struct vota_deployment *deployment)
{
    return vota_named_fits(named, deployment->genesis.chain_id, &deployment->chain_genesis,
                           &deployment->genesis.contract);
}

/* Asks the chain where the contract comes from, if somebody serves the network that was named. */
static enum vota_status find_origin(struct vota_deployment *ret_deployment,
                                    const struct vota_named *named,
                                    const struct vota_witnesses *witnesses, struct vota_error *err)
{
    struct vota_proven proven;
    struct vota_witness *witness = vota_witnesses_named(witnesses, named);
    if (witness == NULL)
        return vota_fail(err, VOTA_CONFLICT, "network", "wrong-network");
    vota_proven_init(&proven);
    const enum vota_status status = vota_proven_origin(&proven, witness, &named->address, err);
    if (status == VOTA_OK)
        *ret_deployment = proven.deployment;
    vota_proven_done(&proven);
    return status;
}

static bool is_sound(const struct vota_named *named, const struct vota_deployment *deployment)
{
    return fits(named, deployment) && vota_deployment_check(deployment) == VOTA_DEPLOYMENT_SOUND;
}

const struct vota_deployment *vota_trusted_record(const struct vota_named *named,
                                                  const struct vota_trusted_sources *sources)
{
    for (size_t i = 0; sources->file != NULL && i < sources->file->contract_count; i++) {
        if (is_sound(named, &sources->file->contracts[i]))
            return &sources->file->contracts[i];
    }
    for (size_t i = 0; i < sources->data_count; i++) {
        if (is_sound(named, sources->data[i].deployment))
            return sources->data[i].deployment;
    }
    return NULL;
}

/* What the user named, so that a report can say that it was, and what is missing. */
static void add_nameless(struct vota_trusted *trusted, const struct vota_named *named)
{
    const struct vota_trusted_contract contract = {
        .deployment = {.genesis = {.chain_id = named->chain_id, .contract = named->address},
                       .chain_genesis = named->chain_genesis},
        .how = VOTA_TRUST_NO_RECORD};
    (void)!add(trusted, &contract, NULL);
}

void vota_trusted_find(struct vota_trusted *trusted, const struct vota_named *named,
                       const struct vota_trusted_sources *sources)
{
    struct vota_error err = {0};
    struct vota_deployment found;
    const struct vota_deployment *record = vota_trusted_record(named, sources);
    if (record != NULL && vota_trusted_add(trusted, record, &err) == VOTA_OK)
        return;
    if (sources->witnesses == NULL || sources->witnesses->n == 0)
        vota_trusted_note(trusted, "problem.no-record", &named->address, NULL, NULL);
    else if (find_origin(&found, named, sources->witnesses, &err) != VOTA_OK ||
             vota_trusted_add(trusted, &found, &err) != VOTA_OK)
        vota_trusted_note(trusted, "problem.origin", &named->address, NULL, &err);
    else
        return;
    add_nameless(trusted, named);
}

static bool file_names_block(const struct vota_trust_file *file, uint64_t chain_id,
                             const vota_hash *chain_genesis, const vota_hash *hash)
{
    for (size_t i = 0; file != NULL && i < file->head_count; i++) {
        const struct vota_trust_file_head *head = &file->heads[i];
        if (head->chain_id == chain_id && vota_hash_equal(&head->chain_genesis, chain_genesis) &&
            vota_hash_equal(&head->block_hash, hash))
            return true;
    }
    return false;
}

bool vota_trusted_knows_block(const struct vota_trusted *trusted, uint64_t chain_id,
                              const vota_hash *chain_genesis, const vota_hash *hash)
{
    return (trusted->has_named_block && vota_hash_equal(&trusted->named_block, hash)) ||
           file_names_block(trusted->file, chain_id, chain_genesis, hash);
}

bool vota_trusted_stored_head(struct vota_trust_journal *ret_head,
                              const struct vota_trusted *trusted,
                              const struct vota_deployment *deployment,
                              const struct vota_anchor *anchor)
{
    struct vota_evidence_detail detail;
    struct vota_header header;
    if (!anchor->has_evidence ||
        vota_header_read(&header, anchor->evidence.header, NULL) != VOTA_OK ||
        !vota_trusted_knows_block(trusted, deployment->genesis.chain_id, &deployment->chain_genesis,
                                  &header.hash))
        return false;
    const struct vota_evidence_trust trust = {.block_hash = header.hash,
                                              .contract = deployment->genesis.contract,
                                              .code_hash = vota_contract_code_hash};
    if (vota_evidence_prove_head(&detail, &anchor->evidence, &trust, &anchor->entry) !=
        VOTA_EVIDENCE_INCLUDED)
        return false;
    *ret_head = (struct vota_trust_journal){.head = detail.head,
                                            .length = anchor->entry.number + anchor->later_count,
                                            .block = header.number,
                                            .time = header.time,
                                            .final = true};
    return true;
}

static void look_at_evidence(struct vota_trusted *trusted, const struct vota_anchor *anchor,
                             const struct vota_witnesses *witnesses)
{
    struct vota_header header;
    struct vota_witness *witness =
        vota_witnesses_of(witnesses, anchor->chain_id, &anchor->chain_genesis);
    struct vota_trust_block block = {
        .chain_id = anchor->chain_id, .chain_genesis = anchor->chain_genesis, .final = true};
    if (vota_header_read(&header, anchor->evidence.header, NULL) != VOTA_OK)
        return;
    block.hash = header.hash;
    if (file_names_block(trusted->file, anchor->chain_id, &anchor->chain_genesis, &header.hash)) {
        add_block(trusted, &block);
        return;
    }
    if (witness == NULL)
        return;
    switch (vota_witness_ask(witness, header.number, &header.hash)) {
    case VOTA_WITNESS_NOT_FINAL:
        block.final = false;
        add_block(trusted, &block);
        return;
    case VOTA_WITNESS_FINAL:
        add_block(trusted, &block);
        return;
    case VOTA_WITNESS_GONE:
        vota_trusted_note(trusted, "problem.block-gone", &anchor->contract, NULL, NULL);
        return;
    case VOTA_WITNESS_UNKNOWN:
        return;
    }
}

void vota_trusted_evidence(struct vota_trusted *trusted, const struct vota_receipt *receipt,
                           const struct vota_witnesses *witnesses)
{
    trusted->block_count = trusted->named_blocks;
    for (size_t i = 0; i < receipt->anchor_count; i++) {
        if (receipt->anchors[i].has_evidence)
            look_at_evidence(trusted, &receipt->anchors[i], witnesses);
    }
}

bool vota_trusted_recover(void *context, vota_addr *ret_signer, const vota_hash *digest,
                          const uint8_t signature[65])
{
    struct vota_signature plain;
    (void)context;
    memcpy(plain.bytes, signature, sizeof plain.bytes);
    if (plain.bytes[64] < 27)
        return false;
    plain.bytes[64] = (uint8_t)(plain.bytes[64] - 27);
    return vota_recover_address(ret_signer, digest, &plain) == VOTA_OK;
}

static struct vota_trust_journal proven_journal(const struct vota_trusted_contract *contract,
                                                size_t i)
{
    const struct vota_chain_state *state = &contract->proven->state;
    return (struct vota_trust_journal){.contract = i,
                                       .head = state->contract.head,
                                       .length = state->contract.length,
                                       .block = state->proven.block.number,
                                       .time = state->proven.block.time,
                                       .final = true,
                                       .journal =
                                           contract->has_journal ? &contract->journal : NULL};
}

/* The trust file's head to which a receipt's own later entries lead, if it has one. */
static const struct vota_trust_file_head *find_head(const struct vota_trust_file *file,
                                                    const struct vota_deployment *deployment,
                                                    const struct vota_receipt *receipt)
{
    for (size_t i = 0; file != NULL && i < file->head_count; i++) {
        const struct vota_trust_file_head *head = &file->heads[i];
        if (head->chain_id != deployment->genesis.chain_id ||
            !vota_hash_equal(&head->chain_genesis, &deployment->chain_genesis) ||
            !vota_addr_equal(&head->contract, &deployment->genesis.contract))
            continue;
        for (size_t k = 0; k < receipt->anchor_count; k++) {
            const struct vota_anchor *anchor = &receipt->anchors[k];
            if (vota_addr_equal(&anchor->contract, &head->contract) &&
                anchor->entry.number + anchor->later_count == head->length)
                return head;
        }
    }
    return NULL;
}

static struct vota_trust_journal file_journal(const struct vota_trust_file_head *head, size_t i)
{
    return (struct vota_trust_journal){.contract = i,
                                       .head = head->head,
                                       .length = head->length,
                                       .block = head->block,
                                       .time = head->time,
                                       .final = true};
}

/* Journals and heads of the i-th contract, the surest first. */
static size_t add_journals(struct vota_trusted *trusted, size_t n, size_t i,
                           const struct vota_receipt *receipt)
{
    const struct vota_trusted_contract *contract = &trusted->contracts[i];
    const struct vota_trust_file_head *head =
        find_head(trusted->file, &contract->deployment, receipt);
    if (contract->how == VOTA_TRUST_NO_RECORD)
        return n;
    if (contract->proven != NULL)
        trusted->trust_journals[n++] = proven_journal(contract, i);
    if (head != NULL)
        trusted->trust_journals[n++] = file_journal(head, i);
    if (contract->has_stored) {
        trusted->trust_journals[n] = contract->stored_head;
        trusted->trust_journals[n].contract = i;
        trusted->trust_journals[n++].journal = &contract->stored;
    }
    return n;
}

void vota_trusted_for(struct vota_trust *ret_trust, struct vota_trusted *trusted,
                      const struct vota_receipt *receipt)
{
    size_t n = 0;
    for (size_t i = 0; i < trusted->contract_count; i++) {
        const struct vota_trusted_contract *contract = &trusted->contracts[i];
        trusted->trust_contracts[i] =
            (struct vota_trust_contract){.chain_id = contract->deployment.genesis.chain_id,
                                         .chain_genesis = contract->deployment.chain_genesis,
                                         .address = contract->deployment.genesis.contract,
                                         .code_hash = vota_contract_code_hash,
                                         .how = contract->how};
        n = add_journals(trusted, n, i, receipt);
    }
    for (size_t i = 0; i < trusted->link_count; i++) {
        const struct vota_trusted_link *link = &trusted->links[i];
        trusted->trust_links[i] = (struct vota_trust_link){
            link->old, link->successor, &trusted->contracts[link->successor].deployment.genesis};
    }
    *ret_trust = (struct vota_trust){.contracts = trusted->trust_contracts,
                                     .contract_count = trusted->contract_count,
                                     .blocks = trusted->blocks,
                                     .block_count = trusted->block_count,
                                     .journals = trusted->trust_journals,
                                     .journal_count = n,
                                     .recover = vota_trusted_recover,
                                     .links = trusted->trust_links,
                                     .link_count = trusted->link_count};
}
