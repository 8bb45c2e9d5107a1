/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of a call fails once, ours and jansson's: nothing leaks
 * (the sanitizer looks), nothing half-made is returned, and the call that is
 * given all it asks for still succeeds. Linked with malloc, calloc and realloc
 * wrapped.
 */
#include "rpc/eth_sign.h"
#include "rpc/keystore.h"
#include "rpc/state.h"
#include "rpc/tx_signer.h"
#include "tests/rpc/sample_header.h"
#include "tests/rpc/script.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static size_t allocations;        /* since the last reset */
static size_t failing = SIZE_MAX; /* the one that fails */

static bool fails(void)
{
    return allocations++ == failing;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

/* A call over fresh steps; what it made is released inside. */
typedef enum vota_status attempt(struct vota_provider *provider);

/* A script, so that its memory is not the call's. */
static struct script script;

static void sweep(attempt *call, const struct script_step *steps, size_t count)
{
    for (size_t k = 0;; k++) {
        struct vota_provider *provider = script_init(&script, steps, count);
        provider->retries = 0;
        provider->no_raw_header = true;
        allocations = 0;
        failing = k;
        const enum vota_status status = call(provider);
        const bool ran_out = allocations > k;
        failing = SIZE_MAX;
        if (!ran_out) {
            assert_int_equal(status, VOTA_OK);
            assert_true(k > 0);
            return;
        }
        /* jansson does not always say that it was memory; then it reads as a bad answer. */
        if (status != VOTA_NO_MEMORY && status != VOTA_REMOTE)
            fail_msg("allocation %zu of a call: %d", k, (int)status);
    }
}

#define HASH    "0x1111111111111111111111111111111111111111111111111111111111111111"
#define ADDRESS "0x5555555555555555555555555555555555555555"
#define LOG                                                                                        \
    "{\"address\":\"" ADDRESS "\",\"topics\":[\"" HASH "\"],\"data\":\"0xabcd\",\"blockNumber\":"  \
    "\"0x10\",\"blockHash\":\"" HASH "\",\"transactionHash\":\"" HASH "\",\"logIndex\":\"0x2\"}"
#define BLOCK                                                                                      \
    SCRIPT_RESULT("{" SAMPLE_HEAD SAMPLE_STATE_ROOT SAMPLE_MIDDLE SAMPLE_TAIL                      \
                  ",\"hash\":\"" SAMPLE_HASH "\"}")

static enum vota_status ask_block(struct vota_provider *provider)
{
    struct vota_block block = {.number = 42};
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const enum vota_status status = vota_eth_block(provider, &block, &latest, NULL);
    assert_true((block.number == 42) == (status != VOTA_OK));
    return status;
}

static enum vota_status ask_receipt(struct vota_provider *provider)
{
    vota_hash hash;
    struct vota_tx_receipt receipt = {.gas_used = 42};
    test_hex(hash.bytes, 32, HASH);
    const enum vota_status status = vota_eth_receipt(provider, &receipt, &hash, NULL);
    assert_true((receipt.gas_used == 42) == (status != VOTA_OK));
    if (status == VOTA_OK)
        vota_tx_receipt_done(&receipt);
    return status;
}

static enum vota_status ask_logs(struct vota_provider *provider)
{
    struct vota_eth_filter filter = {.to_block = 99};
    struct vota_eth_logs logs = {0};
    test_hex(filter.address.bytes, sizeof filter.address.bytes, ADDRESS);
    const enum vota_status status = vota_eth_logs(provider, &logs, &filter, NULL);
    assert_true((logs.items != NULL) == (status == VOTA_OK));
    vota_eth_logs_done(&logs);
    return status;
}

static enum vota_status ask_proof(struct vota_provider *provider)
{
    struct vota_eth_proof proof = {.slot_count = 0};
    const vota_addr addr = {{1}};
    const struct vota_eth_query query = vota_eth_first_slots(&addr, 1);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const enum vota_status status = vota_eth_proof(provider, &proof, &query, &latest, NULL);
    assert_true((proof.bytes != NULL) == (status == VOTA_OK));
    vota_eth_proof_done(&proof);
    return status;
}

static enum vota_status ask_estimate(struct vota_provider *provider)
{
    uint64_t gas = 42;
    const struct vota_eth_message message = {.data = {(const uint8_t *)"\x01", 1}};
    const enum vota_status status = vota_eth_estimate_gas(provider, &gas, &message, NULL);
    assert_true((gas == 42) == (status != VOTA_OK));
    return status;
}

static enum vota_status ask_signature(struct vota_provider *provider)
{
    static uint8_t raw[512];
    static const vota_addr from = {{1}};
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    const struct vota_tx tx = {.chain_id = 1, .gas_limit = 21000};
    const enum vota_status status = vota_eth_sign(provider, &wr, "eth_sign", &from, &tx, NULL);
    assert_true((wr.len == 1) == (status == VOTA_OK));
    return status;
}

static void each_allocation_of_a_typed_call_may_fail(void **state)
{
    (void)state;
    static const struct {
        attempt *call;
        struct script_step step;
    } cases[] = {
        {ask_block, BLOCK},
        {ask_receipt,
         SCRIPT_RESULT(
             "{\"transactionHash\":\"" HASH "\",\"blockHash\":\"" HASH
             "\",\"blockNumber\":\"0x10\",\"transactionIndex\":\"0x1\",\"from\":\"" ADDRESS
             "\",\"gasUsed\":\"0x5208\",\"effectiveGasPrice\":\"0x7\",\"status\":\"0x1\","
             "\"logs\":[" LOG "]}")},
        {ask_logs, SCRIPT_RESULT("[" LOG "]")},
        {ask_proof, SCRIPT_RESULT("{\"accountProof\":[\"0xc0\"],\"storageProof\":[{\"key\":\"0x0\","
                                  "\"proof\":[\"0x80\"]}]}")},
        {ask_estimate, SCRIPT_RESULT("\"0x5208\"")},
        {ask_signature, SCRIPT_RESULT("\"0x02\"")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        sweep(cases[i].call, &cases[i].step, 1);
}

static void a_send_without_memory_says_so_before_anything_is_sent(void **state)
{
    (void)state;
    static const struct script_step step = {.body = NULL};
    const struct vota_slice raw = {(const uint8_t *)"\x02", 1};
    for (size_t k = 0; k < 2; k++) { /* the parameters, the request */
        enum vota_send_answer answer = VOTA_SEND_POOL;
        struct vota_provider *provider = script_init(&script, &step, 1);
        allocations = 0;
        failing = k;
        const enum vota_status status = vota_eth_send_raw(provider, &answer, raw, NULL);
        failing = SIZE_MAX;
        assert_int_equal(status, VOTA_NO_MEMORY);
        assert_int_equal(script.next, 0);
        assert_int_equal(answer, VOTA_SEND_POOL);
    }
}

static enum vota_status new_transport(struct vota_provider *provider)
{
    (void)provider;
    struct vota_transport *transport = NULL;
    const struct vota_transport_options options = {.url = "https://rpc.example.org/"};
    const enum vota_status status = vota_transport_curl_new(&transport, &options, NULL);
    assert_true((transport != NULL) == (status == VOTA_OK));
    vota_transport_curl_free(transport);
    return status;
}

static void a_transport_without_memory_is_not_made(void **state)
{
    (void)state;
    sweep(new_transport, NULL, 0);
}

/* eth-account's kind of cost, small enough to mix in a moment. */
#define KEY_FILE                                                                                   \
    "{\"crypto\":{\"cipher\":\"aes-128-ctr\",\"cipherparams\":{\"iv\":"                            \
    "\"6087dab2f9fdbbfaddc31a909735c1e6\"},\"ciphertext\":"                                        \
    "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46\",\"kdf\":\"scrypt\","     \
    "\"kdfparams\":{\"dklen\":32,\"n\":65536,\"r\":1,\"p\":1,\"salt\":\"ae3cd4e7\"},\"mac\":"      \
    "\"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2\"},\"version\":3}"

static void a_key_file_without_memory_is_not_opened(void **state)
{
    (void)state;
    const struct vota_slice password = {(const uint8_t *)"x", 1};
    for (size_t k = 0;; k++) {
        struct vota_signer *signer = NULL;
        struct vota_error err = {0};
        allocations = 0;
        failing = k;
        const enum vota_status status =
            vota_keystore_read(&signer, KEY_FILE, strlen(KEY_FILE), password, &err);
        const bool ran_out = allocations > k;
        failing = SIZE_MAX;
        assert_null(signer);
        if (!ran_out) {
            assert_int_equal(status, VOTA_BAD_INPUT);
            assert_string_equal(err.text, "wrong-password");
            return;
        }
        /* never "wrong password" for want of memory */
        assert_string_not_equal(err.text, "wrong-password");
        assert_int_not_equal(status, VOTA_OK);
    }
}

static unsigned released;

static void count_release(struct vota_transport *transport)
{
    (void)transport;
    released++;
}

static void a_signer_without_memory_gives_back_what_it_took(void **state)
{
    (void)state;
    uint8_t bytes[VOTA_SIGNER_KEY_BYTES] = {0x46};
    struct vota_signer *key = NULL;
    struct vota_tx_signer *signer = NULL;
    struct vota_transport transport = {.ctx = NULL};
    const struct vota_tx_signer_remote remote = {
        .transport = &transport, .release = count_release, .address = {{1}}};
    assert_int_equal(vota_signer_load(&key, bytes, NULL), VOTA_OK);
    allocations = 0;
    failing = 0;
    assert_int_equal(vota_tx_signer_local(&signer, key, NULL), VOTA_NO_MEMORY);
    allocations = 0;
    assert_int_equal(vota_tx_signer_remote(&signer, &remote, NULL), VOTA_NO_MEMORY);
    failing = SIZE_MAX;
    assert_int_equal(released, 1);
    assert_null(signer);
}

static enum vota_status rebind(struct vota_provider *provider)
{
    (void)provider;
    uint8_t text[4000];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    const vota_hash genesis = {{1}};
    const enum vota_status status =
        vota_keystore_rebind(&wr, KEY_FILE, strlen(KEY_FILE), 5, &genesis, NULL);
    assert_true((wr.len > 0) == (status == VOTA_OK));
    return status == VOTA_BAD_INPUT ? VOTA_REMOTE : status; /* jansson: "not-json" */
}

static void binding_without_memory_writes_nothing(void **state)
{
    (void)state;
    sweep(rebind, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_of_a_typed_call_may_fail),
        cmocka_unit_test(a_send_without_memory_says_so_before_anything_is_sent),
        cmocka_unit_test(a_transport_without_memory_is_not_made),
        cmocka_unit_test(a_key_file_without_memory_is_not_opened),
        cmocka_unit_test(a_signer_without_memory_gives_back_what_it_took),
        cmocka_unit_test(binding_without_memory_writes_nothing),
    };
    json_set_alloc_funcs(__wrap_malloc, free);
    return RUN_TESTS(tests);
}
