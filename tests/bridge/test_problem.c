/* SPDX-License-Identifier: Apache-2.0 */
/* What the service answers when it does not: problem documents, languages, who may ask. */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/crypto.h"
#include "bridge/http/auth.h"
#include "bridge/http/problem.h"

static json_t *written(const struct vota_problem *problem, enum vota_lang lang)
{
    uint8_t text[VOTA_PROBLEM_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_problem_write(&wr, problem, lang);
    assert_true(vota_wr_fits(&wr));
    assert_null(memchr(text, '\n', wr.len));
    json_t *json = json_loadb((const char *)text, wr.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

static void every_code_has_a_status_and_two_titles(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        unsigned status;
    } cases[] = {
        {"bad-request", 400},      {"no-token", 401},          {"not-allowed", 403},
        {"not-found", 404},        {"wrong-method", 405},      {"body-too-large", 413},
        {"wrong-media-type", 415}, {"too-many-requests", 429}, {"erased", 410},
        {"internal", 500},         {"store-unavailable", 503}, {"overloaded", 503},
        {"key-replaced", 503},     {"qr-full", 422},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char type[64];
        const struct vota_problem problem = vota_problem_of(cases[i].code);
        assert_int_equal(problem.status, cases[i].status);
        json_t *en = written(&problem, VOTA_LANG_EN);
        json_t *ko = written(&problem, VOTA_LANG_KO);
        (void)snprintf(type, sizeof type, "urn:voteanchor:problem:%s", cases[i].code);
        assert_string_equal(test_text(en, "type"), type);
        assert_string_equal(test_text(en, "code"), cases[i].code);
        assert_int_equal(json_integer_value(test_get(en, "status")), cases[i].status);
        assert_string_not_equal(test_text(en, "title"), test_text(ko, "title"));
        assert_string_not_equal(test_text(en, "title"), cases[i].code);
        assert_null(json_object_get(en, "detail"));
        json_decref(en);
        json_decref(ko);
    }
}

static void a_refused_record_says_field_value_and_limit(void **state)
{
    (void)state;
    const struct vota_refusal refusal = {
        .reason = "too-long", .field = "title", .value = "a \"long\" one", .limit = 300};
    const struct vota_problem problem = vota_problem_refused(&refusal);
    assert_int_equal(problem.status, 422);
    json_t *json = written(&problem, VOTA_LANG_EN);
    assert_string_equal(test_text(json, "code"), "too-long");
    assert_string_equal(test_text(json, "detail"), "longer than 300 bytes");
    assert_string_equal(test_text(json, "field"), "title");
    assert_string_equal(test_text(json, "value"), "a \"long\" one");
    assert_int_equal(json_integer_value(test_get(json, "limit")), 300);
    json_decref(json);
}

static void what_would_name_a_person_is_left_out(void **state)
{
    (void)state;
    const struct vota_refusal refusal = {.reason = "second-vote", .field = "voter"};
    const struct vota_problem problem = vota_problem_refused(&refusal);
    assert_int_equal(problem.status, 409);
    json_t *json = written(&problem, VOTA_LANG_KO);
    assert_null(json_object_get(json, "value"));
    assert_null(json_object_get(json, "limit"));
    json_decref(json);
}

static void the_longest_problem_fits(void **state)
{
    (void)state;
    struct vota_refusal refusal = {
        .reason = "ambiguous-option", .field = "document_sha256", .limit = 9007199254740991u};
    memset(refusal.value, '"', sizeof refusal.value - 1);
    const struct vota_problem problem = vota_problem_refused(&refusal);
    for (int lang = 0; lang < VOTA_LANGS; lang++)
        json_decref(written(&problem, (enum vota_lang)lang));
}

static void the_reader_is_answered_in_their_language(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum vota_lang lang;
    } cases[] = {
        {NULL, VOTA_LANG_EN},
        {"", VOTA_LANG_EN},
        {"ko", VOTA_LANG_KO},
        {"ko-KR", VOTA_LANG_KO},
        {"ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", VOTA_LANG_KO},
        {"en-US,en;q=0.9,ko;q=0.8", VOTA_LANG_EN},
        {"en;q=0.5, ko;q=0.6", VOTA_LANG_KO},
        {"fr, ko;q=0.1", VOTA_LANG_KO},
        {"ko;q=0, en", VOTA_LANG_EN},
        {"ko;q=0", VOTA_LANG_EN},
        {"fr,de", VOTA_LANG_EN},
        {"korean", VOTA_LANG_EN},
        {"ko ; q=1.0", VOTA_LANG_KO},
        {",,;;q=,ko;q", VOTA_LANG_EN},
        {"abcdefghijklmnopqrstuvwxyz,ko", VOTA_LANG_KO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(vota_problem_lang(cases[i].header), cases[i].lang);
}

/* Two clients: the first may submit, the second may do everything. */
static void two_tokens(struct vota_tokens *ret_tokens, char ret_text[2][VOTA_TOKEN_CHARS + 1])
{
    static const unsigned scopes[] = {VOTA_TOKEN_SUBMIT, 7};
    ret_tokens->n = 2;
    for (unsigned i = 0; i < 2; i++) {
        uint8_t secret[32] = {(uint8_t)(i + 1)};
        struct vota_wr wr = vota_wr_of(ret_text[i], VOTA_TOKEN_CHARS);
        vota_wr_text(&wr, "vota_");
        vota_hex_write_bare(&wr, secret, sizeof secret);
        ret_text[i][wr.len] = '\0';
        ret_tokens->token[i] = (struct vota_token){.client = "client", .scopes = scopes[i]};
        assert_int_equal(vota_crypto_sha256(ret_tokens->token[i].hash, secret, sizeof secret), 0);
    }
}

static void a_bearer_may_what_the_token_says(void **state)
{
    (void)state;
    static struct vota_tokens tokens;
    char text[2][VOTA_TOKEN_CHARS + 1];
    two_tokens(&tokens, text);
    const struct {
        const char *before, *token;
        unsigned scopes;
        enum vota_auth_answer answer;
    } cases[] = {
        {"Bearer ", text[0], VOTA_TOKEN_SUBMIT, VOTA_AUTH_OK},
        {"bearer   ", text[0], VOTA_TOKEN_SUBMIT | VOTA_TOKEN_READ, VOTA_AUTH_OK},
        {"Bearer ", text[0], VOTA_TOKEN_READ, VOTA_AUTH_SCOPE},
        {"Bearer ", text[1], VOTA_TOKEN_ADMIN, VOTA_AUTH_OK},
        {"Bearer ", text[1] + 1, VOTA_TOKEN_ADMIN, VOTA_AUTH_NOBODY},
        {"Bearer", text[0], VOTA_TOKEN_SUBMIT, VOTA_AUTH_NOBODY},
        {"Basic ", text[0], VOTA_TOKEN_SUBMIT, VOTA_AUTH_NOBODY},
        {"", text[0], VOTA_TOKEN_SUBMIT, VOTA_AUTH_NOBODY},
        {"Bearer ", "", VOTA_TOKEN_SUBMIT, VOTA_AUTH_NOBODY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char header[128];
        const struct vota_token *token = NULL;
        (void)snprintf(header, sizeof header, "%s%s", cases[i].before, cases[i].token);
        assert_int_equal(vota_auth_check(&token, &tokens, header, cases[i].scopes),
                         cases[i].answer);
        assert_int_equal(token == NULL, cases[i].answer == VOTA_AUTH_NOBODY);
    }
    const struct vota_token *token = &tokens.token[0];
    assert_int_equal(vota_auth_check(&token, &tokens, NULL, 7), VOTA_AUTH_NOBODY);
    assert_null(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_status_and_two_titles),
        cmocka_unit_test(a_refused_record_says_field_value_and_limit),
        cmocka_unit_test(what_would_name_a_person_is_left_out),
        cmocka_unit_test(the_longest_problem_fits),
        cmocka_unit_test(the_reader_is_answered_in_their_language),
        cmocka_unit_test(a_bearer_may_what_the_token_says),
    };
    return RUN_TESTS(tests);
}
