/* SPDX-License-Identifier: Apache-2.0 */
/* The final block that never goes back, and the health of providers by name. */
#include "bridge/store/store_provider.h"

#include <sqlite3.h>

#include "tests/bridge/store_fixture.h"

static enum vota_status set_final(struct fixture *f, uint64_t number, uint64_t n,
                                  struct vota_error *err)
{
    const vota_hash hash = hash_of(n);
    begin(f);
    const enum vota_status status =
        vota_store_provider_set_final(f->store, f->network, number, &hash, err);
    if (status == VOTA_OK)
        commit(f);
    vota_store_rollback(f->store);
    return status;
}

static void a_final_block_only_moves_forwards(void **state)
{
    (void)state;
    struct fixture f;
    uint64_t number = 0;
    vota_hash hash;
    fixture_open(&f);
    FAILS(vota_store_provider_final(&number, &hash, f.store, f.network, &err), VOTA_NOT_FOUND,
          "not-found");
    OK(set_final(&f, 7, 1, NULL));
    OK(set_final(&f, 7, 1, NULL)); /* again */
    OK(set_final(&f, 9, 2, NULL));
    FAILS(set_final(&f, 8, 3, &err), VOTA_CONFLICT, "final-went-back");
    FAILS(set_final(&f, 9, 3, &err), VOTA_CONFLICT, "final-went-back");
    OK(vota_store_provider_final(&number, &hash, f.store, f.network, NULL));
    assert_int_equal(number, 9);
    assert_true(vota_hash_equal(&hash, &(vota_hash){{0, 0, 0, 0, 0, 0, 0, 2}}));
    fixture_close(&f);
}

static void whoever_asks_the_database_refuses(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE final_block SET number = 6",
        "UPDATE final_block SET hash = zeroblob(32)",
        "DELETE FROM final_block",
        "UPDATE provider_health SET state = 'ok' WHERE name = 'rpc-1'",
        "UPDATE provider_health SET state = 'well'",
        "UPDATE provider_health SET reason = ''"};
    struct fixture f;
    sqlite3 *db = NULL;
    const struct vota_store_health bad = {"rpc-1", "open", "timeout", 5};
    fixture_open(&f);
    OK(set_final(&f, 7, 1, NULL));
    begin(&f);
    OK(vota_store_provider_set_health(f.store, f.network, &bad, NULL));
    commit(&f);
    assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (sqlite3_exec(db, changes[i], NULL, NULL, NULL) != SQLITE_CONSTRAINT)
            fail_msg("%s: allowed", changes[i]);
    }
    assert_int_equal(sqlite3_exec(db, "UPDATE final_block SET number = 8", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    fixture_close(&f);
}

struct seen {
    struct vota_store_health health[4];
    size_t n;
};

static enum vota_status see(void *context, const struct vota_store_health *health)
{
    struct seen *seen = context;
    assert_true(seen->n < 4);
    seen->health[seen->n++] = *health;
    return VOTA_OK;
}

static void health_is_kept_by_name_and_since_its_last_change(void **state)
{
    (void)state;
    static const struct vota_store_health told[] = {
        {"rpc-10", "ok", "", 100},         {"rpc-2", "open", "timeout", 100},
        {"rpc-2", "open", "timeout", 160}, /* no change */
        {"rpc-10", "open", "lying", 170},  {"rpc-10", "open", "wrong-network", 180},
    };
    struct fixture f;
    struct seen seen = {.n = 0};
    fixture_open(&f);
    begin(&f);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        OK(vota_store_provider_set_health(f.store, f.network, &told[i], NULL));
    commit(&f);
    OK(vota_store_provider_each(f.store, f.network, see, &seen, NULL));
    assert_int_equal(seen.n, 2);
    assert_string_equal(seen.health[0].name, "rpc-2");
    assert_int_equal(seen.health[0].since, 100);
    assert_string_equal(seen.health[1].reason, "wrong-network");
    assert_int_equal(seen.health[1].since, 180);
    seen.n = 0;
    OK(vota_store_provider_each(f.store, f.network + 1, see, &seen, NULL));
    assert_int_equal(seen.n, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_final_block_only_moves_forwards),
        cmocka_unit_test(whoever_asks_the_database_refuses),
        cmocka_unit_test(health_is_kept_by_name_and_since_its_last_change),
    };
    return RUN_TESTS(tests);
}
