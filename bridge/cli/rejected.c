/* SPDX-License-Identifier: Apache-2.0 */
/* The file of refused rows, and what is told of them: see rejected.h. */
#include "bridge/cli/rejected.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge/cli/output.h"
#include "proof/jcs.h"

void vota_rejected_init(struct vota_rejected *ret_rejected, const struct vota_cli *cli,
                        const char *source, bool csv)
{
    *ret_rejected = (struct vota_rejected){.cli = cli, .source = source, .csv = csv};
    (void)snprintf(ret_rejected->path, sizeof ret_rejected->path, "%s.rejected", source);
}

enum vota_status vota_rejected_header(struct vota_rejected *rejected, struct vota_slice raw)
{
    uint8_t *copy = malloc(raw.len > 0 ? raw.len : 1);
    if (copy == NULL)
        return VOTA_NO_MEMORY;
    memcpy(copy, raw.at, raw.len);
    free(rejected->header);
    rejected->header = copy;
    rejected->header_len = raw.len;
    return VOTA_OK;
}

static bool put_line(FILE *file, const void *bytes, size_t len)
{
    const uint8_t *text = bytes;
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    return fwrite(text, 1, len, file) == len && fputc('\n', file) != EOF;
}

static bool start(struct vota_rejected *rejected)
{
    if (rejected->file != NULL)
        return true;
    /* It holds voter ids: for the operator's eyes only. */
    const int fd =
        open(rejected->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    rejected->file = fdopen(fd, "wb");
    if (rejected->file == NULL) {
        (void)close(fd);
        return false;
    }
    if (!rejected->csv || rejected->header == NULL)
        return true;
    return fputs("rejected_line,rejected_reason,", rejected->file) != EOF &&
           put_line(rejected->file, rejected->header, rejected->header_len);
}

static bool put_ndjson(FILE *file, uint64_t line, struct vota_slice raw, const char *reason)
{
    /* Every byte of a JSON string takes six at the most. */
    const size_t cap = raw.len * 6 + 2;
    uint8_t *text = malloc(cap);
    if (text == NULL)
        return false;
    struct vota_wr wr = vota_wr_of(text, cap);
    while (raw.len > 0 && (raw.at[raw.len - 1] == '\n' || raw.at[raw.len - 1] == '\r'))
        raw.len--;
    if (vota_jcs_is_utf8(raw.at, raw.len))
        vota_jcs_write_string(&wr, raw.at, raw.len);
    else
        vota_wr_text(&wr, "null");
    const bool done =
        vota_wr_fits(&wr) &&
        fprintf(file, "{\"line\":%llu,\"reason\":\"%s\",\"raw\":", (unsigned long long)line,
                reason) > 0 &&
        fwrite(text, 1, wr.len, file) == wr.len && fputs("}\n", file) != EOF;
    free(text);
    return done;
}

static void tell(const struct vota_rejected *rejected, uint64_t line,
                 const struct vota_refusal *refusal)
{
    char key[96];
    char line_text[VOTA_OUTPUT_NUMBER_CAP];
    char limit[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = rejected->cli;
    (void)snprintf(key, sizeof key, "import.%s", refusal->reason);
    (void)snprintf(line_text, sizeof line_text, "%llu", (unsigned long long)line);
    vota_output_number(limit, refusal->limit);
    (void)fprintf(cli->err, "%s:%s: %s: ", rejected->source, line_text, refusal->field);
    vota_text_print(cli, cli->err, key, "value", refusal->value, "limit", limit, "field",
                    refusal->field, NULL);
    (void)fputc('\n', cli->err);
}

enum vota_status vota_rejected_row(struct vota_rejected *rejected, uint64_t line,
                                   struct vota_slice raw, const struct vota_refusal *refusal)
{
    if (!rejected->cli->json && rejected->rows < VOTA_REJECTED_SHOWN)
        tell(rejected, line, refusal);
    rejected->rows++;
    if (!start(rejected))
        return VOTA_IO;
    if (!rejected->csv)
        return put_ndjson(rejected->file, line, raw, refusal->reason) ? VOTA_OK : VOTA_IO;
    const bool done =
        fprintf(rejected->file, "%llu,%s,", (unsigned long long)line, refusal->reason) > 0 &&
        put_line(rejected->file, raw.at, raw.len);
    return done ? VOTA_OK : VOTA_IO;
}

bool vota_rejected_done(struct vota_rejected *rejected)
{
    char more[VOTA_OUTPUT_NUMBER_CAP];
    bool done = true;
    if (rejected->file != NULL)
        done = fclose(rejected->file) == 0;
    rejected->file = NULL;
    free(rejected->header);
    rejected->header = NULL;
    if (rejected->rows == 0 || rejected->cli->json)
        return done;
    vota_output_number(more, rejected->rows);
    vota_cli_warn(rejected->cli, "warning.rejected", "count", more, "file", rejected->path, NULL);
    return done;
}
