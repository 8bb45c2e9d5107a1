/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How single values look on a terminal. It knows columns, zones and digits, not
 * what is shown.
 */
#include "bridge/cli/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "bridge/utf8.h"

#define COLUMNS_LEAST   40u
#define COLUMNS_MOST    100u
#define COLUMNS_DEFAULT 80u

size_t vota_output_cut(const char *text, size_t columns)
{
    const size_t len = strlen(text);
    size_t taken = 0;
    size_t at = 0;
    while (at < len) {
        uint32_t point;
        const size_t step = vota_utf8_next(&point, text + at, len - at);
        taken += vota_utf8_columns(point);
        if (taken > columns)
            break;
        at += step;
    }
    return at;
}

size_t vota_output_width(const char *text)
{
    const size_t len = strlen(text);
    size_t columns = 0;
    for (size_t at = 0; at < len;) {
        uint32_t point;
        at += vota_utf8_next(&point, text + at, len - at);
        columns += vota_utf8_columns(point);
    }
    return columns;
}

size_t vota_output_terminal(const struct vota_cli *cli)
{
    struct winsize size;
    const int fd = fileno(cli->out);
    /* What is drawn in memory first goes to the terminal afterwards. */
    if (!cli->out_tty || ioctl(fd >= 0 ? fd : STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

size_t vota_output_columns(const struct vota_cli *cli)
{
    const size_t terminal = vota_output_terminal(cli);
    if (terminal == 0)
        return COLUMNS_DEFAULT;
    if (terminal < COLUMNS_LEAST)
        return COLUMNS_LEAST;
    return terminal > COLUMNS_MOST ? COLUMNS_MOST : terminal;
}

void vota_output_spaces(FILE *stream, size_t columns)
{
    (void)fprintf(stream, "%*s", (int)columns, "");
}

/* Columns of the first len bytes. */
static size_t width_of(const char *text, size_t len)
{
    size_t columns = 0;
    for (size_t at = 0; at < len;) {
        uint32_t point;
        at += vota_utf8_next(&point, text + at, len - at);
        columns += vota_utf8_columns(point);
    }
    return columns;
}

/* The line being written: `fresh` until a word stands on it. */
struct line {
    FILE *to;
    size_t columns, indent, at;
    bool fresh;
};

static void end_line(struct line *line)
{
    (void)fputc('\n', line->to);
    line->at = 0;
    line->fresh = true;
}

static void put_word(struct line *line, const char *word, size_t len)
{
    const size_t width = width_of(word, len);
    if (line->at > line->indent && line->at + !line->fresh + width > line->columns)
        end_line(line);
    if (!line->fresh) {
        (void)fputc(' ', line->to);
        line->at++;
    } else if (line->at < line->indent && width > 0) {
        vota_output_spaces(line->to, line->indent - line->at);
        line->at = line->indent;
    }
    (void)fwrite(word, 1, len, line->to);
    line->at += width;
    line->fresh = false;
}

void vota_output_wrap(const struct vota_cli *cli, const char *text, size_t indent, size_t at)
{
    struct line line = {cli->out, vota_output_columns(cli), indent, at, true};
    while (*text != '\0') {
        const size_t len = strcspn(text, " \n");
        put_word(&line, text, len);
        text += len;
        if (*text == '\n')
            end_line(&line);
        text += *text != '\0';
    }
    (void)fputc('\n', cli->out);
}

void vota_output_style(const struct vota_cli *cli, enum vota_style style)
{
    static const char *const codes[] = {[VOTA_STYLE_BOLD] = "\033[1m",
                                        [VOTA_STYLE_DIM] = "\033[2m",
                                        [VOTA_STYLE_GOOD] = "\033[32m",
                                        [VOTA_STYLE_BAD] = "\033[31m",
                                        [VOTA_STYLE_DOUBT] = "\033[33m"};
    if (cli->color)
        (void)fputs(codes[style], cli->out);
}

void vota_output_plain(const struct vota_cli *cli)
{
    if (cli->color)
        (void)fputs("\033[0m", cli->out);
}

void vota_output_heading(const struct vota_cli *cli, const char *key)
{
    vota_output_style(cli, VOTA_STYLE_BOLD);
    (void)fputs(vota_text(cli, key), cli->out);
    vota_output_plain(cli);
    (void)fputc('\n', cli->out);
}

void vota_output_number(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t number)
{
    char digits[VOTA_OUTPUT_NUMBER_CAP];
    const int n = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = ret_text;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
}

/* wei / 10^places as a decimal without needless zeros, and its unit. */
static void amount(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei, unsigned places,
                   const char *unit)
{
    uint64_t one = 1;
    for (unsigned i = 0; i < places; i++)
        one *= 10;
    uint64_t decimals = wei % one;
    while (places > 0 && decimals % 10 == 0) {
        decimals /= 10;
        places--;
    }
    if (places == 0)
        (void)snprintf(ret_text, VOTA_OUTPUT_NUMBER_CAP, "%" PRIu64 " %s", wei / one, unit);
    else
        (void)snprintf(ret_text, VOTA_OUTPUT_NUMBER_CAP, "%" PRIu64 ".%0*" PRIu64 " %s", wei / one,
                       (int)places, decimals, unit);
}

void vota_output_ether(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei)
{
    amount(ret_text, wei, 18, "ETH");
}

void vota_output_gwei(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei)
{
    amount(ret_text, wei, 9, "gwei");
}

static uint64_t round_up(uint64_t wei, uint64_t step)
{
    const uint64_t rest = wei % step;
    return rest == 0 || wei > UINT64_MAX - step ? wei : wei - rest + step;
}

void vota_output_ether_short(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei)
{
    vota_output_ether(ret_text, round_up(wei, 1000000000000u));
}

void vota_output_gwei_short(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei)
{
    vota_output_gwei(ret_text, round_up(wei, 1000000u));
}
