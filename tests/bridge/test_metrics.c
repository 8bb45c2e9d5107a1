/* SPDX-License-Identifier: Apache-2.0 */
/* With the argument `print` it writes the document of a service that has everything, for
 * tests/check_watching.sh. */
#include "tests/test.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "bridge/http/metrics_parts.h"

#define NOW     1795338000u
#define THREADS 4
#define NOTES   10000

static struct vota_standing_view standing;

static void set_network(struct vota_standing_network *network, const char *name)
{
    *network = (struct vota_standing_network){.reach = VOTA_REACH_UP,
                                              .chain_id = 560048,
                                              .has_turn = true,
                                              .turn_at = NOW - 3,
                                              .turns = 40,
                                              .failures = 2,
                                              .n_providers = 2,
                                              .needed = 2,
                                              .agreed = 2};
    (void)snprintf(network->name, sizeof network->name, "%s", name);
    network->turn = (struct vota_sender_turn){.unmined = 2,
                                              .unfinal = 1,
                                              .latest_block = 1200,
                                              .latest_time = NOW - 10,
                                              .final_block = 1100,
                                              .balance = vota_u256_of(250000000000000000u)};
    for (size_t i = 0; i < 2; i++) {
        network->provider[i] = (struct vota_standing_provider){
            .state = "ok", .reason = "", .latest = 1200, .requests = 90, .waited_ms = 4500};
        (void)snprintf(network->provider[i].name, sizeof network->provider[i].name, "rpc-%zu",
                       i + 1);
    }
}

/* A service that has everything there is to tell of. */
static struct vota_metrics_scene whole(void)
{
    standing = (struct vota_standing_view){.started_at = NOW - 3600, .reloads = 1};
    struct vota_standing_keeper *keeper = &standing.keeper;
    keeper->has_turn = true;
    keeper->turn_at = NOW - 2;
    keeper->turns = 300;
    keeper->pending = (struct vota_store_pending){.count = 12, .oldest = NOW - 90};
    keeper->promise_by = NOW + 1800;
    keeper->due = (struct vota_batch_due){.at = NOW + 60, .why = VOTA_BATCH_AGE};
    keeper->seals = 5;
    keeper->seals_by[VOTA_BATCH_AGE] = 4;
    keeper->seals_by[VOTA_BATCH_FULL] = 1;
    keeper->sealed_rows = 5000;
    keeper->seal_at = NOW - 120;
    keeper->registers_open = 3;
    keeper->has_budget = keeper->budget_reached = true;
    keeper->budget.spent = (struct vota_store_spent){.paid = 3000000000000000u, .open = 1};
    keeper->budget.view.day_max = 100000000000000000u;
    keeper->budget.view.price = 1500000000u;
    keeper->budget.view.history.gas_usual = 35400;
    keeper->budget.plan.runway_days = 41;
    keeper->budget.plan.interval = 600;
    set_network(&keeper->network[0], "Hoodi");
    set_network(&keeper->network[1], "Sepolia");
    vota_standing_count_sending(&keeper->network[0], "bumped");
    standing.hook = (struct vota_standing_hook){
        .is_set = true, .queued = 2, .delivered = 100, .failed = 3, .last_at = NOW - 5};
    return (struct vota_metrics_scene){.health = {.standing = &standing,
                                                  .has_writer = true,
                                                  .writer = {.waiting = 1,
                                                             .may_wait = 1000,
                                                             .groups = 70,
                                                             .failures = 0,
                                                             .is_well = true},
                                                  .now = NOW},
                                       .store_path = "/proc/self/exe",
                                       .version = "1.2.3"};
}

static char *document(const struct vota_metrics *metrics, const struct vota_metrics_scene *scene)
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    assert_non_null(to);
    vota_metrics_write(to, metrics, scene);
    assert_int_equal(fclose(to), 0);
    return text;
}

/* Whether the document has this very line. */
static bool has_line(const char *text, const char *line)
{
    const size_t len = strlen(line);
    for (const char *at = text; (at = strstr(at, line)) != NULL; at += len) {
        if ((at == text || at[-1] == '\n') && at[len] == '\n')
            return true;
    }
    return false;
}

static void assert_line(const char *text, const char *line)
{
    if (!has_line(text, line))
        fail_msg("no line %s", line);
}

static void requests_are_counted_by_route_and_class(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    for (int i = 0; i < 5; i++)
        vota_metrics_note_request(metrics);
    const uint64_t now = vota_metrics_clock();
    vota_metrics_note_reply(metrics, VOTA_ROUTE_FOUND, VOTA_ROUTE_RECORDS_POST, 201, now);
    vota_metrics_note_reply(metrics, VOTA_ROUTE_FOUND, VOTA_ROUTE_RECORDS_POST, 503,
                            now - 3000000000u);
    vota_metrics_note_reply(metrics, VOTA_ROUTE_UNKNOWN, VOTA_ROUTE_RECORD, 404, now);
    vota_metrics_note_reply(metrics, VOTA_ROUTE_METHOD, VOTA_ROUTE_RECORD, 405, now);
    char *text = document(metrics, &scene);
#define RECORDS "{method=\"POST\",route=\"/v1/records\""
    assert_line(text, "voteanchor_http_requests_total" RECORDS ",status=\"2xx\"} 1");
    assert_line(text, "voteanchor_http_requests_total" RECORDS ",status=\"5xx\"} 1");
    assert_line(text, "voteanchor_http_requests_total" RECORDS ",status=\"4xx\"} 0");
    assert_line(text, "voteanchor_http_requests_total{method=\"other\",route=\"other\","
                      "status=\"4xx\"} 2");
    assert_line(text, "voteanchor_http_requests_total{method=\"GET\",route=\"/v1/records/{}\","
                      "status=\"4xx\"} 0");
    assert_line(text, "voteanchor_http_requests_in_flight 1");
#define SECONDS "voteanchor_http_request_duration_seconds"
    assert_line(text, SECONDS "_bucket" RECORDS ",le=\"1\"} 1");
    assert_line(text, SECONDS "_bucket" RECORDS ",le=\"5\"} 2");
    assert_line(text, SECONDS "_bucket" RECORDS ",le=\"+Inf\"} 2");
    assert_line(text, SECONDS "_count" RECORDS "} 2");
    free(text);
    vota_metrics_free(metrics);
}

static void records_are_counted_by_what_became_of_them(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    vota_metrics_note_record(metrics, VOTA_INTAKE_ADDED, NULL);
    vota_metrics_note_record(metrics, VOTA_INTAKE_ADDED, NULL);
    vota_metrics_note_record(metrics, VOTA_INTAKE_PRESENT, NULL);
    vota_metrics_note_record(metrics, VOTA_INTAKE_REFUSED, "second-vote");
    vota_metrics_note_record(metrics, VOTA_INTAKE_REFUSED, "never-heard-of");
    vota_metrics_note_problem(metrics, "overloaded");
    vota_metrics_note_problem(metrics, "never-heard-of");
    vota_metrics_note_receipt(metrics);
    vota_metrics_note_stream(metrics);
    vota_metrics_note_stream(metrics);
    vota_metrics_note_stream_end(metrics);
    char *text = document(metrics, &scene);
    assert_line(text, "voteanchor_records_total{answer=\"added\"} 2");
    assert_line(text, "voteanchor_records_total{answer=\"present\"} 1");
    assert_line(text, "voteanchor_records_total{answer=\"refused\"} 2");
    assert_line(text, "voteanchor_records_refused_total{reason=\"second-vote\"} 1");
    assert_line(text, "voteanchor_records_refused_total{reason=\"too-late\"} 0");
    assert_line(text, "voteanchor_records_refused_total{reason=\"other\"} 1");
    assert_line(text, "voteanchor_http_problems_total{code=\"overloaded\"} 1");
    assert_line(text, "voteanchor_http_problems_total{code=\"other\"} 1");
    assert_line(text, "voteanchor_receipts_total 1");
    assert_line(text, "voteanchor_http_streams_total 2");
    assert_line(text, "voteanchor_http_streams_open 1");
    assert_null(strstr(text, "never-heard-of"));
    free(text);
    vota_metrics_free(metrics);
}

static void groups_are_counted_by_their_size(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    const uint64_t now = vota_metrics_clock();
    vota_metrics_note_group(metrics, 1, now);
    vota_metrics_note_group(metrics, 64, now);
    vota_metrics_note_group(metrics, 20000, now - 11000000000u);
    char *text = document(metrics, &scene);
    assert_line(text, "voteanchor_writer_group_records_bucket{le=\"1\"} 1");
    assert_line(text, "voteanchor_writer_group_records_bucket{le=\"64\"} 2");
    assert_line(text, "voteanchor_writer_group_records_bucket{le=\"16384\"} 2");
    assert_line(text, "voteanchor_writer_group_records_bucket{le=\"+Inf\"} 3");
    assert_line(text, "voteanchor_writer_group_records_sum 20065");
    assert_line(text, "voteanchor_writer_commit_duration_seconds_bucket{le=\"10\"} 2");
    assert_line(text, "voteanchor_writer_commit_duration_seconds_count 3");
    free(text);
    vota_metrics_free(metrics);
}

static void without_counters_nothing_is_counted(void **state)
{
    (void)state;
    vota_metrics_note_request(NULL);
    vota_metrics_note_reply(NULL, VOTA_ROUTE_FOUND, VOTA_ROUTE_RECORD, 200, 0);
    vota_metrics_note_problem(NULL, "internal");
    vota_metrics_note_record(NULL, VOTA_INTAKE_ADDED, NULL);
    vota_metrics_note_receipt(NULL);
    vota_metrics_note_stream(NULL);
    vota_metrics_note_stream_end(NULL);
    vota_metrics_note_group(NULL, 1, 0);
    vota_metrics_free(NULL);
}

/* ---- what the service knows ---- */

static void the_standing_is_told(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    static const char *const lines[] = {
        "voteanchor_build_info{version=\"1.2.3\"} 1",
        "voteanchor_ready 1",
        "voteanchor_check{check=\"store\",answer=\"ok\"} 1",
        "voteanchor_check{check=\"chain\",answer=\"failing\"} 0",
        "voteanchor_writer_queue_jobs 1",
        "voteanchor_writer_commits_total 70",
        "voteanchor_pending_records 12",
        "voteanchor_pending_oldest_age_seconds 90",
        "voteanchor_promise_remaining_seconds 1800",
        "voteanchor_batches_sealed_total{why=\"age\"} 4",
        "voteanchor_batches_sealed_total{why=\"promise\"} 0",
        "voteanchor_next_seal_timestamp_seconds 1795338060",
        "voteanchor_registers{state=\"open\"} 3",
        "voteanchor_runway_seconds{network=\"primary\"} 3542400",
        "voteanchor_budget_level{network=\"primary\",level=\"good\"} 1",
        "voteanchor_spent_day_ether{network=\"primary\",state=\"paid\"} 0.003",
        "voteanchor_network_reach{network=\"secondary\",reach=\"up\"} 1",
        "voteanchor_network_stopped{network=\"primary\"} 0",
        "voteanchor_operations{network=\"primary\",state=\"unmined\"} 2",
        "voteanchor_sendings_total{network=\"primary\",event=\"bumped\"} 1",
        "voteanchor_balance_ether{network=\"primary\"} 0.25",
        "voteanchor_providers_needed{network=\"primary\"} 2",
        "voteanchor_provider_healthy{network=\"primary\",provider=\"rpc-2\"} 1",
        "voteanchor_provider_fault{network=\"primary\",provider=\"rpc-2\",reason=\"none\"} 1",
        "voteanchor_webhook_deliveries_total{outcome=\"failed\"} 3",
        "voteanchor_webhook_failing 0",
    };
    char *text = document(metrics, &scene);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_line(text, lines[i]);
    assert_line(text, "voteanchor_network_info{network=\"primary\",name=\"Hoodi\","
                      "chain_id=\"560048\",local=\"no\"} 1");
    assert_line(text, "voteanchor_provider_wait_seconds_total{network=\"primary\","
                      "provider=\"rpc-1\"} 4.500000000");
    free(text);
    vota_metrics_free(metrics);
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    struct vota_metrics_scene scene = whole();
    struct vota_standing_network *network = &standing.keeper.network[0];
    scene.health.writer.is_well = false;
    standing.keeper.promise_by = NOW - 60;
    standing.keeper.pending.oldest = NOW + 5; /* the clock was set back */
    standing.keeper.budget.plan.runway_days = VOTA_BUDGET_ENDLESS;
    standing.keeper.budget.plan.level = VOTA_BUDGET_PAGE;
    (void)snprintf(network->turn.stop.reason, sizeof network->turn.stop.reason, "%s",
                   "foreign-entry");
    (void)snprintf(network->turn.held, sizeof network->turn.held, "%s",
                   "https://key@host/ said \"no\"");
    (void)snprintf(network->problem, sizeof network->problem, "%s", "no-quorum");
    network->turn.halted = 1;
    network->provider[0].state = "open";
    network->provider[0].reason = "timeout";
    (void)snprintf(standing.hook.problem, sizeof standing.hook.problem, "%s", "http-500");
    char *text = document(metrics, &scene);
    assert_line(text, "voteanchor_ready 0");
    assert_line(text, "voteanchor_check{check=\"store\",answer=\"failing\"} 1");
    assert_line(text, "voteanchor_promise_remaining_seconds -60");
    assert_line(text, "voteanchor_pending_oldest_age_seconds 0");
    assert_line(text, "voteanchor_runway_seconds{network=\"primary\"} +Inf");
    assert_line(text, "voteanchor_budget_level{network=\"primary\",level=\"page\"} 1");
    assert_line(text, "voteanchor_network_stopped{network=\"primary\"} 1");
#define REASON "voteanchor_network_reason{network=\"primary\",kind="
    assert_line(text, REASON "\"stopped\",reason=\"foreign-entry\"} 1");
    assert_line(text, REASON "\"problem\",reason=\"no-quorum\"} 1");
    assert_line(text, REASON "\"held\",reason=\"other\"} 1");
    assert_null(strstr(text, "https://"));
    assert_line(text, "voteanchor_operations{network=\"primary\",state=\"halted\"} 1");
    assert_line(text, "voteanchor_provider_healthy{network=\"primary\",provider=\"rpc-1\"} 0");
    assert_line(text, "voteanchor_provider_fault{network=\"primary\",provider=\"rpc-1\","
                      "reason=\"timeout\"} 1");
    assert_line(text, "voteanchor_webhook_failing 1");
    free(text);
    vota_metrics_free(metrics);
}

/* A number that is not there is better than a wrong one. */
static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    static const char *const missing[] = {"\nvoteanchor_promise_remaining_seconds ",
                                          "\nvoteanchor_last_seal_timestamp_seconds ",
                                          "\nvoteanchor_next_seal_timestamp_seconds ",
                                          "\nvoteanchor_runway_seconds",
                                          "\nvoteanchor_keeper_last_turn_timestamp_seconds",
                                          "\nvoteanchor_balance_ether{",
                                          "network=\"secondary\"",
                                          "\nvoteanchor_webhook",
                                          "\nvoteanchor_network_reason{"};
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    memset(&standing.keeper, 0, sizeof standing.keeper);
    standing.keeper.due.at = UINT64_MAX;
    standing.keeper.network[0].reach = VOTA_REACH_NEW;
    standing.hook.is_set = false;
    char *text = document(metrics, &scene);
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        if (strstr(text, missing[i]) != NULL)
            fail_msg("there is %s", missing[i]);
    }
    assert_line(text, "voteanchor_network_reach{network=\"primary\",reach=\"new\"} 1");
    free(text);
    vota_metrics_free(metrics);
}

static void a_reader_tells_of_reads_alone(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    struct vota_metrics_scene scene = whole();
    standing.is_reader = true;
    standing.hook.is_set = false;
    scene.health.has_writer = false;
    char *text = document(metrics, &scene);
    assert_line(text, "voteanchor_read_only 1");
    assert_line(text, "voteanchor_ready 1");
    assert_null(strstr(text, "voteanchor_keeper"));
    assert_null(strstr(text, "voteanchor_balance"));
    assert_null(strstr(text, "voteanchor_writer_queue"));
    free(text);
    vota_metrics_free(metrics);
}

static uint64_t number_of(const char *text, const char *name)
{
    const size_t len = strlen(name);
    for (const char *at = text; (at = strstr(at, name)) != NULL; at += len) {
        if (at[-1] == '\n' && at[len] == ' ')
            return strtoull(at + len + 1, NULL, 10);
    }
    fail_msg("no %s", name);
    return 0;
}

static void the_process_is_measured(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    char *before = document(metrics, &scene);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    char *after = document(metrics, &scene);
    assert_int_equal(number_of(after, "process_open_fds"),
                     number_of(before, "process_open_fds") + 2);
    assert_true(number_of(after, "process_resident_memory_bytes") > 1000000);
    assert_true(number_of(after, "process_virtual_memory_bytes") >
                number_of(after, "process_resident_memory_bytes"));
    assert_true(number_of(after, "process_start_time_seconds") > 1700000000);
    assert_true(number_of(after, "process_max_fds") > 10);
    assert_true(number_of(after, "voteanchor_store_disk_size_bytes") >=
                number_of(after, "voteanchor_store_disk_free_bytes"));
    (void)close(ends[0]);
    (void)close(ends[1]);
    free(before);
    free(after);
    vota_metrics_free(metrics);
}

static void *note_many(void *context)
{
    struct vota_metrics *metrics = context;
    for (int i = 0; i < NOTES; i++) {
        vota_metrics_note_request(metrics);
        vota_metrics_note_record(metrics, VOTA_INTAKE_ADDED, NULL);
        vota_metrics_note_reply(metrics, VOTA_ROUTE_FOUND, VOTA_ROUTE_RECORDS_POST, 201,
                                vota_metrics_clock());
    }
    return NULL;
}

static void no_addition_of_any_thread_is_lost(void **state)
{
    (void)state;
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, note_many, metrics), 0);
    for (int i = 0; i < 10; i++)
        free(document(metrics, &scene));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    char *text = document(metrics, &scene);
    assert_line(text, "voteanchor_records_total{answer=\"added\"} 40000");
    assert_line(text, SECONDS "_count" RECORDS "} 40000");
    assert_line(text, "voteanchor_http_requests_in_flight 0");
    free(text);
    vota_metrics_free(metrics);
}

static int print_whole(void)
{
    struct vota_metrics *metrics = vota_metrics_new();
    const struct vota_metrics_scene scene = whole();
    (void)snprintf(standing.keeper.network[0].turn.held, 16, "no-funds");
    vota_metrics_write(stdout, metrics, &scene);
    vota_metrics_free(metrics);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_counted_by_route_and_class),
        cmocka_unit_test(records_are_counted_by_what_became_of_them),
        cmocka_unit_test(groups_are_counted_by_their_size),
        cmocka_unit_test(without_counters_nothing_is_counted),
        cmocka_unit_test(the_standing_is_told),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_reader_tells_of_reads_alone),
        cmocka_unit_test(the_process_is_measured),
        cmocka_unit_test(no_addition_of_any_thread_is_lost),
    };
    if (argc > 1 && strcmp(argv[1], "print") == 0)
        return print_whole();
    return RUN_TESTS(tests);
}
