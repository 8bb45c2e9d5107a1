/* SPDX-License-Identifier: Apache-2.0 */
/* The table of routes and how a target is compared with it: see router.h. */
#include "bridge/http/router.h"

#include <string.h>

#define QUERIES 4u /* members of one route's query */

/* {} is one path member, which becomes the parameter. */
static const struct {
    enum vota_route route;
    const char *method;
    const char *pattern;
    const char *query[QUERIES]; /* members that it may have */
} routes[] = {
    {VOTA_ROUTE_RECORDS_POST, "POST", "/v1/records", {"receipt"}},
    {VOTA_ROUTE_RECORDS, "GET", "/v1/records", {"state", "since", "register", "limit"}},
    {VOTA_ROUTE_RECORD, "GET", "/v1/records/{}", {NULL}},
    {VOTA_ROUTE_RECORD_RECEIPT, "GET", "/v1/records/{}/receipt", {"form", "format"}},
    {VOTA_ROUTE_PROOF, "GET", "/v1/proofs/{}", {"format"}},
    {VOTA_ROUTE_BATCHES, "GET", "/v1/batches", {"since"}},
    {VOTA_ROUTE_REGISTERS, "GET", "/v1/registers", {NULL}},
    {VOTA_ROUTE_REGISTER, "GET", "/v1/registers/{}", {NULL}},
    {VOTA_ROUTE_RESULTS, "GET", "/v1/results", {NULL}},
    {VOTA_ROUTE_RESULT, "GET", "/v1/results/{}", {NULL}},
    {VOTA_ROUTE_STATUS, "GET", "/v1/status", {NULL}},
    {VOTA_ROUTE_OPENAPI, "GET", "/v1/openapi.json", {NULL}},
    {VOTA_ROUTE_METRICS, "GET", "/metrics", {NULL}},
    {VOTA_ROUTE_HEALTHZ, "GET", "/healthz", {NULL}},
    {VOTA_ROUTE_READYZ, "GET", "/readyz", {NULL}},
};
#define ROUTES (sizeof routes / sizeof routes[0])

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of escaped text; -1 where the escape is broken or hides a NUL. */
static int next_byte(struct vota_rd *rd, bool plus_is_space)
{
    const uint8_t c = *vota_rd_take(rd, 1);
    if (c == '+' && plus_is_space)
        return ' ';
    if (c != '%')
        return c;
    const uint8_t *hex = vota_rd_take(rd, 2);
    if (hex == NULL || digit(hex[0]) < 0 || digit(hex[1]) < 0)
        return -1;
    const int byte = digit(hex[0]) * 16 + digit(hex[1]);
    return byte == 0 ? -1 : byte;
}

static bool unescape(char *ret_text, size_t cap, size_t *ret_len, struct vota_slice escaped,
                     bool plus_is_space)
{
    struct vota_rd rd = vota_rd_of_slice(escaped);
    size_t len = 0;
    while (rd.left > 0) {
        const int byte = next_byte(&rd, plus_is_space);
        if (byte < 0 || len + 1 >= cap)
            return false;
        ret_text[len++] = (char)byte;
    }
    ret_text[len] = '\0';
    *ret_len = len;
    return true;
}

static bool path_fits(struct vota_routed *routed, const char *pattern, struct vota_slice path)
{
    const char *hole = strstr(pattern, "{}");
    const size_t head = hole == NULL ? strlen(pattern) : (size_t)(hole - pattern);
    const char *tail = hole == NULL ? "" : hole + 2;
    const size_t tail_len = strlen(tail);
    if (path.len < head + tail_len || !vota_bytes_equal(path.at, pattern, head) ||
        !vota_bytes_equal(path.at + path.len - tail_len, tail, tail_len))
        return false;
    const struct vota_slice member = {path.at + head, path.len - head - tail_len};
    if (hole == NULL)
        return member.len == 0;
    return member.len > 0 && memchr(member.at, '/', member.len) == NULL &&
           unescape(routed->param, sizeof routed->param, &routed->param_len, member, false);
}

static bool method_fits(const char *method, const char *wanted)
{
    return strcmp(method, wanted) == 0 ||
           (strcmp(method, "HEAD") == 0 && strcmp(wanted, "GET") == 0);
}

/* What the Allow header says of the methods found so far. */
static const char *add_allow(const char *allow, const char *method)
{
    if (strcmp(method, "POST") == 0)
        return "POST";
    return allow == NULL ? "GET, HEAD" : "GET, HEAD, POST";
}

enum vota_route_answer vota_router_find(struct vota_routed *ret_routed, const char *method,
                                        const char *target)
{
    const size_t len = strcspn(target, "?");
    const struct vota_slice path = {(const uint8_t *)target, len};
    struct vota_routed routed = {.allow = NULL};
    if (target[len] == '?')
        routed.query = (struct vota_slice){path.at + len + 1, strlen(target + len + 1)};
    for (size_t i = 0; i < ROUTES; i++) {
        if (!path_fits(&routed, routes[i].pattern, path))
            continue;
        routed.route = routes[i].route;
        routed.allow = add_allow(routed.allow, routes[i].method);
        if (method_fits(method, routes[i].method)) {
            *ret_routed = routed;
            return VOTA_ROUTE_FOUND;
        }
    }
    *ret_routed = routed;
    return routed.allow == NULL ? VOTA_ROUTE_UNKNOWN : VOTA_ROUTE_METHOD;
}

const char *vota_router_pattern(enum vota_route route, const char **ret_method)
{
    size_t i = 0;
    while (i < ROUTES && routes[i].route != route)
        i++;
    VOTA_ASSERT(i < ROUTES);
    *ret_method = routes[i].method;
    return routes[i].pattern;
}

bool vota_router_query(char *ret_value, size_t cap, struct vota_slice query, const char *name)
{
    const size_t name_len = strlen(name);
    struct vota_slice found = {.at = NULL};
    size_t len = 0;
    for (size_t at = 0; at < query.len;) {
        const uint8_t *end = memchr(query.at + at, '&', query.len - at);
        const size_t stop = end == NULL ? query.len : (size_t)(end - query.at);
        if (stop - at > name_len && vota_bytes_equal(query.at + at, name, name_len) &&
            query.at[at + name_len] == '=') {
            if (found.at != NULL)
                return false;
            found = (struct vota_slice){query.at + at + name_len + 1, stop - at - name_len - 1};
        }
        at = stop + 1;
    }
    return found.at != NULL && unescape(ret_value, cap, &len, found, true);
}

/* ---- which members are allowed ---- */

static bool is_known(enum vota_route route, const char *name)
{
    size_t at = 0;
    while (routes[at].route != route)
        at++;
    for (size_t i = 0; i < QUERIES && routes[at].query[i] != NULL; i++) {
        if (strcmp(routes[at].query[i], name) == 0)
            return true;
    }
    return false;
}

static void name_of(char ret_name[VOTA_ROUTE_NAME_MAX + 1], struct vota_slice member)
{
    size_t len = 0;
    while (len < member.len && len < VOTA_ROUTE_NAME_MAX && member.at[len] > ' ' &&
           member.at[len] < 0x7f && member.at[len] != '=') {
        ret_name[len] = (char)member.at[len];
        len++;
    }
    ret_name[len] = '\0';
}

bool vota_router_refuses(char ret_name[VOTA_ROUTE_NAME_MAX + 1], const struct vota_routed *routed)
{
    char name[VOTA_ROUTE_NAME_MAX + 1];
    char value[VOTA_ROUTE_PARAM_MAX + 1];
    for (size_t at = 0; at < routed->query.len;) {
        const uint8_t *from = routed->query.at + at;
        const uint8_t *end = memchr(from, '&', routed->query.len - at);
        const size_t len = end == NULL ? routed->query.len - at : (size_t)(end - from);
        name_of(name, (struct vota_slice){from, len});
        if (!is_known(routed->route, name) ||
            !vota_router_query(value, sizeof value, routed->query, name)) {
            vota_bytes_copy(ret_name, name, sizeof name);
            return true;
        }
        at += len + 1;
    }
    return false;
}
