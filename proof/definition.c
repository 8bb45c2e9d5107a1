/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a definition: first its form, member by member, then its rules, in
 * which members depend on each other. See definition.h; writing is in
 * definition_write.c.
 */
#include "proof/definition.h"

#include "keccak/keccak.h"
#include "proof/hex.h"
#include "proof/jcs.h"
#include "proof/time.h"
#include "proof/visible.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum member {
    ANCHOR_WITHIN,
    CHOICES,
    CLOSES_AT,
    COUNTS_UNTIL,
    DEPARTMENT,
    DISCLOSURE,
    ELIGIBLE,
    FORMAT,
    ID,
    KIND,
    OPENS_AT,
    OPTIONS,
    RESULTS_BY,
    REVISION,
    TAG_KEY_HASH,
    TEXT,
    THRESHOLD,
    TITLE,
    MEMBERS
};

static const struct vota_jcs_member members[MEMBERS] = {
    [ANCHOR_WITHIN] = {"anchor_within", "anchor_within"},
    [CHOICES] = {"choices", "choices"},
    [CLOSES_AT] = {"closes_at", "closes_at"},
    [COUNTS_UNTIL] = {"counts_until", "counts_until"},
    [DEPARTMENT] = {"department", "department"},
    [DISCLOSURE] = {"disclosure", "disclosure"},
    [ELIGIBLE] = {"eligible", "eligible"},
    [FORMAT] = {"format", "format"},
    [ID] = {"id", "id"},
    [KIND] = {"kind", "kind"},
    [OPENS_AT] = {"opens_at", "opens_at"},
    [OPTIONS] = {"options", "options"},
    [RESULTS_BY] = {"results_by", "results_by"},
    [REVISION] = {"revision", "revision"},
    [TAG_KEY_HASH] = {"tag_key_hash", "tag_key_hash"},
    [TEXT] = {"text", "text"},
    [THRESHOLD] = {"threshold", "threshold"},
    [TITLE] = {"title", "title"},
};

static const struct vota_jcs_member choices_members[2] = {{"max", "choices.max"},
                                                          {"min", "choices.min"}};
static const struct vota_jcs_member text_members[2] = {{"en", "text.en"}, {"ko", "text.ko"}};
static const struct vota_jcs_member title_members[2] = {{"en", "title.en"}, {"ko", "title.ko"}};
static const struct vota_jcs_member option_members[3] = {
    {"en", "options.en"}, {"id", "options.id"}, {"ko", "options.ko"}};

static const char *const kinds[] = {"vote", "endorsement", "proposal", "procedure"};
static const char *const revisions[] = {"first", "last", "all"};
static const char *const disclosures[] = {"live", "on_close", "never"};

const char *vota_definition_kind_name(enum vota_register_kind kind)
{
    return kinds[kind];
}

const char *vota_definition_revision_name(enum vota_revision revision)
{
    return revisions[revision];
}

const char *vota_definition_disclosure_name(enum vota_disclosure disclosure)
{
    return disclosures[disclosure];
}

static void refuse_if(struct vota_jcs *jcs, bool wrong, enum member member, const char *reason)
{
    if (wrong)
        vota_jcs_refuse(jcs, members[member].where, reason);
}

static bool text_equal(struct vota_slice slice, const char *text)
{
    size_t len = 0;
    while (text[len] != 0)
        len++;
    return slice.len == len && vota_bytes_equal(slice.at, text, len);
}

static bool slice_equal(struct vota_slice a, struct vota_slice b)
{
    return a.len == b.len && vota_bytes_equal(a.at, b.at, a.len);
}

/* [a-z0-9-]{1,max} */
static bool is_id(struct vota_slice slice, size_t max)
{
    for (size_t i = 0; i < slice.len; i++) {
        const uint8_t c = slice.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return slice.len >= 1 && slice.len <= max;
}

static void read_key(struct vota_jcs *jcs, enum member member)
{
    vota_jcs_key(jcs, members, MEMBERS, (size_t)member);
}

static uint64_t read_number(struct vota_jcs *jcs, enum member member)
{
    read_key(jcs, member);
    return vota_jcs_number(jcs);
}

static uint64_t read_time(struct vota_jcs *jcs, enum member member)
{
    read_key(jcs, member);
    const struct vota_slice raw = vota_jcs_string(jcs);
    uint64_t time = 0;
    if (vota_jcs_ok(jcs) && vota_time_read(&time, raw.at, raw.len) != VOTA_OK)
        refuse_if(jcs, true, member, "bad-time");
    return time;
}

/* Which of the n words a member says. */
static size_t read_word(struct vota_jcs *jcs, enum member member, const char *const *words,
                        size_t n)
{
    read_key(jcs, member);
    const struct vota_slice raw = vota_jcs_string(jcs);
    for (size_t i = 0; vota_jcs_ok(jcs) && i < n; i++) {
        if (text_equal(raw, words[i]))
            return i;
    }
    refuse_if(jcs, true, member, "bad-value");
    return 0;
}

static struct vota_slice read_visible(struct vota_jcs *jcs, bool newlines)
{
    const struct vota_slice raw = vota_jcs_string(jcs);
    const char *refusal = vota_visible_refusal(raw, newlines);
    if (refusal != NULL)
        vota_jcs_refuse(jcs, jcs->where, refusal);
    return raw;
}

/* {"en":...,"ko":...} */
static void read_texts(struct vota_jcs *jcs, struct vota_slice *ret_en, struct vota_slice *ret_ko,
                       enum member member)
{
    const struct vota_jcs_member *own = member == TEXT ? text_members : title_members;
    read_key(jcs, member);
    vota_jcs_object(jcs);
    vota_jcs_key(jcs, own, 2, 0);
    *ret_en = read_visible(jcs, member == TEXT);
    vota_jcs_key(jcs, own, 2, 1);
    *ret_ko = read_visible(jcs, member == TEXT);
    vota_jcs_object_end(jcs, own, 2);
}

static void read_choices(struct vota_jcs *jcs, struct vota_definition *definition)
{
    read_key(jcs, CHOICES);
    vota_jcs_object(jcs);
    vota_jcs_key(jcs, choices_members, 2, 0);
    definition->choices_max = vota_jcs_number(jcs);
    vota_jcs_key(jcs, choices_members, 2, 1);
    definition->choices_min = vota_jcs_number(jcs);
    vota_jcs_object_end(jcs, choices_members, 2);
}

static struct vota_definition_span span_of(const struct vota_definition *definition,
                                           struct vota_slice raw)
{
    if (raw.at == NULL)
        return (struct vota_definition_span){0};
    const size_t at = (size_t)(raw.at - definition->text.at);
    VOTA_ASSERT(at <= UINT16_MAX && raw.len <= UINT16_MAX);
    return (struct vota_definition_span){(uint16_t)at, (uint16_t)raw.len};
}

static void read_option(struct vota_jcs *jcs, const struct vota_definition *definition,
                        struct vota_definition_option *ret_option)
{
    vota_jcs_object(jcs);
    vota_jcs_key(jcs, option_members, 3, 0);
    ret_option->en = span_of(definition, read_visible(jcs, false));
    vota_jcs_key(jcs, option_members, 3, 1);
    const struct vota_slice id = vota_jcs_string(jcs);
    if (!is_id(id, VOTA_DEFINITION_MAX_OPT_ID))
        vota_jcs_refuse(jcs, option_members[1].where, "bad-option-id");
    ret_option->id = span_of(definition, id);
    vota_jcs_key(jcs, option_members, 3, 2);
    ret_option->ko = span_of(definition, read_visible(jcs, false));
    vota_jcs_object_end(jcs, option_members, 3);
}

static void read_options(struct vota_jcs *jcs, struct vota_definition *definition)
{
    read_key(jcs, OPTIONS);
    vota_jcs_array(jcs);
    size_t n = 0;
    for (; vota_jcs_item(jcs, n == 0); n++) {
        VOTA_ASSERT(n < VOTA_DEFINITION_MAX_OPTIONS); /* no text is long enough for more */
        read_option(jcs, definition, &definition->options[n]);
    }
    definition->option_count = n;
}

static void read_id(struct vota_jcs *jcs, struct vota_definition *definition)
{
    read_key(jcs, ID);
    definition->id = vota_jcs_string(jcs);
    refuse_if(jcs, !is_id(definition->id, VOTA_DEFINITION_MAX_ID), ID, "bad-id");
}

static void read_tag_key_hash(struct vota_jcs *jcs, struct vota_definition *definition)
{
    read_key(jcs, TAG_KEY_HASH);
    const struct vota_slice raw = vota_jcs_string(jcs);
    uint8_t *hash = definition->tag_key_hash.bytes;
    if (vota_jcs_ok(jcs) && vota_hex_read(hash, 32, (const char *)raw.at, raw.len) != VOTA_OK)
        refuse_if(jcs, true, TAG_KEY_HASH, "bad-hash");
}

static void read_form(struct vota_jcs *jcs, struct vota_definition *definition)
{
    static const char *const formats[] = {VOTA_DEFINITION_FORMAT};
    vota_jcs_object(jcs);
    definition->anchor_within = read_number(jcs, ANCHOR_WITHIN);
    read_choices(jcs, definition);
    definition->closes_at = read_time(jcs, CLOSES_AT);
    definition->counts_until = read_time(jcs, COUNTS_UNTIL);
    read_key(jcs, DEPARTMENT);
    definition->department = read_visible(jcs, false);
    definition->disclosure =
        (enum vota_disclosure)read_word(jcs, DISCLOSURE, disclosures, COUNT_OF(disclosures));
    definition->eligible = read_number(jcs, ELIGIBLE);
    (void)read_word(jcs, FORMAT, formats, COUNT_OF(formats));
    read_id(jcs, definition);
    definition->kind = (enum vota_register_kind)read_word(jcs, KIND, kinds, COUNT_OF(kinds));
    definition->opens_at = read_time(jcs, OPENS_AT);
    read_options(jcs, definition);
    definition->results_by = read_time(jcs, RESULTS_BY);
    definition->revision =
        (enum vota_revision)read_word(jcs, REVISION, revisions, COUNT_OF(revisions));
    read_tag_key_hash(jcs, definition);
    read_texts(jcs, &definition->text_en, &definition->text_ko, TEXT);
    definition->threshold = read_number(jcs, THRESHOLD);
    read_texts(jcs, &definition->title_en, &definition->title_ko, TITLE);
    vota_jcs_object_end(jcs, members, MEMBERS);
}

static void check_times(struct vota_jcs *jcs, const struct vota_definition *d)
{
    refuse_if(jcs, d->anchor_within < 1, ANCHOR_WITHIN, "bad-value");
    refuse_if(jcs, !vota_time_is_full_minute(d->opens_at), OPENS_AT, "not-full-minute");
    refuse_if(jcs, !vota_time_is_full_minute(d->closes_at), CLOSES_AT, "not-full-minute");
    refuse_if(jcs, d->closes_at <= d->opens_at, CLOSES_AT, "bad-order");
    refuse_if(jcs, d->counts_until < d->closes_at, COUNTS_UNTIL, "bad-order");
    refuse_if(jcs, d->results_by < d->closes_at, RESULTS_BY, "bad-order");
}

static void check_kind(struct vota_jcs *jcs, const struct vota_definition *d)
{
    const bool is_choice = d->kind == VOTA_REGISTER_VOTE || d->kind == VOTA_REGISTER_ENDORSEMENT;
    const bool one_of_one = d->option_count == 1 && d->choices_min == 1 && d->choices_max == 1;
    const bool none = d->option_count == 0 && d->choices_min == 0 && d->choices_max == 0;
    refuse_if(jcs, is_choice == (d->revision == VOTA_REVISION_ALL), REVISION, "bad-value");
    if (d->kind != VOTA_REGISTER_ENDORSEMENT)
        refuse_if(jcs, d->threshold != 0, THRESHOLD, "bad-value");
    if (d->kind == VOTA_REGISTER_ENDORSEMENT)
        refuse_if(jcs, !one_of_one, OPTIONS, "endorsement-options");
    if (!is_choice)
        refuse_if(jcs, !none, OPTIONS, "options-not-allowed");
    if (d->kind != VOTA_REGISTER_VOTE)
        return;
    refuse_if(jcs, d->option_count < 2, OPTIONS, "too-few-options");
    refuse_if(jcs, d->choices_min > d->choices_max, CHOICES, "bad-choices");
    refuse_if(jcs, d->choices_max < 1 || d->choices_max > d->option_count, CHOICES, "bad-choices");
}

/* Quadratic, over at most a thousand options. */
static void check_options(struct vota_jcs *jcs, const struct vota_definition *d)
{
    for (size_t i = 1; i < d->option_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (slice_equal(vota_definition_option_id(d, i), vota_definition_option_id(d, j)))
                vota_jcs_refuse(jcs, option_members[1].where, "repeated-option");
            if (slice_equal(vota_definition_option_en(d, i), vota_definition_option_en(d, j)))
                vota_jcs_refuse(jcs, option_members[0].where, "equal-labels");
            if (slice_equal(vota_definition_option_ko(d, i), vota_definition_option_ko(d, j)))
                vota_jcs_refuse(jcs, option_members[2].where, "equal-labels");
        }
    }
}

enum vota_status vota_definition_read(struct vota_definition *ret_definition, const void *text,
                                      size_t len, struct vota_error *err)
{
    if (len > VOTA_DEFINITION_MAX_BYTES)
        return vota_fail(err, VOTA_BAD_INPUT, "definition", "too-long");
    struct vota_definition definition;
    definition.text = (struct vota_slice){text, len};
    struct vota_jcs jcs;
    vota_jcs_init(&jcs, text, len, "definition", err);
    read_form(&jcs, &definition);
    const enum vota_status status = vota_jcs_end(&jcs);
    if (status != VOTA_OK)
        return status;
    check_times(&jcs, &definition);
    check_kind(&jcs, &definition);
    check_options(&jcs, &definition);
    if (vota_jcs_ok(&jcs))
        *ret_definition = definition;
    return vota_jcs_end(&jcs);
}

void vota_definition_hash(vota_hash *ret_hash, const void *text, size_t len)
{
    vota_keccak_hash(ret_hash->bytes, text, len);
}

void vota_definition_register(vota_hash *ret_hash, const struct vota_definition *definition)
{
    vota_definition_hash(ret_hash, definition->text.at, definition->text.len);
}

static struct vota_slice slice_of(const struct vota_definition *definition,
                                  struct vota_definition_span span)
{
    return (struct vota_slice){definition->text.at + span.at, span.len};
}

struct vota_slice vota_definition_option_id(const struct vota_definition *definition, size_t i)
{
    VOTA_ASSERT(i < definition->option_count);
    return slice_of(definition, definition->options[i].id);
}

struct vota_slice vota_definition_option_en(const struct vota_definition *definition, size_t i)
{
    VOTA_ASSERT(i < definition->option_count);
    return slice_of(definition, definition->options[i].en);
}

struct vota_slice vota_definition_option_ko(const struct vota_definition *definition, size_t i)
{
    VOTA_ASSERT(i < definition->option_count);
    return slice_of(definition, definition->options[i].ko);
}

enum vota_status vota_definition_option_by_id(const struct vota_definition *definition,
                                              size_t *ret_option, const void *id, size_t len)
{
    const struct vota_slice wanted = {id, len};
    for (size_t i = 0; i < definition->option_count; i++) {
        if (slice_equal(vota_definition_option_id(definition, i), wanted)) {
            *ret_option = i;
            return VOTA_OK;
        }
    }
    return VOTA_NOT_FOUND;
}

enum vota_status vota_definition_option_by_label(const struct vota_definition *definition,
                                                 size_t *ret_option, const void *label, size_t len)
{
    size_t found = definition->option_count;
    for (size_t i = 0; i < definition->option_count; i++) {
        if (!vota_jcs_equal(vota_definition_option_en(definition, i), label, len) &&
            !vota_jcs_equal(vota_definition_option_ko(definition, i), label, len))
            continue;
        if (found < definition->option_count)
            return VOTA_CONFLICT;
        found = i;
    }
    if (found == definition->option_count)
        return VOTA_NOT_FOUND;
    *ret_option = found;
    return VOTA_OK;
}
