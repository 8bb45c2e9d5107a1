/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "proof/acceptance.h"

static uint64_t number(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(test_get(object, key));
}

static struct vota_acceptance acceptance_of(const json_t *object)
{
    struct vota_acceptance acceptance = {.chain_id = number(object, "chain_id"),
                                         .contract = test_addr(object, "contract"),
                                         .accepted_at = number(object, "accepted_at"),
                                         .anchor_by = number(object, "anchor_by")};
    test_hex(acceptance.signature, sizeof acceptance.signature, test_text(object, "signature"));
    return acceptance;
}

static void the_vectors_acceptance_has_its_digest_and_a_good_signature(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    const json_t *object = test_get(root, "acceptance");
    const struct vota_acceptance acceptance = acceptance_of(object);
    const vota_hash leaf = test_hash(object, "leaf");
    const vota_hash expected = test_hash(object, "digest");
    vota_hash digest;
    vota_acceptance_digest(&digest, &leaf, &acceptance);
    assert_hash_equal(&digest, &expected);
    assert_int_equal(
        vota_acceptance_signature_check(acceptance.signature, sizeof acceptance.signature, NULL),
        VOTA_OK);
    json_decref(root);
}

static void everything_that_is_promised_is_signed(void **state)
{
    (void)state;
    static const vota_hash leaf;
    static const struct vota_acceptance plain;
    vota_hash digest;
    vota_hash other;
    vota_acceptance_digest(&digest, &leaf, &plain);
    struct vota_acceptance changed[5] = {0};
    changed[0].chain_id = 1;
    changed[1].contract.bytes[0] = 1;
    changed[2].accepted_at = 1;
    changed[3].anchor_by = 1;
    changed[4].signature[0] = 1; /* alone is not part of what it signs */
    for (size_t i = 0; i < 5; i++) {
        vota_acceptance_digest(&other, &leaf, &changed[i]);
        assert_int_equal(vota_hash_equal(&other, &digest), i == 4);
    }
    const vota_hash other_leaf = {{1}};
    vota_acceptance_digest(&other, &other_leaf, &plain);
    assert_false(vota_hash_equal(&other, &digest));
}

static void the_vectors_signatures_are_refused_for_their_reason(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *cases = test_get(test_get(root, "acceptance"), "negative");
    size_t index;
    json_t *item;
    json_array_foreach(cases, index, item)
    {
        size_t len;
        uint8_t *signature = test_hex_any(&len, test_text(item, "signature"));
        struct vota_error err = {0};
        assert_int_equal(vota_acceptance_signature_check(signature, len, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, test_text(item, "reason"));
        free(signature);
    }
    assert_int_equal(json_array_size(cases), 4);
    json_decref(root);
}

/* SEC 2: the order of secp256k1, its half, and their neighbours. */
#define ORDER     "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define ORDER_LOW "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"
#define HALF      "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"
#define HALF_HIGH "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"
#define ONE       "0x0000000000000000000000000000000000000000000000000000000000000001"
#define ZERO      "0x0000000000000000000000000000000000000000000000000000000000000000"
#define MOST      "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void ranges_end_exactly_at_the_order_and_its_half(void **state)
{
    (void)state;
    static const struct {
        const char *r, *s;
        uint8_t v;
        const char *reason; /* NULL = good */
    } cases[] = {
        {ONE, ONE, 27, NULL},
        {ONE, ONE, 28, NULL},
        {ORDER_LOW, HALF, 27, NULL},
        {ORDER, ONE, 27, "signature-range"},
        {MOST, ONE, 27, "signature-range"},
        {ZERO, ONE, 27, "signature-range"},
        {ONE, ZERO, 27, "signature-range"},
        {ONE, ORDER, 27, "signature-range"},
        {ONE, ORDER_LOW, 27, "signature-high-s"},
        {ONE, HALF_HIGH, 27, "signature-high-s"},
        {ONE, ONE, 26, "signature-v"},
        {ONE, ONE, 29, "signature-v"},
        {ONE, ONE, 1, "signature-v"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t signature[VOTA_SIGNATURE_BYTES];
        struct vota_error err = {0};
        test_hex(signature, 32, cases[i].r);
        test_hex(signature + 32, 32, cases[i].s);
        signature[64] = cases[i].v;
        const enum vota_status status =
            vota_acceptance_signature_check(signature, sizeof signature, &err);
        assert_int_equal(status, cases[i].reason == NULL ? VOTA_OK : VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason == NULL ? "" : cases[i].reason);
    }
}

static void only_65_bytes_are_a_signature(void **state)
{
    (void)state;
    uint8_t signature[VOTA_SIGNATURE_BYTES + 2];
    memset(signature, 27, sizeof signature);
    for (size_t len = 0; len <= sizeof signature; len++) {
        const enum vota_status expected = len == VOTA_SIGNATURE_BYTES ? VOTA_OK : VOTA_BAD_INPUT;
        assert_int_equal(vota_acceptance_signature_check(signature, len, NULL), expected);
    }
}

static void the_vectors_bounds_hold(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *cases = test_get(test_get(root, "acceptance"), "bounds");
    size_t index;
    json_t *item;
    json_array_foreach(cases, index, item)
    {
        const struct vota_acceptance acceptance = {.accepted_at = number(item, "accepted_at"),
                                                   .anchor_by = number(item, "anchor_by")};
        assert_int_equal(vota_acceptance_bounds_ok(&acceptance, number(item, "anchor_within"),
                                                   number(item, "counts_until")),
                         json_is_true(test_get(item, "allowed")));
    }
    assert_int_equal(json_array_size(cases), 5);
    json_decref(root);
}

static void bounds_do_not_wrap_around(void **state)
{
    (void)state;
    struct vota_acceptance acceptance = {.accepted_at = UINT64_MAX - 5, .anchor_by = UINT64_MAX};
    assert_true(vota_acceptance_bounds_ok(&acceptance, 5, UINT64_MAX));
    assert_false(vota_acceptance_bounds_ok(&acceptance, 4, UINT64_MAX));
    assert_true(vota_acceptance_bounds_ok(&acceptance, UINT64_MAX, UINT64_MAX));
    acceptance = (struct vota_acceptance){.accepted_at = 10, .anchor_by = 3};
    assert_true(vota_acceptance_bounds_ok(&acceptance, 1, 3));
    assert_false(vota_acceptance_bounds_ok(&acceptance, 1, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_acceptance_has_its_digest_and_a_good_signature),
        cmocka_unit_test(everything_that_is_promised_is_signed),
        cmocka_unit_test(the_vectors_signatures_are_refused_for_their_reason),
        cmocka_unit_test(ranges_end_exactly_at_the_order_and_its_half),
        cmocka_unit_test(only_65_bytes_are_a_signature),
        cmocka_unit_test(the_vectors_bounds_hold),
        cmocka_unit_test(bounds_do_not_wrap_around),
    };
    return RUN_TESTS(tests);
}
