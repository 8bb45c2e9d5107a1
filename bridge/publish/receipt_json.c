/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of receipts and anchors in heap memory: see receipt_json.h. */
#include "bridge/publish/receipt_json.h"

#include <stdlib.h>

void vota_receipt_json_write_anchor(struct vota_wr *wr, const struct vota_anchor *anchor)
{
    vota_view_anchor_write(wr, anchor);
}

void vota_receipt_json_write(struct vota_wr *wr, const struct vota_receipt *receipt)
{
    vota_view_receipt_write(wr, receipt, NULL);
}

void vota_receipt_json_write_with(struct vota_wr *wr, const struct vota_receipt *receipt,
                                  const struct vota_slice *texts)
{
    vota_view_receipt_write(wr, receipt, texts);
}

/* The room that the reader wants; too long a text it refuses before it looks at it. */
static enum vota_status make_room(uint8_t **ret_room, size_t len, struct vota_error *err)
{
    if (len > VOTA_RECEIPT_JSON_MAX_BYTES)
        return vota_fail(err, VOTA_LIMIT, "text", "too-long");
    uint8_t *room = malloc(len > 0 ? len : 1);
    if (room == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "text", "no-memory");
    *ret_room = room;
    return VOTA_OK;
}

enum vota_status vota_receipt_json_read(struct vota_receipt_copy *ret_copy, const void *text,
                                        size_t len, struct vota_error *err)
{
    struct vota_receipt_copy copy = {0};
    enum vota_status status = make_room(&copy.bytes, len, err);
    if (status != VOTA_OK)
        return status;
    status = vota_view_receipt_read(&copy.about, copy.bytes, text, len, err);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        free(copy.bytes);
    return status;
}

enum vota_status vota_receipt_json_read_anchor(struct vota_anchor_copy *ret_copy, const void *text,
                                               size_t len, struct vota_error *err)
{
    struct vota_anchor_copy copy = {0};
    enum vota_status status = make_room(&copy.bytes, len, err);
    if (status != VOTA_OK)
        return status;
    status = vota_view_anchor_read(&copy.about, copy.bytes, text, len, err);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        free(copy.bytes);
    return status;
}

void vota_receipt_copy_done(struct vota_receipt_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_receipt_copy){0};
}

void vota_anchor_copy_done(struct vota_anchor_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_anchor_copy){0};
}
