/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The openings of a register, line by line into its recount. An opening that does
 * not hash to its row is none, and a finding; one that is not there is missing.
 */
#include <stdio.h>

#include "bridge/audit/audit_parts.h"
#include "bridge/publish/openings_json.h"
#include "bridge/publish/publication.h"

/* How much of a file stays in memory behind the reading. */
#define KEEP_BYTES (8u << 20)

/* One file being read. */
struct reading {
    struct vota_audit *audit;
    struct vota_audit_register *reg;
    struct vota_recount *recount;
    char path[VOTA_PUBLICATION_PATH_CAP];
    uint64_t line;
    vota_hash last; /* leaf of the line before */
    uint8_t content[VOTA_CONTENT_MAX_BYTES];
};

static struct vota_audit_finding *find(const struct reading *reading, enum vota_audit_code code,
                                       enum vota_verdict state)
{
    struct vota_audit_finding *finding = vota_audit_find(&reading->audit->findings, code, state);
    finding->has_register = true;
    finding->register_hash = reading->reg->hash;
    vota_audit_place(finding, reading->path, reading->line);
    return finding;
}

static void find_leaf(const struct reading *reading, enum vota_audit_code code,
                      enum vota_verdict state, const vota_hash *leaf)
{
    struct vota_audit_finding *finding = find(reading, code, state);
    const struct vota_count *count = &reading->recount->count;
    size_t first = 0;
    finding->has_leaf = true;
    finding->leaf = *leaf;
    if (vota_count_find(count, &first, leaf) > 0) {
        const struct vota_count_row *row = &count->rows[count->by_leaf[first]];
        finding->entry = reading->audit->journal.entries[row->place].number;
    }
}

static void take(struct reading *reading, const struct vota_opening *opening)
{
    if (reading->line > 1 && vota_bytes_compare(&reading->last, &opening->leaf, 32) >= 0)
        find_leaf(reading, VOTA_FOUND_OPENING_ORDER, VOTA_NOT_VALID, &opening->leaf);
    reading->last = opening->leaf;
    switch (vota_count_open(&reading->recount->count, &opening->leaf, &opening->salt,
                            opening->content)) {
    case VOTA_COUNT_MATCH_OPENS:
        reading->audit->openings++;
        return;
    case VOTA_COUNT_MATCH_WRONG:
        find_leaf(reading, VOTA_FOUND_OPENING_WRONG, VOTA_NOT_VALID, &opening->leaf);
        return;
    case VOTA_COUNT_MATCH_NO_ROW: /* its row may be in a batch whose rows are missing */
        find_leaf(reading, VOTA_FOUND_OPENING_NO_ROW,
                  reading->audit->all_rows && reading->audit->is_complete ? VOTA_NOT_VALID
                                                                          : VOTA_NOT_CHECKED,
                  &opening->leaf);
        return;
    }
}

static void read_lines(struct reading *reading, struct vota_slice file)
{
    struct vota_reader_lines lines = vota_reader_lines_of(file);
    size_t forgotten = 0;
    for (;;) {
        struct vota_error err = {0};
        struct vota_opening opening;
        struct vota_slice line;
        enum vota_status status = vota_reader_next(&lines, &line, &err);
        reading->line = lines.line;
        if (status == VOTA_NOT_FOUND)
            return;
        const bool ended = status != VOTA_OK;
        if (status == VOTA_OK)
            status = vota_openings_json_read(&opening, reading->content, line, &err);
        if (status == VOTA_OK)
            take(reading, &opening);
        else
            (void)snprintf(find(reading, VOTA_FOUND_OPENING_FORM, VOTA_NOT_VALID)->text,
                           sizeof err.text, "%s", err.text);
        if (ended)
            return;
        if (file.len - lines.rd.left - forgotten > KEEP_BYTES) {
            forgotten = file.len - lines.rd.left;
            vota_reader_forget(file, forgotten);
        }
    }
}

/* Whether a row with this leaf has no opening yet. */
static bool is_unopened(const struct vota_count *count, const vota_hash *leaf)
{
    size_t first = 0;
    return vota_count_find(count, &first, leaf) > 0 &&
           count->rows[count->by_leaf[first]].opening != VOTA_COUNT_OPENING_READ;
}

/*
 * What holders of receipts show: it counts like what is published, and where the
 * city should have published it, it shows what the city did not. Who brings
 * something else proves nothing against anybody.
 */
static void take_supplied(const struct reading *reading)
{
    const struct vota_audit_supplied *supplied = &reading->audit->input.supplied;
    struct vota_count *count = &reading->recount->count;
    for (size_t i = 0; i < supplied->n; i++) {
        const struct vota_opening *opening = &supplied->items[i];
        if (!is_unopened(count, &opening->leaf) ||
            vota_count_open(count, &opening->leaf, &opening->salt, opening->content) !=
                VOTA_COUNT_MATCH_OPENS)
            continue;
        reading->audit->openings++;
        struct vota_audit_finding *finding =
            vota_audit_notice(&reading->audit->findings, VOTA_FOUND_OPENING_SUPPLIED);
        finding->has_register = true;
        finding->register_hash = reading->reg->hash;
        finding->has_leaf = true;
        finding->leaf = opening->leaf;
    }
}

/* The file of one publication; false where it has none. */
static bool read_file(struct reading *reading, const struct vota_audit *member)
{
    struct vota_slice file;
    if (!member->uses_data ||
        vota_reader_map(member->input.reader, &file, reading->path, NULL) != VOTA_OK)
        return false;
    reading->line = 0;
    if (!reading->reg->discloses) {
        struct vota_audit_finding *finding =
            vota_audit_notice(&reading->audit->findings, VOTA_FOUND_OPENINGS_TOO_EARLY);
        finding->has_register = true;
        finding->register_hash = reading->reg->hash;
        vota_audit_place(finding, reading->path, 0);
    }
    read_lines(reading, file);
    vota_reader_unmap(&file);
    return true;
}

enum vota_status vota_audit_openings(struct vota_audit *audit, struct vota_audit_register *reg,
                                     struct vota_recount *recount)
{
    struct reading reading = {.audit = audit, .reg = reg, .recount = recount};
    if (!audit->uses_data)
        return VOTA_OK;
    vota_publication_register_path(reading.path, "openings", &reg->hash, ".ndjson");
    reg->has_openings = false;
    for (const struct vota_audit *member = audit; member != NULL; member = member->before) {
        if (read_file(&reading, member))
            reg->has_openings = true;
    }
    reading.line = 0;
    if (!reg->has_openings && reg->discloses && reg->rows > 0)
        find(&reading, VOTA_FOUND_OPENINGS_MISSING, VOTA_NOT_CHECKED);
    take_supplied(&reading);
    return VOTA_OK;
}
