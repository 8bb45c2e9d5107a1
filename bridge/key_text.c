/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that come as text: see key_text.h. What it reads is wiped on every path. */
#include "bridge/key_text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bridge/directory.h"
#include "proof/hex.h"
#include "rpc/keystore.h"

#define DIGITS ((size_t)2 * VOTA_SIGNER_KEY_BYTES)

enum vota_status vota_key_text_of_fd(struct vota_key_text *ret_text, int fd, struct vota_error *err)
{
    /* Whatever this program opened itself, such as its store, is marked; reading and closing that
     * by mistake would take the store's locks away. */
    const int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0)
        return vota_fail(err, VOTA_NOT_FOUND, "file", "fd-not-open");
    if (isatty(fd))
        return vota_fail(err, VOTA_CONFLICT, "file", "fd-is-terminal");
    const enum vota_status status =
        vota_directory_read_fd(&ret_text->bytes, &ret_text->len, fd, VOTA_KEYSTORE_FILE_MAX, err);
    (void)close(fd);
    return status;
}

void vota_key_text_done(struct vota_key_text *text)
{
    vota_directory_free_secret(text->bytes, text->len);
    *text = (struct vota_key_text){.bytes = NULL};
}

bool vota_key_text_is_json(const struct vota_key_text *text)
{
    VOTA_ASSERT(text->bytes != NULL);
    return text->bytes[strspn((const char *)text->bytes, " \t\r\n")] == '{';
}

/* The digits alone: without white space at both ends, and 0x. */
static struct vota_slice digits_of(const struct vota_key_text *text)
{
    struct vota_slice digits = {text->bytes, text->len};
    while (digits.len > 0 && strchr(" \t\r\n", digits.at[digits.len - 1]) != NULL)
        digits.len--;
    while (digits.len > 0 && strchr(" \t\r\n", *digits.at) != NULL) {
        digits.at++;
        digits.len--;
    }
    if (digits.len >= 2 && digits.at[0] == '0' && (digits.at[1] == 'x' || digits.at[1] == 'X')) {
        digits.at += 2;
        digits.len -= 2;
    }
    return digits;
}

enum vota_status vota_key_text_signer(struct vota_signer **ret_signer,
                                      const struct vota_key_text *text, struct vota_error *err)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    char hex[2 + DIGITS] = {'0', 'x'};
    const struct vota_slice digits = digits_of(text);
    if (digits.len != DIGITS)
        return vota_fail(err, VOTA_BAD_INPUT, "key", "not-a-key");
    vota_bytes_copy(hex + 2, digits.at, digits.len);
    const enum vota_status status = vota_hex_read_any(key, sizeof key, hex, sizeof hex);
    vota_bytes_wipe(hex, sizeof hex);
    if (status != VOTA_OK) {
        vota_bytes_wipe(key, sizeof key);
        return vota_fail(err, VOTA_BAD_INPUT, "key", "not-a-key");
    }
    return vota_signer_load(ret_signer, key, err); /* wipes the key */
}

enum vota_status vota_key_text_address(vota_addr *ret_addr, const struct vota_key_text *text,
                                       struct vota_error *err)
{
    struct vota_keystore_info info;
    struct vota_signer *signer = NULL;
    enum vota_status status;
    if (vota_key_text_is_json(text)) {
        status = vota_keystore_info(&info, (const char *)text->bytes, text->len, err);
        if (status == VOTA_OK && !info.has_address)
            status = vota_fail(err, VOTA_NOT_FOUND, "address", "no-address");
        if (status == VOTA_OK)
            *ret_addr = info.address;
        return status;
    }
    status = vota_key_text_signer(&signer, text, err);
    if (status == VOTA_OK)
        *ret_addr = vota_signer_address(signer);
    vota_signer_free(signer);
    return status;
}
