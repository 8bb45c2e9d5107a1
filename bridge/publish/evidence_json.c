/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence in JSON: see evidence_json.h. */
#include "bridge/publish/evidence_json.h"

#include "proof/hex.h"
#include "view/receipt.h"

void vota_evidence_json_write(struct vota_canon *canon, const struct vota_evidence *evidence)
{
    vota_view_evidence_write(canon, evidence);
}

uint8_t *vota_evidence_json_take(struct vota_evidence_block *block, size_t len)
{
    VOTA_ASSERT(len <= block->left);
    uint8_t *at = block->at;
    block->at += len;
    block->left -= len;
    return at;
}

struct vota_slice vota_evidence_json_bytes(struct vota_members *members,
                                           struct vota_evidence_block *block,
                                           const struct json_t *value)
{
    const struct vota_slice digits = vota_members_digits(members, value);
    if (digits.len == 0)
        return (struct vota_slice){0};
    const size_t len = digits.len / 2 - 1;
    uint8_t *at = vota_evidence_json_take(block, len);
    if (vota_hex_read(at, len, (const char *)digits.at, digits.len) != VOTA_OK)
        vota_members_refuse(members, members->name, "bad-hex");
    return (struct vota_slice){at, len};
}

static void read_nodes(struct vota_members *members, struct vota_evidence_block *block,
                       struct vota_slice *ret, size_t *ret_n, const char *key)
{
    const struct json_t *array = NULL;
    const size_t n = vota_members_count(members, &array, key, VOTA_TRIE_MAX_NODES);
    for (size_t i = 0; i < n; i++)
        ret[i] = vota_evidence_json_bytes(members, block, vota_members_item(array, i));
    *ret_n = n;
}

void vota_evidence_json_read(struct vota_members *members, struct vota_evidence_block *block,
                             struct vota_evidence *ret_evidence)
{
    const struct json_t *value = vota_members_get(members, "evidence");
    if (members->status != VOTA_OK)
        return;
    struct vota_members inner = vota_members_of(value, "evidence", members->err);
    vota_members_word(&inner, "format", VOTA_EVIDENCE_FORMAT);
    ret_evidence->header =
        vota_evidence_json_bytes(&inner, block, vota_members_get(&inner, "header"));
    read_nodes(&inner, block, ret_evidence->account, &ret_evidence->account_count, "account");
    read_nodes(&inner, block, ret_evidence->storage, &ret_evidence->storage_count, "storage");
    members->status = vota_members_end(&inner);
}
