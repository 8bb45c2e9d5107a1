/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a network waits for `rebuild` after a restore: see restored.h. */
#include "bridge/cli/restored.h"

#include "bridge/store/store_stop.h"

int vota_restored_refuse(const struct vota_session *session)
{
    struct vota_store_stop stop = {.entry = 1};
    struct vota_error err = {0};
    const enum vota_status status =
        vota_store_stop_get(&stop, session->store, session->network.id, &err);
    if (status == VOTA_NOT_FOUND || (status == VOTA_OK && stop.entry != 0))
        return VOTA_EXIT_OK;
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.restored", NULL);
}
