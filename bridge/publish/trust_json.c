/* SPDX-License-Identifier: Apache-2.0 */
/* The trust file: see trust_json.h. */
#include "bridge/publish/trust_json.h"

#include <stdlib.h>

#include "bridge/publish/journal_json.h"
#include "bridge/publish/members_json.h"

/* clang-format off */
#define FIELD(type, struct_, member) {#member, VOTA_CANON_##type, offsetof(struct struct_, member), NULL}
#define FIELDS(table) {table, sizeof(table) / sizeof((table)[0])}

static const struct vota_canon_field network_table[] = {
    FIELD(HASH, vota_trust_file_network, chain_genesis),
    FIELD(NUMBER, vota_trust_file_network, chain_id)};

static const struct vota_canon_field successor_table[] = {
    FIELD(NUMBER, vota_trust_file_successor, chain_id),
    FIELD(ADDR, vota_trust_file_successor, contract),
    FIELD(NUMBER, vota_trust_file_successor, successor_chain_id),
    FIELD(ADDR, vota_trust_file_successor, successor_contract)};

static const struct vota_canon_field head_table[] = {
    FIELD(NUMBER, vota_trust_file_head, block),
    FIELD(HASH, vota_trust_file_head, block_hash),
    FIELD(HASH, vota_trust_file_head, chain_genesis),
    FIELD(NUMBER, vota_trust_file_head, chain_id),
    FIELD(ADDR, vota_trust_file_head, contract),
    FIELD(HASH, vota_trust_file_head, head),
    FIELD(NUMBER, vota_trust_file_head, length),
    FIELD(NUMBER, vota_trust_file_head, time)};
/* clang-format on */

static const struct vota_canon_flat network_fields = FIELDS(network_table);
static const struct vota_canon_flat successor_fields = FIELDS(successor_table);
static const struct vota_canon_flat head_fields = FIELDS(head_table);

static void put_array(struct vota_canon *canon, const char *key,
                      const struct vota_canon_flat *fields, const void *items, size_t n,
                      size_t size)
{
    vota_canon_array(canon, key);
    for (size_t i = 0; i < n; i++)
        vota_canon_flat(canon, NULL, fields, (const uint8_t *)items + i * size);
    vota_canon_array_end(canon);
}

void vota_trust_json_write(struct vota_wr *wr, const struct vota_trust_file *file)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_text(&canon, "city", file->city);
    put_array(&canon, "contracts", &vota_deployment_record, file->contracts, file->contract_count,
              sizeof file->contracts[0]);
    vota_canon_word(&canon, "format", VOTA_TRUST_FILE_FORMAT);
    put_array(&canon, "heads", &head_fields, file->heads, file->head_count, sizeof file->heads[0]);
    put_array(&canon, "networks", &network_fields, file->networks, file->network_count,
              sizeof file->networks[0]);
    put_array(&canon, "successors", &successor_fields, file->successors, file->successor_count,
              sizeof file->successors[0]);
    vota_canon_object_end(&canon);
}

/* An array of flat objects into new memory; NULL and no items after a failure. */
static void *read_array(struct vota_members *members, size_t *ret_n, const char *key,
                        const struct vota_canon_flat *fields, size_t size)
{
    const struct json_t *array = NULL;
    const size_t n = vota_members_count(members, &array, key, VOTA_TRUST_FILE_MAX_ITEMS);
    uint8_t *items = calloc(n > 0 ? n : 1, size);
    if (items == NULL) {
        members->status = VOTA_NO_MEMORY;
        return NULL;
    }
    for (size_t i = 0; i < n && members->status == VOTA_OK; i++) {
        struct vota_members item = vota_members_of(vota_members_item(array, i), key, members->err);
        vota_members_flat(&item, items + i * size, fields);
        members->status = vota_members_end(&item);
    }
    *ret_n = n;
    return items;
}

static enum vota_status read_file(struct vota_trust_file *ret, const struct json_t *parsed,
                                  struct vota_error *err)
{
    struct vota_members members = vota_members_of(parsed, "trust file", err);
    vota_members_word(&members, "format", VOTA_TRUST_FILE_FORMAT);
    ret->city = vota_members_text(&members, "city");
    ret->networks = read_array(&members, &ret->network_count, "networks", &network_fields,
                               sizeof ret->networks[0]);
    ret->contracts = read_array(&members, &ret->contract_count, "contracts",
                                &vota_deployment_record, sizeof ret->contracts[0]);
    ret->successors = read_array(&members, &ret->successor_count, "successors", &successor_fields,
                                 sizeof ret->successors[0]);
    ret->heads =
        read_array(&members, &ret->head_count, "heads", &head_fields, sizeof ret->heads[0]);
    return vota_members_end(&members);
}

/* ---- what belongs together ---- */

static size_t count_network(const struct vota_trust_file *file, uint64_t chain_id,
                            const vota_hash *genesis)
{
    size_t n = 0;
    for (size_t i = 0; i < file->network_count; i++) {
        n += file->networks[i].chain_id == chain_id &&
             vota_hash_equal(&file->networks[i].chain_genesis, genesis);
    }
    return n;
}

/* By chain id alone, as a deployment names its predecessor. */
static const struct vota_genesis *find_contract(const struct vota_trust_file *file,
                                                uint64_t chain_id, const vota_addr *address)
{
    for (size_t i = 0; i < file->contract_count; i++) {
        const struct vota_genesis *genesis = &file->contracts[i].genesis;
        if (genesis->chain_id == chain_id && vota_addr_equal(&genesis->contract, address))
            return genesis;
    }
    return NULL;
}

/* A succession that the successor's own record does not tell is none. */
static const char *successor_fault(const struct vota_trust_file *file,
                                   const struct vota_trust_file_successor *link)
{
    const struct vota_genesis *successor =
        find_contract(file, link->successor_chain_id, &link->successor_contract);
    if (successor == NULL || find_contract(file, link->chain_id, &link->contract) == NULL)
        return "unknown-contract";
    return successor->pred_chain_id == link->chain_id &&
                   vota_addr_equal(&successor->pred_contract, &link->contract)
               ? NULL
               : "not-successor";
}

const struct vota_deployment *vota_trust_json_find(const struct vota_trust_file *file,
                                                   uint64_t chain_id, const vota_hash *genesis,
                                                   const vota_addr *address)
{
    for (size_t i = 0; i < file->contract_count; i++) {
        const struct vota_deployment *contract = &file->contracts[i];
        if (contract->genesis.chain_id == chain_id &&
            vota_hash_equal(&contract->chain_genesis, genesis) &&
            vota_addr_equal(&contract->genesis.contract, address))
            return contract;
    }
    return NULL;
}

static const char *contract_fault(const struct vota_trust_file *file, size_t i)
{
    const struct vota_deployment *contract = &file->contracts[i];
    const struct vota_genesis *genesis = &contract->genesis;
    if (count_network(file, genesis->chain_id, &contract->chain_genesis) != 1)
        return "unknown-network";
    if (vota_trust_json_find(file, genesis->chain_id, &contract->chain_genesis,
                             &genesis->contract) != contract)
        return "repeated";
    switch (vota_deployment_check(contract)) {
    case VOTA_DEPLOYMENT_OTHER_CODE:
        return "deployment-code";
    case VOTA_DEPLOYMENT_OTHER_ADDRESS:
        return "deployment-address";
    case VOTA_DEPLOYMENT_SOUND:
        break;
    }
    return NULL;
}

static enum vota_status check_file(const struct vota_trust_file *file, struct vota_error *err)
{
    for (size_t i = 0; i < file->network_count; i++) {
        const struct vota_trust_file_network *network = &file->networks[i];
        if (count_network(file, network->chain_id, &network->chain_genesis) != 1)
            return vota_fail(err, VOTA_BAD_INPUT, "networks", "repeated");
    }
    for (size_t i = 0; i < file->contract_count; i++) {
        const char *fault = contract_fault(file, i);
        if (fault != NULL)
            return vota_fail(err, VOTA_BAD_INPUT, "contracts", fault);
    }
    for (size_t i = 0; i < file->head_count; i++) {
        const struct vota_trust_file_head *head = &file->heads[i];
        if (vota_trust_json_find(file, head->chain_id, &head->chain_genesis, &head->contract) ==
            NULL)
            return vota_fail(err, VOTA_BAD_INPUT, "heads", "unknown-contract");
    }
    for (size_t i = 0; i < file->successor_count; i++) {
        const char *fault = successor_fault(file, &file->successors[i]);
        if (fault != NULL)
            return vota_fail(err, VOTA_BAD_INPUT, "successors", fault);
    }
    return VOTA_OK;
}

enum vota_status vota_trust_json_read(struct vota_trust_file_copy *ret_copy, const void *text,
                                      size_t len, struct vota_error *err)
{
    struct vota_trust_file_copy copy = {0};
    if (len > VOTA_TRUST_FILE_MAX_BYTES)
        return vota_fail(err, VOTA_LIMIT, "text", "too-long");
    enum vota_status status = vota_members_parse(&copy.parsed, text, len, err);
    if (status == VOTA_OK)
        status = read_file(&copy.about, copy.parsed, err);
    if (status == VOTA_OK)
        status = check_file(&copy.about, err);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_trust_file_copy_done(&copy);
    return status;
}

void vota_trust_file_copy_done(struct vota_trust_file_copy *copy)
{
    free(copy->about.networks);
    free(copy->about.contracts);
    free(copy->about.successors);
    free(copy->about.heads);
    vota_members_free(copy->parsed);
    *copy = (struct vota_trust_file_copy){0};
}
