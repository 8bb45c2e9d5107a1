/* SPDX-License-Identifier: Apache-2.0 */
/* Results pages: what may be shown when, and of what count. */
#include "tests/bridge/town_pages.h"

static struct town *town_of(const char *disclosure)
{
    struct town *town = town_new();
    const struct town_register *reg =
        town_open(town, &(struct town_question){"bridge", "vote", disclosure});
    for (size_t i = 0; i < 9; i++)
        town_vote(town, reg, i, i < 7 ? "yes" : "no");
    town_anchor(town, TOWN_OPENS + 600);
    return town;
}

static void test_counts_are_shown_only_as_the_register_allows(void **state)
{
    static const struct {
        const char *disclosure;
        uint64_t now;
        bool counts;
        const char *key;
    } cases[] = {
        {"live", TOWN_OPENS + 900, true, "results.shows.running"},
        {"live", TOWN_LATER, true, "results.phase.closed"},
        {"on_close", TOWN_CLOSES - 1, false, "results.shows.rows"},
        {"on_close", TOWN_CLOSES, true, "results.shows.closing"},
        {"on_close", TOWN_LATER, true, "results.published.late"},
        {"never", TOWN_CLOSES - 1, false, "results.shows.rows-never"},
        {"never", TOWN_LATER, false, "results.published.late"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct town *town = town_of(cases[i].disclosure);
        publish_at(town, cases[i].now);
        expect(town, "pages/bridge.ko.html", "<td class=\"number\">7</td>", cases[i].counts);
        expect(town, "pages/bridge.ko.html", "<figure class=\"chart\"><div role=\"img\"",
               cases[i].counts);
        expect_number(town, "bridge", "results.number.rows", 9);
        expect_said(town, "bridge", cases[i].key, true);
        expect_said(town, "bridge", "results.number.standing", !cases[i].counts);
        expect(town, "pages/bridge.ko.html", "<li><bdi lang=\"ko\">찬성</bdi></li>",
               !cases[i].counts);
        town_free(town);
    }
}

static void test_before_anything_is_anchored_there_is_nothing_to_show(void **state)
{
    struct town *town = town_new();
    (void)state;
    publish_at(town, TOWN_OPENS);
    expect(town, "index.html", said(VOTA_LANG_KO, "results.index.none"), true);
    town_open(town, &(struct town_question){"bridge", "vote", "live"});
    publish_at(town, TOWN_OPENS - 1);
    expect_said(town, "bridge", "results.shows.before", true);
    expect_said(town, "bridge", "results.rows.heading", false);
    publish_at(town, TOWN_OPENS);
    expect_said(town, "bridge", "results.shows.before", false);
    expect_said(town, "bridge", "results.shows.nothing", true);
    town_free(town);
}

static void test_a_count_that_nobody_can_repeat_is_the_city_s_own(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {7, 2, 0, 9, 9, 0, 0, 0, 0, 0, 0};
    struct town *town = town_of("never");
    (void)state;
    town_result(town, &town->registers[0], TOWN_COUNTS_UNTIL + 600, 2, counts, TOWN_NUMBERS);
    publish_at(town, TOWN_LATER);
    expect_counts(town, "bridge", counts);
    expect_said(town, "bridge", "results.heading.own", true);
    expect_said(town, "bridge", "results.compared.own-count", true);
    expect_said(town, "bridge", "results.compared.equal", false);
    town_free(town);
}

static void test_own_counts_are_held_to_the_rows_all_the_same(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {9, 2, 0, 11, 11, 0, 0, 0, 0, 0, 0};
    struct town *town = town_of("never");
    (void)state;
    town_result(town, &town->registers[0], TOWN_COUNTS_UNTIL + 600, 2, counts, TOWN_NUMBERS);
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.compared.own-differs", true);
    expect_said(town, "bridge", "results.compared.own-count", false);
    town_free(town);
}

/* A city that publishes counts before closing gets no chart of them. */
static void test_a_result_before_closing_opens_no_counts(void **state)
{
    static const uint64_t counts[TOWN_NUMBERS] = {7, 2, 0, 9, 9, 0, 0, 0, 0, 0, 0};
    static const char *const disclosures[] = {"on_close", "never"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct town *town = town_of(disclosures[i]);
        town_result(town, &town->registers[0], TOWN_OPENS + 800, 2, counts, TOWN_NUMBERS);
        publish_at(town, TOWN_CLOSES - 1);
        expect(town, "pages/bridge.ko.html", "<td class=\"number\">7</td>", false);
        expect(town, "pages/bridge.ko.html", "<figure class=\"chart\"><div role=\"img\"", false);
        expect_said(town, "bridge", "results.heading.own", false);
        expect_said(town, "bridge", "results.published.too-early", true);
        expect_number(town, "bridge", "results.number.rows", 9);
        publish_at(town, TOWN_LATER);
        expect(town, "pages/bridge.ko.html", "<td class=\"number\">7</td>", true);
        expect_said(town, "bridge", "results.published.too-early", true);
        town_free(town);
    }
}

/* A threshold is missed when nothing more can be counted, and all that was is here. */
static void test_a_threshold_is_missed_only_in_the_end(void **state)
{
    static const struct {
        uint64_t now;
        size_t voters;
        bool has_rows;
        const char *key; /* NULL: none is said */
    } cases[] = {
        {TOWN_OPENS + 900, 8, true, "results.threshold.reached"},
        {TOWN_OPENS + 900, 7, true, "results.threshold.not-yet"},
        {TOWN_CLOSES, 7, true, "results.threshold.not-yet"},
        {TOWN_LATER, 7, true, "results.threshold.missed"},
        {TOWN_LATER, 8, true, "results.threshold.reached"},
        {TOWN_LATER, 7, false, NULL},
    };
    static const char *const keys[] = {"results.threshold.reached", "results.threshold.not-yet",
                                       "results.threshold.missed"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct town *town = town_new();
        const struct town_register *reg =
            town_open(town, &(struct town_question){"bridge", "endorsement", "live"});
        for (size_t k = 0; k < cases[i].voters; k++)
            town_vote(town, reg, k, "yes");
        town_anchor(town, TOWN_OPENS + 600);
        if (!cases[i].has_rows) {
            struct vota_entry entry;
            const vota_hash root = town_hash("a root of somebody else", 0);
            vota_entry_batch(&entry, &root, 3);
            entry.time = TOWN_OPENS + 700;
            town_add_line(town, entry, (struct vota_slice){0}, NULL, 0);
            town->source.rows = rows_or_none;
        }
        publish_at(town, cases[i].now);
        for (size_t k = 0; k < 3; k++)
            expect_said(town, "bridge", keys[k],
                        cases[i].key != NULL && strcmp(cases[i].key, keys[k]) == 0);
        town_free(town);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_are_shown_only_as_the_register_allows),
        cmocka_unit_test(test_before_anything_is_anchored_there_is_nothing_to_show),
        cmocka_unit_test(test_a_count_that_nobody_can_repeat_is_the_city_s_own),
        cmocka_unit_test(test_own_counts_are_held_to_the_rows_all_the_same),
        cmocka_unit_test(test_a_result_before_closing_opens_no_counts),
        cmocka_unit_test(test_a_threshold_is_missed_only_in_the_end),
    };
    return RUN_TESTS(tests);
}
