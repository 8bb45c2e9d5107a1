/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes by libqrencode, and their pictures: see qr.h. */
#include "bridge/paper/qr.h"

#include <errno.h>
#include <inttypes.h>
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

/* ---- making ---- */

/* Of the alphanumeric mode: what Base45 writes with. */
static bool is_alphabet(const char *text, size_t len)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0' || strchr(alphabet, text[i]) == NULL)
            return false;
    }
    return len > 0;
}

/*
 * One segment in the alphanumeric mode. libqrencode's own choice would be the
 * same length or shorter, but whoever reads this file shall know the mode.
 */
static enum vota_status encode(QRcode **ret_code, const char *text, size_t len, QRecLevel level)
{
    QRinput *input = QRinput_new2(0, level);
    if (input == NULL)
        return VOTA_NO_MEMORY;
    errno = 0;
    QRcode *code = NULL;
    if (QRinput_append(input, QR_MODE_AN, (int)len, (const unsigned char *)text) == 0)
        code = QRcode_encodeInput(input);
    const int reason = errno;
    QRinput_free(input);
    if (code != NULL) {
        *ret_code = code;
        return VOTA_OK;
    }
    return reason == ERANGE ? VOTA_LIMIT : VOTA_NO_MEMORY;
}

/* Bit 0 of a module is its colour; the others say what it is there for. */
static void take_modules(struct vota_qr *qr, const QRcode *code, enum vota_qr_level level)
{
    VOTA_ASSERT(code->width > 0 && (unsigned)code->width <= VOTA_QR_MAX_SIDE);
    qr->version = (unsigned)code->version;
    qr->level = level;
    qr->side = (unsigned)code->width;
    for (size_t i = 0; i < (size_t)qr->side * qr->side; i++)
        qr->dark[i] = (code->data[i] & 1u) != 0;
}

enum vota_status vota_qr_make(struct vota_qr *ret_qr, const char *text, size_t len,
                              struct vota_error *err)
{
    enum vota_qr_level level = VOTA_QR_LEVEL_M;
    QRcode *code = NULL;
    if (!is_alphabet(text, len))
        return vota_fail(err, VOTA_BAD_INPUT, "qr", "qr-character");
    if (len > VOTA_QR_MAX_CHARS)
        return vota_fail(err, VOTA_LIMIT, "qr", "qr-full");
    enum vota_status status = encode(&code, text, len, QR_ECLEVEL_M);
    if (status == VOTA_LIMIT) {
        level = VOTA_QR_LEVEL_L;
        status = encode(&code, text, len, QR_ECLEVEL_L);
    }
    if (status != VOTA_OK)
        return vota_fail(err, status, "qr", status == VOTA_LIMIT ? "qr-full" : "no-memory");
    take_modules(ret_qr, code, level);
    QRcode_free(code);
    return VOTA_OK;
}

/* ---- drawing ---- */

bool vota_qr_is_dark(const struct vota_qr *qr, int x, int y)
{
    const int side = (int)qr->side;
    return x >= 0 && y >= 0 && x < side && y < side && qr->dark[y * side + x];
}

unsigned vota_qr_full_side(const struct vota_qr *qr)
{
    return qr->side + 2 * VOTA_QR_QUIET;
}

/* One dark run of a row as a box: from the left end, right, down, left, and close. */
static void put_run(struct vota_wr *wr, int x, int y, int length)
{
    char text[64];
    const int quiet = (int)VOTA_QR_QUIET;
    const int len =
        snprintf(text, sizeof text, "M%d %dh%dv1h-%dz", x + quiet, y + quiet, length, length);
    vota_wr_put(wr, text, (size_t)len);
}

void vota_qr_write_path(struct vota_wr *wr, const struct vota_qr *qr)
{
    const int side = (int)qr->side;
    for (int y = 0; y < side; y++) {
        int begin = 0;
        for (int x = 0; x <= side; x++) {
            if (vota_qr_is_dark(qr, x, y))
                continue;
            if (x > begin)
                put_run(wr, begin, y, x - begin);
            begin = x + 1;
        }
    }
}

void vota_qr_write_svg(struct vota_wr *wr, const struct vota_qr *qr)
{
    char text[256];
    const unsigned side = vota_qr_full_side(qr);
    const int len = snprintf(text, sizeof text,
                             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80mm\" "
                             "height=\"80mm\" viewBox=\"0 0 %u %u\" "
                             "shape-rendering=\"crispEdges\"><path fill=\"#fff\" "
                             "d=\"M0 0h%uv%uH0z\"/><path d=\"",
                             side, side, side, side);
    vota_wr_put(wr, text, (size_t)len);
    vota_qr_write_path(wr, qr);
    vota_wr_text(wr, "\"/></svg>\n");
}

/* ---- on a terminal ---- */

/* Two modules, one above the other: the glyph whose ink is what is dark. */
static const char *ink(bool upper, bool lower)
{
    if (upper)
        return lower ? "\xe2\x96\x88" : "\xe2\x96\x80"; /* full, upper half */
    return lower ? "\xe2\x96\x84" : " ";                /* lower half */
}

void vota_qr_write_blocks(struct vota_wr *wr, const struct vota_qr *qr, bool color)
{
    const int begin = -(int)VOTA_QR_QUIET;
    const int end = (int)(qr->side + VOTA_QR_QUIET);
    for (int y = begin; y < end; y += 2) {
        if (color)
            vota_wr_text(wr, "\033[38;5;16;48;5;231m");
        for (int x = begin; x < end; x++) {
            const bool upper = vota_qr_is_dark(qr, x, y);
            const bool lower = vota_qr_is_dark(qr, x, y + 1);
            /* Without colours the ink is light: it draws what is not dark. */
            vota_wr_text(wr, color ? ink(upper, lower) : ink(!upper, !lower));
        }
        vota_wr_text(wr, color ? "\033[0m\n" : "\n");
    }
}
