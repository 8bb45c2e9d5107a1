/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of journal.ndjson: see journal_json.h. */
#include "bridge/publish/journal_json.h"

#include <stdlib.h>

#include "bridge/publish/members_json.h"

void vota_journal_json_write_deployment(struct vota_wr *wr,
                                        const struct vota_deployment *deployment)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_flat(&canon, NULL, &vota_deployment_line, deployment);
}

void vota_journal_json_write_line(struct vota_wr *wr, const struct vota_journal_line *line)
{
    const struct vota_entry *entry = &line->entry;
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_hash(&canon, "a", &entry->a);
    vota_canon_hash(&canon, "b", &entry->b);
    vota_canon_number(&canon, "block", entry->block);
    vota_canon_hash(&canon, "c", &entry->c);
    if (entry->kind == VOTA_ENTRY_RESULT)
        vota_canon_numbers(&canon, "counts", line->counts, line->count);
    if (entry->kind == VOTA_ENTRY_REGISTER)
        vota_canon_text(&canon, "definition", line->text);
    vota_canon_hash(&canon, "head", &line->head);
    vota_canon_number(&canon, "kind", entry->kind);
    vota_canon_number(&canon, "number", entry->number);
    if (entry->kind == VOTA_ENTRY_DISAVOWED)
        vota_canon_text(&canon, "reason", line->text);
    vota_canon_number(&canon, "time", entry->time);
    vota_canon_hash(&canon, "transaction", &line->transaction);
    vota_canon_object_end(&canon);
}

static void write_deployment(struct vota_wr *wr, const void *deployment)
{
    vota_journal_json_write_deployment(wr, deployment);
}

static void write_line(struct vota_wr *wr, const void *line)
{
    vota_journal_json_write_line(wr, line);
}

enum vota_status vota_journal_json_read_deployment(struct vota_deployment *ret_deployment,
                                                   const void *text, size_t len,
                                                   struct vota_error *err)
{
    struct vota_deployment deployment = {0};
    struct json_t *parsed = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_members members = vota_members_of(parsed, "deployment", err);
    vota_members_flat(&members, &deployment, &vota_deployment_line);
    status = vota_members_end(&members);
    vota_members_free(parsed);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_deployment, &deployment, err);
    if (status == VOTA_OK)
        *ret_deployment = deployment;
    return status;
}

static enum vota_status read_counts(struct vota_members *members,
                                    struct vota_journal_line_copy *copy)
{
    const struct json_t *array = NULL;
    const size_t n = vota_members_count(members, &array, "counts", VOTA_JOURNAL_JSON_MAX_COUNTS);
    copy->counts = malloc((n > 0 ? n : 1) * sizeof *copy->counts);
    if (copy->counts == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        copy->counts[i] = vota_members_item_number(members, array, i);
    copy->about.counts = copy->counts;
    copy->about.count = n;
    return VOTA_OK;
}

static enum vota_status read_line(struct vota_journal_line_copy *copy, struct vota_error *err)
{
    struct vota_members members = vota_members_of(copy->parsed, "entry", err);
    struct vota_journal_line *line = &copy->about;
    struct vota_entry *entry = &line->entry;
    enum vota_status status = VOTA_OK;
    vota_members_hex(&members, &entry->a, sizeof entry->a, "a");
    vota_members_hex(&members, &entry->b, sizeof entry->b, "b");
    entry->block = vota_members_number(&members, "block");
    vota_members_hex(&members, &entry->c, sizeof entry->c, "c");
    vota_members_hex(&members, &line->head, sizeof line->head, "head");
    entry->kind = vota_members_number(&members, "kind");
    entry->number = vota_members_number(&members, "number");
    entry->time = vota_members_number(&members, "time");
    vota_members_hex(&members, &line->transaction, sizeof line->transaction, "transaction");
    if (entry->kind == VOTA_ENTRY_REGISTER)
        line->text = vota_members_text(&members, "definition");
    if (entry->kind == VOTA_ENTRY_DISAVOWED)
        line->text = vota_members_text(&members, "reason");
    if (entry->kind == VOTA_ENTRY_RESULT)
        status = read_counts(&members, copy);
    return status == VOTA_OK ? vota_members_end(&members) : status;
}

enum vota_status vota_journal_json_read_line(struct vota_journal_line_copy *ret_copy,
                                             const void *text, size_t len, struct vota_error *err)
{
    struct vota_journal_line_copy copy = {0};
    if (len > VOTA_JOURNAL_JSON_MAX_LINE)
        return vota_fail(err, VOTA_BAD_INPUT, "line", "too-long");
    enum vota_status status = vota_members_parse(&copy.parsed, text, len, err);
    if (status == VOTA_OK)
        status = read_line(&copy, err);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_line, &copy.about, err);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_journal_line_copy_done(&copy);
    return status;
}

void vota_journal_line_copy_done(struct vota_journal_line_copy *copy)
{
    vota_members_free(copy->parsed);
    free(copy->counts);
    *copy = (struct vota_journal_line_copy){0};
}
