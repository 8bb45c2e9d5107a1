/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of strings and numbers: what the reader takes must come out of the
 * writer byte for byte, and be valid UTF-8 without NUL.
 */
#include "tests/fuzz/fuzz.h"

#include "proof/jcs.h"
#include "proof/visible.h"

#define MOST 65536u

static uint8_t plain[MOST];
static uint8_t written[MOST];

/* Reads one item and writes it again. */
static void copy_item(struct vota_jcs *jcs, struct vota_wr *wr)
{
    if (jcs->rd.left > 0 && *jcs->rd.at != '"') {
        vota_jcs_write_number(wr, vota_jcs_number(jcs));
        return;
    }
    const struct vota_slice raw = vota_jcs_string(jcs);
    if (!vota_jcs_ok(jcs))
        return;
    struct vota_wr unescaped = vota_wr_of(plain, sizeof plain);
    vota_jcs_unescape(&unescaped, raw);
    VOTA_ASSERT(vota_wr_fits(&unescaped) && vota_jcs_is_utf8(plain, unescaped.len));
    VOTA_ASSERT(vota_jcs_equal(raw, plain, unescaped.len));
    for (size_t i = 0; i < unescaped.len; i++)
        VOTA_ASSERT(plain[i] != 0);
    (void)vota_visible_refusal(raw, true);
    vota_jcs_write_string(wr, plain, unescaped.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST)
        return 0;
    struct vota_error err = {0};
    struct vota_jcs jcs;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    vota_jcs_init(&jcs, data, size, "list", &err);
    vota_jcs_array(&jcs);
    vota_wr_byte(&wr, '[');
    for (size_t n = 0; vota_jcs_item(&jcs, n == 0); n++) {
        if (n > 0)
            vota_wr_byte(&wr, ',');
        copy_item(&jcs, &wr);
    }
    vota_wr_byte(&wr, ']');
    if (vota_jcs_end(&jcs) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && err.where != NULL && err.text[0] != '\0');
        return 0;
    }
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(written, data, size));
    return 0;
}
