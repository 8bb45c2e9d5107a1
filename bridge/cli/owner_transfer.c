/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A started transfer of ownership, which makes no entry and so has no place in
 * the outbox: see owner_send.h. Sent twice it does no harm.
 */
#include <time.h>

#include "bridge/cli/output.h"
#include "bridge/cli/owner_send.h"
#include "bridge/cli/sending.h"
#include "bridge/engine/lock.h"
#include "proof/hex.h"

#define RECEIPT_TRIES 120u

struct transfer {
    struct vota_session *session;
    const struct vota_owner_call *call;
    struct vota_tx_signer *signer;
    vota_addr address;
    struct vota_store_attempt attempt;
    uint8_t raw[VOTA_OWNER_CALL_MAX + VOTA_TX_OVERHEAD_MAX];
    uint64_t nonce;
    struct vota_tx_receipt receipt;
};

static enum vota_status ask_nonce(void *context, struct vota_provider *provider,
                                  struct vota_error *err)
{
    struct transfer *transfer = context;
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    return vota_eth_nonce(provider, &transfer->nonce, &transfer->address, &latest, err);
}

static enum vota_status sign(struct transfer *transfer, struct vota_error *err)
{
    struct vota_session *session = transfer->session;
    const struct vota_config *config = &session->config;
    const struct vota_block *latest = &session->quorum.latest;
    const struct vota_attempt_limits limits = {.fees = {.tip_min = config->min_tip,
                                                        .tip_max = config->max_tip,
                                                        .fee_max = config->max_fee},
                                               .tx_max = config->max_tx};
    struct vota_attempt_order order = {.quorum = &session->quorum,
                                       .signer = transfer->signer,
                                       .limits = &limits,
                                       .chain_id = session->network.chain_id,
                                       .to = session->network.deployment.genesis.contract,
                                       .calldata = {transfer->call->bytes, transfer->call->len}};
    struct vota_wr wr = vota_wr_of(transfer->raw, sizeof transfer->raw);
    const enum vota_status status = vota_quorum_ask(&session->quorum, ask_nonce, transfer, err);
    if (status != VOTA_OK)
        return status;
    order.nonce = transfer->nonce;
    if (!vota_fees_next_base(&order.next_base_fee, latest->base_fee, latest->gas_used,
                             latest->gas_limit))
        return vota_fail(err, VOTA_REMOTE, "block", "no-base-fee");
    return vota_attempt_sign(&transfer->attempt, &wr, &order, err);
}

static enum vota_status hand_out(void *context, struct vota_provider *provider,
                                 struct vota_error *err)
{
    const struct transfer *transfer = context;
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    return vota_eth_send_raw(provider, &answer, transfer->attempt.raw, err);
}

static enum vota_status ask_receipt(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct transfer *transfer = context;
    return vota_eth_receipt(provider, &transfer->receipt, &transfer->attempt.tx_hash, err);
}

static int await_receipt(struct transfer *transfer)
{
    struct vota_session *session = transfer->session;
    char text[VOTA_HASH_HEX_CHARS + 1];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    const struct timespec second = {.tv_sec = 1};
    vota_hex_of_hash(text, &transfer->attempt.tx_hash);
    for (unsigned i = 0; i < RECEIPT_TRIES; i++) {
        struct vota_error err = {0};
        if (vota_quorum_ask(&session->quorum, ask_receipt, transfer, &err) == VOTA_OK) {
            const bool succeeded = transfer->receipt.succeeded;
            vota_output_number(block, transfer->receipt.block_number);
            vota_tx_receipt_done(&transfer->receipt);
            if (!succeeded)
                return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.owner-reverted", "tx",
                                     text, NULL);
            vota_cli_say(session->cli, "owner.done", "tx", text, "block", block, NULL);
            return VOTA_EXIT_OK;
        }
        (void)nanosleep(&second, NULL);
    }
    return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.transfer-waiting", "tx", text,
                         NULL);
}

/* The nonce of what is in flight would be taken twice. */
static int need_nothing_in_flight(const struct vota_session *session)
{
    uint64_t counts[VOTA_OP_STATES];
    struct vota_error err = {0};
    if (vota_sending_count(counts, session, VOTA_SENDER_OWNER, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    if (counts[VOTA_OP_SIGNED] + counts[VOTA_OP_SENT] == 0)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.owner-in-flight", NULL);
}

static int perform(struct transfer *transfer)
{
    struct vota_session *session = transfer->session;
    struct vota_error err = {0};
    bool done = false;
    int code = need_nothing_in_flight(session);
    if (code == VOTA_EXIT_OK)
        code = vota_owner_check(session, &transfer->address, false, &done);
    if (code != VOTA_EXIT_OK)
        return code;
    if (sign(transfer, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.owner-send", NULL);
    (void)!vota_quorum_send_all(&session->quorum, hand_out, transfer, NULL);
    return await_receipt(transfer);
}

int vota_owner_transfer(struct vota_session *session, const struct vota_owner_call *call,
                        struct vota_tx_signer *signer)
{
    struct transfer transfer = {.session = session,
                                .call = call,
                                .signer = signer,
                                .address = vota_tx_signer_address(signer)};
    int lock = -1;
    int code = vota_sending_lock(session, VOTA_SENDER_OWNER, &lock);
    if (code != VOTA_EXIT_OK)
        return code;
    if (lock < 0)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.owner-running", NULL);
    code = perform(&transfer);
    vota_lock_release(lock);
    return code;
}
