/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one writer of definitions: keys in order, strings escaped as jcs.h says.
 * Checks nothing; the reader does (definition.c).
 */
#include "proof/definition.h"
#include "proof/hex.h"
#include "proof/jcs.h"

static void write_string(struct vota_wr *wr, const char *key, struct vota_slice text)
{
    vota_wr_text(wr, key);
    vota_jcs_write_string(wr, text.at, text.len);
}

static void write_number(struct vota_wr *wr, const char *key, uint64_t number)
{
    vota_wr_text(wr, key);
    vota_jcs_write_number(wr, number);
}

static void write_options(struct vota_wr *wr, const struct vota_definition_parts *parts)
{
    vota_wr_text(wr, ",\"options\":[");
    for (size_t i = 0; i < parts->option_count; i++) {
        write_string(wr, i > 0 ? ",{\"en\":" : "{\"en\":", parts->options[i].en);
        write_string(wr, ",\"id\":", parts->options[i].id);
        write_string(wr, ",\"ko\":", parts->options[i].ko);
        vota_wr_byte(wr, '}');
    }
    vota_wr_byte(wr, ']');
}

static void write_texts(struct vota_wr *wr, const char *key, struct vota_slice en,
                        struct vota_slice ko)
{
    vota_wr_text(wr, key);
    write_string(wr, "{\"en\":", en);
    write_string(wr, ",\"ko\":", ko);
    vota_wr_byte(wr, '}');
}

void vota_definition_write(struct vota_wr *wr, const struct vota_definition_parts *parts)
{
    write_number(wr, "{\"anchor_within\":", parts->anchor_within);
    write_number(wr, ",\"choices\":{\"max\":", parts->choices_max);
    write_number(wr, ",\"min\":", parts->choices_min);
    write_string(wr, "},\"closes_at\":", parts->closes_at);
    write_string(wr, ",\"counts_until\":", parts->counts_until);
    write_string(wr, ",\"department\":", parts->department);
    write_string(wr, ",\"disclosure\":", parts->disclosure);
    write_number(wr, ",\"eligible\":", parts->eligible);
    vota_wr_text(wr, ",\"format\":\"" VOTA_DEFINITION_FORMAT "\"");
    write_string(wr, ",\"id\":", parts->id);
    write_string(wr, ",\"kind\":", parts->kind);
    write_string(wr, ",\"opens_at\":", parts->opens_at);
    write_options(wr, parts);
    write_string(wr, ",\"results_by\":", parts->results_by);
    write_string(wr, ",\"revision\":", parts->revision);
    vota_wr_text(wr, ",\"tag_key_hash\":\"");
    vota_hex_write(wr, parts->tag_key_hash.bytes, sizeof parts->tag_key_hash.bytes);
    write_texts(wr, "\",\"text\":", parts->text_en, parts->text_ko);
    write_number(wr, ",\"threshold\":", parts->threshold);
    write_texts(wr, ",\"title\":", parts->title_en, parts->title_ko);
    vota_wr_byte(wr, '}');
}
