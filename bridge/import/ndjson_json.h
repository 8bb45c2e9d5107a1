/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Newline-delimited JSON: one object a line, read by jansson. Members are texts;
 * `choice` may be an array of texts. Members that no field is called by are
 * passed over, null is as if it were not there. What is hashed is written anew
 * by proof/, never taken from here.
 */
#ifndef VOTA_BRIDGE_IMPORT_NDJSON_JSON_H
#define VOTA_BRIDGE_IMPORT_NDJSON_JSON_H

#include "bridge/import/encoding.h"
#include "bridge/import/record.h"

#define VOTA_NDJSON_LINE_MAX ((size_t)512 * 1024)

struct vota_ndjson_row {
    uint64_t line;                    /* from 1 */
    struct vota_slice raw;            /* as it came, without its line end; empty if too long */
    const struct vota_fields *fields; /* set when reason is NULL */
    /* NULL, or "row-too-long", "not-utf8", "not-cp949", "nul-byte", "not-json",
     * "duplicate-member", "not-an-object", "wrong-type", "too-many-choices" */
    const char *reason;
    const char *field; /* the member concerned, or "row" */
    uint64_t limit;    /* of the reason; 0 without one */
};

/* A status other than VOTA_OK ends the reading and is returned. The row is borrowed. */
typedef enum vota_status vota_ndjson_each(void *context, const struct vota_ndjson_row *row);

struct vota_ndjson;

/* names[f] is what the member of field f is called, NULL: by vota_field_name; the names
 * themselves and the converter are borrowed. */
VOTA_MUST_USE enum vota_status vota_ndjson_new(struct vota_ndjson **ret_ndjson,
                                               const char *const names[VOTA_FIELD_COUNT],
                                               struct vota_converter *converter,
                                               vota_ndjson_each *each, void *context);
void vota_ndjson_free(struct vota_ndjson *ndjson);

/* Forgets what was fed: the next line has this number, and so has all that follows if it is 0,
 * which means a document without lines. */
void vota_ndjson_restart(struct vota_ndjson *ndjson, uint64_t line);

VOTA_MUST_USE enum vota_status vota_ndjson_feed(struct vota_ndjson *ndjson, const void *bytes,
                                                size_t len);
/* The last line may lack its line end. */
VOTA_MUST_USE enum vota_status vota_ndjson_finish(struct vota_ndjson *ndjson);

#endif
