/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which keys of the configuration may change while the service runs, and the
 * difference of two configurations key by key. Pure.
 */
#ifndef VOTA_BRIDGE_SERVE_RELOAD_H
#define VOTA_BRIDGE_SERVE_RELOAD_H

#include "bridge/config.h"

/*
 * Takes every changed value that may change at run time from `to` into *config;
 * the others stay as they were. `each` is called for each key that differs
 * ("http.rate"), with whether it was taken over.
 */
void vota_reload_take(struct vota_config *config, const struct vota_config *to,
                      void (*each)(void *context, const char *key, bool taken), void *context);

#endif
