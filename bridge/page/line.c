/* SPDX-License-Identifier: Apache-2.0 */
/* The journals of a line as one: see line.h. */
#include "bridge/page/line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bridge/publish/staging.h"

/* ---- which contracts ---- */

static bool names_predecessor(const struct vota_genesis *genesis)
{
    return genesis->pred_length > 0 || !vota_addr_is_zero(&genesis->pred_contract);
}

static const struct vota_publication_other *
find_predecessor(const struct vota_publication_source *published,
                 const struct vota_genesis *successor)
{
    for (size_t i = 0; i < published->other_count; i++) {
        const struct vota_genesis *genesis = &published->others[i].source->deployment->genesis;
        if (genesis->chain_id == successor->pred_chain_id &&
            vota_addr_equal(&genesis->contract, &successor->pred_contract))
            return &published->others[i];
    }
    return NULL;
}

/* Whether a predecessor says too that it goes on there: only then its entries count with ours. */
static bool is_confirmed(const struct vota_publication_source *old,
                         const struct vota_genesis *successor)
{
    const struct vota_journal journal = {
        .genesis = old->deployment->genesis, .entries = old->lines->entries, .n = old->lines->n};
    return vota_journal_link(&journal, successor) == VOTA_LINK_CONFIRMED;
}

/* The newest first, to be turned round. */
static enum vota_status find_parts(struct vota_page_line *line,
                                   const struct vota_publication_source *source,
                                   struct vota_error *err)
{
    const struct vota_genesis *genesis = &source->deployment->genesis;
    line->parts[line->part_count++] =
        (struct vota_page_part){.source = source, .name = "", .n = source->lines->n};
    while (names_predecessor(genesis)) {
        const struct vota_publication_other *other = find_predecessor(source, genesis);
        if (other == NULL || !is_confirmed(other->source, genesis))
            return VOTA_OK;
        if (line->part_count == VOTA_PAGE_PARTS_MAX)
            return vota_fail(err, VOTA_LIMIT, "line", "too-many-predecessors");
        const struct vota_genesis *old = &other->source->deployment->genesis;
        line->parts[line->part_count++] =
            (struct vota_page_part){.source = other->source,
                                    .name = other->name,
                                    .n = (size_t)(genesis->pred_length - old->pred_length)};
        genesis = old;
    }
    line->has_beginning = true;
    return VOTA_OK;
}

static void order_parts(struct vota_page_line *line)
{
    size_t first = 0;
    for (size_t i = 0; i < line->part_count / 2; i++) {
        const struct vota_page_part part = line->parts[i];
        line->parts[i] = line->parts[line->part_count - 1 - i];
        line->parts[line->part_count - 1 - i] = part;
    }
    for (size_t i = 0; i < line->part_count; i++) {
        line->parts[i].reader.fd = -1;
        line->parts[i].first = first;
        first += line->parts[i].n;
    }
}

static enum vota_status open_parts(struct vota_page_line *line, const char *dir,
                                   struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < line->part_count && status == VOTA_OK; i++) {
        char path[VOTA_STAGING_PATH_CAP];
        const int n = snprintf(path, sizeof path, "%s/%s", dir, line->parts[i].name);
        if (n <= 0 || (size_t)n >= sizeof path)
            return vota_fail(err, VOTA_LIMIT, "directory", "path-too-long");
        status = vota_reader_open(&line->parts[i].reader, path, err);
    }
    return status;
}

/* ---- one journal ---- */

static enum vota_status join(struct vota_page_line *line, struct vota_error *err)
{
    struct vota_count_journal *journal = &line->journal;
    const struct vota_page_part *last = &line->parts[line->part_count - 1];
    const size_t n = last->first + last->n;
    line->entries = calloc(n > 0 ? n : 1, sizeof *line->entries);
    line->texts = calloc(n > 0 ? n : 1, sizeof *line->texts);
    if (line->entries == NULL || line->texts == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < line->part_count; i++) {
        const struct vota_page_part *part = &line->parts[i];
        if (part->n == 0)
            continue;
        const struct vota_lines *lines = part->source->lines;
        memcpy(line->entries + part->first, lines->entries, part->n * sizeof *lines->entries);
        memcpy(line->texts + part->first, lines->texts, part->n * sizeof *lines->texts);
    }
    const size_t registers = vota_count_journal_registers(line->entries, n);
    *journal = (struct vota_count_journal){
        .entries = line->entries,
        .definitions = line->texts,
        .length = n,
        .marks = calloc(n > 0 ? n : 1, sizeof *journal->marks),
        .opened = calloc(registers > 0 ? registers : 1, sizeof *journal->opened)};
    if (journal->marks == NULL || journal->opened == NULL)
        return VOTA_NO_MEMORY;
    return vota_count_journal_init(journal, err);
}

/* ---- rows ---- */

static enum vota_status io_error(struct vota_error *err)
{
    return errno == ENOSPC || errno == EDQUOT ? vota_fail(err, VOTA_LIMIT, "rows", "disk-full")
                                              : vota_fail(err, VOTA_IO, "rows", "cannot-write");
}

static enum vota_status append(int fd, struct vota_slice bytes, struct vota_error *err)
{
    while (bytes.len > 0) {
        const ssize_t n = write(fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_error(err);
        bytes.at += n;
        bytes.len -= (size_t)n;
    }
    return VOTA_OK;
}

/* The batch's rows behind those that were copied; only their length is known yet. */
static enum vota_status copy_batch(struct vota_page_line *line, int fd, size_t place,
                                   struct vota_error *err)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_error detail = {0};
    struct vota_slice rows;
    const struct vota_page_part *part = vota_page_line_part(line, place);
    vota_publication_entry_path(path, "batches", line->entries[place].number, ".rows");
    enum vota_status status = vota_reader_map(&part->reader, &rows, path, &detail);
    if (status == VOTA_NOT_FOUND) {
        line->batches_missing++;
        return VOTA_OK;
    }
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    status = append(fd, rows, err);
    line->batches[line->batch_count++] =
        (struct vota_recount_batch){.place = place, .rows = {.len = rows.len}};
    line->rows.len += rows.len;
    vota_reader_unmap(&rows);
    return status;
}

static enum vota_status copy_batches(struct vota_page_line *line, int fd, struct vota_error *err)
{
    const struct vota_count_journal *journal = &line->journal;
    enum vota_status status = VOTA_OK;
    size_t n = 0;
    for (size_t i = 0; i < journal->length; i++)
        n += journal->entries[i].kind == VOTA_ENTRY_BATCH;
    line->batches = calloc(n > 0 ? n : 1, sizeof *line->batches);
    if (line->batches == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < journal->length && status == VOTA_OK; i++) {
        if (journal->entries[i].kind == VOTA_ENTRY_BATCH)
            status = copy_batch(line, fd, i, err);
    }
    return status;
}

/* The copy as memory, and where each batch is in it. */
static enum vota_status map_rows(struct vota_page_line *line, int fd, struct vota_error *err)
{
    if (line->rows.len == 0)
        return VOTA_OK;
    void *at = mmap(NULL, line->rows.len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return vota_fail(err, VOTA_IO, "rows", "cannot-read");
    line->rows.at = at;
    const uint8_t *next = at;
    for (size_t i = 0; i < line->batch_count; i++) {
        line->batches[i].rows.at = next;
        next += line->batches[i].rows.len;
    }
    return VOTA_OK;
}

static enum vota_status gather_rows(struct vota_page_line *line, const char *dir,
                                    struct vota_error *err)
{
    char path[VOTA_STAGING_PATH_CAP];
    const int n = snprintf(path, sizeof path, "%s/.rows-XXXXXX", dir);
    if (n <= 0 || (size_t)n >= sizeof path)
        return vota_fail(err, VOTA_LIMIT, "directory", "path-too-long");
    const int fd = mkstemp(path);
    if (fd < 0)
        return io_error(err);
    enum vota_status status = unlink(path) == 0 ? VOTA_OK : io_error(err);
    if (status == VOTA_OK)
        status = copy_batches(line, fd, err);
    if (status == VOTA_OK)
        status = map_rows(line, fd, err);
    (void)close(fd);
    return status;
}

enum vota_status vota_page_line_init(struct vota_page_line *ret_line, const char *dir,
                                     const struct vota_publication_source *source,
                                     struct vota_error *err)
{
    *ret_line = (struct vota_page_line){.part_count = 0};
    enum vota_status status = find_parts(ret_line, source, err);
    order_parts(ret_line);
    if (status == VOTA_OK)
        status = open_parts(ret_line, dir, err);
    if (status == VOTA_OK)
        status = join(ret_line, err);
    return status == VOTA_OK ? gather_rows(ret_line, dir, err) : status;
}

void vota_page_line_done(struct vota_page_line *line)
{
    vota_reader_unmap(&line->rows);
    for (size_t i = 0; i < line->part_count; i++) {
        if (line->parts[i].reader.fd >= 0)
            vota_reader_close(&line->parts[i].reader);
    }
    free(line->batches);
    free(line->entries);
    free(line->texts);
    free(line->journal.marks);
    free(line->journal.opened);
    *line = (struct vota_page_line){.part_count = 0};
}

const struct vota_page_part *vota_page_line_part(const struct vota_page_line *line, size_t place)
{
    for (size_t i = 0; i < line->part_count; i++) {
        if (place < line->parts[i].first + line->parts[i].n)
            return &line->parts[i];
    }
    VOTA_ASSERT(false);
    return NULL;
}

struct vota_journal_line vota_page_line_at(const struct vota_page_line *line, size_t place)
{
    const struct vota_page_part *part = vota_page_line_part(line, place);
    return vota_lines_at(part->source->lines, place - part->first);
}

bool vota_page_line_knows_rows(const struct vota_page_line *line, size_t length)
{
    size_t batches = 0;
    size_t here = 0;
    for (size_t i = 0; i < length; i++)
        batches += line->entries[i].kind == VOTA_ENTRY_BATCH;
    while (here < line->batch_count && line->batches[here].place < length)
        here++;
    return line->has_beginning && here == batches;
}

struct vota_page_batch *vota_page_line_batches(const struct vota_page_line *line,
                                               const vota_hash *register_hash, size_t *ret_n)
{
    size_t n = 0;
    struct vota_page_batch *found = calloc(line->batch_count + 1, sizeof *found);
    if (found == NULL)
        return NULL;
    for (size_t i = 0; i < line->batch_count; i++) {
        found[n].place = line->batches[i].place;
        found[n].rows = vota_recount_rows_of(line->batches[i].rows, register_hash);
        n += found[n].rows > 0;
    }
    struct vota_page_batch *batches = calloc(n + 1, sizeof *batches);
    if (batches != NULL)
        memcpy(batches, found, n * sizeof *found);
    free(found);
    *ret_n = n;
    return batches;
}
