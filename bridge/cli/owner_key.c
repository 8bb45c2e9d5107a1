/* SPDX-License-Identifier: Apache-2.0 */
/* The key that --keystore names, wherever it is: see owner_send.h. */
#include "bridge/cli/owner_send.h"
#include "bridge/key_source.h"
#include "bridge/password.h"
#include "rpc/keystore.h"

/* The owner's key file lies where the owner says, seen from here and not from DIR. */
static int open_file(struct vota_session *session, struct vota_tx_signer **ret_signer,
                     const char *path)
{
    struct vota_password password;
    struct vota_signer *key = NULL;
    struct vota_error err = {0};
    const struct vota_cli *cli = session->cli;
    const char *file = session->password_file;
    enum vota_status status =
        file != NULL ? vota_password_of_file(&password, file, &err)
                     : vota_password_ask(&password, vota_text(cli, "password.prompt"), &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.password", "role", "owner", NULL);
    const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
    status = vota_keystore_open(&key, path, bytes, &err);
    vota_password_wipe(&password);
    if (status == VOTA_OK)
        status = vota_tx_signer_local(ret_signer, key, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.key-file", "role", "owner", NULL);
    return VOTA_EXIT_OK;
}

int vota_owner_key_open(struct vota_session *session, struct vota_tx_signer **ret_signer,
                        const char *keystore)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    if (vota_key_source_read(&source, keystore) != NULL || source.kind != VOTA_KEY_FILE)
        return vota_session_signer_at(session, ret_signer, "owner", keystore);
    return open_file(session, ret_signer, keystore);
}
