/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and labels to options: see choice.h. */
#include "bridge/import/choice.h"

#include <string.h>

#include "bridge/import/refusal.h"

struct choosing {
    const struct vota_definition *definition;
    struct vota_refusal *refusal;
    uint8_t *chosen;
    size_t count;
};

static bool refuse(const struct choosing *choosing, const char *reason, struct vota_slice value,
                   uint64_t limit)
{
    return vota_refusal_set(choosing->refusal, reason, vota_field_name(VOTA_FIELD_CHOICE), value,
                            limit);
}

/* An id is never mistaken for a label: it is asked first. */
static enum vota_status find(size_t *ret_option, const struct vota_definition *definition,
                             struct vota_slice name)
{
    const enum vota_status status =
        vota_definition_option_by_id(definition, ret_option, name.at, name.len);
    if (status == VOTA_OK)
        return status;
    return vota_definition_option_by_label(definition, ret_option, name.at, name.len);
}

static bool choose(struct choosing *choosing, struct vota_slice name)
{
    size_t option = 0;
    const enum vota_status status = find(&option, choosing->definition, name);
    if (status == VOTA_CONFLICT)
        return refuse(choosing, "ambiguous-option", name, 0);
    if (status != VOTA_OK)
        return refuse(choosing, "unknown-option", name, 0);
    const uint8_t bit = (uint8_t)(1u << option % 8);
    if ((choosing->chosen[option / 8] & bit) != 0)
        return refuse(choosing, "repeated-option", name, 0);
    choosing->chosen[option / 8] |= bit;
    choosing->count++;
    return true;
}

/* Spaces around a `;` are a habit of people, not part of a name. */
static struct vota_slice trimmed(struct vota_slice text)
{
    while (text.len > 0 && text.at[0] == ' ') {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && text.at[text.len - 1] == ' ')
        text.len--;
    return text;
}

static bool choose_list(struct choosing *choosing, struct vota_slice text)
{
    while (true) {
        const uint8_t *const end = memchr(text.at, ';', text.len);
        struct vota_slice name = text;
        if (end != NULL)
            name.len = (size_t)(end - text.at);
        if (!choose(choosing, trimmed(name)))
            return false;
        if (end == NULL)
            return true;
        text.at += name.len + 1;
        text.len -= name.len + 1;
    }
}

static bool choose_text(struct choosing *choosing, struct vota_slice text)
{
    size_t option = 0;
    if (text.at == NULL)
        return refuse(choosing, "missing-field", text, 0);
    if (text.len == 0)
        return true;
    /* A label may itself hold a `;`. */
    if (memchr(text.at, ';', text.len) == NULL ||
        find(&option, choosing->definition, text) != VOTA_NOT_FOUND)
        return choose(choosing, text);
    return choose_list(choosing, text);
}

static bool choose_all(struct choosing *choosing, const struct vota_fields *fields)
{
    if (fields->choices == NULL)
        return choose_text(choosing, fields->field[VOTA_FIELD_CHOICE]);
    for (size_t i = 0; i < fields->n_choices; i++) {
        if (!choose(choosing, fields->choices[i]))
            return false;
    }
    return true;
}

bool vota_choice_read(uint8_t ret_chosen[VOTA_CONTENT_CHOICE_BYTES],
                      const struct vota_fields *fields, const struct vota_definition *definition,
                      struct vota_refusal *ret_refusal)
{
    vota_bytes_zero(ret_chosen, VOTA_CONTENT_CHOICE_BYTES);
    struct choosing choosing = {
        .definition = definition, .refusal = ret_refusal, .chosen = ret_chosen};
    const struct vota_slice text = fields->field[VOTA_FIELD_CHOICE];
    if (!choose_all(&choosing, fields))
        return false;
    if (choosing.count > definition->choices_max)
        return refuse(&choosing, "too-many-choices", text, definition->choices_max);
    if (choosing.count < definition->choices_min)
        return refuse(&choosing, "too-few-choices", text, definition->choices_min);
    return true;
}
