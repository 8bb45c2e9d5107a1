/* SPDX-License-Identifier: Apache-2.0 */
/* Results pages: the counting rule's numbers, words that are no markup, and what lies beside. */
#include "bridge/page/verifier.h"
#include "proof/hex.h"
#include "tests/bridge/town_pages.h"

/* ---- numbers ---- */

static void test_numbers_are_those_of_the_rule(void **state)
{
    struct town *town = town_in_order();
    (void)state;
    publish_at(town, TOWN_LATER);
    expect_counts(town, "bridge", town_bridge_counts);
    expect_counts(town, "light", town_light_counts);
    expect_said(town, "bridge", "results.compared.equal", true);
    expect_said(town, "bridge", "results.compared.differs", false);
    expect_said(town, "bridge", "results.phase.closed", true);
    town_free(town);
}

static void test_pages_are_in_no_auditor_s_way(void **state)
{
    struct town *town = town_in_order();
    struct vota_audit audit;
    (void)state;
    publish_at(town, TOWN_LATER);
    const struct vota_audit_chain chain = town_chain(town);
    town_audit(&audit, town, &chain);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_VALID);
    assert_null(town_finding(&audit, VOTA_FOUND_FILE_UNLISTED));
    for (size_t i = 0; i < audit.register_count; i++) {
        if (audit.registers[i].definition->kind == VOTA_REGISTER_VOTE)
            expect_counts(town, i == BRIDGE ? "bridge" : "light", audit.registers[i].numbers);
    }
    vota_audit_done(&audit);
    town_free(town);
}

static void test_a_result_that_differs_is_called_so(void **state)
{
    struct town *town = town_with_rows();
    uint64_t wrong[TOWN_NUMBERS];
    (void)state;
    memcpy(wrong, town_bridge_counts, sizeof wrong);
    wrong[0] += 2;
    wrong[1] -= 2;
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, wrong, TOWN_NUMBERS);
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.compared.differs", true);
    expect_said(town, "bridge", "results.compared.equal", false);
    expect_counts(town, "bridge", town_bridge_counts); /* the recount's all the same */
    expect(town, "index.html", said(VOTA_LANG_KO, "results.card.differs"), true);
    expect(town, "en/index.html", said(VOTA_LANG_EN, "results.card.differs"), true);
    /* A second result mends it, and the first one stays to be seen. */
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 660, 6, town_bridge_counts,
                TOWN_NUMBERS);
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.compared.differs", false);
    expect_said(town, "bridge", "results.compared.equal", true);
    expect_said(town, "bridge", "results.published.replaced", true);
    expect_said(town, "bridge", "results.published.differs", true);
    town_free(town);
}

static void test_a_result_that_openings_would_explain_is_not_called_wrong(void **state)
{
    struct town *town = town_with_rows();
    (void)state;
    for (size_t i = 0; i < 3; i++)
        town->records[i].unopened = true;
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, town_bridge_counts,
                TOWN_NUMBERS);
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.compared.openings-missing", true);
    expect_said(town, "bridge", "results.compared.differs", false);
    expect_number(town, "bridge", "results.number.unopened", 3);
    expect_said(town, "bridge", "results.not-confirmed.title", false); /* 3 cannot turn 15 to 5 */
    town_free(town);
}

static void test_a_result_within_the_margin_could_not_be_confirmed(void **state)
{
    struct town *town = town_with_rows();
    (void)state;
    for (size_t i = 0; i < 16; i++)
        town->records[i].unopened = true;
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.not-confirmed.title", true);
    expect(town, "index.html", said(VOTA_LANG_KO, "results.not-confirmed.title"), true);
    town_free(town);
}

/* Rows of the town's own batches; of others there are none. */
static void test_rows_that_are_not_here_are_told(void **state)
{
    struct town *town = town_in_order();
    struct vota_entry entry;
    const vota_hash root = town_hash("a root of somebody else", 0);
    (void)state;
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.rows-missing", false);
    vota_entry_batch(&entry, &root, 3);
    entry.time = TOWN_COUNTS_UNTIL + 900;
    town_add_line(town, entry, (struct vota_slice){0}, NULL, 0);
    town->source.rows = rows_or_none;
    publish_at(town, TOWN_LATER);
    expect_said(town, "bridge", "results.rows-missing", true);
    town_free(town);
}

static void test_disavowed_batches_are_named(void **state)
{
    struct town *town = town_with_rows();
    (void)state;
    town_disavow(town, TOWN_OPENS + 9600, 5, 5);
    publish_at(town, TOWN_LATER);
    expect(town, "pages/bridge.ko.html", "부인한 묶음이 1개", true);
    expect(town, "pages/bridge.en.html", "\"badge badge-bad\"", true);
    expect(town, "pages/light.en.html", "\"badge badge-bad\"", false);
    town_free(town);
}

/* ---- what people wrote ---- */

static void test_steps_and_tombstones_are_listed(void **state)
{
    struct town *town = town_in_order();
    char hex[VOTA_HASH_HEX_CHARS + 1];
    (void)state;
    publish_at(town, TOWN_LATER);
    expect_said(town, "book", "results.item.tombstone", true);
    vota_hex_of_hash(hex, &town->records[25].leaf);
    expect(town, "pages/book.ko.html", hex, true);
    expect_number(town, "light", "results.number.erased", 1);
    town_free(town);
}

static void test_what_people_wrote_is_no_markup(void **state)
{
    static const char content[] =
        "{\"cast_at\":\"2026-09-21T14:15:00Z\",\"document_sha256\":"
        "\"0000000000000000000000000000000000000000000000000000000000000007\","
        "\"step\":\"<img "
        "src=x>\",\"title\":\"</h3><script>alert(1)</script>\xe2\x80\xae\xe2\x80\xac\"}";
    struct town *town = town_new();
    (void)state;
    town->keeps_trust = true;
    town->trust = (struct vota_trust_file){.city = town_slice("</title><script>"),
                                           .networks = &town->network,
                                           .network_count = 1,
                                           .contracts = &town->deployment,
                                           .contract_count = 1};
    const struct town_register *book =
        town_open(town, &(struct town_question){"book", "procedure", "live"});
    town_record(town, book, 1, content);
    town_anchor(town, TOWN_OPENS + 600);
    publish_at(town, TOWN_LATER);
    static const char *const paths[] = {"index.html", "en/index.html", "pages/book.ko.html",
                                        "pages/book.en.html"};
    static const char turns[] = {'\xe2', '\x80', '\xae', '\0'}; /* U+202E */
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        expect(town, paths[i], "<script", false);
        expect(town, paths[i], "<img", false);
        expect(town, paths[i], turns, false);
        expect(town, paths[i], "&lt;script&gt;", true);
    }
    expect(town, "pages/book.ko.html", "&lt;/h3&gt;&lt;script&gt;alert(1)", true);
    town_free(town);
}

static void test_every_page_has_its_policy_and_its_twin(void **state)
{
    static const struct {
        const char *path, *lang, *twin;
    } pages[] = {{"index.html", "<html lang=\"ko\">", "href=\"en/index.html\" lang=\"en\""},
                 {"en/index.html", "<html lang=\"en\">", "href=\"../index.html\" lang=\"ko\""},
                 {"pages/bridge.ko.html", "<html lang=\"ko\">",
                  "href=\"../pages/bridge.en.html\" lang=\"en\""},
                 {"pages/bridge.en.html", "<html lang=\"en\">",
                  "href=\"../pages/bridge.ko.html\" lang=\"ko\""}};
    struct town *town = town_in_order();
    (void)state;
    publish_at(town, TOWN_LATER);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        expect(town, pages[i].path, pages[i].lang, true);
        expect(town, pages[i].path, pages[i].twin, true);
        expect(town, pages[i].path, "default-src &#39;none&#39;; style-src &#39;sha256-", true);
        expect(town, pages[i].path, "<script", false);
        expect(town, pages[i].path, "class=\"testnet\"", true);
    }
    town_free(town);
}

/* ---- as files ---- */

static struct vota_file_list manifest_of(const struct town *town)
{
    struct vota_reader reader;
    struct vota_file_list manifest;
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    assert_int_equal(vota_reader_manifest(&reader, &manifest, NULL), VOTA_OK);
    vota_reader_close(&reader);
    return manifest;
}

static void test_the_same_data_and_time_make_the_same_bytes(void **state)
{
    struct town *town = town_in_order();
    (void)state;
    publish_at(town, TOWN_LATER);
    struct vota_file_list first = manifest_of(town);
    publish_at(town, TOWN_LATER);
    struct vota_file_list second = manifest_of(town);
    assert_int_equal(first.n, second.n);
    for (size_t i = 0; i < first.n; i++) {
        assert_string_equal(first.files[i].path, second.files[i].path);
        assert_memory_equal(first.files[i].sha256, second.files[i].sha256, 32);
    }
    vota_file_list_done(&first);
    vota_file_list_done(&second);
    town_free(town);
}

static void test_pages_are_additions(void **state)
{
    struct town *town = town_in_order();
    (void)state;
    town_publish(town);
    struct vota_file_list without = manifest_of(town);
    publish_at(town, TOWN_LATER);
    struct vota_file_list with = manifest_of(town);
    assert_int_equal(with.n, without.n + 8); /* two lists, and two pages of each register */
    for (size_t i = 0; i < without.n; i++) {
        const struct vota_listed_file *same = vota_file_list_find(&with, without.files[i].path);
        assert_non_null(same);
        assert_memory_equal(same->sha256, without.files[i].sha256, 32);
    }
    vota_file_list_done(&with);
    vota_file_list_done(&without);
    town_free(town);
}

/* ---- successions ---- */

static void publish_line(struct town *towns[2], struct vota_publication_other *other)
{
    town_trust(towns[OLD]);
    towns[OLD]->source.pages = vota_page_results_other;
    *other = (struct vota_publication_other){.name = "31337", .source = &towns[OLD]->source};
    towns[NEW]->source.others = other;
    towns[NEW]->source.other_count = 1;
    publish_at(towns[NEW], TOWN_LATER);
}

static void test_a_confirmed_line_is_counted_as_one(void **state)
{
    struct town *towns[2];
    struct vota_publication_other other;
    (void)state;
    make(towns, true);
    publish_line(towns, &other);
    expect_counts(towns[NEW], "bridge", town_line_counts);
    expect_said(towns[NEW], "bridge", "results.compared.equal", true);
    expect_said(towns[NEW], "bridge", "results.no-beginning", false);
    expect(towns[NEW], "pages/bridge.ko.html", "href=\"../31337/registers/0x", true);
    expect(towns[NEW], "index.html", "href=\"31337/index.html\"", true);
    expect(towns[NEW], "31337/index.html", "href=\"../index.html\"", true);
    expect(towns[NEW], "31337/en/index.html", "href=\"../../en/index.html\"", true);
    unmake(towns);
}

static void test_a_line_that_is_only_claimed_is_not(void **state)
{
    struct town *towns[2];
    struct vota_publication_other other;
    (void)state;
    make(towns, false);
    publish_line(towns, &other);
    expect(towns[NEW], "index.html", said(VOTA_LANG_KO, "results.network.absent"), true);
    expect(towns[NEW], "index.html", "pages/bridge", false);
    unmake(towns);
}

/* ---- the verifier page ---- */

#define PLACE(inside)                                                                              \
    "<script type=\"application/json\" id=\"voteanchor-trust\">" inside "</script>"

static void test_the_verifier_page_gets_the_city_s_trust(void **state)
{
    struct town *town = town_in_order();
    uint8_t *filled = NULL;
    size_t len = 0;
    (void)state;
    town_trust(town);
    town->trust.city = town_slice("</script><b>");
    assert_int_equal(
        vota_page_verifier_fill(&filled, &len, town_slice("a" PLACE("{}") "b"), &town->trust, NULL),
        VOTA_OK);
    static const char start[] =
        "a<script type=\"application/json\" id=\"voteanchor-trust\">"
        "{\"city\":\"\\u003c/script>\\u003cb>\",\"contracts\":[{\"acceptance_key\":\"0x";
    static const char end[] = ",\"successors\":[]}</script>b";
    assert_memory_equal(filled, start, sizeof start - 1);
    assert_memory_equal(filled + len - (sizeof end - 1), end, sizeof end - 1);
    filled[len - 1] = '\0';
    assert_non_null(strstr((char *)filled, "\"heads\":[]"));
    free(filled);
    town_free(town);
}

static void test_other_pages_are_not_taken_for_a_verifier(void **state)
{
    static const char *const pages[] = {"",
                                        "{}",
                                        "<html></html>",
                                        PLACE("{} "),
                                        PLACE("{\"a\":1}"),
                                        PLACE("{}") PLACE("{}"),
                                        "<script>{}</script>"};
    struct town *town = town_in_order();
    (void)state;
    town_trust(town);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        uint8_t *filled = NULL;
        size_t len = 0;
        struct vota_error err = {0};
        assert_int_equal(
            vota_page_verifier_fill(&filled, &len, town_slice(pages[i]), &town->trust, &err),
            VOTA_BAD_INPUT);
        assert_string_equal(err.text, "not-a-verifier");
    }
    town_free(town);
}

static void test_results_lead_to_the_verifier_that_is_there(void **state)
{
    struct town *town = town_in_order();
    struct vota_publication_report report;
    char path[128];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/built.html", town->dir);
    FILE *file = fopen(path, "wb");
    assert_true(fputs("<!doctype html>" PLACE("{}"), file) >= 0);
    assert_int_equal(fclose(file), 0);
    struct vota_page_results with = {.verifier = path};
    publish_at(town, TOWN_LATER);
    expect(town, "pages/bridge.ko.html", "verify.html", false);
    town->source.pages_context = &with;
    assert_int_equal(vota_publication_write(&report, town->public, &town->source, TOWN_LATER, NULL),
                     VOTA_OK);
    expect(town, "pages/bridge.ko.html", "href=\"../verify.html\"", true);
    expect(town, "en/index.html", "href=\"../verify.html\"", true);
    expect(town, "verify.html", "\"city\":\"마을\"", true);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_those_of_the_rule),
        cmocka_unit_test(test_pages_are_in_no_auditor_s_way),
        cmocka_unit_test(test_a_result_that_differs_is_called_so),
        cmocka_unit_test(test_a_result_that_openings_would_explain_is_not_called_wrong),
        cmocka_unit_test(test_a_result_within_the_margin_could_not_be_confirmed),
        cmocka_unit_test(test_rows_that_are_not_here_are_told),
        cmocka_unit_test(test_disavowed_batches_are_named),
        cmocka_unit_test(test_steps_and_tombstones_are_listed),
        cmocka_unit_test(test_what_people_wrote_is_no_markup),
        cmocka_unit_test(test_every_page_has_its_policy_and_its_twin),
        cmocka_unit_test(test_the_same_data_and_time_make_the_same_bytes),
        cmocka_unit_test(test_pages_are_additions),
        cmocka_unit_test(test_a_confirmed_line_is_counted_as_one),
        cmocka_unit_test(test_a_line_that_is_only_claimed_is_not),
        cmocka_unit_test(test_the_verifier_page_gets_the_city_s_trust),
        cmocka_unit_test(test_other_pages_are_not_taken_for_a_verifier),
        cmocka_unit_test(test_results_lead_to_the_verifier_that_is_there),
    };
    return RUN_TESTS(tests);
}
