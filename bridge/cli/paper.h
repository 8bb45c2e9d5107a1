/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt for a printer or a screen: the QR code as a picture, the A4 page. */
#ifndef VOTA_BRIDGE_CLI_PAPER_H
#define VOTA_BRIDGE_CLI_PAPER_H

#include "bridge/cli/cli.h"
#include "bridge/paper/sheet.h"

/* What is wanted; borrowed. */
struct vota_paper {
    const char *qr;           /* file of the code, "-": the screen; NULL: none */
    const char *print;        /* file of the page; NULL: none */
    const char *city, *page;  /* for the page, may be NULL */
    const vota_hash *genesis; /* as struct vota_sheet has it */
    bool is_full;             /* shows the choice */
};

/* Writes what is wanted of the receipt's first anchor; says so, or why not. An exit code. */
int vota_paper_deliver(struct vota_cli *cli, const struct vota_paper *paper,
                       const struct vota_receipt *receipt);

#endif
