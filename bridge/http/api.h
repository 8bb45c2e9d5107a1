/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API of docs/API.md: who may ask, how often, and what is done. A request
 * that writes goes to the writer and then to the makers of receipts; one that
 * reads goes to the makers, who have connections of their own. Knows no socket.
 */
#ifndef VOTA_BRIDGE_HTTP_API_H
#define VOTA_BRIDGE_HTTP_API_H

#include "bridge/http/rate.h"
#include "bridge/http/receipts.h"
#include "bridge/http/server.h"
#include "bridge/http/writer.h"
#include "bridge/token.h"

struct vota_api;

struct vota_api_options {
    struct vota_writer *writer;     /* borrowed */
    struct vota_receipts *receipts; /* borrowed */
    struct vota_rate_policy rate;   /* of each client; a record costs one, and so does a read */
};

VOTA_MUST_USE enum vota_status vota_api_new(struct vota_api **ret_api,
                                            const struct vota_api_options *options,
                                            struct vota_error *err);

/* Only when nothing that was handed to it is unanswered. NULL is fine. */
void vota_api_free(struct vota_api *api);

/* Who may ask from now on: copied. Before the first call nobody may. */
void vota_api_set_tokens(struct vota_api *api, const struct vota_tokens *tokens);

/* The vota_server_handler; context is the api. */
void vota_api_handle(void *context, struct vota_server_request *request);

#endif
