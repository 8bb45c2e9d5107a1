/* SPDX-License-Identifier: Apache-2.0 */
/* Probe ops of jcs.h, time.h, definition.h and content.h. */
#include "tests/oracle/probe_proof.h"

#include "proof/content.h"
#include "proof/jcs.h"
#include "proof/time.h"

/* jcs_string TEXT -> the JSON string that it is written as */
static void run_jcs_string(struct probe *probe)
{
    const struct vota_slice text = probe_bytes(probe, 0);
    const size_t cap = 6 * text.len + 2;
    uint8_t *quoted = probe_alloc(cap, 1);
    struct vota_wr wr = vota_wr_of(quoted, cap);
    vota_jcs_write_string(&wr, text.at, text.len);
    probe_answer_hex(probe, quoted, wr.len);
}

/* jcs_read JSON -> what one JSON string stands for */
static void run_jcs_read(struct probe *probe)
{
    const struct vota_slice json = probe_bytes(probe, 0);
    uint8_t *plain = probe_alloc(json.len + 1, 1);
    struct vota_jcs jcs;
    vota_jcs_init(&jcs, json.at, json.len, "string", NULL);
    const struct vota_slice raw = vota_jcs_string(&jcs);
    if (vota_jcs_end(&jcs) != VOTA_OK) {
        probe_fail(probe, "refused");
        return;
    }
    struct vota_wr wr = vota_wr_of(plain, json.len + 1);
    vota_jcs_unescape(&wr, raw);
    probe_answer_hex(probe, plain, wr.len);
}

/* jcs_number NUMBER -> its text */
static void run_jcs_number(struct probe *probe)
{
    uint8_t text[20];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_jcs_write_number(&wr, probe_number(probe, 0));
    probe_answer_hex(probe, text, wr.len);
}

/* utf8 BYTES -> 1 or 0 */
static void run_utf8(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    probe_answer_number(probe, vota_jcs_is_utf8(bytes.at, bytes.len));
}

/* time_write TIME -> text */
static void run_time_write(struct probe *probe)
{
    const uint64_t time = probe_number(probe, 0);
    if (time > VOTA_TIME_MAX) {
        probe_fail(probe, "argument-size");
        return;
    }
    char text[VOTA_TIME_CHARS + 1];
    vota_time_text(text, time);
    probe_answer_text(probe, text);
}

/* time_read TEXT -> time */
static void run_time_read(struct probe *probe)
{
    const struct vota_slice text = probe_bytes(probe, 0);
    uint64_t time = 0;
    if (vota_time_read(&time, text.at, text.len) != VOTA_OK)
        probe_fail(probe, "refused");
    else
        probe_answer_number(probe, time);
}

/* definition TEXT -> register hash, number of options */
static void run_definition(struct probe *probe)
{
    static char reason[160];
    const struct vota_slice text = probe_bytes(probe, 0);
    struct vota_definition *definition = probe_alloc(1, sizeof *definition);
    struct vota_error err = {0};
    if (vota_definition_read(definition, text.at, text.len, &err) != VOTA_OK) {
        vota_bytes_copy(reason, err.text, sizeof reason);
        probe_fail(probe, reason);
        return;
    }
    vota_hash hash;
    vota_definition_register(&hash, definition);
    probe_answer_hash(probe, &hash);
    probe_answer_number(probe, definition->option_count);
}

#define FIXED_PARTS  19u
#define MOST_OPTIONS ((PROBE_MOST_ARGS - FIXED_PARTS) / 3)

/*
 * definition_write ID KIND DEPARTMENT TITLE_EN TITLE_KO TEXT_EN TEXT_KO OPENS_AT
 * CLOSES_AT COUNTS_UNTIL RESULTS_BY REVISION DISCLOSURE ANCHOR_WITHIN ELIGIBLE
 * THRESHOLD MIN MAX TAG_KEY_HASH [ID EN KO]... -> text
 */
static void run_definition_write(struct probe *probe)
{
    struct vota_definition_option_parts options[MOST_OPTIONS];
    struct vota_definition_parts parts = {
        .id = probe_bytes(probe, 0),
        .kind = probe_bytes(probe, 1),
        .department = probe_bytes(probe, 2),
        .title_en = probe_bytes(probe, 3),
        .title_ko = probe_bytes(probe, 4),
        .text_en = probe_bytes(probe, 5),
        .text_ko = probe_bytes(probe, 6),
        .opens_at = probe_bytes(probe, 7),
        .closes_at = probe_bytes(probe, 8),
        .counts_until = probe_bytes(probe, 9),
        .results_by = probe_bytes(probe, 10),
        .revision = probe_bytes(probe, 11),
        .disclosure = probe_bytes(probe, 12),
        .anchor_within = probe_number(probe, 13),
        .eligible = probe_number(probe, 14),
        .threshold = probe_number(probe, 15),
        .choices_min = probe_number(probe, 16),
        .choices_max = probe_number(probe, 17),
        .tag_key_hash = probe_hash(probe, 18),
        .options = options,
    };
    for (size_t i = FIXED_PARTS; i + 2 < probe->n; i += 3)
        options[parts.option_count++] = (struct vota_definition_option_parts){
            probe_bytes(probe, i), probe_bytes(probe, i + 1), probe_bytes(probe, i + 2)};
    uint8_t *text = probe_alloc(VOTA_DEFINITION_MAX_BYTES, 1);
    struct vota_wr wr = vota_wr_of(text, VOTA_DEFINITION_MAX_BYTES);
    vota_definition_write(&wr, &parts);
    if (!vota_wr_fits(&wr))
        probe_fail(probe, "too-long");
    else
        probe_answer_hex(probe, text, wr.len);
}

static const struct vota_definition *definition_at(struct probe *probe, size_t i)
{
    const struct vota_slice text = probe_bytes(probe, i);
    struct vota_definition *definition = probe_alloc(1, sizeof *definition);
    if (vota_definition_read(definition, text.at, text.len, NULL) != VOTA_OK) {
        probe_fail(probe, "definition");
        return NULL;
    }
    return definition;
}

/* content DEFINITION CONTENT -> 1 if it counts, else 0; cast_at; number of choices */
static void run_content(struct probe *probe)
{
    const struct vota_definition *definition = definition_at(probe, 0);
    if (definition == NULL)
        return;
    struct vota_content content;
    const enum vota_content_verdict verdict =
        vota_content_check(&content, definition, probe_bytes(probe, 1));
    probe_answer_number(probe, verdict == VOTA_CONTENT_COUNTED);
    probe_answer_number(probe, content.cast_at);
    probe_answer_number(probe, content.chosen_count);
}

/* content_choice DEFINITION CAST_AT BITS -> content; BITS: a byte for every eight options */
static void run_content_choice(struct probe *probe)
{
    const struct vota_definition *definition = definition_at(probe, 0);
    const struct vota_slice bits = probe_bytes(probe, 2);
    if (definition == NULL || bits.len * 8 < definition->option_count) {
        probe_fail(probe, "argument-size");
        return;
    }
    uint8_t *text = probe_alloc(VOTA_CONTENT_MAX_BYTES, 1);
    struct vota_wr wr = vota_wr_of(text, VOTA_CONTENT_MAX_BYTES);
    vota_content_write_choice(&wr, definition, probe_number(probe, 1), bits.at);
    probe_answer_hex(probe, text, wr.len);
}

/* content_proposal CAST_AT TITLE BODY -> content */
static void run_content_proposal(struct probe *probe)
{
    uint8_t *text = probe_alloc(VOTA_CONTENT_MAX_BYTES, 1);
    struct vota_wr wr = vota_wr_of(text, VOTA_CONTENT_MAX_BYTES);
    vota_content_write_proposal(&wr, probe_number(probe, 0), probe_bytes(probe, 1),
                                probe_bytes(probe, 2));
    probe_answer_hex(probe, text, wr.len);
}

/* content_procedure CAST_AT TITLE STEP SHA256 -> content */
static void run_content_procedure(struct probe *probe)
{
    const vota_hash sha256 = probe_hash(probe, 3);
    uint8_t *text = probe_alloc(VOTA_CONTENT_MAX_BYTES, 1);
    struct vota_wr wr = vota_wr_of(text, VOTA_CONTENT_MAX_BYTES);
    vota_content_write_procedure(&wr, probe_number(probe, 0), probe_bytes(probe, 1),
                                 probe_bytes(probe, 2), sha256.bytes);
    probe_answer_hex(probe, text, wr.len);
}

const struct probe_op probe_rules_ops[] = {
    {"jcs_string", run_jcs_string},
    {"jcs_read", run_jcs_read},
    {"jcs_number", run_jcs_number},
    {"utf8", run_utf8},
    {"time_write", run_time_write},
    {"time_read", run_time_read},
    {"definition", run_definition},
    {"definition_write", run_definition_write},
    {"content", run_content},
    {"content_choice", run_content_choice},
    {"content_proposal", run_content_proposal},
    {"content_procedure", run_content_procedure},
    {NULL, NULL},
};
