/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of receipts and anchors: see receipt_json.h. */
#include "bridge/publish/receipt_json.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/publish/evidence_json.h"

/* clang-format off */
#define FIELD(type, struct_, member) #member, VOTA_CANON_##type, offsetof(struct struct_, member), NULL
#define FIELDS(table) {table, sizeof(table) / sizeof((table)[0])}

static const struct vota_canon_field row_table[] = {
    {FIELD(HASH, vota_row, content_hash)},
    {"register", VOTA_CANON_HASH, offsetof(struct vota_row, register_hash), NULL},
    {FIELD(HASH, vota_row, tag)}};

static const struct vota_canon_field entry_table[] = {
    {FIELD(NUMBER, vota_batch_entry, block)},
    {FIELD(NUMBER, vota_batch_entry, count)},
    {FIELD(NUMBER, vota_batch_entry, number)},
    {FIELD(HASH, vota_batch_entry, root)},
    {FIELD(NUMBER, vota_batch_entry, time)}};

static const struct vota_canon_field acceptance_table[] = {
    {FIELD(NUMBER, vota_acceptance, accepted_at)},
    {FIELD(NUMBER, vota_acceptance, anchor_by)},
    {FIELD(NUMBER, vota_acceptance, chain_id)},
    {FIELD(ADDR, vota_acceptance, contract)},
    {FIELD(SIGNATURE, vota_acceptance, signature)}};

static const struct vota_canon_field opening_table[] = {
    {FIELD(HASH, vota_receipt_opening, citizen_salt)},
    {FIELD(HASH, vota_receipt_opening, city_salt)},
    {FIELD(TEXT, vota_receipt_opening, content)}};
/* clang-format on */

const struct vota_canon_flat vota_receipt_json_row = FIELDS(row_table);
static const struct vota_canon_flat entry_fields = FIELDS(entry_table);
const struct vota_canon_flat vota_receipt_json_acceptance = FIELDS(acceptance_table);
static const struct vota_canon_flat opening_fields = FIELDS(opening_table);

/* ---- writing ---- */

static void put_anchor(struct vota_canon *canon, const struct vota_anchor *anchor)
{
    vota_canon_object(canon, NULL);
    vota_canon_hash(canon, "chain_genesis", &anchor->chain_genesis);
    vota_canon_number(canon, "chain_id", anchor->chain_id);
    vota_canon_addr(canon, "contract", &anchor->contract);
    vota_canon_flat(canon, "entry", &entry_fields, &anchor->entry);
    if (anchor->has_evidence)
        vota_evidence_json_write(canon, &anchor->evidence);
    if (anchor->has_later)
        vota_canon_hashes(canon, "later", anchor->later, anchor->later_count);
    vota_canon_hash(canon, "parent", &anchor->parent);
    vota_canon_object_end(canon);
}

void vota_receipt_json_write_anchor(struct vota_wr *wr, const struct vota_anchor *anchor)
{
    struct vota_canon canon = vota_canon_of(wr);
    put_anchor(&canon, anchor);
}

void vota_receipt_json_write(struct vota_wr *wr, const struct vota_receipt *receipt)
{
    static const struct vota_slice none[VOTA_RECEIPT_MAX_ANCHORS];
    vota_receipt_json_write_with(wr, receipt, none);
}

void vota_receipt_json_write_with(struct vota_wr *wr, const struct vota_receipt *receipt,
                                  const struct vota_slice *texts)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    if (receipt->has_acceptance)
        vota_canon_flat(&canon, "acceptance", &vota_receipt_json_acceptance, &receipt->acceptance);
    vota_canon_array(&canon, "anchors");
    for (size_t i = 0; i < receipt->anchor_count; i++) {
        if (texts[i].at != NULL)
            vota_canon_raw(&canon, NULL, texts[i]);
        else
            put_anchor(&canon, &receipt->anchors[i]);
    }
    vota_canon_array_end(&canon);
    if (receipt->has_definition)
        vota_canon_text(&canon, "definition", receipt->definition);
    vota_canon_word(&canon, "format", VOTA_RECEIPT_FORMAT);
    if (receipt->has_opening)
        vota_canon_flat(&canon, "opening", &opening_fields, &receipt->opening);
    vota_canon_hashes(&canon, "path", receipt->path, receipt->path_len);
    vota_canon_flat(&canon, "row", &vota_receipt_json_row, &receipt->row);
    vota_canon_object_end(&canon);
}

/* ---- reading ---- */

static struct vota_slice take_text(struct vota_evidence_block *block, struct vota_slice text)
{
    uint8_t *at = vota_evidence_json_take(block, text.len);
    if (text.len > 0)
        memcpy(at, text.at, text.len);
    return (struct vota_slice){at, text.len};
}

static const vota_hash *read_hashes(struct vota_members *members, struct vota_evidence_block *block,
                                    size_t *ret_n, const char *key)
{
    const struct json_t *array = NULL;
    const size_t n = vota_members_count(members, &array, key, VOTA_RECEIPT_MAX_BYTES / 32);
    vota_hash *hashes = (vota_hash *)(void *)block->at;
    for (size_t i = 0; i < n && members->status == VOTA_OK; i++) {
        vota_hash hash;
        vota_members_item_hex(members, &hash, sizeof hash, array, i);
        if (members->status == VOTA_OK)
            memcpy(vota_evidence_json_take(block, sizeof hash), &hash, sizeof hash);
    }
    *ret_n = n;
    return hashes;
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

static enum vota_status read_anchor(struct vota_anchor *ret, struct vota_evidence_block *block,
                                    const struct json_t *value, struct vota_error *err)
{
    struct vota_members members = vota_members_of(value, "anchors", err);
    memset(ret, 0, sizeof *ret);
    vota_members_hex(&members, &ret->chain_genesis, sizeof ret->chain_genesis, "chain_genesis");
    ret->chain_id = vota_members_number(&members, "chain_id");
    vota_members_hex(&members, &ret->contract, sizeof ret->contract, "contract");
    read_fields(&members, &ret->entry, "entry", &entry_fields);
    ret->has_evidence = vota_members_has(&members, "evidence");
    if (ret->has_evidence)
        vota_evidence_json_read(&members, block, &ret->evidence);
    ret->has_later = vota_members_has(&members, "later");
    if (ret->has_later)
        ret->later = read_hashes(&members, block, &ret->later_count, "later");
    vota_members_hex(&members, &ret->parent, sizeof ret->parent, "parent");
    return vota_members_end(&members);
}

static void read_anchors(struct vota_members *members, struct vota_evidence_block *block,
                         struct vota_receipt *ret)
{
    const struct json_t *array = NULL;
    const size_t n = vota_members_count(members, &array, "anchors", VOTA_RECEIPT_MAX_ANCHORS);
    for (size_t i = 0; i < n && members->status == VOTA_OK; i++)
        members->status =
            read_anchor(&ret->anchors[i], block, vota_members_item(array, i), members->err);
    ret->anchor_count = n;
}

static enum vota_status read_receipt(struct vota_receipt *ret, struct vota_evidence_block *block,
                                     const struct json_t *value, struct vota_error *err)
{
    struct vota_members members = vota_members_of(value, "receipt", err);
    memset(ret, 0, sizeof *ret);
    vota_members_word(&members, "format", VOTA_RECEIPT_FORMAT);
    read_fields(&members, &ret->row, "row", &vota_receipt_json_row);
    ret->path = read_hashes(&members, block, &ret->path_len, "path");
    read_anchors(&members, block, ret);
    ret->has_acceptance = vota_members_has(&members, "acceptance");
    if (ret->has_acceptance)
        read_fields(&members, &ret->acceptance, "acceptance", &vota_receipt_json_acceptance);
    ret->has_definition = vota_members_has(&members, "definition");
    if (ret->has_definition)
        ret->definition = take_text(block, vota_members_text(&members, "definition"));
    ret->has_opening = vota_members_has(&members, "opening");
    if (ret->has_opening) {
        read_fields(&members, &ret->opening, "opening", &opening_fields);
        ret->opening.content = take_text(block, ret->opening.content);
    }
    return vota_members_end(&members);
}

/* Both readers: parse, make the block, read into it, keep it only if all went well. */
static enum vota_status parse(struct json_t **ret_value, struct vota_evidence_block *ret_block,
                              const void *text, size_t len, struct vota_error *err)
{
    if (len > VOTA_RECEIPT_JSON_MAX_BYTES)
        return vota_fail(err, VOTA_LIMIT, "text", "too-long");
    const enum vota_status status = vota_members_parse(ret_value, text, len, err);
    if (status != VOTA_OK)
        return status;
    *ret_block = (struct vota_evidence_block){malloc(len), len};
    if (ret_block->at != NULL)
        return VOTA_OK;
    vota_members_free(*ret_value);
    return VOTA_NO_MEMORY;
}

enum vota_status vota_receipt_json_read(struct vota_receipt_copy *ret_copy, const void *text,
                                        size_t len, struct vota_error *err)
{
    struct json_t *value = NULL;
    struct vota_evidence_block block;
    enum vota_status status = parse(&value, &block, text, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_receipt_copy copy = {.bytes = block.at};
    status = read_receipt(&copy.about, &block, value, err);
    vota_members_free(value);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        free(copy.bytes);
    return status;
}

enum vota_status vota_receipt_json_read_anchor(struct vota_anchor_copy *ret_copy, const void *text,
                                               size_t len, struct vota_error *err)
{
    struct json_t *value = NULL;
    struct vota_evidence_block block;
    enum vota_status status = parse(&value, &block, text, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_anchor_copy copy = {.bytes = block.at};
    status = read_anchor(&copy.about, &block, value, err);
    vota_members_free(value);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        free(copy.bytes);
    return status;
}

void vota_receipt_copy_done(struct vota_receipt_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_receipt_copy){0};
}

void vota_anchor_copy_done(struct vota_anchor_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_anchor_copy){0};
}
