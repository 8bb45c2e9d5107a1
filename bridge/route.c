/* SPDX-License-Identifier: Apache-2.0 */
/* From the configuration to the way out: see route.h. */
#include "bridge/route.h"

enum vota_status vota_route_of(struct vota_route_out *ret_route, const struct vota_config *config,
                               const struct vota_directory *dir, struct vota_error *err)
{
    *ret_route = (struct vota_route_out){.proxy = config->proxy[0] != '\0' ? config->proxy : NULL};
    if (config->ca_file[0] == '\0')
        return VOTA_OK;
    const enum vota_status status =
        vota_directory_path(dir, ret_route->ca_path, config->ca_file, err);
    if (status == VOTA_OK)
        ret_route->ca_file = ret_route->ca_path;
    return status;
}
