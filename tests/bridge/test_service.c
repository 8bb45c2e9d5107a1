/* SPDX-License-Identifier: Apache-2.0 */
/* The assembled service: one a directory, and a thread that hangs is found out. */
#include "tests/bridge/import_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

#include "bridge/engine/lock.h"
#include "bridge/serve/service_parts.h"

struct town {
    struct importing *i;
    struct vota_service *service;
    bool network_is_lost; /* the service is told of one that the store does not have */
};

static struct vota_log silent;

static const char *no_environment(const char *name)
{
    (void)name;
    return NULL;
}

static enum vota_status start(struct town *town, bool is_reader, struct vota_error *err)
{
    static struct vota_config config;
    struct vota_config_error error;
    struct vota_service_options options = {.dir = {.path = town->i->f.dir},
                                           .config = &config,
                                           .log = &silent,
                                           .is_reader = is_reader,
                                           .listen = "127.0.0.1:0",
                                           .n_networks = 1,
                                           .version = "test"};
    OK(vota_config_parse(&config, "[network]\npreset = dev\nchain_id = 31337\n", no_environment,
                         &error));
    OK(vota_store_line_get(&options.network[0].row, town->i->f.store, town->i->f.network, NULL));
    if (town->network_is_lost)
        options.network[0].row.id = 4711;
    if (!is_reader)
        OK(vota_signer_generate(&options.acceptance, NULL));
    return vota_service_start(&town->service, &options, err);
}

static struct town town_open(bool is_reader)
{
    struct town town = {.i = importing_open()};
    OK(start(&town, is_reader, NULL));
    return town;
}

static void town_close(struct town *town)
{
    vota_service_stop(town->service);
    importing_close(town->i);
}

static void sleep_ms(long ms)
{
    const struct timespec pause = {.tv_nsec = ms * 1000000L};
    (void)nanosleep(&pause, NULL);
}

/* Ticks until the service says what is expected of its life; how it ended. */
static bool becomes(struct town *town, bool alive, const char **ret_stuck)
{
    for (unsigned i = 0; i < 400; i++) {
        town->service->pulse_at = 0; /* asks at every tick */
        vota_service_tick(town->service);
        if (vota_service_is_alive(ret_stuck, town->service) == alive)
            return true;
        sleep_ms(10);
    }
    return false;
}

static void be_impatient(struct town *town)
{
    for (unsigned i = 0; i < VOTA_SERVICE_THREADS; i++)
        town->service->life[i].silence_ms = 300;
}

/* What a thread is held up with. */
struct gate {
    pthread_mutex_t mutex;
    atomic_bool is_shut;
};

static void hold(struct gate *gate)
{
    atomic_store(&gate->is_shut, true);
    (void)pthread_mutex_lock(&gate->mutex);
    (void)pthread_mutex_unlock(&gate->mutex);
}

static void hold_writer(struct vota_writer_job *job)
{
    hold(job->context);
}

static void hold_maker(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    (void)maker;
    hold(job->context);
}

static void a_service_that_is_idle_lives(void **state)
{
    (void)state;
    struct town town = town_open(false);
    const char *stuck = NULL;
    be_impatient(&town);
    for (unsigned i = 0; i < 100; i++) {
        town.service->pulse_at = 0;
        vota_service_tick(town.service);
        assert_true(vota_service_is_alive(&stuck, town.service));
        sleep_ms(10);
    }
    town_close(&town);
}

static void a_writer_that_hangs_is_named_until_it_moves(void **state)
{
    (void)state;
    struct town town = town_open(false);
    const char *stuck = NULL;
    struct gate gate = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct vota_writer_job job = {.done = hold_writer, .context = &gate};
    be_impatient(&town);
    (void)pthread_mutex_lock(&gate.mutex);
    assert_true(vota_writer_submit(town.service->writer, &job));
    assert_true(becomes(&town, false, &stuck));
    assert_string_equal(stuck, "writer");
    (void)pthread_mutex_unlock(&gate.mutex);
    assert_true(becomes(&town, true, &stuck));
    town_close(&town);
}

static void makers_that_all_hang_are_named_until_one_moves(void **state)
{
    (void)state;
    struct town town = town_open(false);
    const char *stuck = NULL;
    struct gate gate = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    enum { MANY = 64 };
    struct vota_receipts_job jobs[MANY];
    const long threads = sysconf(_SC_NPROCESSORS_ONLN);
    be_impatient(&town);
    assert_in_range(threads, 1, MANY);
    (void)pthread_mutex_lock(&gate.mutex);
    for (long i = 0; i < threads; i++) {
        jobs[i] = (struct vota_receipts_job){.run = hold_maker, .context = &gate};
        vota_receipts_submit(town.service->receipts, &jobs[i]);
    }
    assert_true(becomes(&town, false, &stuck));
    assert_string_equal(stuck, "receipts");
    (void)pthread_mutex_unlock(&gate.mutex);
    assert_true(becomes(&town, true, &stuck));
    town_close(&town);
}

static void a_server_that_accepts_nobody_is_named(void **state)
{
    (void)state;
    struct town town = town_open(false);
    const char *stuck = NULL;
    char listen[sizeof town.service->listen];
    be_impatient(&town);
    memcpy(listen, town.service->listen, sizeof listen);
    (void)snprintf(town.service->listen, sizeof listen, "127.0.0.1:1"); /* it hears no knock */
    assert_true(becomes(&town, false, &stuck));
    assert_string_equal(stuck, "server");
    memcpy(town.service->listen, listen, sizeof listen);
    assert_true(becomes(&town, true, &stuck));
    town_close(&town);
}

static void one_service_takes_records_in_and_readers_stand_beside_it(void **state)
{
    (void)state;
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct town town = town_open(false);
    struct town second = {.i = town.i};
    FAILS(start(&second, false, &err), VOTA_CONFLICT, "service-running");
    (void)snprintf(path, sizeof path, "%s/" VOTA_SERVICE_LOCK, town.i->f.dir);
    assert_int_equal(vota_lock_process(path), getpid());
    OK(start(&second, true, NULL));
    assert_string_not_equal(vota_service_address(second.service),
                            vota_service_address(town.service));
    vota_service_stop(second.service);
    vota_service_stop(town.service);
    OK(start(&second, false, NULL)); /* the lock went with the first */
    vota_service_stop(second.service);
    importing_close(town.i);
}

/* What a reader says of the store, once it has looked. */
static struct vota_standing_store look_at_store(struct town *town)
{
    struct vota_standing_view view;
    const char *stuck = NULL;
    do {
        assert_true(becomes(town, true, &stuck));
        vota_standing_look(&view, town->service->board);
    } while (!view.store.was_read);
    return view.store;
}

static void a_reader_has_neither_writer_nor_keeper_and_says_whether_the_store_reads(void **state)
{
    (void)state;
    struct town town = town_open(true);
    assert_null(town.service->writer);
    assert_null(town.service->keeper);
    assert_string_equal(look_at_store(&town).problem, "");
    vota_service_stop(town.service);
    town.network_is_lost = true;
    OK(start(&town, true, NULL));
    assert_string_equal(look_at_store(&town).problem, "not-found");
    town_close(&town);
}

static void a_readers_configuration_opens_no_file_with_secrets(void **state)
{
    (void)state;
    static struct vota_config config;
    static const char text[] = "[network]\npreset = dev\nchain_id = 31337\n"
                               "[rpc]\nurl_file = urls\nproxy_file = proxy\n";
    struct vota_config_error error;
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct importing *i = importing_open();
    const struct vota_directory dir = {.path = i->f.dir};
    (void)snprintf(path, sizeof path, "%s/" VOTA_DIRECTORY_CONFIG, i->f.dir);
    OK(vota_directory_write_new(path, text, sizeof text - 1, 0640, NULL));
    assert_int_not_equal(vota_config_load(&config, &dir, no_environment, &error), VOTA_OK);
    OK(vota_config_load_public(&config, &dir, no_environment, &error));
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].n_urls, 0);
    importing_close(i);
}

/* What the service answers to a question over HTTP. */
static void ask_health(struct town *town, char *ret_text, size_t cap)
{
    static const char request[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    size_t len = 0;
    ssize_t n = 1;
    to.sin_port = htons((uint16_t)vota_server_port(town->service->server));
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
    assert_int_equal(send(fd, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
    for (; n > 0 && len + 1 < cap; len += n > 0 ? (size_t)n : 0)
        n = recv(fd, ret_text + len, cap - 1 - len, 0);
    ret_text[len] = '\0';
    assert_int_equal(close(fd), 0);
}

static void a_key_whose_time_is_over_stops_what_is_taken_in(void **state)
{
    (void)state;
    char text[2048];
    struct town town = town_open(false);
    vota_service_tick(town.service);
    ask_health(&town, text, sizeof text);
    assert_null(strstr(text, "key-replaced"));
    atomic_store(&town.service->key_until, (uint64_t)time(NULL) - 1);
    vota_service_tick(town.service);
    ask_health(&town, text, sizeof text);
    assert_non_null(strstr(text, "\"writer\":\"key-replaced\""));
    town_close(&town);
}

static void its_status_is_one_line_of_facts(void **state)
{
    (void)state;
    char text[256];
    struct town town = town_open(false);
    vota_service_status(text, sizeof text, town.service);
    assert_non_null(strstr(text, vota_service_address(town.service)));
    assert_non_null(strstr(text, " records in no batch yet"));
    atomic_store(&town.service->key_replaced, true);
    vota_service_status(text, sizeof text, town.service);
    assert_non_null(strstr(text, "RESTART"));
    vota_service_status(text, 20, town.service);
    assert_int_equal(strlen(text), 19);
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_is_idle_lives),
        cmocka_unit_test(a_writer_that_hangs_is_named_until_it_moves),
        cmocka_unit_test(makers_that_all_hang_are_named_until_one_moves),
        cmocka_unit_test(a_server_that_accepts_nobody_is_named),
        cmocka_unit_test(one_service_takes_records_in_and_readers_stand_beside_it),
        cmocka_unit_test(a_reader_has_neither_writer_nor_keeper_and_says_whether_the_store_reads),
        cmocka_unit_test(a_readers_configuration_opens_no_file_with_secrets),
        cmocka_unit_test(a_key_whose_time_is_over_stops_what_is_taken_in),
        cmocka_unit_test(its_status_is_one_line_of_facts),
    };
    vota_log_init(&silent, -1, false); /* before any thread */
    return RUN_TESTS(tests);
}
