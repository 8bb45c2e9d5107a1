/* SPDX-License-Identifier: Apache-2.0 */
/* See tx_explain.h. */
#include "bridge/cli/tx_explain.h"

#include <stdio.h>

#include "bridge/cli/output.h"
#include "bridge/cli/phrase.h"
#include "bridge/cli/status_report.h"
#include "bridge/store/store_register.h"
#include "proof/hex.h"

enum vota_status vota_tx_find(struct vota_situation_operation *ret_operation,
                              const struct vota_situation *situation, int64_t id,
                              struct vota_error *err)
{
    struct vota_store_operation_copy copy = {0};
    for (size_t i = 0; i < situation->n_open; i++) {
        if (situation->open[i].about.id != id)
            continue;
        *ret_operation = situation->open[i];
        return VOTA_OK;
    }
    const enum vota_status status =
        vota_store_outbox_get(&copy, situation->session->store, id, err);
    if (status != VOTA_OK)
        return status;
    *ret_operation = (struct vota_situation_operation){.about = copy.about};
    ret_operation->about.arguments = (struct vota_slice){NULL, 0};
    ret_operation->about.calldata = (struct vota_slice){NULL, 0};
    vota_store_outbox_done(&copy);
    ret_operation->why =
        ret_operation->about.state == VOTA_OP_FINAL ? VOTA_WAIT_FOR_NOTHING : VOTA_WAIT_FOR_LOOK;
    if (ret_operation->about.network != situation->session->network.id)
        return vota_fail(err, VOTA_NOT_FOUND, "operation", "not-found");
    return VOTA_OK;
}

/* A sentence of its own lines, indented. */
static void say(const struct vota_cli *cli, const struct vota_phrase *phrase, size_t indent)
{
    vota_output_wrap(cli, phrase->text, indent, 0);
}

/* ---- what it is ---- */

static void name_subject(const struct vota_situation *situation,
                         const struct vota_store_operation *about, struct vota_phrase *ret_phrase)
{
    char rows[VOTA_OUTPUT_NUMBER_CAP];
    struct vota_store_batch batch;
    struct vota_store_register_copy reg = {0};
    struct vota_error err = {0};
    const struct vota_cli *cli = situation->session->cli;
    struct vota_store *store = situation->session->store;
    const char *what = vota_text(cli, vota_session_kind_text(about->kind));
    if (about->batch != 0 && vota_store_batch_get(&batch, store, about->batch, &err) == VOTA_OK) {
        vota_output_number(rows, batch.count);
        vota_phrase_say(cli, ret_phrase, "tx.subject.rows", "what", what, "count", rows, NULL);
    } else if (about->reg != 0 &&
               vota_store_register_get_id(&reg, store, about->reg, &err) == VOTA_OK) {
        vota_phrase_say(cli, ret_phrase, "tx.subject.register", "what", what, "register",
                        reg.about.slug, NULL);
    } else {
        vota_phrase_say(cli, ret_phrase, "tx.subject", "what", what, NULL);
    }
    vota_store_register_done(&reg);
}

static void explain_subject(const struct vota_situation *situation,
                            const struct vota_store_operation *about)
{
    char id[24];
    char time[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase subject;
    struct vota_phrase phrase;
    const struct vota_cli *cli = situation->session->cli;
    (void)snprintf(id, sizeof id, "%lld", (long long)about->id);
    name_subject(situation, about, &subject);
    vota_output_time(cli, time, about->created_at);
    vota_phrase_say(cli, &phrase, "tx.about", "id", id, "what", subject.text, "time", time, "state",
                    vota_text(cli, vota_status_state_text(about->state)), NULL);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    say(cli, &phrase, 0);
    vota_output_plain(cli);
}

/* ---- what was tried ---- */

struct telling {
    const struct vota_situation *situation;
    uint32_t round;
    bool any;
};

static const char *became_key(enum vota_attempt_state state)
{
    static const char *const keys[] = {[VOTA_ATTEMPT_SIGNED] = "tx.became.signed",
                                       [VOTA_ATTEMPT_SENT] = "tx.became.sent",
                                       [VOTA_ATTEMPT_MINED] = "tx.became.mined",
                                       [VOTA_ATTEMPT_REPLACED] = "tx.became.replaced",
                                       [VOTA_ATTEMPT_DROPPED] = "tx.became.dropped"};
    return keys[state];
}

static void tell_round(struct telling *telling, const struct vota_store_attempt *attempt)
{
    char round[VOTA_OUTPUT_NUMBER_CAP];
    char nonce[VOTA_OUTPUT_NUMBER_CAP];
    struct vota_phrase phrase;
    const struct vota_cli *cli = telling->situation->session->cli;
    if (telling->any && telling->round == attempt->round)
        return;
    telling->any = true;
    telling->round = attempt->round;
    vota_output_number(round, (uint64_t)attempt->round + 1);
    vota_output_number(nonce, attempt->nonce);
    vota_phrase_say(cli, &phrase, attempt->round == 0 ? "tx.round.first" : "tx.round", "round",
                    round, "nonce", nonce, NULL);
    say(cli, &phrase, 2);
}

static enum vota_status tell_attempt(void *context, const struct vota_store_attempt *attempt)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    char fee[VOTA_OUTPUT_NUMBER_CAP];
    char tip[VOTA_OUTPUT_NUMBER_CAP];
    char age[VOTA_OUTPUT_TIME_CAP];
    char hash[VOTA_HASH_HEX_CHARS + 1];
    struct vota_phrase became;
    struct vota_phrase phrase;
    struct telling *telling = context;
    const struct vota_cli *cli = telling->situation->session->cli;
    const uint64_t now = telling->situation->now;
    tell_round(telling, attempt);
    vota_output_number(number, attempt->number);
    vota_output_time(cli, time, attempt->created_at);
    vota_output_gwei_short(fee, attempt->max_fee);
    vota_output_gwei_short(tip, attempt->tip);
    vota_output_span(cli, age, now > attempt->sent_at ? now - attempt->sent_at : 0);
    vota_hex_of_hash(hash, &attempt->tx_hash);
    vota_phrase_say(cli, &became, became_key(attempt->state), "age", age, NULL);
    vota_phrase_say(cli, &phrase, attempt->cancels ? "tx.attempt.cancels" : "tx.attempt", "number",
                    number, "time", time, "fee", fee, "tip", tip, "became", became.text, "tx", hash,
                    NULL);
    say(cli, &phrase, 4);
    return VOTA_OK;
}

/* ---- where it stands ---- */

static void explain_entry(const struct vota_situation *situation,
                          const struct vota_store_operation *about)
{
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase phrase;
    const struct vota_cli *cli = situation->session->cli;
    if (!about->entered)
        return;
    vota_output_number(entry, about->entry.number);
    vota_output_number(block, about->entry.block);
    vota_output_time(cli, time, about->entry.time);
    vota_phrase_say(cli, &phrase, about->kind == VOTA_OP_DEPLOY ? "tx.deployed" : "tx.entry",
                    "entry", entry, "block", block, "time", time, NULL);
    say(cli, &phrase, 2);
}

static void explain_wish(const struct vota_cli *cli, enum vota_op_wish wish)
{
    struct vota_phrase phrase;
    if (wish == VOTA_WISH_NONE)
        return;
    vota_phrase_say(cli, &phrase, wish == VOTA_WISH_BUMP ? "tx.wish.bump" : "tx.wish.cancel", NULL);
    say(cli, &phrase, 2);
}

static void explain_wait(const struct vota_situation *situation,
                         const struct vota_situation_operation *operation)
{
    char id[24];
    char next[64];
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    struct vota_phrase advice;
    struct vota_phrase phrase;
    const struct vota_cli *cli = situation->session->cli;
    const struct vota_store_operation *about = &operation->about;
    const char *why = vota_wait_text(operation->why);
    (void)snprintf(id, sizeof id, "%lld", (long long)about->id);
    vota_output_number(entry, situation->stop.entry);
    if (about->state == VOTA_OP_HALTED) {
        vota_phrase_say(cli, &phrase, "tx.halted", "reason", vota_cli_reason(cli, about->reason),
                        NULL);
        say(cli, &phrase, 2);
    }
    vota_phrase_say(cli, &phrase, "tx.now", "why", vota_text(cli, why), NULL);
    say(cli, &phrase, 2);
    (void)snprintf(next, sizeof next, "%s.next", why);
    if (vota_text_find(cli->lang, next) == NULL)
        return;
    vota_phrase_say(cli, &advice, next, "id", id, "entry", entry, NULL);
    vota_phrase_say(cli, &phrase, "tx.advice", "advice", advice.text, NULL);
    say(cli, &phrase, 2);
}

/* ---- all of it ---- */

static enum vota_status attempt_json(void *context, const struct vota_store_attempt *attempt)
{
    static const char *const states[] = {[VOTA_ATTEMPT_SIGNED] = "signed",
                                         [VOTA_ATTEMPT_SENT] = "sent",
                                         [VOTA_ATTEMPT_MINED] = "mined",
                                         [VOTA_ATTEMPT_REPLACED] = "replaced",
                                         [VOTA_ATTEMPT_DROPPED] = "dropped"};
    struct vota_json *json = context;
    vota_json_object(json, NULL);
    vota_json_number(json, "round", attempt->round);
    vota_json_number(json, "number", attempt->number);
    vota_json_number(json, "nonce", attempt->nonce);
    vota_json_hash(json, "transaction", &attempt->tx_hash);
    vota_json_number(json, "max_fee_wei", attempt->max_fee);
    vota_json_number(json, "tip_wei", attempt->tip);
    vota_json_number(json, "gas_limit", attempt->gas_limit);
    vota_json_bool(json, "cancels", attempt->cancels);
    vota_json_text(json, "state", states[attempt->state]);
    vota_json_time(json, "signed_at", attempt->created_at);
    vota_json_end(json);
    return VOTA_OK;
}

static enum vota_status write_json(struct vota_json *json, const struct vota_situation *situation,
                                   const struct vota_situation_operation *operation,
                                   struct vota_error *err)
{
    vota_json_object(json, NULL);
    vota_status_json_operation(json, operation);
    vota_json_array(json, "every_attempt");
    const enum vota_status status = vota_store_outbox_attempts(
        situation->session->store, operation->about.id, attempt_json, json, err);
    vota_json_end(json);
    vota_json_end(json);
    return status;
}

static enum vota_status explain_one(const struct vota_situation *situation,
                                    const struct vota_situation_operation *operation,
                                    struct vota_error *err)
{
    struct telling telling = {.situation = situation};
    explain_subject(situation, &operation->about);
    const enum vota_status status = vota_store_outbox_attempts(
        situation->session->store, operation->about.id, tell_attempt, &telling, err);
    explain_entry(situation, &operation->about);
    explain_wish(situation->session->cli, operation->about.wish);
    explain_wait(situation, operation);
    return status;
}

int vota_tx_explain(const struct vota_situation *situation, int64_t id)
{
    char number[24];
    struct vota_situation_operation operation;
    struct vota_error err = {0};
    struct vota_json json;
    const struct vota_cli *cli = situation->session->cli;
    (void)snprintf(number, sizeof number, "%lld", (long long)id);
    enum vota_status status = vota_tx_find(&operation, situation, id, &err);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.no-operation", "id", number, NULL);
    if (status == VOTA_OK && cli->json) {
        vota_json_begin(&json, cli->out);
        vota_json_array(&json, "operations");
        status = write_json(&json, situation, &operation, &err);
        vota_json_end(&json);
        vota_json_finish(&json);
    } else if (status == VOTA_OK) {
        status = explain_one(situation, &operation, &err);
    }
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}

static void explain_stop(const struct vota_situation *situation)
{
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase phrase;
    const struct vota_cli *cli = situation->session->cli;
    const struct vota_store_stop *stop = &situation->stop;
    vota_output_number(entry, stop->entry);
    vota_output_time(cli, time, stop->raised_at);
    vota_phrase_say(cli, &phrase, stop->entry == 0 ? "tx.restored" : "tx.stop", "time", time,
                    "reason", vota_cli_reason(cli, stop->reason), "entry", entry, NULL);
    vota_output_style(cli, VOTA_STYLE_BAD);
    say(cli, &phrase, 0);
    vota_output_plain(cli);
    vota_phrase_say(cli, &phrase, stop->entry == 0 ? "wait.restored.next" : "wait.stop.next",
                    "entry", entry, NULL);
    say(cli, &phrase, 2);
}

int vota_tx_explain_json(struct vota_json *json, const struct vota_situation *situation)
{
    struct vota_error err = {0};
    enum vota_status status = VOTA_OK;
    const struct vota_cli *cli = situation->session->cli;
    vota_json_object(json, NULL);
    vota_json_text(json, "network", situation->session->network.name);
    vota_json_text(json, "stop", situation->has_stop ? situation->stop.reason : NULL);
    vota_json_number(json, "stop_entry", situation->has_stop ? situation->stop.entry : 0);
    vota_json_array(json, "operations");
    for (size_t i = 0; status == VOTA_OK && i < situation->n_open; i++)
        status = write_json(json, situation, &situation->open[i], &err);
    vota_json_end(json);
    vota_json_end(json);
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}

int vota_tx_explain_all(const struct vota_situation *situation)
{
    struct vota_error err = {0};
    enum vota_status status = VOTA_OK;
    const struct vota_cli *cli = situation->session->cli;
    if (situation->has_stop)
        explain_stop(situation);
    else if (situation->n_open == 0)
        vota_cli_say(cli, "tx.none", NULL);
    for (size_t i = 0; status == VOTA_OK && i < situation->n_open; i++) {
        if (i > 0 || situation->has_stop)
            (void)fputc('\n', cli->out);
        status = explain_one(situation, &situation->open[i], &err);
    }
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}
