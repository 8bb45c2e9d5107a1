/* SPDX-License-Identifier: Apache-2.0 */
/* Stored attempts against their bytes: every field that differs is found. */
#include "bridge/engine/attempt_check.h"

#include "rpc/signer.h"
#include "rpc/tx.h"
#include "tests/test.h"

#define CHAIN UINT64_C(560048)

/* An attempt, its operation and network, and room for the bytes. */
struct sample {
    uint8_t raw[512];
    struct vota_store_attempt attempt;
    struct vota_store_operation operation;
    struct vota_store_network network;
};

static struct vota_signer *key_of(uint8_t number)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES] = {[31] = number};
    struct vota_signer *signer = NULL;
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    return signer;
}

/* Signs a transaction into the sample and makes its rows say the same. */
static void sample_of(struct sample *sample, const struct vota_tx *tx)
{
    struct vota_signer *signer = key_of(7);
    struct vota_signature signature;
    vota_hash hash;
    struct vota_wr wr = vota_wr_of(sample->raw, sizeof sample->raw);
    vota_tx_sighash(&hash, tx);
    assert_int_equal(vota_signer_sign(signer, &signature, &hash, NULL), VOTA_OK);
    vota_tx_encode(&wr, tx, &signature);
    assert_true(vota_wr_fits(&wr));
    sample->attempt = (struct vota_store_attempt){.round = 1,
                                                  .nonce = tx->nonce,
                                                  .raw = {sample->raw, wr.len},
                                                  .max_fee = tx->max_fee_per_gas,
                                                  .tip = tx->max_priority_fee_per_gas,
                                                  .gas_limit = tx->gas_limit};
    vota_tx_hash(&sample->attempt.tx_hash, sample->raw, wr.len);
    sample->operation = (struct vota_store_operation){.kind = VOTA_OP_BATCH,
                                                      .round = 1,
                                                      .assigned = true,
                                                      .sender = vota_signer_address(signer),
                                                      .nonce = tx->nonce,
                                                      .calldata = tx->data};
    sample->network =
        (struct vota_store_network){.chain_id = CHAIN, .deployment.genesis.contract = {{0xcc}}};
    vota_signer_free(signer);
}

static struct vota_tx call(void)
{
    static const uint8_t data[] = {1, 2, 3, 4};
    return (struct vota_tx){.chain_id = CHAIN,
                            .nonce = 9,
                            .max_priority_fee_per_gas = 50,
                            .max_fee_per_gas = 1000,
                            .gas_limit = 60000,
                            .to = {{0xcc}},
                            .data = {data, sizeof data}};
}

static const char *fault_of(const struct sample *sample)
{
    const char *fault = vota_attempt_fault(&sample->attempt, &sample->operation, &sample->network);
    return fault == NULL ? "none" : fault;
}

static void an_attempt_that_is_its_bytes_has_no_fault(void **state)
{
    (void)state;
    struct sample sample;
    const struct vota_tx tx = call();
    sample_of(&sample, &tx);
    assert_string_equal(fault_of(&sample), "none");
}

static void every_field_that_differs_is_found(void **state)
{
    (void)state;
    static const uint8_t other_data[] = {1, 2, 3, 5};
    for (unsigned change = 0; change < 12; change++) {
        struct sample sample;
        const struct vota_tx tx = call();
        sample_of(&sample, &tx);
        const char *expected = "attempt-differs";
        switch (change) {
        case 0:
            sample.attempt.nonce++;
            break;
        case 1:
            sample.attempt.max_fee--;
            break;
        case 2:
            sample.attempt.tip++;
            break;
        case 3:
            sample.attempt.gas_limit++;
            break;
        case 4:
            sample.network.chain_id = 1;
            break;
        case 5:
            sample.attempt.tx_hash.bytes[0] ^= 1;
            expected = "attempt-hash";
            break;
        case 6:
            sample.attempt.raw.len--;
            expected = "attempt-damaged";
            break;
        case 7:
            sample.raw[0] = 1;
            expected = "attempt-damaged";
            break;
        case 8:
            sample.operation.calldata.at = other_data;
            expected = "attempt-payload";
            break;
        case 9:
            sample.network.deployment.genesis.contract.bytes[0] = 0xcd;
            expected = "attempt-payload";
            break;
        case 10:
            sample.attempt.cancels = true;
            expected = "attempt-payload";
            break;
        default:
            sample.operation.sender.bytes[0] ^= 1;
            expected = "attempt-sender";
            break;
        }
        assert_string_equal(fault_of(&sample), expected);
    }
}

/* Every bit of the bytes matters: no altered copy passes for the attempt. */
static void no_flipped_bit_passes(void **state)
{
    (void)state;
    struct sample sample;
    const struct vota_tx tx = call();
    sample_of(&sample, &tx);
    for (size_t i = 0; i < sample.attempt.raw.len * 8; i++) {
        sample.raw[i / 8] ^= (uint8_t)(1u << i % 8);
        assert_string_not_equal(fault_of(&sample), "none");
        sample.raw[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    assert_string_equal(fault_of(&sample), "none");
}

static void a_round_that_was_left_is_judged_by_what_is_known(void **state)
{
    (void)state;
    struct sample sample;
    const struct vota_tx tx = call();
    sample_of(&sample, &tx);
    sample.operation.round = 2;
    sample.operation.assigned = false;
    sample.operation.calldata.len = 0;
    sample.operation.sender = (vota_addr){{0}};
    assert_string_equal(fault_of(&sample), "none");
    sample.attempt.gas_limit++;
    assert_string_equal(fault_of(&sample), "attempt-differs");
}

static void a_cancellation_sends_nothing_to_oneself(void **state)
{
    (void)state;
    struct sample sample;
    struct vota_signer *signer = key_of(7);
    struct vota_tx tx = call();
    tx.to = vota_signer_address(signer);
    tx.data = (struct vota_slice){NULL, 0};
    vota_signer_free(signer);
    sample_of(&sample, &tx);
    sample.attempt.cancels = true;
    sample.operation.calldata = call().data;
    assert_string_equal(fault_of(&sample), "none");
    sample.attempt.cancels = false;
    assert_string_equal(fault_of(&sample), "attempt-payload");
    tx.value = vota_u256_of(1); /* not even to oneself */
    sample_of(&sample, &tx);
    sample.attempt.cancels = true;
    assert_string_equal(fault_of(&sample), "attempt-differs");
}

static void a_deployment_may_go_to_a_factory_or_to_nobody(void **state)
{
    (void)state;
    struct sample sample;
    struct vota_tx tx = call();
    tx.to = (vota_addr){{0x4e}};
    sample_of(&sample, &tx);
    assert_string_equal(fault_of(&sample), "attempt-payload");
    sample.operation.kind = VOTA_OP_DEPLOY;
    assert_string_equal(fault_of(&sample), "none");
    tx.create = true;
    tx.to = (vota_addr){{0}};
    sample_of(&sample, &tx);
    sample.operation.kind = VOTA_OP_DEPLOY;
    assert_string_equal(fault_of(&sample), "none");
    sample.operation.kind = VOTA_OP_BATCH;
    assert_string_equal(fault_of(&sample), "attempt-payload");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attempt_that_is_its_bytes_has_no_fault),
        cmocka_unit_test(every_field_that_differs_is_found),
        cmocka_unit_test(no_flipped_bit_passes),
        cmocka_unit_test(a_round_that_was_left_is_judged_by_what_is_known),
        cmocka_unit_test(a_cancellation_sends_nothing_to_oneself),
        cmocka_unit_test(a_deployment_may_go_to_a_factory_or_to_nobody),
    };
    return RUN_TESTS(tests);
}
