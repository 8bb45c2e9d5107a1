/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of a file in its encoding to checked UTF-8. UTF-8 is used where it
 * stands; CP949 is converted. No byte of a CP949 character can be mistaken for
 * a comma, quote, backslash or newline, so that files are taken apart first and
 * converted piece by piece, and one wrong byte spoils one row.
 */
#ifndef VOTA_BRIDGE_IMPORT_ENCODING_H
#define VOTA_BRIDGE_IMPORT_ENCODING_H

#include "proof/bytes.h"

enum vota_encoding { VOTA_ENCODING_UTF8 = 1, VOTA_ENCODING_CP949 };

struct vota_converter;

/* BAD_INPUT "no-cp949" where the system cannot convert it. Freed with vota_encoding_free. */
VOTA_MUST_USE enum vota_status vota_encoding_new(struct vota_converter **ret_converter,
                                                 enum vota_encoding encoding, size_t row_max,
                                                 struct vota_error *err);
void vota_encoding_free(struct vota_converter *converter);

/* Forgets the texts given so far: before each row. */
void vota_encoding_rewind(struct vota_converter *converter);

/*
 * NULL and the text, which lasts until the next rewind, or "not-utf8",
 * "not-cp949", "nul-byte". The texts of a row may be row_max bytes altogether.
 */
const char *vota_encoding_read(struct vota_slice *ret_text, struct vota_converter *converter,
                               struct vota_slice raw);

#endif
