/* SPDX-License-Identifier: Apache-2.0 */
/* How anybody checks a register's numbers without the city, in three steps; and what may be said.
 */
#include "bridge/page/register_page.h"
#include "proof/hex.h"

static void step(struct vota_page *page, const char *title, const char *sentence)
{
    vota_html_open(&page->html, "li");
    vota_html_say_in(&page->html, "h3", title, NULL);
    vota_html_say_in(&page->html, "p", sentence, NULL);
}

static void step_end(struct vota_page *page)
{
    vota_html_close(&page->html, "li");
}

static void command(struct vota_html *html, const char *text)
{
    vota_html_open_class(html, "pre", "command");
    vota_html_attr(html, "tabindex", "0");
    vota_page_code(html, text);
    vota_html_close(html, "pre");
}

static void step_page(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    step(page, "results.check.page", "results.check.page.how");
    vota_html_open(html, "p");
    if (page->site->has_verifier) {
        vota_page_link(page, "verify.html");
        vota_html_attr(html, "class", "button");
        vota_html_say(html, "results.check.page.open", NULL);
        vota_html_close(html, "a");
    } else {
        vota_html_say(html, "results.check.page.missing", NULL);
    }
    vota_html_close(html, "p");
    step_end(page);
}

static void step_terminal(struct vota_page *page)
{
    char text[160];
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    step(page, "results.check.terminal", "results.check.terminal.how");
    vota_hex_of_addr(contract, &page->site->source->deployment->genesis.contract);
    (void)snprintf(text, sizeof text, "voteanchor audit --data DIR --contract %s --rpc URL",
                   contract);
    command(&page->html, text);
    step_end(page);
}

static void step_script(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    char path[VOTA_PAGE_PATH_CAP];
    step(page, "results.check.script", "results.check.script.how");
    vota_html_open(html, "ul");
    vota_html_open(html, "li");
    vota_page_link_file(page, "journal.ndjson");
    vota_html_close(html, "li");
    vota_page_register_file(page, reg, path, "registers", ".json");
    vota_html_open(html, "li");
    vota_page_link_file(page, path);
    vota_html_close(html, "li");
    if (reg->discloses) {
        vota_page_register_file(page, reg, path, "openings", ".ndjson");
        vota_html_open(html, "li");
        vota_page_link_file(page, path);
        vota_html_close(html, "li");
    }
    vota_html_open(html, "li");
    vota_page_link_file(page, "manifest.json");
    vota_html_close(html, "li");
    vota_html_close(html, "ul");
    command(html, "row = register hash || voter tag || content hash\n"
                  "leaf = keccak256(keccak256(row))\n"
                  "StandardMerkleTree.of(rows, [\"bytes32\", \"bytes32\", \"bytes32\"]).root");
    step_end(page);
}

void vota_page_register_check(struct vota_page *page, const struct vota_page_register *reg)
{
    static const char *const words[] = {"results.words.anchored", "results.words.counted",
                                        "results.words.tags", "results.words.receipt",
                                        "results.words.city"};
    struct vota_html *html = &page->html;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "check");
    vota_page_heading(html, "check", "results.check.heading");
    vota_html_say_in(html, "p", "results.check.about", NULL);
    vota_html_open_class(html, "ol", "steps");
    step_page(page);
    step_terminal(page);
    step_script(page, reg);
    vota_html_close(html, "ol");
    vota_html_close(html, "section");
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "words");
    vota_page_heading(html, "words", "results.words.heading");
    vota_html_open(html, "ul");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        vota_html_say_in(html, "li", words[i], NULL);
    vota_html_close(html, "ul");
    vota_html_close(html, "section");
}
