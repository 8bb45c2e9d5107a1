/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of all registers with what came of them, and the networks they stand
 * on; and, in another network's directory, the page that leads there.
 */
#ifndef VOTA_BRIDGE_PAGE_INDEX_PAGE_H
#define VOTA_BRIDGE_PAGE_INDEX_PAGE_H

#include "bridge/page/register_page.h"

/* index.html and en/index.html, when all registers have been counted. */
VOTA_MUST_USE enum vota_status vota_page_index_write(const struct vota_page_site *site,
                                                     const struct vota_page_counted *counted);

/* The same two of another network's directory, within that of the line's primary. */
VOTA_MUST_USE enum vota_status vota_page_index_write_other(const struct vota_page_site *site);

#endif
