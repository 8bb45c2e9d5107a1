/* SPDX-License-Identifier: Apache-2.0 */
/* The API as a client meets it: over a socket, with a real store, writer and signing threads. */
#include "tests/bridge/api_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "bridge/publish/receipt_json.h"

/* The JSON receipt of an answer, signed by the city. */
static void assert_receipt(const struct city *city, const json_t *json, const vota_hash *leaf)
{
    struct vota_receipt_copy copy;
    vota_hash digest;
    vota_addr signer;
    struct vota_signature signature;
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(text);
    OK(vota_receipt_json_read(&copy, text, strlen(text), NULL));
    const struct vota_acceptance *acceptance = &copy.about.acceptance;
    assert_true(copy.about.has_acceptance && copy.about.has_opening && copy.about.has_definition);
    assert_int_equal(acceptance->anchor_by, NOW + 3600);
    vota_acceptance_digest(&digest, leaf, acceptance);
    memcpy(signature.bytes, acceptance->signature, sizeof signature.bytes);
    signature.bytes[64] = (uint8_t)(signature.bytes[64] - 27);
    OK(vota_recover_address(&signer, &digest, &signature));
    const vota_addr expected = vota_signer_address(city->signer);
    assert_true(vota_addr_equal(&signer, &expected));
    vota_receipt_copy_done(&copy);
    free(text);
}

static void a_record_is_accepted_with_a_signed_receipt(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_int_equal(ask(city, 0, POST, JSON, RECORD("r/1", "v1", "yes")), 201);
    json_t *first = answer(city);
    assert_string_equal(test_text(first, "id"), "r/1");
    assert_string_equal(test_text(first, "answer"), "added");
    const vota_hash leaf = test_hash(first, "leaf");
    assert_receipt(city, test_get(first, "receipt"), &leaf);

    assert_int_equal(ask(city, 0, POST, JSON, RECORD("r/1", "v1", "yes")), 200);
    json_t *again = answer(city);
    assert_string_equal(test_text(again, "answer"), "present");
    assert_true(json_equal(test_get(first, "receipt"), test_get(again, "receipt")));
    json_decref(again);

    assert_int_equal(ask(city, 0, POST "?receipt=none", JSON, RECORD("r/1", "v1", "yes")), 200);
    again = answer(city);
    assert_null(json_object_get(again, "receipt"));
    json_decref(again);

    assert_int_equal(ask(city, 1, "GET /v1/records/r%2F1/receipt", JSON, ""), 200);
    again = answer(city);
    assert_true(json_equal(test_get(first, "receipt"), again));
    json_decref(again);
    json_decref(first);

    assert_int_equal(ask(city, 1, "GET /v1/records/r%2F1", JSON, ""), 200);
    json_t *record = answer(city);
    assert_string_equal(test_text(record, "state"), "accepted");
    const vota_hash same = test_hash(record, "leaf");
    assert_hash_equal(&same, &leaf);
    json_decref(record);

    assert_int_equal(ask(city, 1, "GET /v1/records/r%2F1/receipt?form=share", JSON, ""), 200);
    record = answer(city);
    assert_null(json_object_get(record, "opening"));
    json_decref(record);
    assert_int_equal(ask(city, 1, "GET /v1/records/r%2F1/receipt?format=cbor", JSON, ""), 200);
    assert_non_null(strstr(city->head, "application/cbor"));
    city_close(city);
}

static void a_refusal_is_a_problem_with_its_field(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_int_equal(ask(city, 0, POST, JSON, RECORD("r1", "v1", "yes")), 201);
    (void)ask(city, 0, POST, JSON, RECORD("r1", "v1", "no"));
    assert_problem(city, 409, "other-content");
    (void)ask(city, 0, POST, JSON, RECORD("r2", "010-1234-5678", "yes"));
    assert_problem(city, 422, "looks-like-phone");
    assert_null(strstr(city->body, "1234"));
    assert_non_null(strstr(city->body, "\"field\":\"voter\""));
    (void)ask(city, 0, POST, JSON, "{");
    assert_problem(city, 422, "not-json");
    (void)ask(city, 0, POST, "text/plain", RECORD("r2", "v2", "yes"));
    assert_problem(city, 415, "wrong-media-type");
    (void)ask(city, 0, POST "?receipt=maybe", JSON, RECORD("r2", "v2", "yes"));
    assert_problem(city, 400, "bad-request");
    (void)ask(city, 0, "GET /v1/records/none/receipt", JSON, "");
    assert_problem(city, 404, "not-found");
    (void)ask(city, 0, "DELETE /v1/records/r1", JSON, "");
    assert_problem(city, 405, "wrong-method");
    assert_non_null(strstr(city->head, "Allow: GET, HEAD\r\n"));
    (void)ask(city, 0, "GET /v1/nothing", JSON, "");
    assert_problem(city, 404, "not-found");
    assert_int_equal(records_of(city->i, "vote"), 1);
    city_close(city);
}

static void many_records_are_answered_line_by_line(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_int_equal(ask(city, 0, POST, "application/x-ndjson; charset=utf-8",
                         RECORD("r1", "v1", "yes") "\nnonsense\n" RECORD("r2", "v2", "no") "\n"),
                     200);
    assert_non_null(strstr(city->head, "Content-Type: application/x-ndjson\r\n"));
    static const char *const answers[] = {"added", "refused", "added"};
    const char *line = city->body;
    for (unsigned n = 0; n < 3; n++) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        json_t *json = json_loadb(line, (size_t)(end - line), 0, NULL);
        assert_int_equal(json_integer_value(test_get(json, "line")), n + 1);
        assert_string_equal(test_text(json, "answer"), answers[n]);
        if (n == 1) {
            assert_string_equal(test_text(test_get(json, "problem"), "code"), "not-json");
        } else {
            const vota_hash leaf = test_hash(json, "leaf");
            assert_receipt(city, test_get(json, "receipt"), &leaf);
        }
        json_decref(json);
        line = end + 1;
    }
    assert_string_equal(line, "");
    assert_int_equal(records_of(city->i, "vote"), 2);
    city_close(city);
}

static void only_who_may_is_answered(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_true(request(city, "GET /healthz", "", ""));
    assert_int_equal(city->status, 200);
    assert_true(request(city, "GET /readyz", "", ""));
    assert_int_equal(city->status, 200);
    assert_true(request(city, POST, "Content-Type: application/json\r\nAccept-Language: ko\r\n",
                        RECORD("r1", "v1", "yes")));
    assert_problem(city, 401, "no-token");
    assert_non_null(strstr(city->head, "WWW-Authenticate: Bearer\r\n"));
    assert_non_null(strstr(city->body, "유효한 토큰"));
    (void)ask(city, 1, POST, JSON, RECORD("r1", "v1", "yes"));
    assert_problem(city, 403, "not-allowed");
    static const struct vota_tokens none;
    vota_api_set_tokens(city->api, &none); /* as after `token revoke` */
    (void)ask(city, 0, POST, JSON, RECORD("r1", "v1", "yes"));
    assert_problem(city, 401, "no-token");
    assert_int_equal(records_of(city->i, "vote"), 0);
    city_close(city);
}

/* A long body of somebody who may not hand in is not kept, and answered as a short one. */
static void a_long_body_is_of_who_may_hand_in(void **state)
{
    (void)state;
    static char body[40000 + 1];
    struct city *city = city_open(no_limit);
    memset(body, ' ', sizeof body - 1);
    (void)request(city, POST, "Content-Type: application/json\r\n", body);
    assert_problem(city, 401, "no-token");
    (void)ask(city, 1, POST, JSON, body);
    assert_problem(city, 403, "not-allowed");
    (void)ask(city, 0, POST, JSON, body);
    assert_problem(city, 422, "not-json");
    assert_true(request(city, "GET /healthz", "", body));
    assert_int_equal(city->status, 200);
    city_close(city);
}

/* Nobody could be held to what a key signs that the contract names no more. */
static void nothing_is_promised_under_a_key_that_was_replaced(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_int_equal(ask(city, 0, POST, JSON, RECORD("r1", "v1", "yes")), 201);
    vota_api_set_key_replaced(city->api, true);
    (void)ask(city, 0, POST, JSON, RECORD("r2", "v2", "yes"));
    assert_problem(city, 503, "key-replaced");
    assert_non_null(strstr(city->head, "Retry-After: "));
    (void)ask(city, 0, POST, "application/x-ndjson", RECORD("r2", "v2", "yes") "\n");
    assert_problem(city, 503, "key-replaced");
    (void)request(city, POST, "Content-Type: application/json\r\n", RECORD("r2", "v2", "yes"));
    assert_problem(city, 401, "no-token"); /* who may not ask is not told */
    assert_int_equal(ask(city, 1, "GET /v1/records/r1", JSON, ""), 200);
    assert_int_equal(records_of(city->i, "vote"), 1);
    vota_api_set_key_replaced(city->api, false);
    assert_int_equal(ask(city, 0, POST, JSON, RECORD("r2", "v2", "yes")), 201);
    city_close(city);
}

static void a_client_has_a_rate_that_records_count_for(void **state)
{
    (void)state;
    struct city *city = city_open((struct vota_rate_policy){.per_second = 1, .burst = 5});
    assert_int_equal(ask(city, 0, POST, "application/x-ndjson",
                         RECORD("r1", "v1", "yes") "\n" RECORD("r2", "v2", "yes") "\n" RECORD(
                             "r3", "v3", "yes") "\n" RECORD("r4", "v4", "yes") "\n"),
                     200);
    unsigned taken = 0;
    while (taken < 10 && ask(city, 0, "GET /v1/records/r1", JSON, "") == 200)
        taken++;
    assert_true(taken >= 1 && taken < 10);
    assert_problem(city, 429, "too-many-requests");
    assert_non_null(strstr(city->head, "Retry-After: "));
    assert_int_equal(ask(city, 1, "GET /v1/records/r1", JSON, ""), 200); /* another client */
    city_close(city);
}

static void registers_and_batches_are_listed(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_int_equal(ask(city, 0, POST, JSON, RECORD("r1", "v1", "yes")), 201);
    assert_int_equal(ask(city, 1, "GET /v1/registers", JSON, ""), 200);
    json_t *json = answer(city);
    assert_int_equal(json_array_size(test_get(json, "registers")), 8);
    const json_t *vote = json_array_get(test_get(json, "registers"), 3);
    assert_string_equal(test_text(vote, "id"), "vote");
    assert_string_equal(test_text(vote, "opens_at"), "2026-09-21T14:14:00Z");
    assert_int_equal(json_integer_value(test_get(vote, "opened_entry")), 7);
    json_decref(json);
    assert_int_equal(ask(city, 1, "GET /v1/registers/vote", JSON, ""), 200);
    json = answer(city);
    assert_int_equal(json_integer_value(test_get(json, "records")), 1);
    assert_int_equal(json_integer_value(test_get(json, "pending")), 1);
    assert_string_equal(test_text(test_get(json, "definition"), "id"), "vote");
    json_decref(json);
    (void)ask(city, 1, "GET /v1/registers/none", JSON, "");
    assert_problem(city, 404, "not-found");

    begin(&city->i->f);
    const struct vota_store_batch batch = seal(&city->i->f);
    commit(&city->i->f);
    assert_int_equal(ask(city, 1, "GET /v1/batches", JSON, ""), 200);
    json = answer(city);
    const json_t *first = json_array_get(test_get(json, "batches"), 0);
    const vota_hash root = test_hash(first, "root");
    assert_hash_equal(&root, &batch.root);
    assert_int_equal(json_integer_value(test_get(first, "count")), 1);
    assert_int_equal(json_integer_value(test_get(json, "next")), batch.id);
    json_decref(json);
    assert_int_equal(ask(city, 1, "GET /v1/batches?since=1", JSON, ""), 200);
    json = answer(city);
    assert_int_equal(json_array_size(test_get(json, "batches")), 0);
    assert_int_equal(json_integer_value(test_get(json, "next")), 1);
    json_decref(json);
    (void)ask(city, 1, "GET /v1/batches?since=-1", JSON, "");
    assert_problem(city, 400, "bad-request");
    assert_int_equal(ask(city, 1, "GET /v1/records/r1", JSON, ""), 200);
    assert_non_null(strstr(city->body, "\"state\":\"batched\""));
    city_close(city);
}

/* ---- kill -9 ---- */

static void run_child(struct city *city, int pipe)
{
    OK(vota_signer_generate(&city->signer, NULL));
    serve(city, no_limit, NULL);
    const unsigned port = vota_server_port(city->server);
    if (write(pipe, &port, sizeof port) != sizeof port)
        abort();
    for (;;)
        (void)pause();
}

/* Posts until the child is gone; the number of the first record that was not acknowledged. */
static unsigned post_until_killed(struct city *city, unsigned number, pid_t child)
{
    for (unsigned sent = 0;; sent++, number++) {
        char body[160];
        char headers[160];
        (void)snprintf(body, sizeof body,
                       "{\"register\":\"vote\",\"id\":\"k%u\",\"voter\":\"v%u\",\"choice\":\"yes\","
                       "\"cast_at\":\"2026-09-21T14:15:00Z\"}",
                       number, number);
        (void)snprintf(headers, sizeof headers,
                       "Authorization: Bearer %s\r\nContent-Type: application/json\r\n",
                       city->token[0]);
        if (sent == 20)
            assert_int_equal(kill(child, SIGKILL), 0);
        if (!request(city, POST, headers, body))
            return number;
        assert_true(city->status == 201 || city->status == 200);
    }
}

static void what_was_acknowledged_over_http_survives_a_kill(void **state)
{
    (void)state;
    struct city *city = calloc(1, sizeof *city);
    assert_non_null(city);
    city->i = importing_open();
    unsigned number = 0;
    for (unsigned round = 0; round < 5; round++) {
        int ends[2];
        unsigned port = 0;
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            run_child(city, ends[1]);
        assert_int_equal(read(ends[0], &port, sizeof port), sizeof port);
        (void)snprintf(city->token[0], sizeof city->token[0], "vota_01%062d", 0);
        city->fd = dial(port);
        number = post_until_killed(city, number, child); /* the unanswered one is sent again */
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_int_equal(close(city->fd) + close(ends[0]) + close(ends[1]), 0);
        const uint64_t stored = records_of(city->i, "vote");
        assert_true(stored == number || stored == number + 1); /* the last may lack its answer */
    }
    for (unsigned n = 0; n < number; n++) {
        char id[16];
        struct vota_store_record_copy copy;
        (void)snprintf(id, sizeof id, "k%u", n);
        OK(vota_store_record_get(&copy, city->i->f.store, slice_of(id), NULL));
        vota_store_record_done(&copy);
    }
    assert_true(number >= 100);
    importing_close(city->i);
    free(city);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_accepted_with_a_signed_receipt),
        cmocka_unit_test(a_refusal_is_a_problem_with_its_field),
        cmocka_unit_test(many_records_are_answered_line_by_line),
        cmocka_unit_test(only_who_may_is_answered),
        cmocka_unit_test(a_long_body_is_of_who_may_hand_in),
        cmocka_unit_test(nothing_is_promised_under_a_key_that_was_replaced),
        cmocka_unit_test(a_client_has_a_rate_that_records_count_for),
        cmocka_unit_test(registers_and_batches_are_listed),
        cmocka_unit_test(what_was_acknowledged_over_http_survives_a_kill),
    };
    return RUN_TESTS(tests);
}
