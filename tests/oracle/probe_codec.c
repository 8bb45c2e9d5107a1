/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions, ABI, quantities, fees and headers as bytes: see probe_rpc.h. */
#include "keccak/keccak.h"
#include "rpc/abi.h"
#include "rpc/eth.h"
#include "rpc/fees.h"
#include "rpc/signer.h"
#include "rpc/tx.h"
#include "tests/oracle/probe_rpc.h"

/* ---- signatures and transactions ---- */

static struct vota_signature signature_of(struct probe *probe, size_t i)
{
    struct vota_signature signature = {{0}};
    const struct vota_slice bytes = probe_bytes(probe, i);
    if (bytes.len == sizeof signature.bytes)
        vota_bytes_copy(signature.bytes, bytes.at, bytes.len);
    else
        probe_fail(probe, "argument-size");
    return signature;
}

/* recover <hash> <signature> */
static void op_recover(struct probe *probe)
{
    const vota_hash hash = probe_hash(probe, 0);
    const struct vota_signature signature = signature_of(probe, 1);
    vota_addr addr;
    if (vota_recover_address(&addr, &hash, &signature) != VOTA_OK)
        probe_fail(probe, "bad-signature");
    else
        probe_answer_hex(probe, addr.bytes, sizeof addr.bytes);
}

/* Arguments from..: chain, nonce, tip, fee, gas, to (or empty), value, data */
static struct vota_tx tx_of(struct probe *probe, size_t from)
{
    struct vota_tx tx = {.chain_id = probe_number(probe, from),
                         .nonce = probe_number(probe, from + 1),
                         .max_priority_fee_per_gas = probe_number(probe, from + 2),
                         .max_fee_per_gas = probe_number(probe, from + 3),
                         .gas_limit = probe_number(probe, from + 4),
                         .data = probe_bytes(probe, from + 7)};
    const struct vota_slice to = probe_bytes(probe, from + 5);
    const vota_hash value = probe_hash(probe, from + 6);
    tx.create = to.len == 0;
    if (!tx.create)
        tx.to = probe_addr(probe, from + 5);
    tx.value = vota_u256_of_be(value.bytes, sizeof value.bytes);
    return tx;
}

/* tx <key> <fields...>: sighash, raw bytes, hash */
static void op_tx(struct probe *probe)
{
    vota_hash key = probe_hash(probe, 0);
    const struct vota_tx tx = tx_of(probe, 1);
    struct vota_signer *signer = NULL;
    struct vota_signature signature;
    vota_hash hash;
    if (probe->error != NULL)
        return;
    static struct vota_error err;
    err = (struct vota_error){.status = VOTA_OK};
    if (vota_tx_check(&tx, &err) != VOTA_OK ||
        vota_signer_load(&signer, key.bytes, &err) != VOTA_OK) {
        probe_fail(probe, err.text);
        return;
    }
    vota_tx_sighash(&hash, &tx);
    probe_answer_hash(probe, &hash);
    if (vota_signer_sign(signer, &signature, &hash, NULL) != VOTA_OK)
        probe_fail(probe, "not-signed");
    vota_signer_free(signer);
    const size_t cap = tx.data.len + VOTA_TX_OVERHEAD_MAX;
    struct vota_wr wr = vota_wr_of(probe_alloc(cap, 1), cap);
    vota_tx_encode(&wr, &tx, &signature);
    VOTA_ASSERT(vota_wr_fits(&wr));
    probe_answer_hex(probe, wr.to, wr.len);
    vota_tx_hash(&hash, wr.to, wr.len);
    probe_answer_hash(probe, &hash);
}

/* tx-decode <raw>: chain nonce tip fee gas to value data signature sender */
static void op_tx_decode(struct probe *probe)
{
    const struct vota_slice raw = probe_bytes(probe, 0);
    struct vota_tx tx;
    struct vota_signature signature;
    vota_hash hash;
    vota_addr sender;
    static struct vota_error err;
    err = (struct vota_error){.status = VOTA_OK};
    if (probe->error != NULL)
        return;
    if (vota_tx_decode(&tx, &signature, raw.at, raw.len, &err) != VOTA_OK) {
        probe_fail(probe, err.text);
        return;
    }
    vota_tx_sighash(&hash, &tx);
    if (vota_recover_address(&sender, &hash, &signature) != VOTA_OK)
        probe_fail(probe, "bad-signature");
    probe_answer_number(probe, tx.chain_id);
    probe_answer_number(probe, tx.nonce);
    probe_answer_number(probe, tx.max_priority_fee_per_gas);
    probe_answer_number(probe, tx.max_fee_per_gas);
    probe_answer_number(probe, tx.gas_limit);
    probe_answer_hex(probe, tx.to.bytes, tx.create ? 0 : sizeof tx.to.bytes);
    probe_answer_hex(probe, tx.value.be, sizeof tx.value.be);
    probe_answer_hex(probe, tx.data.at, tx.data.len);
    probe_answer_hex(probe, signature.bytes, sizeof signature.bytes);
    probe_answer_hex(probe, sender.bytes, sizeof sender.bytes);
}

/* ---- ABI ---- */

/* Argument pairs: kind (0 word, 1 bytes, 2 uint64[]) and payload. */
static size_t values_of(struct probe *probe, struct vota_abi_value *values, size_t from)
{
    size_t count = 0;
    for (size_t i = from; i + 1 < probe->n; i += 2) {
        const uint64_t kind = probe_number(probe, i);
        const struct vota_slice payload = probe_bytes(probe, i + 1);
        uint64_t *numbers = probe_alloc(payload.len / 8 + 1, sizeof *numbers);
        for (size_t at = 0; at < payload.len / 8; at++)
            numbers[at] = vota_load_be(payload.at + 8 * at, 8);
        if (kind == 0) {
            const vota_hash word = probe_hash(probe, i + 1);
            values[count++] = vota_abi_hash(&word);
        } else if (kind == 1) {
            values[count++] = vota_abi_bytes(payload.at, payload.len);
        } else {
            values[count++] = vota_abi_u64s(numbers, payload.len / 8);
        }
    }
    return count;
}

/* A NUL-terminated copy of argument i. */
static const char *text_of(struct probe *probe, size_t i)
{
    const struct vota_slice bytes = probe_bytes(probe, i);
    char *text = probe_alloc(bytes.len + 1, 1);
    if (bytes.len > 0)
        vota_bytes_copy(text, bytes.at, bytes.len);
    return text;
}

/* abi-call <signature> (<kind> <payload>)... */
static void op_abi_call(struct probe *probe)
{
    struct vota_abi_value values[PROBE_MOST_ARGS];
    const size_t count = values_of(probe, values, 1);
    struct vota_wr measure = vota_wr_of(NULL, 0);
    vota_abi_call(&measure, text_of(probe, 0), values, count);
    struct vota_wr wr = vota_wr_of(probe_alloc(measure.len, 1), measure.len);
    vota_abi_call(&wr, text_of(probe, 0), values, count);
    probe_answer_hex(probe, wr.to, wr.len);
}

static enum vota_status decode_one(struct probe *probe, struct vota_abi_rd *rd, uint8_t kind)
{
    vota_hash word;
    struct vota_slice bytes;
    static uint64_t numbers[256];
    size_t count = 0;
    enum vota_status status;
    if (kind == 0) {
        status = vota_abi_get_word(rd, &word);
        if (status == VOTA_OK)
            probe_answer_hash(probe, &word);
    } else if (kind == 1) {
        status = vota_abi_get_bytes(rd, &bytes, 100000);
        if (status == VOTA_OK)
            probe_answer_hex(probe, bytes.at, bytes.len);
    } else {
        status = vota_abi_get_u64s(rd, numbers, &count, 256);
        uint8_t *be = probe_alloc(8 * count + 1, 1);
        for (size_t i = 0; i < count; i++)
            vota_store_be(be + 8 * i, 8, numbers[i]);
        if (status == VOTA_OK)
            probe_answer_hex(probe, be, 8 * count);
    }
    return status;
}

/* abi-decode <kinds, a byte each> <data> */
static void op_abi_decode(struct probe *probe)
{
    const struct vota_slice kinds = probe_bytes(probe, 0);
    struct vota_abi_rd rd = vota_abi_rd_of(probe_bytes(probe, 1), kinds.len);
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < kinds.len; i++)
        status = decode_one(probe, &rd, kinds.at[i]);
    if (status != VOTA_OK || vota_abi_end(&rd) != VOTA_OK)
        probe_fail(probe, "not-packed");
}

/* topic <signature> */
static void op_topic(struct probe *probe)
{
    vota_hash topic;
    vota_abi_topic(&topic, text_of(probe, 0));
    probe_answer_hash(probe, &topic);
}

/* ---- numbers ---- */

/* amount <text>: wei in decimal */
static void op_amount(struct probe *probe)
{
    const struct vota_slice text = probe_bytes(probe, 0);
    struct vota_u256 wei;
    char decimal[100] = {0};
    struct vota_wr wr = vota_wr_of(decimal, sizeof decimal - 1);
    if (vota_amount_read(&wei, (const char *)text.at, text.len) != VOTA_OK) {
        probe_fail(probe, "bad-amount");
        return;
    }
    vota_quantity_write_decimal(&wr, &wei);
    probe_answer_text(probe, decimal);
}

/* amount-text <wei, 32 bytes> <unit 0..2>: the number without its unit */
static void op_amount_text(struct probe *probe)
{
    const vota_hash bytes = probe_hash(probe, 0);
    const uint64_t unit = probe_number(probe, 1);
    const struct vota_u256 wei = vota_u256_of_be(bytes.bytes, sizeof bytes.bytes);
    char text[VOTA_AMOUNT_TEXT_MAX + 1] = {0};
    struct vota_wr wr = vota_wr_of(text, VOTA_AMOUNT_TEXT_MAX);
    if (unit > VOTA_UNIT_ETH) {
        probe_fail(probe, "bad-unit");
        return;
    }
    vota_amount_write(&wr, &wei, (enum vota_unit)unit);
    size_t len = 0;
    while (text[len] != ' ')
        len++;
    text[len] = '\0';
    probe_answer_text(probe, text);
}

/* next-base <base fee> <gas used> <gas limit> */
static void op_next_base(struct probe *probe)
{
    uint64_t next;
    if (!vota_fees_next_base(&next, probe_number(probe, 0), probe_number(probe, 1),
                             probe_number(probe, 2)))
        probe_fail(probe, "no-base-fee");
    else
        probe_answer_number(probe, next);
}

/* ---- headers ---- */

static enum vota_status answer_body(void *ctx, struct vota_response *ret_response,
                                    struct vota_slice request, unsigned timeout_ms)
{
    const struct vota_slice *body = ctx;
    (void)request;
    (void)timeout_ms;
    return vota_response_add(ret_response, body->at, body->len);
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

/* block <answer to eth_getBlockByNumber with id 1>: hash, RLP, fields, number, time, base fee */
static void op_block(struct probe *probe)
{
    struct vota_slice body = probe_bytes(probe, 0);
    const struct vota_transport transport = {&body, answer_body};
    struct vota_provider provider;
    struct vota_block block;
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    static struct vota_error err;
    err = (struct vota_error){.status = VOTA_OK};
    vota_provider_init(&provider, "probe", &transport);
    provider.pause = no_pause;
    provider.retries = 0;
    provider.no_raw_header = true;
    if (vota_eth_block(&provider, &block, &latest, &err) != VOTA_OK) {
        probe_fail(probe, err.text);
        return;
    }
    probe_answer_hash(probe, &block.hash);
    probe_answer_hex(probe, block.rlp, block.rlp_len);
    probe_answer_number(probe, block.fields);
    probe_answer_number(probe, block.number);
    probe_answer_number(probe, block.time);
    probe_answer_number(probe, block.base_fee);
}

const struct probe_op probe_codec_ops[] = {
    {"recover", op_recover},
    {"tx", op_tx},
    {"tx-decode", op_tx_decode},
    {"abi-call", op_abi_call},
    {"abi-decode", op_abi_decode},
    {"topic", op_topic},
    {"amount", op_amount},
    {"amount-text", op_amount_text},
    {"next-base", op_next_base},
    {"block", op_block},
    {NULL, NULL},
};
