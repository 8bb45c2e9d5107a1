/* SPDX-License-Identifier: Apache-2.0 */
/* What a receipt is held to, from JSON: see call_trust.h. */
#include "web/wasm/call_trust.h"

#include "web/wasm/names.h"

#define MAX_CONTRACTS 64u
#define MAX_BLOCKS    4096u
#define MAX_JOURNALS  192u

/* A trust being read; the records give journals and links their genesis. */
struct reading {
    struct vota_call *call;
    struct vota_fields fields;
    struct vota_trust *trust;
    struct vota_trust_contract *contracts;
    struct vota_deployment *records; /* of contracts[i]; zero where it has none */
};

static bool is_of(const struct vota_deployment *record, const struct vota_trust_contract *contract)
{
    return record->genesis.chain_id == contract->chain_id &&
           vota_hash_equal(&record->chain_genesis, &contract->chain_genesis) &&
           vota_addr_equal(&record->genesis.contract, &contract->address);
}

/* The record of a contract: it must lead to the address that the contract has. */
static void check_record(struct vota_fields *fields, const struct vota_deployment *record,
                         const struct vota_trust_contract *contract)
{
    if (fields->status != VOTA_OK)
        return;
    if (!is_of(record, contract)) {
        vota_fields_refuse(fields, "record", "bad-value");
        return;
    }
    switch (vota_deployment_fault_of(record, vota_call_creation_code)) {
    case VOTA_DEPLOYMENT_OTHER_CODE:
        vota_fields_refuse(fields, "record", "deployment-code");
        return;
    case VOTA_DEPLOYMENT_OTHER_ADDRESS:
        vota_fields_refuse(fields, "record", "deployment-address");
        return;
    case VOTA_DEPLOYMENT_SOUND:
        return;
    }
}

static void read_contract(struct reading *reading, size_t i, struct vota_slice value)
{
    struct vota_fields fields = vota_fields_of(value, "contracts", reading->fields.err);
    struct vota_trust_contract *contract = &reading->contracts[i];
    vota_fields_hex(&fields, &contract->address, sizeof contract->address, "address");
    vota_fields_hex(&fields, &contract->chain_genesis, sizeof contract->chain_genesis,
                    "chain_genesis");
    contract->chain_id = vota_fields_number(&fields, "chain_id");
    contract->how =
        (enum vota_trust_how)vota_fields_choice(&fields, "how", vota_names_hows, VOTA_NAMES_HOWS);
    contract->code_hash = vota_call_code_hash;
    if (contract->how != VOTA_TRUST_NO_RECORD || vota_fields_has(&fields, "record")) {
        vota_call_record(&reading->records[i], &fields, "record");
        check_record(&fields, &reading->records[i], contract);
    }
    reading->fields.status = vota_fields_end(&fields);
}

static void read_contracts(struct reading *reading)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(&reading->fields, &walk, "contracts", MAX_CONTRACTS);
    reading->contracts =
        vota_call_room(reading->call, &reading->fields, n, sizeof *reading->contracts);
    reading->records = vota_call_room(reading->call, &reading->fields, n, sizeof *reading->records);
    for (size_t i = 0; i < n && reading->fields.status == VOTA_OK; i++)
        read_contract(reading, i, vota_fields_item(&reading->fields, &walk));
    reading->trust->contracts = reading->contracts;
    reading->trust->contract_count = n;
}

static void read_blocks(struct reading *reading)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(&reading->fields, &walk, "blocks", MAX_BLOCKS);
    struct vota_trust_block *blocks =
        vota_call_room(reading->call, &reading->fields, n, sizeof *blocks);
    for (size_t i = 0; i < n && reading->fields.status == VOTA_OK; i++) {
        struct vota_fields fields = vota_fields_of(vota_fields_item(&reading->fields, &walk),
                                                   "blocks", reading->fields.err);
        vota_fields_hex(&fields, &blocks[i].chain_genesis, sizeof blocks[i].chain_genesis,
                        "chain_genesis");
        blocks[i].chain_id = vota_fields_number(&fields, "chain_id");
        blocks[i].final = vota_fields_bool(&fields, "final");
        vota_fields_hex(&fields, &blocks[i].hash, sizeof blocks[i].hash, "hash");
        reading->fields.status = vota_fields_end(&fields);
    }
    reading->trust->blocks = blocks;
    reading->trust->block_count = n;
}

/* The index of one of the contracts, with a record. */
static size_t read_index(struct reading *reading, struct vota_fields *fields, const char *key)
{
    const uint64_t i = vota_fields_number(fields, key);
    if (i < reading->trust->contract_count)
        return (size_t)i;
    vota_fields_refuse(fields, key, "bad-value");
    return 0;
}

static void read_journal(struct reading *reading, struct vota_trust_journal *journal,
                         struct vota_slice value)
{
    struct vota_fields fields = vota_fields_of(value, "journals", reading->fields.err);
    journal->block = vota_fields_number(&fields, "block");
    journal->contract = read_index(reading, &fields, "contract");
    journal->final = vota_fields_bool(&fields, "final");
    vota_fields_hex(&fields, &journal->head, sizeof journal->head, "head");
    journal->length = vota_fields_number(&fields, "length");
    journal->time = vota_fields_number(&fields, "time");
    if (vota_fields_has(&fields, "entries")) {
        struct vota_journal *whole = vota_call_room(reading->call, &fields, 1, sizeof *whole);
        struct vota_entry *entries = NULL;
        size_t n = 0;
        vota_call_entries(reading->call, &fields, "entries", &entries, &n);
        if (fields.status == VOTA_OK)
            *whole = (struct vota_journal){
                .genesis = reading->records[journal->contract].genesis, .entries = entries, .n = n};
        journal->journal = whole;
    }
    reading->fields.status = vota_fields_end(&fields);
}

static void read_journals(struct reading *reading)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(&reading->fields, &walk, "journals", MAX_JOURNALS);
    struct vota_trust_journal *journals =
        vota_call_room(reading->call, &reading->fields, n, sizeof *journals);
    for (size_t i = 0; i < n && reading->fields.status == VOTA_OK; i++)
        read_journal(reading, &journals[i], vota_fields_item(&reading->fields, &walk));
    reading->trust->journals = journals;
    reading->trust->journal_count = n;
}

static void read_links(struct reading *reading)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(&reading->fields, &walk, "links", VOTA_TRUST_MAX_LINKS);
    struct vota_trust_link *links =
        vota_call_room(reading->call, &reading->fields, n, sizeof *links);
    for (size_t i = 0; i < n && reading->fields.status == VOTA_OK; i++) {
        struct vota_fields fields =
            vota_fields_of(vota_fields_item(&reading->fields, &walk), "links", reading->fields.err);
        links[i].old = read_index(reading, &fields, "old");
        links[i].successor = read_index(reading, &fields, "successor");
        if (links[i].old == links[i].successor)
            vota_fields_refuse(&fields, "successor", "bad-value");
        links[i].genesis = &reading->records[links[i].successor].genesis;
        reading->fields.status = vota_fields_end(&fields);
    }
    reading->trust->links = links;
    reading->trust->link_count = n;
}

static void read_promise(struct reading *reading)
{
    const struct vota_slice value = vota_fields_get(&reading->fields, "promise");
    struct vota_trust_promise *promise = &reading->trust->promise;
    if (reading->fields.status != VOTA_OK)
        return;
    struct vota_fields fields = vota_fields_of(value, "promise", reading->fields.err);
    promise->doubt = (enum vota_promise_doubt)vota_fields_choice(
        &fields, "doubt", vota_names_doubts, VOTA_NAMES_DOUBTS);
    promise->entry = vota_fields_number(&fields, "entry");
    promise->final_time = vota_fields_number(&fields, "final_time");
    promise->outcome = (enum vota_promise_outcome)vota_fields_choice(
        &fields, "outcome", vota_names_outcomes, VOTA_NAMES_OUTCOMES);
    (void)vota_fields_text(&fields, "reason");
    promise->time = vota_fields_number(&fields, "time");
    (void)vota_fields_get(&fields, "withheld");
    reading->fields.status = vota_fields_end(&fields);
}

static void read_standing(struct reading *reading)
{
    const struct vota_slice value = vota_fields_get(&reading->fields, "standing");
    if (reading->fields.status != VOTA_OK)
        return;
    struct vota_fields fields = vota_fields_of(value, "standing", reading->fields.err);
    reading->trust->standing = (enum vota_standing)vota_fields_choice(
        &fields, "as", vota_names_standings, VOTA_NAMES_STANDINGS);
    reading->trust->standing_entry = vota_fields_number(&fields, "entry");
    reading->fields.status = vota_fields_end(&fields);
}

enum vota_status vota_call_trust(struct vota_trust *ret_trust, bool *ret_one_provider,
                                 struct vota_call *call)
{
    struct reading reading = {.call = call,
                              .fields = vota_fields_of(call->args, "trust", &call->err),
                              .trust = ret_trust};
    *ret_trust = (struct vota_trust){.recover = vota_call_signer};
    *ret_one_provider = false;
    read_contracts(&reading);
    read_blocks(&reading);
    if (reading.fields.status == VOTA_OK)
        read_journals(&reading);
    if (reading.fields.status == VOTA_OK)
        read_links(&reading);
    if (vota_fields_has(&reading.fields, "one_provider"))
        *ret_one_provider = vota_fields_bool(&reading.fields, "one_provider");
    if (vota_fields_has(&reading.fields, "promise"))
        read_promise(&reading);
    if (vota_fields_has(&reading.fields, "standing"))
        read_standing(&reading);
    return vota_fields_end(&reading.fields);
}
