/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a signer elsewhere answers, whatever it is: the result of one question,
 * through the envelope and the check. Bytes that pass are exactly what was
 * asked, and what does not pass leaves nothing.
 */
#include "tests/fuzz/fuzz.h"

#include "rpc/tx_signer.h"

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

/* The transaction that the seeds sign, and the address of the key 46...46. */
static const uint8_t data_bytes[] = {0xde, 0xad, 0xbe, 0xef};
static const struct vota_tx asked = {
    .chain_id = 560048,
    .nonce = 7,
    .max_priority_fee_per_gas = 1000000000,
    .max_fee_per_gas = 3000000000,
    .gas_limit = 120000,
    .to = {{0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35,
            0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35}},
    .data = {data_bytes, sizeof data_bytes}};
static const vota_addr address = {{0x9d, 0x8a, 0x62, 0xf6, 0x56, 0xa8, 0xd1, 0x61, 0x5c, 0x12,
                                   0x94, 0xfd, 0x71, 0xe9, 0xcf, 0xb3, 0xe4, 0x85, 0x5a, 0x4f}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_slice result = {data, size};
    struct vota_transport transport = {&result, answer};
    const struct vota_tx_signer_remote remote = {.transport = &transport, .address = address};
    struct vota_tx_signer *signer = NULL;
    struct vota_error err = {0};
    uint8_t raw[512];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    vota_hash hash = {{0}};
    if (vota_tx_signer_remote(&signer, &remote, NULL) != VOTA_OK)
        return 0;
    const enum vota_status status = vota_tx_signer_sign(signer, &wr, &hash, &asked, &err);
    vota_tx_signer_free(signer);
    if (status == VOTA_OK) {
        VOTA_ASSERT(wr.len == 117 && !vota_hash_is_zero(&hash));
        return 0;
    }
    VOTA_ASSERT(status == VOTA_REMOTE && err.text[0] != '\0');
    VOTA_ASSERT(wr.len == 0 && vota_hash_is_zero(&hash));
    return 0;
}
