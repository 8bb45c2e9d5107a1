/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of a publication: what publication.h calls when its files are there.
 * Everything said on them is counted from those files (counted.h).
 */
#ifndef VOTA_BRIDGE_PAGE_RESULTS_H
#define VOTA_BRIDGE_PAGE_RESULTS_H

#include "bridge/publish/publication.h"

/* The context of vota_page_results. */
struct vota_page_results {
    const char *verifier; /* the verifier page as it was built; NULL: there is none */
};

/* vota_publication_pages: all pages of the network that is published. */
VOTA_MUST_USE enum vota_status vota_page_results(void *context, struct vota_staging *staging,
                                                 const struct vota_publication_source *source,
                                                 uint64_t now, struct vota_error *err);

/* The same in another network's directory: the page that leads to those. Takes no context. */
VOTA_MUST_USE enum vota_status vota_page_results_other(void *context, struct vota_staging *staging,
                                                       const struct vota_publication_source *source,
                                                       uint64_t now, struct vota_error *err);

#endif
