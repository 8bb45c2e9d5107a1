/* SPDX-License-Identifier: Apache-2.0 */
/* A trust file from the store: see trust_store.h. */
#include "bridge/publish/trust_store.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/store/store_journal.h"
#include "proof/header.h"

void vota_trust_store_deployment(struct vota_deployment *ret_deployment,
                                 const struct vota_store_network *network)
{
    *ret_deployment =
        (struct vota_deployment){.genesis = network->deployment.genesis,
                                 .chain_genesis = network->genesis_block,
                                 .deployer = network->deployment.deployer,
                                 .salt = network->deployment.salt,
                                 .creation_code_hash = network->deployment.creation_code_hash,
                                 .block = network->deploy_block,
                                 .time = network->deploy_time,
                                 .transaction = network->deploy_tx};
}

static enum vota_status take_member(void *context, const struct vota_store_network *network)
{
    struct vota_trust_store *trust = context;
    if (!network->has_contract || !network->deployed)
        return VOTA_OK;
    if (trust->n == VOTA_LINE_NETWORKS_MAX)
        return VOTA_LIMIT;
    trust->members[trust->n] = *network;
    trust->networks[trust->n] =
        (struct vota_trust_file_network){network->chain_id, network->genesis_block};
    vota_trust_store_deployment(&trust->contracts[trust->n], network);
    trust->n++;
    return VOTA_OK;
}

static enum vota_status add_head(struct vota_trust_store *trust,
                                 const struct vota_store_network *network,
                                 const struct vota_store_evidence *evidence)
{
    struct vota_trust_file *file = &trust->about;
    struct vota_header header;
    if (vota_header_read(&header, evidence->header, NULL) != VOTA_OK)
        return VOTA_INTERNAL;
    if (file->head_count == trust->head_cap) {
        const size_t cap = trust->head_cap == 0 ? 64 : 2 * trust->head_cap;
        struct vota_trust_file_head *grown = reallocarray(file->heads, cap, sizeof *file->heads);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        file->heads = grown;
        trust->head_cap = cap;
    }
    file->heads[file->head_count++] =
        (struct vota_trust_file_head){.chain_id = network->chain_id,
                                      .chain_genesis = network->genesis_block,
                                      .contract = network->deployment.genesis.contract,
                                      .head = evidence->head,
                                      .length = evidence->length,
                                      .block = header.number,
                                      .time = header.time,
                                      .block_hash = evidence->block_hash};
    return VOTA_OK;
}

/* Every block that proves a head: the evidence of receipts is about one of them. */
static enum vota_status read_heads(struct vota_trust_store *trust, struct vota_store *store,
                                   const struct vota_store_network *network, struct vota_error *err)
{
    uint64_t covered = network->deployment.genesis.pred_length;
    while (trust->about.head_count < VOTA_TRUST_FILE_MAX_ITEMS) {
        struct vota_store_evidence_copy copy = {0};
        struct vota_error detail = {0};
        enum vota_status status =
            vota_store_journal_evidence(&copy, store, network->id, covered + 1, &detail);
        if (status == VOTA_NOT_FOUND)
            return VOTA_OK;
        if (status != VOTA_OK)
            return vota_fail(err, status, detail.where, detail.text);
        covered = copy.about.length;
        status = add_head(trust, network, &copy.about);
        vota_store_evidence_done(&copy);
        if (status != VOTA_OK)
            return vota_fail(err, status, "evidence", "corrupt");
    }
    return VOTA_OK;
}

/* A successor is one whose contract was seen, and so is whom it names. */
static void link_successors(struct vota_trust_store *trust)
{
    struct vota_trust_file *file = &trust->about;
    file->successors = trust->successors;
    for (size_t i = 0; i < trust->n; i++) {
        const struct vota_genesis *genesis = &trust->members[i].deployment.genesis;
        for (size_t j = 0; j < trust->n; j++) {
            if (trust->members[j].id != trust->members[i].predecessor)
                continue;
            trust->successors[file->successor_count++] =
                (struct vota_trust_file_successor){.chain_id = genesis->pred_chain_id,
                                                   .contract = genesis->pred_contract,
                                                   .successor_chain_id = genesis->chain_id,
                                                   .successor_contract = genesis->contract};
        }
    }
}

enum vota_status vota_trust_store_init(struct vota_trust_store *ret_trust, struct vota_store *store,
                                       int64_t line, const char *city, struct vota_error *err)
{
    struct vota_trust_file *file = &ret_trust->about;
    *ret_trust = (struct vota_trust_store){.n = 0};
    enum vota_status status = vota_store_line_each(store, line, take_member, ret_trust, err);
    file->city = (struct vota_slice){(const uint8_t *)city, strlen(city)};
    file->networks = ret_trust->networks;
    file->network_count = ret_trust->n;
    file->contracts = ret_trust->contracts;
    file->contract_count = ret_trust->n;
    link_successors(ret_trust);
    for (size_t i = 0; status == VOTA_OK && i < ret_trust->n; i++)
        status = read_heads(ret_trust, store, &ret_trust->members[i], err);
    return status;
}

void vota_trust_store_done(struct vota_trust_store *trust)
{
    free(trust->about.heads);
    trust->about.heads = NULL;
}
