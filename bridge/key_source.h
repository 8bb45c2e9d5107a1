/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a role's key is, as the configuration says it:
 *
 *     secrets/anchorer.json   a key file, relative to DIR
 *     fd:3                    an inherited descriptor: a V3 key file's text or 64 hex digits
 *     signer:0x52908400...    at the signer of [signer], under this address
 *
 * A file whose name begins with "fd:" or "signer:" is written "./fd:...". It
 * reads the words, and opens nothing.
 */
#ifndef VOTA_BRIDGE_KEY_SOURCE_H
#define VOTA_BRIDGE_KEY_SOURCE_H

#include "proof/voteanchor.h"

enum vota_key_kind { VOTA_KEY_FILE, VOTA_KEY_FD, VOTA_KEY_SIGNER };

struct vota_key_source {
    enum vota_key_kind kind;
    const char *file;  /* FILE: the text itself */
    int fd;            /* FD: 0, or 3 to 1023; 1 and 2 are for writing */
    vota_addr address; /* SIGNER */
};

/*
 * NULL and *ret_source set, or the reason, static: "bad-fd", "bad-address" (not
 * an address, the zero address, or a wrong EIP-55 checksum).
 */
const char *vota_key_source_read(struct vota_key_source *ret_source, const char *text);

/* The same, and "signer-not-here" for a key that may not be at a signer. */
const char *vota_key_source_problem(const char *text, bool may_be_signer);

/* Whether the text names a key at the signer. */
bool vota_key_source_is_signer(const char *text);

#endif
