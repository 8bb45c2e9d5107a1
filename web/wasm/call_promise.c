/* SPDX-License-Identifier: Apache-2.0 */
/* vota_promise_judge over JSON. */
#include "proof/promise.h"
#include "web/wasm/call.h"
#include "web/wasm/names.h"

#define MAX_WITHHELD 4096u

static struct vota_promise_entries read_entries(struct vota_call *call, struct vota_fields *fields)
{
    struct vota_promise_entries entries = {0};
    struct vota_entry *list = NULL;
    struct vota_scan_walk walk;
    vota_call_entries(call, fields, "entries", &list, &entries.length);
    const size_t n = vota_fields_array(fields, &walk, "lists", entries.length);
    uint8_t *lists = vota_call_room(call, fields, entries.length, 1);
    if (fields->status == VOTA_OK && n != entries.length)
        vota_fields_refuse(fields, "lists", "bad-length");
    for (size_t i = 0; i < n && fields->status == VOTA_OK; i++) {
        const struct vota_slice item = vota_fields_item(fields, &walk);
        size_t k = 0;
        while (k < VOTA_NAMES_LISTS && !vota_fields_is(item, vota_names_lists[k]))
            k++;
        if (k == VOTA_NAMES_LISTS)
            vota_fields_refuse(fields, "lists", "bad-value");
        lists[i] = (uint8_t)k;
    }
    entries.entries = list;
    entries.lists = lists;
    return entries;
}

static void read_successor(struct vota_call *call, struct vota_promise *promise,
                           struct vota_fields *fields)
{
    const struct vota_slice value = vota_fields_get(fields, "successor");
    if (fields->status != VOTA_OK)
        return;
    struct vota_fields inner = vota_fields_of(value, "successor", fields->err);
    promise->successor = read_entries(call, &inner);
    fields->status = vota_fields_end(&inner);
}

/* What was judged, and how far it was looked through. */
struct judged {
    struct vota_promise_report report;
    uint64_t final_time;
};

static void write_promise(struct vota_canon *canon, const void *about)
{
    const struct judged *judged = about;
    const struct vota_promise_report *report = &judged->report;
    const size_t n = report->withheld_count < report->withheld_cap ? report->withheld_count
                                                                   : report->withheld_cap;
    /* The batch whose list is missing is named where the entry that keeps it would be. */
    const bool is_withheld = report->doubt == VOTA_DOUBT_WITHHELD && n > 0;
    vota_canon_object(canon, NULL);
    vota_canon_word(canon, "doubt", vota_names_doubts[report->doubt]);
    vota_canon_number(canon, "entry", is_withheld ? report->withheld[0] : report->entry);
    vota_canon_number(canon, "final_time", judged->final_time);
    vota_canon_word(canon, "outcome", vota_names_outcomes[report->outcome]);
    vota_canon_word(canon, "reason", report->reason);
    vota_canon_number(canon, "time", report->time);
    vota_canon_numbers(canon, "withheld", report->withheld, n);
    vota_canon_object_end(canon);
}

enum vota_status vota_call_promise(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "promise", &call->err);
    struct vota_deployment record;
    struct vota_promise promise = {.genesis = &record.genesis};
    struct judged judged = {.report = {.withheld_cap = MAX_WITHHELD}};
    judged.report.withheld =
        vota_call_room(call, &fields, MAX_WITHHELD, sizeof *judged.report.withheld);
    promise.accepted_at = vota_fields_number(&fields, "accepted_at");
    promise.anchor_by = vota_fields_number(&fields, "anchor_by");
    promise.journal = read_entries(call, &fields);
    vota_fields_hex(&fields, &promise.final_head, sizeof promise.final_head, "final_head");
    promise.final_time = vota_fields_number(&fields, "final_time");
    vota_call_record(&record, &fields, "record");
    vota_fields_hex(&fields, &promise.signer, sizeof promise.signer, "signer");
    if (vota_fields_has(&fields, "successor"))
        read_successor(call, &promise, &fields);
    promise.successor_examined = vota_fields_bool(&fields, "successor_examined");
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    judged.final_time = promise.final_time;
    vota_promise_judge(&judged.report, &promise);
    return vota_call_answer(call, write_promise, &judged);
}
