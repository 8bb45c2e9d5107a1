/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `key import`: a key from a V3 file or 64 hexadecimal digits, from a private
 * file, standard input or a file descriptor, never from an argument.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bridge/cli/key.h"
#include "bridge/config_value.h"
#include "bridge/key_text.h"
#include "rpc/keystore.h"

static enum vota_status read_v3(const struct vota_cli *cli, struct vota_signer **ret_signer,
                                const struct vota_key_text *secret, const char *password_file,
                                struct vota_error *err)
{
    struct vota_password password = {.len = 0};
    enum vota_status status =
        password_file != NULL ? vota_password_of_file(&password, password_file, err)
                              : vota_password_ask(&password, vota_text(cli, "password.old"), err);
    if (status == VOTA_OK) {
        const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
        status =
            vota_keystore_read(ret_signer, (const char *)secret->bytes, secret->len, bytes, err);
    }
    vota_password_wipe(&password);
    return status;
}

/* A V3 file is encrypted and may be anyone's to read; a bare key may not. */
static enum vota_status read_path(struct vota_key_text *secret, const char *path,
                                  struct vota_error *err)
{
    const enum vota_status status =
        vota_directory_read(&secret->bytes, &secret->len, path, VOTA_KEYSTORE_FILE_MAX, err);
    if (status != VOTA_OK || vota_key_text_is_json(secret))
        return status;
    vota_key_text_done(secret);
    return vota_directory_read_secret(&secret->bytes, &secret->len, path, VOTA_KEYSTORE_FILE_MAX,
                                      err);
}

static int read_source(const struct vota_cli *cli, const struct vota_args *args,
                       struct vota_key_text *secret)
{
    const char *fd_text = vota_args_value(args, "fd");
    const char *path = args->n_positional == 1 ? args->positional[0] : NULL;
    uint64_t fd = STDIN_FILENO;
    struct vota_error err = {0};
    if ((fd_text == NULL) == (path == NULL))
        return vota_cli_usage(cli, "error.key-source", "", NULL);
    if (fd_text != NULL && (!vota_config_value_count(&fd, fd_text) || fd > 1023))
        return vota_cli_usage(cli, "error.bad-fd", fd_text, NULL);
    const bool descriptor = path == NULL || strcmp(path, "-") == 0;
    const enum vota_status status =
        descriptor ? vota_directory_read_fd(&secret->bytes, &secret->len, (int)fd,
                                            VOTA_KEYSTORE_FILE_MAX, &err)
                   : read_path(secret, path, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(cli, &err, "error.key-import", "file", path == NULL ? fd_text : path,
                               NULL);
}

int vota_key_run_import(struct vota_cli *cli, const struct vota_args *args)
{
    const struct vota_key_role *role = NULL;
    struct vota_key_text secret = {0};
    struct vota_signer *signer = NULL;
    struct vota_error err = {0};
    int code = vota_key_role_of(cli, &role, vota_args_value(args, "role"));
    if (code == VOTA_EXIT_OK)
        code = read_source(cli, args, &secret);
    if (code != VOTA_EXIT_OK)
        return code;
    const enum vota_status status =
        vota_key_text_is_json(&secret)
            ? read_v3(cli, &signer, &secret, vota_args_value(args, "old-password-file"), &err)
            : vota_key_text_signer(&signer, &secret, &err);
    vota_key_text_done(&secret);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.key-import", "file",
                                   args->n_positional == 1 ? args->positional[0] : "fd", NULL);
    code = vota_key_store(cli, args, role, signer);
    vota_signer_free(signer);
    return code;
}
