/* SPDX-License-Identifier: Apache-2.0 */
/* What a service consists of, for the files service*.c alone. */
#ifndef VOTA_BRIDGE_SERVE_SERVICE_PARTS_H
#define VOTA_BRIDGE_SERVE_SERVICE_PARTS_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "bridge/http/api.h"
#include "bridge/serve/hook.h"
#include "bridge/serve/keeper.h"
#include "bridge/serve/life.h"
#include "bridge/serve/service.h"

/* Threads that are asked from time to time; the keeper says by itself when it lived last. */
enum vota_service_thread { VOTA_SERVICE_WRITER, VOTA_SERVICE_RECEIPTS, VOTA_SERVICE_SERVER };
#define VOTA_SERVICE_THREADS 3u

/* A job that does next to nothing, and whether it is back. */
struct vota_service_pulse {
    struct vota_service *service;
    struct vota_writer_job writing;
    struct vota_receipts_job making;
    atomic_bool is_under_way;
    atomic_uint_fast64_t returned;
};

struct vota_service {
    struct vota_service_options options; /* its config is the next member */
    struct vota_config config;
    char store_path[VOTA_DIRECTORY_PATH_CAP];
    char tokens_path[VOTA_DIRECTORY_PATH_CAP];
    char listen[VOTA_CONFIG_TEXT_MAX + 1];
    int lock;           /* VOTA_SERVICE_LOCK */
    struct stat tokens; /* the file that was read last; zero: none */
    bool tokens_unread; /* it, or a newer one, could not be read */
    struct vota_standing_board *board;
    struct vota_metrics *metrics;
    struct vota_writer *writer; /* NULL for a reader, and so are hook and keeper */
    struct vota_receipts *receipts;
    struct vota_api *api;
    struct vota_server *server;
    struct vota_hook *hook; /* NULL: no webhook is configured */
    struct vota_keeper *keeper;
    struct vota_life life[VOTA_SERVICE_THREADS];
    struct vota_service_pulse pulse[VOTA_SERVICE_THREADS]; /* none of the server's */
    uint64_t pulse_at;                                     /* monotonic ms of the last */
    /* What a maker saw with its pulse: the service was started for something else. */
    atomic_bool has_moved;          /* a successor took over from the primary network */
    atomic_bool key_replaced;       /* the contract names another acceptance key */
    atomic_uint_fast64_t key_until; /* unix seconds until which ours signs for it */
    atomic_uint_fast64_t chain_now; /* time of the latest block; 0: not known, or it tells none */
    bool told_moved, told_replaced, told_behind;
};

/* Those of the file if it is another one than before; a file that cannot be read changes nothing.
 */
void vota_service_read_tokens(struct vota_service *service);

/* As [webhook] says; nothing for a reader. */
VOTA_MUST_USE enum vota_status vota_service_start_hook(struct vota_service *service,
                                                       struct vota_error *err);

/* Before the first tick. */
void vota_service_begin_life(struct vota_service *service);

#endif
