/* SPDX-License-Identifier: Apache-2.0 */
/* Any answer of a provider: taken apart, classed and described without harm. */
#include "tests/fuzz/fuzz.h"

#include <jansson.h>

#include "rpc/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_rpc_failure failure = {.fault = VOTA_RPC_FAULT_ERROR};
    json_t *result = NULL;
    const enum vota_status status =
        vota_jsonrpc_read(&result, &failure.error, &failure.reason, 1, data, size);
    VOTA_ASSERT((status == VOTA_OK) == (result != NULL));
    json_decref(result);
    if (status != VOTA_CONFLICT) {
        VOTA_ASSERT(status == VOTA_OK || (status == VOTA_REMOTE && failure.reason != NULL));
        return 0;
    }
    VOTA_ASSERT(failure.error.data_len <= VOTA_RPC_DATA_MAX);
    VOTA_ASSERT(vota_answers_send(&failure) != VOTA_SEND_ACCEPTED);
    (void)vota_answers_retry(&failure);
    (void)vota_answers_is_too_many_logs(&failure);
    char line[1024];
    struct vota_wr wr = vota_wr_of(line, sizeof line);
    vota_answers_describe(&wr, &failure);
    VOTA_ASSERT(vota_wr_fits(&wr));
    for (size_t i = 0; i + 3 <= wr.len; i++)
        VOTA_ASSERT(!vota_bytes_equal(line + i, "://", 3));
    return 0;
}
