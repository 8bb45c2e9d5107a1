/* SPDX-License-Identifier: Apache-2.0 */
/* The HTML writer: nothing that somebody wrote becomes markup, whatever it is and wherever it
 * stands. */
#include "bridge/page/html.h"
#include "tests/test.h"

#define ROOM 65536u

static char room[ROOM + 1];

/* What was written, as text. */
static const char *written(const struct vota_wr *wr)
{
    assert_true(vota_wr_fits(wr));
    room[wr->len] = '\0';
    return room;
}

/* A page whose body is what `put` writes; returned between its body's tags. */
typedef void put_text(struct vota_html *html, const char *text);

static const char *body_of(put_text *put, const char *text)
{
    struct vota_wr wr = vota_wr_of(room, ROOM);
    struct vota_html html = vota_html_begin(&wr, VOTA_LANG_EN);
    vota_html_open(&html, "p");
    put(&html, text);
    vota_html_close(&html, "p");
    assert_int_equal(vota_html_end(&html), VOTA_OK);
    char *start = strstr((char *)(uintptr_t)written(&wr), "<p") + 2;
    char *end = strstr(start, "</p></html>");
    assert_non_null(end);
    *end = '\0';
    return start;
}

static void as_text(struct vota_html *html, const char *text)
{
    vota_html_word(html, text);
}

static void as_value(struct vota_html *html, const char *text)
{
    vota_html_attr(html, "title", text);
}

static const struct {
    const char *text, *escaped;
} texts[] = {
    {"plain, 한글", "plain, 한글"},
    {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"a & b", "a &amp; b"},
    {"&lt;", "&amp;lt;"},
    {"\" onload=\"x", "&quot; onload=&quot;x"},
    {"' onload='x", "&#39; onload=&#39;x"},
    {"]]>--><!--", "]]&gt;--&gt;&lt;!--"},
    {"a\nb\tc", "a\nb\tc"},
    {"a\x01z\x7f", "a\xef\xbf\xbdz\xef\xbf\xbd"},
    {"\xc3(", "\xef\xbf\xbd("},                               /* no UTF-8 */
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
    {"\xe2\x80\xae"
     "gnp\xe2\x80\xac",
     "\xef\xbf\xbd"
     "gnp\xef\xbf\xbd"},                                        /* U+202E turns what follows */
    {"\xe2\x81\xa6x\xe2\x81\xa9", "\xef\xbf\xbdx\xef\xbf\xbd"}, /* isolates */
    {"\xe2\x80\x8f\xe2\x80\x8e", "\xef\xbf\xbd\xef\xbf\xbd"},   /* marks */
    {"\xe2\x80\xa8\xef\xbb\xbf", "\xef\xbf\xbd\xef\xbf\xbd"},   /* line separator, BOM */
    {"\xef\xbf\xbf", "\xef\xbf\xbd"},                           /* a noncharacter */
    {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8c\xbe",
     "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8c\xbe"},
};

static void test_text_is_never_markup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char wanted[256];
        (void)snprintf(wanted, sizeof wanted, ">%s", texts[i].escaped);
        assert_string_equal(body_of(as_text, texts[i].text), wanted);
    }
}

static void test_a_value_never_ends_its_attribute(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char wanted[256];
        (void)snprintf(wanted, sizeof wanted, " title=\"%s\">", texts[i].escaped);
        assert_string_equal(body_of(as_value, texts[i].text), wanted);
    }
}

static void as_foreign(struct vota_html *html, const char *text)
{
    vota_html_foreign(html, "ko", (struct vota_slice){(const uint8_t *)text, strlen(text)});
}

static void as_unknown(struct vota_html *html, const char *text)
{
    vota_html_foreign(html, NULL, (struct vota_slice){(const uint8_t *)text, strlen(text)});
}

static void test_words_of_others_stand_apart(void **state)
{
    (void)state;
    assert_string_equal(body_of(as_foreign, "<b>"), "><bdi lang=\"ko\">&lt;b&gt;</bdi>");
    assert_string_equal(body_of(as_unknown, "x"), "><bdi lang=\"\">x</bdi>");
}

static void as_sentence(struct vota_html *html, const char *text)
{
    vota_html_say(html, "results.not-confirmed", "d", text, "margin", "</p>", NULL);
}

static void as_said_value(struct vota_html *html, const char *text)
{
    vota_html_attr_say(html, "aria-label", "results.chart.label", "numbers", text, NULL);
}

static void test_values_of_sentences_are_escaped_too(void **state)
{
    (void)state;
    const char *body = body_of(as_sentence, "<i>");
    assert_non_null(strstr(body, "&lt;i&gt;"));
    assert_non_null(strstr(body, "&lt;/p&gt;"));
    assert_null(strstr(body, "<i>"));
    assert_string_equal(body_of(as_said_value, "\"><i>"),
                        " aria-label=\"Bar chart. &quot;&gt;&lt;i&gt;\">");
}

static void as_href(struct vota_html *html, const char *text)
{
    vota_html_href(html, text);
}

static void test_links_lead_to_pages_only(void **state)
{
    static const struct {
        const char *url;
        bool good;
    } urls[] = {
        {"index.html", true},
        {"../en/index.html", true},
        {"#main", true},
        {"a?b:c", true},
        {"https://etherscan.io/tx/0x1", true},
        {"http://127.0.0.1:8545", true},
        {"javascript:alert(1)", false},
        {"JavaScript:alert(1)", false},
        {"data:text/html,x", false},
        {"//elsewhere.example/x", false},
        {"https:elsewhere", false},
        {"vbscript:x", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char wanted[128];
        (void)snprintf(wanted, sizeof wanted, " href=\"%s\">", urls[i].url);
        assert_string_equal(body_of(as_href, urls[i].url), urls[i].good ? wanted : ">");
    }
}

static void as_numbers(struct vota_html *html, const char *text)
{
    (void)text;
    vota_html_attr_number(html, "width", 1234567);
    vota_html_number(html, 0);
    vota_html_word(html, " ");
    vota_html_number(html, 999);
    vota_html_word(html, " ");
    vota_html_number(html, 1234567);
    vota_html_word(html, " ");
    vota_html_number(html, UINT64_MAX);
    vota_html_word(html, " ");
    vota_html_hex(html, "\x00\xab", 2);
}

static void test_numbers_are_grouped_where_people_read_them(void **state)
{
    (void)state;
    assert_string_equal(body_of(as_numbers, ""), " width=\"1234567\">0 999 1,234,567 "
                                                 "18,446,744,073,709,551,615 0x00ab");
}

/* ---- longer than its buffer ---- */

static char drained[ROOM];
static size_t drained_len;
static size_t drains_left;

static enum vota_status take(void *to, const void *bytes, size_t len)
{
    (void)to;
    if (drains_left == 0)
        return VOTA_IO;
    drains_left--;
    assert_true(drained_len + len <= ROOM);
    memcpy(drained + drained_len, bytes, len);
    drained_len += len;
    return VOTA_OK;
}

static enum vota_status write_page(struct vota_html *html)
{
    vota_html_open_class(html, "p", "note");
    vota_html_word(html, "한글이 버퍼의 끝에 걸려도 <같습니다>");
    vota_html_void(html, "br");
    vota_html_say(html, "results.footer", NULL);
    vota_html_close(html, "p");
    return vota_html_end(html);
}

static void test_a_page_is_the_same_however_small_its_buffer(void **state)
{
    char small[300];
    (void)state;
    struct vota_wr wr = vota_wr_of(room, ROOM);
    struct vota_html whole = vota_html_begin(&wr, VOTA_LANG_KO);
    assert_int_equal(write_page(&whole), VOTA_OK);
    const size_t len = wr.len;
    for (size_t cap = 1; cap < sizeof small; cap++) {
        struct vota_wr part = vota_wr_of(small, cap);
        drained_len = 0;
        drains_left = SIZE_MAX;
        struct vota_html html = vota_html_begin_drained(&part, VOTA_LANG_KO, take, NULL);
        assert_int_equal(write_page(&html), VOTA_OK);
        assert_int_equal(drained_len, len);
        assert_memory_equal(drained, room, len);
    }
}

static void test_a_page_that_cannot_be_stored_is_a_failure(void **state)
{
    char small[16];
    (void)state;
    for (size_t allowed = 0; allowed < 5; allowed++) {
        struct vota_wr part = vota_wr_of(small, sizeof small);
        drained_len = 0;
        drains_left = allowed;
        struct vota_html html = vota_html_begin_drained(&part, VOTA_LANG_KO, take, NULL);
        assert_int_equal(write_page(&html), VOTA_IO);
    }
}

static void test_a_page_is_measured_first(void **state)
{
    static const char wanted[] = "<!doctype html>\n<html lang=\"en\">a &lt; b</html>\n";
    struct vota_wr wr = vota_wr_of(NULL, 0);
    struct vota_html html = vota_html_begin(&wr, VOTA_LANG_EN);
    (void)state;
    vota_html_word(&html, "a < b");
    assert_int_equal(vota_html_end(&html), VOTA_OK);
    assert_int_equal(wr.len, sizeof wanted - 1);
    wr = vota_wr_of(room, ROOM);
    html = vota_html_begin(&wr, VOTA_LANG_EN);
    vota_html_word(&html, "a < b");
    assert_int_equal(vota_html_end(&html), VOTA_OK);
    assert_string_equal(written(&wr), wanted);
}

static void test_the_style_is_named_by_its_hash(void **state)
{
    static const char css[] = "p { color: red }";
    char hash[VOTA_HTML_STYLE_HASH_CAP];
    (void)state;
    assert_int_equal(vota_html_style_hash(hash, css), VOTA_OK);
    /* openssl dgst -sha256 -binary | base64 */
    assert_string_equal(hash, "'sha256-ngewhhP73WDIbgwseeu52VAAJgKdGUsu1IUQQsAm8m4='");
    struct vota_wr wr = vota_wr_of(room, ROOM);
    struct vota_html html = vota_html_begin(&wr, VOTA_LANG_EN);
    vota_html_style(&html, css);
    assert_int_equal(vota_html_end(&html), VOTA_OK);
    assert_non_null(strstr(written(&wr), "<style>p { color: red }</style>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_never_markup),
        cmocka_unit_test(test_a_value_never_ends_its_attribute),
        cmocka_unit_test(test_words_of_others_stand_apart),
        cmocka_unit_test(test_values_of_sentences_are_escaped_too),
        cmocka_unit_test(test_links_lead_to_pages_only),
        cmocka_unit_test(test_numbers_are_grouped_where_people_read_them),
        cmocka_unit_test(test_a_page_is_the_same_however_small_its_buffer),
        cmocka_unit_test(test_a_page_that_cannot_be_stored_is_a_failure),
        cmocka_unit_test(test_a_page_is_measured_first),
        cmocka_unit_test(test_the_style_is_named_by_its_hash),
    };
    return RUN_TESTS(tests);
}
