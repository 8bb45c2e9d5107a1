/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a key from elsewhere than its own file: a Web3 Secret Storage V3
 * object, or 64 hexadecimal digits. Knows no role and asks for no password.
 */
#ifndef VOTA_BRIDGE_KEY_TEXT_H
#define VOTA_BRIDGE_KEY_TEXT_H

#include "rpc/signer.h"

/* Heap bytes that hold a secret, with a NUL behind them. */
struct vota_key_text {
    uint8_t *bytes;
    size_t len;
};

/*
 * Reads an inherited descriptor to its end and closes it: what is read once
 * cannot be read by somebody else later. NOT_FOUND "fd-not-open" (also for what
 * was not inherited but opened here: marked close-on-exec), CONFLICT
 * "fd-is-terminal" (a key is not typed), LIMIT "file-too-large", IO.
 */
VOTA_MUST_USE enum vota_status vota_key_text_of_fd(struct vota_key_text *ret_text, int fd,
                                                   struct vota_error *err);

/* Wiped and freed; may be called twice. */
void vota_key_text_done(struct vota_key_text *text);

/* Whether it is a V3 object, which needs a password. */
bool vota_key_text_is_json(const struct vota_key_text *text);

/* The key of hexadecimal digits: white space around them and 0x are allowed. BAD_INPUT "not-a-key",
 * "bad-key". */
VOTA_MUST_USE enum vota_status vota_key_text_signer(struct vota_signer **ret_signer,
                                                    const struct vota_key_text *text,
                                                    struct vota_error *err);

/* The address, as far as it can be told without a password. NOT_FOUND "no-address". */
VOTA_MUST_USE enum vota_status vota_key_text_address(vota_addr *ret_addr,
                                                     const struct vota_key_text *text,
                                                     struct vota_error *err);

#endif
