/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a directory, wherever the configuration says they are: in a file,
 * behind a descriptor, or at a signer elsewhere. See session.h.
 */
#include <stdio.h>
#include <string.h>

#include "bridge/cli/key.h"
#include "bridge/cli/session.h"
#include "bridge/key_source.h"
#include "bridge/key_text.h"
#include "bridge/password.h"
#include "rpc/keystore.h"

static int fail_key(const struct vota_session *session, const struct vota_error *err,
                    const char *role)
{
    return vota_cli_fail_error(session->cli, err, "error.key-file", "role", role, NULL);
}

/* Where a role's key is. The configuration was checked, so that its words can be read. */
static int source_of(const struct vota_session *session, struct vota_key_source *ret_source,
                     const char *role)
{
    const struct vota_key_role *known = NULL;
    const int code = vota_key_role_of(session->cli, &known, role);
    if (code != VOTA_EXIT_OK)
        return code;
    const char *text = vota_key_file(&session->config, known, session->place);
    const char *problem = vota_key_source_read(ret_source, text);
    if (problem == NULL)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.key-file", "role", role, "reason",
                         vota_cli_reason(session->cli, problem), NULL);
}

static int get_password(const struct vota_session *session, struct vota_password *ret_password,
                        const char *role)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    char prompt[256];
    struct vota_error err = {0};
    const char *given = session->password_file;
    enum vota_status status = VOTA_OK;
    if (given == NULL && session->config.password_file[0] != '\0') {
        status = vota_directory_path(&session->cli->dir, path, session->config.password_file, &err);
        given = path;
    }
    if (status == VOTA_OK && given != NULL)
        status = vota_password_of_file(ret_password, given, &err);
    if (given == NULL) {
        (void)snprintf(prompt, sizeof prompt,
                       "%s (%s): ", vota_text(session->cli, "password.prompt"), role);
        status = vota_password_ask(ret_password, prompt, &err);
    }
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.password", "role", role, NULL);
}

/* ---- a file ---- */

/*
 * The network that a key file is for. The acceptance key's is where its line
 * began: what it signs names chain and contract, and succession does not change
 * whose promises these are.
 */
static enum vota_status network_of_key(const struct vota_session *session, const char *role,
                                       struct vota_store_network *ret_network,
                                       struct vota_error *err)
{
    *ret_network = session->network;
    if (strcmp(role, "acceptance") != 0 || session->network.line == session->network.id)
        return VOTA_OK;
    return vota_store_line_get(ret_network, session->store, session->network.line, err);
}

static int open_file(const struct vota_session *session, struct vota_signer **ret_signer,
                     const char *role, const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_password password = {.len = 0};
    struct vota_store_network network;
    struct vota_error err = {0};
    enum vota_status status = vota_directory_path(&session->cli->dir, path, name, &err);
    if (status != VOTA_OK)
        return fail_key(session, &err, role);
    const int code = get_password(session, &password, role);
    if (code != VOTA_EXIT_OK)
        return code;
    const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
    struct vota_signer *signer = NULL;
    status = vota_keystore_open(&signer, path, bytes, &err);
    vota_password_wipe(&password);
    if (status == VOTA_OK)
        status = network_of_key(session, role, &network, &err);
    if (status == VOTA_OK && network.bound)
        status = vota_keystore_bind(path, network.chain_id, &network.genesis_block, &err);
    if (status != VOTA_OK) {
        vota_signer_free(signer);
        return fail_key(session, &err, role);
    }
    *ret_signer = signer;
    return VOTA_EXIT_OK;
}

static int file_address(const struct vota_session *session, vota_addr *ret_addr, const char *role,
                        const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_keystore_info info;
    struct vota_error err = {0};
    enum vota_status status = vota_directory_path(&session->cli->dir, path, name, &err);
    if (status == VOTA_OK)
        status = vota_keystore_stat(&info, path, &err);
    if (status == VOTA_OK && !info.has_address)
        status = vota_fail(&err, VOTA_NOT_FOUND, "address", "no-address");
    if (status != VOTA_OK)
        return fail_key(session, &err, role);
    *ret_addr = info.address;
    return VOTA_EXIT_OK;
}

/* ---- a descriptor ---- */

static int open_fd(const struct vota_session *session, struct vota_signer **ret_signer,
                   const char *role, int fd)
{
    struct vota_key_text text = {.bytes = NULL};
    struct vota_password password = {.len = 0};
    struct vota_error err = {0};
    int code = VOTA_EXIT_OK;
    enum vota_status status = vota_key_text_of_fd(&text, fd, &err);
    if (status == VOTA_OK && !vota_key_text_is_json(&text)) {
        status = vota_key_text_signer(ret_signer, &text, &err);
    } else if (status == VOTA_OK) {
        code = get_password(session, &password, role);
        const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
        if (code == VOTA_EXIT_OK)
            status =
                vota_keystore_read(ret_signer, (const char *)text.bytes, text.len, bytes, &err);
        vota_password_wipe(&password);
    }
    vota_key_text_done(&text);
    return status == VOTA_OK ? code : fail_key(session, &err, role);
}

int vota_session_key_open(struct vota_session *session, struct vota_signer **ret_signer,
                          const char *role)
{
    struct vota_key_source source;
    const int code = source_of(session, &source, role);
    if (code != VOTA_EXIT_OK)
        return code;
    if (source.kind == VOTA_KEY_FD)
        return open_fd(session, ret_signer, role, source.fd);
    if (source.kind == VOTA_KEY_SIGNER)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.key-file", "role", role,
                             "reason", vota_cli_reason(session->cli, "signer-not-here"), NULL);
    return open_file(session, ret_signer, role, source.file);
}

/* ---- a signer elsewhere ---- */

/* Files of the configuration as paths; NULL where there is none. */
struct tls_paths {
    char ca[VOTA_DIRECTORY_PATH_CAP];
    char cert[VOTA_DIRECTORY_PATH_CAP];
    char key[VOTA_DIRECTORY_PATH_CAP];
};

static const char *tls_path(const struct vota_session *session, char path[VOTA_DIRECTORY_PATH_CAP],
                            const char *name, enum vota_status *status, struct vota_error *err)
{
    if (name[0] == '\0')
        return NULL;
    if (*status == VOTA_OK)
        *status = vota_directory_path(&session->cli->dir, path, name, err);
    return path;
}

static enum vota_status open_transport(const struct vota_session *session,
                                       struct vota_transport **ret_transport,
                                       struct vota_error *err)
{
    struct tls_paths paths;
    enum vota_status status = VOTA_OK;
    const struct vota_config *config = &session->config;
    const struct vota_transport_options options = {
        .url = config->signer_url,
        .ca_file = tls_path(session, paths.ca, config->signer_ca, &status, err),
        .client_cert = tls_path(session, paths.cert, config->signer_cert, &status, err),
        .client_key = tls_path(session, paths.key, config->signer_key, &status, err),
    };
    if (status != VOTA_OK)
        return status;
    if (config->signer_url[0] == '\0')
        return vota_fail(err, VOTA_NOT_FOUND, "signer.url", "signer-needed");
    return vota_transport_curl_new(ret_transport, &options, err);
}

static int open_remote(const struct vota_session *session, struct vota_tx_signer **ret_signer,
                       const char *role, const vota_addr *address)
{
    struct vota_error err = {0};
    const struct vota_config *config = &session->config;
    struct vota_tx_signer_remote remote = {.release = vota_transport_curl_free,
                                           .address = *address,
                                           .timeout_ms = (unsigned)(config->signer_timeout * 1000)};
    if (strcmp(config->signer_method, "account_signTransaction") == 0)
        remote.method = VOTA_TX_SIGNER_ACCOUNT;
    enum vota_status status = open_transport(session, &remote.transport, &err);
    if (status == VOTA_OK)
        status = vota_tx_signer_remote(ret_signer, &remote, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.signer", "role", role, NULL);
}

int vota_session_signer_at(struct vota_session *session, struct vota_tx_signer **ret_signer,
                           const char *role, const char *text)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    struct vota_signer *key = NULL;
    struct vota_error err = {0};
    const char *problem = vota_key_source_read(&source, text);
    if (problem != NULL)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.key-file", "role", role,
                             "reason", vota_cli_reason(session->cli, problem), NULL);
    if (source.kind == VOTA_KEY_SIGNER)
        return open_remote(session, ret_signer, role, &source.address);
    const int code = source.kind == VOTA_KEY_FD ? open_fd(session, &key, role, source.fd)
                                                : open_file(session, &key, role, source.file);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_tx_signer_local(ret_signer, key, &err) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
}

int vota_session_load_anchorer(struct vota_session *session)
{
    const struct vota_key_role *known = NULL;
    if (session->anchorer != NULL)
        return VOTA_EXIT_OK;
    const int code = vota_key_role_of(session->cli, &known, "anchorer");
    if (code != VOTA_EXIT_OK)
        return code;
    return vota_session_signer_at(session, &session->anchorer, "anchorer",
                                  vota_key_file(&session->config, known, session->place));
}

/* A descriptor can be read once: the anchorer's key stays loaded, as it will have to sign. */
static int fd_address(struct vota_session *session, vota_addr *ret_addr, const char *role, int fd)
{
    struct vota_key_text text = {.bytes = NULL};
    struct vota_error err = {0};
    if (strcmp(role, "anchorer") == 0) {
        const int code = vota_session_load_anchorer(session);
        if (code == VOTA_EXIT_OK)
            *ret_addr = vota_tx_signer_address(session->anchorer);
        return code;
    }
    enum vota_status status = vota_key_text_of_fd(&text, fd, &err);
    if (status == VOTA_OK)
        status = vota_key_text_address(ret_addr, &text, &err);
    vota_key_text_done(&text);
    return status == VOTA_OK ? VOTA_EXIT_OK : fail_key(session, &err, role);
}

int vota_session_key_address(struct vota_session *session, vota_addr *ret_addr, const char *role)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    const int code = source_of(session, &source, role);
    if (code != VOTA_EXIT_OK)
        return code;
    if (source.kind == VOTA_KEY_FD)
        return fd_address(session, ret_addr, role, source.fd);
    if (source.kind == VOTA_KEY_FILE)
        return file_address(session, ret_addr, role, source.file);
    *ret_addr = source.address;
    return VOTA_EXIT_OK;
}
