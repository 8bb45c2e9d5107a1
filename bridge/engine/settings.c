/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration in the engine's words: see settings.h. */
#include "bridge/engine/settings.h"

#define POLL_LOCAL_MS 500u   /* a local test chain makes a block a second */
#define POLL_MS       12000u /* a slot */

struct vota_attempt_limits vota_settings_limits(const struct vota_config *config)
{
    return (struct vota_attempt_limits){.fees = {.tip_min = config->min_tip,
                                                 .tip_max = config->max_tip,
                                                 .fee_max = config->max_fee},
                                        .tx_max = config->max_tx,
                                        .day_max = config->max_day,
                                        .deploy_max = config->max_deploy};
}

struct vota_anchor_policy vota_settings_timers(const struct vota_config *config, bool is_local)
{
    struct vota_anchor_policy policy = vota_anchor_defaults;
    policy.bump_after = config->bump_after;
    if (is_local) {
        policy.resend_after = 2;
        policy.stranger_wait = 10;
    }
    return policy;
}

uint64_t vota_settings_margin(bool is_local)
{
    return is_local ? 5 : 600;
}

struct vota_batch_policy vota_settings_batch(const struct vota_config *config, bool is_local)
{
    return (struct vota_batch_policy){.max_records = config->max_records,
                                      .min_size = config->min_size,
                                      .max_age = config->max_age,
                                      .margin = vota_settings_margin(is_local)};
}

struct vota_closing_pace vota_settings_closing(bool is_local)
{
    /* Finality takes a quarter of an hour when all is well: twice, and room for a bad day. */
    return (struct vota_closing_pace){.margin = vota_settings_margin(is_local),
                                      .settle = is_local ? 30 : 3600};
}

unsigned vota_settings_pause_ms(bool is_local)
{
    return is_local ? POLL_LOCAL_MS : POLL_MS;
}

void vota_settings_sender(struct vota_sender *sender, const struct vota_config *config,
                          bool is_local)
{
    sender->limits = vota_settings_limits(config);
    sender->policy = vota_settings_timers(config, is_local);
}
