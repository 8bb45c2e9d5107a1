/* SPDX-License-Identifier: Apache-2.0 */
/* The list of pages: written over what is staged, read back in one form only, held to what is
 * served. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bridge/site/site.h"
#include "tests/test.h"

#define PAGE "<!doctype html>\n"
#define SALT "globalThis.citizenSalt = 1;\n"
#define LISTED                                                                                     \
    "{\"files\":{\"verify.html\":{\"bytes\":16,\"sha256\":"                                        \
    "\"335fca8574f060eea24ebcdae6b78f32414f5de03da1084fd0e73d710768e3a9\"}},"                      \
    "\"format\":\"voteanchor-site-v1\"}"

/* A web server of a test: what it says of each path. */
struct served {
    const char *path;
    const char *body;                /* NULL: `fault` */
    enum vota_transport_fault fault; /* HTTP: `http_status` */
    unsigned http_status;
};

struct script {
    struct served files[4];
    struct vota_fetch fetch;
};

static enum vota_status get(void *ctx, struct vota_response *ret_response, const char *path,
                            unsigned timeout_ms)
{
    const struct script *script = ctx;
    assert_true(timeout_ms > 0);
    for (size_t i = 0; i < 4 && script->files[i].path != NULL; i++) {
        const struct served *file = &script->files[i];
        if (strcmp(file->path, path) != 0)
            continue;
        ret_response->fault = file->fault;
        ret_response->http_status = file->http_status;
        if (file->body == NULL)
            return VOTA_REMOTE;
        if (vota_response_add(ret_response, file->body, strlen(file->body)) == VOTA_OK)
            return VOTA_OK;
        ret_response->fault = VOTA_TRANSPORT_TOO_LARGE;
        return VOTA_REMOTE;
    }
    ret_response->fault = VOTA_TRANSPORT_HTTP;
    ret_response->http_status = 404;
    return VOTA_REMOTE;
}

static enum vota_status look(struct vota_site *ret_site, struct script *script,
                             struct vota_error *err)
{
    script->fetch = (struct vota_fetch){script, get};
    const struct vota_site_source source = {.fetch = &script->fetch, .timeout_ms = 1000};
    return vota_site_look(ret_site, &source, err);
}

/* The list as somebody else would compute it: the hash of the page is made here. */
static void write_list(char ret_text[512], const char *page)
{
    uint8_t hash[32];
    char digits[65] = {0};
    assert_int_equal(vota_crypto_sha256(hash, page, strlen(page)), VOTA_OK);
    for (size_t i = 0; i < sizeof hash; i++)
        (void)snprintf(digits + 2 * i, 3, "%02x", hash[i]);
    (void)snprintf(ret_text, 512,
                   "{\"files\":{\"verify.html\":{\"bytes\":%zu,\"sha256\":\"%s\"}},"
                   "\"format\":\"voteanchor-site-v1\"}\n",
                   strlen(page), digits);
}

static void test_a_list_has_one_form(void **state)
{
    struct vota_file_list list;
    uint8_t text[512];
    (void)state;
    assert_int_equal(vota_site_json_read(&list, LISTED, strlen(LISTED), NULL), VOTA_OK);
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_site_json_write(&wr, &list);
    assert_int_equal(wr.len, strlen(LISTED));
    assert_memory_equal(text, LISTED, wr.len);
    vota_file_list_done(&list);
    static const struct {
        const char *text, *reason;
    } wrong[] = {
        {"", "not-json"},
        {"[]", "bad-type"},
        {"{\"files\":{}}", "missing-member"},
        {"{\"files\":[],\"format\":\"voteanchor-site-v1\"}", "bad-type"},
        {"{\"files\":{},\"format\":\"voteanchor-publication-v1\"}", "bad-value"},
        {"{\"files\":{},\"format\":\"voteanchor-site-v1\",\"more\":1}", "unknown-member"},
        {"{\"files\":{}, \"format\":\"voteanchor-site-v1\"}", "not-canonical"},
        {"{\"format\":\"voteanchor-site-v1\",\"files\":{}}", "not-canonical"},
        {"{\"files\":{\"../x\":{\"bytes\":1,\"sha256\":\"00\"}},\"format\":\"voteanchor-site-v1\"}",
         "bad-path"},
        {"{\"files\":{\"/x\":{\"bytes\":1,\"sha256\":\"00\"}},\"format\":\"voteanchor-site-v1\"}",
         "bad-path"},
        {"{\"files\":{\"x\":{\"bytes\":1,\"sha256\":\"00\"}},\"format\":\"voteanchor-site-v1\"}",
         "bad-hash"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct vota_error err = {0};
        assert_int_equal(vota_site_json_read(&list, wrong[i].text, strlen(wrong[i].text), &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, wrong[i].reason);
    }
}

static void test_more_files_than_a_site_has_are_refused(void **state)
{
    struct vota_file_list list;
    char *text = calloc(1, 65536);
    size_t len = 0;
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i <= VOTA_SITE_MAX_FILES; i++)
        len += (size_t)snprintf(text + len, 65536 - len,
                                "%s\"p%03zu\":{\"bytes\":1,\"sha256\":\"%064d\"}",
                                i == 0 ? "{\"files\":{" : ",", i, 0);
    (void)snprintf(text + len, 65536 - len, "},\"format\":\"voteanchor-site-v1\"}");
    assert_int_equal(vota_site_json_read(&list, text, strlen(text), NULL), VOTA_LIMIT);
    free(text);
}

static void test_what_is_staged_is_listed(void **state)
{
    char dir[] = "/tmp/voteanchor-site-XXXXXX";
    char target[64];
    struct vota_staging staging;
    struct vota_reader reader;
    struct vota_site site;
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(target, sizeof target, "%s/public", dir);
    assert_int_equal(vota_staging_begin(&staging, target, NULL), VOTA_OK);
    static const char *const files[] = {"journal.ndjson",  PAGE, "verify.html", PAGE,
                                        "citizen-salt.js", SALT};
    for (size_t i = 0; i < 6; i += 2)
        assert_int_equal(vota_staging_file(&staging, files[i],
                                           (struct vota_slice){(const uint8_t *)files[i + 1],
                                                               strlen(files[i + 1])},
                                           NULL),
                         VOTA_OK);
    assert_int_equal(vota_site_write(&staging, NULL), VOTA_OK);
    assert_int_equal(vota_staging_commit(&staging, NULL), VOTA_OK);
    assert_int_equal(vota_reader_open(&reader, target, NULL), VOTA_OK);
    const struct vota_site_source source = {.reader = &reader};
    assert_int_equal(vota_site_look(&site, &source, NULL), VOTA_OK);
    assert_int_equal(site.n, 2); /* the journal changes, and is none of them */
    assert_string_equal(site.files[0].path, "citizen-salt.js");
    assert_string_equal(site.files[1].path, "verify.html");
    assert_int_equal(site.verdict, VOTA_VALID);
    vota_site_done(&site);
    vota_reader_close(&reader);
    for (size_t i = 0; i < 2; i++) {
        char path[128];
        static const char *const names[] = {"site.json", "manifest.json"};
        for (size_t k = 0; k < 6 && i == 0; k += 2) {
            (void)snprintf(path, sizeof path, "%s/%s", target, files[k]);
            assert_int_equal(unlink(path), 0);
        }
        (void)snprintf(path, sizeof path, "%s/%s", target, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(target), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void test_a_page_is_the_same_another_missing_or_unread(void **state)
{
    char list[512];
    (void)state;
    write_list(list, PAGE);
    const struct {
        struct served page;
        enum vota_site_found found;
        enum vota_verdict verdict;
    } cases[] = {
        {{"verify.html", PAGE, 0, 200}, VOTA_SITE_SAME, VOTA_VALID},
        {{"verify.html", "<!doctype HTML>\n", 0, 200}, VOTA_SITE_DIFFERS, VOTA_NOT_VALID},
        {{"verify.html", PAGE PAGE, 0, 200}, VOTA_SITE_DIFFERS, VOTA_NOT_VALID},
        {{"verify.html", "", 0, 200}, VOTA_SITE_DIFFERS, VOTA_NOT_VALID},
        {{"verify.html", NULL, VOTA_TRANSPORT_TOO_LARGE, 200}, VOTA_SITE_DIFFERS, VOTA_NOT_VALID},
        {{"verify.html", NULL, VOTA_TRANSPORT_HTTP, 404}, VOTA_SITE_MISSING, VOTA_NOT_CHECKED},
        {{"verify.html", NULL, VOTA_TRANSPORT_HTTP, 410}, VOTA_SITE_MISSING, VOTA_NOT_CHECKED},
        {{"verify.html", NULL, VOTA_TRANSPORT_HTTP, 302}, VOTA_SITE_NO_ANSWER, VOTA_NOT_CHECKED},
        {{"verify.html", NULL, VOTA_TRANSPORT_TIMEOUT, 0}, VOTA_SITE_NO_ANSWER, VOTA_NOT_CHECKED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script = {.files = {{"site.json", list, 0, 200}, cases[i].page}};
        struct vota_site site;
        assert_int_equal(look(&site, &script, NULL), VOTA_OK);
        assert_int_equal(site.n, 1);
        assert_string_equal(vota_site_found_name(site.files[0].found),
                            vota_site_found_name(cases[i].found));
        assert_int_equal(site.verdict, cases[i].verdict);
        assert_int_equal(site.files[0].fault != NULL, cases[i].found == VOTA_SITE_NO_ANSWER);
        vota_site_done(&site);
    }
}

static void test_a_page_beside_the_list_is_told_and_hides_no_difference(void **state)
{
    char list[512];
    struct vota_site site;
    (void)state;
    write_list(list, PAGE);
    struct script script = {.files = {{"site.json", list, 0, 200},
                                      {"verify.html", PAGE, 0, 200},
                                      {"citizen-salt.js", SALT, 0, 200}}};
    assert_int_equal(look(&site, &script, NULL), VOTA_OK);
    assert_int_equal(site.n, 2);
    assert_int_equal(site.files[1].found, VOTA_SITE_NOT_NAMED);
    assert_int_equal(site.verdict, VOTA_NOT_CHECKED);
    vota_site_done(&site);
    script.files[1].body = "other";
    assert_int_equal(look(&site, &script, NULL), VOTA_OK);
    assert_int_equal(site.verdict, VOTA_NOT_VALID);
    vota_site_done(&site);
}

/* A browser would follow a redirect, and try again after a failure. */
static void test_a_page_beside_the_list_that_cannot_be_read_leaves_the_question_open(void **state)
{
    const struct {
        enum vota_transport_fault fault;
        unsigned http_status;
        size_t n;
    } cases[] = {{VOTA_TRANSPORT_HTTP, 404, 1},
                 {VOTA_TRANSPORT_HTTP, 410, 1},
                 {VOTA_TRANSPORT_HTTP, 302, 2},
                 {VOTA_TRANSPORT_HTTP, 503, 2},
                 {VOTA_TRANSPORT_TIMEOUT, 0, 2}};
    char list[512];
    (void)state;
    write_list(list, PAGE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_site site;
        struct script script = {
            .files = {{"site.json", list, 0, 200},
                      {"verify.html", PAGE, 0, 200},
                      {"citizen-salt.js", NULL, cases[i].fault, cases[i].http_status}}};
        assert_int_equal(look(&site, &script, NULL), VOTA_OK);
        assert_int_equal(site.n, cases[i].n);
        assert_int_equal(site.verdict, cases[i].n == 1 ? VOTA_VALID : VOTA_NOT_CHECKED);
        if (cases[i].n == 2) {
            assert_int_equal(site.files[1].found, VOTA_SITE_NO_ANSWER);
            assert_non_null(site.files[1].fault);
        }
        vota_site_done(&site);
    }
}

static void test_without_a_list_nothing_is_looked_at(void **state)
{
    (void)state;
    const struct {
        struct served list;
        enum vota_status status;
        const char *reason;
    } cases[] = {
        {{"other.json", LISTED, 0, 200}, VOTA_NOT_FOUND, "no-site-list"},
        {{"site.json", NULL, VOTA_TRANSPORT_TLS, 0}, VOTA_REMOTE, "tls"},
        {{"site.json", NULL, VOTA_TRANSPORT_TOO_LARGE, 200}, VOTA_LIMIT, "too-large"},
        {{"site.json", "", 0, 200}, VOTA_BAD_INPUT, "no-line-end"},
        {{"site.json", LISTED, 0, 200}, VOTA_BAD_INPUT, "no-line-end"},
        {{"site.json", "<html>\n", 0, 200}, VOTA_BAD_INPUT, "not-json"},
        {{"site.json", "{\"files\":{},\"format\":\"voteanchor-site-v1\"}\n", 0, 200},
         VOTA_BAD_INPUT,
         "names-no-page"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script = {.files = {cases[i].list}};
        struct vota_error err = {0};
        struct vota_site site;
        assert_int_equal(look(&site, &script, &err), cases[i].status);
        assert_string_equal(err.text, cases[i].reason);
        assert_int_equal(site.n, 0);
        vota_site_done(&site);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_has_one_form),
        cmocka_unit_test(test_more_files_than_a_site_has_are_refused),
        cmocka_unit_test(test_what_is_staged_is_listed),
        cmocka_unit_test(test_a_page_is_the_same_another_missing_or_unread),
        cmocka_unit_test(test_a_page_beside_the_list_is_told_and_hides_no_difference),
        cmocka_unit_test(test_a_page_beside_the_list_that_cannot_be_read_leaves_the_question_open),
        cmocka_unit_test(test_without_a_list_nothing_is_looked_at),
    };
    return RUN_TESTS(tests);
}
