/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for the outbox: this process becomes the sender, or watches the one
 * there is. See session.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/output.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/session.h"
#include "bridge/engine/lock.h"
#include "proof/hex.h"

#define POLL_LOCAL_MS 500u   /* a local test chain makes a block a second */
#define POLL_MS       12000u /* a slot */

/* The outbox of one network. */
struct settling {
    struct vota_session *session;
    struct settle *whole;
    struct vota_sender sender;
    bool is_secondary; /* holds nothing up, and its failures are warnings */
    bool given_up;     /* until the next run */
    uint64_t left;     /* steps still to go */
    uint64_t moved_at; /* when that changed last */
    char held[VOTA_SENDER_REASON_MAX + 1];
};

struct settle {
    struct settling item[2]; /* the session's own network, and its secondary */
    size_t n;
    struct vota_progress progress;
    enum vota_session_wait wait;
    bool waits_for_secondary;
    uint64_t deadline;
    uint64_t total; /* steps when waiting began: two for each operation */
};

static void sleep_a_poll(const struct settle *settle)
{
    bool local = false;
    for (size_t i = 0; i < settle->n; i++)
        local = local || vota_session_is_local(settle->item[i].session);
    const unsigned ms = local ? POLL_LOCAL_MS : POLL_MS;
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)nanosleep(&pause, NULL);
}

static void on_event(void *context, const struct vota_sender_event *event)
{
    struct settling *settling = context;
    char key[64];
    char id[24];
    char hash[VOTA_HASH_HEX_CHARS + 1] = "";
    const struct vota_cli *cli = settling->session->cli;
    if (cli->json || strcmp(event->name, "held") == 0 || event->operation == NULL)
        return;
    (void)snprintf(key, sizeof key, "sender.%s", event->name);
    (void)snprintf(id, sizeof id, "%lld", (long long)event->operation->id);
    if (event->attempt != NULL)
        vota_hex_of_hash(hash, &event->attempt->tx_hash);
    vota_progress_end(&settling->whole->progress);
    vota_text_print(cli, cli->err, key, "id", id, "what",
                    vota_text(cli, vota_session_kind_text(event->operation->kind)), "tx", hash,
                    "detail", event->detail != NULL ? event->detail : "", NULL);
    (void)fputc('\n', cli->err);
}

static void set_up_sender(struct settling *settling)
{
    struct vota_session *session = settling->session;
    const struct vota_config *config = &session->config;
    settling->sender = (struct vota_sender){.store = session->store,
                                            .network_id = session->network.id,
                                            .network_name = session->network.name,
                                            .quorum = &session->quorum,
                                            .signer = session->anchorer,
                                            .kinds = VOTA_SENDER_ANCHORER,
                                            .address = vota_tx_signer_address(session->anchorer),
                                            .limits = {.fees = {.tip_min = config->min_tip,
                                                                .tip_max = config->max_tip,
                                                                .fee_max = config->max_fee},
                                                       .tx_max = config->max_tx,
                                                       .day_max = config->max_day,
                                                       .deploy_max = config->max_deploy},
                                            .policy = vota_anchor_defaults,
                                            .on_event = on_event,
                                            .context = settling};
    settling->sender.policy.bump_after = config->bump_after;
    if (vota_session_is_local(session)) {
        settling->sender.policy.resend_after = 2;
        settling->sender.policy.stranger_wait = 10;
    }
}

/*
 * Steps still to go: two for what is not mined, one for what is not final.
 * *ret_unsettled: operations that a reorganisation may still take back.
 */
static int count_open(struct settling *settling, uint64_t *ret_unsettled)
{
    uint64_t counts[VOTA_OP_STATES];
    struct vota_error err = {0};
    struct vota_session *session = settling->session;
    if (vota_store_outbox_count(counts, session->store, session->network.id, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    const uint64_t unmined = counts[VOTA_OP_QUEUED] + counts[VOTA_OP_SIGNED] + counts[VOTA_OP_SENT];
    const bool to_final = settling->whole->wait == VOTA_WAIT_FINAL;
    const uint64_t left = 2 * unmined + (to_final ? counts[VOTA_OP_MINED] : 0);
    if (left != settling->left)
        settling->moved_at = vota_session_now();
    settling->left = left;
    *ret_unsettled = unmined + counts[VOTA_OP_MINED];
    if (counts[VOTA_OP_HALTED] > 0)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.halted", NULL);
    return VOTA_EXIT_OK;
}

/* A secondary's trouble is told once, and its work goes on at the next run. */
static int give_up(struct settling *settling, int code)
{
    if (code == VOTA_EXIT_OK || !settling->is_secondary)
        return code;
    settling->given_up = true;
    vota_progress_end(&settling->whole->progress);
    vota_cli_warn(settling->session->cli, "warning.secondary", "network",
                  settling->session->network.name, NULL);
    return settling->whole->waits_for_secondary ? code : VOTA_EXIT_OK;
}

static void show(struct settle *settle)
{
    uint64_t left = 0;
    for (size_t i = 0; i < settle->n; i++)
        left += settle->item[i].given_up ? 0 : settle->item[i].left;
    settle->progress.total = settle->total;
    vota_progress_at(&settle->progress, settle->total > left ? settle->total - left : 0);
}

/* Why nothing moves, said once each time the reason changes. */
static void tell_held(struct settling *settling, const char *reason)
{
    if (strcmp(settling->held, reason) == 0)
        return;
    (void)snprintf(settling->held, sizeof settling->held, "%s", reason);
    if (reason[0] == '\0')
        return;
    vota_progress_end(&settling->whole->progress);
    vota_cli_warn(settling->session->cli, "warning.held", "reason",
                  vota_cli_reason(settling->session->cli, reason), NULL);
}

/* Going on would make it worse: the reader is told what to do instead of waiting. */
static int tell_stopped(const struct settling *settling, const struct vota_store_stop *stop)
{
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = settling->session->cli;
    vota_output_number(entry, stop->entry);
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.stopped", "reason",
                         vota_cli_reason(cli, stop->reason), "entry", entry, NULL);
}

/* One turn of our own; what could not be read is tried again until the deadline. */
static int take_turn(struct settling *settling)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    const enum vota_status status =
        vota_sender_turn(&turn, &settling->sender, vota_session_now(), &err);
    if (status == VOTA_OK) {
        if (turn.stop.reason[0] != '\0')
            return tell_stopped(settling, &turn.stop);
        tell_held(settling, turn.held);
        return VOTA_EXIT_OK;
    }
    if (status == VOTA_REMOTE || status == VOTA_CONFLICT) {
        tell_held(settling, err.text);
        return VOTA_EXIT_OK;
    }
    return vota_cli_fail_error(settling->session->cli, &err, "error.sender", NULL);
}

static int take_turns(struct settle *settle, bool is_sender)
{
    for (size_t i = 0; i < settle->n; i++) {
        struct settling *item = &settle->item[i];
        uint64_t unsettled = 0;
        if (item->given_up)
            continue;
        int code = is_sender ? take_turn(item) : VOTA_EXIT_OK;
        if (code == VOTA_EXIT_OK)
            code = count_open(item, &unsettled);
        code = give_up(item, code);
        if (code != VOTA_EXIT_OK)
            return code;
    }
    return VOTA_EXIT_OK;
}

/* Through, or not to be waited for: a secondary is given time while it moves. */
static bool is_through(const struct settling *item)
{
    if (item->given_up || item->left == 0)
        return true;
    if (!item->is_secondary || item->whole->waits_for_secondary)
        return false;
    const uint64_t patience = vota_session_is_local(item->session) ? 3 : 3 * POLL_MS / 1000;
    return item->held[0] != '\0' || vota_session_now() > item->moved_at + patience;
}

static int settle_loop(struct settle *settle, bool is_sender)
{
    for (;;) {
        const int code = take_turns(settle, is_sender);
        bool through = true;
        for (size_t i = 0; i < settle->n; i++)
            through = through && is_through(&settle->item[i]);
        if (code != VOTA_EXIT_OK || through)
            return code;
        show(settle);
        if (vota_session_now() >= settle->deadline)
            return vota_cli_fail(settle->item[0].session->cli, VOTA_EXIT_UNCHECKED,
                                 "error.still-waiting", NULL);
        sleep_a_poll(settle);
    }
}

static void add_item(struct settle *settle, struct vota_session *session, bool is_secondary)
{
    settle->item[settle->n++] = (struct settling){.session = session,
                                                  .whole = settle,
                                                  .is_secondary = is_secondary,
                                                  .moved_at = vota_session_now()};
}

/* Networks with something to do; nothing left to do when there is none. */
static int choose_items(struct settle *settle, struct vota_session *session)
{
    settle->waits_for_secondary = session->waits_for_secondary;
    add_item(settle, session, false);
    if (session->secondary != NULL) {
        session->secondary->password_file = session->password_file;
        add_item(settle, session->secondary, true);
    }
    size_t n = 0;
    for (size_t i = 0; i < settle->n; i++) {
        uint64_t unsettled = 0;
        const int code = give_up(&settle->item[i], count_open(&settle->item[i], &unsettled));
        if (code != VOTA_EXIT_OK)
            return code;
        settle->total += settle->item[i].left;
        if (unsettled > 0 && !settle->item[i].given_up)
            settle->item[n++] = settle->item[i];
    }
    settle->n = n;
    return VOTA_EXIT_OK;
}

static int set_up_senders(struct settle *settle)
{
    for (size_t i = 0; i < settle->n; i++) {
        const int code = vota_session_load_anchorer(settle->item[i].session);
        if (code == VOTA_EXIT_OK)
            set_up_sender(&settle->item[i]);
        else if (give_up(&settle->item[i], code) != VOTA_EXIT_OK)
            return code;
    }
    return VOTA_EXIT_OK;
}

static int run_settle(struct settle *settle, struct vota_cli *cli)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    int lock = -1;
    int code = VOTA_EXIT_OK;
    enum vota_status status = vota_directory_path(&cli->dir, path, "sender.lock", &err);
    if (status == VOTA_OK)
        status = vota_lock_take(&lock, path, &err);
    if (status != VOTA_OK && status != VOTA_CONFLICT)
        return vota_cli_fail_error(cli, &err, "error.sender", NULL);
    if (status == VOTA_OK)
        code = set_up_senders(settle);
    if (code == VOTA_EXIT_OK) {
        vota_progress_start(&settle->progress, cli, "progress.anchoring", settle->total);
        code = settle_loop(settle, status == VOTA_OK);
        vota_progress_end(&settle->progress);
    }
    vota_lock_release(lock);
    return code;
}

int vota_session_settle(struct vota_session *session, enum vota_session_wait wait, uint64_t timeout)
{
    struct settle *settle = calloc(1, sizeof *settle);
    if (settle == NULL)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    settle->wait = wait;
    settle->deadline = vota_session_now() + timeout;
    int code = choose_items(settle, session);
    if (code == VOTA_EXIT_OK && settle->n > 0)
        code = run_settle(settle, session->cli);
    for (size_t i = 0; i < settle->n; i++)
        vota_sender_done(&settle->item[i].sender);
    free(settle);
    return code;
}

/* Batches until none is due. */
static int seal_all(struct vota_session *session, enum vota_batch_press press)
{
    const struct vota_batch_policy policy = vota_session_batch_policy(session);
    for (;;) {
        struct vota_store_pending pending;
        struct vota_store_batch batch;
        struct vota_error err = {0};
        const uint64_t now = vota_session_now();
        enum vota_status status =
            vota_store_batch_pending(&pending, session->store, session->network.line, &err);
        if (status == VOTA_OK && !vota_batch_is_due(&pending, &policy, now, press))
            return VOTA_EXIT_OK;
        if (status == VOTA_OK)
            status =
                vota_batch_seal(&batch, session->store, session->network.line, &policy, now, &err);
        if (status == VOTA_NOT_FOUND)
            return VOTA_EXIT_OK;
        if (status != VOTA_OK)
            return vota_cli_fail_error(session->cli, &err, "error.seal", NULL);
    }
}

int vota_session_anchor(struct vota_session *session, enum vota_batch_press press,
                        enum vota_session_wait wait, uint64_t timeout)
{
    /* Openings first: rows may be sealed only when their register is in the journal. */
    int code = vota_session_settle(session, VOTA_WAIT_MINED, timeout);
    if (code == VOTA_EXIT_OK)
        code = seal_all(session, press);
    if (code == VOTA_EXIT_OK)
        code = vota_session_settle(session, wait, timeout);
    return code;
}
