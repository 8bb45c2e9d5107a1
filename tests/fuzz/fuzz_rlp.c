/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever vota_rlp_check accepts is what the writer makes of its items. */
#include "tests/fuzz/fuzz.h"

#include "proof/rlp.h"

#define MOST 4096u

static void write_item(struct vota_wr *wr, const struct vota_rlp_item *item)
{
    uint64_t number;
    uint8_t padded[32];
    VOTA_ASSERT(item->whole.len ==
                (item->is_list ? vota_rlp_size_of_frame(item->payload.len) + item->payload.len
                               : vota_rlp_size_of_string(item->payload.at, item->payload.len)));
    if (item->is_list)
        vota_rlp_put_list(wr, item->payload.len);
    else if (vota_rlp_uint64(&number, item, NULL) == VOTA_OK)
        vota_rlp_put_uint64(wr, number);
    else if (vota_rlp_integer(padded, sizeof padded, item, NULL) == VOTA_OK)
        vota_rlp_put_integer(wr, padded, sizeof padded);
    else
        vota_rlp_put_string(wr, item->payload.at, item->payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t buffer[MOST];
    struct vota_error err = {0};
    if (size > MOST)
        return 0;
    if (vota_rlp_check(data, size, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && err.text[0] == 'r');
        return 0;
    }
    struct vota_wr wr = vota_wr_of(buffer, size);
    struct vota_rd rd = vota_rd_of(data, size);
    struct vota_rlp_item item;
    while (rd.left > 0) {
        VOTA_ASSERT(vota_rlp_next(&rd, &item, NULL) == VOTA_OK);
        write_item(&wr, &item);
        if (!item.is_list)
            continue;
        size_t count;
        VOTA_ASSERT(vota_rlp_count(&count, &item, NULL) == VOTA_OK && count <= item.payload.len);
        /* The items of the list come next: step back into it. */
        rd = vota_rd_of(item.payload.at, item.payload.len + rd.left);
    }
    VOTA_ASSERT(wr.len == size && vota_wr_fits(&wr) && vota_bytes_equal(buffer, data, size));
    return 0;
}
