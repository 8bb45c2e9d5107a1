/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files as text, up to where a cipher would begin: what parses can be bound
 * to a network and parses again with everything else the same.
 */
#include "tests/fuzz/fuzz.h"

#include "rpc/keystore_sealed.h"

static bool same_seal(const struct vota_sealed *a, const struct vota_sealed *b)
{
    return a->scrypt == b->scrypt && a->cost.n == b->cost.n && a->cost.r == b->cost.r &&
           a->cost.p == b->cost.p && a->iterations == b->iterations && a->salt_len == b->salt_len &&
           vota_bytes_equal(a->salt, b->salt, a->salt_len) &&
           vota_bytes_equal(a->iv, b->iv, sizeof a->iv) && vota_hash_equal(&a->mac, &b->mac);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const vota_hash genesis = {{[0] = 0xbb}};
    struct vota_sealed sealed = {0};
    struct vota_keystore_info info = {0};
    struct vota_error err = {0};
    if (vota_keystore_parse(&sealed, &info, (const char *)data, size, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status != VOTA_OK && err.text[0] != '\0');
        return 0;
    }
    VOTA_ASSERT(!sealed.scrypt || sealed.cost.n * sealed.cost.r * 128 <= VOTA_KEYSTORE_SCRYPT_MAX);
    VOTA_ASSERT(sealed.iterations <= VOTA_KEYSTORE_ITERATIONS_MAX);
    static char text[8 * VOTA_KEYSTORE_FILE_MAX];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    const enum vota_status status =
        vota_keystore_rebind(&wr, (const char *)data, size, 560048, &genesis, NULL);
    VOTA_ASSERT(status == (info.network.bound ? VOTA_CONFLICT : VOTA_OK));
    if (status != VOTA_OK)
        return 0;
    VOTA_ASSERT(vota_wr_fits(&wr));
    if (wr.len > VOTA_KEYSTORE_FILE_MAX)
        return 0;
    struct vota_sealed again = {0};
    VOTA_ASSERT(vota_keystore_parse(&again, &info, text, wr.len, NULL) == VOTA_OK);
    VOTA_ASSERT(same_seal(&sealed, &again));
    VOTA_ASSERT(info.network.bound && info.network.chain_id == 560048);
    return 0;
}
