/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens of RFC 6750: see auth.h. */
#include "bridge/http/auth.h"

#include <string.h>
#include <strings.h>

enum vota_auth_answer vota_auth_check(const struct vota_token **ret_token,
                                      const struct vota_tokens *tokens, const char *header,
                                      unsigned scopes)
{
    static const char scheme[] = "Bearer ";
    *ret_token = NULL;
    if (header == NULL || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return VOTA_AUTH_NOBODY;
    const char *text = header + sizeof scheme - 1;
    text += strspn(text, " ");
    const struct vota_slice slice = {(const uint8_t *)text, strlen(text)};
    *ret_token = vota_tokens_find(tokens, slice);
    if (*ret_token == NULL)
        return VOTA_AUTH_NOBODY;
    return ((*ret_token)->scopes & scopes) != 0 ? VOTA_AUTH_OK : VOTA_AUTH_SCOPE;
}
