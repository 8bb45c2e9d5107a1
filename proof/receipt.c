/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voteanchor-receipt-v1 (PROTOCOL 9): a CBOR map with the integer keys below,
 * ascending, `?` = may be absent. Its bytes are the receipt; one encoding each.
 *
 *   receipt     0 format      text "voteanchor-receipt-v1"
 *               1 row         96 bytes: register, tag, content hash
 *               2 path        32 bytes a step; empty while pending
 *               3 anchors     array, one per network; empty while pending
 *               4 acceptance? map    5 definition? text    6 opening? map
 *   anchor      0 chain_id    1 chain_genesis 32    2 contract 20    3 entry map
 *               4 parent 32   5 later? 32 bytes a hash               6 evidence? map
 *   entry       0 number      1 block   2 time      3 root 32        4 count
 *   evidence    0 format      text "evidence-mpt-v1"
 *               1 header      bytes   2 account, 3 storage: arrays of byte strings
 *   acceptance  0 chain_id    1 contract 20   2 accepted_at   3 anchor_by   4 signature 65
 *   opening     0 city_salt 32   1 citizen_salt 32   2 content text
 *
 * Valid when every required key is there and no other; numbers at most 2^53 - 1;
 * at most 8 anchors, 65 nodes a list, 32 KiB of definition, 16 KiB of content,
 * 1 MiB in all. The reader admits one encoding a value, so that writing what was
 * read gives the same bytes.
 */
#include "proof/receipt.h"

#include "proof/cbor.h"
#include "proof/content.h"
#include "proof/leaf.h"

/* What is being read, and where a failure is told. */
struct in {
    struct vota_rd rd;
    struct vota_error *err;
};

/* One kind of map: its keys, which of them must be there, and who reads them. */
struct shape {
    const char *name;
    const char *const *members; /* by key */
    uint64_t keys;
    unsigned required; /* one bit a key */
    enum vota_status (*read)(void *object, uint64_t key, struct in *in);
};

static enum vota_status bad(struct in *in, const char *where, const char *reason)
{
    return vota_fail(in->err, VOTA_BAD_INPUT, where, reason);
}

static enum vota_status read_map(void *object, const struct shape *shape, struct in *in)
{
    struct vota_cbor_map map;
    enum vota_status status = vota_cbor_read_map(&map, &in->rd, shape->name, in->err);
    if (status != VOTA_OK)
        return status;
    unsigned missing = shape->required;
    while (map.left > 0) {
        uint64_t key;
        status = vota_cbor_read_key(&key, &map, &in->rd, shape->keys, shape->name, in->err);
        if (status == VOTA_OK)
            status = shape->read(object, key, in);
        if (status != VOTA_OK)
            return status;
        missing &= ~(1u << (unsigned)key);
    }
    for (uint64_t key = 0; key < shape->keys; key++) {
        if ((missing & (1u << (unsigned)key)) != 0)
            return bad(in, shape->members[key], "missing-member");
    }
    return VOTA_OK;
}

static enum vota_status read_uint(uint64_t *ret_value, struct in *in, const char *where)
{
    return vota_cbor_read_uint(ret_value, &in->rd, where, in->err);
}

static enum vota_status read_fixed(void *ret_bytes, size_t len, struct in *in, const char *where)
{
    struct vota_slice bytes;
    const enum vota_status status = vota_cbor_read_bytes(&bytes, &in->rd, where, in->err);
    if (status != VOTA_OK)
        return status;
    if (bytes.len != len)
        return bad(in, where, "cbor-length");
    vota_bytes_copy(ret_bytes, bytes.at, len);
    return VOTA_OK;
}

/* A byte string as the hashes in it: vota_hash is bytes and nothing else, so it has no alignment.
 */
static enum vota_status read_hashes(const vota_hash **ret_hashes, size_t *ret_count, struct in *in,
                                    const char *where)
{
    struct vota_slice bytes;
    const enum vota_status status = vota_cbor_read_bytes(&bytes, &in->rd, where, in->err);
    if (status != VOTA_OK)
        return status;
    if (bytes.len % sizeof(vota_hash) != 0)
        return bad(in, where, "cbor-length");
    *ret_hashes = (const vota_hash *)(const void *)bytes.at;
    *ret_count = bytes.len / sizeof(vota_hash);
    return VOTA_OK;
}

static enum vota_status read_text(struct vota_slice *ret_text, size_t max, struct in *in,
                                  const char *where)
{
    const enum vota_status status = vota_cbor_read_text(ret_text, &in->rd, where, in->err);
    if (status == VOTA_OK && ret_text->len > max)
        return bad(in, where, "cbor-limit");
    return status;
}

static enum vota_status read_format(const char *format, size_t len, struct in *in,
                                    const char *where)
{
    struct vota_slice text;
    const enum vota_status status = vota_cbor_read_text(&text, &in->rd, where, in->err);
    if (status != VOTA_OK)
        return status;
    if (text.len != len || !vota_bytes_equal(text.at, format, len))
        return bad(in, where, "cbor-format");
    return VOTA_OK;
}

static enum vota_status read_nodes(struct vota_slice *ret_nodes, size_t *ret_count, struct in *in,
                                   const char *where)
{
    uint64_t count;
    enum vota_status status = vota_cbor_read_array(&count, &in->rd, where, in->err);
    if (status != VOTA_OK)
        return status;
    if (count > VOTA_TRIE_MAX_NODES)
        return bad(in, where, "cbor-limit");
    for (size_t i = 0; i < count; i++) {
        status = vota_cbor_read_bytes(&ret_nodes[i], &in->rd, where, in->err);
        if (status != VOTA_OK)
            return status;
    }
    *ret_count = (size_t)count;
    return VOTA_OK;
}

static const char *const entry_members[] = {"entry.number", "entry.block", "entry.time",
                                            "entry.root", "entry.count"};

static enum vota_status read_entry(void *object, uint64_t key, struct in *in)
{
    struct vota_batch_entry *entry = object;
    const char *where = entry_members[key];
    switch (key) {
    case 0:
        return read_uint(&entry->number, in, where);
    case 1:
        return read_uint(&entry->block, in, where);
    case 2:
        return read_uint(&entry->time, in, where);
    case 3:
        return read_fixed(entry->root.bytes, sizeof entry->root.bytes, in, where);
    default:
        return read_uint(&entry->count, in, where);
    }
}

static const struct shape entry_shape = {"entry", entry_members, 5, 0x1fu, read_entry};

static const char *const evidence_members[] = {"evidence.format", "evidence.header",
                                               "evidence.account", "evidence.storage"};

static enum vota_status read_evidence(void *object, uint64_t key, struct in *in)
{
    struct vota_evidence *evidence = object;
    const char *where = evidence_members[key];
    switch (key) {
    case 0:
        return read_format(VOTA_EVIDENCE_FORMAT, sizeof VOTA_EVIDENCE_FORMAT - 1, in, where);
    case 1:
        return vota_cbor_read_bytes(&evidence->header, &in->rd, where, in->err);
    case 2:
        return read_nodes(evidence->account, &evidence->account_count, in, where);
    default:
        return read_nodes(evidence->storage, &evidence->storage_count, in, where);
    }
}

static const struct shape evidence_shape = {"evidence", evidence_members, 4, 0xfu, read_evidence};

static const char *const anchor_members[] = {
    "anchor.chain_id", "anchor.chain_genesis", "anchor.contract", "anchor.entry",
    "anchor.parent",   "anchor.later",         "anchor.evidence"};

static enum vota_status read_anchor(void *object, uint64_t key, struct in *in)
{
    struct vota_anchor *anchor = object;
    const char *where = anchor_members[key];
    switch (key) {
    case 0:
        return read_uint(&anchor->chain_id, in, where);
    case 1:
        return read_fixed(anchor->chain_genesis.bytes, sizeof(vota_hash), in, where);
    case 2:
        return read_fixed(anchor->contract.bytes, sizeof(vota_addr), in, where);
    case 3:
        return read_map(&anchor->entry, &entry_shape, in);
    case 4:
        return read_fixed(anchor->parent.bytes, sizeof(vota_hash), in, where);
    case 5:
        anchor->has_later = true;
        return read_hashes(&anchor->later, &anchor->later_count, in, where);
    default:
        anchor->has_evidence = true;
        return read_map(&anchor->evidence, &evidence_shape, in);
    }
}

static const struct shape anchor_shape = {"anchor", anchor_members, 7, 0x1fu, read_anchor};

static const char *const acceptance_members[] = {"acceptance.chain_id", "acceptance.contract",
                                                 "acceptance.accepted_at", "acceptance.anchor_by",
                                                 "acceptance.signature"};

static enum vota_status read_acceptance(void *object, uint64_t key, struct in *in)
{
    struct vota_acceptance *acceptance = object;
    const char *where = acceptance_members[key];
    switch (key) {
    case 0:
        return read_uint(&acceptance->chain_id, in, where);
    case 1:
        return read_fixed(acceptance->contract.bytes, sizeof(vota_addr), in, where);
    case 2:
        return read_uint(&acceptance->accepted_at, in, where);
    case 3:
        return read_uint(&acceptance->anchor_by, in, where);
    default:
        return read_fixed(acceptance->signature, sizeof acceptance->signature, in, where);
    }
}

static const struct shape acceptance_shape = {"acceptance", acceptance_members, 5, 0x1fu,
                                              read_acceptance};

static const char *const opening_members[] = {"opening.city_salt", "opening.citizen_salt",
                                              "opening.content"};

static enum vota_status read_opening(void *object, uint64_t key, struct in *in)
{
    struct vota_receipt_opening *opening = object;
    const char *where = opening_members[key];
    switch (key) {
    case 0:
        return read_fixed(opening->city_salt.bytes, sizeof(vota_hash), in, where);
    case 1:
        return read_fixed(opening->citizen_salt.bytes, sizeof(vota_hash), in, where);
    default:
        return read_text(&opening->content, VOTA_CONTENT_MAX_BYTES, in, where);
    }
}

static const struct shape opening_shape = {"opening", opening_members, 3, 0x7u, read_opening};

static const char *const receipt_members[] = {"format",     "row",        "path",   "anchors",
                                              "acceptance", "definition", "opening"};

static enum vota_status read_row(struct vota_row *ret_row, struct in *in, const char *where)
{
    uint8_t bytes[VOTA_ROW_BYTES];
    const enum vota_status status = read_fixed(bytes, sizeof bytes, in, where);
    if (status == VOTA_OK)
        vota_leaf_row_read(ret_row, bytes);
    return status;
}

static enum vota_status read_anchors(struct vota_receipt *receipt, struct in *in)
{
    uint64_t count;
    enum vota_status status = vota_cbor_read_array(&count, &in->rd, "anchors", in->err);
    if (status != VOTA_OK)
        return status;
    if (count > VOTA_RECEIPT_MAX_ANCHORS)
        return bad(in, "anchors", "cbor-limit");
    for (size_t i = 0; i < count; i++) {
        status = read_map(&receipt->anchors[i], &anchor_shape, in);
        if (status != VOTA_OK)
            return status;
    }
    receipt->anchor_count = (size_t)count;
    return VOTA_OK;
}

static enum vota_status read_receipt(void *object, uint64_t key, struct in *in)
{
    struct vota_receipt *receipt = object;
    const char *where = receipt_members[key];
    switch (key) {
    case 0:
        return read_format(VOTA_RECEIPT_FORMAT, sizeof VOTA_RECEIPT_FORMAT - 1, in, where);
    case 1:
        return read_row(&receipt->row, in, where);
    case 2:
        return read_hashes(&receipt->path, &receipt->path_len, in, where);
    case 3:
        return read_anchors(receipt, in);
    case 4:
        receipt->has_acceptance = true;
        return read_map(&receipt->acceptance, &acceptance_shape, in);
    case 5:
        receipt->has_definition = true;
        return read_text(&receipt->definition, VOTA_DEFINITION_MAX_BYTES, in, where);
    default:
        receipt->has_opening = true;
        return read_map(&receipt->opening, &opening_shape, in);
    }
}

static const struct shape receipt_shape = {"receipt", receipt_members, 7, 0xfu, read_receipt};

static bool is_same_network(const struct vota_anchor *a, const struct vota_anchor *b)
{
    return a->chain_id == b->chain_id && vota_hash_equal(&a->chain_genesis, &b->chain_genesis);
}

/* What must hold between members. */
static enum vota_status check_members(const struct vota_receipt *receipt, struct vota_error *err)
{
    if (receipt->anchor_count == 0 && receipt->path_len > 0)
        return vota_fail(err, VOTA_BAD_INPUT, "path", "pending-path");
    for (size_t i = 1; i < receipt->anchor_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (is_same_network(&receipt->anchors[i], &receipt->anchors[j]))
                return vota_fail(err, VOTA_BAD_INPUT, "anchors", "repeated-network");
        }
    }
    return VOTA_OK;
}

enum vota_status vota_receipt_decode(struct vota_receipt *ret_receipt, const uint8_t *bytes,
                                     size_t len, struct vota_error *err)
{
    struct in in = {.rd = vota_rd_of(bytes, len), .err = err};
    if (len > VOTA_RECEIPT_MAX_BYTES)
        return bad(&in, "receipt", "cbor-limit");
    struct vota_receipt receipt;
    vota_bytes_zero(&receipt, sizeof receipt);
    enum vota_status status = read_map(&receipt, &receipt_shape, &in);
    if (status != VOTA_OK)
        return status;
    if (in.rd.left != 0)
        return bad(&in, "receipt", "cbor");
    status = check_members(&receipt, err);
    if (status == VOTA_OK)
        *ret_receipt = receipt;
    return status;
}
