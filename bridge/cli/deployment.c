/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, salt and address of a contract that is to be deployed: see deployment.h. */
#include "bridge/cli/deployment.h"

#include "bridge/crypto.h"
#include "bridge/engine/deploy.h"

int vota_deployment_prepare(struct vota_session *session, struct vota_store_deployment *deployment)
{
    struct vota_cli *cli = session->cli;
    struct vota_error err = {0};
    struct vota_genesis *genesis = &deployment->genesis;
    bool has_proxy = false;
    uint64_t nonce = 0;
    genesis->chain_id = session->network.chain_id;
    int code = vota_session_key_address(session, &genesis->anchorer, "anchorer");
    if (code == VOTA_EXIT_OK)
        code = vota_session_key_address(session, &genesis->acceptance_key, "acceptance");
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_addr_equal(&genesis->owner, &genesis->anchorer) ||
        vota_addr_equal(&genesis->owner, &genesis->acceptance_key) ||
        vota_addr_equal(&genesis->anchorer, &genesis->acceptance_key))
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.keys-equal", NULL);
    enum vota_status status = vota_crypto_random(deployment->salt.bytes, 32);
    if (status == VOTA_OK)
        status = vota_quorum_look(&session->quorum, vota_connect_clock(), &err);
    if (status == VOTA_OK)
        status = vota_deploy_look(&has_proxy, &nonce, &session->quorum, &genesis->anchorer, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.deploy", NULL);
    vota_deploy_plan(deployment, has_proxy, &genesis->anchorer, nonce);
    return VOTA_EXIT_OK;
}
