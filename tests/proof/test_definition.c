/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/jcs.h"
#include "proof/visible.h"
#include "tests/proof/rules.h"
#include "tests/proof/vectors.h"

static enum vota_status read_text(struct vota_definition *ret_definition, struct rules_text text,
                                  struct vota_error *err)
{
    *err = (struct vota_error){0};
    return vota_definition_read(ret_definition, text.bytes, text.len, err);
}

static void the_four_kinds_read_and_hash(void **state)
{
    (void)state;
    static const char *const kinds[] = {"vote", "endorsement", "proposal", "procedure"};
    for (size_t i = 0; i < 4; i++) {
        const json_t *one =
            json_array_get(test_get(test_get(vectors, "records"), "definitions"), i);
        const char *text = test_text(one, "text");
        struct vota_definition definition;
        assert_int_equal(vota_definition_read(&definition, text, strlen(text), NULL), VOTA_OK);
        assert_int_equal(definition.kind, i);
        assert_string_equal(vota_definition_kind_name(definition.kind), kinds[i]);
        vota_hash hash;
        vota_definition_register(&hash, &definition);
        const vota_hash expected = test_hash(one, "register");
        assert_hash_equal(&hash, &expected);
    }
}

static void every_member_of_a_vote_is_understood(void **state)
{
    (void)state;
    const char *text = rules_base(vectors, "vote");
    struct vota_definition d;
    assert_int_equal(vota_definition_read(&d, text, strlen(text), NULL), VOTA_OK);
    assert_int_equal(d.anchor_within, 3600);
    assert_int_equal(d.choices_max, 1);
    assert_int_equal(d.choices_min, 1);
    assert_int_equal(d.opens_at, 1790000040);
    assert_int_equal(d.closes_at, 1790000040 + 86400);
    assert_int_equal(d.counts_until, 1790000040 + 2 * 86400);
    assert_int_equal(d.results_by, 1790000040 + 3 * 86400);
    assert_int_equal(d.eligible, 200000);
    assert_int_equal(d.threshold, 0);
    assert_string_equal(vota_definition_disclosure_name(d.disclosure), "on_close");
    assert_string_equal(vota_definition_revision_name(d.revision), "first");
    assert_true(vota_jcs_equal(d.id, "sample-vote", 11));
    assert_true(vota_jcs_equal(d.department, "도시계획과", strlen("도시계획과")));
    assert_true(vota_jcs_equal(d.title_en, "Should the river path be lit?", 29));
    const char *plain = "Line one.\nLine \"two\" \\ slash / done.";
    assert_true(vota_jcs_equal(d.text_en, plain, strlen(plain)));
    const vota_hash tag_key = test_hash(test_get(vectors, "records"), "pepper_hash");
    assert_hash_equal(&d.tag_key_hash, &tag_key);
    assert_int_equal(d.option_count, 2);
}

static void options_are_found_by_id_and_by_label(void **state)
{
    (void)state;
    const char *text = rules_base(vectors, "vote");
    struct vota_definition d;
    assert_int_equal(vota_definition_read(&d, text, strlen(text), NULL), VOTA_OK);
    size_t option = 9;
    assert_int_equal(vota_definition_option_by_id(&d, &option, "no", 2), VOTA_OK);
    assert_int_equal(option, 1);
    assert_int_equal(vota_definition_option_by_label(&d, &option, "찬성", 6), VOTA_OK);
    assert_int_equal(option, 0);
    assert_int_equal(vota_definition_option_by_label(&d, &option, "No", 2), VOTA_OK);
    assert_int_equal(option, 1);
    option = 9;
    assert_int_equal(vota_definition_option_by_id(&d, &option, "No", 2), VOTA_NOT_FOUND);
    assert_int_equal(vota_definition_option_by_id(&d, &option, "n", 1), VOTA_NOT_FOUND);
    assert_int_equal(vota_definition_option_by_label(&d, &option, "no", 2), VOTA_NOT_FOUND);
    assert_int_equal(option, 9);
}

static void a_label_of_two_options_is_a_conflict(void **state)
{
    (void)state;
    const char *base = rules_base(vectors, "vote");
    const char *yes = strstr(base, "\"Yes\"");
    const size_t head = (size_t)(yes - base);
    struct rules_text text =
        rules_splice(base, head, (const uint8_t *)"\"반대\"", 8, strlen(base) - head - 5);
    struct vota_definition d;
    struct vota_error err;
    assert_int_equal(read_text(&d, text, &err), VOTA_OK);
    size_t option = 9;
    assert_int_equal(vota_definition_option_by_label(&d, &option, "반대", 6), VOTA_CONFLICT);
    assert_int_equal(option, 9);
    free(text.bytes);
}

static void refused_definitions_are_refused_with_their_reason(void **state)
{
    (void)state;
    size_t i, others = 0;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "canonical"), "negative"), i, one)
    {
        const json_t *cut = json_object_get(one, "cut");
        const char *base =
            cut ? rules_base(vectors, json_string_value(json_array_get(cut, 0))) : "";
        struct rules_text text = rules_cut(one, base);
        struct vota_definition definition = {.option_count = 77};
        struct vota_error err;
        if (read_text(&definition, text, &err) != VOTA_BAD_INPUT)
            fail_msg("accepted: %s", test_text(one, "name"));
        assert_int_equal(definition.option_count, 77);
        assert_non_null(err.where);
        if (strcmp(err.text, test_text(one, "reason")) != 0) {
            print_message("%s: %s at %s, not %s\n", test_text(one, "name"), err.text, err.where,
                          test_text(one, "reason"));
            others++;
        }
        free(text.bytes);
    }
    assert_int_equal(i, 87);
    assert_int_equal(others, 0);
}

static void accepted_definitions_hash_as_given(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "canonical"), "positive"), i, one)
    {
        const char *kind = json_string_value(json_array_get(test_get(one, "cut"), 0));
        struct rules_text text = rules_cut(one, rules_base(vectors, kind));
        struct vota_definition definition;
        struct vota_error err;
        if (read_text(&definition, text, &err) != VOTA_OK)
            fail_msg("%s: %s at %s", test_text(one, "name"), err.text, err.where);
        if (json_object_get(one, "register") != NULL) {
            const vota_hash expected = test_hash(one, "register");
            vota_hash hash;
            vota_definition_register(&hash, &definition);
            assert_hash_equal(&hash, &expected);
        }
        free(text.bytes);
    }
    assert_int_equal(i, 14);
}

/* UTF-8 of a code point, for lists of code points only. */
static size_t utf8_of(uint8_t ret_bytes[4], uint32_t c)
{
    if (c < 0x80) {
        ret_bytes[0] = (uint8_t)c;
        return 1;
    }
    const size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t marks[4] = {0, 0xC0, 0xE0, 0xF0};
    for (size_t i = more; i > 0; i--, c >>= 6)
        ret_bytes[i] = (uint8_t)(0x80 | (c & 0x3F));
    ret_bytes[0] = (uint8_t)(marks[more] | c);
    return more + 1;
}

/* The vote with a department of "a", the code point, "b", escaped as JSON demands. */
static struct rules_text with_department(uint32_t c)
{
    const char *base = rules_base(vectors, "vote");
    const size_t head = (size_t)(strstr(base, "\"도시계획과\"") - base);
    uint8_t plain[6] = {'a'};
    size_t len = 1 + utf8_of(plain + 1, c);
    plain[len++] = 'b';
    uint8_t quoted[32];
    struct vota_wr wr = vota_wr_of(quoted, sizeof quoted);
    vota_jcs_write_string(&wr, plain, len);
    return rules_splice(base, head, quoted, wr.len, strlen(base) - head - strlen("\"도시계획과\""));
}

static void assert_code_points(const char *list, enum vota_status expected)
{
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(test_get(vectors, "canonical"), "code_points"), list), i,
                       one)
    {
        struct rules_text text = with_department((uint32_t)json_integer_value(one));
        struct vota_definition definition;
        struct vota_error err;
        if (read_text(&definition, text, &err) != expected)
            fail_msg("U+%04X", (unsigned)json_integer_value(one));
        free(text.bytes);
    }
    print_message("%zu code points %s\n", i, list);
}

static void code_points_are_refused_or_accepted(void **state)
{
    (void)state;
    assert_code_points("refused", VOTA_BAD_INPUT);
    assert_code_points("accepted", VOTA_OK);
}

static void every_code_point_is_judged_by_the_ranges(void **state)
{
    (void)state;
    size_t refused = 0;
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        uint8_t plain[6] = {'a'};
        size_t len = 1 + utf8_of(plain + 1, c);
        plain[len++] = 'b';
        uint8_t quoted[32];
        struct vota_wr wr = vota_wr_of(quoted, sizeof quoted);
        vota_jcs_write_string(&wr, plain, len);
        const struct vota_slice raw = {quoted + 1, wr.len - 2};
        refused += vota_visible_refusal(raw, false) != NULL;
        assert_true(vota_jcs_equal(raw, plain, len));
    }
    /* 31 + 33 + 1 + 112 + 256 + 2 + 5 + 5 + 7 + 10 + 1 + 32 + 80 + 16 + 1 + 1 + 4096, and 16 Zs */
    assert_int_equal(refused, 4689 + 16);
}

static void newlines_and_spaces_have_their_places(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        bool newlines;
        const char *refusal;
    } cases[] = {{"", false, NULL},
                 {"a b c", false, NULL},
                 {" a", false, "spaces"},
                 {"a ", false, "spaces"},
                 {"a  b", false, "spaces"},
                 {" ", false, "spaces"},
                 {"a\\nb", true, NULL},
                 {"a\\n\\nb", true, NULL},
                 {"a\\nb", false, "hidden-character"},
                 {"\\na", true, "hidden-character"},
                 {"a\\n", true, "hidden-character"},
                 {"a\\tb", true, "hidden-character"},
                 {"a\\rb", true, "hidden-character"},
                 {"\\\"a\\\\", false, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *refusal = vota_visible_refusal(rules_slice(cases[i].raw), cases[i].newlines);
        if (cases[i].refusal == NULL)
            assert_null(refusal);
        else
            assert_string_equal(refusal, cases[i].refusal);
    }
}

static void a_definition_of_32_kib_is_the_longest(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "canonical"), "sizes"), i, one)
    {
        if (strcmp(test_text(one, "what"), "definition") != 0)
            continue;
        const char *base = rules_base(vectors, test_text(one, "base"));
        const size_t head = (size_t)(strstr(base, "도시계획과") - base);
        const size_t x = (size_t)json_integer_value(test_get(one, "x"));
        uint8_t *filling = malloc(x);
        memset(filling, 'x', x);
        struct rules_text text =
            rules_splice(base, head, filling, x, strlen(base) - head - strlen("도시계획과"));
        assert_int_equal(text.len, json_integer_value(test_get(one, "bytes")));
        struct vota_definition definition;
        struct vota_error err;
        const bool accepted = strcmp(test_text(one, "verdict"), "accepted") == 0;
        assert_int_equal(read_text(&definition, text, &err), accepted ? VOTA_OK : VOTA_BAD_INPUT);
        assert_string_equal(err.text, accepted ? "" : "too-long");
        free(text.bytes);
        free(filling);
    }
}

static struct vota_slice unescaped(struct vota_slice raw, uint8_t **heap)
{
    struct vota_wr wr = vota_wr_of(*heap, SIZE_MAX / 2);
    vota_jcs_unescape(&wr, raw);
    const struct vota_slice plain = {*heap, wr.len};
    *heap += wr.len;
    return plain;
}

/* The texts of times, taken back from the definition's bytes. */
static struct vota_slice time_text(const struct vota_definition *d, const char *key)
{
    const char *at = strstr((const char *)d->text.at, key) + strlen(key);
    return (struct vota_slice){(const uint8_t *)at, 20};
}

static void assert_written_again(const struct vota_definition *d)
{
    uint8_t plain[4096], written[VOTA_DEFINITION_MAX_BYTES];
    uint8_t *heap = plain;
    struct vota_definition_option_parts options[3];
    for (size_t i = 0; i < d->option_count; i++)
        options[i] = (struct vota_definition_option_parts){
            vota_definition_option_id(d, i), unescaped(vota_definition_option_en(d, i), &heap),
            unescaped(vota_definition_option_ko(d, i), &heap)};
    const struct vota_definition_parts parts = {
        .id = d->id,
        .kind = rules_slice(vota_definition_kind_name(d->kind)),
        .department = unescaped(d->department, &heap),
        .title_en = unescaped(d->title_en, &heap),
        .title_ko = unescaped(d->title_ko, &heap),
        .text_en = unescaped(d->text_en, &heap),
        .text_ko = unescaped(d->text_ko, &heap),
        .opens_at = time_text(d, "\"opens_at\":\""),
        .closes_at = time_text(d, "\"closes_at\":\""),
        .counts_until = time_text(d, "\"counts_until\":\""),
        .results_by = time_text(d, "\"results_by\":\""),
        .revision = rules_slice(vota_definition_revision_name(d->revision)),
        .disclosure = rules_slice(vota_definition_disclosure_name(d->disclosure)),
        .anchor_within = d->anchor_within,
        .eligible = d->eligible,
        .threshold = d->threshold,
        .choices_min = d->choices_min,
        .choices_max = d->choices_max,
        .tag_key_hash = d->tag_key_hash,
        .options = options,
        .option_count = d->option_count};
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    vota_definition_write(&wr, &parts);
    assert_true(vota_wr_fits(&wr));
    assert_int_equal(wr.len, d->text.len);
    assert_memory_equal(written, d->text.at, wr.len);
}

static void what_is_read_is_written_again_byte_for_byte(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    struct vota_definition d;
    struct vota_error err;
    json_array_foreach(test_get(test_get(vectors, "canonical"), "positive"), i, one)
    {
        const char *kind = json_string_value(json_array_get(test_get(one, "cut"), 0));
        struct rules_text text = rules_cut(one, rules_base(vectors, kind));
        assert_int_equal(read_text(&d, text, &err), VOTA_OK);
        assert_written_again(&d);
        free(text.bytes);
    }
    const char *pick = test_text(test_get(vectors, "canonical"), "pick");
    assert_int_equal(vota_definition_read(&d, pick, strlen(pick), NULL), VOTA_OK);
    assert_written_again(&d);
}

/* Every byte changed to half of all others, and left out. */
static void a_changed_byte_is_refused_or_another_register(void **state)
{
    (void)state;
    const char *base = rules_base(vectors, "vote");
    const size_t len = strlen(base);
    vota_hash original, hash;
    vota_definition_hash(&original, base, len);
    size_t accepted = 0, cases = 0;
    uint8_t *copy = malloc(len);
    for (size_t i = 0; i < len; i++) {
        for (unsigned flip = 1; flip < 256; flip += 2, cases++) {
            vota_bytes_copy(copy, base, len);
            copy[i] = (uint8_t)(copy[i] ^ flip);
            struct vota_definition d;
            if (vota_definition_read(&d, copy, len, NULL) != VOTA_OK)
                continue;
            assert_written_again(&d);
            vota_definition_register(&hash, &d);
            assert_false(vota_hash_equal(&hash, &original));
            accepted++;
        }
        memcpy(copy, base, i);
        memcpy(copy + i, base + i + 1, len - i - 1);
        struct vota_definition d;
        if (vota_definition_read(&d, copy, len - 1, NULL) == VOTA_OK)
            assert_int_equal(d.text.len, len - 1);
        cases++;
    }
    free(copy);
    print_message("%zu changed texts, %zu of them definitions\n", cases, accepted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_four_kinds_read_and_hash),
        cmocka_unit_test(every_member_of_a_vote_is_understood),
        cmocka_unit_test(options_are_found_by_id_and_by_label),
        cmocka_unit_test(a_label_of_two_options_is_a_conflict),
        cmocka_unit_test(refused_definitions_are_refused_with_their_reason),
        cmocka_unit_test(accepted_definitions_hash_as_given),
        cmocka_unit_test(code_points_are_refused_or_accepted),
        cmocka_unit_test(every_code_point_is_judged_by_the_ranges),
        cmocka_unit_test(newlines_and_spaces_have_their_places),
        cmocka_unit_test(a_definition_of_32_kib_is_the_longest),
        cmocka_unit_test(what_is_read_is_written_again_byte_for_byte),
        cmocka_unit_test(a_changed_byte_is_refused_or_another_register),
    };
    return RUN_WITH_VECTORS(tests);
}
