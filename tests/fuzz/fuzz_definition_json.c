/* SPDX-License-Identifier: Apache-2.0 */
/* What a person's definition file comes to is canonical where the rules take it, and stays so. */
#include "tests/fuzz/fuzz.h"

#include "bridge/definition_json.h"

#define NOW 1795338001

static void check(const struct vota_definition_parts *parts)
{
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    static uint8_t again[VOTA_DEFINITION_MAX_BYTES];
    static struct vota_definition definition;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    struct vota_definition_draft draft;
    struct vota_definition_problem problem;
    vota_definition_write(&wr, parts);
    if (!vota_wr_fits(&wr) || vota_definition_read(&definition, text, wr.len, NULL) != VOTA_OK)
        return;
    VOTA_ASSERT(vota_definition_json_read(&draft, (const char *)text, wr.len, NOW, &problem) ==
                VOTA_OK);
    struct vota_wr back = vota_wr_of(again, sizeof again);
    vota_definition_write(&back, &draft.parts);
    VOTA_ASSERT(back.len == wr.len && vota_bytes_equal(again, text, wr.len));
    vota_definition_json_done(&draft);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_definition_draft draft;
    struct vota_definition_problem problem = {.reason = NULL};
    if (vota_definition_json_read(&draft, (const char *)data, size, NOW, &problem) != VOTA_OK) {
        VOTA_ASSERT(problem.reason != NULL);
        return 0;
    }
    check(&draft.parts);
    vota_definition_json_done(&draft);
    return 0;
}
