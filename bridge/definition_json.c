/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The definition as a person writes it, to the parts that proof/definition.h
 * writes canonically. It knows members and defaults, not the rules between
 * them.
 */
#include "bridge/definition_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bridge/when.h"
#include "proof/hex.h"
#include "proof/time.h"

#define DAY  UINT64_C(86400)
#define WEEK (7 * DAY)
#define HOUR 3600u

#define TIMES 4u

/* One reading; the first problem is kept and ends it. */
struct reading {
    struct vota_definition_draft *draft;
    struct vota_definition_problem *problem;
    bool failed;
};

static void refuse(struct reading *reading, const char *where, const char *reason)
{
    if (reading->failed)
        return;
    reading->failed = true;
    *reading->problem = (struct vota_definition_problem){.reason = reason};
    (void)snprintf(reading->problem->where, sizeof reading->problem->where, "%s", where);
}

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static struct vota_slice slice_of_json(const json_t *string)
{
    return (struct vota_slice){(const uint8_t *)json_string_value(string),
                               json_string_length(string)};
}

/* A member's string; `fallback` where it is left out, NULL: it must not be. */
static struct vota_slice take_string(struct reading *reading, const json_t *object, const char *key,
                                     const char *where, const char *fallback)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_string(value))
        return slice_of_json(value);
    if (value != NULL)
        refuse(reading, where, "bad-type");
    else if (fallback == NULL)
        refuse(reading, where, "missing-key");
    return slice_of(fallback == NULL ? "" : fallback);
}

static uint64_t take_number(struct reading *reading, const json_t *object, const char *key,
                            const char *where, uint64_t fallback)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL)
        return fallback;
    if (!json_is_integer(value))
        refuse(reading, where, "bad-type");
    else if (json_integer_value(value) < 0)
        refuse(reading, where, "bad-number");
    else
        return (uint64_t)json_integer_value(value);
    return 0;
}

/* Every member of the object is one of these. */
static void check_keys(struct reading *reading, json_t *object, const char *prefix,
                       const char *const *known, size_t n)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        char where[sizeof reading->problem->where];
        bool found = false;
        for (size_t i = 0; i < n; i++)
            found = found || strcmp(known[i], key) == 0;
        (void)snprintf(where, sizeof where, "%s%s", prefix, key);
        if (!found)
            refuse(reading, where, "unknown-key");
    }
}

/* {"en","ko"}, or one string for both. */
static void take_pair(struct reading *reading, json_t *root, const char *key,
                      struct vota_slice *ret_en, struct vota_slice *ret_ko)
{
    static const char *const known[] = {"en", "ko"};
    char where[3][16];
    json_t *value = json_object_get(root, key);
    (void)snprintf(where[0], sizeof where[0], "%s.", key);
    (void)snprintf(where[1], sizeof where[1], "%s.en", key);
    (void)snprintf(where[2], sizeof where[2], "%s.ko", key);
    if (json_is_string(value)) {
        *ret_en = slice_of_json(value);
        *ret_ko = *ret_en;
        return;
    }
    if (!json_is_object(value)) {
        refuse(reading, key, value == NULL ? "missing-key" : "bad-type");
        return;
    }
    check_keys(reading, value, where[0], known, 2);
    *ret_en = take_string(reading, value, "en", where[1], NULL);
    *ret_ko = take_string(reading, value, "ko", where[2], NULL);
}

#define PLACE_CAP 40u

/* "options[2].ko" */
static void place(char ret_text[PLACE_CAP], size_t i, const char *member)
{
    (void)snprintf(ret_text, PLACE_CAP, "options[%u]%s", (unsigned)i, member);
}

static void take_option(struct reading *reading, json_t *value, size_t i)
{
    static const char *const known[] = {"en", "id", "ko"};
    struct vota_definition_option_parts *option = &reading->draft->options[i];
    char *ordinal = reading->draft->ordinals[i];
    char where[PLACE_CAP];
    (void)snprintf(ordinal, sizeof reading->draft->ordinals[i], "%u", (unsigned)i + 1);
    if (json_is_string(value)) {
        *option = (struct vota_definition_option_parts){slice_of(ordinal), slice_of_json(value),
                                                        slice_of_json(value)};
        return;
    }
    place(where, i, ".");
    check_keys(reading, value, where, known, 3); /* nothing to do for what is no object */
    place(where, i, "");
    if (!json_is_object(value))
        refuse(reading, where, "bad-type");
    place(where, i, ".id");
    option->id = take_string(reading, value, "id", where, ordinal);
    place(where, i, ".en");
    option->en = take_string(reading, value, "en", where, NULL);
    place(where, i, ".ko");
    option->ko = take_string(reading, value, "ko", where, NULL);
}

/* The draft's own texts are heap, so that it can be moved. */
static bool make_room(struct reading *reading, size_t n)
{
    struct vota_definition_draft *draft = reading->draft;
    if (n > VOTA_DEFINITION_MAX_OPTIONS) {
        refuse(reading, "options", "too-long");
        return false;
    }
    draft->options = calloc(n + 1, sizeof *draft->options);
    draft->ordinals = calloc(n + 1, sizeof *draft->ordinals);
    draft->times = calloc(TIMES, sizeof *draft->times);
    if (draft->options == NULL || draft->ordinals == NULL || draft->times == NULL) {
        refuse(reading, "options", "no-memory");
        return false;
    }
    draft->parts.options = draft->options;
    draft->parts.option_count = n;
    return true;
}

/* What an endorsement offers when its file does not say. */
static const struct vota_definition_option_parts endorse = {
    {(const uint8_t *)"endorse", 7},
    {(const uint8_t *)"I endorse this", 14},
    {(const uint8_t *)"공감합니다", sizeof "공감합니다" - 1}};

static void take_options(struct reading *reading, json_t *root, bool endorsement)
{
    json_t *list = json_object_get(root, "options");
    const size_t n = list == NULL ? endorsement : json_array_size(list);
    if (list != NULL && !json_is_array(list))
        refuse(reading, "options", "bad-type");
    if (!make_room(reading, n))
        return;
    if (list == NULL && endorsement)
        reading->draft->options[0] = endorse;
    for (size_t i = 0; list != NULL && i < n; i++)
        take_option(reading, json_array_get(list, i), i);
}

static void take_choices(struct reading *reading, json_t *root, uint64_t usual)
{
    static const char *const known[] = {"max", "min"};
    struct vota_definition_parts *parts = &reading->draft->parts;
    json_t *choices = json_object_get(root, "choices");
    if (choices != NULL && !json_is_object(choices))
        refuse(reading, "choices", "bad-type");
    check_keys(reading, choices, "choices.", known, 2);
    parts->choices_min = take_number(reading, choices, "min", "choices.min", usual);
    parts->choices_max = take_number(reading, choices, "max", "choices.max", usual);
}

/* A time as text of the draft in the one hashed form; 0 where it is refused. */
static uint64_t take_time(struct reading *reading, json_t *root, const char *key, size_t place_at,
                          uint64_t fallback, struct vota_slice *ret_text)
{
    uint64_t time = fallback;
    const json_t *value = json_object_get(root, key);
    if (value == NULL && fallback == 0)
        refuse(reading, key, "missing-key");
    else if (value != NULL && !json_is_string(value))
        refuse(reading, key, "bad-type");
    else if (value != NULL &&
             vota_when_read(&time, json_string_value(value), json_string_length(value)) != VOTA_OK)
        refuse(reading, key, "not-a-moment");
    if (reading->failed)
        return 0;
    char *text = reading->draft->times[place_at];
    vota_time_text(text, time);
    *ret_text = slice_of(text);
    return time;
}

static void take_times(struct reading *reading, json_t *root, uint64_t now)
{
    struct vota_definition_parts *parts = &reading->draft->parts;
    (void)take_time(reading, root, "opens_at", 0, (now + 59) / 60 * 60, &parts->opens_at);
    const uint64_t closes = take_time(reading, root, "closes_at", 1, 0, &parts->closes_at);
    const uint64_t counts =
        take_time(reading, root, "counts_until", 2, closes + DAY, &parts->counts_until);
    (void)take_time(reading, root, "results_by", 3, counts + WEEK, &parts->results_by);
}

static void take_tag_key_hash(struct reading *reading, json_t *root)
{
    struct vota_definition_draft *draft = reading->draft;
    const json_t *value = json_object_get(root, "tag_key_hash");
    if (value == NULL)
        return;
    draft->has_tag_key_hash = true;
    if (!json_is_string(value) ||
        vota_hex_read(draft->parts.tag_key_hash.bytes, sizeof draft->parts.tag_key_hash.bytes,
                      json_string_value(value), json_string_length(value)) != VOTA_OK)
        refuse(reading, "tag_key_hash", "bad-hash");
}

static bool is_kind(const struct vota_definition_parts *parts, const char *name)
{
    return parts->kind.len == strlen(name) && memcmp(parts->kind.at, name, parts->kind.len) == 0;
}

static void take_format(struct reading *reading, json_t *root)
{
    const struct vota_slice format =
        take_string(reading, root, "format", "format", VOTA_DEFINITION_FORMAT);
    if (format.len != sizeof VOTA_DEFINITION_FORMAT - 1 ||
        memcmp(format.at, VOTA_DEFINITION_FORMAT, format.len) != 0)
        refuse(reading, "format", "bad-value");
}

static void take_texts(struct reading *reading, json_t *root)
{
    struct vota_definition_parts *parts = &reading->draft->parts;
    parts->id = take_string(reading, root, "id", "id", NULL);
    parts->kind = take_string(reading, root, "kind", "kind", NULL);
    parts->department = take_string(reading, root, "department", "department", NULL);
    take_pair(reading, root, "title", &parts->title_en, &parts->title_ko);
    parts->text_en = parts->title_en;
    parts->text_ko = parts->title_ko;
    if (json_object_get(root, "text") != NULL)
        take_pair(reading, root, "text", &parts->text_en, &parts->text_ko);
}

static void take_all(struct reading *reading, json_t *root, uint64_t now)
{
    static const char *const known[] = {
        "anchor_within", "choices",  "closes_at",    "counts_until", "department", "disclosure",
        "eligible",      "format",   "id",           "kind",         "opens_at",   "options",
        "results_by",    "revision", "tag_key_hash", "text",         "threshold",  "title"};
    struct vota_definition_parts *parts = &reading->draft->parts;
    check_keys(reading, root, "", known, sizeof known / sizeof known[0]);
    take_format(reading, root);
    take_texts(reading, root);
    const bool endorsement = is_kind(parts, "endorsement");
    const bool chosen = endorsement || is_kind(parts, "vote");
    take_options(reading, root, endorsement);
    take_choices(reading, root, chosen ? 1 : 0);
    take_times(reading, root, now);
    parts->anchor_within = take_number(reading, root, "anchor_within", "anchor_within", HOUR);
    parts->eligible = take_number(reading, root, "eligible", "eligible", 0);
    parts->threshold = take_number(reading, root, "threshold", "threshold", 0);
    parts->revision = take_string(reading, root, "revision", "revision", chosen ? "first" : "all");
    parts->disclosure = take_string(reading, root, "disclosure", "disclosure", "on_close");
    take_tag_key_hash(reading, root);
}

/* jansson's code as one of ours. */
static const char *json_reason(const json_error_t *error)
{
    static const struct {
        enum json_error_code code;
        const char *reason;
    } reasons[] = {
        {json_error_out_of_memory, "no-memory"},     {json_error_invalid_utf8, "not-utf8"},
        {json_error_null_character, "nul"},          {json_error_null_byte_in_key, "nul"},
        {json_error_duplicate_key, "duplicate-key"}, {json_error_numeric_overflow, "bad-number"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == json_error_code(error))
            return reasons[i].reason;
    }
    return "not-json";
}

enum vota_status vota_definition_json_read(struct vota_definition_draft *ret_draft,
                                           const char *text, size_t len, uint64_t now,
                                           struct vota_definition_problem *ret_problem)
{
    json_error_t error;
    struct vota_definition_draft draft = {.json = NULL};
    struct reading reading = {.draft = &draft, .problem = ret_problem};
    if (len > VOTA_DEFINITION_JSON_MAX) {
        refuse(&reading, "", "file-too-large");
        return VOTA_BAD_INPUT;
    }
    draft.json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (draft.json == NULL) {
        refuse(&reading, "", json_reason(&error));
        ret_problem->line = error.line;
        ret_problem->column = error.column;
        return VOTA_BAD_INPUT;
    }
    if (!json_is_object(draft.json))
        refuse(&reading, "", "bad-type");
    take_all(&reading, draft.json, now);
    if (reading.failed) {
        vota_definition_json_done(&draft);
        return VOTA_BAD_INPUT;
    }
    *ret_draft = draft;
    return VOTA_OK;
}

void vota_definition_json_done(struct vota_definition_draft *draft)
{
    json_decref(draft->json);
    free(draft->options);
    free(draft->ordinals);
    free(draft->times);
    *draft = (struct vota_definition_draft){.json = NULL};
}

const char *vota_definition_json_library(void)
{
    return jansson_version_str();
}
