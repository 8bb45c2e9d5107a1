/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON in heap memory: see canon.h. */
#include "bridge/publish/canon.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/base64.h"

void vota_canon_base64(struct vota_canon *canon, const char *key, const void *bytes, size_t len)
{
    vota_canon_lead(canon, key);
    vota_wr_byte(canon->wr, '"');
    vota_base64_write(canon->wr, bytes, len);
    vota_wr_byte(canon->wr, '"');
}

enum vota_status vota_canon_make(uint8_t **ret_text, size_t *ret_len, vota_canon_write *write,
                                 const void *object)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    write(&wr, object);
    uint8_t *text = malloc(wr.len > 0 ? wr.len : 1);
    if (text == NULL)
        return VOTA_NO_MEMORY;
    wr = vota_wr_of(text, wr.len);
    write(&wr, object);
    *ret_text = text;
    *ret_len = wr.len;
    return VOTA_OK;
}

enum vota_status vota_canon_check(const void *text, size_t len, vota_canon_write *write,
                                  const void *object, struct vota_error *err)
{
    uint8_t *again = NULL;
    size_t again_len = 0;
    const enum vota_status status = vota_canon_make(&again, &again_len, write, object);
    if (status != VOTA_OK)
        return status;
    const bool same = again_len == len && memcmp(again, text, len) == 0;
    free(again);
    return same ? VOTA_OK : vota_fail(err, VOTA_BAD_INPUT, "text", "not-canonical");
}
