/* SPDX-License-Identifier: Apache-2.0 */
/* Names of findings, and that a person can read every one of them in both languages. */
#include "proof/finding.h"
#include "tests/test.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void every_code_and_verdict_has_its_own_name(void **state)
{
    (void)state;
    for (int i = 0; i < VOTA_FINDING_CODES; i++) {
        const char *name = vota_finding_name((enum vota_finding_code)i);
        assert_non_null(name);
        assert_string_not_equal(name, "unknown");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(name, vota_finding_name((enum vota_finding_code)j));
    }
    assert_string_equal(vota_finding_name(VOTA_FINDING_CODES), "unknown");
    assert_string_equal(vota_verdict_name(VOTA_VALID), "valid");
    assert_string_equal(vota_verdict_name(VOTA_NOT_VALID), "not_valid");
    assert_string_equal(vota_verdict_name(VOTA_NOT_CHECKED), "not_checked");
    assert_string_equal(vota_verdict_name((enum vota_verdict)7), "not_checked");
}

/* Every state in which vota_verify can add a code. */
static const struct {
    const char *name;
    bool valid;
    bool not_valid;
    bool not_checked;
} states[] = {
    {"definition-hash", true, true, true},
    {"definition-form", false, false, true},
    {"opening-hash", true, true, true},
    {"content-form", true, true, false},
    {"contract", true, false, true},
    {"contract-record", false, false, true},
    {"contract-linked", true, false, false},
    {"succession", true, true, true},
    {"forked", false, true, false},
    {"evidence-missing", false, false, true},
    {"block-missing", false, false, true},
    {"block-final", false, false, true},
    {"older-header", false, false, true},
    {"header-form", false, false, true},
    {"header-items", false, false, true},
    {"rlp-integer", false, false, true},
    {"header-hash", true, false, true},
    {"missing-node", false, false, true},
    {"unused-node", false, false, true},
    {"node-hash", false, false, true},
    {"node-form", false, false, true},
    {"no-account", false, true, true},
    {"account-shape", false, false, true},
    {"code-hash", true, false, true},
    {"no-head", false, true, true},
    {"storage-value", false, false, true},
    {"fold", true, false, true},
    {"path-length", false, true, false},
    {"path-root", true, true, false},
    {"journal-fold", false, false, true},
    {"journal-entry", true, true, true},
    {"journal-head", true, false, false},
    {"acceptance-contract", true, false, true},
    {"acceptance-signature", false, true, false},
    {"acceptance-signer", true, true, true},
    {"acceptance-new", false, false, true},
    {"acceptance-bounds", true, true, false},
    {"promise", true, false, true},
    {"promise-late", false, true, false},
    {"promise-broken", false, true, false},
    {"promise-withheld", false, false, true},
    {"promise-successor", false, false, true},
    {"pending", false, false, true},
    {"not-anchored", false, false, true},
    {"register-opened", true, true, true},
    {"timely", true, true, false},
    {"counts", true, false, false},
    {"superseded", false, true, false},
    {"untimely", false, true, false},
    {"conflict", false, true, false},
    {"disavowed", false, true, false},
    {"invalid", false, true, false},
    {"unopened", false, false, true},
    {"erased", false, false, true},
    {"rows-missing", false, false, true},
};

static json_t *load_texts(const char *language)
{
    char path[512];
    json_error_t error;
    (void)snprintf(path, sizeof path, "%s/text/%s.json", VOTA_SOURCE_DIR, language);
    json_t *texts = json_load_file(path, 0, &error);
    assert_non_null(texts);
    return texts;
}

/* The sentence of a finding in a state, or NULL. */
static const char *sentence(const json_t *texts, const char *name, enum vota_verdict state)
{
    char key[96];
    (void)snprintf(key, sizeof key, "finding.%s.%s", name, vota_verdict_name(state));
    return json_string_value(json_object_get(texts, key));
}

static bool has_placeholder(const char *text, const char *name)
{
    char placeholder[32];
    (void)snprintf(placeholder, sizeof placeholder, "{%s}", name);
    return strstr(text, placeholder) != NULL;
}

static void every_finding_has_a_sentence_for_each_of_its_states(void **state)
{
    (void)state;
    json_t *en = load_texts("en");
    json_t *ko = load_texts("ko");
    assert_int_equal(COUNT(states), VOTA_FINDING_CODES);
    for (size_t i = 0; i < COUNT(states); i++) {
        const bool expected[] = {states[i].not_checked, states[i].valid, states[i].not_valid};
        assert_string_equal(states[i].name, vota_finding_name((enum vota_finding_code)i));
        for (int verdict = 0; verdict < 3; verdict++) {
            const char *english = sentence(en, states[i].name, (enum vota_verdict)verdict);
            const char *korean = sentence(ko, states[i].name, (enum vota_verdict)verdict);
            if ((english != NULL) != expected[verdict] || (korean != NULL) != expected[verdict])
                fail_msg("%s %d", states[i].name, verdict);
            if (english == NULL || korean == NULL)
                continue;
            static const char *const placeholders[] = {"left", "right", "number"};
            for (size_t p = 0; p < COUNT(placeholders); p++)
                assert_int_equal(has_placeholder(english, placeholders[p]),
                                 has_placeholder(korean, placeholders[p]));
        }
    }
    json_decref(en);
    json_decref(ko);
}

/* PROTOCOL 8: the word is for one answer, and no crop of another may show it. */
static void only_what_counts_is_called_counted(void **state)
{
    (void)state;
    json_t *en = load_texts("en");
    json_t *ko = load_texts("ko");
    for (size_t i = 0; i < COUNT(states); i++) {
        for (int verdict = 0; verdict < 3; verdict++) {
            const char *english = sentence(en, states[i].name, (enum vota_verdict)verdict);
            const char *korean = sentence(ko, states[i].name, (enum vota_verdict)verdict);
            if (english == NULL || korean == NULL)
                continue;
            const bool counts = strcmp(states[i].name, "counts") == 0;
            assert_int_equal(strstr(english, "ounted") != NULL, counts);
            assert_int_equal(strstr(korean, "집계됨") != NULL, counts);
        }
    }
    json_decref(en);
    json_decref(ko);
}

/* A sentence opens with its answer, so that its beginning alone says the same as all of it. */
static void every_sentence_begins_with_its_verdict(void **state)
{
    (void)state;
    static const char *const openings[3][3] = {{"Could not ", "Could not ", "Could not "},
                                               {"Valid: ", "Counted: ", "Valid: "},
                                               {"Not valid: ", "Does not count: ", "Not valid: "}};
    json_t *en = load_texts("en");
    for (size_t i = 0; i < COUNT(states); i++) {
        for (int verdict = 0; verdict < 3; verdict++) {
            const char *english = sentence(en, states[i].name, (enum vota_verdict)verdict);
            bool found = english == NULL;
            for (int o = 0; o < 3 && !found; o++)
                found = strncmp(english, openings[verdict][o], strlen(openings[verdict][o])) == 0;
            if (!found)
                fail_msg("%s: %s", states[i].name, english);
        }
    }
    json_decref(en);
}

static void a_finding_says_what_was_compared(void **state)
{
    (void)state;
    static struct vota_report report;
    const vota_addr a = {{1}};
    const vota_addr b = {{2}};
    const vota_hash h = {{3}};
    const vota_hash k = {{4}};
    struct vota_finding *finding =
        vota_finding_add(&report, VOTA_FINDING_CONTRACT, VOTA_VALID, VOTA_NO_ANCHOR);
    assert_int_equal(finding->compared, VOTA_COMPARED_NOTHING);
    vota_finding_set_addresses(finding, &a, &b);
    assert_int_equal(finding->compared, VOTA_COMPARED_ADDRESSES);
    assert_int_equal(finding->left.bytes[12], 1);
    assert_int_equal(finding->right.bytes[12], 2);
    vota_finding_set_hashes(finding, &h, &k);
    assert_int_equal(finding->compared, VOTA_COMPARED_HASHES);
    assert_hash_equal(&finding->left, &h);
    assert_hash_equal(&finding->right, &k);
    vota_finding_set_numbers(finding, 5, 6);
    assert_int_equal(finding->compared, VOTA_COMPARED_NUMBERS);
    vota_finding_set_times(finding, 7, 8);
    assert_int_equal(finding->compared, VOTA_COMPARED_TIMES);
    assert_int_equal(finding->left_number, 7);
    assert_int_equal(finding->right_number, 8);
    assert_int_equal(report.finding_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_and_verdict_has_its_own_name),
        cmocka_unit_test(every_finding_has_a_sentence_for_each_of_its_states),
        cmocka_unit_test(only_what_counts_is_called_counted),
        cmocka_unit_test(every_sentence_begins_with_its_verdict),
        cmocka_unit_test(a_finding_says_what_was_compared),
    };
    return RUN_TESTS(tests);
}
