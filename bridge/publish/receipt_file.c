/* SPDX-License-Identifier: Apache-2.0 */
/* The three forms of a receipt: see receipt_file.h. */
#include "bridge/publish/receipt_file.h"

#include <stdlib.h>

#include "bridge/directory.h"
#include "bridge/publish/receipt_json.h"
#include "view/forms.h"

enum vota_status vota_receipt_file_parse(uint8_t **ret_cbor, size_t *ret_len, const void *bytes,
                                         size_t len, struct vota_error *err)
{
    const size_t room_len = len > 0 ? len : 1;
    uint8_t *cbor = malloc(room_len);
    uint8_t *room = malloc(room_len);
    enum vota_status status = VOTA_NO_MEMORY;
    if (cbor != NULL && room != NULL)
        status = vota_view_forms_read(cbor, ret_len, room, (struct vota_slice){bytes, len}, err);
    free(room);
    if (status == VOTA_OK)
        *ret_cbor = cbor;
    else
        free(cbor);
    return status;
}

enum vota_status vota_receipt_file_read(uint8_t **ret_cbor, size_t *ret_len, const char *path,
                                        struct vota_error *err)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum vota_status status =
        vota_directory_read(&bytes, &len, path, VOTA_RECEIPT_JSON_MAX_BYTES, err);
    if (status != VOTA_OK)
        return status;
    status = vota_receipt_file_parse(ret_cbor, ret_len, bytes, len, err);
    free(bytes);
    return status;
}
