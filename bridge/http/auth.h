/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks, by the Authorization header, and whether that one may. Pure. */
#ifndef VOTA_BRIDGE_HTTP_AUTH_H
#define VOTA_BRIDGE_HTTP_AUTH_H

#include "bridge/token.h"

enum vota_auth_answer {
    VOTA_AUTH_OK,
    VOTA_AUTH_NOBODY, /* no token, or one that is not known: 401 */
    VOTA_AUTH_SCOPE   /* known, but not for this: 403 */
};

/*
 * header: "Bearer TOKEN", or NULL. *ret_token (borrowed from tokens) is whose
 * token it is, NULL for nobody's; any of the scopes of the sum will do.
 */
enum vota_auth_answer vota_auth_check(const struct vota_token **ret_token,
                                      const struct vota_tokens *tokens, const char *header,
                                      unsigned scopes);

#endif
