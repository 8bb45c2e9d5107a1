/* SPDX-License-Identifier: Apache-2.0 */
/* Hands stored bytes to every provider, and weighs what they answer: see perform_parts.h. */
#include "bridge/engine/perform_parts.h"

#include "bridge/engine/attempt_check.h"

/* The answers to one hand-out, counted. */
struct handing {
    struct vota_slice raw;
    size_t count[VOTA_SEND_ANSWERS];
};

static enum vota_status hand_out(void *context, struct vota_provider *provider,
                                 struct vota_error *err)
{
    struct handing *handing = context;
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    const enum vota_status status = vota_eth_send_raw(provider, &answer, handing->raw, err);
    handing->count[status == VOTA_OK ? answer : VOTA_SEND_TRANSPORT]++;
    return status == VOTA_OK && answer == VOTA_SEND_TRANSPORT ? VOTA_REMOTE : status;
}

/* The answer that says most: one that took the bytes outweighs all that did not. */
static enum vota_send_answer weightiest(const struct handing *handing)
{
    static const enum vota_send_answer order[] = {
        VOTA_SEND_ACCEPTED,    VOTA_SEND_KNOWN, VOTA_SEND_NONCE_USED, VOTA_SEND_REPLACE,
        VOTA_SEND_UNDERPRICED, VOTA_SEND_FUNDS, VOTA_SEND_NODE_CAP,   VOTA_SEND_POOL,
        VOTA_SEND_TYPE_CLASH,  VOTA_SEND_FATAL, VOTA_SEND_GAP,        VOTA_SEND_WRONG_HASH,
        VOTA_SEND_UNKNOWN};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (handing->count[order[i]] > 0)
            return order[i];
    }
    return VOTA_SEND_TRANSPORT;
}

/*
 * Hands the same bytes to everybody. The answers are hints, but for those that
 * no chain can heal, when enough nodes give them and none took the bytes.
 */
static enum vota_status broadcast(struct vota_step *step, struct vota_error *err)
{
    struct vota_sender *sender = step->turn->sender;
    struct handing handing = {.raw = step->newest.about.raw};
    (void)!vota_quorum_send_all(sender->quorum, hand_out, &handing, NULL);
    const enum vota_send_answer answer = weightiest(&handing);
    const size_t severe = handing.count[VOTA_SEND_FATAL] + handing.count[VOTA_SEND_TYPE_CLASH];
    const bool taken = answer == VOTA_SEND_ACCEPTED || answer == VOTA_SEND_KNOWN;
    if (answer == VOTA_SEND_REPLACE || answer == VOTA_SEND_UNDERPRICED)
        sender->refused_operation = step->copy.about.id;
    if (taken && severe > 0)
        vota_perform_tell(step, "contradicted", vota_answers_send_name(VOTA_SEND_FATAL));
    if (!taken && severe >= sender->quorum->k)
        return vota_perform_halt(step, vota_answers_send_name(answer), err);
    if (answer == VOTA_SEND_FUNDS)
        vota_perform_hold(step->turn, "no-funds");
    vota_perform_tell(step, "sent", vota_answers_send_name(answer));
    return VOTA_OK;
}

/* Bytes leave only as what they were when they were stored: a disk can forget a bit. */
enum vota_status vota_perform_send(struct vota_step *step, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    struct vota_store *store = turn->sender->store;
    const char *fault = vota_attempt_fault(&step->newest.about, &step->copy.about, &turn->network);
    if (fault != NULL)
        return vota_perform_halt(step, fault, err);
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_sent(store, step->newest.about.id, turn->now, err);
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_SENT;
    return broadcast(step, err);
}
