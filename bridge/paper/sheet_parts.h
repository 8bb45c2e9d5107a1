/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the sheet share; of no use to others. */
#ifndef VOTA_BRIDGE_PAPER_SHEET_PARTS_H
#define VOTA_BRIDGE_PAPER_SHEET_PARTS_H

#include "bridge/page/html.h"
#include "bridge/paper/code.h"
#include "bridge/paper/sheet.h"
#include "proof/content.h"

/* What the definition in the receipt is good for. */
enum vota_sheet_register {
    VOTA_SHEET_REGISTER_ABSENT,
    VOTA_SHEET_REGISTER_OTHER, /* of another register, or in a form that is not known here */
    VOTA_SHEET_REGISTER_READ
};

/* A sheet on its way: what is read of the receipt once. About 15 KB. */
struct vota_sheet_work {
    const struct vota_sheet *sheet;
    const struct vota_receipt *receipt;
    struct vota_html html;
    char code[VOTA_CODE_CHARS + 1];
    vota_hash leaf;
    enum vota_sheet_register reg;
    struct vota_definition definition; /* when it was read */
};

/* Borrowed; NULL while pending. */
const struct vota_anchor *vota_sheet_anchor(const struct vota_sheet_work *work);

/* What stands beside the code, and in small print below everything: sheet_facts.c. */
void vota_sheet_put_register(struct vota_sheet_work *work);
void vota_sheet_put_facts(struct vota_sheet_work *work);
void vota_sheet_put_numbers(struct vota_sheet_work *work);

/* A line that names a testnet one; nothing for the main network. */
void vota_sheet_put_testnet(struct vota_sheet_work *work);

/* How it is checked, and what it shows: sheet_words.c. */
void vota_sheet_put_steps(struct vota_sheet_work *work);
void vota_sheet_put_ways(struct vota_sheet_work *work);
void vota_sheet_put_limits(struct vota_sheet_work *work);

#endif
