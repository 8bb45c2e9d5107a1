/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed calls over a provider that answers anything: the first byte chooses the
 * call, the rest is the result of every request. What is returned as OK holds
 * what the header promises.
 */
#include "tests/fuzz/fuzz.h"

#include "keccak/keccak.h"
#include "rpc/state.h"

static enum vota_status answer(void *ctx, struct vota_response *ret_response,
                               struct vota_slice request, unsigned timeout_ms)
{
    const struct vota_slice *result = ctx;
    (void)request;
    (void)timeout_ms;
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":";
    if (vota_response_add(ret_response, head, sizeof head - 1) != VOTA_OK ||
        vota_response_add(ret_response, result->at, result->len) != VOTA_OK ||
        vota_response_add(ret_response, "}", 1) != VOTA_OK) {
        ret_response->fault = VOTA_TRANSPORT_TOO_LARGE;
        return VOTA_REMOTE;
    }
    return VOTA_OK;
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

static void ask_block(struct vota_provider *provider)
{
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    struct vota_block block;
    vota_hash hash;
    if (vota_eth_block(provider, &block, &latest, NULL) != VOTA_OK)
        return;
    vota_keccak_hash(hash.bytes, block.rlp, block.rlp_len);
    VOTA_ASSERT(vota_hash_equal(&hash, &block.hash) && block.fields >= 15);
}

static void ask_receipt(struct vota_provider *provider)
{
    static const vota_hash hash = {{0x11}};
    struct vota_tx_receipt receipt;
    if (vota_eth_receipt(provider, &receipt, &hash, NULL) != VOTA_OK)
        return;
    VOTA_ASSERT(vota_hash_equal(&receipt.tx_hash, &hash));
    for (size_t i = 0; i < receipt.logs.count; i++)
        VOTA_ASSERT(receipt.logs.items[i].topic_count <= VOTA_ETH_TOPICS_MAX);
    vota_tx_receipt_done(&receipt);
}

static void ask_logs(struct vota_provider *provider)
{
    const struct vota_eth_filter filter = {.to_block = UINT64_MAX};
    struct vota_eth_logs logs = {0};
    if (vota_eth_logs(provider, &logs, &filter, NULL) == VOTA_OK)
        vota_eth_logs_done(&logs);
}

static void ask_proof(struct vota_provider *provider)
{
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const struct vota_eth_query query = vota_eth_first_slots(&(vota_addr){{0}}, 2);
    struct vota_eth_proof proof;
    if (vota_eth_proof(provider, &proof, &query, &latest, NULL) != VOTA_OK)
        return;
    VOTA_ASSERT(proof.slot_count == 2 && proof.account.count <= VOTA_TRIE_MAX_NODES);
    vota_eth_proof_done(&proof);
}

static void ask_rest(struct vota_provider *provider)
{
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    static const vota_addr addr;
    static const vota_hash hash;
    static uint8_t bytes[4096];
    struct vota_fee_history history;
    struct vota_tx_place place;
    struct vota_u256 wei;
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    (void)!vota_eth_balance(provider, &wei, &addr, &latest, NULL);
    provider->next_id = 1;
    if (vota_eth_fee_history(provider, &history, 1, 50, NULL) == VOTA_OK)
        VOTA_ASSERT(history.count >= 1 && history.count <= VOTA_FEES_BLOCKS_MAX);
    provider->next_id = 1;
    (void)!vota_eth_transaction(provider, &place, &hash, NULL);
    provider->next_id = 1;
    (void)!vota_eth_code(provider, &wr, &addr, &latest, NULL);
    VOTA_ASSERT(vota_wr_fits(&wr));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const questions[])(struct vota_provider *) = {ask_block, ask_receipt, ask_logs,
                                                                ask_proof, ask_rest};
    if (size == 0)
        return 0;
    struct vota_slice result = {data + 1, size - 1};
    const struct vota_transport transport = {&result, answer};
    struct vota_provider provider;
    vota_provider_init(&provider, "fuzz", &transport);
    provider.retries = 0;
    provider.pause = no_pause;
    provider.no_raw_header = true;
    questions[data[0] % (sizeof questions / sizeof questions[0])](&provider);
    return 0;
}
