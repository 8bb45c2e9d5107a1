/* SPDX-License-Identifier: Apache-2.0 */
/* The short code of a record: written in one way, read in several, wrong digits found. */
#include "tests/test.h"

#include "bridge/paper/code.h"
#include "keccak/keccak.h"

static vota_hash leaf_of(unsigned seed)
{
    vota_hash leaf;
    vota_keccak_hash(leaf.bytes, &seed, sizeof seed);
    return leaf;
}

static enum vota_status read_code(uint8_t ret_start[VOTA_CODE_BYTES], const char *text)
{
    return vota_code_read(ret_start, text, strlen(text), NULL);
}

/* By hand, as the standard has it: carry 16, then (carry + digit) mod 16 (16 for 0), twice, mod 17.
 */
static void known_leaves_have_known_codes(void **state)
{
    static const struct {
        const char *leaf, *code;
    } cases[] = {
        {"0x0000000000000000000000000000000000000000000000000000000000000000", "0000-0000-0000-0"},
        {"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "FFFF-FFFF-FFFF-C"},
        {"0x3033a3f2ba2b2330b6e021551a70dd819f804d2a57356d985e4c974d888e50f5", "3033-A3F2-BA2B-2"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[VOTA_CODE_CHARS + 1];
        vota_hash leaf;
        test_hex(leaf.bytes, sizeof leaf.bytes, cases[i].leaf);
        vota_code_write(text, &leaf);
        assert_string_equal(text, cases[i].code);
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        char text[VOTA_CODE_CHARS + 1];
        uint8_t start[VOTA_CODE_BYTES];
        const vota_hash leaf = leaf_of(i);
        vota_code_write(text, &leaf);
        assert_int_equal(strlen(text), VOTA_CODE_CHARS);
        assert_int_equal(read_code(start, text), VOTA_OK);
        assert_memory_equal(start, leaf.bytes, sizeof start);
    }
}

static void hyphens_spaces_and_case_do_not_matter(void **state)
{
    static const char *const same[] = {"3033-A3F2-BA2B-2", "3033a3f2ba2b2", "3033 a3f2 BA2B 2",
                                       " 30 33-A3F2--BA2B-2 "};
    static const uint8_t expected[] = {0x30, 0x33, 0xa3, 0xf2, 0xba, 0x2b};
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        uint8_t start[VOTA_CODE_BYTES];
        assert_int_equal(read_code(start, same[i]), VOTA_OK);
        assert_memory_equal(start, expected, sizeof start);
    }
}

static void what_is_no_code_is_refused(void **state)
{
    static const char *const bad[] = {
        "",          "3033-A3F2-BA2B",   "3033-A3F2-BA2B-25",    "3033-A3F2-BA2B-G",
        "3033_A3F2", "3O33-A3F2-BA2B-2", "0x3033-A3F2-BA2B-2\n", "------------- "};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct vota_error err = {.status = VOTA_OK};
        uint8_t start[VOTA_CODE_BYTES] = {0xee};
        assert_int_equal(vota_code_read(start, bad[i], strlen(bad[i]), &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "code-digits");
        assert_int_equal(start[0], 0xee);
    }
}

/* Every digit, every other value. */
static void every_single_wrong_digit_is_found(void **state)
{
    static const char digits[] = "0123456789ABCDEF";
    (void)state;
    for (unsigned seed = 0; seed < 50; seed++) {
        char text[VOTA_CODE_CHARS + 1];
        const vota_hash leaf = leaf_of(seed);
        vota_code_write(text, &leaf);
        for (size_t at = 0; at < VOTA_CODE_CHARS; at++) {
            const char right = text[at];
            for (size_t d = 0; right != '-' && d < 16; d++) {
                struct vota_error err = {.status = VOTA_OK};
                uint8_t start[VOTA_CODE_BYTES];
                text[at] = digits[d];
                if (digits[d] == right)
                    continue;
                assert_int_equal(vota_code_read(start, text, VOTA_CODE_CHARS, &err),
                                 VOTA_BAD_INPUT);
                assert_string_equal(err.text, "code-check");
            }
            text[at] = right;
        }
    }
}

/* Of neighbours that were swapped, nearly all: the standard promises no more. */
static void swapped_neighbours_are_found(void **state)
{
    unsigned swapped = 0;
    unsigned missed = 0;
    (void)state;
    for (unsigned seed = 0; seed < 500; seed++) {
        char text[VOTA_CODE_CHARS + 1];
        const vota_hash leaf = leaf_of(seed);
        vota_code_write(text, &leaf);
        for (size_t at = 0; at + 1 < VOTA_CODE_CHARS; at++) {
            uint8_t start[VOTA_CODE_BYTES];
            const char first = text[at];
            if (first == '-' || text[at + 1] == '-' || first == text[at + 1])
                continue;
            text[at] = text[at + 1];
            text[at + 1] = first;
            swapped++;
            missed += read_code(start, text) == VOTA_OK ? 1u : 0u;
            text[at + 1] = text[at];
            text[at] = first;
        }
    }
    assert_true(swapped > 3000);
    assert_true(missed * 50 < swapped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_leaves_have_known_codes),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(hyphens_spaces_and_case_do_not_matter),
        cmocka_unit_test(what_is_no_code_is_refused),
        cmocka_unit_test(every_single_wrong_digit_is_found),
        cmocka_unit_test(swapped_neighbours_are_found),
    };
    return RUN_TESTS(tests);
}
