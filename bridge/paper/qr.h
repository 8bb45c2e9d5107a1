/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a receipt as a QR code (ISO/IEC 18004), and the code as a
 * picture: SVG for paper and pages, half blocks for a terminal. It knows the
 * alphabet of the text, which is that of Base45, and nothing of what it says.
 *
 * Everything is in the alphanumeric mode, 5.5 bits a character, so that a byte
 * of a receipt takes 8.25 bits. Error correction is M (15 % of the code may be
 * unreadable: a fold, a stain), or L (7 %) where M has no room.
 */
#ifndef VOTA_BRIDGE_PAPER_QR_H
#define VOTA_BRIDGE_PAPER_QR_H

#include "proof/bytes.h"

#define VOTA_QR_MAX_SIDE  177u  /* modules of version 40 */
#define VOTA_QR_MAX_CHARS 4296u /* version 40, L, alphanumeric */
#define VOTA_QR_MAX_BYTES 2861u /* of a receipt, whose text that is: VA1: and Base45 */
#define VOTA_QR_QUIET     4u    /* light modules around it, without which scanners are lost */

enum vota_qr_level { VOTA_QR_LEVEL_L, VOTA_QR_LEVEL_M };

/* A code without its quiet zone; 31 KB. */
struct vota_qr {
    unsigned version; /* 1 to 40 */
    enum vota_qr_level level;
    unsigned side;                                  /* modules */
    bool dark[VOTA_QR_MAX_SIDE * VOTA_QR_MAX_SIDE]; /* row by row, side modules each */
};

/*
 * The smallest code of level M, else of L, that holds the text. BAD_INPUT
 * "qr-character" for one outside the alphabet, or without any; LIMIT "qr-full"
 * above VOTA_QR_MAX_CHARS; NO_MEMORY. May be called by several threads.
 */
VOTA_MUST_USE enum vota_status vota_qr_make(struct vota_qr *ret_qr, const char *text, size_t len,
                                            struct vota_error *err);

/* Outside the code: the quiet zone, light. */
bool vota_qr_is_dark(const struct vota_qr *qr, int x, int y);

/* Modules of a side with the quiet zone, which are the columns of the terminal picture too. */
unsigned vota_qr_full_side(const struct vota_qr *qr);

/*
 * Appends the dark modules as the `d` of an SVG <path>, one unit a module, the
 * quiet zone around it: for a picture of vota_qr_full_side square.
 */
void vota_qr_write_path(struct vota_wr *wr, const struct vota_qr *qr);

/* Appends an SVG file: that path, black on white, 80 mm wide unless it is told otherwise. */
void vota_qr_write_svg(struct vota_wr *wr, const struct vota_qr *qr);

/*
 * Appends lines of half blocks, two modules high each. With `color` they are
 * black on white whatever the terminal's colours are; without, they suit light
 * text on a dark ground.
 */
void vota_qr_write_blocks(struct vota_wr *wr, const struct vota_qr *qr, bool color);

#endif
