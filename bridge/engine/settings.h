/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the configuration to what the engine wants to be told: limits, timers,
 * policies. The one place that knows both. Reads no
 * file and asks nobody.
 */
#ifndef VOTA_BRIDGE_ENGINE_SETTINGS_H
#define VOTA_BRIDGE_ENGINE_SETTINGS_H

#include "bridge/config.h"
#include "bridge/engine/attempt.h"
#include "bridge/engine/batch.h"
#include "bridge/engine/closing.h"
#include "bridge/engine/sender.h"

/* What may be spent. */
struct vota_attempt_limits vota_settings_limits(const struct vota_config *config);

/* The timers of attempts. */
struct vota_anchor_policy vota_settings_timers(const struct vota_config *config, bool is_local);

/* Seconds that anchoring may take, from sealing to a block. */
uint64_t vota_settings_margin(bool is_local);

/* When rows become a batch; nothing stretched. */
struct vota_batch_policy vota_settings_batch(const struct vota_config *config, bool is_local);

/* How long the end of a register takes. */
struct vota_closing_pace vota_settings_closing(bool is_local);

/* Milliseconds between two turns of a sender that has something on its way: a slot, or a moment. */
unsigned vota_settings_pause_ms(bool is_local);

/*
 * Limits and timers of a sender; store, network, quorum, signer and kinds are
 * set by the caller.
 */
void vota_settings_sender(struct vota_sender *sender, const struct vota_config *config,
                          bool is_local);

#endif
