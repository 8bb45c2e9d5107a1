/* SPDX-License-Identifier: Apache-2.0 */
/* What was compared with what: see sides.h. */
#include "bridge/cli/sides.h"

#include <stdio.h>
#include <string.h>

#include "bridge/cli/verdict.h"
#include "proof/hex.h"

/* Ends of a hash: enough to compare by eye; --json has all of it. */
static void short_hash(char ret_text[VOTA_SIDE_CAP], const vota_hash *hash)
{
    char hex[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(hex, hash);
    (void)snprintf(ret_text, VOTA_SIDE_CAP, "%.10s...%s", hex, hex + VOTA_HASH_HEX_CHARS - 8);
}

static vota_addr address_in(const vota_hash *word)
{
    vota_addr addr;
    memcpy(addr.bytes, word->bytes + 12, sizeof addr.bytes);
    return addr;
}

static void address(char ret_text[VOTA_SIDE_CAP], const vota_hash *word)
{
    const vota_addr addr = address_in(word);
    char hex[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(hex, &addr);
    (void)snprintf(ret_text, VOTA_SIDE_CAP, "%s", hex);
}

void vota_sides_text(char ret_left[VOTA_SIDE_CAP], char ret_right[VOTA_SIDE_CAP],
                     const struct vota_cli *cli, const struct vota_sides *sides)
{
    ret_left[0] = ret_right[0] = '\0';
    switch (sides->compared) {
    case VOTA_COMPARED_HASHES:
        short_hash(ret_left, &sides->left_hash);
        short_hash(ret_right, &sides->right_hash);
        return;
    case VOTA_COMPARED_ADDRESSES:
        address(ret_left, &sides->left_hash);
        address(ret_right, &sides->right_hash);
        return;
    case VOTA_COMPARED_NUMBERS:
        vota_output_number(ret_left, sides->left);
        vota_output_number(ret_right, sides->right);
        return;
    case VOTA_COMPARED_TIMES:
        vota_output_time(cli, ret_left, sides->left);
        vota_output_time(cli, ret_right, sides->right);
        return;
    case VOTA_COMPARED_NOTHING:
        return;
    }
}

void vota_sides_json(struct vota_json *json, const struct vota_sides *sides)
{
    const vota_addr left = address_in(&sides->left_hash);
    const vota_addr right = address_in(&sides->right_hash);
    switch (sides->compared) {
    case VOTA_COMPARED_HASHES:
        vota_json_hash(json, "left", &sides->left_hash);
        vota_json_hash(json, "right", &sides->right_hash);
        return;
    case VOTA_COMPARED_ADDRESSES:
        vota_json_addr(json, "left", &left);
        vota_json_addr(json, "right", &right);
        return;
    case VOTA_COMPARED_NUMBERS:
        vota_json_number(json, "left", sides->left);
        vota_json_number(json, "right", sides->right);
        return;
    case VOTA_COMPARED_TIMES:
        vota_json_time(json, "left", sides->left);
        vota_json_time(json, "right", sides->right);
        return;
    case VOTA_COMPARED_NOTHING:
        return;
    }
}

void vota_sides_print(const struct vota_cli *cli, enum vota_verdict state, const char *sentence)
{
    static const char *const marks[] = {
        [VOTA_NOT_CHECKED] = "?", [VOTA_VALID] = "+", [VOTA_NOT_VALID] = "x"};
    (void)fputs("  ", cli->out);
    vota_output_style(cli, vota_verdict_style(state));
    (void)fputs(marks[state], cli->out);
    vota_output_plain(cli);
    (void)fputc(' ', cli->out);
    vota_output_wrap(cli, sentence == NULL ? "" : sentence, 4, 4);
}
