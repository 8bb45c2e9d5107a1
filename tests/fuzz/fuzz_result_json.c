/* SPDX-License-Identifier: Apache-2.0 */
/* A result file that is read is written as the same bytes. */
#include "tests/fuzz/fuzz.h"

#include "bridge/publish/result_json.h"

#define MOST 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vota_result_file result;
    static uint8_t text[MOST];
    if (size > MOST || vota_result_json_read(&result, data, size, NULL) != VOTA_OK)
        return 0;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_result_json_write(&wr, &result);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    return 0;
}
