/* SPDX-License-Identifier: Apache-2.0 */
/* The file of tokens: reading, changing under a lock, comparing. See token.h. */
#include "bridge/token.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bridge/crypto.h"
#include "proof/hex.h"

#define TOKENS_FILE "secrets/tokens"
#define TOKENS_LOCK "secrets/tokens.lock"
#define FIRST_LINE  "voteanchor-tokens 1\n"
#define PREFIX      "vota_"
#define PREFIX_LEN  (sizeof PREFIX - 1)
#define DIGITS      64u
/* client, scopes, 20 digits, hash, three blanks and a line end */
#define LINE_MAX_BYTES (VOTA_TOKEN_CLIENT_MAX + VOTA_TOKEN_SCOPES_CAP + 20u + DIGITS + 4u)
#define FILE_MAX_BYTES (sizeof FIRST_LINE + (size_t)VOTA_TOKENS_MAX * LINE_MAX_BYTES)

static const char *const scope_names[] = {"submit", "read", "admin"};
#define SCOPES (sizeof scope_names / sizeof scope_names[0])

/* ---- words ---- */

static unsigned scope_of(const char *word, size_t len)
{
    for (unsigned i = 0; i < SCOPES; i++) {
        if (strlen(scope_names[i]) == len && vota_bytes_equal(scope_names[i], word, len))
            return 1u << i;
    }
    return 0;
}

bool vota_token_scopes_read(unsigned *ret_scopes, const char *text)
{
    unsigned scopes = 0;
    for (const char *at = text;;) {
        const size_t len = strcspn(at, ",");
        const unsigned scope = scope_of(at, len);
        if (scope == 0 || (scopes & scope) != 0)
            return false;
        scopes |= scope;
        if (at[len] == '\0')
            break;
        at += len + 1;
    }
    *ret_scopes = scopes;
    return true;
}

void vota_token_scopes_write(char ret_text[VOTA_TOKEN_SCOPES_CAP], unsigned scopes)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_TOKEN_SCOPES_CAP - 1);
    for (unsigned i = 0; i < SCOPES; i++) {
        if ((scopes & 1u << i) == 0)
            continue;
        if (wr.len > 0)
            vota_wr_byte(&wr, ',');
        vota_wr_text(&wr, scope_names[i]);
    }
    ret_text[wr.len] = '\0';
}

bool vota_token_client_ok(const char *client)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const size_t len = strlen(client);
    return len > 0 && len <= VOTA_TOKEN_CLIENT_MAX && strspn(client, allowed) == len;
}

/* ---- the file ---- */

static const struct vota_token *find_client(const struct vota_tokens *tokens, const char *client)
{
    for (size_t i = 0; i < tokens->n; i++) {
        if (strcmp(tokens->token[i].client, client) == 0)
            return &tokens->token[i];
    }
    return NULL;
}

/* Up to the next blank into text; false if that does not fit or there is none. */
static bool take_word(struct vota_rd *rd, char *ret_text, size_t cap, char end)
{
    const uint8_t *found = memchr(rd->at, end, rd->left);
    const size_t len = found == NULL ? cap : (size_t)(found - rd->at);
    if (len == 0 || len >= cap || memchr(rd->at, 0, len) != NULL)
        return false;
    vota_bytes_copy(ret_text, vota_rd_take(rd, len), len);
    ret_text[len] = '\0';
    return vota_rd_take(rd, 1) != NULL;
}

/* Digits as they are written: no sign, no leading zero. */
static bool read_number(uint64_t *ret_number, const char *text)
{
    char again[24];
    uint64_t number = 0;
    if (strlen(text) > 19)
        return false;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < '0' || *c > '9')
            return false;
        number = number * 10 + (uint64_t)(*c - '0');
    }
    (void)snprintf(again, sizeof again, "%" PRIu64, number);
    *ret_number = number;
    return strcmp(again, text) == 0;
}

static bool take_token(struct vota_rd *rd, struct vota_token *ret_token)
{
    char scopes[VOTA_TOKEN_SCOPES_CAP];
    char created[24];
    char hash[2 + DIGITS + 1] = "0x";
    return take_word(rd, ret_token->client, sizeof ret_token->client, ' ') &&
           take_word(rd, scopes, sizeof scopes, ' ') &&
           take_word(rd, created, sizeof created, ' ') &&
           take_word(rd, hash + 2, sizeof hash - 2, '\n') &&
           vota_token_client_ok(ret_token->client) &&
           vota_token_scopes_read(&ret_token->scopes, scopes) &&
           read_number(&ret_token->created, created) &&
           vota_hex_read(ret_token->hash, sizeof ret_token->hash, hash, strlen(hash)) == VOTA_OK;
}

enum vota_status vota_tokens_parse(struct vota_tokens *ret_tokens, const void *bytes, size_t len,
                                   struct vota_error *err)
{
    struct vota_rd rd = vota_rd_of(bytes, len);
    const uint8_t *first = vota_rd_take(&rd, sizeof FIRST_LINE - 1);
    ret_tokens->n = 0;
    if (first == NULL || !vota_bytes_equal(first, FIRST_LINE, sizeof FIRST_LINE - 1))
        return vota_fail(err, VOTA_BAD_INPUT, TOKENS_FILE, "bad-tokens");
    while (rd.left > 0) {
        struct vota_token token;
        if (ret_tokens->n == VOTA_TOKENS_MAX)
            return vota_fail(err, VOTA_LIMIT, TOKENS_FILE, "too-many-tokens");
        if (!take_token(&rd, &token) || find_client(ret_tokens, token.client) != NULL)
            return vota_fail(err, VOTA_BAD_INPUT, TOKENS_FILE, "bad-tokens");
        ret_tokens->token[ret_tokens->n++] = token;
    }
    return VOTA_OK;
}

enum vota_status vota_tokens_load(struct vota_tokens *ret_tokens, const struct vota_directory *dir,
                                  struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error missing = {.status = VOTA_OK};
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum vota_status status = vota_directory_path(dir, path, TOKENS_FILE, err);
    if (status != VOTA_OK)
        return status;
    ret_tokens->n = 0;
    status = vota_directory_read_secret(&bytes, &len, path, FILE_MAX_BYTES, &missing);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, TOKENS_FILE, missing.text);
    status = vota_tokens_parse(ret_tokens, bytes, len, err);
    vota_directory_free_secret(bytes, len);
    return status;
}

static void write_token(struct vota_wr *wr, const struct vota_token *token)
{
    char scopes[VOTA_TOKEN_SCOPES_CAP];
    char created[24];
    vota_token_scopes_write(scopes, token->scopes);
    (void)snprintf(created, sizeof created, " %" PRIu64 " ", token->created);
    vota_wr_text(wr, token->client);
    vota_wr_byte(wr, ' ');
    vota_wr_text(wr, scopes);
    vota_wr_text(wr, created);
    vota_hex_write_bare(wr, token->hash, sizeof token->hash);
    vota_wr_byte(wr, '\n');
}

static enum vota_status save(const struct vota_tokens *tokens, const struct vota_directory *dir,
                             struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    enum vota_status status = vota_directory_path(dir, path, TOKENS_FILE, err);
    if (status != VOTA_OK)
        return status;
    uint8_t *bytes = malloc(FILE_MAX_BYTES);
    if (bytes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, TOKENS_FILE, "no-memory");
    struct vota_wr wr = vota_wr_of(bytes, FILE_MAX_BYTES);
    vota_wr_text(&wr, FIRST_LINE);
    for (size_t i = 0; i < tokens->n; i++)
        write_token(&wr, &tokens->token[i]);
    status = vota_wr_fits(&wr) ? vota_directory_write(path, bytes, wr.len, 0600, err)
                               : vota_fail(err, VOTA_LIMIT, TOKENS_FILE, "too-many-tokens");
    free(bytes);
    return status;
}

/* ---- changing it ---- */

/* Two commands at once must not undo each other's change; the kernel frees the lock. */
static enum vota_status lock(int *ret_fd, const struct vota_directory *dir, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    const enum vota_status status = vota_directory_path(dir, path, TOKENS_LOCK, err);
    if (status != VOTA_OK)
        return status;
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return vota_fail(err, VOTA_IO, TOKENS_LOCK, "cannot-open");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)close(fd);
        return vota_fail(err, VOTA_CONFLICT, TOKENS_LOCK, "tokens-busy");
    }
    *ret_fd = fd;
    return VOTA_OK;
}

/* The file's tokens on heap, and the lock that keeps them so until let_go. */
struct change {
    struct vota_tokens *tokens;
    int lock;
};

static void let_go(struct change *change)
{
    if (change->lock >= 0)
        (void)close(change->lock);
    free(change->tokens);
}

static enum vota_status take_up(struct change *ret_change, const struct vota_directory *dir,
                                struct vota_error *err)
{
    *ret_change = (struct change){.tokens = malloc(sizeof *ret_change->tokens), .lock = -1};
    if (ret_change->tokens == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, TOKENS_FILE, "no-memory");
    enum vota_status status = lock(&ret_change->lock, dir, err);
    if (status == VOTA_OK)
        status = vota_tokens_load(ret_change->tokens, dir, err);
    return status;
}

/* New random bytes as a token's text, and what is kept of them. */
static enum vota_status draw(char ret_text[VOTA_TOKEN_CHARS + 1], uint8_t ret_hash[32],
                             struct vota_error *err)
{
    uint8_t secret[32];
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_TOKEN_CHARS);
    if (vota_crypto_random(secret, sizeof secret) != VOTA_OK ||
        vota_crypto_sha256(ret_hash, secret, sizeof secret) != VOTA_OK)
        return vota_fail(err, VOTA_IO, "token", "no-random");
    vota_wr_text(&wr, PREFIX);
    vota_hex_write_bare(&wr, secret, sizeof secret);
    ret_text[wr.len] = '\0';
    vota_bytes_wipe(secret, sizeof secret);
    return VOTA_OK;
}

static enum vota_status add(char ret_text[VOTA_TOKEN_CHARS + 1], struct vota_tokens *tokens,
                            const struct vota_token *about, struct vota_error *err)
{
    if (find_client(tokens, about->client) != NULL)
        return vota_fail(err, VOTA_CONFLICT, "client", "client-there");
    if (tokens->n == VOTA_TOKENS_MAX)
        return vota_fail(err, VOTA_LIMIT, TOKENS_FILE, "too-many-tokens");
    struct vota_token *token = &tokens->token[tokens->n];
    *token = *about;
    const enum vota_status status = draw(ret_text, token->hash, err);
    if (status == VOTA_OK)
        tokens->n++;
    return status;
}

enum vota_status vota_token_create(char ret_text[VOTA_TOKEN_CHARS + 1],
                                   const struct vota_directory *dir, const char *client,
                                   unsigned scopes, uint64_t now, struct vota_error *err)
{
    struct change change;
    char text[VOTA_TOKEN_CHARS + 1] = {0};
    struct vota_token about = {.scopes = scopes, .created = now};
    VOTA_ASSERT(vota_token_client_ok(client) && scopes != 0);
    vota_bytes_copy(about.client, client, strlen(client));
    enum vota_status status = take_up(&change, dir, err);
    if (status == VOTA_OK)
        status = add(text, change.tokens, &about, err);
    if (status == VOTA_OK)
        status = save(change.tokens, dir, err);
    if (status == VOTA_OK)
        vota_bytes_copy(ret_text, text, sizeof text);
    vota_bytes_wipe(text, sizeof text);
    let_go(&change);
    return status;
}

enum vota_status vota_token_revoke(const struct vota_directory *dir, const char *client,
                                   struct vota_error *err)
{
    struct change change;
    enum vota_status status = take_up(&change, dir, err);
    const struct vota_token *found = status == VOTA_OK ? find_client(change.tokens, client) : NULL;
    if (status == VOTA_OK && found == NULL)
        status = vota_fail(err, VOTA_NOT_FOUND, "client", "no-client");
    if (found != NULL) {
        struct vota_tokens *tokens = change.tokens;
        const size_t at = (size_t)(found - tokens->token);
        tokens->n--;
        memmove(&tokens->token[at], &tokens->token[at + 1],
                (tokens->n - at) * sizeof tokens->token[0]);
        status = save(tokens, dir, err);
    }
    let_go(&change);
    return status;
}

/* ---- comparing ---- */

const struct vota_token *vota_tokens_find(const struct vota_tokens *tokens, struct vota_slice text)
{
    char digits[2 + DIGITS] = "0x";
    uint8_t secret[32];
    uint8_t hash[32];
    const struct vota_token *found = NULL;
    if (text.len != VOTA_TOKEN_CHARS || !vota_bytes_equal(text.at, PREFIX, PREFIX_LEN))
        return NULL;
    vota_bytes_copy(digits + 2, text.at + PREFIX_LEN, DIGITS);
    const bool readable = vota_hex_read(secret, sizeof secret, digits, sizeof digits) == VOTA_OK &&
                          vota_crypto_sha256(hash, secret, sizeof secret) == VOTA_OK;
    for (size_t i = 0; readable && i < tokens->n; i++) {
        if (vota_bytes_equal_secret(tokens->token[i].hash, hash, sizeof hash))
            found = &tokens->token[i];
    }
    vota_bytes_wipe(secret, sizeof secret);
    vota_bytes_wipe(digits, sizeof digits);
    return found;
}
