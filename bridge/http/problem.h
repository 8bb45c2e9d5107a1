/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the service answers instead of what was asked for: problem documents of
 * RFC 9457, application/problem+json. A code is stable and for programs; title
 * and detail are sentences in the reader's language.
 *
 *     {"type":"urn:voteanchor:problem:<code>","title":…,"status":422,"code":…,
 *      "detail":…,"field":…,"value":…,"limit":…}
 *
 * The last four only where there is something to say. Knows no connection.
 */
#ifndef VOTA_BRIDGE_HTTP_PROBLEM_H
#define VOTA_BRIDGE_HTTP_PROBLEM_H

#include "bridge/import/record.h"
#include "bridge/text.h"

/* Bytes that hold any problem document. */
#define VOTA_PROBLEM_MAX_BYTES 2048u
#define VOTA_PROBLEM_TYPE      "application/problem+json"
#define VOTA_PROBLEM_FIELD_MAX 32u

struct vota_problem {
    unsigned status;  /* of HTTP */
    const char *code; /* static */
    /* of a record that was refused; its reason is the code */
    bool is_refusal;
    struct vota_refusal refusal;
    /* of a request that cannot be understood: the member that is meant, and its bound */
    char field[VOTA_PROBLEM_FIELD_MAX + 1]; /* empty: none */
    uint64_t limit;                         /* 0: none */
};

/*
 * A problem by its code: bad-request, no-token, not-allowed, not-found,
 * wrong-method, body-too-large, wrong-media-type, too-many-requests, erased, internal,
 * overloaded, store-unavailable, stale-cursor, read-only, key-replaced, qr-full. Any other code is
 * our own mistake and traps.
 */
struct vota_problem vota_problem_of(const char *code);

/* The codes of vota_problem_of and their statuses, one after the other; NULL after the last. */
const char *vota_problem_code(size_t i, unsigned *ret_status);

/* A record that the door refused: 409 where it contradicts what is there, else 422. */
struct vota_problem vota_problem_refused(const struct vota_refusal *refusal);

/* Appends the document, without a line end: one line, so that NDJSON may hold it. */
void vota_problem_write(struct vota_wr *wr, const struct vota_problem *problem,
                        enum vota_lang lang);

/*
 * The language of an Accept-Language header: the one of ours with the highest
 * weight, the first of equals; English for NULL and for what names neither.
 */
enum vota_lang vota_problem_lang(const char *accept_language);

#endif
