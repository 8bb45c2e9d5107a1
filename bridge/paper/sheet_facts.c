/* SPDX-License-Identifier: Apache-2.0 */
/* What a sheet says of its record: register, times, place, content, numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/moment.h"
#include "bridge/network.h"
#include "bridge/paper/sheet_parts.h"
#include "bridge/utf8.h"
#include "proof/jcs.h"
#include "proof/leaf.h"

/* Characters of a title, and of a content, that a sheet has room for. */
#define TITLE_CHARS   110u
#define CONTENT_CHARS 80u
#define CHOICE_CHARS  36u
#define CHOICES       4u
#define NUMBER_CAP    24u

/* ---- words of the register's ---- */

/* Plain text of at most `chars` characters, with an ellipsis where it was cut. */
static void put_cut(struct vota_html *html, const char *lang, struct vota_slice plain, size_t chars)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t len = 0;
    for (size_t n = 0; n < chars && len < plain.len; n++) {
        uint32_t point;
        len += vota_utf8_next(&point, (const char *)plain.at + len, plain.len - len);
    }
    vota_html_foreign(html, lang, (struct vota_slice){plain.at, len});
    if (len < plain.len)
        vota_html_word(html, ellipsis);
}

/* A raw string of JSON; what it stands for is never longer. */
static void put_raw(struct vota_html *html, const char *lang, struct vota_slice raw, size_t chars)
{
    uint8_t *plain = malloc(raw.len > 0 ? raw.len : 1);
    if (plain == NULL) {
        html->status = VOTA_NO_MEMORY;
        return;
    }
    struct vota_wr wr = vota_wr_of(plain, raw.len);
    vota_jcs_unescape(&wr, raw);
    VOTA_ASSERT(vota_wr_fits(&wr));
    put_cut(html, lang, (struct vota_slice){plain, wr.len}, chars);
    free(plain);
}

static void kind_text(const struct vota_sheet_work *work, const char **ret_text)
{
    static const char *const keys[] = {
        [VOTA_REGISTER_VOTE] = "definition.kind.vote",
        [VOTA_REGISTER_ENDORSEMENT] = "definition.kind.endorsement",
        [VOTA_REGISTER_PROPOSAL] = "definition.kind.proposal",
        [VOTA_REGISTER_PROCEDURE] = "definition.kind.procedure",
    };
    *ret_text = vota_text_find(work->sheet->lang, keys[work->definition.kind]);
}

static void put_question(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    const struct vota_definition *definition = &work->definition;
    const bool is_ko = work->sheet->lang == VOTA_LANG_KO;
    char id[VOTA_DEFINITION_MAX_ID + 1] = "";
    const char *kind = NULL;
    memcpy(id, definition->id.at, definition->id.len);
    kind_text(work, &kind);
    vota_html_open_class(html, "p", "asked");
    put_raw(html, is_ko ? "ko" : "en", is_ko ? definition->title_ko : definition->title_en,
            TITLE_CHARS);
    vota_html_close(html, "p");
    vota_html_open_class(html, "p", "small");
    vota_html_word(html, kind);
    vota_html_word(html, " \xc2\xb7 ");
    vota_html_word(html, id);
    vota_html_close(html, "p");
}

void vota_sheet_put_register(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    vota_html_open_class(html, "section", "register");
    if (work->reg == VOTA_SHEET_REGISTER_READ)
        put_question(work);
    else
        vota_html_say_in(html, "p",
                         work->reg == VOTA_SHEET_REGISTER_ABSENT ? "paper.register.absent"
                                                                 : "paper.register.other",
                         NULL);
    vota_html_close(html, "section");
}

/* ---- networks ---- */

static const char *text_of(const struct vota_sheet_work *work, const char *key)
{
    return vota_text_find(work->sheet->lang, key);
}

/* The network whose number this is, whatever its genesis; NULL for one of nobody's. */
static const struct vota_network *numbered(uint64_t chain_id)
{
    size_t n = 0;
    const struct vota_network *presets = vota_network_presets(&n);
    for (size_t i = 0; i < n; i++) {
        if (presets[i].chain_id == chain_id && !vota_hash_is_zero(&presets[i].genesis))
            return &presets[i];
    }
    return NULL;
}

/* A warning takes no proof: the number is enough. */
void vota_sheet_put_testnet(struct vota_sheet_work *work)
{
    const struct vota_anchor *anchor = vota_sheet_anchor(work);
    const struct vota_receipt *receipt = work->receipt;
    const vota_hash *genesis = anchor != NULL ? &anchor->chain_genesis : work->sheet->genesis;
    const uint64_t chain_id = anchor != NULL ? anchor->chain_id : receipt->acceptance.chain_id;
    const struct vota_network *network =
        genesis != NULL ? vota_network_known(chain_id, genesis) : numbered(chain_id);
    if ((anchor == NULL && !receipt->has_acceptance) || (network != NULL && !network->testnet))
        return;
    vota_html_open_class(&work->html, "p", "testnet");
    vota_html_say(&work->html, "paper.testnet", "network",
                  text_of(work, network != NULL ? network->text : "network.local"), NULL);
    vota_html_close(&work->html, "p");
}

/* ---- facts ---- */

static void put_label(struct vota_html *html, const char *key)
{
    vota_html_say_in(html, "dt", key, NULL);
}

/* The reader's own clock in bold; what stands in brackets behind it, UTC, is beside the point. */
static void put_time(struct vota_sheet_work *work, const char *key, uint64_t time)
{
    struct vota_html *html = &work->html;
    char text[VOTA_MOMENT_CAP];
    vota_moment_text(text, work->sheet->lang, time, VOTA_MOMENT_MINUTES);
    const size_t own = strcspn(text, "(");
    put_label(html, key);
    vota_html_open(html, "dd");
    vota_html_text(html, (struct vota_slice){(const uint8_t *)text, own});
    if (text[own] != '\0') {
        vota_html_open_class(html, "span", "utc");
        vota_html_word(html, text + own);
        vota_html_close(html, "span");
    }
    vota_html_close(html, "dd");
}

static void put_anchor(struct vota_sheet_work *work, const struct vota_anchor *anchor)
{
    char entry[NUMBER_CAP];
    char block[NUMBER_CAP];
    (void)snprintf(entry, sizeof entry, "%llu", (unsigned long long)anchor->entry.number);
    (void)snprintf(block, sizeof block, "%llu", (unsigned long long)anchor->entry.block);
    put_time(work, "paper.anchored", anchor->entry.time);
    vota_html_say_in(
        &work->html, "dd", "paper.anchored.at", "entry", entry, "block", block, "network",
        text_of(work, vota_network_text(anchor->chain_id, &anchor->chain_genesis)), NULL);
}

static void put_label_of(struct vota_sheet_work *work, size_t option)
{
    const struct vota_definition *definition = &work->definition;
    const bool is_ko = work->sheet->lang == VOTA_LANG_KO;
    vota_html_open(&work->html, "dd");
    put_raw(&work->html, is_ko ? "ko" : "en",
            is_ko ? vota_definition_option_ko(definition, option)
                  : vota_definition_option_en(definition, option),
            CHOICE_CHARS);
    vota_html_close(&work->html, "dd");
}

/* As many as there is room for; the code has them all. */
static void put_choice(struct vota_sheet_work *work, const struct vota_content *content)
{
    size_t shown = 0;
    if (content->chosen_count == 0)
        vota_html_say_in(&work->html, "dd", "number.blank", NULL);
    for (size_t i = 0; i < work->definition.option_count && shown < CHOICES; i++) {
        if (!vota_content_is_chosen(content, i))
            continue;
        put_label_of(work, i);
        shown++;
    }
    if (shown < content->chosen_count) {
        char more[NUMBER_CAP];
        (void)snprintf(more, sizeof more, "%zu", content->chosen_count - shown);
        vota_html_say_in(&work->html, "dd", "paper.chosen.more", "n", more, NULL);
    }
}

/* Whether the opening is the row's: another one says nothing of the record. */
static bool is_opening_of_row(const struct vota_receipt *receipt)
{
    const struct vota_receipt_opening *opening = &receipt->opening;
    vota_hash salt;
    vota_hash hash;
    vota_leaf_salt(&salt, &opening->city_salt, &opening->citizen_salt);
    vota_leaf_content_hash(&hash, &salt, opening->content);
    return vota_hash_equal(&hash, &receipt->row.content_hash);
}

/* The full form only. What cannot be read as the register has it is shown as it stands. */
static void put_content(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    const struct vota_slice text = work->receipt->opening.content;
    struct vota_content content = {.cast_at = 0};
    if (!is_opening_of_row(work->receipt)) {
        put_label(html, "paper.written");
        vota_html_say_in(html, "dd", "paper.content.other", NULL);
        return;
    }
    const bool is_known =
        work->reg == VOTA_SHEET_REGISTER_READ &&
        vota_content_check(&content, &work->definition, text) == VOTA_CONTENT_COUNTED;
    const bool is_choice = is_known && content.title.len == 0;
    put_label(html, is_choice ? "paper.chosen" : "paper.written");
    if (is_choice) {
        put_choice(work, &content);
        return;
    }
    vota_html_open(html, "dd");
    if (is_known)
        put_raw(html, NULL, content.title, CONTENT_CHARS);
    else
        put_cut(html, NULL, text, CONTENT_CHARS);
    vota_html_close(html, "dd");
}

void vota_sheet_put_facts(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    const struct vota_receipt *receipt = work->receipt;
    const struct vota_anchor *anchor = vota_sheet_anchor(work);
    vota_html_open_class(html, "dl", "facts");
    put_label(html, "paper.code");
    vota_html_open_class(html, "dd", "code");
    vota_html_word(html, work->code);
    vota_html_close(html, "dd");
    if (receipt->has_acceptance)
        put_time(work, "paper.accepted", receipt->acceptance.accepted_at);
    if (anchor != NULL)
        put_anchor(work, anchor);
    else if (receipt->has_acceptance)
        put_time(work, "paper.promised", receipt->acceptance.anchor_by);
    else
        vota_html_say_in(html, "dd", "paper.nothing", NULL);
    if (work->sheet->form == VOTA_RECEIPT_QR_FULL)
        put_content(work);
    vota_html_close(html, "dl");
}

/* ---- small print ---- */

static void put_hex(struct vota_html *html, const char *key, const void *bytes, size_t len)
{
    put_label(html, key);
    vota_html_open(html, "dd");
    vota_html_hex(html, bytes, len);
    vota_html_close(html, "dd");
}

static void put_chain(struct vota_html *html, uint64_t chain_id, const vota_hash *genesis)
{
    char id[NUMBER_CAP];
    (void)snprintf(id, sizeof id, "%llu", (unsigned long long)chain_id);
    put_label(html, "paper.chain");
    vota_html_open(html, "dd");
    vota_html_word(html, id);
    if (genesis != NULL) {
        vota_html_word(html, " \xc2\xb7 ");
        vota_html_hex(html, genesis->bytes, sizeof genesis->bytes);
    }
    vota_html_close(html, "dd");
}

void vota_sheet_put_numbers(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    const struct vota_receipt *receipt = work->receipt;
    const struct vota_anchor *anchor = vota_sheet_anchor(work);
    vota_html_open_class(html, "dl", "numbers");
    put_hex(html, "paper.leaf", work->leaf.bytes, sizeof work->leaf.bytes);
    put_hex(html, "paper.register-hash", receipt->row.register_hash.bytes,
            sizeof receipt->row.register_hash.bytes);
    if (anchor != NULL) {
        put_hex(html, "paper.contract", anchor->contract.bytes, sizeof anchor->contract.bytes);
        put_chain(html, anchor->chain_id, &anchor->chain_genesis);
    } else if (receipt->has_acceptance) {
        put_hex(html, "paper.contract", receipt->acceptance.contract.bytes,
                sizeof receipt->acceptance.contract.bytes);
        put_chain(html, receipt->acceptance.chain_id, work->sheet->genesis);
    }
    vota_html_close(html, "dl");
}
