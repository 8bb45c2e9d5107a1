/* SPDX-License-Identifier: Apache-2.0 */
/* One value of the configuration from its text. It knows units, not keys. */
#ifndef VOTA_BRIDGE_CONFIG_VALUE_H
#define VOTA_BRIDGE_CONFIG_VALUE_H

#include "proof/voteanchor.h"

/* Digits only; false beyond 64 bits or for anything else. */
bool vota_config_value_count(uint64_t *ret_count, const char *text);

/* A count with s, m, h or d behind it, or plain seconds. */
bool vota_config_value_seconds(uint64_t *ret_seconds, const char *text);

/* "12", "0.5": a decimal number times 10^places; no more than `places` digits after the point. */
bool vota_config_value_decimal(uint64_t *ret_units, const char *text, unsigned places);

/* Valid UTF-8 without control characters and not empty. */
bool vota_config_value_text(const char *text);

/* Whether the text is one of the words of "one, two, three". */
bool vota_config_value_choice(const char *words, const char *text);

#endif
