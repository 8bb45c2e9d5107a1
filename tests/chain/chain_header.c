/* SPDX-License-Identifier: Apache-2.0 */
/* What a block commits to: tries of transactions and receipts, bloom, header, its hash. */
#include <stdlib.h>
#include <string.h>

#include "keccak/keccak.h"
#include "proof/rlp.h"
#include "proof/trie.h"
#include "proof/word.h"
#include "tests/chain/chain_inside.h"

/* keccak(rlp([])) and sha256(""): no uncles, no requests. */
static const vota_hash no_uncles = {{0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a,
                                     0xab, 0x85, 0xb5, 0x67, 0xb6, 0xcc, 0xd4, 0x1a,
                                     0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a, 0x74, 0x13,
                                     0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47}};
static const vota_hash no_requests = {{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14,
                                       0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
                                       0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
                                       0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}};

/* ---- receipts ---- */

static void set_bloom(uint8_t bloom[256], const void *bytes, size_t len)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, bytes, len);
    for (size_t i = 0; i < 6; i += 2) {
        const unsigned bit = (unsigned)(vota_load_be(hash.bytes + i, 2) & 2047u);
        bloom[255 - bit / 8] |= (uint8_t)(1u << bit % 8);
    }
}

static void bloom_of(uint8_t bloom[256], const struct chain *chain,
                     const struct chain_inclusion *inclusion)
{
    for (uint32_t i = 0; i < inclusion->n_logs; i++) {
        const struct chain_log *log = &chain->logs[inclusion->first_log + i];
        set_bloom(bloom, log->address.bytes, sizeof log->address.bytes);
        for (uint32_t j = 0; j < log->n_topics; j++)
            set_bloom(bloom, log->topics[j].bytes, 32);
    }
}

static void put_topics(struct vota_wr *wr, const struct chain_log *log)
{
    vota_rlp_put_list(wr, 33u * (size_t)log->n_topics);
    for (uint32_t i = 0; i < log->n_topics; i++)
        vota_rlp_put_string(wr, log->topics[i].bytes, 32);
}

static void put_log(struct vota_wr *wr, const struct chain *chain, const struct chain_log *log)
{
    struct vota_wr count = vota_wr_of(NULL, 0);
    put_topics(&count, log);
    const size_t data = vota_rlp_size_of_string(chain->bytes + log->data, log->data_len);
    vota_rlp_put_list(wr, 21 + count.len + data);
    vota_rlp_put_string(wr, log->address.bytes, sizeof log->address.bytes);
    put_topics(wr, log);
    vota_rlp_put_string(wr, chain->bytes + log->data, log->data_len);
}

static void put_logs(struct vota_wr *wr, const struct chain *chain,
                     const struct chain_inclusion *inclusion)
{
    for (uint32_t i = 0; i < inclusion->n_logs; i++)
        put_log(wr, chain, &chain->logs[inclusion->first_log + i]);
}

static void put_receipt_fields(struct vota_wr *wr, const struct chain *chain,
                               const struct chain_inclusion *inclusion)
{
    uint8_t bloom[256] = {0};
    struct vota_wr count = vota_wr_of(NULL, 0);
    bloom_of(bloom, chain, inclusion);
    put_logs(&count, chain, inclusion);
    vota_rlp_put_uint64(wr, inclusion->ok);
    vota_rlp_put_uint64(wr, inclusion->cumulative);
    vota_rlp_put_string(wr, bloom, sizeof bloom);
    vota_rlp_put_list(wr, count.len);
    put_logs(wr, chain, inclusion);
}

/* 2 || rlp([status, cumulative gas, bloom, logs]) */
static void put_receipt(struct vota_wr *wr, const struct chain *chain,
                        const struct chain_inclusion *inclusion)
{
    struct vota_wr count = vota_wr_of(NULL, 0);
    put_receipt_fields(&count, chain, inclusion);
    vota_wr_byte(wr, 2);
    vota_rlp_put_list(wr, count.len);
    put_receipt_fields(wr, chain, inclusion);
}

/* ---- tries by place in the block ---- */

static void set_key(struct chain_item *item, uint32_t place)
{
    struct vota_wr wr = vota_wr_of(item->key, sizeof item->key);
    vota_rlp_put_uint64(&wr, place);
    item->key_len = wr.len;
}

static vota_hash txs_root(const struct chain *chain, const struct chain_block *block)
{
    struct chain_item items[CHAIN_BLOCK_TXS];
    for (uint32_t i = 0; i < block->n; i++) {
        const struct chain_tx *tx = &chain->txs[chain->inclusions[block->first + i].tx];
        set_key(&items[i], i);
        items[i].value = (struct vota_slice){chain->bytes + tx->raw, tx->raw_len};
    }
    chain_trie_sort(items, block->n);
    return chain_trie_root(items, block->n);
}

static vota_hash receipts_root(const struct chain *chain, const struct chain_block *block)
{
    struct chain_item items[CHAIN_BLOCK_TXS];
    const size_t cap = block->n * (CHAIN_DATA_MAX + 2048);
    uint8_t *bytes = malloc(cap + 1);
    chain_must(bytes != NULL, "no memory");
    struct vota_wr wr = vota_wr_of(bytes, cap);
    for (uint32_t i = 0; i < block->n; i++) {
        const size_t start = wr.len;
        set_key(&items[i], i);
        put_receipt(&wr, chain, &chain->inclusions[block->first + i]);
        items[i].value = (struct vota_slice){bytes + start, wr.len - start};
    }
    chain_must(vota_wr_fits(&wr), "receipts are too long");
    chain_trie_sort(items, block->n);
    const vota_hash root = chain_trie_root(items, block->n);
    free(bytes);
    return root;
}

/* ---- header ---- */

static void put_hash(struct vota_wr *wr, const vota_hash *hash)
{
    vota_rlp_put_string(wr, hash->bytes, 32);
}

/* Something that only this block has. */
static vota_hash own_hash(const struct chain_block *block, uint64_t salt)
{
    uint8_t bytes[16];
    vota_hash hash;
    vota_store_be(bytes, 8, block->number);
    vota_store_be(bytes + 8, 8, salt);
    vota_keccak_hash(hash.bytes, bytes, sizeof bytes);
    return hash;
}

static void put_roots(struct vota_wr *wr, const struct chain *chain,
                      const struct chain_block *block)
{
    const vota_hash none = {{0}};
    const vota_hash *parent =
        block->parent == CHAIN_NOTHING ? &none : &chain->blocks[block->parent].hash;
    const vota_addr builder = {{0xb1, 0x1d}};
    put_hash(wr, parent);
    put_hash(wr, &no_uncles);
    vota_rlp_put_string(wr, builder.bytes, sizeof builder.bytes);
    put_hash(wr, &block->state.root);
    put_hash(wr, &block->txs_root);
    put_hash(wr, &block->receipts_root);
    vota_rlp_put_string(wr, block->bloom, sizeof block->bloom);
}

static void put_later(struct vota_wr *wr, const struct chain_block *block, const vota_hash *own)
{
    put_hash(wr, &vota_trie_empty_root); /* withdrawals */
    vota_rlp_put_uint64(wr, 0);          /* blob gas used */
    vota_rlp_put_uint64(wr, 0);          /* excess blob gas */
    put_hash(wr, own);                   /* parent beacon block root */
    put_hash(wr, &no_requests);
    if (block->fields >= 23) {
        put_hash(wr, own); /* block access list */
        vota_rlp_put_uint64(wr, block->slot);
    }
    if (block->fields >= 24)
        put_hash(wr, own); /* of a fork to come */
}

void chain_make_header(const struct chain *chain, struct chain_block *block, uint64_t salt)
{
    uint8_t payload[CHAIN_HEADER_MAX];
    uint8_t nonce[8] = {0};
    uint8_t extra[8];
    struct vota_wr wr = vota_wr_of(payload, sizeof payload);
    struct vota_wr rlp = vota_wr_of(block->rlp, sizeof block->rlp);
    const vota_hash own = own_hash(block, salt);
    vota_store_be(extra, sizeof extra, salt);
    block->txs_root = txs_root(chain, block);
    block->receipts_root = receipts_root(chain, block);
    memset(block->bloom, 0, sizeof block->bloom);
    for (uint32_t i = 0; i < block->n; i++)
        bloom_of(block->bloom, chain, &chain->inclusions[block->first + i]);
    if (block->gas_used > 0)
        set_bloom(block->bloom, own.bytes, sizeof own.bytes); /* an event of somebody else */
    put_roots(&wr, chain, block);
    vota_rlp_put_uint64(&wr, 0); /* difficulty */
    vota_rlp_put_uint64(&wr, block->number);
    vota_rlp_put_uint64(&wr, chain->gas_limit);
    vota_rlp_put_uint64(&wr, block->gas_used);
    vota_rlp_put_uint64(&wr, block->time);
    vota_rlp_put_string(&wr, extra, sizeof extra);
    put_hash(&wr, &own); /* randomness */
    vota_rlp_put_string(&wr, nonce, sizeof nonce);
    vota_rlp_put_uint64(&wr, block->base_fee);
    put_later(&wr, block, &own);
    vota_rlp_put_list(&rlp, wr.len);
    vota_wr_put(&rlp, payload, wr.len);
    chain_must(vota_wr_fits(&wr) && vota_wr_fits(&rlp), "a header is too long");
    block->rlp_len = (uint32_t)rlp.len;
    vota_keccak_hash(block->hash.bytes, block->rlp, block->rlp_len);
}
