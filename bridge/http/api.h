/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API of docs/API.md: who may ask, how often, and what is done. A request
 * that writes goes to the writer and then to the makers of receipts; one that
 * reads goes to the makers, who have connections of their own. Knows no socket.
 */
#ifndef VOTA_BRIDGE_HTTP_API_H
#define VOTA_BRIDGE_HTTP_API_H

#include "bridge/http/api_stream.h"
#include "bridge/http/metrics.h"
#include "bridge/http/rate.h"
#include "bridge/http/receipts.h"
#include "bridge/http/server.h"
#include "bridge/http/writer.h"
#include "bridge/log.h"
#include "bridge/token.h"

struct vota_api;

/* For who watches the service; every member may be zero. Borrowed. */
struct vota_api_watch {
    struct vota_metrics *metrics; /* NULL: there is no /metrics */
    struct vota_standing_board *board;
    const struct vota_log *log; /* a line for each request, at debug level */
    const char *store_path, *version;
    bool metrics_need_token; /* of scope read */
};

struct vota_api_options {
    struct vota_writer *writer;     /* borrowed; NULL: nothing is taken in */
    struct vota_receipts *receipts; /* borrowed */
    struct vota_rate_policy rate;   /* of each client; a record costs one, and so does a read */
    struct vota_api_watch watch;
};

VOTA_MUST_USE enum vota_status vota_api_new(struct vota_api **ret_api,
                                            const struct vota_api_options *options,
                                            struct vota_error *err);

/* Only when nothing that was handed to it is unanswered. NULL is fine. */
void vota_api_free(struct vota_api *api);

/* Who may ask from now on: copied. Before the first call nobody may. */
void vota_api_set_tokens(struct vota_api *api, const struct vota_tokens *tokens);

/* How much each client may ask from now on. */
void vota_api_set_rate(struct vota_api *api, const struct vota_rate_policy *rate);

/*
 * Whether the acceptance key signs no more for the contract: then no record is
 * taken, for nobody could be held to what is promised ("key-replaced").
 */
void vota_api_set_key_replaced(struct vota_api *api, bool is_replaced);

/* The vota_server_handler; context is the api. */
void vota_api_handle(void *context, struct vota_server_request *request);

/* The vota_server_wants_body: of records, from who may hand them in. */
bool vota_api_wants_body(void *context, const struct vota_server_request *request);

/* The vota_server_open_stream; its vota_server_run_stream is vota_api_stream_run. */
void *vota_api_open_stream(void *context, const struct vota_server_request *request);

#endif
