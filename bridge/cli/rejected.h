/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FILE.rejected: the rows of a file that were refused, each with its line and
 * reason, in a form that can be mended and imported again. Of a CSV file: the
 * same columns behind `rejected_line` and `rejected_reason`, which import does
 * not look at. Of NDJSON: {"line", "reason", "raw"}, since what was refused may
 * not be JSON. Made when the first row is refused.
 */
#ifndef VOTA_BRIDGE_CLI_REJECTED_H
#define VOTA_BRIDGE_CLI_REJECTED_H

#include "bridge/cli/cli.h"
#include "bridge/import/record.h"

#define VOTA_REJECTED_SHOWN 10u /* told on stderr; all are in the file */

struct vota_rejected {
    const struct vota_cli *cli;
    const char *source;
    char path[VOTA_DIRECTORY_PATH_CAP];
    bool csv;
    FILE *file;
    uint8_t *header; /* of the CSV file, kept until the first refusal */
    size_t header_len;
    uint64_t rows;
};

void vota_rejected_init(struct vota_rejected *ret_rejected, const struct vota_cli *cli,
                        const char *source, bool csv);
VOTA_MUST_USE enum vota_status vota_rejected_header(struct vota_rejected *rejected,
                                                    struct vota_slice raw);
VOTA_MUST_USE enum vota_status vota_rejected_row(struct vota_rejected *rejected, uint64_t line,
                                                 struct vota_slice raw,
                                                 const struct vota_refusal *refusal);

/* Closes the file; tells how many more there are. False when it could not be written. */
bool vota_rejected_done(struct vota_rejected *rejected);

#endif
