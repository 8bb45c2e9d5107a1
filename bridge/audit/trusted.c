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

enum vota_status vota_trusted_add(struct vota_trusted *trusted,
                                  const struct vota_deployment *deployment, struct vota_error *err)
{
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
    if (trusted->contract_count == VOTA_TRUSTED_MAX_CONTRACTS)
        return vota_fail(err, VOTA_LIMIT, "contracts", "too-many");
    trusted->contracts[trusted->contract_count++] =
        (struct vota_trusted_contract){.deployment = *deployment};
    return VOTA_OK;
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

void vota_trusted_prove(struct vota_trusted *trusted, size_t i, struct vota_witness *witness,
                        const struct vota_trusted_data *data)
{
    struct vota_trusted_contract *contract = &trusted->contracts[i];
    const struct vota_genesis *genesis = &contract->deployment.genesis;
    struct vota_error err = {0};
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
    if (prove_journal(proven, witness, data, &err) != VOTA_OK) {
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

/* Asks the chain where the contract comes from, if it is of the network that was named. */
static enum vota_status find_origin(struct vota_deployment *ret_deployment,
                                    const struct vota_named *named, struct vota_witness *witness,
                                    struct vota_error *err)
{
    struct vota_proven proven;
    const struct vota_connections *providers = &witness->providers;
    if (!vota_named_fits(named, providers->chain_id, &providers->genesis, &named->address))
        return vota_fail(err, VOTA_CONFLICT, "network", "wrong-network");
    vota_proven_init(&proven);
    const enum vota_status status = vota_proven_origin(&proven, witness, &named->address, err);
    if (status == VOTA_OK)
        *ret_deployment = proven.deployment;
    vota_proven_done(&proven);
    return status;
}

void vota_trusted_find(struct vota_trusted *trusted, const struct vota_named *named,
                       const struct vota_trusted_sources *sources)
{
    struct vota_error err = {0};
    struct vota_deployment found;
    if (sources->data != NULL && fits(named, sources->data->deployment) &&
        vota_trusted_add(trusted, sources->data->deployment, &err) == VOTA_OK)
        return;
    for (size_t i = 0; sources->file != NULL && i < sources->file->contract_count; i++) {
        if (fits(named, &sources->file->contracts[i]) &&
            vota_trusted_add(trusted, &sources->file->contracts[i], &err) == VOTA_OK)
            return;
    }
    err = (struct vota_error){0};
    if (sources->witness == NULL)
        vota_trusted_note(trusted, "problem.no-record", &named->address, NULL, NULL);
    else if (find_origin(&found, named, sources->witness, &err) != VOTA_OK ||
             vota_trusted_add(trusted, &found, &err) != VOTA_OK)
        vota_trusted_note(trusted, "problem.origin", &named->address, NULL, &err);
}

/* Drops what does not fit: no receipt has so many. */
static void add_block(struct vota_trusted *trusted, const struct vota_trust_block *block)
{
    if (trusted->block_count < VOTA_TRUSTED_MAX_BLOCKS)
        trusted->blocks[trusted->block_count++] = *block;
}

void vota_trusted_block(struct vota_trusted *trusted, const vota_hash *hash)
{
    trusted->block_count = trusted->named_blocks;
    for (size_t i = 0; i < trusted->contract_count; i++) {
        const struct vota_deployment *deployment = &trusted->contracts[i].deployment;
        const struct vota_trust_block block = {.chain_id = deployment->genesis.chain_id,
                                               .chain_genesis = deployment->chain_genesis,
                                               .hash = *hash,
                                               .final = true};
        add_block(trusted, &block);
    }
    trusted->named_blocks = trusted->block_count;
}

static bool file_names_block(const struct vota_trust_file *file, const struct vota_anchor *anchor,
                             const vota_hash *hash)
{
    for (size_t i = 0; file != NULL && i < file->head_count; i++) {
        const struct vota_trust_file_head *head = &file->heads[i];
        if (head->chain_id == anchor->chain_id &&
            vota_hash_equal(&head->chain_genesis, &anchor->chain_genesis) &&
            vota_hash_equal(&head->block_hash, hash))
            return true;
    }
    return false;
}

static bool serves(const struct vota_witness *witness, const struct vota_anchor *anchor)
{
    return witness != NULL && witness->providers.chain_id == anchor->chain_id &&
           vota_hash_equal(&witness->providers.genesis, &anchor->chain_genesis);
}

static void look_at_evidence(struct vota_trusted *trusted, const struct vota_anchor *anchor,
                             struct vota_witness *witness)
{
    struct vota_header header;
    struct vota_trust_block block = {
        .chain_id = anchor->chain_id, .chain_genesis = anchor->chain_genesis, .final = true};
    if (vota_header_read(&header, anchor->evidence.header, NULL) != VOTA_OK)
        return;
    block.hash = header.hash;
    if (file_names_block(trusted->file, anchor, &header.hash)) {
        add_block(trusted, &block);
        return;
    }
    if (!serves(witness, anchor))
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
                           struct vota_witness *witness)
{
    trusted->block_count = trusted->named_blocks;
    for (size_t i = 0; i < receipt->anchor_count; i++) {
        if (receipt->anchors[i].has_evidence)
            look_at_evidence(trusted, &receipt->anchors[i], witness);
    }
}

static bool recover(void *context, vota_addr *ret_signer, const vota_hash *digest,
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

void vota_trusted_for(struct vota_trust *ret_trust, struct vota_trusted *trusted,
                      const struct vota_receipt *receipt)
{
    size_t n = 0;
    for (size_t i = 0; i < trusted->contract_count; i++) {
        const struct vota_trusted_contract *contract = &trusted->contracts[i];
        const struct vota_trust_file_head *head =
            find_head(trusted->file, &contract->deployment, receipt);
        trusted->trust_contracts[i] =
            (struct vota_trust_contract){.chain_id = contract->deployment.genesis.chain_id,
                                         .chain_genesis = contract->deployment.chain_genesis,
                                         .address = contract->deployment.genesis.contract,
                                         .code_hash = vota_contract_code_hash};
        if (contract->proven != NULL)
            trusted->trust_journals[n++] = proven_journal(contract, i);
        if (head != NULL)
            trusted->trust_journals[n++] = file_journal(head, i);
    }
    *ret_trust = (struct vota_trust){.contracts = trusted->trust_contracts,
                                     .contract_count = trusted->contract_count,
                                     .blocks = trusted->blocks,
                                     .block_count = trusted->block_count,
                                     .journals = trusted->trust_journals,
                                     .journal_count = n,
                                     .recover = recover};
}
