/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion for shells, made from the same tables as parser and help. What a
 * value may be is read from how help calls it (FILE, DIR, "mined|final").
 */
#ifndef VOTA_PACKAGING_MANUAL_COMPLETION_H
#define VOTA_PACKAGING_MANUAL_COMPLETION_H

#include "packaging/manual/page.h"

/* The tables as shell functions, for completion.bash to stand behind; the language is not used. */
void vota_completion_bash(const struct vota_page *page);

/* The same as a table of lines for completion.zsh, with explanations in the page's language. */
void vota_completion_zsh(const struct vota_page *page);

#endif
