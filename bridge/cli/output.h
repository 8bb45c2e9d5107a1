/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How single values look on a terminal: text wrapped with Hangul counted as
 * two columns, times in the reader's zone with UTC beside, numbers with
 * separators. Tables are table.h.
 */
#ifndef VOTA_BRIDGE_CLI_OUTPUT_H
#define VOTA_BRIDGE_CLI_OUTPUT_H

#include "bridge/cli/cli.h"
#include "bridge/moment.h"

/* Terminal columns that UTF-8 text takes: Hangul and the like 2, combining marks 0. */
size_t vota_output_width(const char *text);

/* Bytes of the longest beginning of text that takes at most `columns`. */
size_t vota_output_cut(const char *text, size_t columns);

/* Columns of the terminal that cli->out is; 0 when it is none. */
size_t vota_output_terminal(const struct vota_cli *cli);

/* Columns that prose is wrapped to: the terminal's, between 40 and 100; 80 when it is none. */
size_t vota_output_columns(const struct vota_cli *cli);

/* `columns` spaces. */
void vota_output_spaces(FILE *stream, size_t columns);

/*
 * Text wrapped at spaces; each line is indented, the first one only as far as
 * it is not yet (`at` columns are already written). Line ends of the text stay.
 */
void vota_output_wrap(const struct vota_cli *cli, const char *text, size_t indent, size_t at);

enum vota_style {
    VOTA_STYLE_BOLD,
    VOTA_STYLE_DIM,
    VOTA_STYLE_GOOD,
    VOTA_STYLE_BAD,
    VOTA_STYLE_DOUBT
};

/* Begins and ends a style on cli->out; nothing when it is no terminal or NO_COLOR is set. */
void vota_output_style(const struct vota_cli *cli, enum vota_style style);
void vota_output_plain(const struct vota_cli *cli);

/* The sentence of a key as a heading line in bold. */
void vota_output_heading(const struct vota_cli *cli, const char *key);

#define VOTA_OUTPUT_TIME_CAP VOTA_MOMENT_CAP
/* "2026-11-22 18:00:00 KST (09:00:00 UTC)"; the UTC date too where it differs. KST in Korean. */
void vota_output_time(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t unix_time);

/* The same without seconds, for times on a full minute in a table. */
void vota_output_minute(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                        uint64_t unix_time);

/* "45 s", "5 min 30 s", "1 h 5 min", "2 d 3 h"; "45초", "5분 30초" in Korean. */
void vota_output_span(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t seconds);

#define VOTA_OUTPUT_NUMBER_CAP 64
/* "20,000" */
void vota_output_number(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t number);

/* Wei as "0.0125 ETH", "1.5 gwei" without needless zeros. */
void vota_output_ether(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei);
void vota_output_gwei(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei);

/* The same rounded up to a millionth of an ETH, a thousandth of a gwei: nobody reads 18 places. */
void vota_output_ether_short(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei);
void vota_output_gwei_short(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei);

#endif
