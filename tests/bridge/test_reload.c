/* SPDX-License-Identifier: Apache-2.0 */
/* What a running service takes over from a changed configuration, and what it names instead. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/serve/reload.h"

#define OK(call) assert_int_equal((call), VOTA_OK)

struct changes {
    char taken[512], kept[512];
};

static const char *no_environment(const char *name)
{
    (void)name;
    return NULL;
}

static void note(void *context, const char *key, bool taken)
{
    struct changes *changes = context;
    char *to = taken ? changes->taken : changes->kept;
    const size_t len = strlen(to);
    assert_true(len + strlen(key) + 2 < sizeof changes->taken);
    (void)snprintf(to + len, sizeof changes->taken - len, "%s ", key);
}

/* Large: one of each is enough. */
static struct vota_config *parse(struct vota_config *config, const char *text)
{
    struct vota_config_error error;
    OK(vota_config_parse(config, text, no_environment, &error));
    return config;
}

#define BEGIN                                                                                      \
    "[network]\npreset = dev\nchain_id = 31337\n[rpc]\nurl = http://127.0.0.1:8545\n[http]\n"      \
    "listen = 127.0.0.1:8480\nrate = 100\n[fees]\nmax_fee_gwei = 50\n"

static void each_change_is_taken_or_named(void **state)
{
    (void)state;
    static struct vota_config now, next;
    static const struct {
        const char *text, *taken, *kept;
    } cases[] = {
        {BEGIN, "", ""},
        {"[network]\npreset = dev\nchain_id = 31337\n[rpc]\nurl = http://127.0.0.1:8545\n[http]\n"
         "listen = 127.0.0.1:8480\nrate = 0\nburst = 7\n[fees]\nmax_fee_gwei = 40\n[batch]\n"
         "max_age = 1m\n[service]\nstop_within = 5s\n",
         "fees.max_fee_gwei batch.max_age http.rate http.burst service.stop_within ", ""},
        {"[network]\npreset = dev\nchain_id = 31337\n[rpc]\nurl = http://127.0.0.1:8545\nurl = "
         "http://127.0.0.1:8546\n[http]\nlisten = 127.0.0.1:8480\nrate = 100\n[fees]\n"
         "max_fee_gwei = 50\n[keys]\nacceptance = secrets/other.json\n",
         "", "rpc.url rpc.quorum keys.acceptance "},
        {"[network]\npreset = dev\nchain_id = 31337\n[rpc]\nurl = http://127.0.0.1:8545\n[http]\n"
         "listen = 127.0.0.1:8488\nrate = 101\n[fees]\nmax_fee_gwei = 50\n[contract]\naddress = "
         "0x5FbDB2315678afecb367f032d93F642f64180aa3\n",
         "http.rate ", "contract.address http.listen "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct changes changes = {.taken = ""};
        struct changes again = {.taken = ""};
        vota_reload_take(parse(&now, BEGIN), parse(&next, cases[i].text), note, &changes);
        assert_string_equal(changes.taken, cases[i].taken);
        assert_string_equal(changes.kept, cases[i].kept);
        vota_reload_take(&now, &next, note, &again);
        assert_string_equal(again.taken, ""); /* it was */
        assert_string_equal(again.kept, cases[i].kept);
    }
}

static void what_is_taken_has_the_new_value_and_nothing_else_has(void **state)
{
    (void)state;
    static struct vota_config now, next;
    struct changes changes = {.taken = ""};
    parse(&next, "[network]\npreset = dev\nchain_id = 5\n[http]\nrate = 3\nconnections = 9\n");
    vota_reload_take(parse(&now, BEGIN), &next, note, &changes);
    assert_int_equal(now.rate, 3);
    assert_int_equal(now.connections, 1000);
    assert_int_equal(now.network[VOTA_CONFIG_PRIMARY].chain_id, 31337);
    assert_int_equal(now.network[VOTA_CONFIG_PRIMARY].n_urls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_taken_or_named),
        cmocka_unit_test(what_is_taken_has_the_new_value_and_nothing_else_has),
    };
    return RUN_TESTS(tests);
}
