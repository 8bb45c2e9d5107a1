/* SPDX-License-Identifier: Apache-2.0 */
/* Results pages of a town, and what stands in them. */
#ifndef VOTA_TESTS_BRIDGE_TOWN_PAGES_H
#define VOTA_TESTS_BRIDGE_TOWN_PAGES_H

#include "bridge/page/results.h"
#include "bridge/text.h"
#include "tests/bridge/town_pair.h"

static struct vota_page_results no_verifier;

static inline void publish_at(struct town *town, uint64_t now)
{
    struct vota_publication_report report;
    struct vota_error err = {0};
    town_trust(town);
    town->source.pages = vota_page_results;
    town->source.pages_context = &no_verifier;
    if (vota_publication_write(&report, town->public, &town->source, now, &err) != VOTA_OK)
        fail_msg("not published: %s %s", err.where, err.text);
}

/* A page as text; the caller frees. */
static inline char *page(const struct town *town, const char *path)
{
    size_t len = 0;
    return (char *)town_read(town, path, &len);
}

static inline void expect(const struct town *town, const char *path, const char *text, bool wanted)
{
    char *found = page(town, path);
    const bool is_there = strstr(found, text) != NULL;
    if (is_there != wanted)
        fail_msg("%s %s \"%s\"", path, wanted ? "lacks" : "has", text);
    free(found);
}

static inline const char *said(enum vota_lang lang, const char *key)
{
    const char *text = vota_text_find(lang, key);
    assert_non_null(text);
    return text;
}

/* The sentence as it stands in a page: of what is escaped, sentences have only apostrophes. */
static inline const char *escaped(enum vota_lang lang, const char *key)
{
    static char text[1024];
    size_t to = 0;
    for (const char *at = said(lang, key); *at != '\0' && to < sizeof text - 6; at++) {
        if (*at != '\'') {
            text[to++] = *at;
            continue;
        }
        memcpy(text + to, "&#39;", 5);
        to += 5;
    }
    text[to] = '\0';
    return text;
}

/* In both languages, a sentence without values. */
static inline void expect_said(const struct town *town, const char *id, const char *key,
                               bool wanted)
{
    char path[128];
    (void)snprintf(path, sizeof path, "pages/%s.ko.html", id);
    expect(town, path, escaped(VOTA_LANG_KO, key), wanted);
    (void)snprintf(path, sizeof path, "pages/%s.en.html", id);
    expect(town, path, escaped(VOTA_LANG_EN, key), wanted);
}

/* A line of the table of what became of every row. */
static inline void expect_number(const struct town *town, const char *id, const char *key,
                                 uint64_t number)
{
    char path[128];
    char line[256];
    (void)snprintf(path, sizeof path, "pages/%s.en.html", id);
    (void)snprintf(line, sizeof line, "<th scope=\"row\">%s</th><td class=\"number\">%llu</td>",
                   said(VOTA_LANG_EN, key), (unsigned long long)number);
    expect(town, path, line, true);
}

static const char *const extra_keys[VOTA_COUNT_NUMBERS] = {
    "results.number.blank",      "results.number.rows",     "results.number.counted",
    "results.number.superseded", "results.number.untimely", "results.number.conflict",
    "results.number.invalid",    "results.number.unopened", "results.number.erased"};

/* Everything that the rule counts stands there, options with their labels. */
static inline void expect_counts(const struct town *town, const char *id, const uint64_t *counts)
{
    char path[128];
    char line[256];
    static const char *const labels[] = {"Yes", "No"};
    (void)snprintf(path, sizeof path, "pages/%s.en.html", id);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(
            line, sizeof line,
            "<th scope=\"row\"><bdi lang=\"en\">%s</bdi></th><td class=\"number\">%d</td>",
            labels[i], (int)counts[i]);
        expect(town, path, line, true);
    }
    for (size_t i = VOTA_COUNT_N_ROWS; i < VOTA_COUNT_NUMBERS; i++)
        expect_number(town, id, extra_keys[i], counts[2 + i]);
}

static inline enum vota_status rows_or_none(void *context, uint64_t entry,
                                            vota_publication_row *each, void *to,
                                            struct vota_error *err)
{
    static struct town_record sorted[TOWN_RECORDS];
    if (town_records_of(context, entry, sorted) == 0)
        return vota_fail(err, VOTA_NOT_FOUND, "rows", "no-such-batch");
    return town_rows(context, entry, each, to, err);
}

#endif
