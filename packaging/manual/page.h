/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual's pages, each in one language, from the tables that the program
 * itself works by: what it takes and what its manual says cannot differ.
 */
#ifndef VOTA_PACKAGING_MANUAL_PAGE_H
#define VOTA_PACKAGING_MANUAL_PAGE_H

#include <stdio.h>

#include "bridge/cli/cli.h"

struct vota_page {
    FILE *to;
    enum vota_lang lang;
    const char *version; /* of the program */
    const struct vota_command *const *commands;
    size_t n_commands;
};

/* voteanchor(1) */
void vota_page_program(const struct vota_page *page);

/* voteanchor-COMMAND(1) */
void vota_page_command(const struct vota_page *page, const struct vota_command *command);

/* voteanchor.ini(5) */
void vota_page_config(const struct vota_page *page);

#endif
