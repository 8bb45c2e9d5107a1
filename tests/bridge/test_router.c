/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/http/router.h"

static void every_route_is_found_by_method_and_path(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target;
        enum vota_route route;
        const char *param;
    } cases[] = {
        {"POST", "/v1/records", VOTA_ROUTE_RECORDS_POST, ""},
        {"GET", "/v1/records", VOTA_ROUTE_RECORDS, ""},
        {"GET", "/v1/records?state=final", VOTA_ROUTE_RECORDS, ""},
        {"GET", "/v1/records/R-1", VOTA_ROUTE_RECORD, "R-1"},
        {"HEAD", "/v1/records/R-1", VOTA_ROUTE_RECORD, "R-1"},
        {"GET", "/v1/records/R-1/receipt", VOTA_ROUTE_RECORD_RECEIPT, "R-1"},
        {"GET", "/v1/records/a%2fb/receipt", VOTA_ROUTE_RECORD_RECEIPT, "a/b"},
        {"GET", "/v1/records/a+b%25", VOTA_ROUTE_RECORD, "a+b%"},
        {"GET", "/v1/records/receipt", VOTA_ROUTE_RECORD, "receipt"},
        {"GET", "/v1/proofs/0x12", VOTA_ROUTE_PROOF, "0x12"},
        {"GET", "/v1/batches", VOTA_ROUTE_BATCHES, ""},
        {"GET", "/v1/registers", VOTA_ROUTE_REGISTERS, ""},
        {"GET", "/v1/registers/park", VOTA_ROUTE_REGISTER, "park"},
        {"GET", "/v1/results/park", VOTA_ROUTE_RESULT, "park"},
        {"GET", "/v1/status", VOTA_ROUTE_STATUS, ""},
        {"GET", "/metrics", VOTA_ROUTE_METRICS, ""},
        {"GET", "/healthz", VOTA_ROUTE_HEALTHZ, ""},
        {"HEAD", "/readyz", VOTA_ROUTE_READYZ, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_routed routed;
        assert_int_equal(vota_router_find(&routed, cases[i].method, cases[i].target),
                         VOTA_ROUTE_FOUND);
        assert_int_equal(routed.route, cases[i].route);
        assert_string_equal(routed.param, cases[i].param);
        assert_int_equal(routed.param_len, strlen(cases[i].param));
    }
}

static void other_methods_are_told_what_is_allowed(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *allow;
    } cases[] = {
        {"DELETE", "/v1/records", "GET, HEAD, POST"}, {"PUT", "/v1/records?x=1", "GET, HEAD, POST"},
        {"POST", "/v1/records/R-1", "GET, HEAD"},     {"POST", "/healthz", "GET, HEAD"},
        {"get", "/v1/status", "GET, HEAD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_routed routed;
        assert_int_equal(vota_router_find(&routed, cases[i].method, cases[i].target),
                         VOTA_ROUTE_METHOD);
        assert_string_equal(routed.allow, cases[i].allow);
    }
}

static void a_path_is_exactly_one_of_ours(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "",
        "/",
        "/v1",
        "/v1/",
        "/v1/records/",
        "/v1/records//receipt",
        "/v1/records/a/b",
        "/v1/records/a/receipt/",
        "/v1/records/%zz",
        "/v1/records/a%2",
        "/v1/records/a%00b",
        "/v1/recordsx",
        "/v2/records",
        "//v1/records",
        "/v1/../v1/records",
        "http://host/v1/records",
        "/HEALTHZ",
        "*",
    };
    struct vota_routed routed;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_int_equal(vota_router_find(&routed, "GET", unknown[i]), VOTA_ROUTE_UNKNOWN);
    char long_id[VOTA_ROUTE_PARAM_MAX + 32] = "/v1/records/";
    memset(long_id + 12, 'a', VOTA_ROUTE_PARAM_MAX);
    assert_int_equal(vota_router_find(&routed, "GET", long_id), VOTA_ROUTE_FOUND);
    long_id[12 + VOTA_ROUTE_PARAM_MAX] = 'a';
    assert_int_equal(vota_router_find(&routed, "GET", long_id), VOTA_ROUTE_UNKNOWN);
}

static void a_query_is_read_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *query, *name, *value; /* value NULL: refused */
    } cases[] = {
        {"since=5", "since", "5"},
        {"a=b&since=5&c=d", "since", "5"},
        {"since=a%26b+c", "since", "a&b c"},
        {"since=", "since", ""},
        {"", "since", NULL},
        {"since", "since", NULL},
        {"xsince=5", "since", NULL},
        {"since=5&since=6", "since", NULL},
        {"since=%", "since", NULL},
        {"since=123456789", "since", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char value[9] = "before";
        const struct vota_slice query = {(const uint8_t *)cases[i].query, strlen(cases[i].query)};
        assert_int_equal(vota_router_query(value, sizeof value, query, cases[i].name),
                         cases[i].value != NULL);
        if (cases[i].value != NULL)
            assert_string_equal(value, cases[i].value);
    }
}

static void every_route_says_its_pattern(void **state)
{
    (void)state;
    for (unsigned route = 0; route < VOTA_ROUTES; route++) {
        struct vota_routed routed;
        const char *method = NULL;
        char path[64];
        const char *pattern = vota_router_pattern(route, &method);
        const char *hole = strstr(pattern, "{}");
        const size_t head = hole == NULL ? strlen(pattern) : (size_t)(hole - pattern);
        (void)snprintf(path, sizeof path, "%.*s%s%s", (int)head, pattern, hole == NULL ? "" : "x",
                       hole == NULL ? "" : hole + 2);
        assert_int_equal(vota_router_find(&routed, method, path), VOTA_ROUTE_FOUND);
        assert_int_equal(routed.route, route);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_found_by_method_and_path),
        cmocka_unit_test(other_methods_are_told_what_is_allowed),
        cmocka_unit_test(a_path_is_exactly_one_of_ours),
        cmocka_unit_test(a_query_is_read_by_name),
        cmocka_unit_test(every_route_says_its_pattern),
    };
    return RUN_TESTS(tests);
}
