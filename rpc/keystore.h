/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files in Web3 Secret Storage version 3, exchanged with every Ethereum
 * wallet: read with scrypt or PBKDF2-HMAC-SHA-256, written with scrypt. Knows
 * nothing of roles; the caller names the file.
 */
#ifndef VOTA_RPC_KEYSTORE_H
#define VOTA_RPC_KEYSTORE_H

#include "rpc/signer.h"

/* Ceilings on what a file may demand of us (somebody else may have written it). */
#define VOTA_KEYSTORE_FILE_MAX       ((size_t)16 * 1024)
#define VOTA_KEYSTORE_SCRYPT_MAX     ((size_t)512 * 1024 * 1024) /* n * r * 128 bytes */
#define VOTA_KEYSTORE_SCRYPT_P_MAX   16u
#define VOTA_KEYSTORE_ITERATIONS_MAX 10000000u
#define VOTA_KEYSTORE_PASSWORD_MAX   1024u

/* Cost of a new file. */
struct vota_keystore_cost {
    uint64_t n; /* power of two */
    uint64_t r;
    uint64_t p;
};

/* n = 131072, r = 8, p = 1: 128 MiB and about half a second. */
struct vota_keystore_cost vota_keystore_cost_default(void);

/* The network a key file was first used on (DESIGN 3); not part of the V3 format, ignored by
 * others: member "x-voteanchor" {"chain_id", "genesis"}. */
struct vota_keystore_network {
    bool bound;
    uint64_t chain_id;
    vota_hash genesis;
};

/* What a file says without a password. */
struct vota_keystore_info {
    bool has_address;
    vota_addr address; /* a claim, compared with the key when it is opened */
    struct vota_keystore_network network;
};

/*
 * Appends the JSON text of `signer`'s key under `password`. BAD_INPUT
 * "bad-cost", "password-too-long", "empty-password"; IO without random bytes.
 */
VOTA_MUST_USE enum vota_status vota_keystore_write(struct vota_wr *wr,
                                                   const struct vota_signer *signer,
                                                   struct vota_slice password,
                                                   const struct vota_keystore_cost *cost,
                                                   struct vota_error *err);

/*
 * JSON text and password -> signer, which the caller frees. The reasons in err
 * are what an operator must tell apart: "wrong-password" (BAD_INPUT: the MAC
 * differs: another password, or a damaged file), "kdf-too-costly" (LIMIT), and
 * BAD_INPUT with err->where naming the member: "not-json", "missing", "bad-version",
 * "bad-cipher", "bad-kdf", "bad-iv", "bad-mac", "bad-salt", "bad-ciphertext",
 * "bad-dklen", "bad-number", "address-differs", "bad-key".
 */
VOTA_MUST_USE enum vota_status vota_keystore_read(struct vota_signer **ret_signer, const char *text,
                                                  size_t len, struct vota_slice password,
                                                  struct vota_error *err);

/* What the text says without a password; the same reasons. */
VOTA_MUST_USE enum vota_status vota_keystore_info(struct vota_keystore_info *ret_info,
                                                  const char *text, size_t len,
                                                  struct vota_error *err);

/*
 * The same from and to a file. Opening refuses (CONFLICT) what is not a
 * regular file owned by this user ("not-regular", "not-owner", "mode-too-open"
 * unless 0600 or 0400), and symbolic links ("is-link"); NOT_FOUND "no-file".
 * Creating never overwrites (CONFLICT "file-exists"), makes it 0600 and syncs
 * file and directory before it returns OK; a file it could not finish is
 * removed.
 */
VOTA_MUST_USE enum vota_status vota_keystore_open(struct vota_signer **ret_signer, const char *path,
                                                  struct vota_slice password,
                                                  struct vota_error *err);
VOTA_MUST_USE enum vota_status
vota_keystore_create(const char *path, const struct vota_signer *signer, struct vota_slice password,
                     const struct vota_keystore_cost *cost, struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_keystore_stat(struct vota_keystore_info *ret_info,
                                                  const char *path, struct vota_error *err);

/* Appends the text with the network put in, every other byte kept. CONFLICT "already-bound". */
VOTA_MUST_USE enum vota_status vota_keystore_rebind(struct vota_wr *wr, const char *text,
                                                    size_t len, uint64_t chain_id,
                                                    const vota_hash *genesis,
                                                    struct vota_error *err);

/*
 * Binds a key file to a network on first use: writes the member (replacing the
 * file atomically) when it is not bound; OK when it is bound to this one;
 * CONFLICT "other-network" when it is bound to another.
 */
VOTA_MUST_USE enum vota_status vota_keystore_bind(const char *path, uint64_t chain_id,
                                                  const vota_hash *genesis, struct vota_error *err);

#endif
