/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short code of a record: what a person reads aloud, and an office or a page
 * finds the row again by. It finds and proves nothing: who could choose contents
 * and salts could make two leaves with one code.
 *
 *   3F7A-09C2-11D8-5
 *
 *   12 digits  the first 6 bytes of the leaf, hexadecimal
 *   1 digit    check: ISO/IEC 7064, MOD 17,16 over the 12; finds every single
 *              wrong digit and nearly every pair that was swapped
 *
 * Written in capitals, in groups of four with hyphens. Read in either case, with
 * hyphens and spaces anywhere or nowhere.
 */
#ifndef VOTA_BRIDGE_PAPER_CODE_H
#define VOTA_BRIDGE_PAPER_CODE_H

#include "proof/bytes.h"

#define VOTA_CODE_BYTES 6u  /* of the leaf */
#define VOTA_CODE_CHARS 16u /* as written */

/* With its NUL. */
void vota_code_write(char ret_text[VOTA_CODE_CHARS + 1], const vota_hash *leaf);

/*
 * The beginning of the leaf. BAD_INPUT "code-digits" (other characters, or not 13
 * digits) or "code-check" (a digit is wrong).
 */
VOTA_MUST_USE enum vota_status vota_code_read(uint8_t ret_start[VOTA_CODE_BYTES], const char *text,
                                              size_t len, struct vota_error *err);

#endif
