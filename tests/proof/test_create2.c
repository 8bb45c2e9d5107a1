/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "keccak/keccak.h"
#include "proof/create2.h"

struct bytes {
    uint8_t *at;
    size_t len;
};

static struct bytes bytes_of(const json_t *object, const char *key)
{
    struct bytes bytes;
    bytes.at = test_hex_any(&bytes.len, test_text(object, key));
    return bytes;
}

static struct vota_slice slice_of(struct bytes bytes)
{
    return (struct vota_slice){bytes.at, bytes.len};
}

static void check_written(const struct vota_wr *wr, struct bytes expected)
{
    assert_true(vota_wr_fits(wr));
    assert_int_equal(wr->len, expected.len);
    assert_memory_equal(wr->to, expected.at, expected.len);
    free(expected.at);
}

/* The vectors' deployments are all of the vectors' genesis. */
static struct vota_genesis vector_genesis(const json_t *root)
{
    const json_t *object = test_get(test_get(root, "journal"), "genesis");
    return (struct vota_genesis){.chain_id = 31337,
                                 .contract = {{0xff}}, /* must not be read */
                                 .owner = test_addr(object, "owner"),
                                 .anchorer = test_addr(object, "anchorer"),
                                 .acceptance_key = test_addr(object, "acceptanceKey")};
}

static void the_vectors_addresses_and_data_come_out_the_same(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const struct vota_genesis genesis = vector_genesis(root);
    json_t *cases = test_get(root, "create2");
    size_t index;
    json_t *item;
    json_array_foreach(cases, index, item)
    {
        const struct bytes code = bytes_of(item, "creation_code");
        uint8_t init_code[512];
        struct vota_wr wr = vota_wr_of(init_code, sizeof init_code);
        vota_create2_init_code(&wr, slice_of(code), &genesis);
        const struct bytes arguments = bytes_of(item, "arguments");
        assert_int_equal(wr.len, code.len + arguments.len);
        assert_memory_equal(init_code + code.len, arguments.at, arguments.len);
        free(arguments.at);

        const vota_hash expected_hash = test_hash(item, "init_code_hash");
        vota_hash hash;
        vota_create2_init_code_hash(&hash, slice_of(code), &genesis);
        assert_hash_equal(&hash, &expected_hash);
        free(code.at);

        const vota_addr deployer = test_addr(item, "deployer");
        const vota_hash salt = test_hash(item, "salt");
        const vota_addr expected = test_addr(item, "address");
        vota_addr address;
        vota_create2_address(&address, &deployer, &salt, &hash);
        assert_memory_equal(address.bytes, expected.bytes, 20);

        uint8_t data[1024];
        struct vota_wr out = vota_wr_of(data, sizeof data);
        const struct vota_slice init = {init_code, wr.len};
        if (json_object_get(item, "proxy_call") != NULL) {
            assert_true(vota_addr_equal(&deployer, &vota_create2_proxy));
            vota_create2_proxy_call(&out, &salt, init);
            check_written(&out, bytes_of(item, "proxy_call"));
        } else {
            vota_create2_bootstrap(&out, &salt, init);
            check_written(&out, bytes_of(item, "bootstrap"));
        }
    }
    assert_int_equal(json_array_size(cases), 2);
    json_decref(root);
}

static void the_bootstraps_address_follows_from_sender_and_nonce(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const json_t *item = json_array_get(test_get(root, "create2"), 1);
    const json_t *from = test_get(item, "deployer_from");
    const vota_addr sender = test_addr(from, "sender");
    const vota_addr expected = test_addr(item, "deployer");
    const uint64_t nonce = (uint64_t)json_integer_value(test_get(from, "nonce"));
    vota_addr address;
    vota_create2_sender_address(&address, &sender, nonce);
    assert_memory_equal(address.bytes, expected.bytes, 20);
    vota_create2_sender_address(&address, &sender, nonce + 1);
    assert_memory_not_equal(address.bytes, expected.bytes, 20);
    json_decref(root);
}

/* Hash the RLP written out by hand at each length a nonce can have. */
static void nonces_of_every_length_are_encoded_as_rlp(void **state)
{
    (void)state;
    static const struct {
        uint64_t nonce;
        uint8_t list;
        const char *rlp;
    } cases[] = {
        {0, 0xd6, "0x80"},
        {1, 0xd6, "0x01"},
        {0x7f, 0xd6, "0x7f"},
        {0x80, 0xd7, "0x8180"},
        {0xff, 0xd7, "0x81ff"},
        {0x100, 0xd8, "0x820100"},
        {0x10000, 0xd9, "0x83010000"},
        {UINT64_MAX, 0xde, "0x88ffffffffffffffff"},
    };
    const vota_addr sender = {{0x11, 0x22, 0x33}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t rlp[64] = {cases[i].list, 0x94};
        memcpy(rlp + 2, sender.bytes, 20);
        size_t nonce_len;
        uint8_t *nonce = test_hex_any(&nonce_len, cases[i].rlp);
        memcpy(rlp + 22, nonce, nonce_len);
        free(nonce);
        uint8_t expected[32];
        vota_keccak_hash(expected, rlp, 22 + nonce_len);
        vota_addr address;
        vota_create2_sender_address(&address, &sender, cases[i].nonce);
        assert_memory_equal(address.bytes, expected + 12, 20);
    }
}

static void every_argument_but_chain_and_contract_moves_the_address(void **state)
{
    (void)state;
    static const uint8_t code[] = {0x60, 0x00};
    const struct vota_slice creation = {code, sizeof code};
    static const struct vota_genesis plain;
    vota_hash hash;
    vota_create2_init_code_hash(&hash, creation, &plain);
    struct vota_genesis changed[9] = {0};
    changed[0].owner.bytes[0] = 1;
    changed[1].anchorer.bytes[0] = 1;
    changed[2].acceptance_key.bytes[0] = 1;
    changed[3].pred_chain_id = 1;
    changed[4].pred_contract.bytes[0] = 1;
    changed[5].pred_length = 1;
    changed[6].pred_head.bytes[0] = 1;
    changed[7].chain_id = 1;
    changed[8].contract.bytes[0] = 1;
    for (size_t i = 0; i < 9; i++) {
        vota_hash other;
        vota_create2_init_code_hash(&other, creation, &changed[i]);
        assert_int_equal(vota_hash_equal(&other, &hash), i >= 7);
    }
    vota_hash shorter;
    vota_create2_init_code_hash(&shorter, (struct vota_slice){code, 1}, &plain);
    assert_memory_not_equal(shorter.bytes, hash.bytes, 32);
}

static void deployer_and_salt_move_the_address(void **state)
{
    (void)state;
    const vota_hash hash = {{1}};
    const vota_hash salts[2] = {{{0}}, {{1}}};
    const vota_addr other = {{1}};
    vota_addr address;
    vota_addr moved;
    vota_create2_address(&address, &vota_create2_proxy, &salts[0], &hash);
    vota_create2_address(&moved, &vota_create2_proxy, &salts[1], &hash);
    assert_false(vota_addr_equal(&moved, &address));
    vota_create2_address(&moved, &other, &salts[0], &hash);
    assert_false(vota_addr_equal(&moved, &address));
}

static void a_buffer_too_small_is_measured_and_never_overrun(void **state)
{
    (void)state;
    static const uint8_t code[] = {1, 2, 3};
    const vota_hash salt = {{7}};
    uint8_t buffer[4] = {9, 9, 9, 9};
    struct vota_wr wr = vota_wr_of(buffer, 0);
    vota_create2_bootstrap(&wr, &salt, (struct vota_slice){code, sizeof code});
    assert_false(vota_wr_fits(&wr));
    assert_int_equal(wr.len, 54 + sizeof code);
    assert_int_equal(buffer[0], 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_addresses_and_data_come_out_the_same),
        cmocka_unit_test(the_bootstraps_address_follows_from_sender_and_nonce),
        cmocka_unit_test(nonces_of_every_length_are_encoded_as_rlp),
        cmocka_unit_test(every_argument_but_chain_and_contract_moves_the_address),
        cmocka_unit_test(deployer_and_salt_move_the_address),
        cmocka_unit_test(a_buffer_too_small_is_measured_and_never_overrun),
    };
    return RUN_TESTS(tests);
}
