/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the request line to one of our routes: a table, and nothing else. Pure.
 * What is asked for is read from the target as it came, because a record's id
 * may hold an escaped slash.
 */
#ifndef VOTA_BRIDGE_HTTP_ROUTER_H
#define VOTA_BRIDGE_HTTP_ROUTER_H

#include "proof/bytes.h"

/* Of one path member; a record's id has at most 128 bytes. */
#define VOTA_ROUTE_PARAM_MAX 128u

enum vota_route {
    VOTA_ROUTE_RECORDS_POST,   /* POST /v1/records */
    VOTA_ROUTE_RECORDS,        /* GET  /v1/records */
    VOTA_ROUTE_RECORD,         /* GET  /v1/records/{id} */
    VOTA_ROUTE_RECORD_RECEIPT, /* GET  /v1/records/{id}/receipt */
    VOTA_ROUTE_PROOF,          /* GET  /v1/proofs/{leaf} */
    VOTA_ROUTE_BATCHES,        /* GET  /v1/batches */
    VOTA_ROUTE_REGISTERS,      /* GET  /v1/registers */
    VOTA_ROUTE_REGISTER,       /* GET  /v1/registers/{slug} */
    VOTA_ROUTE_RESULTS,        /* GET  /v1/results */
    VOTA_ROUTE_RESULT,         /* GET  /v1/results/{slug} */
    VOTA_ROUTE_STATUS,         /* GET  /v1/status */
    VOTA_ROUTE_OPENAPI,        /* GET  /v1/openapi.json */
    VOTA_ROUTE_METRICS,        /* GET  /metrics */
    VOTA_ROUTE_HEALTHZ,        /* GET  /healthz */
    VOTA_ROUTE_READYZ          /* GET  /readyz */
};
#define VOTA_ROUTES (VOTA_ROUTE_READYZ + 1)

enum vota_route_answer {
    VOTA_ROUTE_FOUND,
    VOTA_ROUTE_UNKNOWN, /* no such path; also one that cannot be read */
    VOTA_ROUTE_METHOD   /* the path is there, for other methods: `allow` */
};

struct vota_routed {
    enum vota_route route;
    char param[VOTA_ROUTE_PARAM_MAX + 1]; /* unescaped; empty where the route has none */
    size_t param_len;
    struct vota_slice query; /* behind the question mark, as it came; borrows from target */
    const char *allow;       /* static, as the Allow header names it */
};

/* HEAD is answered where GET is. */
enum vota_route_answer vota_router_find(struct vota_routed *ret_routed, const char *method,
                                        const char *target);

/* How the table writes a route: "/v1/records/{}", and its method. Static. */
const char *vota_router_pattern(enum vota_route route, const char **ret_method);

/* Longest name of a member of the query that is named in an answer. */
#define VOTA_ROUTE_NAME_MAX 32u

/*
 * The first member of the query that the route does not know, has twice, or
 * that is badly escaped; its name as it came, cut, without bytes that are not
 * plain ASCII. False if all are well.
 */
bool vota_router_refuses(char ret_name[VOTA_ROUTE_NAME_MAX + 1], const struct vota_routed *routed);

/*
 * A member of the query, unescaped, into room for cap bytes with the NUL; false
 * if it is not there, twice there, too long or badly escaped.
 */
VOTA_MUST_USE bool vota_router_query(char *ret_value, size_t cap, struct vota_slice query,
                                     const char *name);

#endif
