/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One finding on a terminal or for a script: a mark in the colour of its state,
 * its sentence, and the two sides that were compared, as the reports of `verify`
 * and `breach` both show them. Knows no code and no sentence.
 */
#ifndef VOTA_BRIDGE_CLI_SIDES_H
#define VOTA_BRIDGE_CLI_SIDES_H

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "proof/voteanchor.h"

#define VOTA_SIDE_CAP VOTA_OUTPUT_TIME_CAP

/* What was compared with what; the hashes or the numbers, as `compared` says. */
struct vota_sides {
    enum vota_compared compared;
    vota_hash left_hash, right_hash; /* addresses in the last 20 bytes */
    uint64_t left, right;
};

/* Both as people read them: hashes by their ends, times in the reader's zone; "" for nothing. */
void vota_sides_text(char ret_left[VOTA_SIDE_CAP], char ret_right[VOTA_SIDE_CAP],
                     const struct vota_cli *cli, const struct vota_sides *sides);

/* The members `left` and `right` of an object, whole; none for nothing. */
void vota_sides_json(struct vota_json *json, const struct vota_sides *sides);

/* Mark and sentence, wrapped; NULL is an empty sentence. */
void vota_sides_print(const struct vota_cli *cli, enum vota_verdict state, const char *sentence);

#endif
