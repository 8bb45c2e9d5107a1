/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the JSON of --json as it goes. It knows nesting and escaping, not
 * what is reported, and never writes hashed bytes.
 */
#include "bridge/cli/output_json.h"

#include <inttypes.h>
#include <string.h>

#include "bridge/utf8.h"
#include "proof/bytes.h"
#include "proof/hex.h"
#include "proof/time.h"

#define JSON_SAFE_MAX 9007199254740991u /* 2^53 - 1: what every reader keeps exactly */

static void put(struct vota_json *json, const char *text)
{
    (void)fputs(text, json->to); /* errors are sticky: main asks ferror at the end */
}

static void put_string(struct vota_json *json, const char *text, size_t len);

/* Comma, line, indent and the name of what follows. */
static void begin_member(struct vota_json *json, const char *name)
{
    const size_t depth = json->depth - 1;
    VOTA_ASSERT(json->depth > 0 && json->array[depth] == (name == NULL));
    put(json, json->any[depth] ? ",\n" : "\n");
    json->any[depth] = true;
    for (size_t i = 0; i < json->depth; i++)
        put(json, "  ");
    if (name == NULL)
        return;
    put_string(json, name, strlen(name));
    put(json, ": ");
}

static void open(struct vota_json *json, bool array)
{
    VOTA_ASSERT(json->depth < VOTA_JSON_MAX_DEPTH);
    put(json, array ? "[" : "{");
    json->any[json->depth] = false;
    json->array[json->depth] = array;
    json->depth++;
}

void vota_json_begin(struct vota_json *ret_json, FILE *to)
{
    *ret_json = (struct vota_json){.to = to};
    open(ret_json, false);
}

void vota_json_object(struct vota_json *json, const char *name)
{
    begin_member(json, name);
    open(json, false);
}

void vota_json_array(struct vota_json *json, const char *name)
{
    begin_member(json, name);
    open(json, true);
}

void vota_json_end(struct vota_json *json)
{
    VOTA_ASSERT(json->depth > 0);
    json->depth--;
    if (json->any[json->depth]) {
        put(json, "\n");
        for (size_t i = 0; i < json->depth; i++)
            put(json, "  ");
    }
    put(json, json->array[json->depth] ? "]" : "}");
}

void vota_json_finish(struct vota_json *json)
{
    VOTA_ASSERT(json->depth == 1);
    vota_json_end(json);
    put(json, "\n");
}

static void put_character(struct vota_json *json, uint32_t point, const char *bytes, size_t len)
{
    if (point == VOTA_UTF8_BAD)
        put(json, "\xef\xbf\xbd");
    else if (point == '"' || point == '\\')
        (void)fprintf(json->to, "\\%c", (int)point);
    else if (point == '\n')
        put(json, "\\n");
    else if (point < 0x20 || (point >= 0x7f && point < 0xa0)) /* also what a terminal obeys */
        (void)fprintf(json->to, "\\u%04x", (unsigned)point);
    else
        (void)fwrite(bytes, 1, len, json->to);
}

static void put_string(struct vota_json *json, const char *text, size_t len)
{
    put(json, "\"");
    for (size_t at = 0; at < len;) {
        uint32_t point;
        const size_t here = vota_utf8_next(&point, text + at, len - at);
        put_character(json, point, text + at, here);
        at += here;
    }
    put(json, "\"");
}

void vota_json_text(struct vota_json *json, const char *name, const char *text)
{
    begin_member(json, name);
    if (text == NULL)
        put(json, "null");
    else
        put_string(json, text, strlen(text));
}

void vota_json_text_of(struct vota_json *json, const char *name, struct vota_slice text)
{
    begin_member(json, name);
    put_string(json, (const char *)text.at, text.len);
}

void vota_json_number(struct vota_json *json, const char *name, uint64_t number)
{
    begin_member(json, name);
    (void)fprintf(json->to, number <= JSON_SAFE_MAX ? "%" PRIu64 : "\"%" PRIu64 "\"", number);
}

void vota_json_bool(struct vota_json *json, const char *name, bool value)
{
    begin_member(json, name);
    put(json, value ? "true" : "false");
}

void vota_json_null(struct vota_json *json, const char *name)
{
    vota_json_text(json, name, NULL);
}

void vota_json_hash(struct vota_json *json, const char *name, const vota_hash *hash)
{
    char text[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(text, hash);
    vota_json_text(json, name, text);
}

void vota_json_addr(struct vota_json *json, const char *name, const vota_addr *addr)
{
    char text[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(text, addr);
    vota_json_text(json, name, text);
}

void vota_json_time(struct vota_json *json, const char *name, uint64_t unix_time)
{
    char text[VOTA_TIME_CHARS + 1];
    if (unix_time > VOTA_TIME_MAX) { /* beyond any calendar: as it came */
        vota_json_number(json, name, unix_time);
        return;
    }
    vota_time_text(text, unix_time);
    vota_json_text(json, name, text);
}
