/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading of scanned JSON: see fields.h. */
#include "view/fields.h"

#include "proof/acceptance.h"
#include "proof/hex.h"
#include "proof/jcs.h"

static size_t length(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    return len;
}

static bool is_word(struct vota_slice raw, const char *word)
{
    return raw.len == length(word) && vota_bytes_equal(raw.at, word, raw.len);
}

void vota_fields_refuse(struct vota_fields *fields, const char *where, const char *reason)
{
    if (fields->status == VOTA_OK)
        fields->status = vota_fail(fields->err, VOTA_BAD_INPUT, where, reason);
}

struct vota_fields vota_fields_of(struct vota_slice object, const char *name,
                                  struct vota_error *err)
{
    struct vota_fields fields = {.object = object, .name = name, .err = err};
    if (vota_scan_type_of(object) != VOTA_SCAN_OBJECT)
        vota_fields_refuse(&fields, name, "bad-type");
    return fields;
}

static struct vota_slice find(const struct vota_fields *fields, const char *key)
{
    struct vota_scan_walk walk = vota_scan_walk_of(fields->object);
    struct vota_slice name;
    struct vota_slice value;
    while (vota_scan_next(&walk, &name, &value)) {
        if (is_word(name, key))
            return value;
    }
    return (struct vota_slice){0};
}

bool vota_fields_has(const struct vota_fields *fields, const char *key)
{
    return fields->status == VOTA_OK && find(fields, key).len > 0;
}

struct vota_slice vota_fields_get(struct vota_fields *fields, const char *key)
{
    if (fields->status != VOTA_OK)
        return (struct vota_slice){0};
    const struct vota_slice value = find(fields, key);
    if (value.len == 0)
        vota_fields_refuse(fields, key, "missing-member");
    else
        fields->asked++;
    return value;
}

/* Digits alone, without sign, point or exponent: a number has one form. */
static uint64_t number_of(struct vota_fields *fields, const char *where, struct vota_slice value)
{
    uint64_t number = 0;
    if (fields->status != VOTA_OK)
        return 0;
    if (vota_scan_type_of(value) != VOTA_SCAN_NUMBER) {
        vota_fields_refuse(fields, where, "bad-type");
        return 0;
    }
    for (size_t i = 0; i < value.len && fields->status == VOTA_OK; i++) {
        if (value.at[i] == '.' || value.at[i] == 'e' || value.at[i] == 'E')
            vota_fields_refuse(fields, where, "bad-type");
        else if (value.at[i] == '-' || number > VOTA_JCS_MAX_NUMBER / 10)
            vota_fields_refuse(fields, where, "bad-number");
        else
            number = number * 10 + (uint64_t)(value.at[i] - '0');
    }
    if (number > VOTA_JCS_MAX_NUMBER)
        vota_fields_refuse(fields, where, "bad-number");
    return fields->status == VOTA_OK ? number : 0;
}

static struct vota_slice text_of(struct vota_fields *fields, const char *where,
                                 struct vota_slice value)
{
    if (fields->status != VOTA_OK)
        return (struct vota_slice){0};
    if (vota_scan_type_of(value) != VOTA_SCAN_STRING) {
        vota_fields_refuse(fields, where, "bad-type");
        return (struct vota_slice){0};
    }
    return vota_scan_raw(value);
}

bool vota_fields_is(struct vota_slice value, const char *word)
{
    return vota_scan_type_of(value) == VOTA_SCAN_STRING && is_word(vota_scan_raw(value), word);
}

static void hex_of(struct vota_fields *fields, void *ret_bytes, size_t len, const char *where,
                   struct vota_slice value)
{
    const struct vota_slice text = text_of(fields, where, value);
    vota_bytes_zero(ret_bytes, len);
    if (fields->status == VOTA_OK &&
        vota_hex_read(ret_bytes, len, (const char *)text.at, text.len) != VOTA_OK)
        vota_fields_refuse(fields, where, "bad-hex");
}

uint64_t vota_fields_number(struct vota_fields *fields, const char *key)
{
    return number_of(fields, key, vota_fields_get(fields, key));
}

bool vota_fields_bool(struct vota_fields *fields, const char *key)
{
    const struct vota_slice value = vota_fields_get(fields, key);
    const enum vota_scan_type type = vota_scan_type_of(value);
    if (fields->status == VOTA_OK && type != VOTA_SCAN_TRUE && type != VOTA_SCAN_FALSE)
        vota_fields_refuse(fields, key, "bad-type");
    return fields->status == VOTA_OK && type == VOTA_SCAN_TRUE;
}

struct vota_slice vota_fields_text(struct vota_fields *fields, const char *key)
{
    return text_of(fields, key, vota_fields_get(fields, key));
}

void vota_fields_hex(struct vota_fields *fields, void *ret_bytes, size_t len, const char *key)
{
    hex_of(fields, ret_bytes, len, key, vota_fields_get(fields, key));
}

void vota_fields_word(struct vota_fields *fields, const char *key, const char *word)
{
    (void)vota_fields_choice(fields, key, &word, 1);
}

size_t vota_fields_choice(struct vota_fields *fields, const char *key, const char *const *words,
                          size_t n)
{
    const struct vota_slice text = vota_fields_text(fields, key);
    if (fields->status != VOTA_OK)
        return n;
    for (size_t i = 0; i < n; i++) {
        if (is_word(text, words[i]))
            return i;
    }
    vota_fields_refuse(fields, key, "bad-value");
    return n;
}

size_t vota_fields_array(struct vota_fields *fields, struct vota_scan_walk *ret_walk,
                         const char *key, size_t max)
{
    const struct vota_slice array = vota_fields_get(fields, key);
    struct vota_slice item;
    struct vota_slice none;
    size_t n = 0;
    *ret_walk = (struct vota_scan_walk){0};
    if (fields->status != VOTA_OK)
        return 0;
    if (vota_scan_type_of(array) != VOTA_SCAN_ARRAY) {
        vota_fields_refuse(fields, key, "bad-type");
        return 0;
    }
    struct vota_scan_walk walk = vota_scan_walk_of(array);
    while (n <= max && vota_scan_next(&walk, &none, &item))
        n++;
    if (n > max) {
        vota_fields_refuse(fields, key, "too-many");
        return 0;
    }
    *ret_walk = vota_scan_walk_of(array);
    return n;
}

struct vota_slice vota_fields_item(struct vota_fields *fields, struct vota_scan_walk *walk)
{
    struct vota_slice key;
    struct vota_slice value = {0};
    if (fields->status == VOTA_OK)
        (void)vota_scan_next(walk, &key, &value);
    return value;
}

void vota_fields_item_hex(struct vota_fields *fields, void *ret_bytes, size_t len,
                          struct vota_scan_walk *walk)
{
    hex_of(fields, ret_bytes, len, fields->name, vota_fields_item(fields, walk));
}

uint64_t vota_fields_item_number(struct vota_fields *fields, struct vota_scan_walk *walk)
{
    return number_of(fields, fields->name, vota_fields_item(fields, walk));
}

struct vota_slice vota_fields_digits(struct vota_fields *fields, struct vota_slice value)
{
    const struct vota_slice text = text_of(fields, fields->name, value);
    if (fields->status == VOTA_OK && text.len % 2 == 0 && text.len >= 2)
        return text;
    vota_fields_refuse(fields, fields->name, "bad-hex");
    return (struct vota_slice){0};
}

static void read_field(struct vota_fields *fields, void *at, const struct vota_canon_field *field)
{
    switch (field->type) {
    case VOTA_CANON_NUMBER:
        *(uint64_t *)at = vota_fields_number(fields, field->key);
        return;
    case VOTA_CANON_HASH:
        vota_fields_hex(fields, at, sizeof(vota_hash), field->key);
        return;
    case VOTA_CANON_ADDR:
        vota_fields_hex(fields, at, sizeof(vota_addr), field->key);
        return;
    case VOTA_CANON_SIGNATURE:
        vota_fields_hex(fields, at, VOTA_SIGNATURE_BYTES, field->key);
        return;
    case VOTA_CANON_TEXT:
        *(struct vota_slice *)at = vota_fields_text(fields, field->key);
        return;
    case VOTA_CANON_WORD:
        vota_fields_word(fields, field->key, field->word);
        return;
    }
}

void vota_fields_flat(struct vota_fields *fields, void *to, const struct vota_canon_flat *table)
{
    for (size_t i = 0; i < table->n; i++)
        read_field(fields, (uint8_t *)to + table->fields[i].offset, &table->fields[i]);
}

void vota_fields_inner(struct vota_fields *fields, void *to, const char *key,
                       const struct vota_canon_flat *table)
{
    const struct vota_slice value = vota_fields_get(fields, key);
    if (fields->status != VOTA_OK)
        return;
    struct vota_fields inner = vota_fields_of(value, key, fields->err);
    vota_fields_flat(&inner, to, table);
    fields->status = vota_fields_end(&inner);
}

enum vota_status vota_fields_end(struct vota_fields *fields)
{
    struct vota_scan_walk walk = vota_scan_walk_of(fields->object);
    struct vota_slice key;
    struct vota_slice value;
    size_t n = 0;
    while (fields->status == VOTA_OK && vota_scan_next(&walk, &key, &value))
        n++;
    if (fields->status == VOTA_OK && n != fields->asked)
        vota_fields_refuse(fields, fields->name, "unknown-member");
    return fields->status;
}
