/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which strings a definition may show (PROTOCOL 1): two that look alike must be
 * alike, so what cannot be seen, joined or told from a space is refused. Must
 * not know which member a string is.
 */
#ifndef VOTA_PROOF_VISIBLE_H
#define VOTA_PROOF_VISIBLE_H

#include "proof/jcs.h"

/*
 * Why a raw string (jcs.h) may not stand in a definition: "hidden-character",
 * "other-space" (a space that is not U+0020), "spaces" (leading, trailing or
 * double); NULL if it may. newlines: \n may stand inside, not at the ends.
 */
const char *vota_visible_refusal(struct vota_slice raw, bool newlines);

/* Whether a code point is one of those refused, \n among them. */
bool vota_visible_is_hidden(uint32_t c);
bool vota_visible_is_other_space(uint32_t c);

#endif
