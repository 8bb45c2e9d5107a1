/* SPDX-License-Identifier: Apache-2.0 */
/* The document that describes the API says what the program does, and nothing else. */
#include <stdio.h>

#include "bridge/http/openapi.h"
#include "bridge/http/problem.h"
#include "bridge/http/router.h"
#include "tests/test.h"

static json_t *document(void)
{
    json_t *json =
        json_loadb((const char *)vota_openapi_text, vota_openapi_len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

/* "/v1/records/{id}" as the router writes it: "/v1/records/{}". */
static void plain_pattern(char ret_text[128], const char *path)
{
    size_t len = 0;
    bool in_name = false;
    for (; *path != '\0' && len < 127; path++) {
        if (*path == '}')
            in_name = false;
        if (!in_name)
            ret_text[len++] = *path;
        if (*path == '{')
            in_name = true;
    }
    ret_text[len] = '\0';
}

/* The operation of a route; NULL if the document does not know it. */
static const json_t *operation_of(const json_t *paths, const char *pattern, const char *method)
{
    const char *path;
    json_t *item;
    json_object_foreach((json_t *)(uintptr_t)paths, path, item)
    {
        char plain[128];
        plain_pattern(plain, path);
        if (strcmp(plain, pattern) == 0)
            return json_object_get(item, strcmp(method, "POST") == 0 ? "post" : "get");
    }
    return NULL;
}

static void every_route_is_an_operation_and_the_other_way_round(void **state)
{
    (void)state;
    json_t *json = document();
    json_t *paths = test_get(json, "paths");
    size_t operations = 0;
    const char *path;
    json_t *item;
    json_object_foreach(paths, path, item) operations += json_object_size(item);
    assert_int_equal(operations, VOTA_ROUTES);
    for (unsigned i = 0; i < VOTA_ROUTES; i++) {
        const char *method;
        const char *pattern = vota_router_pattern((enum vota_route)i, &method);
        if (operation_of(paths, pattern, method) == NULL)
            fail_msg("%s %s is not in docs/openapi.json", method, pattern);
    }
    json_decref(json);
}

static bool router_knows(enum vota_route route, const char *name)
{
    char query[64];
    char refused[VOTA_ROUTE_NAME_MAX + 1];
    (void)snprintf(query, sizeof query, "%s=1", name);
    const struct vota_routed routed = {.route = route,
                                       .query = {(const uint8_t *)query, strlen(query)}};
    return !vota_router_refuses(refused, &routed);
}

static bool document_has(const json_t *operation, const char *name)
{
    const json_t *parameters = json_object_get(operation, "parameters");
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        const json_t *parameter = json_array_get(parameters, i);
        if (strcmp(test_text(parameter, "in"), "query") == 0 &&
            strcmp(test_text(parameter, "name"), name) == 0)
            return true;
    }
    return false;
}

static void every_member_of_a_query_is_a_parameter(void **state)
{
    (void)state;
    static const char *const names[] = {"state", "since",  "register", "limit",
                                        "form",  "format", "receipt",  "colour"};
    json_t *json = document();
    for (unsigned i = 0; i < VOTA_ROUTES; i++) {
        const char *method;
        const char *pattern = vota_router_pattern((enum vota_route)i, &method);
        const json_t *operation = operation_of(test_get(json, "paths"), pattern, method);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            if (router_knows((enum vota_route)i, names[k]) != document_has(operation, names[k]))
                fail_msg("%s %s: %s", method, pattern, names[k]);
        }
    }
    json_decref(json);
}

static bool is_listed(const json_t *schema, const char *code)
{
    const json_t *list = test_get(schema, "enum");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), code) == 0)
            return true;
    }
    return false;
}

static void every_problem_has_its_code_in_the_document(void **state)
{
    (void)state;
    json_t *json = document();
    const json_t *schemas = test_get(test_get(json, "components"), "schemas");
    const json_t *codes = test_get(schemas, "ProblemCode");
    const char *code;
    unsigned status;
    size_t n = 0;
    for (; (code = vota_problem_code(n, &status)) != NULL; n++) {
        if (!is_listed(codes, code))
            fail_msg("%s is not in docs/openapi.json", code);
    }
    assert_int_equal(json_array_size(test_get(codes, "enum")), n);
    json_decref(json);
}

static void every_refusal_has_a_sentence(void **state)
{
    (void)state;
    json_t *json = document();
    const json_t *schemas = test_get(test_get(json, "components"), "schemas");
    const json_t *codes = test_get(test_get(schemas, "RefusalCode"), "enum");
    for (size_t i = 0; i < json_array_size(codes); i++) {
        char key[96];
        (void)snprintf(key, sizeof key, "import.%s", json_string_value(json_array_get(codes, i)));
        if (vota_text_find(VOTA_LANG_KO, key) == NULL)
            fail_msg("%s has no sentence", key);
    }
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_an_operation_and_the_other_way_round),
        cmocka_unit_test(every_member_of_a_query_is_a_parameter),
        cmocka_unit_test(every_problem_has_its_code_in_the_document),
        cmocka_unit_test(every_refusal_has_a_sentence),
    };
    return RUN_TESTS(tests);
}
