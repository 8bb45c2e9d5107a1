/* SPDX-License-Identifier: Apache-2.0 */
/* A backup's manifest that is read is written as the same bytes, and no path in it leads out. */
#include "tests/fuzz/fuzz.h"

#include "bridge/backup/backup_json.h"

#define MOST 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t text[MOST];
    struct vota_backup backup;
    if (size > MOST || vota_backup_json_read(&backup, data, size, NULL) != VOTA_OK)
        return 0;
    for (size_t i = 0; i < backup.list.n; i++)
        VOTA_ASSERT(vota_backup_path_ok(backup.list.files[i].path));
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_backup_json_write(&wr, &backup);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    vota_backup_done(&backup);
    return 0;
}
