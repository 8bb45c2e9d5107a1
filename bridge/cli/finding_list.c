/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as a table or as JSON: see finding_list.h. */
#include "bridge/cli/finding_list.h"

static const struct vota_column columns[] = {{"fsck.column.where", false},
                                             {"fsck.column.fault", false}};

void vota_finding_list_init(struct vota_finding_list *ret_list, const struct vota_cli *cli)
{
    *ret_list = (struct vota_finding_list){.cli = cli};
    vota_table_init(&ret_list->table, VOTA_TABLE(columns));
    vota_progress_start(&ret_list->progress, cli, "progress.checking", 0);
    if (!cli->json)
        return;
    vota_json_begin(&ret_list->json, cli->out);
    vota_json_array(&ret_list->json, "faults");
}

void vota_finding_list_done(struct vota_finding_list *list)
{
    vota_table_done(&list->table);
}

static void put_json(struct vota_finding_list *list, const char *code, const char *detail)
{
    vota_json_object(&list->json, NULL);
    vota_json_text(&list->json, "code", code);
    vota_json_text(&list->json, "detail", detail);
    vota_json_end(&list->json);
}

/* Faults are written as they come; remarks wait for their own array. */
static void note_json(struct vota_finding_list *list, const char *code, const char *detail)
{
    if (!vota_inspect_is_remark(code)) {
        put_json(list, code, detail);
        return;
    }
    if (list->remarks > VOTA_FINDING_REMARKS)
        return;
    struct vota_finding_remark *remark = &list->remark[list->remarks - 1];
    remark->code = code;
    (void)snprintf(remark->detail, sizeof remark->detail, "%s", detail);
}

static void end_json(struct vota_finding_list *list)
{
    vota_json_end(&list->json);
    vota_json_array(&list->json, "remarks");
    for (size_t i = 0; i < list->remarks && i < VOTA_FINDING_REMARKS; i++)
        put_json(list, list->remark[i].code, list->remark[i].detail);
    vota_json_end(&list->json);
}

void vota_finding_list_note(void *context, const char *code, const char *detail)
{
    struct vota_finding_list *list = context;
    const char *const cells[] = {detail, vota_cli_reason(list->cli, code)};
    if (vota_inspect_is_remark(code))
        list->remarks++;
    else
        list->faults++;
    if (list->faults + list->remarks > VOTA_FINDING_LIST_MAX)
        return;
    if (list->cli->json)
        note_json(list, code, detail);
    else if (list->status == VOTA_OK)
        list->status = vota_table_add(&list->table, cells);
}

void vota_finding_list_progress(void *context, uint64_t done, uint64_t total)
{
    struct vota_finding_list *list = context;
    list->progress.total = total;
    vota_progress_at(&list->progress, done < total ? done : total);
}

void vota_finding_list_show(struct vota_finding_list *list)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    const uint64_t all = list->faults + list->remarks;
    vota_progress_end(&list->progress);
    if (list->cli->json) {
        end_json(list);
        return;
    }
    if (all > 0)
        vota_table_print(&list->table, list->cli);
    if (all <= VOTA_FINDING_LIST_MAX)
        return;
    vota_output_number(number, all - VOTA_FINDING_LIST_MAX);
    vota_cli_say(list->cli, "fsck.more", "count", number, NULL);
}
