/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record that passes the door counts in its register, whatever was sent: the
 * first byte chooses the kind of register, then come fields separated by NUL,
 * each after a byte that says which it is.
 */
#include "bridge/import/identity.h"
#include "bridge/import/record.h"
#include "proof/jcs.h"
#include "tests/fuzz/fuzz.h"

#define KINDS  4u
#define NOW    UINT64_C(1790003600) /* 2026-09-21T15:13:20Z */
#define CHOICE VOTA_FIELD_COUNT     /* one more element of a JSON array */

static struct vota_slice text_of(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    return (struct vota_slice){.at = (const uint8_t *)text, .len = len};
}

static const struct vota_definition *definition_of(size_t kind)
{
    static const char *const kinds[KINDS] = {"vote", "endorsement", "proposal", "procedure"};
    static const size_t options[KINDS] = {3, 1, 0, 0};
    static uint8_t texts[KINDS][VOTA_DEFINITION_MAX_BYTES];
    static struct vota_definition definitions[KINDS];
    struct vota_definition *definition = &definitions[kind];
    if (definition->text.len > 0)
        return definition;
    const struct vota_definition_option_parts names[] = {
        {text_of("yes"), text_of("Yes"), text_of("찬성")},
        {text_of("no"), text_of("No; never"), text_of("반대")},
        {text_of("wait"), text_of("Wait"), text_of("보류")}};
    const struct vota_definition_parts parts = {.id = text_of("fuzz"),
                                                .kind = text_of(kinds[kind]),
                                                .department = text_of("d"),
                                                .title_en = text_of("t"),
                                                .title_ko = text_of("t"),
                                                .text_en = text_of("t"),
                                                .text_ko = text_of("t"),
                                                .opens_at = text_of("2026-09-21T14:14:00Z"),
                                                .closes_at = text_of("2026-09-22T14:14:00Z"),
                                                .counts_until = text_of("2026-09-23T14:14:00Z"),
                                                .results_by = text_of("2026-09-24T14:14:00Z"),
                                                .revision = text_of(kind < 2 ? "first" : "all"),
                                                .disclosure = text_of("live"),
                                                .anchor_within = 1,
                                                .choices_min = kind == 1,
                                                .choices_max = kind == 0 ? 2 : kind == 1,
                                                .options = names,
                                                .option_count = options[kind]};
    struct vota_wr wr = vota_wr_of(texts[kind], sizeof texts[kind]);
    vota_definition_write(&wr, &parts);
    VOTA_ASSERT(vota_definition_read(definition, texts[kind], wr.len, NULL) == VOTA_OK);
    return definition;
}

/* The next field; what is not UTF-8 is passed over, as the readers of files refuse it. */
static void next_field(struct vota_rd *rd, struct vota_fields *fields, struct vota_slice choices[8])
{
    const uint8_t *const which = vota_rd_take(rd, 1);
    const uint8_t *const at = rd->at;
    size_t len = 0;
    while (rd->left > 0 && *vota_rd_take(rd, 1) != 0)
        len++;
    const struct vota_slice text = {.at = at, .len = len};
    if (!vota_jcs_is_utf8(at, len))
        return;
    const size_t field = *which % (CHOICE + 1u);
    if (field < VOTA_FIELD_COUNT) {
        fields->field[field] = text;
    } else if (fields->n_choices < 8) {
        choices[fields->n_choices++] = text;
        fields->choices = choices;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t buffer[VOTA_CONTENT_MAX_BYTES];
    struct vota_slice choices[8];
    struct vota_fields fields = {.choices = NULL};
    struct vota_record record;
    struct vota_refusal refusal = {.reason = NULL};
    struct vota_content content;
    if (size == 0)
        return 0;
    const struct vota_definition *definition = definition_of(data[0] % KINDS);
    struct vota_rd rd = vota_rd_of(data + 1, size - 1);
    while (rd.left > 0)
        next_field(&rd, &fields, choices);
    if (!vota_record_read(&record, &fields, definition, NOW, buffer, &refusal)) {
        VOTA_ASSERT(refusal.reason != NULL && refusal.field != NULL);
        return 0;
    }
    VOTA_ASSERT(vota_content_check(&content, definition, record.content) == VOTA_CONTENT_COUNTED);
    VOTA_ASSERT(content.cast_at == record.cast_at && !content.is_tombstone);
    VOTA_ASSERT(record.cast_at <= NOW + VOTA_RECORD_CLOCK_SKEW);
    VOTA_ASSERT(record.record_id.len > 0 && record.record_id.len <= VOTA_IDENTITY_MAX);
    VOTA_ASSERT(vota_identity_looks_like(record.voter_id) == NULL);
    return 0;
}
