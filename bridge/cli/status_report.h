/* SPDX-License-Identifier: Apache-2.0 */
/* A situation for a person, in sentences, and for a program, as JSON. Prints; judges nothing. */
#ifndef VOTA_BRIDGE_CLI_STATUS_REPORT_H
#define VOTA_BRIDGE_CLI_STATUS_REPORT_H

#include "bridge/cli/phrase.h"
#include "bridge/cli/situation.h"

/* Everything about one network, on cli->out. */
void vota_status_report(const struct vota_cli *cli, const struct vota_situation *situation);

/* The same in one line, for a log of `--watch`. */
void vota_status_report_line(const struct vota_cli *cli, const struct vota_situation *situation);

/* The members of one network, in the open object. */
void vota_status_json(struct vota_json *json, const struct vota_situation *situation);

/* The members of one operation, in the open object. */
void vota_status_json_operation(struct vota_json *json,
                                const struct vota_situation_operation *operation);

/* The network's name and what it is for. */
const char *vota_status_title(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                              const struct vota_store_network *network);

/* Text keys of a state, and its name in JSON: "queued", "signed", ...; static. */
const char *vota_status_state_text(enum vota_op_state state);
const char *vota_status_state_name(enum vota_op_state state);

/* Text key of an entry's kind, also one of a newer version. */
const char *vota_status_kind_text(uint64_t kind);

/* Seconds until the operation's block is final, as far as the last blocks tell; 0: not known. */
uint64_t vota_status_until_final(const struct vota_situation *situation, uint64_t block);

#endif
