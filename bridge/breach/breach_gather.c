/* SPDX-License-Identifier: Apache-2.0 */
/* What bundles are made of: see breach_gather.h. */
#include "bridge/breach/breach_gather.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/publish/publication.h"
#include "proof/definition.h"
#include "proof/leaf.h"

/* One gathering under way: line[i] is the place of the bundle's i-th contract among the trusted. */
struct gathering {
    struct vota_breach_made *made;
    const struct vota_trusted *trusted;
    const struct vota_trusted_sources *sources;
    size_t line[VOTA_BREACH_MAX_CONTRACTS];
    size_t n;
};

/* ---- which contracts ---- */

static const struct vota_journal *journal_of(const struct vota_trusted_contract *contract)
{
    if (contract->has_journal)
        return &contract->journal;
    return contract->has_stored ? &contract->stored : NULL;
}

static bool is_confirmed(const struct vota_trusted *trusted, const struct vota_trusted_link *link)
{
    const struct vota_journal *old = journal_of(&trusted->contracts[link->old]);
    return old != NULL &&
           vota_journal_link(old, &trusted->contracts[link->successor].deployment.genesis) ==
               VOTA_LINK_CONFIRMED;
}

/* Whether a contract was named, or confirmed links lead from it to one that was. */
static bool is_trusted(const struct vota_trusted *trusted, size_t wanted)
{
    bool known[VOTA_TRUSTED_MAX_CONTRACTS] = {false};
    for (size_t i = 0; i < trusted->contract_count; i++)
        known[i] = trusted->contracts[i].how == VOTA_TRUST_NAMED;
    for (size_t round = 0; round < trusted->link_count; round++) {
        for (size_t i = 0; i < trusted->link_count; i++) {
            const struct vota_trusted_link *link = &trusted->links[i];
            if (known[link->old] == known[link->successor] || !is_confirmed(trusted, link))
                continue;
            known[link->old] = true;
            known[link->successor] = true;
        }
    }
    return known[wanted];
}

static bool find_first(struct gathering *gathering, const struct vota_acceptance *acceptance)
{
    const struct vota_trusted *trusted = gathering->trusted;
    for (size_t i = 0; i < trusted->contract_count; i++) {
        const struct vota_genesis *genesis = &trusted->contracts[i].deployment.genesis;
        if (trusted->contracts[i].how == VOTA_TRUST_NO_RECORD ||
            genesis->chain_id != acceptance->chain_id ||
            !vota_addr_equal(&genesis->contract, &acceptance->contract) || !is_trusted(trusted, i))
            continue;
        gathering->line[gathering->n++] = i;
        return true;
    }
    return false;
}

/* The contracts that go on, as far as both ends say so. */
static void find_others(struct gathering *gathering)
{
    const struct vota_trusted *trusted = gathering->trusted;
    size_t i = 0;
    while (i < trusted->link_count && gathering->n < VOTA_BREACH_MAX_CONTRACTS) {
        const struct vota_trusted_link *link = &trusted->links[i];
        if (link->old != gathering->line[gathering->n - 1] || !is_confirmed(trusted, link)) {
            i++;
            continue;
        }
        gathering->line[gathering->n++] = link->successor;
        i = 0;
    }
}

/* ---- heads ---- */

/* Evidence of a publication, in a block that the maker vouches for: to which entry it leads. */
static bool proves(size_t *ret_length, const struct vota_trusted *trusted,
                   const struct vota_trusted_data *data, const struct vota_anchor *anchor)
{
    struct vota_trust_journal head;
    size_t place = 0;
    if (!vota_trusted_stored_head(&head, trusted, data->deployment, anchor) ||
        !vota_lines_find(data->lines, &place, head.length) ||
        !vota_hash_equal(&data->lines->heads[place], &head.head))
        return false;
    *ret_length = place + 1;
    return true;
}

/* The newest evidence of a publication that proves a head, of a chain that nobody answers for. */
static bool take_stored(struct gathering *gathering, size_t i)
{
    const struct vota_trusted *trusted = gathering->trusted;
    struct vota_breach_contract *contract = &gathering->made->contracts[i];
    const struct vota_trusted_data *data = vota_trusted_data_of(
        gathering->sources, &trusted->contracts[gathering->line[i]].deployment);
    for (size_t k = data == NULL || data->reader == NULL ? 0 : data->lines->n; k > 0; k--) {
        const struct vota_entry *entry = &data->lines->entries[k - 1];
        struct vota_anchor_copy *stored = &gathering->made->stored[i];
        if (entry->kind != VOTA_ENTRY_BATCH ||
            vota_reader_evidence(data->reader, stored, entry->number, NULL) != VOTA_OK)
            continue;
        if (proves(&contract->length, trusted, data, &stored->about)) {
            contract->journal = data->lines->entries;
            contract->evidence = stored->about.evidence;
            return true;
        }
        vota_anchor_copy_done(stored);
    }
    return false;
}

/* The journal of a contract and what proves its head; false: nothing does. */
static bool take_head(struct gathering *gathering, size_t i)
{
    const struct vota_trusted_contract *trusted =
        &gathering->trusted->contracts[gathering->line[i]];
    struct vota_breach_contract *contract = &gathering->made->contracts[i];
    contract->deployment = trusted->deployment;
    if (!trusted->has_journal)
        return take_stored(gathering, i);
    contract->journal = trusted->journal.entries;
    contract->length = trusted->journal.n;
    vota_chain_evidence(&contract->evidence, &trusted->proven->state);
    return true;
}

/* ---- the definition ---- */

static bool is_definition(const struct vota_row *row, struct vota_slice text)
{
    vota_hash hash;
    vota_definition_hash(&hash, text.at, text.len);
    return vota_hash_equal(&hash, &row->register_hash);
}

/* Where a contract's entry texts are; NULL: nowhere. */
static const struct vota_lines *lines_of(const struct gathering *gathering, size_t i)
{
    const struct vota_trusted_contract *contract =
        &gathering->trusted->contracts[gathering->line[i]];
    const struct vota_trusted_data *data =
        vota_trusted_data_of(gathering->sources, &contract->deployment);
    if (contract->has_journal)
        return &contract->proven->lines;
    return data == NULL ? NULL : data->lines;
}

/* The receipt's own, else the one that a contract of the line emitted: the hash makes them one. */
static void take_definition(struct gathering *gathering, const struct vota_receipt *receipt)
{
    struct vota_breach *breach = &gathering->made->about;
    breach->definition = receipt->definition;
    breach->has_definition =
        receipt->has_definition && is_definition(&receipt->row, receipt->definition);
    for (size_t i = 0; i < gathering->n && !breach->has_definition; i++) {
        const struct vota_lines *lines = lines_of(gathering, i);
        for (size_t k = 0; lines != NULL && k < lines->n && !breach->has_definition; k++) {
            if (lines->entries[k].kind != VOTA_ENTRY_REGISTER ||
                !vota_hash_equal(&lines->entries[k].a, &receipt->row.register_hash))
                continue;
            breach->definition = lines->texts[k];
            breach->has_definition = is_definition(&receipt->row, lines->texts[k]);
        }
    }
}

/* ---- leaf lists ---- */

static int compare_leaves(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(vota_hash));
}

/* The leaves of a file of rows, ascending; NULL without memory. */
static vota_hash *make_leaves(struct vota_slice rows, size_t n)
{
    vota_hash *leaves = reallocarray(NULL, n, sizeof *leaves);
    bool ascends = true;
    if (leaves == NULL)
        return NULL;
    vota_leaf_hash_rows(leaves, (const struct vota_row *)(const void *)rows.at, n);
    for (size_t i = 1; i < n && ascends; i++)
        ascends = compare_leaves(&leaves[i - 1], &leaves[i]) <= 0;
    if (!ascends)
        qsort(leaves, n, sizeof *leaves, compare_leaves);
    return leaves;
}

/* A list that is missing, or has other rows than the entry counts, is left out. */
static enum vota_status take_list(struct vota_breach_batch *batch, size_t *n,
                                  const struct vota_reader *reader, const struct vota_entry *entry)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_slice rows = {.len = 0};
    vota_hash root;
    uint32_t count = 0;
    vota_publication_entry_path(path, "batches", entry->number, ".rows");
    if (!vota_entry_get_batch(&root, &count, entry) ||
        vota_reader_map(reader, &rows, path, NULL) != VOTA_OK)
        return VOTA_OK;
    if (rows.len == (size_t)count * VOTA_ROW_BYTES) {
        *batch = (struct vota_breach_batch){
            .number = entry->number, .leaves = make_leaves(rows, count), .leaf_count = count};
        *n += 1;
    }
    const bool failed = rows.len == (size_t)count * VOTA_ROW_BYTES && batch->leaves == NULL;
    vota_reader_unmap(&rows);
    return failed ? VOTA_NO_MEMORY : VOTA_OK;
}

static enum vota_status take_lists(struct gathering *gathering, size_t i,
                                   const struct vota_breach_progress *progress)
{
    struct vota_breach_contract *contract = &gathering->made->contracts[i];
    const struct vota_trusted_data *data =
        vota_trusted_data_of(gathering->sources, &contract->deployment);
    struct vota_breach_batch *batches = calloc(contract->length + 1, sizeof *batches);
    enum vota_status status = batches == NULL ? VOTA_NO_MEMORY : VOTA_OK;
    gathering->made->batches[i] = batches;
    contract->batches = batches;
    for (size_t k = 0; k < contract->length && status == VOTA_OK; k++) {
        const struct vota_entry *entry = &contract->journal[k];
        if (progress != NULL)
            progress->at(progress->context, k, contract->length);
        if (data != NULL && data->reader != NULL && entry->kind == VOTA_ENTRY_BATCH)
            status = take_list(&batches[contract->batch_count], &contract->batch_count,
                               data->reader, entry);
    }
    return status;
}

void vota_breach_gather_drop(struct vota_breach_batch *batch)
{
    free((void *)(uintptr_t)batch->leaves);
    batch->leaves = NULL;
    batch->leaf_count = 0;
}

/* ---- all of it ---- */

enum vota_status vota_breach_gather(struct vota_breach_made *made, const char **ret_missing,
                                    const struct vota_receipt *receipt,
                                    const struct vota_trusted *trusted,
                                    const struct vota_trusted_sources *sources,
                                    const struct vota_breach_progress *progress)
{
    struct gathering gathering = {.made = made, .trusted = trusted, .sources = sources};
    struct vota_breach *breach = &made->about;
    enum vota_status status = VOTA_OK;
    if (!find_first(&gathering, &receipt->acceptance)) {
        *ret_missing = vota_breach_code_name(VOTA_BREACH_CONTRACT);
        return VOTA_OK;
    }
    find_others(&gathering);
    made->contracts = calloc(VOTA_BREACH_MAX_CONTRACTS, sizeof *made->contracts);
    if (made->contracts == NULL)
        return VOTA_NO_MEMORY;
    *breach = (struct vota_breach){.row = receipt->row,
                                   .acceptance = receipt->acceptance,
                                   .contracts = made->contracts,
                                   .contract_count = gathering.n};
    take_definition(&gathering, receipt);
    for (size_t i = 0; i < gathering.n && status == VOTA_OK; i++) {
        if (!take_head(&gathering, i)) {
            *ret_missing = vota_breach_code_name(VOTA_BREACH_STATE);
            return VOTA_OK;
        }
        status = take_lists(&gathering, i, progress);
    }
    return status;
}
