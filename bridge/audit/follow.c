/* SPDX-License-Identifier: Apache-2.0 */
/* Contracts before and after those that were named: see follow.h. */
#include "bridge/audit/follow.h"

#include "bridge/publish/reader.h"

/* Evidence is made for batches; that of the newest reaches furthest, but may be missing. */
#define EVIDENCE_TRIED 64u

/* ---- heads of publications ---- */

static void take_head(struct vota_trust_journal *head, size_t *length, size_t place,
                      const struct vota_trust_journal *found)
{
    if (place + 1 <= *length)
        return;
    *head = *found;
    *length = place + 1;
}

static void try_file(struct vota_trust_journal *head, size_t *length,
                     const struct vota_trust_file *file, const struct vota_trusted_data *data)
{
    const struct vota_deployment *deployment = data->deployment;
    for (size_t i = 0; file != NULL && i < file->head_count; i++) {
        const struct vota_trust_file_head *named = &file->heads[i];
        size_t place = 0;
        if (named->chain_id != deployment->genesis.chain_id ||
            !vota_hash_equal(&named->chain_genesis, &deployment->chain_genesis) ||
            !vota_addr_equal(&named->contract, &deployment->genesis.contract) ||
            !vota_lines_find(data->lines, &place, named->length) ||
            !vota_hash_equal(&data->lines->heads[place], &named->head))
            continue;
        const struct vota_trust_journal found = {.head = named->head,
                                                 .length = named->length,
                                                 .block = named->block,
                                                 .time = named->time,
                                                 .final = true};
        take_head(head, length, place, &found);
    }
}

static void try_evidence(struct vota_trust_journal *head, size_t *length,
                         const struct vota_trusted *trusted, const struct vota_trusted_data *data)
{
    size_t tries = EVIDENCE_TRIED;
    for (size_t i = data->lines->n; data->reader != NULL && i > 0 && tries > 0; i--) {
        const struct vota_entry *entry = &data->lines->entries[i - 1];
        struct vota_trust_journal found;
        struct vota_anchor_copy anchor;
        size_t place = 0;
        if (entry->kind != VOTA_ENTRY_BATCH)
            continue;
        tries--;
        if (vota_reader_evidence(data->reader, &anchor, entry->number, NULL) != VOTA_OK)
            continue;
        if (vota_trusted_stored_head(&found, trusted, data->deployment, &anchor.about) &&
            vota_lines_find(data->lines, &place, found.length) &&
            vota_hash_equal(&data->lines->heads[place], &found.head))
            take_head(head, length, place, &found);
        vota_anchor_copy_done(&anchor);
    }
}

bool vota_follow_stored(struct vota_trust_journal *ret_head, size_t *ret_length,
                        const struct vota_trusted *trusted, const struct vota_trusted_data *data)
{
    struct vota_trust_journal head = {.length = 0};
    size_t length = 0;
    try_file(&head, &length, trusted->file, data);
    try_evidence(&head, &length, trusted, data);
    if (length == 0)
        return false;
    *ret_head = head;
    *ret_length = length;
    return true;
}

static void take_stored(struct vota_trusted *trusted, size_t i,
                        const struct vota_trusted_sources *sources)
{
    struct vota_trusted_contract *contract = &trusted->contracts[i];
    const struct vota_trusted_data *data = vota_trusted_data_of(sources, &contract->deployment);
    size_t length = 0;
    if (data == NULL || contract->has_journal ||
        !vota_follow_stored(&contract->stored_head, &length, trusted, data))
        return;
    contract->has_stored = true;
    contract->stored = (struct vota_journal){
        .genesis = contract->deployment.genesis, .entries = data->lines->entries, .n = length};
}

/* ---- neighbours ---- */

/* The contract that was added with this chain id and address; contract_count if none. */
static size_t find_added(const struct vota_trusted *trusted, uint64_t chain_id,
                         const vota_addr *address)
{
    size_t i = 0;
    while (i < trusted->contract_count &&
           (trusted->contracts[i].how == VOTA_TRUST_NO_RECORD ||
            trusted->contracts[i].deployment.genesis.chain_id != chain_id ||
            !vota_addr_equal(&trusted->contracts[i].deployment.genesis.contract, address)))
        i++;
    return i;
}

enum vota_status vota_follow_record(struct vota_deployment *ret_deployment,
                                    const struct vota_named *named,
                                    const struct vota_trusted_sources *sources)
{
    const struct vota_deployment *record = vota_trusted_record(named, sources);
    struct vota_witness *witness = vota_witnesses_named(sources->witnesses, named);
    struct vota_proven proven;
    if (record != NULL) {
        *ret_deployment = *record;
        return VOTA_OK;
    }
    if (witness == NULL)
        return VOTA_NOT_FOUND;
    vota_proven_init(&proven);
    const enum vota_status status = vota_proven_origin(&proven, witness, &named->address, NULL);
    if (status == VOTA_OK)
        *ret_deployment = proven.deployment;
    vota_proven_done(&proven);
    return status;
}

/* The place of a neighbour, which is added if its record is to be had; contract_count if not. */
static size_t find_neighbour(struct vota_trusted *trusted, const struct vota_named *named,
                             const struct vota_trusted_sources *sources)
{
    struct vota_deployment deployment;
    const size_t i = find_added(trusted, named->chain_id, &named->address);
    if (i < trusted->contract_count)
        return i;
    if (vota_follow_record(&deployment, named, sources) != VOTA_OK ||
        vota_trusted_add(trusted, &deployment, NULL) != VOTA_OK) {
        vota_trusted_note(trusted, "problem.no-record", &named->address, NULL, NULL);
        return trusted->contract_count;
    }
    struct vota_trusted_contract *added = &trusted->contracts[trusted->contract_count - 1];
    added->how = VOTA_TRUST_LINKED;
    return trusted->contract_count - 1;
}

static void add_link(struct vota_trusted *trusted, size_t old, size_t successor)
{
    for (size_t i = 0; i < trusted->link_count; i++) {
        if (trusted->links[i].old == old && trusted->links[i].successor == successor)
            return;
    }
    if (old != successor && trusted->link_count < VOTA_TRUST_MAX_LINKS)
        trusted->links[trusted->link_count++] = (struct vota_trusted_link){old, successor};
}

static bool names_predecessor(const struct vota_genesis *genesis)
{
    return genesis->pred_length > 0 || !vota_addr_is_zero(&genesis->pred_contract);
}

static void look_back(struct vota_trusted *trusted, size_t i,
                      const struct vota_trusted_sources *sources)
{
    const struct vota_genesis genesis = trusted->contracts[i].deployment.genesis;
    const struct vota_named named = {.chain_id = genesis.pred_chain_id,
                                     .address = genesis.pred_contract};
    if (!names_predecessor(&genesis))
        return;
    const size_t old = find_neighbour(trusted, &named, sources);
    if (old < trusted->contract_count)
        add_link(trusted, old, i);
}

/* A link counts only where the successor's own record names this contract. */
static void look_forward(struct vota_trusted *trusted, size_t i, const struct vota_named *named,
                         const struct vota_trusted_sources *sources)
{
    const struct vota_genesis genesis = trusted->contracts[i].deployment.genesis;
    const size_t next = find_neighbour(trusted, named, sources);
    if (next == trusted->contract_count)
        return;
    const struct vota_genesis *successor = &trusted->contracts[next].deployment.genesis;
    if (successor->pred_chain_id == genesis.chain_id &&
        vota_addr_equal(&successor->pred_contract, &genesis.contract))
        add_link(trusted, i, next);
}

/* What the journal itself says; without one, what the trust file says. */
static void look_at_journal(struct vota_trusted *trusted, size_t i,
                            const struct vota_trusted_sources *sources)
{
    const struct vota_trusted_contract *contract = &trusted->contracts[i];
    const struct vota_journal journal = contract->has_journal  ? contract->journal
                                        : contract->has_stored ? contract->stored
                                                               : (struct vota_journal){.n = 0};
    for (size_t k = 0; k < journal.n; k++) {
        const struct vota_entry *entry = &journal.entries[k];
        struct vota_named named = {.chain_id = 0};
        if (entry->kind != VOTA_ENTRY_SUCCEEDED ||
            vota_word_u64(&named.chain_id, &entry->a) != VOTA_OK ||
            vota_word_addr(&named.address, &entry->b) != VOTA_OK)
            continue;
        look_forward(trusted, i, &named, sources);
        return;
    }
}

static void look_at_file(struct vota_trusted *trusted, size_t i,
                         const struct vota_trusted_sources *sources)
{
    const struct vota_genesis genesis = trusted->contracts[i].deployment.genesis;
    for (size_t k = 0; sources->file != NULL && k < sources->file->successor_count; k++) {
        const struct vota_trust_file_successor *said = &sources->file->successors[k];
        const struct vota_named named = {.chain_id = said->successor_chain_id,
                                         .address = said->successor_contract};
        if (said->chain_id == genesis.chain_id &&
            vota_addr_equal(&said->contract, &genesis.contract))
            look_forward(trusted, i, &named, sources);
    }
}

void vota_follow(struct vota_trusted *trusted, const struct vota_trusted_sources *sources)
{
    /* The list grows while it is walked. */
    for (size_t i = 0; i < trusted->contract_count; i++) {
        if (trusted->contracts[i].how == VOTA_TRUST_NO_RECORD)
            continue;
        vota_trusted_prove(trusted, i, sources);
        take_stored(trusted, i, sources);
        look_back(trusted, i, sources);
        look_at_journal(trusted, i, sources);
        look_at_file(trusted, i, sources);
    }
}

enum vota_status vota_follow_predecessor(struct vota_deployment *ret_deployment,
                                         const struct vota_deployment *deployment,
                                         const struct vota_trusted_sources *sources)
{
    const struct vota_named named = {.chain_id = deployment->genesis.pred_chain_id,
                                     .address = deployment->genesis.pred_contract};
    if (!names_predecessor(&deployment->genesis))
        return VOTA_NOT_FOUND;
    return vota_follow_record(ret_deployment, &named, sources);
}
