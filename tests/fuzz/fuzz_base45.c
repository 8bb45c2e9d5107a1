/* SPDX-License-Identifier: Apache-2.0 */
/* Text that is read is the text of what it gave; any bytes come back from their text. */
#include "tests/fuzz/fuzz.h"

#include "proof/base45.h"

#define MOST 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[MOST];
    static uint8_t text[MOST * 2];
    size_t len;
    if (size > MOST)
        return 0;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_base45_write(&wr, data, size);
    VOTA_ASSERT(vota_base45_read(bytes, size, &len, (const char *)text, wr.len, NULL) == VOTA_OK);
    VOTA_ASSERT(len == size && vota_bytes_equal(bytes, data, size));

    if (vota_base45_read(bytes, sizeof bytes, &len, (const char *)data, size, NULL) == VOTA_OK) {
        wr = vota_wr_of(text, sizeof text);
        vota_base45_write(&wr, bytes, len);
        VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    }
    if (vota_base45_read_qr(bytes, sizeof bytes, &len, (const char *)data, size, NULL) == VOTA_OK) {
        wr = vota_wr_of(text, sizeof text);
        vota_base45_write_qr(&wr, bytes, len);
        VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    }
    return 0;
}
