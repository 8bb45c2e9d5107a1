/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets of a file, signatures of an event: see hook_sign.h. */
#include "bridge/serve/hook_sign.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/directory.h"

#define PREFIX     "whsec_"
#define PREFIX_LEN (sizeof PREFIX - 1)
#define FILE_MAX   1024u
#define NEW_BYTES  32u

static enum vota_status bad_secret(struct vota_error *err)
{
    return vota_fail(err, VOTA_BAD_INPUT, "webhook.secret_file", "bad-secret");
}

/* One line, without its end. */
static enum vota_status add_secret(struct vota_hook_secrets *secrets, struct vota_slice line,
                                   struct vota_error *err)
{
    uint8_t bytes[VOTA_HOOK_SECRET_MAX];
    size_t len = 0;
    if (secrets->n == VOTA_HOOK_SECRETS_MAX)
        return vota_fail(err, VOTA_LIMIT, "webhook.secret_file", "too-many-secrets");
    if (line.len < PREFIX_LEN || memcmp(line.at, PREFIX, PREFIX_LEN) != 0)
        return bad_secret(err);
    const struct vota_slice text = {line.at + PREFIX_LEN, line.len - PREFIX_LEN};
    if (vota_base64_read(bytes, sizeof bytes, &len, text) != VOTA_OK ||
        len < VOTA_HOOK_SECRET_MIN) {
        vota_bytes_wipe(bytes, sizeof bytes);
        return bad_secret(err);
    }
    const enum vota_status status = vota_crypto_hmac_new(&secrets->hmac[secrets->n], bytes, len);
    vota_bytes_wipe(bytes, sizeof bytes);
    if (status != VOTA_OK)
        return vota_fail(err, status, "webhook.secret_file", "no-hmac");
    secrets->n++;
    return VOTA_OK;
}

static enum vota_status add_lines(struct vota_hook_secrets *secrets, const char *text,
                                  struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    for (const char *line = text; *line != '\0' && status == VOTA_OK;) {
        const size_t len = strcspn(line, "\r\n");
        if (len > 0)
            status = add_secret(secrets, (struct vota_slice){(const uint8_t *)line, len}, err);
        line += len;
        line += strspn(line, "\r\n");
    }
    if (status == VOTA_OK && secrets->n == 0)
        status = bad_secret(err);
    return status;
}

static enum vota_status make_file(const char *path, struct vota_error *err)
{
    uint8_t bytes[NEW_BYTES];
    char text[PREFIX_LEN + VOTA_BASE64_CHARS(NEW_BYTES) + 1];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    enum vota_status status = vota_crypto_random(bytes, sizeof bytes);
    if (status != VOTA_OK)
        return vota_fail(err, status, "webhook.secret_file", "no-random");
    vota_wr_text(&wr, PREFIX);
    vota_base64_write(&wr, bytes, sizeof bytes);
    vota_wr_byte(&wr, '\n');
    status = vota_directory_write_new(path, text, wr.len, 0600, err);
    vota_bytes_wipe(bytes, sizeof bytes);
    vota_bytes_wipe(text, sizeof text);
    return status;
}

enum vota_status vota_hook_secrets_load(struct vota_hook_secrets *ret_secrets, const char *path,
                                        struct vota_error *err)
{
    struct vota_hook_secrets secrets = {.n = 0};
    struct vota_error detail = {.status = VOTA_OK};
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum vota_status status = vota_directory_read_secret(&bytes, &len, path, FILE_MAX, &detail);
    if (status == VOTA_NOT_FOUND) {
        status = make_file(path, &detail);
        if (status == VOTA_OK)
            status = vota_directory_read_secret(&bytes, &len, path, FILE_MAX, &detail);
    }
    if (status != VOTA_OK)
        return vota_fail(err, status, "webhook.secret_file", detail.text);
    status = strlen((const char *)bytes) == len ? add_lines(&secrets, (const char *)bytes, err)
                                                : bad_secret(err);
    vota_directory_free_secret(bytes, len);
    if (status == VOTA_OK)
        *ret_secrets = secrets;
    else
        vota_hook_secrets_done(&secrets);
    return status;
}

void vota_hook_secrets_done(struct vota_hook_secrets *secrets)
{
    for (size_t i = 0; i < secrets->n; i++)
        vota_crypto_hmac_free(secrets->hmac[i]);
    secrets->n = 0;
}

enum vota_status vota_hook_sign(char ret_text[VOTA_HOOK_SIGNATURE_CAP],
                                const struct vota_hook_secrets *secrets, const char *id,
                                const char *timestamp, struct vota_slice body)
{
    static const uint8_t dot[] = {'.'};
    const struct vota_slice parts[] = {{(const uint8_t *)id, strlen(id)},
                                       {dot, sizeof dot},
                                       {(const uint8_t *)timestamp, strlen(timestamp)},
                                       {dot, sizeof dot},
                                       body};
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_HOOK_SIGNATURE_CAP - 1);
    for (size_t i = 0; i < secrets->n; i++) {
        uint8_t mac[32];
        const enum vota_status status =
            vota_crypto_hmac(secrets->hmac[i], mac, parts, sizeof parts / sizeof parts[0]);
        if (status != VOTA_OK)
            return status;
        vota_wr_text(&wr, i == 0 ? "v1," : " v1,");
        vota_base64_write(&wr, mac, sizeof mac);
    }
    VOTA_ASSERT(vota_wr_fits(&wr));
    ret_text[wr.len] = '\0';
    return VOTA_OK;
}
