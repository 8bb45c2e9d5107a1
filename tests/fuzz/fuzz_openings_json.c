/* SPDX-License-Identifier: Apache-2.0 */
/* An opening that is read is written as the same bytes. */
#include "tests/fuzz/fuzz.h"

#include "bridge/publish/openings_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t content[VOTA_CONTENT_MAX_BYTES];
    static uint8_t text[VOTA_OPENINGS_MAX_LINE];
    struct vota_opening opening;
    struct vota_error err = {0};
    if (vota_openings_json_read(&opening, content, (struct vota_slice){data, size}, &err) !=
        VOTA_OK) {
        VOTA_ASSERT(err.text[0] != '\0');
        return 0;
    }
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_openings_json_write(&wr, &opening);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    return 0;
}
