/* SPDX-License-Identifier: Apache-2.0 */
/* Fills a refusal: see refusal.h. */
#include "bridge/import/refusal.h"

#include "proof/jcs.h"

/* Shown after what was cut off. */
static const char ellipsis[] = "...";

/* Whole characters only; controls and bytes that are no UTF-8 become '?'. */
static void shorten(char *ret_text, size_t cap, struct vota_slice value)
{
    struct vota_rd rd = vota_rd_of_slice(value);
    struct vota_wr wr = vota_wr_of(ret_text, cap - sizeof ellipsis);
    while (rd.left > 0) {
        const struct vota_rd before = rd;
        const uint32_t point = vota_jcs_next_char(&rd);
        if (point == VOTA_JCS_BAD_CHAR) { /* the reader may have gone no further */
            rd = before;
            (void)vota_rd_take(&rd, 1);
        }
        const bool shown =
            point != VOTA_JCS_BAD_CHAR && point >= 0x20 && (point < 0x7f || point > 0x9f);
        const size_t len = shown ? before.left - rd.left : 1;
        if (len > wr.cap - wr.len) {
            wr.cap = cap - 1;
            vota_wr_text(&wr, ellipsis);
            break;
        }
        vota_wr_put(&wr, shown ? before.at : (const uint8_t *)"?", len);
    }
    ret_text[wr.len] = '\0';
}

bool vota_refusal_set(struct vota_refusal *ret_refusal, const char *reason, const char *field,
                      struct vota_slice value, uint64_t limit)
{
    *ret_refusal = (struct vota_refusal){.reason = reason, .field = field, .limit = limit};
    shorten(ret_refusal->value, sizeof ret_refusal->value, value);
    return false;
}
