/* SPDX-License-Identifier: Apache-2.0 */
/* The document of GET /metrics, but for what metrics_{http,keeper,network,process}.c put into it:
 * the service as a whole, its store and its webhook. */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "bridge/http/metrics_parts.h"

/* ---- the service ---- */

static const char *answer_word(size_t answer)
{
    return vota_health_answer_name((enum vota_health_answer)answer);
}

static void put_health(struct vota_exposition *ex, const struct vota_health *health)
{
    vota_exposition_gauge(ex, "voteanchor_ready", "Whether records can be stored now.");
    vota_exposition_number(ex, health->is_ready);
    vota_exposition_gauge(ex, "voteanchor_check",
                          "What /readyz says of each check; 1 for its present answer.");
    for (unsigned i = 0; i < VOTA_HEALTH_CHECKS; i++) {
        vota_exposition_label(ex, "check", vota_health_check_name(i));
        vota_exposition_states(ex, "answer", answer_word, VOTA_HEALTH_ANSWERS, health->answer[i]);
    }
}

static void put_writer(struct vota_exposition *ex, const struct vota_health_scene *scene)
{
    if (!scene->has_writer)
        return;
    vota_exposition_gauge(ex, "voteanchor_writer_queue_jobs",
                          "Requests whose records wait to be written.");
    vota_exposition_number(ex, scene->writer.waiting);
    vota_exposition_gauge(ex, "voteanchor_writer_queue_limit_jobs",
                          "... and how many may, before more are turned away.");
    vota_exposition_number(ex, scene->writer.may_wait);
    vota_exposition_counter(ex, "voteanchor_writer_commits_total",
                            "Transactions of records that were committed.");
    vota_exposition_number(ex, scene->writer.groups);
    vota_exposition_counter(ex, "voteanchor_writer_failures_total",
                            "Transactions of records that the store refused.");
    vota_exposition_number(ex, scene->writer.failures);
}

static void put_service(struct vota_exposition *ex, const struct vota_metrics_scene *scene)
{
    const struct vota_standing_view *standing = scene->health.standing;
    vota_exposition_gauge(ex, "voteanchor_build_info", "The program's version.");
    vota_exposition_label(ex, "version", scene->version);
    vota_exposition_number(ex, 1);
    if (standing == NULL)
        return;
    vota_exposition_gauge(ex, "voteanchor_read_only", "Whether it only answers reads.");
    vota_exposition_number(ex, standing->is_reader);
    vota_exposition_counter(ex, "voteanchor_reloads_total",
                            "How often the configuration was read again.");
    vota_exposition_number(ex, standing->reloads);
}

/* ---- the store ---- */

static uint64_t size_of(const char *path, const char *suffix)
{
    char whole[4096];
    struct stat about;
    const int len = snprintf(whole, sizeof whole, "%s%s", path, suffix);
    if (len < 0 || (size_t)len >= sizeof whole || stat(whole, &about) != 0)
        return 0;
    return (uint64_t)about.st_size;
}

static void put_store(struct vota_exposition *ex, const char *path)
{
    struct statvfs disk;
    vota_exposition_gauge(ex, "voteanchor_store_size_bytes",
                          "Size of the store's files: the database, and its write-ahead log.");
    vota_exposition_label(ex, "file", "db");
    vota_exposition_number(ex, size_of(path, ""));
    vota_exposition_label(ex, "file", "wal");
    vota_exposition_number(ex, size_of(path, "-wal"));
    if (statvfs(path, &disk) != 0)
        return;
    vota_exposition_gauge(ex, "voteanchor_store_disk_free_bytes",
                          "Bytes that the service may still write to the store's file system.");
    vota_exposition_number(ex, (uint64_t)disk.f_bavail * disk.f_frsize);
    vota_exposition_gauge(ex, "voteanchor_store_disk_size_bytes",
                          "Size of the store's file system.");
    vota_exposition_number(ex, (uint64_t)disk.f_blocks * disk.f_frsize);
}

/* ---- the webhook ---- */

static void put_hook(struct vota_exposition *ex, const struct vota_standing_hook *hook)
{
    vota_exposition_gauge(ex, "voteanchor_webhook_queue_deliveries",
                          "Deliveries to the website that wait.");
    vota_exposition_number(ex, hook->queued);
    vota_exposition_counter(ex, "voteanchor_webhook_deliveries_total",
                            "Deliveries that were taken, and attempts that were not.");
    vota_exposition_label(ex, "outcome", "delivered");
    vota_exposition_number(ex, hook->delivered);
    vota_exposition_label(ex, "outcome", "failed");
    vota_exposition_number(ex, hook->failed);
    vota_exposition_gauge(ex, "voteanchor_webhook_failing",
                          "Whether the last attempt was not taken.");
    vota_exposition_number(ex, hook->problem[0] != '\0');
    if (hook->last_at == 0)
        return;
    vota_exposition_gauge(ex, "voteanchor_webhook_last_delivery_timestamp_seconds",
                          "When a delivery was taken last.");
    vota_exposition_number(ex, hook->last_at);
}

void vota_metrics_write(FILE *to, const struct vota_metrics *metrics,
                        const struct vota_metrics_scene *scene)
{
    struct vota_exposition ex = {.to = to};
    const struct vota_standing_view *standing = scene->health.standing;
    const struct vota_health health = vota_health_of(&scene->health);
    put_service(&ex, scene);
    put_health(&ex, &health);
    vota_metrics_put_http(&ex, metrics);
    put_writer(&ex, &scene->health);
    if (scene->store_path != NULL)
        put_store(&ex, scene->store_path);
    if (standing != NULL && !standing->is_reader) {
        vota_metrics_put_keeper(&ex, &standing->keeper, scene->health.now);
        vota_metrics_put_networks(&ex, standing->keeper.network);
    }
    if (standing != NULL && standing->hook.is_set)
        put_hook(&ex, &standing->hook);
    vota_metrics_put_process(&ex, metrics->started_at);
}
