/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a site calls a choice to options of the register: an option's id or its
 * label in either language, byte for byte. Several stand in one field,
 * separated by `;`, unless the whole field is one option; or one by one in a
 * JSON array. An empty field is a blank vote. Order does not matter.
 */
#ifndef VOTA_BRIDGE_IMPORT_CHOICE_H
#define VOTA_BRIDGE_IMPORT_CHOICE_H

#include "bridge/import/record.h"

/*
 * Sets the bits of the options chosen, as content.h wants them. False, with the
 * refusal: "missing-field", "unknown-option", "ambiguous-option" (a label that
 * is English for one and Korean for another), "repeated-option",
 * "too-many-choices", "too-few-choices".
 */
bool vota_choice_read(uint8_t ret_chosen[VOTA_CONTENT_CHOICE_BYTES],
                      const struct vota_fields *fields, const struct vota_definition *definition,
                      struct vota_refusal *ret_refusal);

#endif
