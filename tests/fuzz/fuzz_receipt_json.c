/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON view that is read encodes to a receipt, whose view reads back as the same bytes. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "bridge/publish/receipt_file.h"
#include "bridge/publish/receipt_json.h"

static void write_view(struct vota_wr *wr, const struct vota_receipt *receipt)
{
    *wr = vota_wr_of(NULL, 0);
    vota_receipt_json_write(wr, receipt);
    uint8_t *text = malloc(wr->len);
    VOTA_ASSERT(text != NULL);
    *wr = vota_wr_of(text, wr->len);
    vota_receipt_json_write(wr, receipt);
}

/* What the program takes as a receipt, whichever of the three forms it is in. */
static void check_file(const uint8_t *data, size_t size)
{
    static struct vota_receipt receipt;
    uint8_t *cbor = NULL;
    uint8_t *again = NULL;
    size_t len = 0;
    size_t again_len = 0;
    struct vota_wr view;
    if (vota_receipt_file_parse(&cbor, &len, data, size, NULL) != VOTA_OK)
        return;
    VOTA_ASSERT(vota_receipt_decode(&receipt, cbor, len, NULL) == VOTA_OK);
    write_view(&view, &receipt);
    VOTA_ASSERT(vota_receipt_file_parse(&again, &again_len, view.to, view.len, NULL) == VOTA_OK);
    VOTA_ASSERT(again_len == len && vota_bytes_equal(again, cbor, len));
    free(view.to);
    free(again);
    free(cbor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_anchor_copy anchor;
    struct vota_error err = {0};
    check_file(data, size);
    if (vota_receipt_json_read_anchor(&anchor, data, size, &err) == VOTA_OK)
        vota_anchor_copy_done(&anchor);
    else
        VOTA_ASSERT(err.text[0] != '\0');
    return 0;
}
