/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest that is read is written as the same bytes, and no path in it leads out. */
#include "tests/fuzz/fuzz.h"

#include "bridge/publish/manifest_json.h"

#define MOST 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t text[MOST];
    struct vota_file_list manifest;
    if (size > MOST || vota_manifest_json_read(&manifest, data, size, NULL) != VOTA_OK)
        return 0;
    for (size_t i = 0; i < manifest.n; i++) {
        VOTA_ASSERT(vota_manifest_path_ok(manifest.files[i].path));
        VOTA_ASSERT(vota_file_list_find(&manifest, manifest.files[i].path) == &manifest.files[i]);
    }
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_manifest_json_write(&wr, &manifest);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    vota_file_list_done(&manifest);
    return 0;
}
