/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers that a site sends, and those that must never arrive: a voter id
 * is opaque, so one that reads like a resident registration number, a telephone
 * number or an e-mail address is refused at the door. It cannot be taken back
 * once a tag was made from it.
 */
#ifndef VOTA_BRIDGE_IMPORT_IDENTITY_H
#define VOTA_BRIDGE_IMPORT_IDENTITY_H

#include "proof/bytes.h"

/* Bytes of a voter id and of a record id. */
#define VOTA_IDENTITY_MAX 128u

/* Every byte from 0x21 to 0x7E: visible ASCII without the space. */
bool vota_identity_is_plain(struct vota_slice id);

/*
 * NULL, or why the id may name a person:
 *   "looks-like-resident-number"  YYMMDD, an optional hyphen and seven digits of
 *                                 which the first is 1 to 8, with no digit around;
 *                                 the last digits are no checksum since 2020
 *   "looks-like-phone"            01x and 7 or 8 digits, hyphens or not; 0xx-xxx-xxxx
 *                                 with hyphens; + and at least 8 digits
 *   "looks-like-email"            text @ text . text
 * Anywhere in the id, so that "guri-010-1234-5678" is found too.
 */
const char *vota_identity_looks_like(struct vota_slice id);

#endif
