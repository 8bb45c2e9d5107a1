/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails under the service, at every write in turn: what was
 * acknowledged is there, what was not is there whole or not at all, and the
 * service is well again when the disk is, without a hand.
 */
#include "tests/bridge/api_fixture.h"

#include "tests/bridge/fault_vfs.h"

#define NDJSON "application/x-ndjson"

static void note_fault(void *context, const char *code, const char *detail)
{
    (void)context;
    print_message("%s: %s\n", code, detail);
    fail();
}

static bool is_there(struct city *city, const char *id)
{
    struct vota_store_record_copy copy;
    struct vota_error err = {.status = VOTA_OK};
    const enum vota_status status =
        vota_store_record_get(&copy, city->i->f.store, slice_of(id), &err);
    if (status == VOTA_NOT_FOUND)
        return false;
    OK(status);
    vota_store_record_done(&copy);
    return true;
}

static unsigned ready(struct city *city)
{
    assert_true(request(city, "GET /readyz", "", ""));
    return city->status;
}

/* Two records of these names in one request. */
static unsigned hand_in(struct city *city, const char *name)
{
    char body[512];
    (void)snprintf(body, sizeof body, RECORD("%sa", "%sa", "yes") "\n" RECORD("%sb", "%sb", "no"),
                   name, name, name, name);
    return ask(city, 0, POST "?receipt=none", NDJSON, body);
}

/* One fault at this step: false when the request was done without meeting it. */
static bool fail_at(struct city *city, int step, int code, bool stays, unsigned *ret_failed)
{
    char name[32];
    char first[40];
    char second[40];
    (void)snprintf(name, sizeof name, "f%d-%d-%d", step, code, stays);
    (void)snprintf(first, sizeof first, "%sa", name);
    (void)snprintf(second, sizeof second, "%sb", name);
    fault_arm(step, code, stays);
    const unsigned status = hand_in(city, name);
    if (status == 503) {
        assert_problem(city, 503, "store-unavailable");
        assert_non_null(strstr(city->head, "Retry-After: "));
        if (stays)
            assert_int_equal(ready(city), 503);
        ++*ret_failed;
    }
    const bool struck = fault_disarm();
    assert_true(status == 200 || (status == 503 && struck));
    assert_int_equal(is_there(city, first), is_there(city, second)); /* whole or not at all */
    if (status == 200)
        assert_true(is_there(city, first));
    assert_int_equal(hand_in(city, name), 200); /* the same again */
    assert_true(is_there(city, first) && is_there(city, second));
    assert_null(strstr(city->body, "refused"));
    assert_int_equal(ready(city), 200);
    return struck;
}

static void every_write_fails_in_turn(void **state)
{
    (void)state;
    static const int codes[] = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC};
    struct city *city = city_open(no_limit);
    unsigned failed = 0;
    unsigned requests = 1;
    assert_int_equal(hand_in(city, "before"), 200);
    for (size_t c = 0; c < 2 * sizeof codes / sizeof codes[0]; c++) {
        int step = 1;
        while (fail_at(city, step, codes[c / 2], c % 2 == 1, &failed))
            step++;
        assert_true(step > 5);
        requests += (unsigned)step;
    }
    assert_true(failed > 30);
    assert_int_equal(records_of(city->i, "vote"), 2 * requests);
    OK(vota_store_check(city->i->f.store, note_fault, NULL, NULL));
    city_close(city);
}

/* Nobody asks, and the service is well again. */
static void readiness_comes_back_by_itself(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    fault_arm(1, SQLITE_FULL, true);
    assert_int_equal(hand_in(city, "full"), 503);
    assert_int_equal(ready(city), 503);
    (void)usleep(1500000); /* tries fail meanwhile */
    assert_int_equal(ready(city), 503);
    assert_true(fault_disarm());
    for (unsigned n = 0; n < 50 && ready(city) != 200; n++)
        (void)usleep(100000);
    assert_int_equal(ready(city), 200);
    assert_int_equal(records_of(city->i, "vote"), 0);
    city_close(city);
}

/* Another process holds the store for longer than a client should wait. */
static void a_store_that_is_held_turns_away_and_recovers(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    begin(&city->i->f);
    assert_int_equal(hand_in(city, "held"), 503);
    assert_int_equal(ready(city), 503);
    commit(&city->i->f);
    assert_int_equal(hand_in(city, "held"), 200);
    assert_int_equal(ready(city), 200);
    assert_int_equal(records_of(city->i, "vote"), 2);
    city_close(city);
}

/* The store's file is overwritten under the service: it says so, and goes on with a good one. */
static void a_damaged_store_is_not_written(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    assert_int_equal(hand_in(city, "good"), 200);
    fault_arm(1, SQLITE_CORRUPT, true);
    assert_int_equal(hand_in(city, "bad"), 503);
    assert_true(fault_disarm());
    assert_int_equal(hand_in(city, "bad"), 200);
    assert_int_equal(records_of(city->i, "vote"), 4);
    city_close(city);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_write_fails_in_turn),
        cmocka_unit_test(readiness_comes_back_by_itself),
        cmocka_unit_test(a_store_that_is_held_turns_away_and_recovers),
        cmocka_unit_test(a_damaged_store_is_not_written),
    };
    fault_vfs_install();
    return RUN_TESTS(tests);
}
