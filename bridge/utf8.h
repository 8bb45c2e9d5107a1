/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 for the terminal: the next code point and the columns it takes. For
 * showing only; what is hashed is checked in proof/.
 */
#ifndef VOTA_BRIDGE_UTF8_H
#define VOTA_BRIDGE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define VOTA_UTF8_BAD UINT32_MAX

/* Length of the next code point of text, 1 .. len (len > 0); *ret_point is BAD where it is none. */
size_t vota_utf8_next(uint32_t *ret_point, const char *text, size_t len);

/* Terminal columns of a code point: Hangul, Han and wide forms 2, combining marks 0. */
unsigned vota_utf8_columns(uint32_t point);

#endif
