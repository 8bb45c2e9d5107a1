/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of receipts and anchors: see receipt.h. */
#include "view/receipt.h"

#include "proof/hex.h"
#include "view/fields.h"

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

const struct vota_canon_flat vota_view_row = FIELDS(row_table);
static const struct vota_canon_flat entry_fields = FIELDS(entry_table);
const struct vota_canon_flat vota_view_acceptance = FIELDS(acceptance_table);
static const struct vota_canon_flat opening_fields = FIELDS(opening_table);

/* ---- writing ---- */

static void put_nodes(struct vota_canon *canon, const char *key, const struct vota_slice *nodes,
                      size_t n)
{
    vota_canon_array(canon, key);
    for (size_t i = 0; i < n; i++)
        vota_canon_hex(canon, NULL, nodes[i].at, nodes[i].len);
    vota_canon_array_end(canon);
}

void vota_view_evidence_write(struct vota_canon *canon, const struct vota_evidence *evidence)
{
    vota_canon_object(canon, "evidence");
    put_nodes(canon, "account", evidence->account, evidence->account_count);
    vota_canon_word(canon, "format", VOTA_EVIDENCE_FORMAT);
    vota_canon_hex(canon, "header", evidence->header.at, evidence->header.len);
    put_nodes(canon, "storage", evidence->storage, evidence->storage_count);
    vota_canon_object_end(canon);
}

static void put_anchor(struct vota_canon *canon, const struct vota_anchor *anchor)
{
    vota_canon_object(canon, NULL);
    vota_canon_hash(canon, "chain_genesis", &anchor->chain_genesis);
    vota_canon_number(canon, "chain_id", anchor->chain_id);
    vota_canon_addr(canon, "contract", &anchor->contract);
    vota_canon_flat(canon, "entry", &entry_fields, &anchor->entry);
    if (anchor->has_evidence)
        vota_view_evidence_write(canon, &anchor->evidence);
    if (anchor->has_later)
        vota_canon_hashes(canon, "later", anchor->later, anchor->later_count);
    vota_canon_hash(canon, "parent", &anchor->parent);
    vota_canon_object_end(canon);
}

void vota_view_anchor_write(struct vota_wr *wr, const struct vota_anchor *anchor)
{
    struct vota_canon canon = vota_canon_of(wr);
    put_anchor(&canon, anchor);
}

void vota_view_receipt_write(struct vota_wr *wr, const struct vota_receipt *receipt,
                             const struct vota_slice *texts)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    if (receipt->has_acceptance)
        vota_canon_flat(&canon, "acceptance", &vota_view_acceptance, &receipt->acceptance);
    vota_canon_array(&canon, "anchors");
    for (size_t i = 0; i < receipt->anchor_count; i++) {
        if (texts != NULL && texts[i].at != NULL)
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
    vota_canon_flat(&canon, "row", &vota_view_row, &receipt->row);
    vota_canon_object_end(&canon);
}

/* ---- reading ---- */

/*
 * What is read is copied into one block as long as the text: two digits make a
 * byte, and a string is never longer than its own escaped form.
 */
struct block {
    uint8_t *at;
    size_t left;
};

static uint8_t *take(struct block *block, size_t len)
{
    VOTA_ASSERT(len <= block->left);
    uint8_t *at = block->at;
    block->at += len;
    block->left -= len;
    return at;
}

static struct vota_slice take_text(struct block *block, struct vota_slice raw)
{
    struct vota_wr wr = vota_wr_of(block->at, block->left);
    vota_scan_unescape(&wr, raw);
    return (struct vota_slice){take(block, wr.len), wr.len};
}

static struct vota_slice read_bytes(struct vota_fields *fields, struct block *block,
                                    struct vota_slice value)
{
    const struct vota_slice digits = vota_fields_digits(fields, value);
    if (digits.len == 0)
        return (struct vota_slice){0};
    const size_t len = digits.len / 2 - 1;
    uint8_t *at = take(block, len);
    if (vota_hex_read(at, len, (const char *)digits.at, digits.len) != VOTA_OK)
        vota_fields_refuse(fields, fields->name, "bad-hex");
    return (struct vota_slice){at, len};
}

static const vota_hash *read_hashes(struct vota_fields *fields, struct block *block, size_t *ret_n,
                                    const char *key)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, key, VOTA_RECEIPT_MAX_BYTES / 32);
    const vota_hash *hashes = (const vota_hash *)(const void *)block->at;
    for (size_t i = 0; i < n && fields->status == VOTA_OK; i++) {
        vota_hash hash;
        vota_fields_item_hex(fields, &hash, sizeof hash, &walk);
        if (fields->status == VOTA_OK)
            vota_bytes_copy(take(block, sizeof hash), &hash, sizeof hash);
    }
    *ret_n = n;
    return hashes;
}

static void read_nodes(struct vota_fields *fields, struct block *block, struct vota_slice *ret,
                       size_t *ret_n, const char *key)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, key, VOTA_TRIE_MAX_NODES);
    for (size_t i = 0; i < n; i++)
        ret[i] = read_bytes(fields, block, vota_fields_item(fields, &walk));
    *ret_n = n;
}

static void read_evidence(struct vota_fields *fields, struct block *block,
                          struct vota_evidence *ret)
{
    const struct vota_slice value = vota_fields_get(fields, "evidence");
    if (fields->status != VOTA_OK)
        return;
    struct vota_fields inner = vota_fields_of(value, "evidence", fields->err);
    vota_fields_word(&inner, "format", VOTA_EVIDENCE_FORMAT);
    ret->header = read_bytes(&inner, block, vota_fields_get(&inner, "header"));
    read_nodes(&inner, block, ret->account, &ret->account_count, "account");
    read_nodes(&inner, block, ret->storage, &ret->storage_count, "storage");
    fields->status = vota_fields_end(&inner);
}

static enum vota_status read_anchor(struct vota_anchor *ret, struct block *block,
                                    struct vota_slice value, struct vota_error *err)
{
    struct vota_fields fields = vota_fields_of(value, "anchors", err);
    vota_bytes_zero(ret, sizeof *ret);
    vota_fields_hex(&fields, &ret->chain_genesis, sizeof ret->chain_genesis, "chain_genesis");
    ret->chain_id = vota_fields_number(&fields, "chain_id");
    vota_fields_hex(&fields, &ret->contract, sizeof ret->contract, "contract");
    vota_fields_inner(&fields, &ret->entry, "entry", &entry_fields);
    ret->has_evidence = vota_fields_has(&fields, "evidence");
    if (ret->has_evidence)
        read_evidence(&fields, block, &ret->evidence);
    ret->has_later = vota_fields_has(&fields, "later");
    if (ret->has_later)
        ret->later = read_hashes(&fields, block, &ret->later_count, "later");
    vota_fields_hex(&fields, &ret->parent, sizeof ret->parent, "parent");
    return vota_fields_end(&fields);
}

static void read_anchors(struct vota_fields *fields, struct block *block, struct vota_receipt *ret)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, "anchors", VOTA_RECEIPT_MAX_ANCHORS);
    for (size_t i = 0; i < n && fields->status == VOTA_OK; i++)
        fields->status =
            read_anchor(&ret->anchors[i], block, vota_fields_item(fields, &walk), fields->err);
    ret->anchor_count = n;
}

static enum vota_status read_receipt(struct vota_receipt *ret, struct block *block,
                                     struct vota_slice value, struct vota_error *err)
{
    struct vota_fields fields = vota_fields_of(value, "receipt", err);
    vota_bytes_zero(ret, sizeof *ret);
    vota_fields_word(&fields, "format", VOTA_RECEIPT_FORMAT);
    vota_fields_inner(&fields, &ret->row, "row", &vota_view_row);
    ret->path = read_hashes(&fields, block, &ret->path_len, "path");
    read_anchors(&fields, block, ret);
    ret->has_acceptance = vota_fields_has(&fields, "acceptance");
    if (ret->has_acceptance)
        vota_fields_inner(&fields, &ret->acceptance, "acceptance", &vota_view_acceptance);
    ret->has_definition = vota_fields_has(&fields, "definition");
    if (ret->has_definition)
        ret->definition = take_text(block, vota_fields_text(&fields, "definition"));
    ret->has_opening = vota_fields_has(&fields, "opening");
    if (ret->has_opening) {
        vota_fields_inner(&fields, &ret->opening, "opening", &opening_fields);
        ret->opening.content = take_text(block, ret->opening.content);
    }
    return vota_fields_end(&fields);
}

enum vota_status vota_view_receipt_read(struct vota_receipt *ret_receipt, uint8_t *room,
                                        const void *text, size_t len, struct vota_error *err)
{
    struct block block = {room, len};
    struct vota_slice value;
    if (len > VOTA_VIEW_MAX_BYTES)
        return vota_fail(err, VOTA_LIMIT, "text", "too-long");
    const enum vota_status status = vota_scan_check(&value, text, len, err);
    return status != VOTA_OK ? status : read_receipt(ret_receipt, &block, value, err);
}

enum vota_status vota_view_anchor_read(struct vota_anchor *ret_anchor, uint8_t *room,
                                       const void *text, size_t len, struct vota_error *err)
{
    struct block block = {room, len};
    struct vota_slice value;
    if (len > VOTA_VIEW_MAX_BYTES)
        return vota_fail(err, VOTA_LIMIT, "text", "too-long");
    const enum vota_status status = vota_scan_check(&value, text, len, err);
    return status != VOTA_OK ? status : read_anchor(ret_anchor, &block, value, err);
}
