/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short sentence in a buffer, for a cell of a table or a part of another
 * sentence. It knows keys and values, not what they say.
 */
#ifndef VOTA_BRIDGE_CLI_PHRASE_H
#define VOTA_BRIDGE_CLI_PHRASE_H

#include "bridge/cli/cli.h"

#define VOTA_PHRASE_CAP 512u /* longer ones are cut */

struct vota_phrase {
    char text[VOTA_PHRASE_CAP];
};

/* The sentence of `key` with pairs of name and value, then NULL; returns ret_phrase->text. */
const char *vota_phrase_say(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                            const char *key, ...) __attribute__((sentinel));

#endif
