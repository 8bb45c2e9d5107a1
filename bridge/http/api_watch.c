/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the API says of the service itself: its health, its metrics, and what is
 * noted of each request. Answered at once by the thread that asks: none of it
 * waits for the store or a chain.
 */
#include <stdio.h>
#include <time.h>

#include "bridge/http/api_call.h"

/* ---- of each request ---- */

/* Never the target as it came: it may hold a record's id. */
static void log_request(const struct vota_api_call *call, unsigned status)
{
    char code[VOTA_LOG_NUMBER_CAP];
    char micros[VOTA_LOG_NUMBER_CAP];
    const char *method = "other";
    const char *pattern = "other";
    if (call->found == VOTA_ROUTE_FOUND)
        pattern = vota_router_pattern(call->routed.route, &method);
    vota_log(call->watch->log, VOTA_LOG_DEBUG, "request", "method", method, "route", pattern,
             "status", vota_log_number(code, status), "micros",
             vota_log_number(micros, (vota_metrics_clock() - call->started_ns) / 1000), NULL);
}

void vota_api_call_note(const struct vota_api_call *call, unsigned status)
{
    vota_metrics_note_reply(call->watch->metrics, call->found, call->routed.route, status,
                            call->started_ns);
    if (vota_log_wants(call->watch->log, VOTA_LOG_DEBUG))
        log_request(call, status);
}

/* ---- health ---- */

/* The view is the caller's, because the scene points at it. */
static struct vota_health_scene look(const struct vota_api_call *call,
                                     struct vota_standing_view *view)
{
    const time_t now = time(NULL);
    struct vota_health_scene scene = {.now = now > 0 ? (uint64_t)now : 0};
    if (call->watch->board != NULL) {
        vota_standing_look(view, call->watch->board);
        scene.standing = view;
    }
    scene.has_writer = call->store != NULL;
    scene.key_replaced = call->key_replaced;
    if (scene.has_writer)
        scene.writer = vota_writer_state_of(call->store);
    return scene;
}

static void say(struct vota_api_call *call, unsigned status, const struct vota_health *health,
                const char *word)
{
    uint8_t text[VOTA_HEALTH_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    struct vota_server_reply reply = {.status = status,
                                      .content_type = VOTA_API_JSON,
                                      .retry_after = status == 503 ? VOTA_API_RETRY : 0};
    vota_health_write(&wr, health, word);
    VOTA_ASSERT(vota_wr_fits(&wr));
    vota_api_call_end_copy(call, &reply, text, wr.len);
}

/* Alive is who answers. */
void vota_api_reply_healthz(struct vota_api_call *call)
{
    struct vota_standing_view view;
    const struct vota_health_scene scene = look(call, &view);
    const struct vota_health health = vota_health_of(&scene);
    say(call, 200, &health, "ok");
}

void vota_api_reply_readyz(struct vota_api_call *call)
{
    struct vota_standing_view view;
    const struct vota_health_scene scene = look(call, &view);
    const struct vota_health health = vota_health_of(&scene);
    say(call, health.is_ready ? 200 : 503, &health,
        health.is_ready ? "ready" : "store-unavailable");
}

/* ---- metrics ---- */

void vota_api_reply_metrics(struct vota_api_call *call)
{
    char *text = NULL;
    size_t len = 0;
    struct vota_standing_view view;
    const struct vota_api_watch *watch = call->watch;
    const struct vota_metrics_scene scene = {
        .health = look(call, &view), .store_path = watch->store_path, .version = watch->version};
    if (watch->metrics == NULL) {
        vota_api_call_fail(call, "not-found", 0);
        return;
    }
    FILE *to = open_memstream(&text, &len);
    if (to != NULL)
        vota_metrics_write(to, watch->metrics, &scene);
    vota_api_call_end(call, to, &text, &len,
                      (struct vota_server_reply){.status = 200, .content_type = VOTA_METRICS_TYPE});
}
