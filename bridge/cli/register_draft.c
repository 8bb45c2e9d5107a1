/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a person's definition file to the canonical text that is hashed. It
 * makes nothing on disk.
 */
#include "bridge/cli/register_draft.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/register.h"
#include "bridge/cli/table.h"
#include "bridge/directory.h"

/* "FILE:12:3" where the place is known, else "FILE". */
static int fail_file(const struct vota_cli *cli, const char *file,
                     const struct vota_definition_problem *problem)
{
    char place[VOTA_DIRECTORY_PATH_CAP];
    if (problem->line > 0)
        (void)snprintf(place, sizeof place, "%s:%d:%d", file, problem->line, problem->column);
    else
        (void)snprintf(place, sizeof place, "%s", file);
    const char *key = problem->where[0] == '\0' ? "error.definition-file" : "error.definition";
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, key, "file", place, "member", problem->where,
                         "reason", vota_cli_reason(cli, problem->reason), NULL);
}

int vota_register_draft_read(const struct vota_cli *cli, struct vota_register_draft *ret_draft,
                             const char *file, uint64_t now)
{
    uint8_t *text = NULL;
    size_t len = 0;
    struct vota_error err = {0};
    struct vota_definition_problem problem;
    if (vota_directory_read(&text, &len, file, VOTA_DEFINITION_JSON_MAX, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", file, NULL);
    const enum vota_status status =
        vota_definition_json_read(&ret_draft->draft, (const char *)text, len, now, &problem);
    free(text);
    return status == VOTA_OK ? VOTA_EXIT_OK : fail_file(cli, file, &problem);
}

void vota_register_draft_done(struct vota_register_draft *draft)
{
    vota_definition_json_done(&draft->draft);
}

/* These mean that the text is not in NFC or was pasted from a formatted document. */
static bool is_hidden(const struct vota_error *err)
{
    return strcmp(err->text, "hidden-character") == 0 || strcmp(err->text, "other-space") == 0;
}

/* A text that was left out is the title: that is where the person finds the mistake. */
static const char *written_as(const struct vota_definition_parts *parts, const char *where)
{
    const bool left_out = parts->text_en.at == parts->title_en.at;
    if (left_out && strcmp(where, "text.en") == 0)
        return "title.en";
    return left_out && strcmp(where, "text.ko") == 0 ? "title.ko" : where;
}

int vota_register_draft_write(const struct vota_cli *cli, struct vota_register_draft *draft,
                              const char *file, const vota_hash *tag_key_hash)
{
    struct vota_error err = {0};
    struct vota_wr wr = vota_wr_of(draft->text, sizeof draft->text);
    draft->draft.parts.tag_key_hash = *tag_key_hash;
    vota_definition_write(&wr, &draft->draft.parts);
    if (!vota_wr_fits(&wr))
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.definition-file", "file", file, "reason",
                             vota_cli_reason(cli, "definition-too-long"), NULL);
    if (vota_definition_read(&draft->definition, draft->text, wr.len, &err) != VOTA_OK) {
        err.where = written_as(&draft->draft.parts, err.where);
        return vota_cli_fail_error(cli, &err,
                                   is_hidden(&err) ? "error.definition-hidden" : "error.definition",
                                   "file", file, "member", err.where, NULL);
    }
    draft->len = wr.len;
    vota_definition_hash(&draft->hash, draft->text, draft->len);
    return VOTA_EXIT_OK;
}

static void show_options(const struct vota_cli *cli, const struct vota_definition *definition)
{
    static char label[VOTA_REGISTER_LABEL_CAP];
    for (size_t i = 0; i < definition->option_count; i++) {
        const struct vota_slice id = vota_definition_option_id(definition, i);
        vota_register_label(label,
                            vota_register_in_language(cli, vota_definition_option_en(definition, i),
                                                      vota_definition_option_ko(definition, i)));
        (void)fprintf(cli->out, "  %-12.*s  ", (int)id.len, (const char *)id.at);
        vota_text_write_safe(cli->out, label);
        (void)fputc('\n', cli->out);
    }
}

/* Text key of a word of the definition: "definition.kind.vote". */
static const char *word(const struct vota_cli *cli, const char *group, const char *name)
{
    char key[64];
    (void)snprintf(key, sizeof key, "definition.%s.%s", group, name);
    return vota_text(cli, key);
}

void vota_register_draft_show(const struct vota_cli *cli, const struct vota_definition *definition)
{
    static char title[VOTA_REGISTER_LABEL_CAP];
    static char department[VOTA_REGISTER_LABEL_CAP];
    char opens[VOTA_OUTPUT_TIME_CAP];
    char closes[VOTA_OUTPUT_TIME_CAP];
    char counts[VOTA_OUTPUT_TIME_CAP];
    char results[VOTA_OUTPUT_TIME_CAP];
    char promise[VOTA_OUTPUT_TIME_CAP];
    vota_register_label(title,
                        vota_register_in_language(cli, definition->title_en, definition->title_ko));
    vota_register_label(department, definition->department);
    vota_output_time(cli, opens, definition->opens_at);
    vota_output_time(cli, closes, definition->closes_at);
    vota_output_time(cli, counts, definition->counts_until);
    vota_output_time(cli, results, definition->results_by);
    vota_output_span(cli, promise, definition->anchor_within);
    const struct vota_table_line fields[] = {
        {"definition.title", title},
        {"definition.department", department},
        {"definition.kind", word(cli, "kind", vota_definition_kind_name(definition->kind))},
        {"definition.opens_at", opens},
        {"definition.closes_at", closes},
        {"definition.counts_until", counts},
        {"definition.results_by", results},
        {"definition.anchor_within", promise},
        {"definition.revision",
         word(cli, "revision", vota_definition_revision_name(definition->revision))},
        {"definition.disclosure",
         word(cli, "disclosure", vota_definition_disclosure_name(definition->disclosure))},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
    if (definition->option_count == 0)
        return;
    (void)fputc('\n', cli->out);
    vota_output_heading(cli, "definition.options");
    show_options(cli, definition);
}
