/* SPDX-License-Identifier: Apache-2.0 */
/* Problem documents of RFC 9457: see problem.h. */
#include "bridge/http/problem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proof/jcs.h"

#define DETAIL_MAX 512u

static const struct {
    const char *code;
    unsigned status;
} problems[] = {
    {"bad-request", 400},      {"no-token", 401},          {"not-allowed", 403},
    {"not-found", 404},        {"wrong-method", 405},      {"body-too-large", 413},
    {"wrong-media-type", 415}, {"too-many-requests", 429}, {"erased", 410},
    {"stale-cursor", 410},     {"internal", 500},          {"store-unavailable", 503},
    {"overloaded", 503},       {"read-only", 405},         {"key-replaced", 503},
    {"qr-full", 422},
};

struct vota_problem vota_problem_of(const char *code)
{
    size_t i = 0;
    while (i < sizeof problems / sizeof problems[0] && strcmp(problems[i].code, code) != 0)
        i++;
    VOTA_ASSERT(i < sizeof problems / sizeof problems[0]);
    return (struct vota_problem){.status = problems[i].status, .code = problems[i].code};
}

const char *vota_problem_code(size_t i, unsigned *ret_status)
{
    if (i >= sizeof problems / sizeof problems[0])
        return NULL;
    *ret_status = problems[i].status;
    return problems[i].code;
}

struct vota_problem vota_problem_refused(const struct vota_refusal *refusal)
{
    static const char *const conflicts[] = {"other-content", "erased-content", "second-vote",
                                            "revision-waits"};
    unsigned status = 422;
    for (size_t i = 0; i < sizeof conflicts / sizeof conflicts[0]; i++) {
        if (strcmp(conflicts[i], refusal->reason) == 0)
            status = 409;
    }
    return (struct vota_problem){
        .status = status, .code = refusal->reason, .is_refusal = true, .refusal = *refusal};
}

static void put_text(struct vota_wr *wr, const char *name, const char *text)
{
    vota_wr_text(wr, ",\"");
    vota_wr_text(wr, name);
    vota_wr_text(wr, "\":");
    vota_jcs_write_string(wr, text, strlen(text));
}

static void put_number(struct vota_wr *wr, const char *name, uint64_t number)
{
    vota_wr_text(wr, ",\"");
    vota_wr_text(wr, name);
    vota_wr_text(wr, "\":");
    vota_jcs_write_number(wr, number);
}

/* The sentence of the reason, filled; empty where the catalogue has none. */
static void detail_of(char ret_text[DETAIL_MAX], const struct vota_refusal *refusal,
                      enum vota_lang lang)
{
    char key[96];
    char limit[24];
    struct vota_text_values values = {.n = 0};
    (void)snprintf(key, sizeof key, "import.%s", refusal->reason);
    (void)snprintf(limit, sizeof limit, "%" PRIu64, refusal->limit);
    vota_text_values_add(&values, "value", refusal->value);
    vota_text_values_add(&values, "limit", limit);
    vota_text_values_add(&values, "field", refusal->field);
    ret_text[0] = '\0';
    const char *sentence = vota_text_find(lang, key);
    FILE *to = fmemopen(ret_text, DETAIL_MAX, "w");
    if (to == NULL)
        return;
    if (sentence != NULL)
        vota_text_write(to, sentence, &values);
    (void)fclose(to);
    ret_text[DETAIL_MAX - 1] = '\0';
}

void vota_problem_write(struct vota_wr *wr, const struct vota_problem *problem, enum vota_lang lang)
{
    char key[96];
    char detail[DETAIL_MAX];
    const struct vota_refusal *refusal = &problem->refusal;
    (void)snprintf(key, sizeof key, "problem.%s", problem->is_refusal ? "refused" : problem->code);
    const char *title = vota_text_find(lang, key);
    vota_wr_text(wr, "{\"type\":\"urn:voteanchor:problem:");
    vota_wr_text(wr, problem->code);
    vota_wr_byte(wr, '"');
    put_text(wr, "title", title != NULL ? title : problem->code);
    put_number(wr, "status", problem->status);
    put_text(wr, "code", problem->code);
    if (problem->is_refusal) {
        detail_of(detail, refusal, lang);
        put_text(wr, "detail", detail);
        put_text(wr, "field", refusal->field);
        if (refusal->value[0] != '\0')
            put_text(wr, "value", refusal->value);
        if (refusal->limit != 0)
            put_number(wr, "limit", refusal->limit);
    }
    if (problem->field[0] != '\0')
        put_text(wr, "field", problem->field);
    if (problem->limit != 0)
        put_number(wr, "limit", problem->limit);
    vota_wr_byte(wr, '}');
}

/* ---- Accept-Language ---- */

/* ";q=0.8" as thousandths, 1000 without one; 0 for anything that is no weight. */
static unsigned weight_of(const char *at, const char *end)
{
    unsigned weight = 0;
    unsigned unit = 1000;
    while (at < end && (*at == ' ' || *at == ';'))
        at++;
    if (at == end)
        return 1000;
    if (end - at < 3 || at[0] != 'q' || at[1] != '=')
        return 0;
    for (at += 2; at < end && unit > 0; at++) {
        if (*at == '.')
            continue;
        if (*at < '0' || *at > '9')
            break;
        weight += (unsigned)(*at - '0') * unit;
        unit /= 10;
    }
    return weight;
}

enum vota_lang vota_problem_lang(const char *accept_language)
{
    enum vota_lang best = VOTA_LANG_EN;
    unsigned best_weight = 0;
    for (const char *at = accept_language; at != NULL && *at != '\0';) {
        char name[16] = {0};
        enum vota_lang lang;
        at += strspn(at, " ,");
        const char *end = at + strcspn(at, ",");
        const size_t len = strcspn(at, " ;,");
        const unsigned weight = weight_of(at + len, end);
        if (len < sizeof name) {
            vota_bytes_copy(name, at, len);
            if (vota_text_lang(&lang, name) && weight > best_weight) {
                best = lang;
                best_weight = weight;
            }
        }
        at = end;
    }
    return best;
}
