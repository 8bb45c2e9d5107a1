/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.html in a publication: the page as it was built, with the city's trust
 * put into the one place that is there for it:
 *
 *   <script type="application/json" id="voteanchor-trust">{}</script>
 *
 * The trust file without its heads, which would make the page another one with
 * every publication; they stay in trust.json. As JSON within HTML has no other
 * danger than an element that ends too soon, `<` is written \u003c.
 */
#ifndef VOTA_BRIDGE_PAGE_VERIFIER_H
#define VOTA_BRIDGE_PAGE_VERIFIER_H

#include "bridge/publish/staging.h"
#include "bridge/publish/trust_json.h"

#define VOTA_PAGE_VERIFIER_MAX_BYTES ((size_t)8 * 1024 * 1024)

/*
 * The page with the trust in it, in heap memory that the caller frees. BAD_INPUT
 * "not-a-verifier" for a page without that place, or with two.
 */
VOTA_MUST_USE enum vota_status vota_page_verifier_fill(uint8_t **ret_page, size_t *ret_len,
                                                       struct vota_slice built,
                                                       const struct vota_trust_file *trust,
                                                       struct vota_error *err);

/* Reads the built page at `path` and stages verify.html. NOT_FOUND where there is none. */
VOTA_MUST_USE enum vota_status vota_page_verifier_stage(struct vota_staging *staging,
                                                        const char *path,
                                                        const struct vota_trust_file *trust,
                                                        struct vota_error *err);

/*
 * Stages citizen-salt.js as it is, where it lies in the directory of the file at
 * `beside`: the script with which the city's site draws the citizen's half of
 * the salt. That there is none is no failure.
 */
VOTA_MUST_USE enum vota_status vota_page_script_stage(struct vota_staging *staging,
                                                      const char *beside, struct vota_error *err);

#endif
