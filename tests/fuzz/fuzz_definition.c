/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever vota_definition_read accepts must be what its parts are written as. */
#include "tests/fuzz/fuzz.h"

#include "proof/definition.h"
#include "proof/jcs.h"
#include "proof/time.h"

static uint8_t heap[VOTA_DEFINITION_MAX_BYTES];
static uint8_t written[VOTA_DEFINITION_MAX_BYTES];
static char times[4][VOTA_TIME_CHARS + 1];
static struct vota_definition_option_parts options[VOTA_DEFINITION_MAX_OPTIONS];

static struct vota_slice unescaped(struct vota_slice raw, size_t *used)
{
    struct vota_wr wr = vota_wr_of(heap + *used, sizeof heap - *used);
    vota_jcs_unescape(&wr, raw);
    VOTA_ASSERT(vota_wr_fits(&wr));
    const struct vota_slice plain = {heap + *used, wr.len};
    *used += wr.len;
    return plain;
}

static struct vota_slice time_text(uint64_t time, size_t i)
{
    vota_time_text(times[i], time);
    return (struct vota_slice){(const uint8_t *)times[i], VOTA_TIME_CHARS};
}

static struct vota_slice text_of(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    return (struct vota_slice){(const uint8_t *)text, len};
}

static void parts_of(struct vota_definition_parts *ret_parts, const struct vota_definition *d)
{
    size_t used = 0;
    for (size_t i = 0; i < d->option_count; i++)
        options[i] = (struct vota_definition_option_parts){
            vota_definition_option_id(d, i), unescaped(vota_definition_option_en(d, i), &used),
            unescaped(vota_definition_option_ko(d, i), &used)};
    *ret_parts = (struct vota_definition_parts){
        .id = d->id,
        .kind = text_of(vota_definition_kind_name(d->kind)),
        .department = unescaped(d->department, &used),
        .title_en = unescaped(d->title_en, &used),
        .title_ko = unescaped(d->title_ko, &used),
        .text_en = unescaped(d->text_en, &used),
        .text_ko = unescaped(d->text_ko, &used),
        .opens_at = time_text(d->opens_at, 0),
        .closes_at = time_text(d->closes_at, 1),
        .counts_until = time_text(d->counts_until, 2),
        .results_by = time_text(d->results_by, 3),
        .revision = text_of(vota_definition_revision_name(d->revision)),
        .disclosure = text_of(vota_definition_disclosure_name(d->disclosure)),
        .anchor_within = d->anchor_within,
        .eligible = d->eligible,
        .threshold = d->threshold,
        .choices_min = d->choices_min,
        .choices_max = d->choices_max,
        .tag_key_hash = d->tag_key_hash,
        .options = options,
        .option_count = d->option_count};
}

static void check_options(const struct vota_definition *d)
{
    for (size_t i = 0; i < d->option_count && i < 8; i++) {
        const struct vota_slice id = vota_definition_option_id(d, i);
        size_t found = d->option_count;
        VOTA_ASSERT(vota_definition_option_by_id(d, &found, id.at, id.len) == VOTA_OK);
        VOTA_ASSERT(found == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_error err = {0};
    struct vota_definition definition;
    if (vota_definition_read(&definition, data, size, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && err.where != NULL && err.text[0] != '\0');
        return 0;
    }
    struct vota_definition_parts parts;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    parts_of(&parts, &definition);
    vota_definition_write(&wr, &parts);
    VOTA_ASSERT(wr.len == size && vota_bytes_equal(written, data, size));
    check_options(&definition);
    return 0;
}
