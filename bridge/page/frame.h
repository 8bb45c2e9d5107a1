/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every results page has around it: head with the policy that lets nothing
 * in but our own style, a way past the header, the city's name, the notice that
 * a testnet is one, the page in the other language, the footer. Knows where
 * pages lie, not what they say.
 *
 *   index.html              en/index.html
 *   pages/<id>.ko.html      pages/<id>.en.html
 *   verify.html             in both languages
 */
#ifndef VOTA_BRIDGE_PAGE_FRAME_H
#define VOTA_BRIDGE_PAGE_FRAME_H

#include "bridge/page/counted.h"
#include "bridge/page/write.h"
#include "bridge/publish/staging.h"

/* What all pages of a publication share. */
struct vota_page_site {
    const struct vota_page_line *line;
    const struct vota_publication_source *source; /* that of the last part */
    struct vota_staging *staging;
    uint64_t now;
    bool has_verifier;                         /* verify.html is there */
    char style_hash[VOTA_HTML_STYLE_HASH_CAP]; /* of vota_page_css */
    struct vota_error *err;
};

/* The one style sheet, web/results.css. */
extern const char vota_page_css[];

#define VOTA_PAGE_PATH_CAP 160u /* that of a publication's file, in another network's directory */

/* Where a register's page lies, and the list of registers. */
void vota_page_register_path(char ret_path[VOTA_PAGE_PATH_CAP], enum vota_lang lang,
                             const struct vota_definition *definition);
const char *vota_page_index_path(enum vota_lang lang);

/* One page being written into the publication. */
struct vota_page {
    struct vota_html html;
    const struct vota_page_site *site;
    const char *up; /* from this page to the publication's directory: "" or "../" */
};

/* A page's path, its twin's in the other language, and what it is called. */
struct vota_page_about {
    const char *path, *twin;
    const char *title; /* plain; NULL: the list of registers */
};

/* What stands in <main>. A failure of its own goes to page->html.status. */
typedef void vota_page_body(struct vota_page *page, const void *what);

/* Writes one page; memory does not grow with it. NO_MEMORY, and what staging returns. */
VOTA_MUST_USE enum vota_status vota_page_write(const struct vota_page_site *site,
                                               enum vota_lang lang,
                                               const struct vota_page_about *about,
                                               vota_page_body *body, const void *what);

/* <a> to a file of the publication; to be closed. */
void vota_page_link(struct vota_page *page, const char *path);

/* A link to a file of the publication with a sentence, or with its own name. */
void vota_page_link_say(struct vota_page *page, const char *path, const char *key);
void vota_page_link_file(struct vota_page *page, const char *path);

/* The sentence that names a network; says that a testnet is one. */
const char *vota_page_network(enum vota_lang lang, const struct vota_deployment *deployment);
bool vota_page_is_testnet(const struct vota_deployment *deployment);

/* Hashes, addresses and block numbers, linked to a public explorer where the network has one. */
void vota_page_transaction(struct vota_page *page, const struct vota_deployment *deployment,
                           const vota_hash *transaction);
void vota_page_contract(struct vota_page *page, const struct vota_deployment *deployment);
void vota_page_block(struct vota_page *page, const struct vota_deployment *deployment,
                     uint64_t block);

/* Facts (write.h) of a contract: network, genesis hash, address. */
void vota_page_network_facts(struct vota_page *page, const struct vota_deployment *deployment);

#endif
