/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts as the city's site shows them: text, picture and page; the choice only when asked for.
 */
#include "tests/bridge/api_fixture.h"

#include "bridge/publish/receipt_file.h"

#define RECEIPT "GET /v1/records/r1/receipt"

static struct city *city_with_a_vote(void)
{
    struct city *city = city_open(no_limit);
    assert_int_equal(ask(city, 0, POST, JSON,
                         "{\"register\":\"vote\",\"id\":\"r1\",\"voter\":\"v1\",\"choice\":\"yes\","
                         "\"cast_at\":\"2026-09-21T14:15:00Z\"}"),
                     201);
    return city;
}

static void assert_type(const struct city *city, const char *type)
{
    char line[96];
    (void)snprintf(line, sizeof line, "Content-Type: %s\r\n", type);
    assert_non_null(strstr(city->head, line));
}

/* The receipt of a QR text. */
static void read_code(const struct city *city, struct vota_receipt *ret_receipt, uint8_t **ret_cbor)
{
    size_t len = 0;
    assert_memory_equal(city->body, "VA1:", 4);
    OK(vota_receipt_file_parse(ret_cbor, &len, city->body, strlen(city->body), NULL));
    OK(vota_receipt_decode(ret_receipt, *ret_cbor, len, NULL));
}

static void what_is_printed_is_share_unless_full_is_asked_for(void **state)
{
    static const struct {
        const char *line;
        bool has_opening;
    } cases[] = {{RECEIPT "?format=qr", false},
                 {RECEIPT "?form=share&format=qr", false},
                 {RECEIPT "?form=full&format=qr", true}};
    static struct vota_receipt receipt;
    (void)state;
    struct city *city = city_with_a_vote();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *cbor = NULL;
        assert_int_equal(ask(city, 1, cases[i].line, "", ""), 200);
        assert_type(city, "text/plain; charset=utf-8");
        read_code(city, &receipt, &cbor);
        assert_int_equal(receipt.has_opening, cases[i].has_opening);
        assert_true(receipt.has_acceptance); /* it waits: the promise is all there is */
        assert_false(receipt.has_definition);
        free(cbor);
    }
    /* A file stays what it was. */
    assert_int_equal(ask(city, 1, RECEIPT, "", ""), 200);
    assert_non_null(strstr(city->body, "\"opening\""));
    city_close(city);
}

static void an_anchored_receipt_is_printed_without_the_promise(void **state)
{
    static struct vota_receipt receipt;
    uint8_t *cbor = NULL;
    (void)state;
    struct city *city = city_with_a_vote();
    const struct vota_store_batch batch = city_seal(city);
    (void)city_mine(city, &batch);
    assert_int_equal(ask(city, 1, RECEIPT "?format=qr", "", ""), 200);
    read_code(city, &receipt, &cbor);
    assert_int_equal(receipt.anchor_count, 1);
    assert_hash_equal(&receipt.anchors[0].entry.root, &batch.root);
    assert_false(receipt.has_acceptance);
    free(cbor);
    city_close(city);
}

static void a_picture_is_a_picture(void **state)
{
    (void)state;
    struct city *city = city_with_a_vote();
    assert_int_equal(ask(city, 1, RECEIPT "?format=svg", "", ""), 200);
    assert_type(city, "image/svg+xml");
    assert_memory_equal(city->body, "<svg xmlns=", 11);
    const size_t share = strlen(city->body);
    assert_int_equal(ask(city, 1, RECEIPT "?format=svg&form=full", "", ""), 200);
    assert_true(strlen(city->body) > share);
    city_close(city);
}

static void a_page_is_in_the_readers_language_and_not_kept(void **state)
{
    char headers[256];
    (void)state;
    struct city *city = city_with_a_vote();
    const struct vota_store_batch batch = city_seal(city);
    (void)city_mine(city, &batch);
    city_finalise(city);
    (void)snprintf(headers, sizeof headers,
                   "Authorization: Bearer %s\r\nAccept-Language: ko-KR,en;q=0.5\r\n",
                   city->token[1]);
    assert_true(request(city, RECEIPT "?format=html", headers, ""));
    assert_int_equal(city->status, 200);
    assert_type(city, "text/html; charset=utf-8");
    assert_non_null(strstr(city->head, "Cache-Control: no-store\r\n"));
    assert_null(strstr(city->head, "ETag"));
    assert_non_null(strstr(city->body, "<html lang=\"ko\">"));
    assert_non_null(strstr(city->body, "공유용"));
    assert_int_equal(ask(city, 1, RECEIPT "?format=html&form=full", "", ""), 200);
    assert_non_null(strstr(city->body, "<html lang=\"en\">"));
    assert_non_null(strstr(city->body, "this sheet shows the choice"));
    /* A picture of what is final stays as it is. */
    assert_int_equal(ask(city, 1, RECEIPT "?format=svg", "", ""), 200);
    assert_non_null(strstr(city->head, "ETag"));
    assert_non_null(strstr(city->head, "Cache-Control: private, no-cache\r\n"));
    city_close(city);
}

static void other_formats_are_refused_and_named(void **state)
{
    static const struct {
        const char *query, *field;
    } cases[] = {{"?format=png", "format"},
                 {"?format=", "format"},
                 {"?form=short", "form"},
                 {"?form=short&format=svg", "form"},
                 {"?form=share&form=full", "form"}};
    (void)state;
    struct city *city = city_with_a_vote();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[128];
        (void)snprintf(line, sizeof line, RECEIPT "%s", cases[i].query);
        assert_int_equal(ask(city, 1, line, "", ""), 400);
        assert_problem(city, 400, "bad-request");
        json_t *json = answer(city);
        assert_string_equal(test_text(json, "field"), cases[i].field);
        json_decref(json);
    }
    /* What is public of a leaf is nobody's receipt: it is not printed. */
    assert_true(
        request(city,
                "GET /v1/proofs/"
                "0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b?format=svg",
                "", ""));
    assert_problem(city, 400, "bad-request");
    city_close(city);
}

/* A proposal of 4,000 letters: its file is fine, its share form too. */
static void what_no_code_can_hold_is_said(void **state)
{
    static char body[5000];
    static char words[4001];
    (void)state;
    struct city *city = city_with_a_vote();
    memset(words, 'x', 4000);
    (void)snprintf(body, sizeof body,
                   "{\"register\":\"idea\",\"id\":\"long\",\"voter\":\"v1\",\"title\":\"Benches\","
                   "\"body\":\"%s\",\"cast_at\":\"2026-09-21T14:15:00Z\"}",
                   words);
    assert_int_equal(ask(city, 0, POST, JSON, body), 201);
    static const char *const formats[] = {"qr", "svg", "html"};
    for (size_t i = 0; i < 3; i++) {
        char line[96];
        (void)snprintf(line, sizeof line, "GET /v1/records/long/receipt?form=full&format=%s",
                       formats[i]);
        assert_int_equal(ask(city, 1, line, "", ""), 422);
        assert_problem(city, 422, "qr-full");
        json_t *json = answer(city);
        assert_int_equal(json_integer_value(test_get(json, "limit")), 2861);
        json_decref(json);
        (void)snprintf(line, sizeof line, "GET /v1/records/long/receipt?format=%s", formats[i]);
        assert_int_equal(ask(city, 1, line, "", ""), 200);
    }
    assert_int_equal(ask(city, 1, "GET /v1/records/long/receipt", "", ""), 200);
    city_close(city);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_is_share_unless_full_is_asked_for),
        cmocka_unit_test(an_anchored_receipt_is_printed_without_the_promise),
        cmocka_unit_test(a_picture_is_a_picture),
        cmocka_unit_test(a_page_is_in_the_readers_language_and_not_kept),
        cmocka_unit_test(other_formats_are_refused_and_named),
        cmocka_unit_test(what_no_code_can_hold_is_said),
    };
    return RUN_TESTS(tests);
}
