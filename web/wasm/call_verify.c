/* SPDX-License-Identifier: Apache-2.0 */
/* vota_verify over JSON: the trust in, the report out. */
#include "proof/answer.h"
#include "proof/receipt.h"
#include "web/wasm/call_trust.h"
#include "web/wasm/names.h"

/* What is written: a report, with what it does not say itself. */
struct reported {
    const struct vota_report *report;
    size_t anchor_count;
    const char *answer;
};

static void write_address(struct vota_canon *canon, const char *key, const vota_hash *word)
{
    vota_canon_hex(canon, key, word->bytes + 12, 20);
}

/* One side of a comparison. */
static void write_side(struct vota_canon *canon, const char *key,
                       const struct vota_finding *finding, const vota_hash *hash, uint64_t number)
{
    switch (finding->compared) {
    case VOTA_COMPARED_HASHES:
        vota_canon_hash(canon, key, hash);
        return;
    case VOTA_COMPARED_ADDRESSES:
        write_address(canon, key, hash);
        return;
    case VOTA_COMPARED_NUMBERS:
    case VOTA_COMPARED_TIMES:
        vota_canon_number(canon, key, number);
        return;
    case VOTA_COMPARED_NOTHING:
        return;
    }
}

static void write_finding(struct vota_canon *canon, const struct vota_finding *finding)
{
    vota_canon_object(canon, NULL);
    if (finding->anchor != VOTA_NO_ANCHOR)
        vota_canon_number(canon, "anchor", finding->anchor);
    vota_canon_word(canon, "code", vota_finding_name(finding->code));
    vota_canon_word(canon, "compared", vota_names_compared[finding->compared]);
    write_side(canon, "left", finding, &finding->left, finding->left_number);
    vota_canon_number(canon, "number", finding->number);
    write_side(canon, "right", finding, &finding->right, finding->right_number);
    vota_canon_word(canon, "state", vota_verdict_name(finding->state));
    vota_canon_object_end(canon);
}

static void write_report(struct vota_canon *canon, const void *about)
{
    const struct reported *reported = about;
    const struct vota_report *report = reported->report;
    vota_canon_object(canon, NULL);
    vota_canon_array(canon, "anchors");
    for (size_t i = 0; i < reported->anchor_count; i++)
        vota_canon_word(canon, NULL, vota_verdict_name(report->anchors[i]));
    vota_canon_array_end(canon);
    vota_canon_word(canon, "answer", reported->answer);
    vota_canon_array(canon, "findings");
    for (size_t i = 0; i < report->finding_count; i++)
        write_finding(canon, &report->findings[i]);
    vota_canon_array_end(canon);
    vota_canon_word(canon, "included", vota_verdict_name(report->included));
    vota_canon_hash(canon, "leaf", &report->leaf);
    vota_canon_word(canon, "promise", vota_names_outcomes[report->promise]);
    vota_canon_word(canon, "standing", vota_verdict_name(report->standing));
    vota_canon_word(canon, "standing_as", vota_names_standings[report->standing_as]);
    vota_canon_object_end(canon);
}

enum vota_status vota_call_verify(struct vota_call *call)
{
    struct vota_report *report = vota_arena_take(call->arena, sizeof *report);
    struct vota_receipt *receipt = vota_arena_take(call->arena, sizeof *receipt);
    struct vota_trust trust;
    bool one_provider = false;
    if (report == NULL || receipt == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status = vota_call_trust(&trust, &one_provider, call);
    if (status == VOTA_OK)
        status = vota_receipt_decode(receipt, call->bytes.at, call->bytes.len, &call->err);
    if (status == VOTA_OK)
        status = vota_verify(report, call->bytes.at, call->bytes.len, &trust, &call->err);
    if (status != VOTA_OK)
        return status;
    const struct reported reported = {report, receipt->anchor_count,
                                      vota_answer_name(vota_answer_of(report), one_provider)};
    return vota_call_answer(call, write_report, &reported);
}
