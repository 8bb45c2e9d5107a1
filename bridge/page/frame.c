/* SPDX-License-Identifier: Apache-2.0 */
/* What is around every results page: see frame.h. */
#include "bridge/page/frame.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/network.h"
#include "proof/hex.h"

#define BUFFER_BYTES 16384u

/* ---- where pages lie ---- */

const char *vota_page_index_path(enum vota_lang lang)
{
    return lang == VOTA_LANG_KO ? "index.html" : "en/index.html";
}

void vota_page_register_path(char ret_path[VOTA_PAGE_PATH_CAP], enum vota_lang lang,
                             const struct vota_definition *definition)
{
    (void)snprintf(ret_path, VOTA_PAGE_PATH_CAP, "pages/%.*s.%s.html", (int)definition->id.len,
                   (const char *)definition->id.at, vota_html_lang_name(lang));
}

void vota_page_link(struct vota_page *page, const char *path)
{
    char url[VOTA_PAGE_PATH_CAP + 4];
    (void)snprintf(url, sizeof url, "%s%s", page->up, path);
    vota_html_open(&page->html, "a");
    vota_html_href(&page->html, url);
}

void vota_page_link_say(struct vota_page *page, const char *path, const char *key)
{
    vota_page_link(page, path);
    vota_html_say(&page->html, key, NULL);
    vota_html_close(&page->html, "a");
}

void vota_page_link_file(struct vota_page *page, const char *path)
{
    vota_page_link(page, path);
    vota_page_code(&page->html, path);
    vota_html_close(&page->html, "a");
}

/* ---- networks ---- */

const char *vota_page_network(enum vota_lang lang, const struct vota_deployment *deployment)
{
    return vota_text_find(
        lang, vota_network_text(deployment->genesis.chain_id, &deployment->chain_genesis));
}

bool vota_page_is_testnet(const struct vota_deployment *deployment)
{
    const struct vota_network *network =
        vota_network_known(deployment->genesis.chain_id, &deployment->chain_genesis);
    return network == NULL || network->testnet;
}

/* NULL for networks that nobody explores in public. */
static const char *explorer_of(const struct vota_deployment *deployment)
{
    static const struct {
        const char *network, *url;
    } explorers[] = {{"mainnet", "https://etherscan.io"},
                     {"sepolia", "https://sepolia.etherscan.io"},
                     {"hoodi", "https://hoodi.etherscan.io"}};
    const struct vota_network *network =
        vota_network_known(deployment->genesis.chain_id, &deployment->chain_genesis);
    for (size_t i = 0; network != NULL && i < sizeof explorers / sizeof explorers[0]; i++) {
        if (strcmp(explorers[i].network, network->name) == 0)
            return explorers[i].url;
    }
    return NULL;
}

static void explored(struct vota_page *page, const struct vota_deployment *deployment,
                     const char *what, const char *name)
{
    struct vota_html *html = &page->html;
    char url[160];
    const char *explorer = explorer_of(deployment);
    if (explorer != NULL) {
        (void)snprintf(url, sizeof url, "%s/%s/%s", explorer, what, name);
        vota_html_open(html, "a");
        vota_html_href(html, url);
        vota_html_attr(html, "rel", "noreferrer");
    }
    vota_page_code(html, name);
    if (explorer != NULL)
        vota_html_close(html, "a");
}

static void explored_hex(struct vota_page *page, const struct vota_deployment *deployment,
                         const char *what, const void *bytes, size_t len)
{
    char name[2 + 2 * sizeof(vota_hash) + 1] = {0};
    struct vota_wr wr = vota_wr_of(name, sizeof name - 1);
    vota_hex_write(&wr, bytes, len);
    explored(page, deployment, what, name);
}

void vota_page_transaction(struct vota_page *page, const struct vota_deployment *deployment,
                           const vota_hash *transaction)
{
    explored_hex(page, deployment, "tx", transaction->bytes, sizeof transaction->bytes);
}

void vota_page_contract(struct vota_page *page, const struct vota_deployment *deployment)
{
    const vota_addr *contract = &deployment->genesis.contract;
    explored_hex(page, deployment, "address", contract->bytes, sizeof contract->bytes);
}

void vota_page_block(struct vota_page *page, const struct vota_deployment *deployment,
                     uint64_t block)
{
    char name[24];
    (void)snprintf(name, sizeof name, "%" PRIu64, block);
    explored(page, deployment, "block", name);
}

void vota_page_network_facts(struct vota_page *page, const struct vota_deployment *deployment)
{
    struct vota_html *html = &page->html;
    char chain[VOTA_HTML_NUMBER_CAP];
    (void)snprintf(chain, sizeof chain, "%llu", (unsigned long long)deployment->genesis.chain_id);
    vota_page_fact(html, "results.fact.network");
    vota_html_word(html, vota_page_network(html->lang, deployment));
    vota_html_word(html, " ");
    vota_html_say(html, "results.fact.chain-id", "id", chain, NULL);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.chain-genesis");
    vota_page_hash(html, &deployment->chain_genesis);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.contract");
    vota_page_contract(page, deployment);
    vota_page_fact_end(html);
}

/* ---- head ---- */

static void meta(struct vota_html *html, const char *kind, const char *name, const char *content)
{
    vota_html_void(html, "meta");
    vota_html_attr(html, kind, name);
    vota_html_attr(html, "content", content);
}

static void write_title(struct vota_page *page, const struct vota_page_about *about)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "title");
    if (about->title != NULL) {
        vota_html_word(html, about->title);
        vota_html_word(html, " \xe2\x80\x93 ");
    }
    vota_html_text(html, page->site->source->trust->city);
    vota_html_word(html, " \xc2\xb7 ");
    vota_html_say(html, "results.title", NULL);
    vota_html_close(html, "title");
}

static void write_head(struct vota_page *page, const struct vota_page_about *about)
{
    struct vota_html *html = &page->html;
    char policy[160];
    (void)snprintf(policy, sizeof policy,
                   "default-src 'none'; style-src %s; base-uri 'none'; form-action 'none'",
                   page->site->style_hash);
    vota_html_open(html, "head");
    vota_html_void(html, "meta");
    vota_html_attr(html, "charset", "utf-8");
    meta(html, "http-equiv", "Content-Security-Policy", policy);
    meta(html, "name", "viewport", "width=device-width, initial-scale=1");
    meta(html, "name", "referrer", "no-referrer");
    meta(html, "name", "color-scheme", "light dark");
    write_title(page, about);
    vota_html_style(html, vota_page_css);
    vota_html_close(html, "head");
}

/* ---- around main ---- */

static void write_testnet(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    const struct vota_deployment *deployment = page->site->source->deployment;
    if (!vota_page_is_testnet(deployment))
        return;
    vota_html_open_class(html, "p", "testnet");
    vota_html_say_in(html, "strong", "results.testnet.title", "network",
                     vota_page_network(html->lang, deployment), NULL);
    vota_html_word(html, " ");
    vota_html_say(html, "results.testnet.sentence", NULL);
    vota_html_close(html, "p");
}

static void write_other_language(struct vota_page *page, const struct vota_page_about *about)
{
    struct vota_html *html = &page->html;
    const enum vota_lang other = html->lang == VOTA_LANG_KO ? VOTA_LANG_EN : VOTA_LANG_KO;
    vota_html_open_class(html, "li", "language");
    vota_page_link(page, about->twin);
    vota_html_attr(html, "lang", vota_html_lang_name(other));
    vota_html_attr(html, "hreflang", vota_html_lang_name(other));
    vota_html_word(html, vota_text_find(other, "results.language"));
    vota_html_close(html, "a");
    vota_html_close(html, "li");
}

static void write_nav(struct vota_page *page, const struct vota_page_about *about)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "nav");
    vota_html_attr_say(html, "aria-label", "results.nav", NULL);
    vota_html_open(html, "ul");
    vota_html_open(html, "li");
    vota_page_link(page, vota_page_index_path(html->lang));
    if (about->title == NULL)
        vota_html_attr(html, "aria-current", "page");
    vota_html_say(html, "results.nav.registers", NULL);
    vota_html_close(html, "a");
    vota_html_close(html, "li");
    if (page->site->has_verifier) {
        vota_html_open(html, "li");
        vota_page_link_say(page, "verify.html", "results.nav.verify");
        vota_html_close(html, "li");
    }
    write_other_language(page, about);
    vota_html_close(html, "ul");
    vota_html_close(html, "nav");
}

static void write_header(struct vota_page *page, const struct vota_page_about *about)
{
    struct vota_html *html = &page->html;
    const struct vota_slice city = page->site->source->trust->city;
    vota_html_open_class(html, "a", "skip");
    vota_html_href(html, "#main");
    vota_html_say(html, "results.skip", NULL);
    vota_html_close(html, "a");
    vota_html_open(html, "header");
    write_testnet(page);
    vota_html_open_class(html, "div", "bar-top");
    vota_html_open_class(html, "p", "site-name");
    vota_html_foreign(html, vota_page_lang_of(city), city);
    vota_html_word(html, " ");
    vota_html_say_in(html, "span", "results.title", NULL);
    vota_html_close(html, "p");
    write_nav(page, about);
    vota_html_close(html, "div");
    vota_html_close(html, "header");
}

static void write_footer(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "footer");
    vota_html_open(html, "p");
    vota_html_say_in(html, "span", "results.made-at", NULL);
    vota_html_word(html, " ");
    vota_page_time(html, page->site->now);
    vota_html_close(html, "p");
    vota_html_say_in(html, "p", "results.footer", NULL);
    vota_html_close(html, "footer");
}

/* ---- the whole page ---- */

struct sink {
    struct vota_staging_file file;
    struct vota_error *err;
};

static enum vota_status take(void *to, const void *bytes, size_t len)
{
    struct sink *sink = to;
    return vota_staging_put(&sink->file, bytes, len, sink->err);
}

static enum vota_status write_all(struct vota_page *page, const struct vota_page_about *about,
                                  vota_page_body *body, const void *what)
{
    struct vota_html *html = &page->html;
    write_head(page, about);
    vota_html_open(html, "body");
    write_header(page, about);
    vota_html_open(html, "main");
    vota_html_attr(html, "id", "main");
    body(page, what);
    vota_html_close(html, "main");
    write_footer(page);
    vota_html_close(html, "body");
    return vota_html_end(html);
}

enum vota_status vota_page_write(const struct vota_page_site *site, enum vota_lang lang,
                                 const struct vota_page_about *about, vota_page_body *body,
                                 const void *what)
{
    struct sink sink = {.err = site->err};
    uint8_t *buffer = malloc(BUFFER_BYTES);
    if (buffer == NULL)
        return VOTA_NO_MEMORY;
    struct vota_wr wr = vota_wr_of(buffer, BUFFER_BYTES);
    enum vota_status status = vota_staging_open(&sink.file, site->staging, about->path, site->err);
    if (status == VOTA_OK) {
        struct vota_page page = {.html = vota_html_begin_drained(&wr, lang, take, &sink),
                                 .site = site,
                                 .up = strchr(about->path, '/') == NULL ? "" : "../"};
        status = write_all(&page, about, body, what);
        status = vota_staging_close(site->staging, &sink.file, status, site->err);
    }
    free(buffer);
    return status;
}
