/* SPDX-License-Identifier: Apache-2.0 */
/* The QR form of a receipt, as text and code: see sheet.h. */
#include <stdlib.h>

#include "bridge/paper/sheet.h"
#include "proof/base45.h"

/* The text of CBOR that fits a code. */
static enum vota_status make_code(struct vota_sheet_code *code, const struct vota_wr *cbor,
                                  struct vota_error *err)
{
    struct vota_wr wr = vota_wr_of(code->text, VOTA_QR_MAX_CHARS);
    vota_base45_write_qr(&wr, cbor->to, cbor->len);
    VOTA_ASSERT(vota_wr_fits(&wr));
    code->len = wr.len;
    code->text[wr.len] = '\0';
    return vota_qr_make(&code->qr, code->text, code->len, err);
}

enum vota_status vota_sheet_code(struct vota_sheet_code *ret_code, size_t *ret_bytes,
                                 const struct vota_receipt *receipt, enum vota_receipt_form form,
                                 size_t anchor, struct vota_error *err)
{
    uint8_t cbor[VOTA_QR_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(cbor, sizeof cbor);
    if (form == VOTA_RECEIPT_QR_FULL && !receipt->has_opening)
        return vota_fail(err, VOTA_BAD_INPUT, "receipt", "no-opening");
    struct vota_receipt *reduced = malloc(sizeof *reduced);
    if (reduced == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "receipt", "no-memory");
    *reduced = *receipt;
    vota_receipt_reduce(reduced, form, anchor);
    const enum vota_status status = vota_receipt_encode(&wr, reduced, err);
    free(reduced);
    if (status != VOTA_OK)
        return status;
    if (vota_wr_fits(&wr))
        return make_code(ret_code, &wr, err);
    if (ret_bytes != NULL)
        *ret_bytes = wr.len;
    return vota_fail(err, VOTA_LIMIT, "receipt", "qr-full");
}
