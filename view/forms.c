/* SPDX-License-Identifier: Apache-2.0 */
/* The three forms of a receipt: see forms.h. */
#include "view/forms.h"

#include "proof/base45.h"

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* CBOR has no space around it; text that was saved by hand may. */
static struct vota_slice trimmed(struct vota_slice text)
{
    while (text.len > 0 && is_space(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.at[text.len - 1]))
        text.len--;
    return text;
}

static enum vota_status of_json(uint8_t *ret_cbor, size_t *ret_len, uint8_t *room,
                                struct vota_slice text, struct vota_error *err)
{
    struct vota_receipt receipt;
    /* An encoding is never longer than its JSON view. */
    struct vota_wr wr = vota_wr_of(ret_cbor, text.len);
    enum vota_status status = vota_view_receipt_read(&receipt, room, text.at, text.len, err);
    if (status == VOTA_OK)
        status = vota_receipt_encode(&wr, &receipt, err);
    if (status != VOTA_OK)
        return status;
    VOTA_ASSERT(vota_wr_fits(&wr));
    *ret_len = wr.len;
    return VOTA_OK;
}

enum vota_status vota_view_forms_read(uint8_t *ret_cbor, size_t *ret_len, uint8_t *room,
                                      struct vota_slice bytes, struct vota_error *err)
{
    const struct vota_slice text = trimmed(bytes);
    const size_t prefix = sizeof VOTA_BASE45_QR_PREFIX - 1;
    struct vota_receipt receipt;
    size_t len = bytes.len;
    enum vota_status status = VOTA_OK;
    if (text.len > 0 && text.at[0] == '{')
        return of_json(ret_cbor, ret_len, room, text, err); /* encoding decodes what it wrote */
    if (text.len > prefix && vota_bytes_equal(text.at, VOTA_BASE45_QR_PREFIX, prefix))
        status =
            vota_base45_read_qr(ret_cbor, bytes.len, &len, (const char *)text.at, text.len, err);
    else
        vota_bytes_copy(ret_cbor, bytes.at, bytes.len);
    if (status == VOTA_OK)
        status = vota_receipt_decode(&receipt, ret_cbor, len, err);
    if (status == VOTA_OK)
        *ret_len = len;
    return status;
}
