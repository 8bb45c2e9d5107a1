/* SPDX-License-Identifier: Apache-2.0 */
/* One turn of a sender that signs nothing: see session.h. */
#include "bridge/cli/session.h"
#include "bridge/engine/lock.h"

enum vota_status vota_session_look(struct vota_session *session, struct vota_sender_turn *ret_turn,
                                   struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    int lock = -1;
    struct vota_sender sender = {.store = session->store,
                                 .network_id = session->network.id,
                                 .network_name = session->network.name,
                                 .quorum = &session->quorum,
                                 .kinds = VOTA_SENDER_ANCHORER,
                                 .address = session->network.deployment.genesis.anchorer,
                                 .policy = vota_anchor_defaults};
    enum vota_status status = vota_directory_path(&session->cli->dir, path, "sender.lock", err);
    if (status == VOTA_OK)
        status = vota_lock_take(&lock, path, err);
    if (status != VOTA_OK)
        return status;
    status = vota_sender_turn(ret_turn, &sender, vota_session_now(), err);
    vota_sender_done(&sender);
    vota_lock_release(lock);
    return status;
}
