/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/content.h"
#include "proof/hex.h"
#include "proof/jcs.h"
#include "tests/proof/rules.h"
#include "tests/proof/vectors.h"

#define CAST_AT UINT64_C(1790000100) /* 2026-09-21T14:15:00Z */

static void load_register(struct vota_definition *ret_definition, const char *name)
{
    const char *text = strcmp(name, "pick") == 0 ? test_text(test_get(vectors, "canonical"), "pick")
                                                 : rules_base(vectors, name);
    assert_int_equal(vota_definition_read(ret_definition, text, strlen(text), NULL), VOTA_OK);
}

static void every_content_of_the_vectors_is_judged_as_given(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "canonical"), "contents"), i, one)
    {
        struct vota_definition definition;
        struct vota_content content;
        load_register(&definition, test_text(one, "register"));
        const enum vota_content_verdict verdict =
            vota_content_check(&content, &definition, rules_slice(test_text(one, "content")));
        if (strcmp(vota_content_verdict_name(verdict), test_text(one, "verdict")) != 0)
            fail_msg("%s: %s", test_text(one, "name"), vota_content_verdict_name(verdict));
    }
    assert_int_equal(i, 27);
}

static void a_content_of_16_kib_is_the_longest(void **state)
{
    (void)state;
    struct vota_definition proposal;
    load_register(&proposal, "proposal");
    size_t i, cases = 0;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "canonical"), "sizes"), i, one)
    {
        if (strcmp(test_text(one, "what"), "content") != 0)
            continue;
        const char *base = test_text(one, "base");
        const size_t x = (size_t)json_integer_value(test_get(one, "x"));
        uint8_t *filling = malloc(x);
        memset(filling, 'x', x);
        struct rules_text text = rules_splice(base, 9, filling, x, strlen(base) - 9);
        assert_int_equal(text.len, json_integer_value(test_get(one, "bytes")));
        struct vota_content content;
        const enum vota_content_verdict verdict =
            vota_content_check(&content, &proposal, (struct vota_slice){text.bytes, text.len});
        const bool accepted = strcmp(test_text(one, "verdict"), "accepted") == 0;
        assert_int_equal(verdict, accepted ? VOTA_CONTENT_COUNTED : VOTA_CONTENT_TOO_LONG);
        free(text.bytes);
        free(filling);
        cases++;
    }
    assert_int_equal(cases, 2);
}

static void choices_are_told_apart(void **state)
{
    (void)state;
    struct vota_definition pick;
    load_register(&pick, "pick");
    struct vota_content content;
    const char *text = "{\"cast_at\":\"2026-09-21T14:15:00Z\",\"choice\":[\"a\",\"c\"]}";
    assert_int_equal(vota_content_check(&content, &pick, rules_slice(text)), VOTA_CONTENT_COUNTED);
    assert_int_equal(content.cast_at, CAST_AT);
    assert_int_equal(content.chosen_count, 2);
    assert_true(vota_content_is_chosen(&content, 0));
    assert_false(vota_content_is_chosen(&content, 1));
    assert_true(vota_content_is_chosen(&content, 2));
    assert_false(content.is_tombstone);
}

static void what_is_written_is_what_is_read(void **state)
{
    (void)state;
    struct vota_definition pick;
    load_register(&pick, "pick");
    for (unsigned chosen = 0; chosen < 8; chosen++) {
        uint8_t bytes[256];
        const uint8_t set = (uint8_t)chosen;
        struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
        vota_content_write_choice(&wr, &pick, CAST_AT, &set);
        struct vota_content content;
        const enum vota_content_verdict verdict =
            vota_content_check(&content, &pick, (struct vota_slice){bytes, wr.len});
        assert_int_equal(verdict, chosen == 7 ? VOTA_CONTENT_WRONG_NUMBER : VOTA_CONTENT_COUNTED);
        assert_int_equal(content.chosen[0], chosen);
        assert_int_equal(content.cast_at, CAST_AT);
    }
}

static void proposals_keep_their_texts(void **state)
{
    (void)state;
    struct vota_definition proposal;
    load_register(&proposal, "proposal");
    static const char title[] = "가로등 \"더\"";
    static const char body[] = "첫째 줄\n둘째 줄\\";
    uint8_t bytes[512];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_content_write_proposal(&wr, CAST_AT + 7, rules_slice(title), rules_slice(body));
    struct vota_content content;
    assert_int_equal(vota_content_check(&content, &proposal, (struct vota_slice){bytes, wr.len}),
                     VOTA_CONTENT_COUNTED);
    assert_true(vota_jcs_equal(content.title, title, strlen(title)));
    assert_true(vota_jcs_equal(content.body, body, strlen(body)));
    assert_int_equal(content.cast_at, CAST_AT + 7);
}

static void check_procedure(struct vota_content *ret_content, const char *step, const char *title)
{
    static const uint8_t sha256[32] = {0xab, 0xcd};
    struct vota_definition procedure;
    load_register(&procedure, "procedure");
    uint8_t bytes[512];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_content_write_procedure(&wr, CAST_AT, rules_slice(title), rules_slice(step), sha256);
    assert_int_equal(
        vota_content_check(ret_content, &procedure, (struct vota_slice){bytes, wr.len}),
        VOTA_CONTENT_COUNTED);
    assert_memory_equal(ret_content->document_sha256, sha256, 32);
}

static void a_tombstone_is_an_erased_step_with_a_leaf_for_title(void **state)
{
    (void)state;
    const vota_hash leaf = {{1, 2, 3}};
    char title[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(title, &leaf);
    struct vota_content content;
    check_procedure(&content, "erased", title);
    assert_true(content.is_tombstone);
    assert_hash_equal(&content.erased_leaf, &leaf);
    check_procedure(&content, "notice", title);
    assert_false(content.is_tombstone);
    check_procedure(&content, "erased", title + 2);
    assert_false(content.is_tombstone);
    check_procedure(&content, "erased ", title);
    assert_false(content.is_tombstone);
    title[2] = 'A';
    check_procedure(&content, "erased", title);
    assert_false(content.is_tombstone);
}

static void a_document_hash_of_another_length_is_not_canonical(void **state)
{
    (void)state;
    struct vota_definition procedure;
    load_register(&procedure, "procedure");
    struct vota_content content;
    const char *text = "{\"cast_at\":\"2026-09-21T14:15:00Z\",\"document_sha256\":\"ab\","
                       "\"step\":\"s\",\"title\":\"t\"}";
    assert_int_equal(vota_content_check(&content, &procedure, rules_slice(text)),
                     VOTA_CONTENT_NOT_CANONICAL);
}

/* Whatever is changed in a byte, the bytes are refused or written again alike. */
static void a_changed_byte_is_never_the_same_choice_in_other_bytes(void **state)
{
    (void)state;
    struct vota_definition pick;
    load_register(&pick, "pick");
    static const char base[] = "{\"cast_at\":\"2026-09-21T14:15:00Z\",\"choice\":[\"a\",\"c\"]}";
    size_t counted = 0;
    for (size_t i = 0; i < sizeof base - 1; i++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t copy[sizeof base], again[sizeof base + 64];
            memcpy(copy, base, sizeof base);
            copy[i] = (uint8_t)byte;
            struct vota_content content;
            const struct vota_slice slice = {copy, sizeof base - 1};
            if (vota_content_check(&content, &pick, slice) != VOTA_CONTENT_COUNTED)
                continue;
            struct vota_wr wr = vota_wr_of(again, sizeof again);
            vota_content_write_choice(&wr, &pick, content.cast_at, content.chosen);
            assert_int_equal(wr.len, slice.len);
            assert_memory_equal(again, copy, wr.len);
            counted++;
        }
    }
    print_message("%zu of %zu changed contents count\n", counted, 256 * (sizeof base - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_content_of_the_vectors_is_judged_as_given),
        cmocka_unit_test(a_content_of_16_kib_is_the_longest),
        cmocka_unit_test(choices_are_told_apart),
        cmocka_unit_test(what_is_written_is_what_is_read),
        cmocka_unit_test(proposals_keep_their_texts),
        cmocka_unit_test(a_tombstone_is_an_erased_step_with_a_leaf_for_title),
        cmocka_unit_test(a_document_hash_of_another_length_is_not_canonical),
        cmocka_unit_test(a_changed_byte_is_never_the_same_choice_in_other_bytes),
    };
    return RUN_WITH_VECTORS(tests);
}
