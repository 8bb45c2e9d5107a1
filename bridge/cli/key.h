/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the actions of `key` share: roles, their files, and the password of a
 * file that is to be written.
 */
#ifndef VOTA_BRIDGE_CLI_KEY_H
#define VOTA_BRIDGE_CLI_KEY_H

#include "bridge/cli/cli.h"
#include "bridge/password.h"
#include "rpc/signer.h"

#define VOTA_KEY_ROLES 3u

struct vota_key_role {
    const char *name;
    const char *text;  /* text key: what the role is */
    const char *after; /* text key: what to do after its key was made */
};

extern const struct vota_key_role vota_key_roles[VOTA_KEY_ROLES];

/* The role of that name, or a usage error (VOTA_EXIT_USAGE). */
int vota_key_role_of(const struct vota_cli *cli, const struct vota_key_role **ret_role,
                     const char *name);

/* Where the role's key is, as the configuration says it (key_source.h); the anchorer has one for
 * each network. */
const char *vota_key_file(const struct vota_config *config, const struct vota_key_role *role,
                          enum vota_config_place place);

/* The network that --network means (NULL: the primary), or a usage error. */
int vota_key_place_of(const struct vota_cli *cli, enum vota_config_place *ret_place,
                      const struct vota_config *config, const char *name);

/*
 * Writes a new key file for the role, under a password from --password-file,
 * the configuration's file, or asked for twice; reports it. The key stays the
 * caller's.
 */
int vota_key_store(struct vota_cli *cli, const struct vota_args *args,
                   const struct vota_key_role *role, const struct vota_signer *signer);

/* `key import` is a file of its own. */
int vota_key_run_import(struct vota_cli *cli, const struct vota_args *args);

#endif
