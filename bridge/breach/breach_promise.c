/* SPDX-License-Identifier: Apache-2.0 */
/* Who promised what, and was it theirs to promise: the acceptance of a bundle. */
#include <stdlib.h>

#include "bridge/breach/breach_parts.h"
#include "proof/definition.h"

/* The definition, if it is the row's register's and can be read. Not being told is no fault. */
static bool read_definition(struct vota_breach_judging *judging,
                            struct vota_definition *ret_definition, const char **ret_reason)
{
    const struct vota_breach *breach = judging->breach;
    vota_hash hash;
    *ret_reason = "no-definition";
    if (!breach->has_definition)
        return false;
    vota_definition_hash(&hash, breach->definition.at, breach->definition.len);
    const bool is_its = vota_hash_equal(&hash, &breach->row.register_hash);
    vota_breach_set_hashes(vota_breach_add(judging->report, VOTA_BREACH_DEFINITION,
                                           is_its ? VOTA_VALID : VOTA_NOT_VALID,
                                           VOTA_BREACH_NO_CONTRACT),
                           &hash, &breach->row.register_hash);
    *ret_reason = "definition-form";
    return is_its && vota_definition_read(ret_definition, breach->definition.at,
                                          breach->definition.len, NULL) == VOTA_OK;
}

static bool look_at_signature(struct vota_breach_judging *judging)
{
    const struct vota_acceptance *acceptance = &judging->breach->acceptance;
    struct vota_breach_report *report = judging->report;
    vota_hash digest;
    vota_acceptance_digest(&digest, &report->leaf, acceptance);
    const bool is_signed = vota_acceptance_signature_check(acceptance->signature,
                                                           VOTA_SIGNATURE_BYTES, NULL) == VOTA_OK &&
                           judging->trust->recover(judging->trust->recover_context, &report->signer,
                                                   &digest, acceptance->signature);
    vota_breach_add(report, VOTA_BREACH_SIGNATURE, is_signed ? VOTA_VALID : VOTA_NOT_VALID,
                    VOTA_BREACH_NO_CONTRACT);
    return is_signed;
}

static void look_at_signer(struct vota_breach_judging *judging)
{
    const struct vota_breach_contract *contract = &judging->breach->contracts[0];
    const struct vota_journal journal = {contract->deployment.genesis, contract->journal,
                                         contract->length};
    const struct vota_acceptance *acceptance = &judging->breach->acceptance;
    struct vota_breach_report *report = judging->report;
    struct vota_breach_finding *finding = vota_breach_add(
        report, VOTA_BREACH_SIGNER,
        vota_journal_signer_verdict(&journal, &report->signer, acceptance->accepted_at), 0);
    vota_breach_set_addresses(finding, &report->signer, &acceptance->contract);
}

static void look_at_bounds(struct vota_breach_judging *judging,
                           const struct vota_definition *definition, const char *reason)
{
    const struct vota_acceptance *acceptance = &judging->breach->acceptance;
    if (definition == NULL) {
        vota_breach_add(judging->report, VOTA_BREACH_BOUNDS, VOTA_NOT_CHECKED,
                        VOTA_BREACH_NO_CONTRACT)
            ->reason = reason;
        return;
    }
    const uint64_t within = acceptance->accepted_at + definition->anchor_within;
    const bool ok =
        vota_acceptance_bounds_ok(acceptance, definition->anchor_within, definition->counts_until);
    vota_breach_set_numbers(vota_breach_add(judging->report, VOTA_BREACH_BOUNDS,
                                            ok ? VOTA_VALID : VOTA_NOT_VALID,
                                            VOTA_BREACH_NO_CONTRACT),
                            VOTA_COMPARED_TIMES, acceptance->anchor_by,
                            within < definition->counts_until ? within : definition->counts_until);
}

enum vota_status vota_breach_promised(struct vota_breach_judging *judging)
{
    const char *reason = "";
    struct vota_definition *definition = malloc(sizeof *definition);
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    const bool is_read = read_definition(judging, definition, &reason);
    /* What nobody signed has no bounds either. */
    if (look_at_signature(judging)) {
        look_at_signer(judging);
        look_at_bounds(judging, is_read ? definition : NULL, reason);
    }
    free(definition);
    return VOTA_OK;
}
