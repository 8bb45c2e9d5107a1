/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to objects to fields: see ndjson_json.h. */
#include "bridge/import/ndjson_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct vota_ndjson {
    const char *names[VOTA_FIELD_COUNT];
    struct vota_converter *converter;
    vota_ndjson_each *each;
    void *context;
    uint64_t line;
    bool too_long; /* the line that is being read */
    size_t len;    /* of it, kept from earlier feeds */
    struct vota_slice choices[VOTA_DEFINITION_MAX_OPTIONS];
    uint8_t text[VOTA_NDJSON_LINE_MAX];
};

enum vota_status vota_ndjson_new(struct vota_ndjson **ret_ndjson,
                                 const char *const names[VOTA_FIELD_COUNT],
                                 struct vota_converter *converter, vota_ndjson_each *each,
                                 void *context)
{
    struct vota_ndjson *ndjson = calloc(1, sizeof *ndjson);
    if (ndjson == NULL)
        return VOTA_NO_MEMORY;
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++)
        ndjson->names[f] = names != NULL ? names[f] : vota_field_name((enum vota_field)f);
    ndjson->converter = converter;
    ndjson->each = each;
    ndjson->context = context;
    ndjson->line = 1;
    *ret_ndjson = ndjson;
    return VOTA_OK;
}

void vota_ndjson_restart(struct vota_ndjson *ndjson, uint64_t line)
{
    ndjson->line = line;
    ndjson->len = 0;
    ndjson->too_long = false;
}

void vota_ndjson_free(struct vota_ndjson *ndjson)
{
    free(ndjson);
}

static struct vota_slice slice_of(const json_t *text)
{
    return (struct vota_slice){.at = (const uint8_t *)json_string_value(text),
                               .len = json_string_length(text)};
}

/* The choices of an array: NULL, or the reason why not. */
static const char *read_choices(struct vota_ndjson *ndjson, const json_t *array,
                                struct vota_fields *fields, uint64_t *ret_limit)
{
    const size_t n = json_array_size(array);
    *ret_limit = VOTA_DEFINITION_MAX_OPTIONS;
    if (n > VOTA_DEFINITION_MAX_OPTIONS)
        return "too-many-choices";
    *ret_limit = 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *const choice = json_array_get(array, i);
        if (!json_is_string(choice))
            return "wrong-type";
        ndjson->choices[i] = slice_of(choice);
    }
    fields->choices = ndjson->choices;
    fields->n_choices = n;
    return NULL;
}

/* The members of an object: NULL, or the reason and the field it concerns. */
static const char *read_members(struct vota_ndjson *ndjson, const json_t *object,
                                struct vota_fields *fields, struct vota_ndjson_row *row)
{
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++) {
        const json_t *const member = json_object_get(object, ndjson->names[f]);
        row->field = vota_field_name((enum vota_field)f);
        const char *reason = NULL;
        if (json_is_string(member))
            fields->field[f] = slice_of(member);
        else if (f == VOTA_FIELD_CHOICE && json_is_array(member))
            reason = read_choices(ndjson, member, fields, &row->limit);
        else if (member != NULL && !json_is_null(member))
            reason = "wrong-type";
        if (reason != NULL)
            return reason;
    }
    return NULL;
}

static const char *reason_of(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "nul-byte";
    case json_error_duplicate_key:
        return "duplicate-member";
    case json_error_invalid_utf8:
        return "not-utf8";
    case json_error_unknown:
    case json_error_out_of_memory:
    case json_error_stack_overflow:
    case json_error_cannot_open_file:
    case json_error_invalid_argument:
    case json_error_premature_end_of_input:
    case json_error_end_of_input_expected:
    case json_error_invalid_syntax:
    case json_error_invalid_format:
    case json_error_wrong_type:
    case json_error_null_value:
    case json_error_numeric_overflow:
    case json_error_item_not_found:
    case json_error_index_out_of_range:
        break;
    }
    return "not-json";
}

static enum vota_status give_object(struct vota_ndjson *ndjson, struct vota_ndjson_row *row,
                                    struct vota_slice text)
{
    struct vota_fields fields = {.choices = NULL};
    json_error_t error;
    json_t *const object =
        json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        row->reason = reason_of(&error);
    else if (!json_is_object(object))
        row->reason = "not-an-object";
    else
        row->reason = read_members(ndjson, object, &fields, row);
    if (row->reason == NULL) {
        row->field = "row";
        row->fields = &fields;
    }
    const enum vota_status status = ndjson->each(ndjson->context, row);
    json_decref(object);
    return status;
}

static bool is_blank(struct vota_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != ' ' && text.at[i] != '\t' && text.at[i] != '\r')
            return false;
    }
    return true;
}

/* One whole line without its line feed. */
static enum vota_status give_line(struct vota_ndjson *ndjson, struct vota_slice raw)
{
    struct vota_ndjson_row row = {.line = ndjson->line, .raw = raw, .field = "row"};
    ndjson->line += ndjson->line > 0;
    ndjson->len = 0;
    if (raw.len > 0 && raw.at[raw.len - 1] == '\r')
        row.raw.len--;
    if (ndjson->too_long) {
        ndjson->too_long = false;
        row.raw.len = 0;
        row.reason = "row-too-long";
        row.limit = VOTA_NDJSON_LINE_MAX;
        return ndjson->each(ndjson->context, &row);
    }
    if (is_blank(raw))
        return VOTA_OK;
    struct vota_slice text;
    vota_encoding_rewind(ndjson->converter);
    row.reason = vota_encoding_read(&text, ndjson->converter, raw);
    if (row.reason != NULL)
        return ndjson->each(ndjson->context, &row);
    return give_object(ndjson, &row, text);
}

/* Adds the beginning or middle of a line to what is kept of it. */
static void keep(struct vota_ndjson *ndjson, const uint8_t *bytes, size_t len)
{
    if (ndjson->too_long || len > VOTA_NDJSON_LINE_MAX - ndjson->len) {
        ndjson->too_long = true;
        return;
    }
    if (len > 0)
        vota_bytes_copy(ndjson->text + ndjson->len, bytes, len);
    ndjson->len += len;
}

/* The rest of a line has come; mostly all of it, which then need not be copied. */
static enum vota_status end_line(struct vota_ndjson *ndjson, const uint8_t *bytes, size_t len)
{
    if (ndjson->len == 0 && !ndjson->too_long && len <= VOTA_NDJSON_LINE_MAX)
        return give_line(ndjson, (struct vota_slice){.at = bytes, .len = len});
    keep(ndjson, bytes, len);
    return give_line(ndjson, (struct vota_slice){.at = ndjson->text, .len = ndjson->len});
}

enum vota_status vota_ndjson_feed(struct vota_ndjson *ndjson, const void *bytes, size_t len)
{
    struct vota_rd rd = vota_rd_of(bytes, len);
    while (rd.left > 0) {
        const uint8_t *const feed = memchr(rd.at, '\n', rd.left);
        const size_t part = feed != NULL ? (size_t)(feed - rd.at) : rd.left;
        const uint8_t *const at = vota_rd_take(&rd, part);
        if (feed == NULL) {
            keep(ndjson, at, part);
            break;
        }
        (void)vota_rd_take(&rd, 1);
        const enum vota_status status = end_line(ndjson, at, part);
        if (status != VOTA_OK)
            return status;
    }
    return VOTA_OK;
}

enum vota_status vota_ndjson_finish(struct vota_ndjson *ndjson)
{
    if (ndjson->len == 0 && !ndjson->too_long)
        return VOTA_OK;
    return give_line(ndjson, (struct vota_slice){.at = ndjson->text, .len = ndjson->len});
}
