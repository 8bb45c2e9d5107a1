/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures of numbers, as inline SVG that needs no script and no font: bars
 * under their labels, and columns over time. Each says in words what it shows.
 */
#ifndef VOTA_BRIDGE_PAGE_CHART_H
#define VOTA_BRIDGE_PAGE_CHART_H

#include "bridge/page/frame.h"

#define VOTA_PAGE_BARS_MAX 30u /* options in the picture; the table has all */

/* One bar of `part` in `whole`; threshold 0: none, else a line across at that value. */
void vota_page_bar(struct vota_html *html, uint64_t part, uint64_t whole, uint64_t threshold);

/* The options of a vote or an endorsement; numbers as counted, `whole` the records counted. */
void vota_page_options_chart(struct vota_page *page, const struct vota_definition *definition,
                             const uint64_t *numbers, uint64_t whole);

/* Rows by the time of their batch, from the first to the last of them. */
void vota_page_batches_chart(struct vota_page *page, const struct vota_page_register *reg);

#endif
