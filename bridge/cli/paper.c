/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes and sheets as files and on the screen: see paper.h. */
#include "bridge/cli/paper.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"

/* Room for any page, and for any picture of a code. */
struct drawing {
    struct vota_sheet_code code;
    uint8_t bytes[VOTA_SHEET_MAX_BYTES];
};

/* A full receipt shows a choice: for its owner's eyes. */
static int write_file(struct vota_cli *cli, const struct vota_paper *paper, const char *path,
                      const struct vota_wr *wr)
{
    struct vota_error err = {0};
    if (!vota_wr_fits(wr))
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    if (vota_directory_write(path, wr->to, wr->len, 0600, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", path, NULL);
    if (!cli->json)
        vota_cli_say(cli, paper->is_full ? "receipt.full" : "receipt.share", "file", path, NULL);
    return VOTA_EXIT_OK;
}

static int write_screen(struct vota_cli *cli, const struct vota_wr *wr)
{
    if (fwrite(wr->to, 1, wr->len, cli->out) == wr->len)
        return VOTA_EXIT_OK;
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.file", "file", "stdout", "reason", "", NULL);
}

/* On a terminal only if every line of it has room: a broken code is of no use. */
static int show(struct vota_cli *cli, struct drawing *drawing, struct vota_wr *wr)
{
    char needed[VOTA_OUTPUT_NUMBER_CAP];
    char has[VOTA_OUTPUT_NUMBER_CAP];
    const size_t columns = vota_output_terminal(cli);
    const size_t width = vota_qr_full_side(&drawing->code.qr);
    if (!cli->out_tty) {
        vota_qr_write_svg(wr, &drawing->code.qr);
        return write_screen(cli, wr);
    }
    vota_output_number(needed, width);
    vota_output_number(has, columns);
    if (!cli->utf8)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.qr-utf8", NULL);
    if (columns != 0 && columns < width)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.qr-narrow", "needed", needed, "columns",
                             has, NULL);
    vota_qr_write_blocks(wr, &drawing->code.qr, cli->color);
    return write_screen(cli, wr);
}

static int put_qr(struct vota_cli *cli, const struct vota_paper *paper, struct drawing *drawing)
{
    struct vota_wr wr = vota_wr_of(drawing->bytes, sizeof drawing->bytes);
    if (strcmp(paper->qr, "-") == 0)
        return show(cli, drawing, &wr);
    vota_qr_write_svg(&wr, &drawing->code.qr);
    return write_file(cli, paper, paper->qr, &wr);
}

static int put_page(struct vota_cli *cli, const struct vota_paper *paper, struct drawing *drawing,
                    const struct vota_receipt *receipt)
{
    struct vota_error err = {0};
    struct vota_wr wr = vota_wr_of(drawing->bytes, sizeof drawing->bytes);
    const struct vota_sheet sheet = {.lang = cli->lang,
                                     .city = paper->city,
                                     .page = paper->page,
                                     .receipt = receipt,
                                     .form = paper->is_full ? VOTA_RECEIPT_QR_FULL
                                                            : VOTA_RECEIPT_QR_SHARE,
                                     .code = &drawing->code,
                                     .genesis = paper->genesis};
    if (vota_sheet_write(&wr, &sheet, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", paper->print, NULL);
    return write_file(cli, paper, paper->print, &wr);
}

/* Names the size and the limit: a long proposal is the one thing that does not fit. */
static int make_code(struct vota_cli *cli, const struct vota_paper *paper, struct drawing *drawing,
                     const struct vota_receipt *receipt)
{
    struct vota_error err = {0};
    size_t bytes = 0;
    const enum vota_receipt_form form =
        paper->is_full ? VOTA_RECEIPT_QR_FULL : VOTA_RECEIPT_QR_SHARE;
    const enum vota_status status = vota_sheet_code(&drawing->code, &bytes, receipt, form, 0, &err);
    if (status == VOTA_LIMIT && bytes > 0) {
        char is[VOTA_OUTPUT_NUMBER_CAP];
        char most[VOTA_OUTPUT_NUMBER_CAP];
        vota_output_number(is, bytes);
        vota_output_number(most, VOTA_QR_MAX_BYTES);
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.qr-full", "bytes", is, "most", most,
                             NULL);
    }
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.qr", NULL);
    return VOTA_EXIT_OK;
}

int vota_paper_deliver(struct vota_cli *cli, const struct vota_paper *paper,
                       const struct vota_receipt *receipt)
{
    struct drawing *drawing = malloc(sizeof *drawing);
    if (drawing == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = make_code(cli, paper, drawing, receipt);
    if (code == VOTA_EXIT_OK && paper->print != NULL)
        code = put_page(cli, paper, drawing, receipt);
    if (code == VOTA_EXIT_OK && paper->qr != NULL)
        code = put_qr(cli, paper, drawing);
    free(drawing);
    return code;
}
