/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask what, how often, and in how many streams at a time: the tokens as
 * they stand, and a bucket for each client. For any thread.
 */
#ifndef VOTA_BRIDGE_HTTP_CLIENTS_H
#define VOTA_BRIDGE_HTTP_CLIENTS_H

#include "bridge/http/rate.h"
#include "bridge/token.h"

/* Streams at a time: of everybody, and of one client. */
#define VOTA_CLIENTS_STREAMS        8u
#define VOTA_CLIENTS_STREAMS_OF_ONE 4u

struct vota_clients;

/* Nobody may until tokens are set. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_clients_new(struct vota_clients **ret_clients,
                                                const struct vota_rate_policy *rate);
void vota_clients_free(struct vota_clients *clients); /* NULL is fine */

/* Who may ask from now on: copied. A bucket goes on with its client. */
void vota_clients_set(struct vota_clients *clients, const struct vota_tokens *tokens);

/* How much each may ask from now on. */
void vota_clients_set_rate(struct vota_clients *clients, const struct vota_rate_policy *rate);

/*
 * Whether the bearer of an Authorization header (NULL: none) may do something of
 * this scope and cost now: NULL, or "no-token", "not-allowed", or
 * "too-many-requests" with *ret_wait, in seconds.
 */
const char *vota_clients_check(struct vota_clients *clients, const char *authorization,
                               unsigned scope, uint64_t cost, uint64_t *ret_wait);

/*
 * A stream of somebody who hands in; NULL, or what vota_clients_check says, or
 * "overloaded" when there are as many as may be. ret_client names whose it is.
 */
const char *vota_clients_enter(struct vota_clients *clients, const char *authorization,
                               char ret_client[VOTA_TOKEN_CLIENT_MAX + 1]);
void vota_clients_leave(struct vota_clients *clients, const char *client);

#endif
