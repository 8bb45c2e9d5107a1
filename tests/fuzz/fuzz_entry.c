/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever vota_entry_decode accepts must be the one encoding of what it returns. */
#include "tests/fuzz/fuzz.h"

#include "proof/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_error err = {0};
    struct vota_entry entry;
    if (vota_entry_decode(&entry, data, size, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && err.text[0] != '\0');
        return 0;
    }
    uint8_t back[VOTA_ENTRY_BYTES];
    vota_entry_encode(back, &entry);
    VOTA_ASSERT(size == sizeof back && vota_bytes_equal(back, data, size));
    VOTA_ASSERT(vota_entry_check(&entry, NULL) == VOTA_OK);

    vota_hash root;
    uint32_t count;
    uint64_t first;
    uint64_t last;
    enum vota_entry_role role;
    vota_addr key;
    VOTA_ASSERT(vota_entry_get_batch(&root, &count, &entry) == (entry.kind == VOTA_ENTRY_BATCH));
    VOTA_ASSERT(vota_entry_get_disavowed(&first, &last, &entry) ==
                (entry.kind == VOTA_ENTRY_DISAVOWED));
    VOTA_ASSERT(vota_entry_get_key(&role, &key, &first, &entry) == (entry.kind == VOTA_ENTRY_KEY));
    return 0;
}
