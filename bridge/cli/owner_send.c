/* SPDX-License-Identifier: Apache-2.0 */
/* An owner's call through the outbox: see owner_send.h. */
#include "bridge/cli/owner_send.h"

#include <stdio.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/sending.h"
#include "bridge/engine/contract.h"
#include "bridge/engine/lock.h"
#include "bridge/store/store_journal.h"
#include "proof/hex.h"

#define TIMEOUT        3600u
#define ARGUMENTS_MAX  (VOTA_OWNER_CALL_MAX + 8u)
#define ARGUMENTS_HEAD 8u

/* What this command does, from lock to report. */
struct owning {
    struct vota_session *session;
    const struct vota_owner_call *call;
    vota_addr address; /* of the signer */
    struct vota_sending sending;
    int64_t operation; /* 0: not in the outbox */
    int64_t other;     /* an earlier call that is still open; 0: none */
};

static struct vota_slice slice_of(const struct vota_owner_call *call)
{
    return (struct vota_slice){call->bytes, call->len};
}

/* ---- is it there already? ---- */

static enum vota_status note_open(void *context, const struct vota_store_operation *operation)
{
    struct owning *owning = context;
    const struct vota_slice call = slice_of(owning->call);
    const struct vota_slice stored = operation->arguments;
    if ((VOTA_SENDER_OWNER & 1u << operation->kind) == 0 || stored.len < ARGUMENTS_HEAD)
        return VOTA_OK;
    if (operation->kind == owning->call->kind && stored.len - ARGUMENTS_HEAD == call.len &&
        memcmp(stored.at + ARGUMENTS_HEAD, call.at, call.len) == 0)
        owning->operation = operation->id;
    else if (operation->state != VOTA_OP_MINED && operation->state != VOTA_OP_HALTED)
        owning->other = operation->id;
    return VOTA_OK;
}

/* The newest entry that the call would only repeat; later ones of its kind undo it. */
struct repetition {
    struct vota_entry words;
    uint64_t entry; /* 0: none */
};

static enum vota_status note_repetition(void *context, const struct vota_store_entry *stored)
{
    struct repetition *repetition = context;
    const struct vota_entry *entry = &stored->entry;
    const struct vota_entry *words = &repetition->words;
    if (entry->kind != words->kind)
        return VOTA_OK;
    const bool same_a = vota_hash_equal(&entry->a, &words->a);
    if (same_a && vota_hash_equal(&entry->b, &words->b) && vota_hash_equal(&entry->c, &words->c))
        repetition->entry = entry->number;
    else if (entry->kind == VOTA_ENTRY_SUCCEEDED || (entry->kind == VOTA_ENTRY_KEY && same_a))
        repetition->entry = 0;
    return VOTA_OK;
}

static int say_already(const struct owning *owning, uint64_t entry)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = owning->session->cli;
    vota_output_number(number, entry);
    if (!cli->json) {
        vota_cli_say(cli, "owner.already", "entry", number, NULL);
        return VOTA_EXIT_OK;
    }
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_bool(&json, "already", true);
    vota_json_number(&json, "entry", entry);
    vota_json_finish(&json);
    return VOTA_EXIT_OK;
}

/* ---- the call in the outbox ---- */

struct trial {
    struct vota_eth_message message;
    size_t good, reverts;
};

static enum vota_status try_call(void *context, struct vota_provider *provider,
                                 struct vota_error *err)
{
    struct trial *trial = context;
    uint64_t gas = 0;
    const enum vota_status status = vota_eth_estimate_gas(provider, &gas, &trial->message, err);
    if (status == VOTA_CONFLICT && vota_answers_is_revert(&provider->failure)) {
        trial->reverts++;
        return VOTA_OK;
    }
    trial->good += status == VOTA_OK;
    return status;
}

/* A call that can only fail is not put into the outbox, where it would block those behind it. */
static int try_first(const struct owning *owning)
{
    struct vota_session *session = owning->session;
    struct vota_error err = {0};
    struct trial trial = {.message = {.from = &owning->address,
                                      .to = &session->network.deployment.genesis.contract,
                                      .data = slice_of(owning->call)}};
    if (vota_quorum_ask_all(&session->quorum, try_call, &trial, &err) != VOTA_OK)
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.owner-unchecked", "reason",
                             vota_cli_reason(session->cli, err.text), NULL);
    if (trial.good > 0)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.owner-refused", NULL);
}

static enum vota_status queue(struct owning *owning, uint64_t length, struct vota_error *err)
{
    uint8_t arguments[ARGUMENTS_MAX];
    struct vota_store *store = owning->session->store;
    struct vota_wr wr = vota_wr_of(arguments, sizeof arguments);
    vota_attempt_owner_write(&wr, length, slice_of(owning->call));
    const struct vota_store_operation operation = {.network = owning->session->network.id,
                                                   .kind = owning->call->kind,
                                                   .arguments = {arguments, wr.len},
                                                   .created_at = vota_session_now()};
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_queue(&owning->operation, store, &operation, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

/*
 * Whether the stored journal is the contract's: else the call may be in it
 * already. A successor begins where its predecessor ended.
 */
static bool knows_journal(const struct owning *owning, uint64_t *length)
{
    const struct vota_view *view = &owning->sending.sender.view;
    if (*length == 0)
        *length = owning->session->network.deployment.genesis.pred_length;
    return view->contract_latest && view->latest.contract.length == *length;
}

/* Leaves owning->operation 0 when the journal tells of it already, which is told. */
static int find_or_queue(struct owning *owning)
{
    struct vota_session *session = owning->session;
    struct vota_error err = {0};
    struct repetition repetition = {.entry = 0};
    uint64_t length = 0;
    uint64_t final = 0;
    vota_hash head;
    if (owning->operation != 0) {
        vota_cli_warn(session->cli, "warning.owner-continues", NULL);
        return VOTA_EXIT_OK;
    }
    enum vota_status status =
        vota_contract_call_words(&repetition.words, slice_of(owning->call), &owning->address);
    if (status == VOTA_OK)
        status = vota_store_journal_each(session->store, session->network.id,
                                         (struct vota_store_range){1, INT64_MAX}, note_repetition,
                                         &repetition, &err);
    if (status == VOTA_OK)
        status = vota_store_journal_length(&length, &final, &head, session->store,
                                           session->network.id, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    if (repetition.entry != 0)
        return say_already(owning, repetition.entry);
    if (!knows_journal(owning, &length))
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.owner-unchecked", "reason",
                             vota_cli_reason(session->cli, "journal-does-not-reach"), NULL);
    const int code = try_first(owning);
    if (code != VOTA_EXIT_OK)
        return code;
    if (queue(owning, length, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    return VOTA_EXIT_OK;
}

/* ---- seeing it through ---- */

static int report(const struct owning *owning, const struct vota_store_operation *operation)
{
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    char tx[VOTA_HASH_HEX_CHARS + 1];
    const struct vota_cli *cli = owning->session->cli;
    vota_output_number(entry, operation->entry.number);
    vota_output_number(block, operation->entry.block);
    vota_hex_of_hash(tx, &operation->tx_hash);
    if (!cli->json) {
        vota_cli_say(
            cli, operation->state == VOTA_OP_FINAL ? "owner.entered-final" : "owner.entered",
            "entry", entry, "what", vota_text(cli, vota_session_kind_text(operation->kind)),
            "block", block, "tx", tx, NULL);
        return VOTA_EXIT_OK;
    }
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_bool(&json, "already", false);
    vota_json_number(&json, "operation", (uint64_t)operation->id);
    vota_json_text(&json, "state", operation->state == VOTA_OP_FINAL ? "final" : "mined");
    vota_json_number(&json, "entry", operation->entry.number);
    vota_json_number(&json, "block", operation->entry.block);
    vota_json_hash(&json, "transaction", &operation->tx_hash);
    vota_json_finish(&json);
    return VOTA_EXIT_OK;
}

static bool is_through(enum vota_op_state state, enum vota_session_wait wait)
{
    return state == VOTA_OP_FINAL || (state == VOTA_OP_MINED && wait == VOTA_WAIT_MINED);
}

/* *ret_through: reported, or failed for good. */
static int look_at(const struct owning *owning, enum vota_session_wait wait, bool *ret_through)
{
    const struct vota_cli *cli = owning->session->cli;
    struct vota_store_operation_copy copy = {0};
    struct vota_error err = {0};
    char id[24];
    int code = VOTA_EXIT_OK;
    *ret_through = true;
    if (vota_store_outbox_get(&copy, owning->session->store, owning->operation, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    (void)snprintf(id, sizeof id, "%lld", (long long)owning->operation);
    if (copy.about.state == VOTA_OP_HALTED)
        code = vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.owner-halted", "id", id, "reason",
                             vota_cli_reason(cli, copy.about.reason), NULL);
    else if (is_through(copy.about.state, wait))
        code = report(owning, &copy.about);
    else
        *ret_through = false;
    vota_store_outbox_done(&copy);
    return code;
}

static int see_through(struct owning *owning, enum vota_session_wait wait)
{
    const uint64_t deadline = vota_session_now() + TIMEOUT;
    for (;;) {
        bool through = false;
        int code = look_at(owning, wait, &through);
        if (code != VOTA_EXIT_OK || through)
            return code;
        code = vota_sending_turn(&owning->sending);
        if (code == VOTA_EXIT_OK)
            code = look_at(owning, wait, &through);
        if (code != VOTA_EXIT_OK || through)
            return code;
        if (vota_session_now() >= deadline)
            return vota_cli_fail(owning->session->cli, VOTA_EXIT_UNCHECKED, "error.owner-waiting",
                                 NULL);
        vota_sending_pause(owning->session);
    }
}

static int perform(struct owning *owning, enum vota_session_wait wait)
{
    struct vota_session *session = owning->session;
    struct vota_error err = {0};
    /* What is open goes first, and the journal is read before we ask what is in it. */
    int code = vota_sending_turn(&owning->sending);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_store_outbox_each(session->store, session->network.id, ~(1u << VOTA_OP_FINAL),
                               note_open, owning, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    if (owning->other != 0)
        vota_cli_warn(session->cli, "warning.owner-other", NULL);
    code = find_or_queue(owning);
    if (code != VOTA_EXIT_OK || owning->operation == 0)
        return code;
    return see_through(owning, wait);
}

int vota_owner_send(struct vota_session *session, const struct vota_owner_call *call,
                    struct vota_tx_signer *signer, enum vota_session_wait wait)
{
    struct owning owning = {
        .session = session, .call = call, .address = vota_tx_signer_address(signer)};
    bool done = false;
    int lock = -1;
    int code = vota_owner_check(session, &owning.address, call->accepts, &done);
    if (code == VOTA_EXIT_OK)
        code = vota_sending_lock(session, VOTA_SENDER_OWNER, &lock);
    if (code != VOTA_EXIT_OK)
        return code;
    if (lock < 0)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.owner-running", NULL);
    vota_sending_start(&owning.sending, session, VOTA_SENDER_OWNER, signer);
    code = perform(&owning, wait);
    vota_sending_done(&owning.sending);
    vota_lock_release(lock);
    return code;
}
