/* SPDX-License-Identifier: Apache-2.0 */
/* Findings of an audit as sentences: see audit_finding_text.h. */
#include "bridge/cli/audit_finding_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/network.h"
#include "proof/hex.h"
#include "proof/jcs.h"
#include "proof/word.h"

#define KEY_CAP      64u
#define REGISTER_CAP 160u

const struct vota_audit_register *vota_audit_finding_register(const struct vota_audit *audit,
                                                              const vota_hash *hash)
{
    for (size_t i = 0; i < audit->register_count; i++) {
        if (vota_hash_equal(&audit->registers[i].hash, hash))
            return &audit->registers[i];
    }
    return NULL;
}

void vota_audit_finding_label(char ret_text[VOTA_AUDIT_LABEL_CAP], struct vota_slice raw)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_AUDIT_LABEL_CAP - 1);
    vota_jcs_unescape(&wr, raw);
    size_t len = vota_wr_fits(&wr) ? wr.len : wr.cap;
    while (!vota_wr_fits(&wr) && len > 0 && ((uint8_t)ret_text[len - 1] & 0x80u) != 0)
        len--; /* not in the middle of a character */
    ret_text[len] = '\0';
}

void vota_audit_finding_number(char ret_text[VOTA_AUDIT_LABEL_CAP], const struct vota_cli *cli,
                               const struct vota_audit_register *reg, size_t number)
{
    static const char *const keys[VOTA_COUNT_NUMBERS] = {
        "number.blank",      "number.rows",     "number.counted",
        "number.superseded", "number.untimely", "number.conflict",
        "number.invalid",    "number.unopened", "number.erased"};
    const struct vota_definition *definition = reg->definition;
    if (number < definition->option_count)
        vota_audit_finding_label(ret_text, cli->lang == VOTA_LANG_KO
                                               ? vota_definition_option_ko(definition, number)
                                               : vota_definition_option_en(definition, number));
    else
        (void)snprintf(ret_text, VOTA_AUDIT_LABEL_CAP, "%s",
                       vota_text(cli, keys[number - definition->option_count]));
}

/* What a sentence may name, each as text; empty where the finding does not concern it. */
struct names {
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char entries[VOTA_OUTPUT_NUMBER_CAP];
    char row[VOTA_OUTPUT_NUMBER_CAP];
    char line[VOTA_OUTPUT_NUMBER_CAP];
    char leaf[VOTA_HASH_HEX_CHARS + 1];
    char register_name[REGISTER_CAP];
    char number[VOTA_AUDIT_LABEL_CAP];
    char left[VOTA_OUTPUT_TIME_CAP];
    char right[VOTA_OUTPUT_TIME_CAP];
    char old_contract[VOTA_ADDR_HEX_CHARS + 1];
    char new_contract[VOTA_ADDR_HEX_CHARS + 1];
    const char *old_network;
    const char *new_network;
};

static void short_hash(char *ret_text, size_t cap, const vota_hash *hash)
{
    char hex[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(hex, hash);
    (void)snprintf(ret_text, cap, "%.10s...%s", hex, hex + VOTA_HASH_HEX_CHARS - 8);
}

/* A register by the id that people know, else by its hash. */
static void name_register(struct names *names, const struct vota_cli *cli,
                          const struct vota_audit *audit, const struct vota_audit_finding *finding)
{
    const struct vota_audit_register *reg =
        vota_audit_finding_register(audit, &finding->register_hash);
    if (!finding->has_register)
        return;
    if (reg == NULL) {
        short_hash(names->register_name, sizeof names->register_name, &finding->register_hash);
        return;
    }
    (void)snprintf(names->register_name, sizeof names->register_name, "%.*s",
                   (int)reg->definition->id.len, (const char *)reg->definition->id.at);
    if (finding->code == VOTA_FOUND_RESULT_NUMBER && finding->number < reg->n)
        vota_audit_finding_number(names->number, cli, reg, finding->number);
}

static void name_sides(struct names *names, const struct vota_cli *cli,
                       const struct vota_audit_finding *finding)
{
    switch (finding->compared) {
    case VOTA_COMPARED_HASHES:
        short_hash(names->left, sizeof names->left, &finding->left_hash);
        short_hash(names->right, sizeof names->right, &finding->right_hash);
        return;
    case VOTA_COMPARED_TIMES:
        vota_output_time(cli, names->left, finding->left);
        vota_output_time(cli, names->right, finding->right);
        return;
    case VOTA_COMPARED_NOTHING:
    case VOTA_COMPARED_NUMBERS:
    case VOTA_COMPARED_ADDRESSES:
        vota_output_number(names->left, finding->left);
        vota_output_number(names->right, finding->right);
        return;
    }
}

static void address(char ret_text[VOTA_ADDR_HEX_CHARS + 1], const vota_hash *word)
{
    vota_addr addr = {{0}};
    (void)!vota_word_addr(&addr, word);
    vota_hex_of_addr(ret_text, &addr);
}

/* A network's name takes its genesis; without that a chain id says what kind it may be. */
static const char *network(const struct vota_cli *cli, uint64_t chain_id,
                           const struct vota_audit *audit)
{
    const vota_hash *genesis =
        audit == NULL || !audit->has_deployment ? NULL : &audit->proven.deployment.chain_genesis;
    const bool is_its = genesis != NULL && audit->proven.deployment.genesis.chain_id == chain_id;
    if (is_its)
        return vota_text(cli, vota_network_text(chain_id, genesis));
    return vota_text(cli, "network.other");
}

/* The two ends of a succession. */
static void name_ends(struct names *names, const struct vota_cli *cli,
                      const struct vota_audit *audit, const struct vota_audit_finding *finding)
{
    names->old_network = "";
    names->new_network = "";
    if (finding->compared != VOTA_COMPARED_ADDRESSES)
        return;
    address(names->old_contract, &finding->left_hash);
    address(names->new_contract, &finding->right_hash);
    names->old_network = network(cli, finding->left, audit->input.before);
    names->new_network = network(cli, finding->right, audit);
}

static void make_names(struct names *names, const struct vota_cli *cli,
                       const struct vota_audit *audit, const struct vota_audit_finding *finding)
{
    memset(names, 0, sizeof *names);
    vota_output_number(names->entry, finding->entry);
    vota_output_number(names->entries, audit->length);
    vota_output_number(names->row, finding->row);
    vota_output_number(names->line, finding->place.line);
    if (finding->has_leaf)
        vota_hex_of_hash(names->leaf, &finding->leaf);
    if (finding->has_leaf &&
        (finding->code == VOTA_FOUND_INDEX_LACKS || finding->code == VOTA_FOUND_INDEX_EXTRA ||
         finding->code == VOTA_FOUND_ROW_LACKING))
        names->leaf[18] = '\0'; /* the index has only the first 8 bytes */
    name_register(names, cli, audit, finding);
    name_sides(names, cli, finding);
    name_ends(names, cli, audit, finding);
}

char *vota_audit_finding_text(const struct vota_cli *cli, const struct vota_audit *audit,
                              const struct vota_audit_finding *finding)
{
    struct names *names = malloc(sizeof *names);
    char key[KEY_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream != NULL && names != NULL) {
        const bool is_reason = finding->code != VOTA_FOUND_DISAVOWED && finding->text[0] != '\0';
        make_names(names, cli, audit, finding);
        (void)snprintf(key, sizeof key, "audit.%s", vota_audit_code_name(finding->code));
        vota_text_print(cli, stream, key, "entry", names->entry, "entries", names->entries, "row",
                        names->row, "line", names->line, "leaf", names->leaf, "register",
                        names->register_name, "number", names->number, "left", names->left, "right",
                        names->right, "old_contract", names->old_contract, "new_contract",
                        names->new_contract, "old", names->old_network, "new", names->new_network,
                        "file", finding->place.path, "reason",
                        is_reason ? vota_cli_reason(cli, finding->text) : finding->text, NULL);
    }
    if (stream != NULL)
        (void)fclose(stream);
    free(names);
    return text;
}
