/* SPDX-License-Identifier: Apache-2.0 */
/* eth_getProof: the nodes and nothing else; what they prove is judged in state.c. */
#include <stdlib.h>

#include "rpc/eth_call.h"

static const char method[] = "eth_getProof";

void vota_eth_proof_done(struct vota_eth_proof *proof)
{
    free(proof->bytes);
    *proof = (struct vota_eth_proof){.bytes = NULL};
}

struct vota_eth_query vota_eth_first_slots(const vota_addr *account, size_t slot_count)
{
    VOTA_ASSERT(slot_count <= VOTA_ETH_SLOTS_MAX);
    struct vota_eth_query query = {.account = *account, .slot_count = slot_count};
    for (size_t i = 0; i < slot_count; i++)
        vota_store_be(query.slots[i].bytes + 24, 8, i);
    return query;
}

/* Two bytes a digit pair: half of the text is more than its nodes need. */
static size_t nodes_size(const json_t *nodes)
{
    size_t total = 0;
    for (size_t i = 0; i < json_array_size(nodes); i++)
        total += json_string_length(json_array_get(nodes, i)) / 2;
    return total;
}

static size_t proof_size(const json_t *object)
{
    const json_t *storage = json_object_get(object, "storageProof");
    size_t total = nodes_size(json_object_get(object, "accountProof"));
    for (size_t i = 0; i < json_array_size(storage); i++)
        total += nodes_size(json_object_get(json_array_get(storage, i), "proof"));
    return total;
}

static bool read_path(struct vota_eth_path *path, struct vota_wr *bytes, const json_t *nodes)
{
    const size_t count = json_array_size(nodes);
    if (!json_is_array(nodes) || count > VOTA_TRIE_MAX_NODES)
        return false;
    for (size_t i = 0; i < count; i++) {
        const size_t start = bytes->len;
        if (!vota_eth_get_bytes(bytes, json_array_get(nodes, i)))
            return false;
        path->nodes[i] = (struct vota_slice){bytes->to + start, bytes->len - start};
    }
    path->count = count;
    return true;
}

/* Nodes write a slot as "0x0", "0x00" or 32 bytes; the number is what counts. */
static bool is_slot(const json_t *key, const vota_hash *slot)
{
    struct vota_u256 number;
    return vota_eth_get_u256(&number, key, VOTA_ETH_PADDED) &&
           vota_bytes_equal(number.be, slot->bytes, sizeof number.be);
}

static bool read_proof(struct vota_eth_proof *proof, const json_t *object,
                       const struct vota_eth_query *query, size_t size)
{
    const json_t *storage = json_object_get(object, "storageProof");
    struct vota_wr bytes = vota_wr_of(proof->bytes, size);
    if (!read_path(&proof->account, &bytes, json_object_get(object, "accountProof")) ||
        json_array_size(storage) != query->slot_count)
        return false;
    for (size_t i = 0; i < query->slot_count; i++) {
        const json_t *one = json_array_get(storage, i);
        if (!is_slot(json_object_get(one, "key"), &query->slots[i]) ||
            !read_path(&proof->storage[i], &bytes, json_object_get(one, "proof")))
            return false;
    }
    proof->slot_count = query->slot_count;
    return true;
}

static void put_query(struct vota_wr *wr, const struct vota_eth_query *query,
                      const struct vota_block_id *id)
{
    vota_wr_byte(wr, '[');
    vota_eth_put_hex(wr, query->account.bytes, sizeof query->account.bytes);
    vota_wr_text(wr, ",[");
    for (size_t i = 0; i < query->slot_count; i++) {
        if (i > 0)
            vota_wr_byte(wr, ',');
        vota_eth_put_hex(wr, query->slots[i].bytes, sizeof query->slots[i].bytes);
    }
    vota_wr_text(wr, "],");
    vota_eth_put_block(wr, id);
    vota_wr_byte(wr, ']');
}

enum vota_status vota_eth_proof(struct vota_provider *provider, struct vota_eth_proof *ret_proof,
                                const struct vota_eth_query *query, const struct vota_block_id *id,
                                struct vota_error *err)
{
    VOTA_ASSERT(query->slot_count <= VOTA_ETH_SLOTS_MAX);
    uint8_t text[VOTA_ETH_PARAMS_MAX + 70 * VOTA_ETH_SLOTS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_query(&params, query, id);
    const struct vota_eth_question question = {method, &params, VOTA_ETH_PROOF_MAX, false};
    json_t *result = NULL;
    const enum vota_status status = vota_eth_ask_some(provider, &result, &question, err);
    if (status != VOTA_OK)
        return status;
    const size_t size = proof_size(result);
    struct vota_eth_proof proof = {.bytes = malloc(size + 1)};
    const bool enough = proof.bytes != NULL;
    const bool good = enough && read_proof(&proof, result, query, size);
    json_decref(result);
    if (good) {
        *ret_proof = proof;
        return VOTA_OK;
    }
    vota_eth_proof_done(&proof);
    if (!enough)
        return vota_fail(err, VOTA_NO_MEMORY, method, "no-memory");
    return vota_eth_malformed(provider, method, "bad-proof", err);
}
