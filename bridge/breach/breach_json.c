/* SPDX-License-Identifier: Apache-2.0 */
/* Breach bundles in JSON: see breach_json.h. */
#include "bridge/breach/breach_json.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/base64.h"
#include "bridge/publish/evidence_json.h"
#include "bridge/publish/journal_json.h"
#include "bridge/publish/receipt_json.h"
#include "proof/merkle.h"

/* Values of any text, and the fewest bytes for one more. */
#define VOTA_BREACH_VALUES      100000u
#define VOTA_BREACH_VALUE_BYTES 24u

/* clang-format off */
#define FIELD(type, member) {#member, VOTA_CANON_##type, offsetof(struct vota_entry, member), NULL}

static const struct vota_canon_field entry_table[] = {
    FIELD(HASH, a),
    FIELD(HASH, b),
    FIELD(NUMBER, block),
    FIELD(HASH, c),
    FIELD(NUMBER, kind),
    FIELD(NUMBER, number),
    FIELD(NUMBER, time)};
/* clang-format on */

static const struct vota_canon_flat entry_fields = {entry_table,
                                                    sizeof entry_table / sizeof entry_table[0]};

/* ---- writing ---- */

static void put_batch(struct vota_canon *canon, const struct vota_breach_batch *batch)
{
    vota_canon_object(canon, NULL);
    vota_canon_number(canon, "entry", batch->number);
    if (batch->leaf_count > 0)
        vota_canon_base64(canon, "leaves", batch->leaves, batch->leaf_count * sizeof(vota_hash));
    else
        vota_canon_hashes(canon, "path", batch->path, batch->path_len);
    vota_canon_object_end(canon);
}

static void put_contract(struct vota_canon *canon, const struct vota_breach_contract *contract)
{
    vota_canon_object(canon, NULL);
    vota_canon_array(canon, "batches");
    for (size_t i = 0; i < contract->batch_count; i++)
        put_batch(canon, &contract->batches[i]);
    vota_canon_array_end(canon);
    vota_canon_flat(canon, "deployment", &vota_deployment_record, &contract->deployment);
    vota_evidence_json_write(canon, &contract->evidence);
    vota_canon_array(canon, "journal");
    for (size_t i = 0; i < contract->length; i++)
        vota_canon_flat(canon, NULL, &entry_fields, &contract->journal[i]);
    vota_canon_array_end(canon);
    vota_canon_object_end(canon);
}

void vota_breach_json_write(struct vota_wr *wr, const struct vota_breach *breach)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_flat(&canon, "acceptance", &vota_view_acceptance, &breach->acceptance);
    vota_canon_array(&canon, "contracts");
    for (size_t i = 0; i < breach->contract_count; i++)
        put_contract(&canon, &breach->contracts[i]);
    vota_canon_array_end(&canon);
    if (breach->has_definition)
        vota_canon_text(&canon, "definition", breach->definition);
    vota_canon_word(&canon, "format", VOTA_BREACH_FORMAT);
    vota_canon_flat(&canon, "row", &vota_view_row, &breach->row);
    vota_canon_object_end(&canon);
    vota_wr_byte(wr, '\n');
}

static void write(struct vota_wr *wr, const void *breach)
{
    vota_breach_json_write(wr, breach);
}

/* ---- reading ---- */

/* Where a contract of the bundle is read to. */
struct reading {
    struct vota_evidence_block block;
    struct vota_breach_copy copy;
    struct vota_error *err;
};

/* Room for n items; NULL and the members failed without memory. */
static void *room(struct vota_members *members, size_t n, size_t size)
{
    void *items = calloc(n > 0 ? n : 1, size);
    if (items == NULL && members->status == VOTA_OK)
        members->status = vota_fail(members->err, VOTA_NO_MEMORY, "text", "no-memory");
    return items;
}

/* A member that is a flat object of its own. */
static void read_fields(struct vota_members *members, void *to, const char *key,
                        const struct vota_canon_flat *fields)
{
    const struct json_t *value = vota_members_get(members, key);
    if (members->status != VOTA_OK)
        return;
    struct vota_members inner = vota_members_of(value, key, members->err);
    vota_members_flat(&inner, to, fields);
    members->status = vota_members_end(&inner);
}

/* An entry of an unknown kind folds like any other, and is for the judgement to name. */
static bool may_follow(const struct vota_entry *entry, uint64_t number)
{
    return entry->number == number &&
           (!vota_entry_is_known(entry) || vota_entry_check(entry, NULL) == VOTA_OK);
}

static void read_journal(struct vota_members *members, struct reading *reading, size_t at)
{
    const struct json_t *array = NULL;
    struct vota_breach_contract *contract = &reading->copy.contracts[at];
    const size_t n = vota_members_count(members, &array, "journal", VOTA_BREACH_MAX_ENTRIES);
    struct vota_entry *entries = room(members, n, sizeof *entries);
    reading->copy.journals[at] = entries;
    for (size_t i = 0; i < n && members->status == VOTA_OK; i++) {
        struct vota_members item =
            vota_members_of(vota_members_item(array, i), "journal", members->err);
        vota_members_flat(&item, &entries[i], &entry_fields);
        members->status = vota_members_end(&item);
        if (!may_follow(&entries[i], contract->deployment.genesis.pred_length + 1 + i))
            vota_members_refuse(members, "journal", "bad-entry");
    }
    contract->journal = entries;
    contract->length = n;
}

static void read_leaves(struct vota_members *members, struct reading *reading,
                        struct vota_breach_batch *batch)
{
    const struct vota_slice text = vota_members_text(members, "leaves");
    size_t len = 0;
    if (members->status != VOTA_OK)
        return;
    if (vota_base64_read(reading->block.at, reading->block.left, &len, text) != VOTA_OK ||
        len == 0 || len % sizeof(vota_hash) != 0) {
        vota_members_refuse(members, "leaves", "bad-leaves");
        return;
    }
    batch->leaf_count = len / sizeof(vota_hash);
    batch->leaves = (vota_hash *)(void *)vota_evidence_json_take(&reading->block, len);
}

static void read_path(struct vota_members *members, struct reading *reading,
                      struct vota_breach_batch *batch)
{
    const struct json_t *array = NULL;
    const size_t n = vota_members_count(members, &array, "path", VOTA_MERKLE_MAX_PATH);
    batch->path = (const vota_hash *)(const void *)reading->block.at;
    for (size_t i = 0; i < n && members->status == VOTA_OK; i++) {
        vota_hash hash;
        vota_members_item_hex(members, &hash, sizeof hash, array, i);
        if (members->status == VOTA_OK)
            memcpy(vota_evidence_json_take(&reading->block, sizeof hash), &hash, sizeof hash);
    }
    batch->path_len = n;
}

/* Whether a batch is one of the journal's, after the one before it. */
static bool is_batch(const struct vota_breach_contract *contract,
                     const struct vota_breach_batch *batch)
{
    const uint64_t before = contract->deployment.genesis.pred_length;
    const bool ascends = contract->batch_count == 0 ||
                         batch->number > contract->batches[contract->batch_count - 1].number;
    return ascends && batch->number > before && batch->number - before <= contract->length &&
           contract->journal[batch->number - before - 1].kind == VOTA_ENTRY_BATCH;
}

static void read_batches(struct vota_members *members, struct reading *reading, size_t at)
{
    const struct json_t *array = NULL;
    struct vota_breach_contract *contract = &reading->copy.contracts[at];
    const size_t n = vota_members_count(members, &array, "batches", VOTA_BREACH_MAX_ENTRIES);
    struct vota_breach_batch *batches = room(members, n, sizeof *batches);
    reading->copy.batches[at] = batches;
    contract->batches = batches;
    while (contract->batch_count < n && members->status == VOTA_OK) {
        struct vota_breach_batch *batch = &batches[contract->batch_count];
        struct vota_members item = vota_members_of(vota_members_item(array, contract->batch_count),
                                                   "batches", members->err);
        batch->number = vota_members_number(&item, "entry");
        if (vota_members_has(&item, "leaves"))
            read_leaves(&item, reading, batch);
        else
            read_path(&item, reading, batch);
        members->status = vota_members_end(&item);
        if (!is_batch(contract, batch))
            vota_members_refuse(members, "batches", "bad-batch");
        contract->batch_count++;
    }
}

static void read_contract(struct vota_members *members, const struct json_t *value,
                          struct reading *reading, size_t at)
{
    struct vota_breach_contract *contract = &reading->copy.contracts[at];
    struct vota_members inner = vota_members_of(value, "contracts", members->err);
    read_fields(&inner, &contract->deployment, "deployment", &vota_deployment_record);
    vota_evidence_json_read(&inner, &reading->block, &contract->evidence);
    read_journal(&inner, reading, at);
    read_batches(&inner, reading, at);
    members->status = vota_members_end(&inner);
}

/* The first contract is the one that promised; each other one goes on for the one before it. */
static bool is_line(const struct vota_breach *breach)
{
    uint64_t chain_id = breach->acceptance.chain_id;
    const vota_addr *address = &breach->acceptance.contract;
    const struct vota_genesis *first = &breach->contracts[0].deployment.genesis;
    if (first->chain_id != chain_id || !vota_addr_equal(&first->contract, address))
        return false;
    for (size_t i = 1; i < breach->contract_count; i++) {
        const struct vota_genesis *genesis = &breach->contracts[i].deployment.genesis;
        const struct vota_genesis *before = &breach->contracts[i - 1].deployment.genesis;
        if (genesis->pred_chain_id != before->chain_id ||
            !vota_addr_equal(&genesis->pred_contract, &before->contract))
            return false;
    }
    return true;
}

static void read_contracts(struct vota_members *members, struct reading *reading)
{
    const struct json_t *array = NULL;
    struct vota_breach *breach = &reading->copy.about;
    const size_t n = vota_members_count(members, &array, "contracts", VOTA_BREACH_MAX_CONTRACTS);
    reading->copy.contracts = room(members, n, sizeof *reading->copy.contracts);
    breach->contracts = reading->copy.contracts;
    for (size_t i = 0; i < n && members->status == VOTA_OK; i++)
        read_contract(members, vota_members_item(array, i), reading, i);
    breach->contract_count = n;
    if (members->status == VOTA_OK && (n == 0 || !is_line(breach)))
        vota_members_refuse(members, "contracts", "not-in-line");
}

static void read_definition(struct vota_members *members, struct reading *reading)
{
    struct vota_breach *breach = &reading->copy.about;
    breach->has_definition = vota_members_has(members, "definition");
    if (!breach->has_definition)
        return;
    const struct vota_slice text = vota_members_text(members, "definition");
    uint8_t *at = vota_evidence_json_take(&reading->block, text.len);
    if (text.len > 0)
        memcpy(at, text.at, text.len);
    breach->definition = (struct vota_slice){at, text.len};
}

static enum vota_status read_breach(struct reading *reading, const struct json_t *parsed)
{
    struct vota_breach *breach = &reading->copy.about;
    struct vota_members members = vota_members_of(parsed, "bundle", reading->err);
    vota_members_word(&members, "format", VOTA_BREACH_FORMAT);
    read_fields(&members, &breach->acceptance, "acceptance", &vota_view_acceptance);
    read_fields(&members, &breach->row, "row", &vota_view_row);
    read_definition(&members, reading);
    read_contracts(&members, reading);
    return vota_members_end(&members);
}

/*
 * Whether a text has no more values than a bundle of its length: an entry takes some
 * 37 bytes a value. Parsed, a value takes over a hundred bytes, however short it was.
 */
static bool has_few_values(const char *text, size_t len)
{
    const size_t most = VOTA_BREACH_VALUES + len / VOTA_BREACH_VALUE_BYTES;
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += text[i] == ',' || text[i] == '[' || text[i] == '{';
    return n <= most;
}

static enum vota_status parse(struct reading *reading, const void *text, size_t len)
{
    struct json_t *parsed = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len - 1, reading->err);
    if (status != VOTA_OK)
        return status;
    reading->copy.bytes = malloc(len);
    reading->block = (struct vota_evidence_block){reading->copy.bytes, len};
    status = reading->copy.bytes == NULL
                 ? vota_fail(reading->err, VOTA_NO_MEMORY, "text", "no-memory")
                 : read_breach(reading, parsed);
    vota_members_free(parsed);
    return status;
}

enum vota_status vota_breach_json_read(struct vota_breach_copy *ret_copy, const void *text,
                                       size_t len, struct vota_error *err)
{
    struct reading reading = {.err = err};
    if (len > VOTA_BREACH_MAX_BYTES)
        return vota_fail(err, VOTA_LIMIT, "text", "too-long");
    if (len == 0 || ((const char *)text)[len - 1] != '\n')
        return vota_fail(err, VOTA_BAD_INPUT, "text", "no-line-end");
    if (!has_few_values(text, len))
        return vota_fail(err, VOTA_LIMIT, "text", "too-many-values");
    enum vota_status status = parse(&reading, text, len);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write, &reading.copy.about, err);
    if (status == VOTA_OK)
        *ret_copy = reading.copy;
    else
        vota_breach_copy_done(&reading.copy);
    return status;
}

void vota_breach_copy_done(struct vota_breach_copy *copy)
{
    for (size_t i = 0; i < VOTA_BREACH_MAX_CONTRACTS; i++) {
        free(copy->journals[i]);
        free(copy->batches[i]);
    }
    free(copy->contracts);
    free(copy->bytes);
    *copy = (struct vota_breach_copy){0};
}
