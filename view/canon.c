/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON, member by member: see canon.h. Strings and numbers are proof/jcs.c's. */
#include "view/canon.h"

#include "proof/acceptance.h"
#include "proof/hex.h"
#include "proof/jcs.h"

struct vota_canon vota_canon_of(struct vota_wr *wr)
{
    return (struct vota_canon){.wr = wr};
}

static size_t length(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    return len;
}

void vota_canon_lead(struct vota_canon *canon, const char *key)
{
    if (canon->some)
        vota_wr_byte(canon->wr, ',');
    canon->some = true;
    if (key == NULL)
        return;
    vota_jcs_write_string(canon->wr, key, length(key));
    vota_wr_byte(canon->wr, ':');
}

static void begin(struct vota_canon *canon, const char *key, uint8_t bracket)
{
    vota_canon_lead(canon, key);
    vota_wr_byte(canon->wr, bracket);
    canon->some = false;
}

static void end(struct vota_canon *canon, uint8_t bracket)
{
    vota_wr_byte(canon->wr, bracket);
    canon->some = true;
}

void vota_canon_object(struct vota_canon *canon, const char *key)
{
    begin(canon, key, '{');
}

void vota_canon_object_end(struct vota_canon *canon)
{
    end(canon, '}');
}

void vota_canon_array(struct vota_canon *canon, const char *key)
{
    begin(canon, key, '[');
}

void vota_canon_array_end(struct vota_canon *canon)
{
    end(canon, ']');
}

void vota_canon_number(struct vota_canon *canon, const char *key, uint64_t number)
{
    vota_canon_lead(canon, key);
    vota_jcs_write_number(canon->wr, number);
}

void vota_canon_text(struct vota_canon *canon, const char *key, struct vota_slice utf8)
{
    vota_canon_lead(canon, key);
    vota_jcs_write_string(canon->wr, utf8.at, utf8.len);
}

void vota_canon_word(struct vota_canon *canon, const char *key, const char *ascii)
{
    vota_canon_lead(canon, key);
    vota_jcs_write_string(canon->wr, ascii, length(ascii));
}

void vota_canon_raw(struct vota_canon *canon, const char *key, struct vota_slice json)
{
    struct vota_wr *wr = canon->wr;
    vota_canon_lead(canon, key);
    VOTA_ASSERT(json.len <= SIZE_MAX - wr->len);
    if (wr->len <= wr->cap && json.len <= wr->cap - wr->len)
        vota_bytes_copy(wr->to + wr->len, json.at, json.len);
    wr->len += json.len;
}

void vota_canon_bool(struct vota_canon *canon, const char *key, bool value)
{
    vota_canon_lead(canon, key);
    vota_wr_text(canon->wr, value ? "true" : "false");
}

void vota_canon_hex(struct vota_canon *canon, const char *key, const void *bytes, size_t len)
{
    vota_canon_lead(canon, key);
    vota_wr_byte(canon->wr, '"');
    vota_hex_write(canon->wr, bytes, len);
    vota_wr_byte(canon->wr, '"');
}

void vota_canon_hash(struct vota_canon *canon, const char *key, const vota_hash *hash)
{
    vota_canon_hex(canon, key, hash->bytes, sizeof hash->bytes);
}

void vota_canon_addr(struct vota_canon *canon, const char *key, const vota_addr *addr)
{
    vota_canon_hex(canon, key, addr->bytes, sizeof addr->bytes);
}

void vota_canon_numbers(struct vota_canon *canon, const char *key, const uint64_t *numbers,
                        size_t n)
{
    vota_canon_array(canon, key);
    for (size_t i = 0; i < n; i++)
        vota_canon_number(canon, NULL, numbers[i]);
    vota_canon_array_end(canon);
}

void vota_canon_hashes(struct vota_canon *canon, const char *key, const vota_hash *hashes, size_t n)
{
    vota_canon_array(canon, key);
    for (size_t i = 0; i < n; i++)
        vota_canon_hash(canon, NULL, &hashes[i]);
    vota_canon_array_end(canon);
}

static void put_field(struct vota_canon *canon, const struct vota_canon_field *field,
                      const void *from)
{
    const void *at = (const uint8_t *)from + field->offset;
    switch (field->type) {
    case VOTA_CANON_NUMBER:
        vota_canon_number(canon, field->key, *(const uint64_t *)at);
        return;
    case VOTA_CANON_HASH:
        vota_canon_hash(canon, field->key, at);
        return;
    case VOTA_CANON_ADDR:
        vota_canon_addr(canon, field->key, at);
        return;
    case VOTA_CANON_SIGNATURE:
        vota_canon_hex(canon, field->key, at, VOTA_SIGNATURE_BYTES);
        return;
    case VOTA_CANON_TEXT:
        vota_canon_text(canon, field->key, *(const struct vota_slice *)at);
        return;
    case VOTA_CANON_WORD:
        vota_canon_word(canon, field->key, field->word);
        return;
    }
}

void vota_canon_flat(struct vota_canon *canon, const char *key,
                     const struct vota_canon_flat *fields, const void *from)
{
    vota_canon_object(canon, key);
    for (size_t i = 0; i < fields->n; i++)
        put_field(canon, &fields->fields[i], from);
    vota_canon_object_end(canon);
}
