/* SPDX-License-Identifier: Apache-2.0 */
/* Quantities, amounts and addresses that are accepted come back as the same value. */
#include "tests/fuzz/fuzz.h"

#include "rpc/quantity.h"
#include "rpc/recover.h"

static void check_amount(const char *text, size_t size)
{
    struct vota_u256 wei;
    if (vota_amount_read(&wei, text, size) != VOTA_OK)
        return;
    for (unsigned unit = VOTA_UNIT_WEI; unit <= VOTA_UNIT_ETH; unit++) {
        char again[VOTA_AMOUNT_TEXT_MAX];
        struct vota_u256 back;
        struct vota_wr wr = vota_wr_of(again, sizeof again);
        vota_amount_write(&wr, &wei, (enum vota_unit)unit);
        VOTA_ASSERT(vota_wr_fits(&wr));
        VOTA_ASSERT(vota_amount_read(&back, again, wr.len) == VOTA_OK);
        VOTA_ASSERT(vota_u256_compare(&back, &wei) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct vota_u256 value;
    if (vota_quantity_read(&value, text, size) == VOTA_OK) {
        char again[70];
        struct vota_u256 back;
        struct vota_wr wr = vota_wr_of(again, sizeof again);
        vota_quantity_write(&wr, &value);
        VOTA_ASSERT(wr.len == size);
        VOTA_ASSERT(vota_quantity_read(&back, again, wr.len) == VOTA_OK);
        VOTA_ASSERT(vota_u256_compare(&back, &value) == 0);
    }
    check_amount(text, size);
    vota_addr addr;
    bool checked;
    if (vota_recover_address_read(&addr, &checked, text, size) == VOTA_OK) {
        char again[43];
        vota_recover_checksum_text(again, &addr);
        VOTA_ASSERT(size == 42 && checked == vota_bytes_equal(again, text, 42));
    }
    return 0;
}
