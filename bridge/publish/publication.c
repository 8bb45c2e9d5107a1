/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a publication, file by file: see publication.h. */
#include "bridge/publish/publication.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bridge/publish/canon.h"
#include "bridge/publish/leaf_index.h"
#include "bridge/publish/receipt_json.h"
#include "bridge/publish/result_json.h"
#include "bridge/publish/site_json.h"
#include "bridge/publish/staging.h"
#include "proof/count_result.h"
#include "proof/hex.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

/* Rows hashed at a time: enough for the batch hasher, little for the stack. */
#define BLOCK_ROWS 256u

/* Everything that is in hand while a publication is written. */
struct writing {
    const struct vota_publication_source *source;
    struct vota_staging staging;
    struct vota_leaf_index index;
    struct vota_publication_report report;
    uint64_t now;
    struct vota_error *err;
};

bool vota_publication_discloses(const struct vota_definition *definition, uint64_t now)
{
    return definition->disclosure == VOTA_DISCLOSURE_LIVE ||
           (definition->disclosure == VOTA_DISCLOSURE_ON_CLOSE && now >= definition->closes_at);
}

void vota_publication_entry_path(char ret_path[VOTA_PUBLICATION_PATH_CAP], const char *dir,
                                 uint64_t entry, const char *ending)
{
    (void)snprintf(ret_path, VOTA_PUBLICATION_PATH_CAP, "%s/%" PRIu64 "%s", dir, entry, ending);
}

void vota_publication_register_path(char ret_path[VOTA_PUBLICATION_PATH_CAP], const char *dir,
                                    const vota_hash *register_hash, const char *ending)
{
    char hex[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(hex, register_hash);
    (void)snprintf(ret_path, VOTA_PUBLICATION_PATH_CAP, "%s/%s%s", dir, hex, ending);
}

static void progress(const struct writing *writing)
{
    if (writing->source->progress != NULL)
        writing->source->progress(writing->source->progress_context,
                                  writing->report.rows + writing->report.openings);
}

/* ---- lines of JSON ---- */

static enum vota_status put_line(struct writing *writing, struct vota_staging_file *file,
                                 vota_canon_write *write, const void *object)
{
    uint8_t *text = NULL;
    size_t len = 0;
    enum vota_status status = vota_canon_make(&text, &len, write, object);
    if (status != VOTA_OK)
        return status;
    status = vota_staging_put(file, text, len, writing->err);
    free(text);
    return status == VOTA_OK ? vota_staging_put(file, "\n", 1, writing->err) : status;
}

static enum vota_status put_file(struct writing *writing, const char *path, vota_canon_write *write,
                                 const void *object)
{
    struct vota_staging_file file;
    enum vota_status status = vota_staging_open(&file, &writing->staging, path, writing->err);
    if (status != VOTA_OK)
        return status;
    status = put_line(writing, &file, write, object);
    return vota_staging_close(&writing->staging, &file, status, writing->err);
}

static void write_deployment(struct vota_wr *wr, const void *deployment)
{
    vota_journal_json_write_deployment(wr, deployment);
}

static void write_entry(struct vota_wr *wr, const void *line)
{
    vota_journal_json_write_line(wr, line);
}

static void write_trust(struct vota_wr *wr, const void *trust)
{
    vota_trust_json_write(wr, trust);
}

static void write_opening(struct vota_wr *wr, const void *opening)
{
    vota_openings_json_write(wr, opening);
}

static void write_anchor(struct vota_wr *wr, const void *anchor)
{
    vota_receipt_json_write_anchor(wr, anchor);
}

static void write_result(struct vota_wr *wr, const void *result)
{
    vota_result_json_write(wr, result);
}

static enum vota_status write_journal(struct writing *writing)
{
    const struct vota_publication_source *source = writing->source;
    struct vota_staging_file file;
    enum vota_status status =
        vota_staging_open(&file, &writing->staging, "journal.ndjson", writing->err);
    if (status != VOTA_OK)
        return status;
    status = put_line(writing, &file, write_deployment, source->deployment);
    for (size_t i = 0; i < source->lines->n && status == VOTA_OK; i++) {
        const struct vota_journal_line line = vota_lines_at(source->lines, i);
        status = put_line(writing, &file, write_entry, &line);
    }
    writing->report.entries = source->lines->n;
    return vota_staging_close(&writing->staging, &file, status, writing->err);
}

/* ---- batches ---- */

/* A batch being written: rows wait until there are enough to be hashed together. */
struct batch {
    struct writing *writing;
    struct vota_staging_file file;
    uint64_t entry;
    vota_hash *leaves; /* room for `count` */
    size_t n, count;
    struct vota_row rows[BLOCK_ROWS];
    size_t waiting;
};

static enum vota_status flush_rows(struct batch *batch)
{
    struct writing *writing = batch->writing;
    vota_hash *leaves = batch->leaves + batch->n;
    vota_leaf_hash_rows(leaves, batch->rows, batch->waiting);
    for (size_t i = 0; i < batch->waiting; i++) {
        uint8_t bytes[VOTA_ROW_BYTES];
        if (batch->n + i > 0 && vota_bytes_compare(&leaves[i] - 1, &leaves[i], sizeof *leaves) > 0)
            return vota_fail(writing->err, VOTA_CONFLICT, "rows", "row-order");
        vota_leaf_row_write(bytes, &batch->rows[i]);
        vota_leaf_index_add(&writing->index, &leaves[i], batch->entry);
        const enum vota_status status =
            vota_staging_put(&batch->file, bytes, sizeof bytes, writing->err);
        if (status != VOTA_OK)
            return status;
    }
    batch->n += batch->waiting;
    writing->report.rows += batch->waiting;
    batch->waiting = 0;
    progress(writing);
    return VOTA_OK;
}

static enum vota_status take_row(void *to, const struct vota_row *row)
{
    struct batch *batch = to;
    struct writing *writing = batch->writing;
    if (batch->n + batch->waiting == batch->count)
        return vota_fail(writing->err, VOTA_CONFLICT, "rows", "root-differs");
    if (batch->file.to == NULL) {
        char path[VOTA_PUBLICATION_PATH_CAP];
        vota_publication_entry_path(path, "batches", batch->entry, ".rows");
        const enum vota_status status =
            vota_staging_open(&batch->file, &writing->staging, path, writing->err);
        if (status != VOTA_OK)
            return status;
    }
    batch->rows[batch->waiting++] = *row;
    return batch->waiting == BLOCK_ROWS ? flush_rows(batch) : VOTA_OK;
}

static enum vota_status check_root(const struct batch *batch, const vota_hash *root)
{
    size_t len = 0;
    enum vota_status status = vota_merkle_tree_len(&len, batch->n);
    if (status != VOTA_OK || batch->n != batch->count)
        return vota_fail(batch->writing->err, VOTA_CONFLICT, "rows", "root-differs");
    vota_hash *tree = reallocarray(NULL, len, sizeof *tree);
    if (tree == NULL)
        return VOTA_NO_MEMORY;
    status = vota_merkle_build(tree, batch->leaves, batch->n);
    if (status == VOTA_OK && !vota_hash_equal(&tree[0], root))
        status = vota_fail(batch->writing->err, VOTA_CONFLICT, "rows", "root-differs");
    free(tree);
    return status;
}

static enum vota_status write_rows(struct batch *batch, const vota_hash *root)
{
    const struct vota_publication_source *source = batch->writing->source;
    enum vota_status status =
        source->rows(source->context, batch->entry, take_row, batch, batch->writing->err);
    if (status == VOTA_OK)
        status = flush_rows(batch);
    return status == VOTA_OK ? check_root(batch, root) : status;
}

static enum vota_status write_batch(struct writing *writing, const struct vota_entry *entry)
{
    vota_hash root;
    uint32_t count = 0;
    if (!vota_entry_get_batch(&root, &count, entry))
        return VOTA_OK;
    struct batch *batch = calloc(1, sizeof *batch);
    vota_hash *leaves = reallocarray(NULL, count, sizeof *leaves);
    enum vota_status status = VOTA_NO_MEMORY;
    if (batch == NULL || leaves == NULL)
        goto out;
    batch->writing = writing;
    batch->entry = entry->number;
    batch->leaves = leaves;
    batch->count = count;
    status = vota_leaf_index_reserve(&writing->index, count);
    if (status != VOTA_OK)
        goto out;
    status = write_rows(batch, &root);
    if (batch->file.to != NULL) {
        status = vota_staging_close(&writing->staging, &batch->file, status, writing->err);
        writing->report.batches += status == VOTA_OK;
    } else if (status == VOTA_NOT_FOUND) { /* the file is not there either: nothing is made up */
        writing->report.batches_missing++;
        status = VOTA_OK;
    }
out:
    free(leaves);
    free(batch);
    return status;
}

static enum vota_status write_index(struct writing *writing)
{
    enum vota_status status = VOTA_OK;
    vota_leaf_index_sort(&writing->index);
    for (unsigned first = 0; first < VOTA_LEAF_INDEX_FILES && status == VOTA_OK; first++) {
        char path[VOTA_LEAF_INDEX_PATH_CAP];
        const struct vota_slice part = vota_leaf_index_part(&writing->index, (uint8_t)first);
        if (part.len == 0)
            continue;
        vota_leaf_index_path(path, (uint8_t)first);
        status = vota_staging_file(&writing->staging, path, part, writing->err);
    }
    return status;
}

static enum vota_status take_anchor(void *to, const struct vota_anchor *anchor)
{
    struct writing *writing = to;
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_entry_path(path, "evidence", anchor->entry.number, ".json");
    writing->report.evidence++;
    return put_file(writing, path, write_anchor, anchor);
}

static enum vota_status write_evidence(struct writing *writing, const struct vota_entry *entry)
{
    const struct vota_publication_source *source = writing->source;
    if (entry->kind != VOTA_ENTRY_BATCH)
        return VOTA_OK;
    struct vota_error detail = {0};
    const enum vota_status status =
        source->evidence(source->context, entry->number, take_anchor, writing, &detail);
    if (status == VOTA_OK || status == VOTA_NOT_FOUND)
        return VOTA_OK;
    return vota_fail(writing->err, status, detail.where, detail.text);
}

/* ---- registers and results ---- */

struct openings {
    struct writing *writing;
    struct vota_staging_file file;
    vota_hash last;
    bool any;
};

static enum vota_status take_opening(void *to, const struct vota_opening *opening)
{
    struct openings *openings = to;
    struct writing *writing = openings->writing;
    if (openings->any && vota_bytes_compare(&openings->last, &opening->leaf, 32) >= 0)
        return vota_fail(writing->err, VOTA_CONFLICT, "openings", "opening-order");
    openings->last = opening->leaf;
    openings->any = true;
    writing->report.openings++;
    progress(writing);
    return put_line(writing, &openings->file, write_opening, opening);
}

static enum vota_status write_openings(struct writing *writing, const vota_hash *register_hash)
{
    const struct vota_publication_source *source = writing->source;
    struct openings openings = {.writing = writing};
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_register_path(path, "openings", register_hash, ".ndjson");
    enum vota_status status =
        vota_staging_open(&openings.file, &writing->staging, path, writing->err);
    if (status != VOTA_OK)
        return status;
    status =
        source->openings(source->context, register_hash, take_opening, &openings, writing->err);
    return vota_staging_close(&writing->staging, &openings.file, status, writing->err);
}

/* A definition that was disavowed and opened again is one register with one file. */
static bool is_first(const struct vota_lines *lines, size_t place)
{
    for (size_t i = 0; i < place; i++) {
        if (lines->entries[i].kind == VOTA_ENTRY_REGISTER &&
            vota_hash_equal(&lines->entries[i].a, &lines->entries[place].a))
            return false;
    }
    return true;
}

static enum vota_status write_register(struct writing *writing, const vota_hash *register_hash,
                                       struct vota_slice text)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_register_path(path, "registers", register_hash, ".json");
    enum vota_status status = vota_staging_file(&writing->staging, path, text, writing->err);
    struct vota_definition *definition = malloc(sizeof *definition);
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    /* A definition that is none opens nothing and has no openings. */
    const bool valid = vota_definition_read(definition, text.at, text.len, NULL) == VOTA_OK;
    const bool disclose = valid && vota_publication_discloses(definition, writing->now);
    free(definition);
    writing->report.registers++;
    writing->report.registers_closed += valid && !disclose;
    if (status == VOTA_OK && disclose)
        status = write_openings(writing, register_hash);
    return status;
}

static enum vota_status write_opened(struct writing *writing, size_t place)
{
    const struct vota_lines *lines = writing->source->lines;
    if (lines->entries[place].kind != VOTA_ENTRY_REGISTER || !is_first(lines, place))
        return VOTA_OK;
    return write_register(writing, &lines->entries[place].a, lines->texts[place]);
}

static enum vota_status write_carried(struct writing *writing)
{
    const struct vota_publication_source *source = writing->source;
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < source->carried_count && status == VOTA_OK; i++) {
        vota_hash hash;
        vota_definition_hash(&hash, source->carried[i].at, source->carried[i].len);
        status = write_register(writing, &hash, source->carried[i]);
    }
    return status;
}

static enum vota_status write_result_file(struct writing *writing, size_t place)
{
    const struct vota_lines *lines = writing->source->lines;
    const struct vota_lines_counts *counts = &lines->counts[place];
    char path[VOTA_PUBLICATION_PATH_CAP];
    if (lines->entries[place].kind != VOTA_ENTRY_RESULT)
        return VOTA_OK;
    struct vota_result_file *result = calloc(1, sizeof *result);
    if (result == NULL)
        return VOTA_NO_MEMORY;
    result->register_hash = lines->entries[place].a;
    result->last_entry = vota_count_result_last_entry(&lines->entries[place]);
    result->n = counts->n < VOTA_COUNT_MAX_NUMBERS ? counts->n : VOTA_COUNT_MAX_NUMBERS;
    for (size_t i = 0; i < result->n; i++)
        result->counts[i] = counts->numbers[i];
    vota_publication_entry_path(path, "results", lines->entries[place].number, ".json");
    const enum vota_status status = put_file(writing, path, write_result, result);
    free(result);
    writing->report.results++;
    return status;
}

static enum vota_status write_all(struct writing *writing)
{
    const struct vota_lines *lines = writing->source->lines;
    enum vota_status status = put_file(writing, "trust.json", write_trust, writing->source->trust);
    if (status == VOTA_OK)
        status = write_journal(writing);
    if (status == VOTA_OK)
        status = write_carried(writing);
    for (size_t i = 0; i < lines->n && status == VOTA_OK; i++) {
        status = write_opened(writing, i);
        if (status == VOTA_OK)
            status = write_batch(writing, &lines->entries[i]);
        if (status == VOTA_OK)
            status = write_evidence(writing, &lines->entries[i]);
        if (status == VOTA_OK)
            status = write_result_file(writing, i);
    }
    return status == VOTA_OK ? write_index(writing) : status;
}

/* What people read comes last: it is made from the files that are there. */
static enum vota_status write_pages(struct writing *writing)
{
    const struct vota_publication_source *source = writing->source;
    const uint64_t bytes = writing->staging.bytes;
    const size_t files = writing->staging.manifest.n;
    if (source->pages == NULL)
        return VOTA_OK;
    enum vota_status status =
        source->pages(source->pages_context, &writing->staging, source, writing->now, writing->err);
    if (status == VOTA_OK)
        status = vota_site_write(&writing->staging, writing->err);
    writing->report.bytes += writing->staging.bytes - bytes;
    writing->report.pages += writing->staging.manifest.n - files;
    writing->report.files += writing->staging.manifest.n - files;
    return status;
}

/* One network's files, up to its pages and its manifest. */
static enum vota_status write_one(struct writing *writing, const char *dir)
{
    enum vota_status status = vota_staging_begin(&writing->staging, dir, writing->err);
    if (status != VOTA_OK) {
        writing->staging.path[0] = '\0'; /* nothing of ours to remove */
        return status;
    }
    status = write_all(writing);
    writing->report.bytes = writing->staging.bytes;
    writing->report.files = writing->staging.manifest.n + 1; /* and the manifest */
    vota_leaf_index_done(&writing->index);
    return status;
}

/* The other networks' directories are put into this one's while nobody sees it. */
static enum vota_status write_others(struct writing *writing)
{
    const struct vota_publication_source *source = writing->source;
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < source->other_count; i++) {
        char path[VOTA_STAGING_PATH_CAP];
        const struct vota_publication_other *other = &source->others[i];
        struct writing inner = {.source = other->source, .now = writing->now, .err = writing->err};
        const int n = snprintf(path, sizeof path, "%s/%s", writing->staging.path, other->name);
        if (n <= 0 || (size_t)n >= sizeof path)
            return vota_fail(writing->err, VOTA_LIMIT, "directory", "path-too-long");
        status = write_one(&inner, path);
        if (status == VOTA_OK)
            status = write_pages(&inner);
        if (status == VOTA_OK)
            status = vota_staging_commit(&inner.staging, writing->err);
        vota_staging_abort(&inner.staging);
        writing->report.bytes += inner.report.bytes;
        writing->report.files += inner.report.files;
        writing->report.pages += inner.report.pages;
    }
    return status;
}

enum vota_status vota_publication_write(struct vota_publication_report *ret_report, const char *dir,
                                        const struct vota_publication_source *source, uint64_t now,
                                        struct vota_error *err)
{
    struct writing writing = {.source = source, .now = now, .err = err};
    enum vota_status status = write_one(&writing, dir);
    if (status == VOTA_OK)
        status = write_others(&writing);
    if (status == VOTA_OK)
        status = write_pages(&writing);
    if (status == VOTA_OK)
        status = vota_staging_commit(&writing.staging, err);
    vota_staging_abort(&writing.staging);
    if (status == VOTA_OK)
        *ret_report = writing.report;
    return status;
}
