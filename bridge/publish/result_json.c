/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a result: see result_json.h. */
#include "bridge/publish/result_json.h"

#include "bridge/publish/members_json.h"

void vota_result_json_write(struct vota_wr *wr, const struct vota_result_file *result)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_numbers(&canon, "counts", result->counts, result->n);
    vota_canon_number(&canon, "last_entry", result->last_entry);
    vota_canon_hash(&canon, "register", &result->register_hash);
    vota_canon_object_end(&canon);
}

static void write_result(struct vota_wr *wr, const void *result)
{
    vota_result_json_write(wr, result);
}

enum vota_status vota_result_json_read(struct vota_result_file *ret_result, const void *text,
                                       size_t len, struct vota_error *err)
{
    struct vota_result_file result = {0};
    struct json_t *parsed = NULL;
    const struct json_t *array = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_members members = vota_members_of(parsed, "result", err);
    result.n = vota_members_count(&members, &array, "counts", VOTA_COUNT_MAX_NUMBERS);
    for (size_t i = 0; i < result.n; i++)
        result.counts[i] = vota_members_item_number(&members, array, i);
    result.last_entry = vota_members_number(&members, "last_entry");
    vota_members_hex(&members, &result.register_hash, sizeof result.register_hash, "register");
    status = vota_members_end(&members);
    vota_members_free(parsed);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_result, &result, err);
    if (status == VOTA_OK)
        *ret_result = result;
    return status;
}
