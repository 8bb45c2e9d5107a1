/* SPDX-License-Identifier: Apache-2.0 */
/* A store with registers of real definitions and a pepper, for the tests of the import. */
#ifndef VOTA_TESTS_BRIDGE_IMPORT_FIXTURE_H
#define VOTA_TESTS_BRIDGE_IMPORT_FIXTURE_H

#include "bridge/import/import.h"
#include "keccak/keccak.h"
#include "tests/bridge/store_fixture.h"

#define OPENS_AT     1790000040u /* 2026-09-21T14:14:00Z */
#define CLOSES_AT    1790086440u
#define COUNTS_UNTIL 1790172840u
#define NOW          1790003600u /* 2026-09-21T15:13:20Z */

static const uint8_t fixture_pepper[32] = "thirty-two bytes for these tests";

/* What an import told, and what it is given. */
struct importing {
    struct fixture f; /* its three registers are not used here */
    struct vota_import_options options;
    struct vota_import_summary summary;
    struct vota_error err;
    uint64_t now;
    char log[16384]; /* "line field reason value limit\n" of every refusal */
    char raw[16384]; /* the refused rows */
    char header[256];
    uint64_t groups;
    const char *at; /* what is left to read */
    size_t left, step;
};

static inline void definition_of(struct vota_wr *wr, const char *slug, const char *kind,
                                 const char *revision, uint64_t choices_min, uint64_t choices_max)
{
    static const char *const names[][3] = {
        {"yes", "Yes, please", "찬성"}, {"no", "No; never", "반대"}, {"wait", "Wait", "보류"}};
    struct vota_definition_option_parts options[3];
    for (size_t i = 0; i < 3; i++)
        options[i] = (struct vota_definition_option_parts){
            slice_of(names[i][0]), slice_of(names[i][1]), slice_of(names[i][2])};
    const bool vote = strcmp(kind, "vote") == 0;
    const bool endorsement = strcmp(kind, "endorsement") == 0;
    struct vota_definition_parts parts = {.id = slice_of(slug),
                                          .kind = slice_of(kind),
                                          .department = slice_of("도시계획과"),
                                          .title_en = slice_of("A question"),
                                          .title_ko = slice_of("질문"),
                                          .text_en = slice_of("What do you say?"),
                                          .text_ko = slice_of("의견을 주십시오."),
                                          .opens_at = slice_of("2026-09-21T14:14:00Z"),
                                          .closes_at = slice_of("2026-09-22T14:14:00Z"),
                                          .counts_until = slice_of("2026-09-23T14:14:00Z"),
                                          .results_by = slice_of("2026-09-24T14:14:00Z"),
                                          .revision = slice_of(revision),
                                          .disclosure = slice_of("on_close"),
                                          .anchor_within = 3600,
                                          .choices_min = choices_min,
                                          .choices_max = choices_max,
                                          .options = options,
                                          .option_count = vote          ? 3
                                                          : endorsement ? 1
                                                                        : 0};
    vota_keccak_hash(parts.tag_key_hash.bytes, fixture_pepper, sizeof fixture_pepper);
    vota_definition_write(wr, &parts);
}

/* Adds a definition as a register whose opening is mined; its row id. */
static inline int64_t open_register(struct fixture *f, struct vota_slice text)
{
    static struct vota_definition definition;
    int64_t id = 0;
    OK(vota_definition_read(&definition, text.at, text.len, NULL));
    struct vota_store_register reg = {.network = f->network,
                                      .revision = definition.revision,
                                      .opens_at = definition.opens_at,
                                      .closes_at = definition.closes_at,
                                      .counts_until = definition.counts_until,
                                      .results_by = definition.results_by,
                                      .anchor_within = definition.anchor_within,
                                      .definition = text};
    vota_definition_register(&reg.hash, &definition);
    memcpy(reg.slug, definition.id.at, definition.id.len);
    begin(f);
    OK(vota_store_register_add(&id, f->store, &reg, NULL));
    OK(vota_store_register_set_opened(f->store, id, 7, NULL));
    commit(f);
    return id;
}

static inline int64_t add_question(struct fixture *f, const char *slug, const char *kind,
                                   const char *revision, uint64_t min, uint64_t max)
{
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    definition_of(&wr, slug, kind, revision, min, max);
    return open_register(f, (struct vota_slice){text, wr.len});
}

static inline enum vota_status give_pepper(void *context, uint8_t ret_pepper[32],
                                           const vota_hash *register_hash, struct vota_error *err)
{
    (void)context;
    (void)register_hash;
    (void)err;
    memcpy(ret_pepper, fixture_pepper, 32);
    return VOTA_OK;
}

static inline uint64_t tell_time(void *context)
{
    return ((struct importing *)context)->now;
}

static inline void append(char *text, size_t cap, const char *more, size_t len)
{
    const size_t used = strlen(text);
    assert_true(used + len < cap);
    if (len > 0)
        memcpy(text + used, more, len);
    text[used + len] = '\0';
}

static inline enum vota_status note_refusal(void *context, uint64_t line, struct vota_slice raw,
                                            const struct vota_refusal *refusal)
{
    struct importing *i = context;
    char text[256];
    const int len = snprintf(text, sizeof text, "%llu %s %s %s %llu\n", (unsigned long long)line,
                             refusal->field, refusal->reason, refusal->value,
                             (unsigned long long)refusal->limit);
    append(i->log, sizeof i->log, text, (size_t)len);
    if (strlen(i->raw) + raw.len + 2 < sizeof i->raw) {
        append(i->raw, sizeof i->raw, (const char *)raw.at, raw.len);
        append(i->raw, sizeof i->raw, "\n", 1);
    }
    return VOTA_OK;
}

static inline enum vota_status note_header(void *context, struct vota_slice raw)
{
    struct importing *i = context;
    append(i->header, sizeof i->header, (const char *)raw.at, raw.len);
    return VOTA_OK;
}

static inline void note_progress(void *context, uint64_t bytes, uint64_t rows)
{
    struct importing *i = context;
    assert_true(bytes > 0 && rows > 0);
    i->groups++;
}

static inline long read_text(void *source, uint8_t *buffer, size_t cap)
{
    struct importing *i = source;
    size_t len = i->left < cap ? i->left : cap;
    if (len > i->step)
        len = i->step;
    memcpy(buffer, i->at, len);
    i->at += len;
    i->left -= len;
    return (long)len;
}

/* Registers "vote" (first, 1 of 3), "pick" (first, 0 to 2), "last", "idea" and "book". */
static inline struct importing *importing_open(void)
{
    struct importing *i = calloc(1, sizeof *i);
    assert_non_null(i);
    fixture_open(&i->f);
    (void)add_question(&i->f, "vote", "vote", "first", 1, 1);
    (void)add_question(&i->f, "pick", "vote", "first", 0, 2);
    (void)add_question(&i->f, "late", "vote", "last", 1, 1);
    (void)add_question(&i->f, "idea", "proposal", "all", 0, 0);
    (void)add_question(&i->f, "book", "procedure", "all", 0, 0);
    i->now = NOW;
    i->options = (struct vota_import_options){
        .intake = {.network = i->f.network, .pepper = give_pepper, .context = i},
        .format = VOTA_IMPORT_CSV,
        .encoding = VOTA_ENCODING_UTF8,
        .slug = "vote",
        .now = tell_time,
        .progress = note_progress,
        .header = note_header,
        .refused = note_refusal,
        .context = i};
    return i;
}

static inline void importing_close(struct importing *i)
{
    fixture_close(&i->f);
    free(i);
}

/* Imports bytes, `step` at a time. */
static inline enum vota_status import_bytes(struct importing *i, const char *bytes, size_t len,
                                            size_t step)
{
    i->log[0] = i->raw[0] = i->header[0] = '\0';
    i->groups = 0;
    i->err = (struct vota_error){.status = VOTA_OK};
    i->at = bytes;
    i->left = len;
    i->step = step;
    return vota_import_run(&i->summary, i->f.store, &i->options, read_text, i, &i->err);
}

static inline enum vota_status import_text(struct importing *i, const char *text)
{
    return import_bytes(i, text, strlen(text), SIZE_MAX);
}

static inline uint64_t records_of(struct importing *i, const char *slug)
{
    struct vota_store_register_copy copy;
    uint64_t records = 0;
    uint64_t pending = 0;
    OK(vota_store_register_get(&copy, i->f.store, i->f.network, slug, NULL));
    OK(vota_store_register_count(&records, &pending, i->f.store, copy.about.id, NULL));
    vota_store_register_done(&copy);
    return records;
}

#define HEADER                 "id,voter,choice,cast_at\n"
#define CAST_AT                "2026-09-21T14:15:00Z"
#define ROW(id, voter, choice) id "," voter "," choice "," CAST_AT "\n"

#endif
