/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as Base64: what is taken is written back as the very same text, and fits. */
#include "bridge/base64.h"
#include "tests/fuzz/fuzz.h"

#define CAP 96u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[CAP];
    uint8_t text[VOTA_BASE64_CHARS(CAP)];
    size_t len = 0;
    if (vota_base64_read(bytes, sizeof bytes, &len, (struct vota_slice){data, size}) != VOTA_OK)
        return 0;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_base64_write(&wr, bytes, len);
    VOTA_ASSERT(len <= CAP && vota_wr_fits(&wr));
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    return 0;
}
