/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration in the engine's words, and the way to a configured network's providers. */
#include "bridge/engine/reach.h"
#include "bridge/engine/settings.h"

#include <stdio.h>

#include "tests/test.h"

static struct vota_config config;

static void configure(const char *url)
{
    config = (struct vota_config){.max_fee = 50,
                                  .max_tip = 3,
                                  .min_tip = 1,
                                  .max_tx = 7,
                                  .max_day = 8,
                                  .max_deploy = 9,
                                  .bump_after = 77,
                                  .max_records = 4096,
                                  .min_size = 8,
                                  .max_age = 600};
    struct vota_config_network *network = &config.network[VOTA_CONFIG_PRIMARY];
    (void)snprintf(network->preset, sizeof network->preset, "hoodi");
    network->quorum = 1;
    network->timeout = 1;
    network->n_urls = url != NULL;
    if (url != NULL)
        (void)snprintf(network->url[0], sizeof network->url[0], "%s", url);
}

static void every_setting_arrives_where_it_belongs(void **state)
{
    (void)state;
    struct vota_sender sender = {.kinds = VOTA_SENDER_ANCHORER};
    configure(NULL);
    vota_settings_sender(&sender, &config, false);
    assert_true(sender.limits.fees.tip_min == 1 && sender.limits.fees.tip_max == 3);
    assert_true(sender.limits.fees.fee_max == 50);
    assert_true(sender.limits.tx_max == 7 && sender.limits.day_max == 8);
    assert_true(sender.limits.deploy_max == 9);
    assert_true(sender.policy.bump_after == 77);
    assert_true(sender.policy.resend_after == vota_anchor_defaults.resend_after);
    assert_int_equal(sender.kinds, VOTA_SENDER_ANCHORER);
    const struct vota_batch_policy batch = vota_settings_batch(&config, false);
    assert_true(batch.max_records == 4096 && batch.min_size == 8 && batch.max_age == 600);
    assert_true(batch.stretched == 0 && batch.closes_at == 0);
}

static void a_chain_of_this_machine_is_waited_for_less(void **state)
{
    (void)state;
    configure(NULL);
    const struct vota_anchor_policy here = vota_settings_timers(&config, true);
    const struct vota_anchor_policy there = vota_settings_timers(&config, false);
    assert_true(here.resend_after < there.resend_after);
    assert_true(here.stranger_wait < there.stranger_wait);
    assert_true(here.bump_after == there.bump_after);
    assert_true(vota_settings_margin(true) < vota_settings_margin(false));
    assert_true(vota_settings_batch(&config, false).margin == vota_settings_margin(false));
    assert_true(vota_settings_closing(true).margin == vota_settings_margin(true));
    assert_true(vota_settings_closing(false).settle > vota_settings_closing(false).margin);
    assert_true(vota_settings_pause_ms(true) < vota_settings_pause_ms(false));
}

static unsigned asked;
static unsigned paused;

static bool count_and_go_on(void *context)
{
    asked++;
    return *(const bool *)context;
}

static void count_pause(unsigned ms)
{
    paused += ms > 0;
}

static enum vota_status reach(const struct vota_connect_watch *watch, const char *reason)
{
    static struct vota_connections connections;
    static struct vota_quorum quorum;
    static const struct vota_store_network network = {.name = "hoodi"};
    const struct vota_directory dir = {"."};
    struct vota_error err = {.status = VOTA_OK};
    const struct vota_reach_options options = {.config = &config,
                                               .place = VOTA_CONFIG_PRIMARY,
                                               .dir = &dir,
                                               .network = &network,
                                               .watch = watch};
    asked = paused = 0;
    const enum vota_status status = vota_reach(&connections, &quorum, &options, &err);
    assert_string_equal(err.text, reason);
    vota_connect_done(&connections);
    return status;
}

static void who_does_not_answer_is_no_provider(void **state)
{
    (void)state;
    configure(NULL);
    assert_int_equal(reach(NULL, "no-rpc"), VOTA_NOT_FOUND);
    bool goes_on = true;
    const struct vota_connect_watch watch = {count_and_go_on, &goes_on, count_pause};
    configure("http://127.0.0.1:1");
    assert_int_equal(reach(&watch, "no-provider"), VOTA_REMOTE);
    assert_true(paused > 0); /* it was tried again, and nobody slept */
    const unsigned tried = asked;
    assert_true(tried >= 4);
    goes_on = false;
    assert_int_equal(reach(&watch, "no-provider"), VOTA_REMOTE);
    assert_true(asked < tried); /* once a try: no request left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_arrives_where_it_belongs),
        cmocka_unit_test(a_chain_of_this_machine_is_waited_for_less),
        cmocka_unit_test(who_does_not_answer_is_no_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
