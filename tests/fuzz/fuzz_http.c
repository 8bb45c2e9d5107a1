/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client says before it is known: the target, its query, the languages
 * it reads; and the file of tokens. Whatever is accepted keeps its limits.
 */
#include <stdlib.h>
#include <string.h>

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
