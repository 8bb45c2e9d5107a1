/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What shows the site that an event is ours: the Standard Webhooks scheme
 * (standardwebhooks.com, version 1). The secrets are lines of a private file,
 * the newest first,
 *
 *     whsec_<base64 of 24 to 64 bytes>
 *
 * and every one of them signs, so that a secret is replaced without a moment in
 * which the site knows none of them. Knows no HTTP.
 */
#ifndef VOTA_BRIDGE_SERVE_HOOK_SIGN_H
#define VOTA_BRIDGE_SERVE_HOOK_SIGN_H

#include "bridge/base64.h"
#include "bridge/crypto.h"

#define VOTA_HOOK_SECRETS_MAX 4u
#define VOTA_HOOK_SECRET_MIN  24u /* bytes */
#define VOTA_HOOK_SECRET_MAX  64u

/* "v1,<base64>" for each secret, with spaces between, and a NUL. */
#define VOTA_HOOK_SIGNATURE_CAP (VOTA_HOOK_SECRETS_MAX * (4 + VOTA_BASE64_CHARS(32)))

struct vota_hook_secrets {
    size_t n;
    struct vota_hmac *hmac[VOTA_HOOK_SECRETS_MAX];
};

/*
 * Reads the file; where there is none, makes it with one secret of random
 * bytes. BAD_INPUT "bad-secret" (no line, or one that is none), LIMIT
 * "too-many-secrets", else as directory.h.
 */
VOTA_MUST_USE enum vota_status vota_hook_secrets_load(struct vota_hook_secrets *ret_secrets,
                                                      const char *path, struct vota_error *err);
void vota_hook_secrets_done(struct vota_hook_secrets *secrets); /* wiped by OpenSSL */

/* The value of webhook-signature: HMAC-SHA-256 of id "." timestamp "." body. */
VOTA_MUST_USE enum vota_status vota_hook_sign(char ret_text[VOTA_HOOK_SIGNATURE_CAP],
                                              const struct vota_hook_secrets *secrets,
                                              const char *id, const char *timestamp,
                                              struct vota_slice body);

#endif
