/* SPDX-License-Identifier: Apache-2.0 */
/* What all calls share: see call.h. */
#include "web/wasm/call.h"

#include "keccak/keccak.h"
#include "proof/hex.h"

/* clang-format off */
#define ENTRY(type, member) {#member, VOTA_CANON_##type, offsetof(struct vota_entry, member), NULL}
static const struct vota_canon_field entry_table[] = {
    ENTRY(HASH, a), ENTRY(HASH, b), ENTRY(NUMBER, block), ENTRY(HASH, c),
    ENTRY(NUMBER, kind), ENTRY(NUMBER, number), ENTRY(NUMBER, time)};
/* clang-format on */

const struct vota_canon_flat vota_call_entry = {entry_table,
                                                sizeof entry_table / sizeof entry_table[0]};

enum vota_status vota_call_answer(struct vota_call *call, vota_call_writer *writer,
                                  const void *about)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    struct vota_canon canon = vota_canon_of(&wr);
    writer(&canon, about);
    uint8_t *text = vota_arena_take(call->arena, wr.len);
    if (text == NULL)
        return VOTA_NO_MEMORY;
    wr = vota_wr_of(text, wr.len);
    canon = vota_canon_of(&wr);
    writer(&canon, about);
    VOTA_ASSERT(vota_wr_fits(&wr));
    call->ret_text = (struct vota_slice){text, wr.len};
    return VOTA_OK;
}

static size_t length(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    return len;
}

static void write_refusal(struct vota_canon *canon, const void *about)
{
    const struct vota_error *err = about;
    const char *where = err->where == NULL ? "" : err->where;
    vota_canon_object(canon, NULL);
    vota_canon_text(canon, "reason",
                    (struct vota_slice){(const uint8_t *)err->text, length(err->text)});
    vota_canon_text(canon, "where", (struct vota_slice){(const uint8_t *)where, length(where)});
    vota_canon_object_end(canon);
}

enum vota_status vota_call_run(struct vota_call *call, vota_call_fn *fn, struct vota_slice text)
{
    enum vota_status status = VOTA_OK;
    if (text.len > 0)
        status = vota_scan_check(&call->args, text.at, text.len, &call->err);
    if (status == VOTA_OK)
        status = fn(call);
    if (status != VOTA_BAD_INPUT && status != VOTA_LIMIT && status != VOTA_NOT_FOUND)
        return status;
    call->ret_bytes = (struct vota_slice){0};
    return vota_call_answer(call, write_refusal, &call->err) == VOTA_OK ? status : VOTA_NO_MEMORY;
}

void *vota_call_room(struct vota_call *call, struct vota_fields *fields, size_t n, size_t size)
{
    void *room = vota_arena_array(call->arena, n > 0 ? n : 1, size);
    if (room == NULL && fields->status == VOTA_OK)
        fields->status = vota_fail(fields->err, VOTA_NO_MEMORY, fields->name, "no-memory");
    return room;
}

void vota_call_entries(struct vota_call *call, struct vota_fields *fields, const char *key,
                       struct vota_entry **ret_entries, size_t *ret_n)
{
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, key, SIZE_MAX - 1);
    struct vota_entry *entries = vota_call_room(call, fields, n, sizeof *entries);
    for (size_t i = 0; i < n && fields->status == VOTA_OK; i++) {
        struct vota_fields entry =
            vota_fields_of(vota_fields_item(fields, &walk), key, fields->err);
        vota_fields_flat(&entry, &entries[i], &vota_call_entry);
        fields->status = vota_fields_end(&entry);
    }
    *ret_entries = entries;
    *ret_n = fields->status == VOTA_OK ? n : 0;
}

struct vota_slice vota_call_bytes(struct vota_call *call, struct vota_fields *fields,
                                  struct vota_slice value)
{
    const struct vota_slice digits = vota_fields_digits(fields, value);
    const size_t len = digits.len / 2 - (digits.len > 0 ? 1 : 0);
    uint8_t *bytes = vota_call_room(call, fields, len, 1);
    if (fields->status != VOTA_OK)
        return (struct vota_slice){0};
    if (vota_hex_read(bytes, len, (const char *)digits.at, digits.len) != VOTA_OK)
        vota_fields_refuse(fields, fields->name, "bad-hex");
    return (struct vota_slice){bytes, len};
}

struct vota_slice vota_call_text(struct vota_call *call, struct vota_fields *fields,
                                 struct vota_slice raw)
{
    uint8_t *text = vota_call_room(call, fields, raw.len, 1);
    if (fields->status != VOTA_OK)
        return (struct vota_slice){0};
    struct vota_wr wr = vota_wr_of(text, raw.len);
    vota_scan_unescape(&wr, raw);
    return (struct vota_slice){text, wr.len};
}

void vota_call_record(struct vota_deployment *ret_record, struct vota_fields *fields,
                      const char *key)
{
    vota_fields_inner(fields, ret_record, key, &vota_deployment_record);
}

bool vota_call_signer(void *context, vota_addr *ret_signer, const vota_hash *digest,
                      const uint8_t signature[65])
{
    uint8_t key[64];
    vota_hash hash;
    (void)context;
    if (!vota_outside_recover(key, digest->bytes, signature))
        return false;
    vota_keccak_hash(hash.bytes, key, sizeof key);
    vota_bytes_copy(ret_signer->bytes, hash.bytes + 12, sizeof ret_signer->bytes);
    return true;
}
