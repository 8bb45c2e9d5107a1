/* SPDX-License-Identifier: Apache-2.0 */
/* See tx_act.h. */
#include "bridge/cli/tx_act.h"

#include <stdio.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/owner_send.h"
#include "bridge/cli/sending.h"
#include "bridge/cli/status_report.h"
#include "bridge/cli/tx_explain.h"
#include "bridge/engine/lock.h"

#define TURNS 4u /* sign, send, and one for a stranger in the pools */

static int find(const struct vota_tx_act *act, struct vota_situation_operation *ret_operation)
{
    char number[24];
    struct vota_error err = {0};
    const struct vota_cli *cli = act->situation->session->cli;
    const enum vota_status status = vota_tx_find(ret_operation, act->situation, act->id, &err);
    (void)snprintf(number, sizeof number, "%lld", (long long)act->id);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.no-operation", "id", number, NULL);
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}

/* Ends the transaction that `status` tells of. */
static enum vota_status end(struct vota_store *store, enum vota_status status,
                            struct vota_error *err)
{
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

static int fail_state(const struct vota_cli *cli, const struct vota_situation_operation *operation,
                      const char *key)
{
    char id[24];
    (void)snprintf(id, sizeof id, "%lld", (long long)operation->about.id);
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, key, "id", id, "state",
                         vota_text(cli, vota_status_state_text(operation->about.state)), NULL);
}

static int report(const struct vota_tx_act *act, const char *key, bool done)
{
    char id[24];
    struct vota_json json;
    struct vota_situation_operation operation;
    const struct vota_cli *cli = act->situation->session->cli;
    const int code = find(act, &operation);
    if (code != VOTA_EXIT_OK)
        return code;
    (void)snprintf(id, sizeof id, "%lld", (long long)act->id);
    if (!cli->json) {
        vota_cli_say(cli, key, "id", id, NULL);
        return VOTA_EXIT_OK;
    }
    vota_json_begin(&json, cli->out);
    vota_json_number(&json, "id", (uint64_t)act->id);
    vota_json_bool(&json, "done", done);
    vota_json_text(&json, "state", vota_status_state_name(operation.about.state));
    vota_json_finish(&json);
    return VOTA_EXIT_OK;
}

/* ---- bump and cancel ---- */

/* Done when the wish is not there any more and what it made has left. */
static bool is_done(const struct vota_situation_operation *operation, enum vota_op_wish wish)
{
    const enum vota_op_state state = operation->about.state;
    if (state == VOTA_OP_MINED || state == VOTA_OP_FINAL || state == VOTA_OP_HALTED)
        return true;
    if (wish == VOTA_WISH_CANCEL)
        return state == VOTA_OP_SENT && operation->has_newest && operation->newest.cancels;
    return state == VOTA_OP_SENT && operation->about.wish == VOTA_WISH_NONE;
}

static int take_turns(const struct vota_tx_act *act, struct vota_sending *sending,
                      enum vota_op_wish wish, bool *ret_done)
{
    struct vota_situation_operation operation;
    for (unsigned i = 0; i < TURNS; i++) {
        int code = vota_sending_turn(sending);
        if (code == VOTA_EXIT_OK)
            code = vota_situation_read(act->situation, false);
        if (code == VOTA_EXIT_OK)
            code = find(act, &operation);
        if (code != VOTA_EXIT_OK)
            return code;
        *ret_done = is_done(&operation, wish);
        if (*ret_done)
            return VOTA_EXIT_OK;
    }
    return VOTA_EXIT_OK;
}

static int send_with(const struct vota_tx_act *act, unsigned kinds, enum vota_op_wish wish,
                     bool *ret_done)
{
    struct vota_session *session = act->situation->session;
    struct vota_tx_signer *owner = NULL;
    struct vota_sending sending;
    bool accepted = false;
    int code = VOTA_EXIT_OK;
    if (kinds == VOTA_SENDER_OWNER)
        code = vota_owner_key_open(session, &owner, act->keystore);
    else
        code = vota_session_load_anchorer(session);
    if (code == VOTA_EXIT_OK && owner != NULL) {
        const vota_addr address = vota_tx_signer_address(owner);
        code = vota_owner_check(session, &address, false, &accepted);
    }
    if (code == VOTA_EXIT_OK) {
        vota_sending_start(&sending, session, kinds, owner != NULL ? owner : session->anchorer);
        code = take_turns(act, &sending, wish, ret_done);
        vota_sending_done(&sending);
    }
    vota_tx_signer_free(owner);
    return code;
}

/* Becomes the sender for as long as it takes; *ret_other: another process is it. */
static int perform(const struct vota_tx_act *act, bool owners, enum vota_op_wish wish,
                   bool *ret_other, bool *ret_done)
{
    const struct vota_situation *situation = act->situation;
    const unsigned kinds = owners ? VOTA_SENDER_OWNER : VOTA_SENDER_ANCHORER;
    int lock = -1;
    if (!situation->connected || (owners && act->keystore == NULL))
        return VOTA_EXIT_OK;
    int code = vota_sending_lock(situation->session, kinds, &lock);
    *ret_other = code == VOTA_EXIT_OK && lock < 0;
    if (code == VOTA_EXIT_OK && lock >= 0)
        code = send_with(act, kinds, wish, ret_done);
    vota_lock_release(lock);
    return code;
}

static int store_wish(const struct vota_tx_act *act, enum vota_op_wish wish)
{
    struct vota_error err = {0};
    struct vota_store *store = act->situation->session->store;
    enum vota_status status = vota_store_begin(store, &err);
    if (status == VOTA_OK)
        status = vota_store_outbox_wish(store, act->id, wish, &err);
    status = end(store, status, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(act->situation->session->cli, &err, "error.store", NULL);
}

int vota_tx_wish(const struct vota_tx_act *act, enum vota_op_wish wish)
{
    struct vota_situation_operation operation;
    const struct vota_cli *cli = act->situation->session->cli;
    const bool cancels = wish == VOTA_WISH_CANCEL;
    bool other = false;
    bool done = false;
    int code = find(act, &operation);
    if (code != VOTA_EXIT_OK)
        return code;
    if (operation.about.state == VOTA_OP_QUEUED)
        return fail_state(cli, &operation, "error.tx-not-signed");
    if (operation.about.state != VOTA_OP_SIGNED && operation.about.state != VOTA_OP_SENT)
        return fail_state(cli, &operation, "error.tx-too-late");
    if (cancels)
        vota_cli_warn(cli, "warning.tx-cancel", NULL);
    else if (operation.why == VOTA_WAIT_FOR_CAP)
        vota_cli_warn(cli, "warning.tx-cap", NULL);
    code = store_wish(act, wish);
    if (code == VOTA_EXIT_OK)
        code = perform(act, vota_situation_is_owners(&operation.about), wish, &other, &done);
    if (code != VOTA_EXIT_OK)
        return code;
    if (done)
        return report(act, cancels ? "tx.cancel.done" : "tx.bump.done", true);
    if (!other && vota_situation_is_owners(&operation.about) && act->keystore == NULL)
        return report(act, "tx.noted.owner", false);
    return report(act, other ? "tx.noted.other" : "tx.noted", false);
}

/* ---- resume ---- */

enum vota_tx_resume vota_tx_may_resume(const struct vota_tx_resume_facts *facts)
{
    if (!facts->halted)
        return VOTA_TX_RESUME_NOT_HALTED;
    if (!facts->was_sent)
        return VOTA_TX_RESUME_NEVER_SENT;
    if (!facts->reached)
        return VOTA_TX_RESUME_UNKNOWN;
    if (facts->nonce_final > facts->nonce)
        return VOTA_TX_RESUME_SETTLED;
    return facts->nonce_latest > facts->nonce ? VOTA_TX_RESUME_NOT_FINAL : VOTA_TX_RESUME_OPEN;
}

struct leaving {
    uint32_t round;
    bool any;
};

static enum vota_status note_leaving(void *context, const struct vota_store_attempt *attempt)
{
    struct leaving *leaving = context;
    leaving->any |= attempt->round == leaving->round && attempt->sent_at != 0;
    return VOTA_OK;
}

static enum vota_status gather(struct vota_tx_resume_facts *ret_facts,
                               const struct vota_situation *situation,
                               const struct vota_store_operation *about, struct vota_error *err)
{
    struct leaving leaving = {.round = about->round};
    const struct vota_view_account *account =
        situation->reached && about->assigned ? vota_view_account(&situation->view, &about->sender)
                                              : NULL;
    const enum vota_status status = vota_store_outbox_attempts(situation->session->store, about->id,
                                                               note_leaving, &leaving, err);
    *ret_facts = (struct vota_tx_resume_facts){.halted = about->state == VOTA_OP_HALTED,
                                               .was_sent = leaving.any,
                                               .reached = account != NULL,
                                               .nonce = about->nonce};
    if (account != NULL) {
        ret_facts->nonce_latest = account->nonce_latest;
        ret_facts->nonce_final = account->nonce_final;
    }
    return status;
}

static const char *refusal_of(enum vota_tx_resume may)
{
    static const char *const keys[] = {[VOTA_TX_RESUME_NEVER_SENT] = NULL,
                                       [VOTA_TX_RESUME_SETTLED] = NULL,
                                       [VOTA_TX_RESUME_NOT_HALTED] = "error.tx-not-halted",
                                       [VOTA_TX_RESUME_OPEN] = "error.tx-nonce-open",
                                       [VOTA_TX_RESUME_NOT_FINAL] = "error.tx-nonce-not-final",
                                       [VOTA_TX_RESUME_UNKNOWN] = "error.tx-nonce-unknown"};
    return keys[may];
}

/* Nobody else resumed it, and no sender took it up, since its facts were gathered. */
static enum vota_status still_halted(struct vota_store *store,
                                     const struct vota_store_operation *judged,
                                     struct vota_error *err)
{
    struct vota_store_operation_copy copy = {0};
    const enum vota_status status = vota_store_outbox_get(&copy, store, judged->id, err);
    const bool same = copy.about.state == VOTA_OP_HALTED && copy.about.round == judged->round;
    vota_store_outbox_done(&copy);
    if (status != VOTA_OK || same)
        return status;
    return vota_fail(err, VOTA_CONFLICT, "outbox", "bad-move");
}

int vota_tx_resume(const struct vota_tx_act *act)
{
    struct vota_situation_operation operation;
    struct vota_tx_resume_facts facts;
    struct vota_error err = {0};
    const struct vota_cli *cli = act->situation->session->cli;
    struct vota_store *store = act->situation->session->store;
    const int code = find(act, &operation);
    if (code != VOTA_EXIT_OK)
        return code;
    if (gather(&facts, act->situation, &operation.about, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    const enum vota_tx_resume may = vota_tx_may_resume(&facts);
    if (refusal_of(may) != NULL) {
        const int failed = fail_state(cli, &operation, refusal_of(may));
        return may == VOTA_TX_RESUME_UNKNOWN ? VOTA_EXIT_UNCHECKED : failed;
    }
    enum vota_status status = vota_store_begin(store, &err);
    if (status == VOTA_OK)
        status = still_halted(store, &operation.about, &err);
    if (status == VOTA_OK)
        status = vota_store_outbox_requeue(store, act->id, NULL, &err);
    if (end(store, status, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    const int read = vota_situation_read(act->situation, false);
    return read == VOTA_EXIT_OK ? report(act, "tx.resumed", true) : read;
}
