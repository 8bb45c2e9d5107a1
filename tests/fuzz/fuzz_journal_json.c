/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a journal that is read is written as the same bytes. */
#include "tests/fuzz/fuzz.h"

#include "bridge/publish/journal_json.h"

#define MOST 65536u

static void check_deployment(const uint8_t *data, size_t size)
{
    static uint8_t text[MOST];
    struct vota_deployment deployment;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    if (vota_journal_json_read_deployment(&deployment, data, size, NULL) != VOTA_OK)
        return;
    vota_journal_json_write_deployment(&wr, &deployment);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t text[MOST];
    struct vota_journal_line_copy copy;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    if (size > MOST)
        return 0;
    check_deployment(data, size);
    if (vota_journal_json_read_line(&copy, data, size, NULL) != VOTA_OK)
        return 0;
    vota_journal_json_write_line(&wr, &copy.about);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    vota_journal_line_copy_done(&copy);
    return 0;
}
