/* SPDX-License-Identifier: Apache-2.0 */
/* Openings that people bring: see supplied.h. */
#include "bridge/publish/supplied.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/directory.h"
#include "bridge/publish/reader.h"
#include "bridge/publish/receipt_file.h"
#include "proof/leaf.h"

/* The contents stand in a list, the last one first, and so stay where they are. */
struct vota_supplied_content {
    struct vota_supplied_content *next;
    uint8_t bytes[];
};

void vota_supplied_done(struct vota_supplied *supplied)
{
    while (supplied->contents != NULL) {
        struct vota_supplied_content *next = supplied->contents->next;
        free(supplied->contents);
        supplied->contents = next;
    }
    free(supplied->openings);
    *supplied = (struct vota_supplied){.n = 0};
}

static enum vota_status add(struct vota_supplied *supplied, const struct vota_opening *opening)
{
    if (supplied->n == VOTA_SUPPLIED_MAX)
        return VOTA_LIMIT;
    if (supplied->n == supplied->cap) {
        const size_t cap = supplied->cap == 0 ? 16 : 2 * supplied->cap;
        struct vota_opening *grown =
            reallocarray(supplied->openings, cap, sizeof *supplied->openings);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        supplied->openings = grown;
        supplied->cap = cap;
    }
    struct vota_supplied_content *content = malloc(sizeof *content + opening->content.len);
    if (content == NULL)
        return VOTA_NO_MEMORY;
    if (opening->content.len > 0)
        memcpy(content->bytes, opening->content.at, opening->content.len);
    content->next = supplied->contents;
    supplied->contents = content;
    supplied->openings[supplied->n] = *opening;
    supplied->openings[supplied->n++].content.at = content->bytes;
    return VOTA_OK;
}

static enum vota_status add_receipt(struct vota_supplied *supplied, const uint8_t *cbor, size_t len,
                                    struct vota_error *err)
{
    struct vota_receipt *receipt = malloc(sizeof *receipt);
    struct vota_opening opening;
    if (receipt == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status = vota_receipt_decode(receipt, cbor, len, err);
    if (status == VOTA_OK && !receipt->has_opening)
        status = vota_fail(err, VOTA_BAD_INPUT, "opening", "no-opening");
    if (status == VOTA_OK) {
        vota_leaf_hash(&opening.leaf, &receipt->row);
        vota_leaf_salt(&opening.salt, &receipt->opening.city_salt, &receipt->opening.citizen_salt);
        opening.content = receipt->opening.content;
        status = add(supplied, &opening);
    }
    free(receipt);
    return status;
}

static enum vota_status add_lines(struct vota_supplied *supplied, struct vota_slice text,
                                  uint64_t *ret_line, struct vota_error *err)
{
    struct vota_reader_lines lines = vota_reader_lines_of(text);
    uint8_t *content = malloc(VOTA_CONTENT_MAX_BYTES);
    enum vota_status status = content == NULL ? VOTA_NO_MEMORY : VOTA_OK;
    while (status == VOTA_OK) {
        struct vota_opening opening;
        struct vota_slice line;
        status = vota_reader_next(&lines, &line, err);
        if (status == VOTA_OK)
            status = vota_openings_json_read(&opening, content, line, err);
        if (status == VOTA_OK)
            status = add(supplied, &opening);
    }
    free(content);
    *ret_line = lines.line;
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

/* A line of openings begins with the only member that a receipt has not. */
static bool is_lines(const uint8_t *bytes, size_t len)
{
    static const char start[] = "{\"content\":";
    return len >= sizeof start - 1 && memcmp(bytes, start, sizeof start - 1) == 0;
}

enum vota_status vota_supplied_read(struct vota_supplied *supplied, const char *path,
                                    uint64_t *ret_line, struct vota_error *err)
{
    uint8_t *bytes = NULL;
    uint8_t *cbor = NULL;
    size_t len = 0;
    size_t cbor_len = 0;
    *ret_line = 0;
    enum vota_status status = vota_directory_read(&bytes, &len, path, VOTA_SUPPLIED_MAX_BYTES, err);
    if (status != VOTA_OK)
        return status;
    if (is_lines(bytes, len)) {
        status = add_lines(supplied, (struct vota_slice){bytes, len}, ret_line, err);
    } else {
        status = vota_receipt_file_parse(&cbor, &cbor_len, bytes, len, err);
        if (status == VOTA_OK)
            status = add_receipt(supplied, cbor, cbor_len, err);
        free(cbor);
    }
    free(bytes);
    return status;
}
