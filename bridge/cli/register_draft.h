/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a person's definition file to the canonical text that is hashed, checked
 * and ready to be stored. It makes nothing on disk.
 */
#ifndef VOTA_BRIDGE_CLI_REGISTER_DRAFT_H
#define VOTA_BRIDGE_CLI_REGISTER_DRAFT_H

#include "bridge/cli/cli.h"
#include "bridge/definition_json.h"

struct vota_register_draft {
    struct vota_definition_draft draft;      /* what the file says */
    struct vota_definition definition;       /* read back; borrows text */
    uint8_t text[VOTA_DEFINITION_MAX_BYTES]; /* canonical */
    size_t len;
    vota_hash hash;
};

/* Reads FILE, with `now` for what is left out; reports what is wrong. Release with _done. */
int vota_register_draft_read(const struct vota_cli *cli, struct vota_register_draft *ret_draft,
                             const char *file, uint64_t now);
void vota_register_draft_done(struct vota_register_draft *draft);

/* Writes the text with this tag key hash and reads it back by every rule; reports what is wrong. */
int vota_register_draft_write(const struct vota_cli *cli, struct vota_register_draft *draft,
                              const char *file, const vota_hash *tag_key_hash);

/* What the definition comes to: title, times, options. */
void vota_register_draft_show(const struct vota_cli *cli, const struct vota_definition *definition);

#endif
