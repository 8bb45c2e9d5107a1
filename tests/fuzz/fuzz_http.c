/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client says before it is known: the target, its query, the languages
 * it reads, where it was in a list; and the file of tokens. Whatever is accepted
 * keeps its limits.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/http/cursor.h"
#include "bridge/http/problem.h"
#include "bridge/http/router.h"
#include "bridge/token.h"
#include "tests/fuzz/fuzz.h"

static void route(const char *text)
{
    struct vota_routed routed;
    char value[32];
    const enum vota_route_answer answer = vota_router_find(&routed, "GET", text);
    if (answer == VOTA_ROUTE_UNKNOWN)
        return;
    VOTA_ASSERT(routed.param_len <= VOTA_ROUTE_PARAM_MAX);
    VOTA_ASSERT(strlen(routed.param) == routed.param_len);
    VOTA_ASSERT(routed.allow != NULL);
    if (vota_router_query(value, sizeof value, routed.query, "since"))
        VOTA_ASSERT(strlen(value) < sizeof value);
    char name[VOTA_ROUTE_NAME_MAX + 1];
    if (answer == VOTA_ROUTE_FOUND && vota_router_refuses(name, &routed))
        VOTA_ASSERT(strlen(name) <= VOTA_ROUTE_NAME_MAX);
}

/* One text a cursor. */
static void cursor(const char *text)
{
    char same[VOTA_CURSOR_MAX + 1];
    for (unsigned state = VOTA_PROVE_ACCEPTED; state <= VOTA_PROVE_FINAL; state++) {
        struct vota_cursor place;
        if (!vota_cursor_read(&place, text, (enum vota_prove_state)state))
            continue;
        vota_cursor_write(same, &place);
        VOTA_ASSERT(strcmp(same, text) == 0 && place.of >= 0 && place.position >= 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vota_tokens tokens;
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    route(text);
    cursor(text);
    const enum vota_lang lang = vota_problem_lang(text);
    VOTA_ASSERT(lang == VOTA_LANG_EN || lang == VOTA_LANG_KO);
    if (vota_tokens_parse(&tokens, data, size, NULL) == VOTA_OK) {
        for (size_t i = 0; i < tokens.n; i++)
            VOTA_ASSERT(vota_token_client_ok(tokens.token[i].client) &&
                        tokens.token[i].scopes != 0);
    }
    free(text);
    return 0;
}
