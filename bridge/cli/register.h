/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the actions of `register` share: finding a register, its state in words,
 * its labels in the reader's language. Each action is a file register_*.c.
 */
#ifndef VOTA_BRIDGE_CLI_REGISTER_H
#define VOTA_BRIDGE_CLI_REGISTER_H

#include "bridge/cli/session.h"
#include "bridge/store/store_register.h"

#define VOTA_REGISTER_LABEL_CAP 4096u

/* The register of that id (slug) or register hash, or an error that names it. */
int vota_register_find(struct vota_session *session, struct vota_store_register_copy *ret_copy,
                       const char *name);

/* Text key: register.state.waiting (not on chain yet), .planned, .open, .closed. */
const char *vota_register_state_text(const struct vota_store_register *reg, uint64_t now);

/* A raw string of a definition as NUL-terminated text; cut where it does not fit. */
void vota_register_label(char ret_text[VOTA_REGISTER_LABEL_CAP], struct vota_slice raw);

/* The one in the reader's language. */
struct vota_slice vota_register_in_language(const struct vota_cli *cli, struct vota_slice en,
                                            struct vota_slice ko);

int vota_register_open(struct vota_cli *cli, const struct vota_args *args);
int vota_register_check(struct vota_cli *cli, const struct vota_args *args);
int vota_register_list(struct vota_cli *cli, const struct vota_args *args);
int vota_register_show(struct vota_cli *cli, const struct vota_args *args);

#endif
