/* SPDX-License-Identifier: Apache-2.0 */
/* The webhook's thread against a real receiver that is down, slow, rude, or gone. */
#include <jansson.h>

#include "bridge/serve/hook.h"
#include "bridge/serve/hook_sign.h"
#include "bridge/store/store_delivery.h"
#include "tests/bridge/site.h"
#include "tests/bridge/store_fixture.h"

struct town {
    struct fixture f;
    struct site site;
    char secret[128];
    struct vota_standing_board *board;
    struct vota_hook *hook;
    struct vota_hook_options options;
};

/* Nobody listens yet. */
static struct town *town_open(void)
{
    struct town *town = calloc(1, sizeof *town);
    assert_non_null(town);
    fixture_open(&town->f);
    site_choose(&town->site);
    (void)snprintf(town->secret, sizeof town->secret, "%s/webhook", town->f.dir);
    town->board = vota_standing_new(1, false);
    assert_non_null(town->board);
    begin(&town->f);
    OK(vota_store_delivery_begin(town->f.store, NULL));
    commit(&town->f);
    town->options = (struct vota_hook_options){.store_path = town->f.path,
                                               .url = town->site.url,
                                               .secret_path = town->secret,
                                               .timeout_ms = 300,
                                               .give_up = 1000,
                                               .board = town->board,
                                               .first_ms = 10,
                                               .most_ms = 40,
                                               .poll_ms = 5};
    return town;
}

static void town_close(struct town *town)
{
    vota_hook_free(town->hook);
    vota_standing_free(town->board);
    fixture_close(&town->f);
    free(town);
}

static void start_hook(struct town *town)
{
    OK(vota_hook_new(&town->hook, &town->options, NULL));
}

static void stop_hook(struct town *town)
{
    vota_hook_free(town->hook);
    town->hook = NULL;
}

/* Something happens: a register of the fixture closes. */
static void happen(struct town *town, int64_t reg)
{
    begin(&town->f);
    OK(vota_store_register_set_closed(town->f.store, reg, 700, NULL));
    commit(&town->f);
}

static void happen_all(struct town *town)
{
    happen(town, town->f.first);
    happen(town, town->f.last);
    happen(town, town->f.all);
}

/* Waits until nothing waits any more. */
static void settle(struct town *town)
{
    struct vota_store_deliveries deliveries = {.waiting = 1};
    for (unsigned waited = 0; deliveries.waiting > 0; waited += 5) {
        OK(vota_store_delivery_count(&deliveries, town->f.store, NULL));
        assert_true(waited < 20000);
        site_sleep(5);
    }
}

static struct vota_standing_hook standing(struct town *town)
{
    struct vota_standing_view view;
    site_sleep(50);
    vota_standing_look(&view, town->board);
    return view.hook;
}

/* The value of a header of request i. */
static void header(char ret_value[256], const struct site *site, size_t i, const char *name)
{
    const char *at = strstr(site->heard[i].head, name);
    assert_non_null(at);
    at += strlen(name);
    const size_t len = strcspn(at, "\r");
    assert_true(len < 256);
    memcpy(ret_value, at, len);
    ret_value[len] = '\0';
}

static void assert_slug(const struct site *site, size_t i, const char *slug)
{
    char wanted[80];
    (void)snprintf(wanted, sizeof wanted, "\"register\":\"%s\"", slug);
    if (strstr(site->heard[i].body, wanted) == NULL)
        fail_msg("request %zu is not of %s: %s", i, slug, site->heard[i].body);
}

static void assert_signed(struct town *town, size_t i)
{
    const struct site_heard *heard = &town->site.heard[i];
    struct vota_hook_secrets secrets;
    char id[256];
    char timestamp[256];
    char signature[256];
    char expected[VOTA_HOOK_SIGNATURE_CAP];
    header(id, &town->site, i, "webhook-id: ");
    header(timestamp, &town->site, i, "webhook-timestamp: ");
    header(signature, &town->site, i, "webhook-signature: ");
    OK(vota_hook_secrets_load(&secrets, town->secret, NULL));
    OK(vota_hook_sign(expected, &secrets, id, timestamp, slice_of(heard->body)));
    vota_hook_secrets_done(&secrets);
    assert_string_equal(signature, expected);
    const uint64_t at = strtoull(timestamp, NULL, 10);
    assert_true(at <= (uint64_t)time(NULL) && at + 30 > (uint64_t)time(NULL));
}

static void events_arrive_in_order_signed_and_once(void **state)
{
    (void)state;
    struct town *town = town_open();
    site_open(&town->site, NULL, 0);
    start_hook(town);
    happen_all(town);
    settle(town);
    const struct vota_standing_hook hook = standing(town);
    assert_true(hook.is_set);
    assert_int_equal(hook.queued, 0);
    assert_int_equal(hook.delivered, 3);
    assert_int_equal(hook.failed, 0);
    assert_string_equal(hook.problem, "");
    assert_true(hook.last_at + 30 > (uint64_t)time(NULL));
    stop_hook(town);
    assert_false(standing(town).is_set);
    site_close(&town->site);
    assert_int_equal(town->site.n, 3);
    assert_slug(&town->site, 0, "first");
    assert_slug(&town->site, 1, "last");
    assert_slug(&town->site, 2, "all");
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(strstr(town->site.heard[i].head, "POST /hook HTTP/1.1\r\n"));
        assert_non_null(strstr(town->site.heard[i].head, "Content-Type: application/json\r\n"));
        assert_signed(town, i);
    }
    town_close(town);
}

static void the_body_says_what_happened_where(void **state)
{
    (void)state;
    struct town *town = town_open();
    char id[256];
    site_open(&town->site, NULL, 0);
    start_hook(town);
    happen(town, town->f.first);
    settle(town);
    stop_hook(town);
    site_close(&town->site);
    json_t *body = json_loads(town->site.heard[0].body, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(body);
    header(id, &town->site, 0, "webhook-id: ");
    assert_string_equal(test_text(body, "id"), id);
    assert_string_equal(test_text(body, "type"), "register.closed");
    assert_int_equal(strlen(test_text(body, "time")), 20);
    const json_t *data = json_object_get(body, "data");
    assert_string_equal(test_text(data, "network"), "dev");
    assert_string_equal(test_text(data, "contract"), "0x0000000000000000000000000000000000000000");
    assert_string_equal(test_text(data, "register"), "first");
    assert_int_equal(strlen(test_text(data, "register_hash")), 66);
    assert_int_equal(json_integer_value(json_object_get(data, "entry")), 1);
    assert_null(json_object_get(data, "batch"));
    json_decref(body);
    town_close(town);
}

static void whatever_is_not_taken_is_sent_again_before_the_next(void **state)
{
    (void)state;
    static const struct site_step steps[] = {
        {.head = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n"},
        {.head = "HTTP/1.1 204 No Content\r\n", .sleep_ms = 500}, /* later than we wait */
        {.head = NULL},
        {.head = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n"},
        {.head = "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n", .padding = 3},
        {.head = "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n"},
        {.head = "this is not HTTP\r\n"},
        {.head = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n", .padding = 60000}, /* is a yes */
    };
    const size_t n = sizeof steps / sizeof steps[0];
    struct town *town = town_open();
    char first[256];
    char id[256];
    site_open(&town->site, steps, n);
    start_hook(town);
    happen_all(town);
    settle(town);
    const struct vota_standing_hook hook = standing(town);
    assert_int_equal(hook.delivered, 3);
    assert_int_equal(hook.failed, n - 1);
    stop_hook(town);
    site_close(&town->site);
    assert_int_equal(town->site.n, n + 2);
    header(first, &town->site, 0, "webhook-id: ");
    for (size_t i = 0; i < n; i++) {
        header(id, &town->site, i, "webhook-id: ");
        assert_string_equal(id, first);
        assert_string_equal(town->site.heard[i].body, town->site.heard[0].body);
        assert_non_null(strstr(town->site.heard[i].head, "POST /hook HTTP/1.1\r\n"));
        assert_signed(town, i);
    }
    assert_slug(&town->site, n, "last");
    assert_slug(&town->site, n + 1, "all");
    town_close(town);
}

static void a_site_that_is_down_is_waited_for(void **state)
{
    (void)state;
    struct town *town = town_open();
    start_hook(town);
    happen_all(town);
    for (unsigned waited = 0; standing(town).failed < 3; waited++)
        assert_true(waited < 200);
    assert_string_equal(standing(town).problem, "no-connection");
    assert_int_equal(standing(town).queued, 3);
    site_open(&town->site, NULL, 0);
    settle(town);
    assert_string_equal(standing(town).problem, "");
    stop_hook(town);
    site_close(&town->site);
    assert_int_equal(town->site.n, 3);
    town_close(town);
}

static void a_site_that_names_a_time_is_left_alone_that_long(void **state)
{
    (void)state;
    static const struct site_step steps[] = {
        {.head = "HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n"}};
    struct town *town = town_open();
    town->options.most_ms = 5000;
    site_open(&town->site, steps, 1);
    start_hook(town);
    happen(town, town->f.first);
    settle(town);
    stop_hook(town);
    site_close(&town->site);
    assert_int_equal(town->site.n, 2);
    assert_true(town->site.heard[1].at_ms - town->site.heard[0].at_ms >= 490);
    town_close(town);
}

static void a_site_that_is_gone_is_asked_again_at_the_next_start_only(void **state)
{
    (void)state;
    static const struct site_step steps[] = {
        {.head = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n"}};
    struct town *town = town_open();
    site_open(&town->site, steps, 1);
    start_hook(town);
    happen(town, town->f.first);
    site_wait(&town->site, 1);
    happen(town, town->f.last);
    vota_hook_wake(town->hook);
    site_sleep(300);
    assert_int_equal(site_count(&town->site), 1);
    assert_string_equal(standing(town).problem, "http-410");
    assert_int_equal(standing(town).queued, 1 + 1);
    stop_hook(town);
    start_hook(town);
    settle(town);
    stop_hook(town);
    site_close(&town->site);
    assert_int_equal(town->site.n, 3);
    assert_slug(&town->site, 1, "first");
    town_close(town);
}

static void an_event_that_is_never_taken_lets_the_others_pass_in_the_end(void **state)
{
    (void)state;
    static const struct site_step steps[] = {
        {.head = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n"},
        {.head = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n"},
        {.head = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n"},
        {.head = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n"},
        {.head = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n"},
    };
    struct town *town = town_open();
    struct vota_store_deliveries deliveries;
    town->options.give_up = 0;
    site_open(&town->site, steps, 5);
    start_hook(town);
    happen(town, town->f.first);
    happen(town, town->f.last);
    settle(town);
    OK(vota_store_delivery_count(&deliveries, town->f.store, NULL));
    assert_int_equal(deliveries.failed, 1);
    assert_string_equal(deliveries.problem, "http-500");
    stop_hook(town);
    assert_int_equal(site_count(&town->site), 6); /* five tries at the first, whatever the time */
    assert_slug(&town->site, 4, "first");
    assert_slug(&town->site, 5, "last");
    start_hook(town); /* what was given up has another chance */
    settle(town);
    stop_hook(town);
    site_close(&town->site);
    assert_int_equal(town->site.n, 7);
    assert_slug(&town->site, 6, "first");
    town_close(town);
}

static void stopping_breaks_off_a_try_that_is_made_again(void **state)
{
    (void)state;
    static const struct site_step steps[] = {
        {.head = "HTTP/1.1 204 No Content\r\n", .sleep_ms = 4000}};
    struct town *town = town_open();
    struct vota_store_delivery event;
    town->options.timeout_ms = 60000;
    site_open(&town->site, steps, 1);
    start_hook(town);
    happen(town, town->f.first);
    site_wait(&town->site, 1);
    const uint64_t from = site_now_ms();
    stop_hook(town);
    assert_true(site_now_ms() - from < 3000);
    OK(vota_store_delivery_next(&event, town->f.store, NULL));
    assert_int_equal(event.tries, 0); /* not the site's fault */
    start_hook(town);
    settle(town);
    stop_hook(town);
    site_close(&town->site);
    assert_int_equal(town->site.n, 2);
    assert_string_equal(town->site.heard[0].body, town->site.heard[1].body);
    town_close(town);
}

static void it_looks_at_once_when_it_is_woken(void **state)
{
    (void)state;
    struct town *town = town_open();
    town->options.poll_ms = 60000;
    site_open(&town->site, NULL, 0);
    start_hook(town);
    site_sleep(100);
    happen(town, town->f.first);
    assert_int_equal(site_count(&town->site), 0);
    vota_hook_wake(town->hook);
    site_wait(&town->site, 1);
    vota_hook_wake(NULL);
    stop_hook(town);
    site_close(&town->site);
    town_close(town);
}

static void it_does_not_start_with_what_cannot_work(void **state)
{
    (void)state;
    struct town *town = town_open();
    struct vota_hook *hook = NULL;
    struct vota_hook_options options = town->options;
    options.url = "http://192.0.2.1/hook";
    FAILS(vota_hook_new(&hook, &options, &err), VOTA_BAD_INPUT, "not-https");
    options = town->options;
    options.store_path = "/nonexistent/voteanchor.db";
    assert_int_equal(vota_hook_new(&hook, &options, NULL), VOTA_NOT_FOUND);
    options = town->options;
    options.ca_file = "/nonexistent/ca.pem";
    FAILS(vota_hook_new(&hook, &options, &err), VOTA_NOT_FOUND, "no-file");
    assert_int_equal(chmod(town->secret, 0644), 0);
    FAILS(vota_hook_new(&hook, &town->options, &err), VOTA_CONFLICT, "mode-too-open");
    assert_null(hook);
    (void)close(town->site.listener);
    town_close(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_arrive_in_order_signed_and_once),
        cmocka_unit_test(the_body_says_what_happened_where),
        cmocka_unit_test(whatever_is_not_taken_is_sent_again_before_the_next),
        cmocka_unit_test(a_site_that_is_down_is_waited_for),
        cmocka_unit_test(a_site_that_names_a_time_is_left_alone_that_long),
        cmocka_unit_test(a_site_that_is_gone_is_asked_again_at_the_next_start_only),
        cmocka_unit_test(an_event_that_is_never_taken_lets_the_others_pass_in_the_end),
        cmocka_unit_test(stopping_breaks_off_a_try_that_is_made_again),
        cmocka_unit_test(it_looks_at_once_when_it_is_woken),
        cmocka_unit_test(it_does_not_start_with_what_cannot_work),
    };
    return RUN_TESTS(tests);
}
