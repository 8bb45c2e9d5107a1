/* SPDX-License-Identifier: Apache-2.0 */
/* A site list that is read is written as the same bytes, and no path in it leads out. */
#include "tests/fuzz/fuzz.h"

#include "bridge/publish/manifest_json.h"
#include "bridge/publish/site_json.h"

#define MOST 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t text[MOST];
    struct vota_file_list site;
    if (size > MOST || vota_site_json_read(&site, data, size, NULL) != VOTA_OK)
        return 0;
    VOTA_ASSERT(site.n <= VOTA_SITE_MAX_FILES);
    for (size_t i = 0; i < site.n; i++)
        VOTA_ASSERT(vota_manifest_path_ok(site.files[i].path));
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_site_json_write(&wr, &site);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(text, data, size));
    vota_file_list_done(&site);
    return 0;
}
