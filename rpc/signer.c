/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key behind a narrow door: see signer.h. This file holds key bytes; it must
 * not know where they come from, nor what it signs.
 */
#include "rpc/signer.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/random.h>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

/* Alone in its own pages. The context holds the blinding, which needs no wipe once the key is
 * gone; the address is public. */
struct vota_signer {
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    vota_addr address;
    secp256k1_context *context;
};

static bool fill_random(uint8_t *to, size_t len)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t got = getrandom(to + done, len - done, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* Pages of its own: locked so that they are never swapped, and left out of core dumps. Both are
 * best effort: a container may forbid them. */
static struct vota_signer *allocate(void)
{
    void *pages = mmap(NULL, sizeof(struct vota_signer), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    (void)mlock(pages, sizeof(struct vota_signer));
    (void)madvise(pages, sizeof(struct vota_signer), MADV_DONTDUMP);
    return pages;
}

/* A context whose computations are blinded with fresh random bytes. */
static enum vota_status make_context(struct vota_signer *signer, struct vota_error *err)
{
    uint8_t seed[32];
    signer->context = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    if (signer->context == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "signer", "no-memory");
    if (!fill_random(seed, sizeof seed))
        return vota_fail(err, VOTA_IO, "signer", "no-random");
    const bool randomised = secp256k1_context_randomize(signer->context, seed) != 0;
    vota_bytes_wipe(seed, sizeof seed);
    if (!randomised)
        return vota_fail(err, VOTA_INTERNAL, "signer", "no-blinding");
    return VOTA_OK;
}

static enum vota_status derive_address(struct vota_signer *signer, struct vota_error *err)
{
    secp256k1_pubkey public;
    uint8_t point[65];
    size_t len = sizeof point;
    if (!secp256k1_ec_seckey_verify(signer->context, signer->key) ||
        !secp256k1_ec_pubkey_create(signer->context, &public, signer->key))
        return vota_fail(err, VOTA_BAD_INPUT, "key", "bad-key");
    secp256k1_ec_pubkey_serialize(signer->context, point, &len, &public, SECP256K1_EC_UNCOMPRESSED);
    vota_recover_address_of_key(&signer->address, point + 1);
    return VOTA_OK;
}

static enum vota_status load(struct vota_signer **ret_signer, const uint8_t *key,
                             struct vota_error *err)
{
    struct vota_signer *signer = allocate();
    if (signer == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "signer", "no-memory");
    vota_bytes_copy(signer->key, key, sizeof signer->key);
    enum vota_status status = make_context(signer, err);
    if (status == VOTA_OK)
        status = derive_address(signer, err);
    if (status != VOTA_OK) {
        vota_signer_free(signer);
        return status;
    }
    *ret_signer = signer;
    return VOTA_OK;
}

enum vota_status vota_signer_load(struct vota_signer **ret_signer,
                                  uint8_t key[VOTA_SIGNER_KEY_BYTES], struct vota_error *err)
{
    const enum vota_status status = load(ret_signer, key, err);
    vota_bytes_wipe(key, VOTA_SIGNER_KEY_BYTES);
    return status;
}

enum vota_status vota_signer_generate(struct vota_signer **ret_signer, struct vota_error *err)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    if (!fill_random(key, sizeof key))
        return vota_fail(err, VOTA_IO, "signer", "no-random");
    /* One in 2^127 draws is no key: the operator then runs the command again. */
    return vota_signer_load(ret_signer, key, err);
}

vota_addr vota_signer_address(const struct vota_signer *signer)
{
    return signer->address;
}

/* RFC 6979 nonce and low s come from the library; neither is taken on trust afterwards. */
static bool make_signature(const struct vota_signer *signer, struct vota_signature *ret_signature,
                           const vota_hash *hash)
{
    secp256k1_ecdsa_recoverable_signature recoverable;
    int recovery_id = -1;
    if (!secp256k1_ecdsa_sign_recoverable(signer->context, &recoverable, hash->bytes, signer->key,
                                          NULL, NULL))
        return false;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(signer->context, ret_signature->bytes,
                                                            &recovery_id, &recoverable);
    ret_signature->bytes[64] = (uint8_t)recovery_id;
    return true;
}

enum vota_status vota_signer_sign(const struct vota_signer *signer,
                                  struct vota_signature *ret_signature, const vota_hash *hash,
                                  struct vota_error *err)
{
    struct vota_signature signature;
    vota_addr recovered;
    /* Recovery refuses a high s and a y_parity of 2 or 3. */
    if (!make_signature(signer, &signature, hash) ||
        vota_recover_address(&recovered, hash, &signature) != VOTA_OK ||
        !vota_addr_equal(&recovered, &signer->address)) {
        vota_bytes_wipe(&signature, sizeof signature);
        return vota_fail(err, VOTA_INTERNAL, "signer", "bad-signature");
    }
    *ret_signature = signature;
    return VOTA_OK;
}

void vota_signer_export(const struct vota_signer *signer, uint8_t ret_key[VOTA_SIGNER_KEY_BYTES])
{
    vota_bytes_copy(ret_key, signer->key, VOTA_SIGNER_KEY_BYTES);
}

enum vota_status vota_signer_copy(struct vota_signer **ret_signer, const struct vota_signer *signer,
                                  struct vota_error *err)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    vota_bytes_copy(key, signer->key, sizeof key);
    return vota_signer_load(ret_signer, key, err); /* wipes it */
}

void vota_signer_free(struct vota_signer *signer)
{
    if (signer == NULL)
        return;
    vota_bytes_wipe(signer->key, sizeof signer->key);
    if (signer->context != NULL)
        secp256k1_context_destroy(signer->context);
    (void)munlock(signer, sizeof *signer);
    (void)munmap(signer, sizeof *signer);
}
