/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bearer tokens of the clients that speak to the service. DIR/secrets/tokens
 * (0600) holds what tells them apart, never a token: a line each after the first,
 *
 *     voteanchor-tokens 1
 *     <client> <scopes> <created, unix seconds> <SHA-256 of the 32 bytes, 64 hex digits>
 *
 * Client: 1-64 of A-Z a-z 0-9 . _ -, once in the file. Scopes: submit, read,
 * admin, in this order, with commas. A token's text is "vota_" and 64 hex digits
 * of 256 random bits, so one fast hash is enough: there is nothing to guess.
 * Knows no HTTP.
 */
#ifndef VOTA_BRIDGE_TOKEN_H
#define VOTA_BRIDGE_TOKEN_H

#include "bridge/directory.h"

#define VOTA_TOKENS_MAX       256u
#define VOTA_TOKEN_CLIENT_MAX 64u
#define VOTA_TOKEN_CHARS      69u /* of a token's text */
#define VOTA_TOKEN_SCOPES_CAP 20u /* "submit,read,admin" */

/* What a token allows: a sum. */
enum vota_token_scope {
    VOTA_TOKEN_SUBMIT = 1, /* hand in records */
    VOTA_TOKEN_READ = 2,   /* states and receipts of records */
    VOTA_TOKEN_ADMIN = 4   /* what the operator may ask of the running service */
};

struct vota_token {
    char client[VOTA_TOKEN_CLIENT_MAX + 1];
    unsigned scopes;
    uint64_t created;
    uint8_t hash[32];
};

struct vota_tokens {
    size_t n;
    struct vota_token token[VOTA_TOKENS_MAX];
};

/* "submit,read" in any order to a sum; false for unknown, repeated or no words. */
VOTA_MUST_USE bool vota_token_scopes_read(unsigned *ret_scopes, const char *text);
void vota_token_scopes_write(char ret_text[VOTA_TOKEN_SCOPES_CAP], unsigned scopes);

/* Whether a name can be a client's. */
bool vota_token_client_ok(const char *client);

/* The bytes of the file to tokens; BAD_INPUT "bad-tokens" for any other form, LIMIT. */
VOTA_MUST_USE enum vota_status vota_tokens_parse(struct vota_tokens *ret_tokens, const void *bytes,
                                                 size_t len, struct vota_error *err);

/* Those of a directory: none where there is no file yet. */
VOTA_MUST_USE enum vota_status vota_tokens_load(struct vota_tokens *ret_tokens,
                                                const struct vota_directory *dir,
                                                struct vota_error *err);

/*
 * Makes a token for a client, keeps its hash and hands out its text, the only
 * time. CONFLICT "client-there", "tokens-busy" (another command is at it);
 * LIMIT "too-many-tokens"; else as directory.h. The caller wipes ret_text.
 */
VOTA_MUST_USE enum vota_status vota_token_create(char ret_text[VOTA_TOKEN_CHARS + 1],
                                                 const struct vota_directory *dir,
                                                 const char *client, unsigned scopes, uint64_t now,
                                                 struct vota_error *err);

/* Takes a client's token out of the file for good. NOT_FOUND "no-client". */
VOTA_MUST_USE enum vota_status vota_token_revoke(const struct vota_directory *dir,
                                                 const char *client, struct vota_error *err);

/*
 * Whose token a text is; NULL for nobody's. The time it takes tells nothing of
 * the tokens kept: every one is compared, to its end.
 */
const struct vota_token *vota_tokens_find(const struct vota_tokens *tokens, struct vota_slice text);

#endif
