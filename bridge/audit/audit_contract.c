/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is there a contract, what is its head, and is it VoteAnchor that was deployed
 * there: the part that everything else rests on.
 */
#include <stdio.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"

void vota_audit_place(struct vota_audit_finding *finding, const char *path, uint64_t line)
{
    (void)snprintf(finding->place.path, sizeof finding->place.path, "%s", path);
    finding->place.line = line;
}

static void add_reason(struct vota_audit_finding *finding, const struct vota_error *err)
{
    (void)snprintf(finding->text, sizeof finding->text, "%s", err->text);
}

/* ---- head ---- */

static void find_state_fault(struct vota_audit *audit, enum vota_status status,
                             const struct vota_error *err)
{
    struct vota_audit_findings *findings = &audit->findings;
    struct vota_audit_finding *finding;
    if (status == VOTA_NOT_FOUND && strcmp(err->text, "no-contract") == 0)
        finding = vota_audit_find(findings, VOTA_FOUND_NO_CONTRACT, VOTA_NOT_VALID);
    else if (status == VOTA_CONFLICT && strcmp(err->text, "other-code") == 0)
        finding = vota_audit_find(findings, VOTA_FOUND_OTHER_CODE, VOTA_NOT_CHECKED);
    else
        finding = vota_audit_find(findings, VOTA_FOUND_STATE_UNPROVEN, VOTA_NOT_CHECKED);
    add_reason(finding, err);
}

/* What was proven elsewhere, in place of a chain; false: nothing was. */
static bool take_chain(struct vota_audit *audit)
{
    if (audit->input.chain == NULL)
        return false;
    audit->has_chain = true;
    audit->chain = *audit->input.chain;
    return true;
}

static void prove_head(struct vota_audit *audit)
{
    struct vota_witness *witness = audit->input.witness;
    struct vota_error err = {0};
    if (witness == NULL) {
        if (!take_chain(audit))
            vota_audit_find(&audit->findings, VOTA_FOUND_NO_PROVIDER, VOTA_NOT_CHECKED);
        return;
    }
    const enum vota_status status =
        vota_proven_state(&audit->proven, witness, &audit->input.named.address, &err);
    if (vota_audit_no_memory(audit, status))
        return;
    /* Of a network that ended, providers may be left that have forgotten its state. */
    if (status == VOTA_REMOTE && audit->input.is_before && take_chain(audit))
        return;
    if (status != VOTA_OK) {
        find_state_fault(audit, status, &err);
        return;
    }
    audit->has_chain = true;
    audit->chain = (struct vota_audit_chain){.chain_id = witness->providers.chain_id,
                                             .chain_genesis = witness->providers.genesis,
                                             .head = audit->proven.state.contract.head,
                                             .length = audit->proven.state.contract.length,
                                             .block = witness->final.number,
                                             .time = witness->final.time};
}

/* ---- deployment ---- */

static bool is_on_chain(const struct vota_audit *audit, const struct vota_deployment *deployment)
{
    return !audit->has_chain ||
           (deployment->genesis.chain_id == audit->chain.chain_id &&
            vota_hash_equal(&deployment->chain_genesis, &audit->chain.chain_genesis));
}

/* The publication's own record: whether the publication is about this contract at all. */
static void take_record(struct vota_audit *audit, const struct vota_deployment *deployment)
{
    struct vota_audit_findings *findings = &audit->findings;
    struct vota_audit_finding *finding;
    if (!vota_named_fits(&audit->input.named, deployment->genesis.chain_id,
                         &deployment->chain_genesis, &deployment->genesis.contract) ||
        !is_on_chain(audit, deployment)) {
        finding = vota_audit_find(findings, VOTA_FOUND_OTHER_PUBLICATION, VOTA_NOT_CHECKED);
        vota_audit_place(finding, "journal.ndjson", 1);
        vota_lines_cut(&audit->proven.lines, 0);
        return;
    }
    audit->uses_data = true;
    if (vota_deployment_check(deployment) == VOTA_DEPLOYMENT_SOUND) {
        audit->proven.deployment = *deployment;
        audit->has_deployment = true;
        return;
    }
    finding = vota_audit_find(findings, VOTA_FOUND_RECORD_DIFFERS, VOTA_NOT_VALID);
    vota_audit_place(finding, "journal.ndjson", 1);
}

static void read_publication(struct vota_audit *audit)
{
    struct vota_deployment deployment;
    struct vota_error err = {0};
    uint64_t line = 0;
    if (audit->input.reader == NULL)
        return;
    const enum vota_status status =
        vota_reader_journal(audit->input.reader, &deployment, &audit->proven.lines, &line, &err);
    if (status == VOTA_OK || line > 1)
        take_record(audit, &deployment);
    if (status == VOTA_OK || vota_audit_no_memory(audit, status))
        return;
    const bool missing = status == VOTA_NOT_FOUND;
    struct vota_audit_finding *finding = vota_audit_find(
        &audit->findings, missing ? VOTA_FOUND_FILE_MISSING : VOTA_FOUND_JOURNAL_FORM,
        missing ? VOTA_NOT_CHECKED : VOTA_NOT_VALID);
    vota_audit_place(finding, "journal.ndjson", line);
    add_reason(finding, &err);
    /* Files that nothing names as this contract's are still its files, if the journal is absent. */
    audit->uses_data = audit->uses_data || line <= 1;
}

/* Without a record of the publication the chain itself is asked. */
static void ask_origin(struct vota_audit *audit)
{
    struct vota_error err = {0};
    struct vota_audit_finding *finding;
    if (audit->has_deployment)
        return;
    if (audit->input.record != NULL && is_on_chain(audit, audit->input.record) &&
        vota_deployment_check(audit->input.record) == VOTA_DEPLOYMENT_SOUND) {
        audit->proven.deployment = *audit->input.record;
        audit->has_deployment = true;
        return;
    }
    const enum vota_status status = audit->input.witness == NULL
                                        ? VOTA_NOT_FOUND
                                        : vota_proven_origin(&audit->proven, audit->input.witness,
                                                             &audit->input.named.address, &err);
    audit->has_deployment = status == VOTA_OK;
    if (status == VOTA_OK || vota_audit_no_memory(audit, status))
        return;
    if (strcmp(err.text, "deployment-forged") == 0)
        finding = vota_audit_find(&audit->findings, VOTA_FOUND_DEPLOYMENT_FORGED, VOTA_NOT_VALID);
    else
        finding =
            vota_audit_find(&audit->findings, VOTA_FOUND_DEPLOYMENT_UNKNOWN, VOTA_NOT_CHECKED);
    add_reason(finding, &err);
}

enum vota_status vota_audit_contract(struct vota_audit *audit)
{
    prove_head(audit);
    read_publication(audit);
    ask_origin(audit);
    if (audit->has_deployment)
        vota_audit_find(&audit->findings, VOTA_FOUND_DEPLOYMENT, VOTA_VALID);
    return VOTA_OK;
}
