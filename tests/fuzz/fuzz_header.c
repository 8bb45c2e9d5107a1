/* SPDX-License-Identifier: Apache-2.0 */
/* A header that is read is canonical RLP, has its keccak, and lets what follows be anything. */
#include "tests/fuzz/fuzz.h"

#include "keccak/keccak.h"
#include "proof/header.h"
#include "proof/rlp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct vota_slice rlp = {data, size};
    struct vota_error err = {0};
    struct vota_header header;
    struct vota_header_gas gas;
    const enum vota_status status = vota_header_read(&header, rlp, &err);
    if (vota_header_read_gas(&gas, rlp, NULL) == VOTA_OK)
        VOTA_ASSERT(status == VOTA_OK || err.text[0] != '\0');
    if (status != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT);
        return 0;
    }
    vota_hash hash;
    vota_keccak_hash(hash.bytes, data, size);
    VOTA_ASSERT(vota_hash_equal(&hash, &header.hash));
    VOTA_ASSERT(size <= VOTA_HEADER_MAX_BYTES && header.items >= VOTA_HEADER_MIN_ITEMS);
    VOTA_ASSERT(vota_rlp_check(data, size, NULL) == VOTA_OK);
    return 0;
}
