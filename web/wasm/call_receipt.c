/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts between their forms: read, write, reduce. */
#include "proof/base45.h"
#include "proof/leaf.h"
#include "view/forms.h"
#include "web/wasm/call.h"

/* A receipt in the arena: too large for many of them on the stack. */
static struct vota_receipt *new_receipt(struct vota_call *call)
{
    return vota_arena_take(call->arena, sizeof(struct vota_receipt));
}

/* Writers take one pointer: what they write about. */
static void write_view(struct vota_canon *canon, const struct vota_receipt *receipt)
{
    vota_view_receipt_write(canon->wr, receipt, NULL);
    canon->some = true;
}

static void write_read(struct vota_canon *canon, const void *about)
{
    const struct vota_receipt *receipt = about;
    vota_hash leaf;
    vota_leaf_hash(&leaf, &receipt->row);
    vota_canon_object(canon, NULL);
    vota_canon_hash(canon, "leaf", &leaf);
    vota_canon_lead(canon, "view");
    write_view(canon, receipt);
    vota_canon_object_end(canon);
}

enum vota_status vota_call_read(struct vota_call *call)
{
    struct vota_receipt *receipt = new_receipt(call);
    uint8_t *cbor = vota_arena_take(call->arena, call->bytes.len);
    uint8_t *room = vota_arena_take(call->arena, call->bytes.len);
    size_t len = 0;
    if (receipt == NULL || cbor == NULL || room == NULL)
        return VOTA_NO_MEMORY;
    if (call->bytes.len > VOTA_VIEW_MAX_BYTES)
        return vota_fail(&call->err, VOTA_LIMIT, "text", "too-long");
    enum vota_status status = vota_view_forms_read(cbor, &len, room, call->bytes, &call->err);
    if (status == VOTA_OK)
        status = vota_receipt_decode(receipt, cbor, len, &call->err);
    if (status != VOTA_OK)
        return status;
    call->ret_bytes = (struct vota_slice){cbor, len};
    return vota_call_answer(call, write_read, receipt);
}

/* The file .receipt.json: the view and a line end. */
static void write_file(struct vota_canon *canon, const void *about)
{
    write_view(canon, about);
    vota_wr_byte(canon->wr, '\n');
}

/* The CBOR of a receipt, into the arena. */
static enum vota_status encode(struct vota_call *call, const struct vota_receipt *receipt)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    enum vota_status status = vota_receipt_encode(&wr, receipt, &call->err);
    if (status != VOTA_OK)
        return status;
    uint8_t *cbor = vota_arena_take(call->arena, wr.len);
    if (cbor == NULL)
        return VOTA_NO_MEMORY;
    wr = vota_wr_of(cbor, wr.len);
    status = vota_receipt_encode(&wr, receipt, &call->err);
    if (status == VOTA_OK)
        call->ret_bytes = (struct vota_slice){cbor, wr.len};
    return status;
}

enum vota_status vota_call_write(struct vota_call *call)
{
    struct vota_receipt *receipt = new_receipt(call);
    uint8_t *room = vota_arena_take(call->arena, call->args.len);
    if (receipt == NULL || room == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status =
        vota_view_receipt_read(receipt, room, call->args.at, call->args.len, &call->err);
    if (status == VOTA_OK)
        status = encode(call, receipt);
    return status == VOTA_OK ? vota_call_answer(call, write_file, receipt) : status;
}

/* A reduced receipt, as a file and as a code's text. */
struct reduced {
    struct vota_slice json;
    struct vota_slice qr;
};

static void write_reduced(struct vota_canon *canon, const void *about)
{
    const struct reduced *reduced = about;
    vota_canon_object(canon, NULL);
    vota_canon_text(canon, "json", reduced->json);
    vota_canon_text(canon, "qr", reduced->qr);
    vota_canon_object_end(canon);
}

static enum vota_status make_qr(struct vota_call *call, struct vota_slice *ret_qr)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    vota_base45_write_qr(&wr, call->ret_bytes.at, call->ret_bytes.len);
    uint8_t *text = vota_arena_take(call->arena, wr.len);
    if (text == NULL)
        return VOTA_NO_MEMORY;
    wr = vota_wr_of(text, wr.len);
    vota_base45_write_qr(&wr, call->ret_bytes.at, call->ret_bytes.len);
    *ret_qr = (struct vota_slice){text, wr.len};
    return VOTA_OK;
}

enum vota_status vota_call_reduce(struct vota_call *call)
{
    static const char *const forms[] = {[VOTA_RECEIPT_FULL] = "full",
                                        [VOTA_RECEIPT_SHARE] = "share",
                                        [VOTA_RECEIPT_QR_FULL] = "qr_full",
                                        [VOTA_RECEIPT_QR_SHARE] = "qr_share"};
    struct vota_fields fields = vota_fields_of(call->args, "reduce", &call->err);
    struct vota_receipt *receipt = new_receipt(call);
    struct reduced reduced;
    const uint64_t anchor = vota_fields_number(&fields, "anchor");
    const size_t form = vota_fields_choice(&fields, "form", forms, sizeof forms / sizeof forms[0]);
    enum vota_status status = vota_fields_end(&fields);
    if (receipt == NULL)
        return VOTA_NO_MEMORY;
    if (status == VOTA_OK)
        status = vota_receipt_decode(receipt, call->bytes.at, call->bytes.len, &call->err);
    if (status == VOTA_OK && anchor > 0 && anchor >= receipt->anchor_count)
        status = vota_fail(&call->err, VOTA_BAD_INPUT, "anchor", "bad-value");
    if (status != VOTA_OK)
        return status;
    vota_receipt_reduce(receipt, (enum vota_receipt_form)form, (size_t)anchor);
    status = encode(call, receipt);
    if (status == VOTA_OK)
        status = vota_call_answer(call, write_file, receipt);
    reduced.json = call->ret_text;
    if (status == VOTA_OK)
        status = make_qr(call, &reduced.qr);
    return status == VOTA_OK ? vota_call_answer(call, write_reduced, &reduced) : status;
}
