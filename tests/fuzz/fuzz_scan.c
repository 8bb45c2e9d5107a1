/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON that our scanner takes, jansson takes too, and the other way round but for
 * numbers that jansson cannot hold and depth; strings stand for the same bytes.
 */
#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "view/scan.h"

/* As deep as the scanner lets a text be. NOLINTBEGIN(misc-no-recursion) */
static void compare(struct vota_slice value, const json_t *theirs);

static void compare_string(struct vota_slice raw, const char *text, size_t len)
{
    uint8_t *bytes = malloc(raw.len > 0 ? raw.len : 1);
    struct vota_wr wr = vota_wr_of(bytes, raw.len);
    VOTA_ASSERT(bytes != NULL);
    vota_scan_unescape(&wr, raw);
    VOTA_ASSERT(vota_wr_fits(&wr) && wr.len == len && memcmp(bytes, text, len) == 0);
    free(bytes);
}

static void compare_items(struct vota_slice value, const json_t *theirs)
{
    struct vota_scan_walk walk = vota_scan_walk_of(value);
    struct vota_slice key;
    struct vota_slice item;
    size_t n = 0;
    for (; vota_scan_next(&walk, &key, &item); n++)
        compare(item, json_array_get(theirs, n));
    VOTA_ASSERT(n == json_array_size(theirs));
}

static void compare_members(struct vota_slice value, const json_t *theirs)
{
    struct vota_scan_walk walk = vota_scan_walk_of(value);
    struct vota_slice key;
    struct vota_slice item;
    size_t n = 0;
    for (; vota_scan_next(&walk, &key, &item); n++) {
        char *name = calloc(key.len + 1, 1);
        struct vota_wr wr = vota_wr_of(name, key.len);
        VOTA_ASSERT(name != NULL);
        vota_scan_unescape(&wr, key);
        compare(item, json_object_get(theirs, name));
        free(name);
    }
    VOTA_ASSERT(n == json_object_size(theirs));
}

static bool is_alike(enum vota_scan_type type, const json_t *theirs)
{
    switch (type) {
    case VOTA_SCAN_OBJECT:
        return json_is_object(theirs);
    case VOTA_SCAN_ARRAY:
        return json_is_array(theirs);
    case VOTA_SCAN_STRING:
        return json_is_string(theirs);
    case VOTA_SCAN_NUMBER:
        return json_is_number(theirs);
    case VOTA_SCAN_TRUE:
    case VOTA_SCAN_FALSE:
        return json_is_boolean(theirs) && json_is_true(theirs) == (type == VOTA_SCAN_TRUE);
    case VOTA_SCAN_NULL:
        return json_is_null(theirs);
    case VOTA_SCAN_NOTHING:
        break;
    }
    return false;
}

static void compare(struct vota_slice value, const json_t *theirs)
{
    const enum vota_scan_type type = vota_scan_type_of(value);
    VOTA_ASSERT(theirs != NULL && is_alike(type, theirs));
    if (type == VOTA_SCAN_OBJECT)
        compare_members(value, theirs);
    else if (type == VOTA_SCAN_ARRAY)
        compare_items(value, theirs);
    else if (type == VOTA_SCAN_STRING)
        compare_string(vota_scan_raw(value), json_string_value(theirs), json_string_length(theirs));
}
/* NOLINTEND(misc-no-recursion) */

/* What only jansson refuses: a number out of its range, a key twice (which fields.h refuses). */
static bool is_theirs_alone(const json_error_t *error)
{
    const enum json_error_code code = json_error_code(error);
    return code == json_error_numeric_overflow || code == json_error_duplicate_key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_slice value;
    struct vota_error err = {0};
    json_error_t error = {.line = 0};
    json_t *theirs =
        json_loadb((const char *)data, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    const bool ours = vota_scan_check(&value, data, size, &err) == VOTA_OK;
    if (ours && theirs != NULL)
        compare(value, theirs);
    else if (ours)
        VOTA_ASSERT(is_theirs_alone(&error));
    else
        VOTA_ASSERT(theirs == NULL || strcmp(err.text, "too-deep") == 0 ||
                    memchr(data, 0, size) != NULL); /* jansson takes a NUL for the end */
    json_decref(theirs);
    return 0;
}
