/* SPDX-License-Identifier: Apache-2.0 */
/* The A4 page: see sheet.h. Its parts are sheet_facts.c and sheet_words.c. */
#include <stdlib.h>
#include <string.h>

#include "bridge/paper/sheet_parts.h"
#include "proof/leaf.h"

/*
 * Black on white, for any printer. Everything but the small print is 12 pt or
 * more. On a screen the sheet stands in the middle; a narrow one has one column.
 */
static const char style[] =
    "@page{size:A4;margin:10mm 15mm}"
    ":root{color-scheme:light;color:#000;background:#fff;"
    "font:12pt/1.36 \"Pretendard GOV\",\"Noto Sans KR\",\"Noto Sans CJK KR\",\"Malgun Gothic\","
    "\"Apple SD Gothic Neo\",NanumGothic,system-ui,sans-serif}"
    "*{box-sizing:border-box}"
    "body,h1,h2,p,ol,ul,dl,dd{margin:0;padding:0}"
    "body{word-break:keep-all;overflow-wrap:anywhere}"
    "header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;"
    "gap:0 6mm;border-bottom:.7mm solid #000;padding-bottom:1.5mm}"
    "h1{font-size:20pt;line-height:1.25}"
    ".city{font-size:14pt;font-weight:700}"
    ".form,.testnet{border:.4mm solid #000;padding:1mm 2.5mm;margin-top:2mm}"
    ".form{font-weight:700}"
    ".register{margin-top:2.5mm}"
    ".asked{font-size:13.5pt;font-weight:700;line-height:1.3}"
    ".pair{display:flex;gap:4mm;margin-top:1.5mm}"
    ".qr{flex:none;width:82mm;height:82mm;margin-left:-2mm}"
    ".qr svg{display:block;width:100%;height:100%}"
    ".facts{flex:1;min-width:0}"
    "dt{font-size:10.5pt;margin-top:2mm}"
    "dt:first-child{margin-top:1mm}"
    "dd{font-weight:700;line-height:1.3}"
    ".code{font-family:\"DejaVu Sans Mono\",Consolas,Menlo,monospace;font-size:19pt;"
    "white-space:nowrap}"
    ".utc{font-size:10.5pt;font-weight:400;white-space:nowrap}"
    "h2{font-size:13pt;margin-top:2mm;border-top:.2mm solid #000;padding-top:1mm}"
    "ol,ul{padding-left:6mm}"
    ".small{font-size:10.5pt}"
    ".more{font-size:11pt;line-height:1.32}"
    ".numbers{display:grid;grid-template-columns:max-content 1fr;gap:0 4mm;margin-top:2mm;"
    "border-top:.2mm solid #000;padding-top:1mm;line-height:1.3}"
    ".numbers dt,.numbers dd{font-size:9pt;font-weight:400;margin:0}"
    ".numbers dd{font-family:\"DejaVu Sans Mono\",Consolas,Menlo,monospace;font-size:8.5pt;"
    "word-break:break-all}"
    "@media screen{body{max-width:190mm;margin:0 auto;padding:5mm}}"
    "@media screen and (max-width:600px){.pair{flex-direction:column}"
    ".qr{width:100%;height:auto;max-width:82mm}.numbers{grid-template-columns:1fr}}";

const struct vota_anchor *vota_sheet_anchor(const struct vota_sheet_work *work)
{
    const struct vota_receipt *receipt = work->receipt;
    return receipt->anchor_count > 0 ? &receipt->anchors[work->sheet->anchor] : NULL;
}

/* ---- the page's own ---- */

static void put_meta(struct vota_html *html, const char *kind, const char *name,
                     const char *content)
{
    vota_html_void(html, "meta");
    vota_html_attr(html, kind, name);
    vota_html_attr(html, "content", content);
}

/* Nothing is loaded and nothing runs: what stands in the file is all there is. */
static void put_policy(struct vota_html *html)
{
    char policy[192];
    char hash[VOTA_HTML_STYLE_HASH_CAP];
    if (vota_html_style_hash(hash, style) != VOTA_OK) {
        html->status = VOTA_NO_MEMORY;
        return;
    }
    (void)snprintf(policy, sizeof policy,
                   "default-src 'none'; style-src %s; base-uri 'none'; form-action 'none'", hash);
    put_meta(html, "http-equiv", "Content-Security-Policy", policy);
}

static void put_head(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    vota_html_open(html, "head");
    vota_html_void(html, "meta");
    vota_html_attr(html, "charset", "utf-8");
    put_policy(html);
    put_meta(html, "name", "viewport", "width=device-width, initial-scale=1");
    put_meta(html, "name", "robots", "noindex");
    put_meta(html, "name", "referrer", "no-referrer");
    vota_html_say_in(html, "title", "paper.title", "code", work->code, NULL);
    vota_html_style(html, style);
    vota_html_close(html, "head");
}

static void put_header(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    const char *city = work->sheet->city;
    vota_html_open(html, "header");
    vota_html_say_in(html, "h1", "paper.heading", NULL);
    if (city != NULL && city[0] != '\0') {
        vota_html_open_class(html, "p", "city");
        vota_html_foreign(html, NULL, (struct vota_slice){(const uint8_t *)city, strlen(city)});
        vota_html_close(html, "p");
    }
    vota_html_close(html, "header");
}

static void put_form(struct vota_html *html, enum vota_receipt_form form)
{
    vota_html_open_class(html, "p", "form");
    vota_html_say(html, form == VOTA_RECEIPT_QR_FULL ? "paper.form.full" : "paper.form.share",
                  NULL);
    vota_html_close(html, "p");
}

/* ---- the code ---- */

static void put_picture(struct vota_html *html, const struct vota_qr *qr, struct vota_slice path)
{
    char box[32];
    const unsigned side = vota_qr_full_side(qr);
    (void)snprintf(box, sizeof box, "0 0 %u %u", side, side);
    vota_html_open_class(html, "div", "qr");
    vota_html_open(html, "svg");
    vota_html_attr(html, "viewBox", box);
    vota_html_attr(html, "role", "img");
    vota_html_attr_say(html, "aria-label", "paper.qr", NULL);
    vota_html_attr(html, "shape-rendering", "crispEdges");
    vota_html_open(html, "path");
    vota_html_attr_slice(html, "d", path);
    vota_html_close(html, "path");
    vota_html_close(html, "svg");
    vota_html_close(html, "div");
}

static void put_code(struct vota_sheet_work *work)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    const struct vota_qr *qr = &work->sheet->code->qr;
    vota_qr_write_path(&wr, qr);
    uint8_t *path = malloc(wr.len);
    if (path == NULL) {
        work->html.status = VOTA_NO_MEMORY;
        return;
    }
    wr = vota_wr_of(path, wr.len);
    vota_qr_write_path(&wr, qr);
    put_picture(&work->html, qr, (struct vota_slice){path, wr.len});
    free(path);
}

/* ---- the whole ---- */

/* Only what hashes to the register of the row says what was asked. */
static void read_register(struct vota_sheet_work *work)
{
    const struct vota_receipt *receipt = work->receipt;
    const struct vota_slice text = receipt->definition;
    vota_hash hash;
    if (!receipt->has_definition)
        return;
    work->reg = VOTA_SHEET_REGISTER_OTHER;
    vota_definition_hash(&hash, text.at, text.len);
    if (vota_hash_equal(&hash, &receipt->row.register_hash) &&
        vota_definition_read(&work->definition, text.at, text.len, NULL) == VOTA_OK)
        work->reg = VOTA_SHEET_REGISTER_READ;
}

static void put_body(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    vota_html_open(html, "body");
    put_header(work);
    vota_html_open(html, "main");
    put_form(html, work->sheet->form);
    vota_sheet_put_testnet(work);
    vota_sheet_put_register(work);
    vota_html_open_class(html, "div", "pair");
    put_code(work);
    vota_sheet_put_facts(work);
    vota_html_close(html, "div");
    vota_sheet_put_steps(work);
    vota_sheet_put_ways(work);
    vota_sheet_put_limits(work);
    vota_sheet_put_numbers(work);
    vota_html_close(html, "main");
    vota_html_close(html, "body");
}

enum vota_status vota_sheet_write(struct vota_wr *wr, const struct vota_sheet *sheet,
                                  struct vota_error *err)
{
    const size_t before = wr->len;
    VOTA_ASSERT(sheet->receipt->anchor_count == 0 || sheet->anchor < sheet->receipt->anchor_count);
    struct vota_sheet_work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "sheet", "no-memory");
    work->sheet = sheet;
    work->receipt = sheet->receipt;
    vota_leaf_hash(&work->leaf, &work->receipt->row);
    vota_code_write(work->code, &work->leaf);
    read_register(work);
    work->html = vota_html_begin(wr, sheet->lang);
    put_head(work);
    put_body(work);
    enum vota_status status = vota_html_end(&work->html);
    free(work);
    if (status == VOTA_OK && wr->cap > 0 && !vota_wr_fits(wr))
        status = VOTA_LIMIT;
    if (status == VOTA_OK)
        return VOTA_OK;
    wr->len = before;
    return vota_fail(err, status, "sheet", status == VOTA_LIMIT ? "too-long" : "no-memory");
}
