/* SPDX-License-Identifier: Apache-2.0 */
/* A trust file that is read trusts sound records only, and reads back as itself. */
#include "tests/fuzz/fuzz.h"

#include "bridge/publish/trust_json.h"

#define MOST 262144u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t text[MOST];
    struct vota_trust_file_copy copy;
    struct vota_trust_file_copy again;
    if (vota_trust_json_read(&copy, data, size, NULL) != VOTA_OK)
        return 0;
    for (size_t i = 0; i < copy.about.contract_count; i++)
        VOTA_ASSERT(vota_deployment_check(&copy.about.contracts[i]) == VOTA_DEPLOYMENT_SOUND);
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_trust_json_write(&wr, &copy.about);
    if (vota_wr_fits(&wr)) {
        VOTA_ASSERT(vota_trust_json_read(&again, text, wr.len, NULL) == VOTA_OK);
        vota_trust_file_copy_done(&again);
    }
    vota_trust_file_copy_done(&copy);
    return 0;
}
