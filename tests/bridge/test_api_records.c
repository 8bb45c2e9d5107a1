/* SPDX-License-Identifier: Apache-2.0 */
/* Records by state since a cursor; results; how things stand. */
#include "tests/bridge/api_fixture.h"

#include <pthread.h>

#include "bridge/engine/standing.h"
#include "proof/count.h"
#include "proof/word.h"

/* ---- records ---- */

#define IDS_MOST 600u

/* What a client has been told of one list, page by page. */
struct reader {
    const char *state;
    char since[80];
    char ids[IDS_MOST][16];
    size_t n;
    bool more;
};

static void add_votes(struct city *city, unsigned first, unsigned n, const char *reg)
{
    for (unsigned i = first; i < first + n; i++) {
        char body[256];
        (void)snprintf(body, sizeof body,
                       "{\"register\":\"%s\",\"id\":\"r%u\",\"voter\":\"v%u\",\"choice\":\"yes\","
                       "\"cast_at\":\"2026-09-21T14:15:00Z\"}",
                       reg, i, i);
        assert_int_equal(ask(city, 0, "POST /v1/records?receipt=none", "application/json", body),
                         201);
    }
}

/* The next page; how many it had. */
static size_t turn_page(struct city *city, struct reader *reader, const char *more)
{
    char line[256];
    (void)snprintf(line, sizeof line, "GET /v1/records?state=%s%s%s%s", reader->state,
                   reader->since[0] != '\0' ? "&since=" : "", reader->since, more);
    assert_int_equal(ask(city, 1, line, "", ""), 200);
    json_t *json = answer(city);
    const json_t *records = test_get(json, "records");
    for (size_t i = 0; i < json_array_size(records); i++) {
        assert_true(reader->n < IDS_MOST);
        (void)snprintf(reader->ids[reader->n++], sizeof reader->ids[0], "%.15s",
                       test_text(json_array_get(records, i), "id"));
    }
    (void)snprintf(reader->since, sizeof reader->since, "%.79s", test_text(json, "next"));
    reader->more = json_is_true(test_get(json, "more"));
    const size_t n = json_array_size(records);
    json_decref(json);
    return n;
}

static void read_on(struct city *city, struct reader *reader, const char *more)
{
    do {
        (void)turn_page(city, reader, more);
    } while (reader->more);
}

static void assert_each_once(const struct reader *reader, size_t n)
{
    assert_int_equal(reader->n, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++)
            assert_string_not_equal(reader->ids[i], reader->ids[k]);
    }
}

static void accepted_records_come_in_their_order_page_by_page(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    struct reader reader = {.state = "accepted"};
    assert_int_equal(turn_page(city, &reader, ""), 0);
    assert_string_equal(reader.since, "a0");
    assert_false(reader.more);
    add_votes(city, 0, 25, "vote");
    assert_int_equal(turn_page(city, &reader, "&limit=10"), 10);
    assert_true(reader.more);
    assert_int_equal(turn_page(city, &reader, "&limit=10"), 10);
    assert_int_equal(turn_page(city, &reader, "&limit=10"), 5);
    assert_false(reader.more);
    assert_int_equal(turn_page(city, &reader, "&limit=10"), 0);
    add_votes(city, 25, 3, "vote");
    (void)city_seal(city); /* batched now, and accepted still */
    read_on(city, &reader, "&limit=2");
    assert_each_once(&reader, 28);
    for (unsigned i = 0; i < 28; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "r%u", i);
        assert_string_equal(reader.ids[i], id);
    }
    city_close(city);
}

static void each_state_has_what_reached_it(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    struct reader readers[] = {{.state = "batched"}, {.state = "anchored"}, {.state = "final"}};
    struct vota_store_batch batches[3];
    for (unsigned i = 0; i < 3; i++) {
        add_votes(city, 10 * i, 10, "vote");
        batches[i] = city_seal(city);
    }
    (void)city_mine(city, &batches[0]);
    city_finalise(city);
    (void)city_mine(city, &batches[1]);
    for (unsigned i = 0; i < 3; i++) {
        read_on(city, &readers[i], "&limit=7");
        assert_each_once(&readers[i], 30 - 10 * i);
    }
    (void)city_mine(city, &batches[2]);
    city_finalise(city);
    for (unsigned i = 0; i < 3; i++) {
        read_on(city, &readers[i], "&limit=10"); /* exactly a batch a page */
        assert_each_once(&readers[i], 30);
        assert_int_equal(turn_page(city, &readers[i], ""), 0);
        assert_false(readers[i].more);
    }
    city_close(city);
}

static void a_page_says_where_its_records_are(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    add_votes(city, 0, 3, "vote");
    const struct vota_store_batch batch = city_seal(city);
    const uint64_t entry = city_mine(city, &batch);
    assert_int_equal(ask(city, 1, "GET /v1/records?state=anchored", "", ""), 200);
    json_t *json = answer(city);
    const json_t *record = json_array_get(test_get(json, "records"), 0);
    assert_string_equal(test_text(record, "register"), "vote");
    assert_string_equal(test_text(record, "accepted_at"), "2026-09-21T15:13:20Z");
    assert_int_equal(json_integer_value(test_get(record, "batch")), batch.id);
    assert_int_equal(json_integer_value(test_get(record, "entry")), entry);
    assert_null(json_object_get(record, "content"));
    assert_null(json_object_get(record, "voter"));
    json_decref(json);
    city_close(city);
}

static void one_register_is_picked_out(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    struct reader reader = {.state = "batched"};
    add_votes(city, 0, 10, "vote");
    add_votes(city, 10, 5, "late");
    (void)city_seal(city);
    add_votes(city, 15, 10, "vote");
    (void)city_seal(city);
    read_on(city, &reader, "&register=late&limit=2");
    assert_each_once(&reader, 5);
    assert_int_equal(turn_page(city, &reader, ""), 0); /* the cursor has passed the others */
    (void)ask(city, 1, "GET /v1/records?state=batched&register=none", "", "");
    assert_problem(city, 404, "not-found");
    city_close(city);
}

static void undo(struct city *city, const struct vota_store_batch *batch, uint64_t entry)
{
    struct fixture *f = &city->i->f;
    begin(f);
    OK(vota_store_outbox_unmined(f->store, batch->operation, NULL));
    OK(vota_store_journal_forget(f->store, f->network, entry, NULL));
    commit(f);
}

static void mine_again(struct city *city, const struct vota_store_batch *batch)
{
    struct fixture *f = &city->i->f;
    struct vota_entry about;
    begin(f);
    vota_entry_batch(&about, &batch->root, (uint32_t)batch->count);
    const struct vota_store_entry entry = city_entry(city, about, slice_of(""));
    const struct vota_store_attempt attempt = attempt_of(batch->operation, (uint64_t)batch->id, 9);
    const struct vota_store_mined mined = {.entry = entry.entry,
                                           .head = entry.head,
                                           .tx_hash = attempt.tx_hash,
                                           .block_hash = entry.block_hash,
                                           .gas_used = 20000,
                                           .effective_price = 3};
    OK(vota_store_outbox_mined(f->store, batch->operation, &mined, NULL));
    commit(f);
}

static void a_reorganisation_tells_nothing_twice_and_loses_nothing(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    struct reader reader = {.state = "anchored"};
    struct reader late = {.state = "anchored"};
    add_votes(city, 0, 10, "vote");
    const struct vota_store_batch first = city_seal(city);
    add_votes(city, 10, 10, "vote");
    const struct vota_store_batch second = city_seal(city);
    const uint64_t entry = city_mine(city, &first);
    (void)city_mine(city, &second);
    assert_int_equal(turn_page(city, &reader, "&limit=14"), 14);
    undo(city, &second, entry + 1);
    undo(city, &first, entry);
    assert_int_equal(turn_page(city, &reader, ""), 0);
    assert_int_equal(turn_page(city, &late, ""), 0);
    /* The other way round: what is first in the list holds up what is behind it. */
    mine_again(city, &second);
    assert_int_equal(turn_page(city, &late, ""), 0);
    mine_again(city, &first);
    read_on(city, &reader, "");
    read_on(city, &late, "&limit=3");
    assert_each_once(&reader, 20);
    assert_each_once(&late, 20);
    city_close(city);
}

/* A writer that seals while pages are turned. */
static void *write_on(void *context)
{
    struct city *city = context;
    for (unsigned i = 0; i < 40; i++) {
        char id[16];
        struct fixture *f = &city->i->f;
        for (unsigned k = 0; k < 5; k++) {
            (void)snprintf(id, sizeof id, "w%u-%u", i, k);
            begin(f);
            add_record(f, f->all, id, 100 * i + k, 7000 + 100 * i + k);
            commit(f);
        }
        (void)city_seal(city);
    }
    return NULL;
}

static void pages_turned_while_records_come_and_are_sealed_miss_none(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    static struct reader accepted, batched;
    pthread_t writer;
    accepted = (struct reader){.state = "accepted"};
    batched = (struct reader){.state = "batched"};
    assert_int_equal(pthread_create(&writer, NULL, write_on, city), 0);
    while (accepted.n < 200 || batched.n < 200) {
        (void)turn_page(city, &accepted, "&limit=3");
        (void)turn_page(city, &batched, "&limit=4");
    }
    assert_int_equal(pthread_join(writer, NULL), 0);
    assert_each_once(&accepted, 200);
    assert_each_once(&batched, 200);
    city_close(city);
}

static void a_cursor_of_another_store_is_said_to_be_one(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    struct reader reader = {.state = "batched"};
    add_votes(city, 0, 5, "vote");
    (void)city_seal(city);
    (void)turn_page(city, &reader, "&limit=2");
    /* Where the leaf is, is found again by the leaf: as in a store that was rebuilt. */
    char line[128];
    (void)snprintf(line, sizeof line, "GET /v1/records?state=batched&since=b77.3.%s",
                   strrchr(reader.since, '.') + 1);
    assert_int_equal(ask(city, 1, line, "", ""), 200);
    json_t *json = answer(city);
    assert_int_equal(json_array_size(test_get(json, "records")), 3);
    json_decref(json);
    (void)ask(city, 1, "GET /v1/records?state=batched&since=b1.1.00112233aabb", "", "");
    assert_problem(city, 410, "stale-cursor");
    (void)ask(city, 1, "GET /v1/records?state=accepted&since=a1.0.00112233aabb", "", "");
    assert_problem(city, 410, "stale-cursor");
    (void)ask(city, 1, "GET /v1/records?state=accepted&since=a999.0.00112233aabb", "", "");
    assert_problem(city, 410, "stale-cursor");
    assert_non_null(strstr(city->body, "\"field\":\"since\""));
    city_close(city);
}

/* ---- results ---- */

#define NUMBERS (3 + VOTA_COUNT_NUMBERS)

static uint64_t publish(struct city *city, const char *slug, uint64_t first)
{
    struct fixture *f = &city->i->f;
    struct vota_store_register_copy reg;
    uint8_t data[8 * NUMBERS];
    OK(vota_store_register_get(&reg, f->store, f->network, slug, NULL));
    for (size_t i = 0; i < NUMBERS; i++)
        vota_store_be(data + 8 * i, 8, first + i);
    const struct vota_entry about = {
        .kind = VOTA_ENTRY_RESULT, .a = reg.about.hash, .b = vota_word_of_u64(1)};
    begin(f);
    const struct vota_store_entry entry =
        city_entry(city, about, (struct vota_slice){data, sizeof data});
    commit(f);
    vota_store_register_done(&reg);
    return entry.entry.number;
}

static void disavow(struct city *city, uint64_t number)
{
    const struct vota_entry about = {
        .kind = VOTA_ENTRY_DISAVOWED, .a = vota_word_of_u64(number), .b = vota_word_of_u64(number)};
    begin(&city->i->f);
    (void)city_entry(city, about, slice_of("a reason"));
    commit(&city->i->f);
}

static json_t *result_of(struct city *city, const char *slug)
{
    char line[64];
    (void)snprintf(line, sizeof line, "GET /v1/results/%s", slug);
    assert_true(request(city, line, "", "")); /* public: without a token */
    assert_int_equal(city->status, 200);
    return answer(city);
}

static void assert_result(const json_t *result, const char *state, uint64_t entry, uint64_t first)
{
    static const char *const names[VOTA_COUNT_NUMBERS] = {"blank",      "rows",     "counted",
                                                          "superseded", "untimely", "conflict",
                                                          "invalid",    "unopened", "erased"};
    const json_t *options = test_get(result, "options");
    assert_string_equal(test_text(result, "state"), state);
    assert_int_equal(json_integer_value(test_get(result, "entry")), entry);
    assert_int_equal(json_array_size(test_get(result, "counts")), NUMBERS);
    assert_int_equal(json_integer_value(test_get(options, "yes")), first);
    assert_int_equal(json_integer_value(test_get(options, "wait")), first + 2);
    for (size_t i = 0; i < VOTA_COUNT_NUMBERS; i++)
        assert_int_equal(json_integer_value(test_get(result, names[i])), first + 3 + i);
}

static void a_result_shows_its_numbers_and_what_was_corrected(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_true(request(city, "GET /v1/results/vote", "", ""));
    assert_problem(city, 404, "not-found");
    assert_true(request(city, "GET /v1/results", "", ""));
    assert_string_equal(city->body, "{\"results\":[]}");
    const uint64_t wrong = publish(city, "vote", 100);
    json_t *json = result_of(city, "vote");
    assert_result(json, "anchored", wrong, 100);
    assert_int_equal(json_array_size(test_get(json, "earlier")), 0);
    assert_non_null(strstr(city->head, "Cache-Control: no-store\r\n"));
    json_decref(json);
    const uint64_t right = publish(city, "vote", 200);
    const uint64_t mistake = publish(city, "vote", 300);
    disavow(city, mistake);
    city_finalise(city);
    json = result_of(city, "vote");
    assert_result(json, "final", right, 200);
    assert_int_equal(json_array_size(test_get(json, "earlier")), 1);
    assert_result(json_array_get(test_get(json, "earlier"), 0), "final", wrong, 100);
    assert_non_null(strstr(city->head, "Cache-Control: public, max-age=60\r\n"));
    json_decref(json);
    assert_true(request(city, "GET /v1/results/vote", "If-None-Match: \"r2.1\"\r\n", ""));
    assert_int_equal(city->status, 304);
    assert_true(request(city, "GET /v1/results", "", ""));
    json = answer(city);
    assert_int_equal(json_array_size(test_get(json, "results")), 1);
    json_decref(json);
    assert_true(request(city, "GET /v1/results/none", "", ""));
    assert_problem(city, 404, "not-found");
    city_close(city);
}

/* ---- status ---- */

static void status_knows_what_the_store_knows(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    const struct vota_store_stop stop = {.reason = "foreign-entry", .entry = 3, .raised_at = NOW};
    add_votes(city, 0, 4, "vote");
    const struct vota_store_batch batch = city_seal(city);
    (void)city_mine(city, &batch);
    add_votes(city, 4, 2, "vote");
    begin(&city->i->f);
    OK(vota_store_stop_raise(city->i->f.store, city->i->f.network, &stop, NULL));
    commit(&city->i->f);
    assert_true(request(city, "GET /v1/status", "", ""));
    assert_problem(city, 401, "no-token");
    assert_int_equal(ask(city, 1, "GET /v1/status", "", ""), 200);
    json_t *json = answer(city);
    const json_t *network = json_array_get(test_get(json, "networks"), 0);
    assert_string_equal(test_text(network, "role"), "primary");
    assert_string_equal(test_text(network, "name"), "local test chain");
    assert_true(json_is_true(test_get(network, "testnet")));
    assert_int_equal(json_integer_value(test_get(test_get(network, "journal"), "entries")), 1);
    assert_int_equal(json_integer_value(test_get(test_get(network, "outbox"), "mined")), 1);
    assert_string_equal(test_text(test_get(network, "stop"), "reason"), "foreign-entry");
    assert_int_equal(json_integer_value(test_get(test_get(json, "pending"), "records")), 2);
    assert_string_equal(test_text(test_get(json, "pending"), "anchor_by"), "2026-09-21T16:13:20Z");
    assert_null(json_object_get(json, "service")); /* nobody told the api */
    json_decref(json);
    city_close(city);
}

static void status_adds_what_the_service_has_seen(void **state)
{
    (void)state;
    struct vota_standing_board *board = vota_standing_new(NOW, false);
    struct vota_standing_keeper keeper = {
        .has_turn = true,
        .turn_at = NOW + 5,
        .has_budget = true,
        .budget_reached = true,
        .budget.plan = {.runway_days = 40, .interval = 600},
        .due = {.at = NOW + 60, .why = VOTA_BATCH_AGE},
        .registers_open = 8,
        .network = {{.reach = VOTA_REACH_UP,
                     .has_turn = true,
                     .turn_at = NOW + 5,
                     .turn = {.latest_block = 1234, .final_block = 1200, .held = "day-cap-reached"},
                     .name = "dev"}}};
    assert_non_null(board);
    vota_standing_set_keeper(board, &keeper);
    struct city *city = city_open_watched(no_limit, board);
    assert_int_equal(ask(city, 1, "GET /v1/status", "", ""), 200);
    json_t *json = answer(city);
    const json_t *network = json_array_get(test_get(json, "networks"), 0);
    assert_string_equal(test_text(network, "reach"), "up");
    assert_string_equal(test_text(network, "held"), "day-cap-reached");
    assert_int_equal(json_integer_value(test_get(network, "latest_block")), 1234);
    assert_int_equal(json_integer_value(test_get(network, "final_block")), 1200);
    assert_string_equal(test_text(test_get(json, "next_batch"), "why"), "age");
    assert_string_equal(test_text(test_get(json, "next_batch"), "due_at"), "2026-09-21T15:14:20Z");
    assert_int_equal(json_integer_value(test_get(test_get(json, "budget"), "runway_days")), 40);
    assert_string_equal(test_text(test_get(json, "budget"), "level"), "good");
    assert_int_equal(json_integer_value(test_get(test_get(json, "service"), "registers_open")), 8);
    json_decref(json);
    city_close(city);
    vota_standing_free(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_records_come_in_their_order_page_by_page),
        cmocka_unit_test(each_state_has_what_reached_it),
        cmocka_unit_test(a_page_says_where_its_records_are),
        cmocka_unit_test(one_register_is_picked_out),
        cmocka_unit_test(a_reorganisation_tells_nothing_twice_and_loses_nothing),
        cmocka_unit_test(pages_turned_while_records_come_and_are_sealed_miss_none),
        cmocka_unit_test(a_cursor_of_another_store_is_said_to_be_one),
        cmocka_unit_test(a_result_shows_its_numbers_and_what_was_corrected),
        cmocka_unit_test(status_knows_what_the_store_knows),
        cmocka_unit_test(status_adds_what_the_service_has_seen),
    };
    return RUN_TESTS(tests);
}
