/* SPDX-License-Identifier: Apache-2.0 */
/* The printed receipt: what is in its code, what it says, and that it says no more than it may. */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/paper/sheet.h"
#include "bridge/publish/receipt_file.h"
#include "bridge/publish/receipt_json.h"
#include "proof/definition.h"
#include "proof/merkle.h"

struct paper {
    json_t *vectors;
    struct vota_receipt_copy full; /* anchored on a local chain, definition, opening, acceptance */
    struct vota_receipt receipt;   /* a copy of it, to change */
    struct vota_sheet_code code;
    struct vota_sheet sheet;
    char page[VOTA_SHEET_MAX_BYTES + 1];
    uint8_t definition[VOTA_DEFINITION_MAX_BYTES];
};

static int set_up(void **state)
{
    struct paper *paper = calloc(1, sizeof *paper);
    assert_non_null(paper);
    paper->vectors = test_vectors();
    char *text = json_dumps(test_get(test_get(paper->vectors, "evidence"), "receipt"), 0);
    assert_non_null(text);
    assert_int_equal(vota_receipt_json_read(&paper->full, text, strlen(text), NULL), VOTA_OK);
    free(text);
    paper->receipt = paper->full.about;
    paper->sheet = (struct vota_sheet){.receipt = &paper->receipt, .code = &paper->code};
    *state = paper;
    return 0;
}

static int tear_down(void **state)
{
    struct paper *paper = *state;
    json_decref(paper->vectors);
    vota_receipt_copy_done(&paper->full);
    free(paper);
    return 0;
}

static const char *print(struct paper *paper, enum vota_receipt_form form)
{
    struct vota_wr wr = vota_wr_of(paper->page, VOTA_SHEET_MAX_BYTES);
    paper->sheet.form = form;
    assert_int_equal(vota_sheet_code(&paper->code, NULL, &paper->receipt, form, 0, NULL), VOTA_OK);
    assert_int_equal(vota_sheet_write(&wr, &paper->sheet, NULL), VOTA_OK);
    assert_true(vota_wr_fits(&wr));
    paper->page[wr.len] = '\0';
    return paper->page;
}

#define assert_says(page, words)      assert_non_null(strstr(page, words))
#define assert_is_silent(page, words) assert_null(strstr(page, words))

/* A definition with one word put for another; the row's register is its hash. */
static void redefine(struct paper *paper, const char *from, const char *to)
{
    struct vota_wr wr = vota_wr_of(paper->definition, sizeof paper->definition);
    const struct vota_slice text = paper->full.about.definition;
    const char *at = memmem(text.at, text.len, from, strlen(from));
    assert_non_null(at);
    const size_t before = (size_t)(at - (const char *)text.at);
    vota_wr_put(&wr, text.at, before);
    vota_wr_text(&wr, to);
    vota_wr_put(&wr, at + strlen(from), text.len - before - strlen(from));
    assert_true(vota_wr_fits(&wr));
    paper->receipt.definition = (struct vota_slice){wr.to, wr.len};
    vota_definition_hash(&paper->receipt.row.register_hash, wr.to, wr.len);
}

/* Anchored at 200,000 leaves or at the most there can be, as the protocol counts bytes. */
static void grow(struct paper *paper, size_t steps, uint64_t count)
{
    static const vota_hash path[VOTA_MERKLE_MAX_PATH];
    struct vota_anchor *anchor = &paper->receipt.anchors[0];
    paper->receipt.path = path;
    paper->receipt.path_len = steps;
    anchor->chain_id = 560048;
    anchor->entry.number = 70000;
    anchor->entry.block = 4000000;
    anchor->entry.count = count;
}

static void two_hundred_thousand_leaves_fit_at_level_m(void **state)
{
    static const struct {
        size_t steps;
        uint64_t count;
        enum vota_receipt_form form;
        size_t bytes, chars;
        unsigned version;
    } cases[] = {
        {18, 200000, VOTA_RECEIPT_QR_SHARE, 865, 1302, 24},
        {18, 200000, VOTA_RECEIPT_QR_FULL, 990, 1489, 26},
        {32, UINT32_MAX, VOTA_RECEIPT_QR_SHARE, 1313, 1974, 30},
        {32, UINT32_MAX, VOTA_RECEIPT_QR_FULL, 1438, 2161, 32},
    };
    struct paper *paper = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *cbor = NULL;
        size_t len = 0;
        grow(paper, cases[i].steps, cases[i].count);
        assert_int_equal(
            vota_sheet_code(&paper->code, NULL, &paper->receipt, cases[i].form, 0, NULL), VOTA_OK);
        assert_int_equal(paper->code.len, cases[i].chars);
        assert_int_equal(strlen(paper->code.text), cases[i].chars);
        assert_int_equal(
            vota_receipt_file_parse(&cbor, &len, paper->code.text, paper->code.len, NULL), VOTA_OK);
        assert_int_equal(len, cases[i].bytes);
        assert_int_equal(paper->code.qr.version, cases[i].version);
        assert_int_equal(paper->code.qr.level, VOTA_QR_LEVEL_M);
        free(cbor);
    }
}

static void the_largest_receipt_that_fits_and_the_next(void **state)
{
    static char content[4096];
    struct paper *paper = *state;
    struct vota_receipt_opening *opening = &paper->receipt.opening;
    struct vota_error err = {.status = VOTA_OK};
    size_t bytes = 0;
    memset(content, 'x', sizeof content);
    grow(paper, 18, 200000);
    opening->content = (struct vota_slice){(const uint8_t *)content, 1000};
    uint8_t *cbor = NULL;
    size_t len = 0;
    assert_int_equal(
        vota_sheet_code(&paper->code, NULL, &paper->receipt, VOTA_RECEIPT_QR_FULL, 0, NULL),
        VOTA_OK);
    assert_int_equal(vota_receipt_file_parse(&cbor, &len, paper->code.text, paper->code.len, NULL),
                     VOTA_OK);
    free(cbor);
    opening->content.len += VOTA_QR_MAX_BYTES - len;
    assert_int_equal(
        vota_sheet_code(&paper->code, NULL, &paper->receipt, VOTA_RECEIPT_QR_FULL, 0, NULL),
        VOTA_OK);
    assert_int_equal(paper->code.qr.version, 40);
    assert_int_equal(paper->code.qr.level, VOTA_QR_LEVEL_L);
    opening->content.len++;
    assert_int_equal(
        vota_sheet_code(&paper->code, &bytes, &paper->receipt, VOTA_RECEIPT_QR_FULL, 0, &err),
        VOTA_LIMIT);
    assert_string_equal(err.text, "qr-full");
    assert_int_equal(bytes, VOTA_QR_MAX_BYTES + 1);
    /* The share form does not carry it. */
    assert_int_equal(
        vota_sheet_code(&paper->code, NULL, &paper->receipt, VOTA_RECEIPT_QR_SHARE, 0, NULL),
        VOTA_OK);
}

static void a_share_form_has_no_full_code(void **state)
{
    struct paper *paper = *state;
    struct vota_error err = {.status = VOTA_OK};
    paper->receipt.has_opening = false;
    assert_int_equal(
        vota_sheet_code(&paper->code, NULL, &paper->receipt, VOTA_RECEIPT_QR_FULL, 0, &err),
        VOTA_BAD_INPUT);
    assert_string_equal(err.text, "no-opening");
}

/* "no", labelled 반대: neither its word, nor its label, nor a salt. */
static void the_share_form_does_not_tell_the_choice(void **state)
{
    struct paper *paper = *state;
    paper->sheet.lang = VOTA_LANG_KO;
    const char *page = print(paper, VOTA_RECEIPT_QR_FULL);
    assert_says(page, "<dd><bdi lang=\"ko\">반대</bdi></dd>");
    assert_says(page, "전체본: 이 종이에는 선택 내용이 있습니다.");
    page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_is_silent(page, "반대");
    assert_is_silent(page, "전체본");
    assert_says(page, "공유용: 이 종이에는 선택 내용이 없습니다.");
    assert_says(page, "찾아볼 수 있습니다"); /* ... from when on it is no secret any more */
}

static void until_when_the_choice_is_hidden_follows_the_disclosure(void **state)
{
    static const struct {
        const char *disclosure, *says;
    } cases[] = {
        {"\"disclosure\":\"live\"", "choices are published as they come"},
        {"\"disclosure\":\"never\"", "never made public"},
        {"\"disclosure\":\"on_close\"", "UTC on choices may be published"},
    };
    struct paper *paper = *state;
    (void)setenv("TZ", "UTC", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        redefine(paper, "\"disclosure\":\"on_close\"", cases[i].disclosure);
        assert_says(print(paper, VOTA_RECEIPT_QR_SHARE), cases[i].says);
    }
    paper->receipt.has_definition = false;
    assert_says(print(paper, VOTA_RECEIPT_QR_SHARE), "Once choices are public");
}

static void a_strange_definition_is_not_shown(void **state)
{
    struct paper *paper = *state;
    assert_says(print(paper, VOTA_RECEIPT_QR_SHARE), "Should the river path be lit?");
    paper->receipt.row.register_hash.bytes[0] ^= 1u;
    const char *page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_is_silent(page, "Should the river path be lit?");
    assert_says(page, "not its register");
    paper->receipt.has_definition = false;
    assert_says(print(paper, VOTA_RECEIPT_QR_SHARE), "does not carry its register");
}

/* Whoever prints a receipt need not have made it: what is shown is what was recorded. */
static void a_strange_content_is_not_shown(void **state)
{
    struct paper *paper = *state;
    assert_says(print(paper, VOTA_RECEIPT_QR_FULL), "<dd><bdi lang=\"en\">No</bdi></dd>");
    paper->receipt.row.content_hash.bytes[0] ^= 1u;
    const char *page = print(paper, VOTA_RECEIPT_QR_FULL);
    assert_is_silent(page, "<bdi lang=\"en\">No</bdi>");
    assert_says(page, "not the content of the record");
}

static void a_title_cannot_become_markup(void **state)
{
    struct paper *paper = *state;
    redefine(paper, "Should the river path be lit?", "<img src=x onerror=alert(1)>");
    const char *page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_says(page, "&lt;img src=x onerror=alert(1)&gt;");
    assert_is_silent(page, "<img");
    assert_is_silent(page, "<script");
    paper->sheet.city = "<b>\"&'";
    assert_says(print(paper, VOTA_RECEIPT_QR_SHARE), "&lt;b&gt;&quot;&amp;&#39;");
}

static void a_long_title_is_cut_between_characters(void **state)
{
    static char title[3 * 200 + 1];
    struct paper *paper = *state;
    for (size_t i = 0; i < 200; i++)
        memcpy(title + 3 * i, "강", 3);
    redefine(paper, "강변길에 조명을 설치할까요?", title);
    paper->sheet.lang = VOTA_LANG_KO;
    const char *page = print(paper, VOTA_RECEIPT_QR_SHARE);
    title[330] = '\0';
    char expected[1024];
    (void)snprintf(expected, sizeof expected, ">%s</bdi>…</p>", title);
    assert_says(page, expected);
}

/* Only what is the network's own number and genesis has its name. */
static void a_testnet_is_always_named_as_one(void **state)
{
    static const vota_hash hoodi = {{0xbb, 0xe3, 0x12, 0x86, 0x8b, 0x37, 0x6a, 0x30,
                                     0x01, 0x69, 0x2a, 0x64, 0x6d, 0xd2, 0xd7, 0xd1,
                                     0xe4, 0x40, 0x63, 0x80, 0xdf, 0xd8, 0x6b, 0x98,
                                     0xaa, 0x8a, 0x34, 0xd1, 0x55, 0x7c, 0x97, 0x1b}};
    static const vota_hash mainnet = {{0xd4, 0xe5, 0x67, 0x40, 0xf8, 0x76, 0xae, 0xf8,
                                       0xc0, 0x10, 0xb8, 0x6a, 0x40, 0xd5, 0xf5, 0x67,
                                       0x45, 0xa1, 0x18, 0xd0, 0x90, 0x6a, 0x34, 0xe6,
                                       0x9a, 0xec, 0x8c, 0x0d, 0xb1, 0xcb, 0x8f, 0xa3}};
    struct paper *paper = *state;
    struct vota_anchor *anchor = &paper->receipt.anchors[0];
    const char *page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_says(page, "Test network: local test chain.");
    anchor->chain_id = 560048;
    anchor->chain_genesis = hoodi;
    page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_says(page, "Test network: Hoodi testnet.");
    assert_says(page, "Hoodi testnet, block ");
    anchor->chain_id = 1;
    assert_says(print(paper, VOTA_RECEIPT_QR_SHARE), "Test network: local test chain.");
    anchor->chain_genesis = mainnet;
    page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_is_silent(page, "Test network");
    assert_says(page, "Ethereum mainnet, block ");
}

/* As it was when it was accepted: a promise, on a chain whose genesis it does not name. */
static void a_pending_receipt_is_a_promise(void **state)
{
    struct paper *paper = *state;
    struct vota_receipt *receipt = &paper->receipt;
    (void)setenv("TZ", "UTC", 1);
    receipt->anchor_count = 0;
    receipt->path_len = 0;
    receipt->acceptance.chain_id = 560048;
    const char *page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_says(page, "To be anchored by (promise)");
    assert_says(page, "Test network: Hoodi testnet.");
    assert_says(page, "it proves that the promise was broken");
    assert_says(page, "signed promise to anchor the record, without a name");
    assert_is_silent(page, "in the public journal as it was handed in");
    assert_is_silent(page, "<dt>Anchored</dt>");
    receipt->acceptance.chain_id = 1;
    assert_is_silent(print(paper, VOTA_RECEIPT_QR_SHARE), "Test network");
    receipt->has_acceptance = false;
    page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_says(page, "does not prove anything yet");
    assert_is_silent(page, "promise was broken");
}

static void the_page_loads_and_runs_nothing(void **state)
{
    struct paper *paper = *state;
    paper->sheet.page = "https://example.org/verify.html";
    const char *page = print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_says(page, "default-src &#39;none&#39;; style-src &#39;sha256-");
    assert_says(page, "Open https://example.org/verify.html, or any copy");
    assert_is_silent(page, "<script");
    assert_is_silent(page, "src=");
    assert_is_silent(page, "href=");
    assert_is_silent(page, "url(");
    assert_is_silent(page, " style=");
    assert_is_silent(page, "@import");
}

/* PROTOCOL's word for a verdict that a sheet cannot have. */
static void no_sheet_says_that_a_record_is_counted(void **state)
{
    struct paper *paper = *state;
    const char *page = print(paper, VOTA_RECEIPT_QR_FULL);
    assert_is_silent(page, "ounted");
    paper->sheet.lang = VOTA_LANG_KO;
    page = print(paper, VOTA_RECEIPT_QR_FULL);
    assert_is_silent(page, "집계");
}

static void a_sheet_that_does_not_fit_is_not_half_written(void **state)
{
    struct paper *paper = *state;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_wr wr = vota_wr_of(paper->page, 2000);
    (void)print(paper, VOTA_RECEIPT_QR_SHARE);
    assert_int_equal(vota_sheet_write(&wr, &paper->sheet, &err), VOTA_LIMIT);
    assert_string_equal(err.text, "too-long");
    assert_int_equal(wr.len, 0);
    wr = vota_wr_of(NULL, 0); /* measuring */
    assert_int_equal(vota_sheet_write(&wr, &paper->sheet, NULL), VOTA_OK);
    assert_true(wr.len > 20000 && wr.len < VOTA_SHEET_MAX_BYTES);
}

#define SHEET_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHEET_TEST(two_hundred_thousand_leaves_fit_at_level_m),
        SHEET_TEST(the_largest_receipt_that_fits_and_the_next),
        SHEET_TEST(a_share_form_has_no_full_code),
        SHEET_TEST(the_share_form_does_not_tell_the_choice),
        SHEET_TEST(until_when_the_choice_is_hidden_follows_the_disclosure),
        SHEET_TEST(a_strange_definition_is_not_shown),
        SHEET_TEST(a_strange_content_is_not_shown),
        SHEET_TEST(a_title_cannot_become_markup),
        SHEET_TEST(a_long_title_is_cut_between_characters),
        SHEET_TEST(a_testnet_is_always_named_as_one),
        SHEET_TEST(a_pending_receipt_is_a_promise),
        SHEET_TEST(the_page_loads_and_runs_nothing),
        SHEET_TEST(no_sheet_says_that_a_record_is_counted),
        SHEET_TEST(a_sheet_that_does_not_fit_is_not_half_written),
    };
    return RUN_TESTS(tests);
}
