/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords: the first line of a file that only its owner may read, or typed
 * on the terminal without being shown. Never an argument, never the
 * environment.
 */
#ifndef VOTA_BRIDGE_PASSWORD_H
#define VOTA_BRIDGE_PASSWORD_H

#include "proof/voteanchor.h"

#define VOTA_PASSWORD_MAX 1024u

struct vota_password {
    char text[VOTA_PASSWORD_MAX + 1]; /* NUL-terminated UTF-8 */
    size_t len;
};

/* The file's first line without its line end. BAD_INPUT "password-empty", LIMIT. */
VOTA_MUST_USE enum vota_status vota_password_of_file(struct vota_password *ret_password,
                                                     const char *path, struct vota_error *err);

/*
 * Shows the prompt on the terminal (/dev/tty) and reads a line with echo off;
 * echo is restored also when the person stops the program. NOT_FOUND
 * "no-terminal" when there is none to ask.
 */
VOTA_MUST_USE enum vota_status vota_password_ask(struct vota_password *ret_password,
                                                 const char *prompt, struct vota_error *err);

bool vota_password_equal(const struct vota_password *a, const struct vota_password *b);
void vota_password_wipe(struct vota_password *password);

#endif
