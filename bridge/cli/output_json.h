/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the JSON of --json as it goes: nothing is kept, so an audit of a
 * million rows costs no memory. Member names are part of the program's
 * interface: lower_snake_case, never renamed. Integers above 2^53-1, which many
 * readers would round, are written as text. It never writes hashed bytes: that
 * is proof/jcs.c alone.
 *
 *     struct vota_json json;
 *     vota_json_begin(&json, cli->out);
 *     vota_json_text(&json, "register", id);
 *     vota_json_array(&json, "rows");
 *         vota_json_object(&json, NULL);
 *             vota_json_number(&json, "count", 5);
 *         vota_json_end(&json);
 *     vota_json_end(&json);
 *     vota_json_finish(&json);
 *
 * `name` is NULL inside an array.
 */
#ifndef VOTA_BRIDGE_CLI_OUTPUT_JSON_H
#define VOTA_BRIDGE_CLI_OUTPUT_JSON_H

#include <stdio.h>

#include "proof/voteanchor.h"

#define VOTA_JSON_MAX_DEPTH 16u

struct vota_json {
    FILE *to;
    size_t depth;
    bool any[VOTA_JSON_MAX_DEPTH];   /* a member was written at this depth */
    bool array[VOTA_JSON_MAX_DEPTH]; /* this depth is an array */
};

void vota_json_begin(struct vota_json *ret_json, FILE *to); /* opens the outermost object */
void vota_json_finish(struct vota_json *json);              /* closes it, with a newline */

void vota_json_object(struct vota_json *json, const char *name);
void vota_json_array(struct vota_json *json, const char *name);
void vota_json_end(struct vota_json *json); /* of the innermost object or array */

void vota_json_text(struct vota_json *json, const char *name, const char *text); /* NULL: null */
void vota_json_text_of(struct vota_json *json, const char *name, struct vota_slice text);
void vota_json_number(struct vota_json *json, const char *name, uint64_t number);
void vota_json_bool(struct vota_json *json, const char *name, bool value);
void vota_json_null(struct vota_json *json, const char *name);
void vota_json_hash(struct vota_json *json, const char *name, const vota_hash *hash);
void vota_json_addr(struct vota_json *json, const char *name, const vota_addr *addr);
void vota_json_time(struct vota_json *json, const char *name, uint64_t unix_time); /* RFC 3339, Z */

#endif
