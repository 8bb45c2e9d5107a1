/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as roff for man(7): what is said is escaped, so that no sentence of the
 * catalogue can be taken for a request. It knows no page.
 */
#ifndef VOTA_PACKAGING_MANUAL_ROFF_H
#define VOTA_PACKAGING_MANUAL_ROFF_H

#include <stdio.h>

/* One line of text without its end; "`code`" becomes bold. A line end is a break. */
void vota_roff_text(FILE *to, const char *text);

/* Paragraphs that an empty line separates, each ended; the first follows what stands before it. */
void vota_roff_prose(FILE *to, const char *text);

/* A synopsis: options bold, what the user puts in italic. */
void vota_roff_synopsis(FILE *to, const char *synopsis);

/* ".SH" or ".SS" and the like with one argument. */
void vota_roff_request(FILE *to, const char *request, const char *argument);

#endif
