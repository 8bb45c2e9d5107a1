/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever vota_receipt_decode accepts is what the encoder makes of it, in every form. */
#include "tests/fuzz/fuzz.h"

#include "proof/receipt.h"

#define MOST 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vota_receipt receipt;
    static uint8_t buffer[MOST];
    struct vota_error err = {0};
    if (size > MOST)
        return 0;
    if (vota_receipt_decode(&receipt, data, size, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && err.where != NULL && err.text[0] != '\0');
        return 0;
    }
    struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
    VOTA_ASSERT(vota_receipt_encode(&wr, &receipt, NULL) == VOTA_OK);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(buffer, data, size));
    static const enum vota_receipt_form forms[] = {VOTA_RECEIPT_FULL, VOTA_RECEIPT_SHARE,
                                                   VOTA_RECEIPT_QR_FULL, VOTA_RECEIPT_QR_SHARE};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        static struct vota_receipt reduced;
        reduced = receipt;
        vota_receipt_reduce(&reduced, forms[i],
                            receipt.anchor_count > 0 ? receipt.anchor_count - 1 : 0);
        wr = vota_wr_of(buffer, sizeof buffer);
        VOTA_ASSERT(vota_receipt_encode(&wr, &reduced, NULL) == VOTA_OK && wr.len <= size);
    }
    return 0;
}
