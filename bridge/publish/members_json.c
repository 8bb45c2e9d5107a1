/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading of parsed JSON: see members_json.h. */
#include "bridge/publish/members_json.h"

#include <jansson.h>
#include <string.h>

#include "proof/acceptance.h"
#include "proof/hex.h"

enum vota_status vota_members_parse(struct json_t **ret_object, const void *text, size_t len,
                                    struct vota_error *err)
{
    json_error_t error = {.line = 0};
    json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL) {
        /* Where jansson gives no reason, it was memory that it could not have. */
        const enum json_error_code code = json_error_code(&error);
        return code == json_error_unknown || code == json_error_out_of_memory
                   ? vota_fail(err, VOTA_NO_MEMORY, "text", "no-memory")
                   : vota_fail(err, VOTA_BAD_INPUT, "text", "not-json");
    }
    if (!json_is_object(object)) {
        json_decref(object);
        return vota_fail(err, VOTA_BAD_INPUT, "text", "bad-type");
    }
    *ret_object = object;
    return VOTA_OK;
}

void vota_members_free(struct json_t *object)
{
    json_decref(object);
}

void vota_members_refuse(struct vota_members *members, const char *where, const char *reason)
{
    if (members->status == VOTA_OK)
        members->status = vota_fail(members->err, VOTA_BAD_INPUT, where, reason);
}

struct vota_members vota_members_of(const struct json_t *object, const char *name,
                                    struct vota_error *err)
{
    struct vota_members members = {.object = object, .name = name, .err = err};
    if (!json_is_object(object))
        vota_members_refuse(&members, name, "bad-type");
    return members;
}

bool vota_members_has(const struct vota_members *members, const char *key)
{
    return members->status == VOTA_OK && json_object_get(members->object, key) != NULL;
}

const struct json_t *vota_members_get(struct vota_members *members, const char *key)
{
    if (members->status != VOTA_OK)
        return NULL;
    const json_t *value = json_object_get(members->object, key);
    if (value == NULL)
        vota_members_refuse(members, key, "missing-member");
    else
        members->asked++;
    return value;
}

static uint64_t number_of(struct vota_members *members, const char *where, const json_t *value)
{
    if (value == NULL)
        return 0;
    if (!json_is_integer(value)) {
        vota_members_refuse(members, where, "bad-type");
        return 0;
    }
    const json_int_t number = json_integer_value(value);
    if (number < 0 || (uint64_t)number > VOTA_MEMBERS_MAX_NUMBER) {
        vota_members_refuse(members, where, "bad-number");
        return 0;
    }
    return (uint64_t)number;
}

static struct vota_slice text_of(struct vota_members *members, const char *where,
                                 const json_t *value)
{
    if (value == NULL)
        return (struct vota_slice){0};
    if (!json_is_string(value)) {
        vota_members_refuse(members, where, "bad-type");
        return (struct vota_slice){0};
    }
    return (struct vota_slice){(const uint8_t *)json_string_value(value),
                               json_string_length(value)};
}

static void hex_of(struct vota_members *members, void *ret_bytes, size_t len, const char *where,
                   const json_t *value)
{
    const struct vota_slice text = text_of(members, where, value);
    memset(ret_bytes, 0, len);
    if (members->status == VOTA_OK &&
        vota_hex_read(ret_bytes, len, (const char *)text.at, text.len) != VOTA_OK)
        vota_members_refuse(members, where, "bad-hex");
}

uint64_t vota_members_number(struct vota_members *members, const char *key)
{
    return number_of(members, key, vota_members_get(members, key));
}

struct vota_slice vota_members_text(struct vota_members *members, const char *key)
{
    return text_of(members, key, vota_members_get(members, key));
}

void vota_members_hex(struct vota_members *members, void *ret_bytes, size_t len, const char *key)
{
    hex_of(members, ret_bytes, len, key, vota_members_get(members, key));
}

void vota_members_word(struct vota_members *members, const char *key, const char *word)
{
    const struct vota_slice text = vota_members_text(members, key);
    const size_t len = strlen(word);
    if (members->status == VOTA_OK && (text.len != len || !vota_bytes_equal(text.at, word, len)))
        vota_members_refuse(members, key, "bad-value");
}

size_t vota_members_count(struct vota_members *members, const struct json_t **ret_array,
                          const char *key, size_t max)
{
    const json_t *array = vota_members_get(members, key);
    if (array != NULL && !json_is_array(array))
        vota_members_refuse(members, key, "bad-type");
    else if (json_array_size(array) > max)
        vota_members_refuse(members, key, "too-many");
    *ret_array = members->status == VOTA_OK ? array : NULL;
    return json_array_size(*ret_array);
}

const struct json_t *vota_members_item(const struct json_t *array, size_t i)
{
    return json_array_get(array, i);
}

uint64_t vota_members_item_number(struct vota_members *members, const struct json_t *array,
                                  size_t i)
{
    return number_of(members, members->name, json_array_get(array, i));
}

void vota_members_item_hex(struct vota_members *members, void *ret_bytes, size_t len,
                           const struct json_t *array, size_t i)
{
    hex_of(members, ret_bytes, len, members->name, json_array_get(array, i));
}

struct vota_slice vota_members_digits(struct vota_members *members, const struct json_t *value)
{
    const struct vota_slice text = text_of(members, members->name, value);
    if (members->status == VOTA_OK && text.len % 2 == 0 && text.len >= 2)
        return text;
    vota_members_refuse(members, members->name, "bad-hex");
    return (struct vota_slice){0};
}

static void read_field(struct vota_members *members, void *at, const struct vota_canon_field *field)
{
    switch (field->type) {
    case VOTA_CANON_NUMBER:
        *(uint64_t *)at = vota_members_number(members, field->key);
        return;
    case VOTA_CANON_HASH:
        vota_members_hex(members, at, sizeof(vota_hash), field->key);
        return;
    case VOTA_CANON_ADDR:
        vota_members_hex(members, at, sizeof(vota_addr), field->key);
        return;
    case VOTA_CANON_SIGNATURE:
        vota_members_hex(members, at, VOTA_SIGNATURE_BYTES, field->key);
        return;
    case VOTA_CANON_TEXT:
        *(struct vota_slice *)at = vota_members_text(members, field->key);
        return;
    case VOTA_CANON_WORD:
        vota_members_word(members, field->key, field->word);
        return;
    }
}

void vota_members_flat(struct vota_members *members, void *to, const struct vota_canon_flat *fields)
{
    for (size_t i = 0; i < fields->n; i++)
        read_field(members, (uint8_t *)to + fields->fields[i].offset, &fields->fields[i]);
}

enum vota_status vota_members_end(struct vota_members *members)
{
    if (members->status == VOTA_OK && json_object_size(members->object) != members->asked)
        vota_members_refuse(members, members->name, "unknown-member");
    return members->status;
}
