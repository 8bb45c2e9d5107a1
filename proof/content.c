/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing contents: see content.h. Must not know rows or journals. */
#include "proof/content.h"

#include "proof/hex.h"
#include "proof/jcs.h"
#include "proof/time.h"

#define SHA256_CHARS 64u

static const struct vota_jcs_member choice_members[2] = {{"cast_at", "cast_at"},
                                                         {"choice", "choice"}};
static const struct vota_jcs_member proposal_members[3] = {
    {"body", "body"}, {"cast_at", "cast_at"}, {"title", "title"}};
static const struct vota_jcs_member procedure_members[4] = {{"cast_at", "cast_at"},
                                                            {"document_sha256", "document_sha256"},
                                                            {"step", "step"},
                                                            {"title", "title"}};

const char *vota_content_verdict_name(enum vota_content_verdict verdict)
{
    static const char *const names[] = {
        [VOTA_CONTENT_NOT_CANONICAL] = "not canonical",
        [VOTA_CONTENT_TOO_LONG] = "too long",
        [VOTA_CONTENT_UNKNOWN_OPTION] = "unknown option",
        [VOTA_CONTENT_WRONG_NUMBER] = "wrong number of choices",
        [VOTA_CONTENT_CAST_AT_OUTSIDE] = "cast_at outside",
        [VOTA_CONTENT_COUNTED] = "counted",
    };
    return names[verdict];
}

static bool is_member(const uint8_t *set, size_t option)
{
    return (((unsigned)set[option / 8] >> (option % 8)) & 1u) != 0;
}

bool vota_content_is_chosen(const struct vota_content *content, size_t option)
{
    VOTA_ASSERT(option < VOTA_DEFINITION_MAX_OPTIONS);
    return is_member(content->chosen, option);
}

static void read_cast_at(struct vota_jcs *jcs, struct vota_content *content)
{
    const struct vota_slice raw = vota_jcs_string(jcs);
    if (vota_jcs_ok(jcs) && vota_time_read(&content->cast_at, raw.at, raw.len) != VOTA_OK)
        vota_jcs_refuse(jcs, "cast_at", "bad-time");
}

/* One id; false if the register has none such. Ids come in definition order, from `*next` on. */
static bool read_choice(struct vota_jcs *jcs, struct vota_content *content,
                        const struct vota_definition *definition, size_t *next)
{
    const struct vota_slice id = vota_jcs_string(jcs);
    size_t option = 0;
    if (!vota_jcs_ok(jcs))
        return true;
    if (vota_definition_option_by_id(definition, &option, id.at, id.len) != VOTA_OK)
        return false;
    if (option < *next)
        vota_jcs_refuse(jcs, "choice", "not-canonical");
    *next = option + 1;
    content->chosen[option / 8] |= (uint8_t)(1u << (option % 8));
    content->chosen_count++;
    return true;
}

static enum vota_content_verdict check_choice(struct vota_jcs *jcs, struct vota_content *content,
                                              const struct vota_definition *definition)
{
    vota_jcs_object(jcs);
    vota_jcs_key(jcs, choice_members, 2, 0);
    read_cast_at(jcs, content);
    if (!vota_time_is_full_minute(content->cast_at))
        vota_jcs_refuse(jcs, "cast_at", "not-full-minute");
    vota_jcs_key(jcs, choice_members, 2, 1);
    vota_jcs_array(jcs);
    size_t next = 0;
    bool all_known = true;
    for (bool first = true; vota_jcs_item(jcs, first); first = false)
        all_known = read_choice(jcs, content, definition, &next) && all_known;
    vota_jcs_object_end(jcs, choice_members, 2);
    if (vota_jcs_end(jcs) != VOTA_OK)
        return VOTA_CONTENT_NOT_CANONICAL;
    if (!all_known)
        return VOTA_CONTENT_UNKNOWN_OPTION;
    if (content->chosen_count < definition->choices_min ||
        content->chosen_count > definition->choices_max)
        return VOTA_CONTENT_WRONG_NUMBER;
    return VOTA_CONTENT_COUNTED;
}

static enum vota_content_verdict check_proposal(struct vota_jcs *jcs, struct vota_content *content)
{
    vota_jcs_object(jcs);
    vota_jcs_key(jcs, proposal_members, 3, 0);
    content->body = vota_jcs_string(jcs);
    vota_jcs_key(jcs, proposal_members, 3, 1);
    read_cast_at(jcs, content);
    vota_jcs_key(jcs, proposal_members, 3, 2);
    content->title = vota_jcs_string(jcs);
    vota_jcs_object_end(jcs, proposal_members, 3);
    return vota_jcs_end(jcs) == VOTA_OK ? VOTA_CONTENT_COUNTED : VOTA_CONTENT_NOT_CANONICAL;
}

static void read_sha256(struct vota_jcs *jcs, struct vota_content *content)
{
    const struct vota_slice raw = vota_jcs_string(jcs);
    char prefixed[2 + SHA256_CHARS] = {'0', 'x'};
    if (raw.len != SHA256_CHARS) {
        vota_jcs_refuse(jcs, "document_sha256", "bad-hash");
        return;
    }
    vota_bytes_copy(prefixed + 2, raw.at, SHA256_CHARS);
    if (vota_hex_read(content->document_sha256, 32, prefixed, sizeof prefixed) != VOTA_OK)
        vota_jcs_refuse(jcs, "document_sha256", "bad-hash");
}

static void note_tombstone(struct vota_content *content)
{
    const struct vota_slice title = content->title;
    content->is_tombstone =
        vota_jcs_equal(content->step, "erased", 6) &&
        vota_hex_read(content->erased_leaf.bytes, 32, (const char *)title.at, title.len) == VOTA_OK;
}

static enum vota_content_verdict check_procedure(struct vota_jcs *jcs, struct vota_content *content)
{
    vota_jcs_object(jcs);
    vota_jcs_key(jcs, procedure_members, 4, 0);
    read_cast_at(jcs, content);
    vota_jcs_key(jcs, procedure_members, 4, 1);
    read_sha256(jcs, content);
    vota_jcs_key(jcs, procedure_members, 4, 2);
    content->step = vota_jcs_string(jcs);
    vota_jcs_key(jcs, procedure_members, 4, 3);
    content->title = vota_jcs_string(jcs);
    vota_jcs_object_end(jcs, procedure_members, 4);
    if (vota_jcs_end(jcs) != VOTA_OK)
        return VOTA_CONTENT_NOT_CANONICAL;
    note_tombstone(content);
    return VOTA_CONTENT_COUNTED;
}

enum vota_content_verdict vota_content_check(struct vota_content *ret_content,
                                             const struct vota_definition *definition,
                                             struct vota_slice content)
{
    vota_bytes_zero(ret_content, sizeof *ret_content);
    if (content.len > VOTA_CONTENT_MAX_BYTES)
        return VOTA_CONTENT_TOO_LONG;
    struct vota_jcs jcs;
    vota_jcs_init(&jcs, content.at, content.len, "content", NULL);
    enum vota_content_verdict verdict = VOTA_CONTENT_NOT_CANONICAL;
    if (definition->kind == VOTA_REGISTER_PROPOSAL)
        verdict = check_proposal(&jcs, ret_content);
    else if (definition->kind == VOTA_REGISTER_PROCEDURE)
        verdict = check_procedure(&jcs, ret_content);
    else
        verdict = check_choice(&jcs, ret_content, definition);
    const bool in_time = ret_content->cast_at >= definition->opens_at &&
                         ret_content->cast_at < definition->closes_at;
    return verdict == VOTA_CONTENT_COUNTED && !in_time ? VOTA_CONTENT_CAST_AT_OUTSIDE : verdict;
}

static void write_cast_at(struct vota_wr *wr, uint64_t cast_at)
{
    vota_wr_text(wr, "\"cast_at\":\"");
    vota_time_write(wr, cast_at);
    vota_wr_byte(wr, '"');
}

void vota_content_write_choice(struct vota_wr *wr, const struct vota_definition *definition,
                               uint64_t cast_at, const uint8_t *chosen)
{
    vota_wr_byte(wr, '{');
    write_cast_at(wr, cast_at);
    vota_wr_text(wr, ",\"choice\":[");
    bool first = true;
    for (size_t i = 0; i < definition->option_count; i++) {
        if (!is_member(chosen, i))
            continue;
        if (!first)
            vota_wr_byte(wr, ',');
        const struct vota_slice id = vota_definition_option_id(definition, i);
        vota_jcs_write_string(wr, id.at, id.len);
        first = false;
    }
    vota_wr_text(wr, "]}");
}

void vota_content_write_proposal(struct vota_wr *wr, uint64_t cast_at, struct vota_slice title,
                                 struct vota_slice body)
{
    vota_wr_text(wr, "{\"body\":");
    vota_jcs_write_string(wr, body.at, body.len);
    vota_wr_byte(wr, ',');
    write_cast_at(wr, cast_at);
    vota_wr_text(wr, ",\"title\":");
    vota_jcs_write_string(wr, title.at, title.len);
    vota_wr_byte(wr, '}');
}

void vota_content_write_procedure(struct vota_wr *wr, uint64_t cast_at, struct vota_slice title,
                                  struct vota_slice step, const uint8_t document_sha256[32])
{
    vota_wr_byte(wr, '{');
    write_cast_at(wr, cast_at);
    vota_wr_text(wr, ",\"document_sha256\":\"");
    vota_hex_write_bare(wr, document_sha256, 32);
    vota_wr_text(wr, "\",\"step\":");
    vota_jcs_write_string(wr, step.at, step.len);
    vota_wr_text(wr, ",\"title\":");
    vota_jcs_write_string(wr, title.at, title.len);
    vota_wr_byte(wr, '}');
}
