/* SPDX-License-Identifier: Apache-2.0 */
/* Assembly and its undoing: see service.h. */
#include "bridge/serve/service.h"

#include <stdlib.h>

struct vota_service {
    struct vota_standing_board *board;
};

enum vota_status vota_service_start(struct vota_service **ret_service,
                                    const struct vota_service_options *options,
                                    struct vota_error *err)
{
    (void)ret_service;
    (void)options;
    return vota_fail(err, VOTA_INTERNAL, "service", "not-built");
}

unsigned vota_service_port(const struct vota_service *service)
{
    (void)service;
    return 0;
}

void vota_service_look(struct vota_standing_view *ret_view, const struct vota_service *service)
{
    vota_standing_look(ret_view, service->board);
}

void vota_service_tick(struct vota_service *service)
{
    (void)service;
}

bool vota_service_is_alive(const char **ret_stuck, struct vota_service *service)
{
    (void)ret_stuck;
    (void)service;
    return true;
}

void vota_service_reload(struct vota_service *service, const struct vota_config *config,
                         void (*unchanged)(void *context, const char *key), void *context)
{
    (void)service;
    (void)config;
    (void)unchanged;
    (void)context;
}

void vota_service_stop(struct vota_service *service)
{
    free(service);
}
