/* SPDX-License-Identifier: Apache-2.0 */
/* Salt, content hash, row, leaf: see leaf.h. */
#include "proof/leaf.h"

#include "keccak/keccak.h"

/* The batch hasher and the published files read rows as they lie in memory. */
_Static_assert(sizeof(struct vota_row) == VOTA_ROW_BYTES, "a row has no padding");

/* First hashes in flight: enough to fill the widest hasher, little enough for any stack. */
#define CHUNK 64u

void vota_leaf_salt(vota_hash *ret_salt, const vota_hash *city_salt, const vota_hash *citizen_salt)
{
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, city_salt->bytes, sizeof city_salt->bytes);
    vota_keccak_update(&keccak, citizen_salt->bytes, sizeof citizen_salt->bytes);
    vota_keccak_final(&keccak, ret_salt->bytes);
}

void vota_leaf_content_hash(vota_hash *ret_hash, const vota_hash *salt, struct vota_slice content)
{
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, salt->bytes, sizeof salt->bytes);
    vota_keccak_update(&keccak, content.at, content.len);
    vota_keccak_final(&keccak, ret_hash->bytes);
}

void vota_leaf_hash(vota_hash *ret_leaf, const struct vota_row *row)
{
    vota_leaf_hash_rows(ret_leaf, row, 1);
}

void vota_leaf_hash_rows(vota_hash *ret_leaves, const struct vota_row *rows, size_t n)
{
    vota_hash once[CHUNK];
    for (size_t done = 0; done < n; done += CHUNK) {
        const size_t count = n - done < CHUNK ? n - done : CHUNK;
        vota_keccak_hash_many((uint8_t *)once, (const uint8_t *)(rows + done), VOTA_ROW_BYTES,
                              VOTA_ROW_BYTES, count);
        vota_keccak_hash_many((uint8_t *)(ret_leaves + done), (const uint8_t *)once, sizeof once[0],
                              sizeof once[0], count);
    }
}

void vota_leaf_row_read(struct vota_row *ret_row, const uint8_t bytes[VOTA_ROW_BYTES])
{
    vota_bytes_copy(ret_row, bytes, VOTA_ROW_BYTES);
}

void vota_leaf_row_write(uint8_t ret_bytes[VOTA_ROW_BYTES], const struct vota_row *row)
{
    vota_bytes_copy(ret_bytes, row, VOTA_ROW_BYTES);
}
