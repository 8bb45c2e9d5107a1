/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for the outbox: this process becomes the sender, or watches the one
 * there is. See session.h.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/progress.h"
#include "bridge/cli/session.h"
#include "bridge/engine/lock.h"
#include "proof/hex.h"

#define POLL_LOCAL_MS 500u   /* a local test chain makes a block a second */
#define POLL_MS       12000u /* a slot */

struct settling {
    struct vota_session *session;
    struct vota_sender sender;
    struct vota_progress progress;
    enum vota_session_wait wait;
    uint64_t deadline;
    uint64_t total; /* steps when waiting began: two for each operation */
    char held[VOTA_SENDER_REASON_MAX + 1];
};

static void sleep_a_poll(const struct settling *settling)
{
    const bool local =
        strcmp(settling->session->config.network[VOTA_CONFIG_PRIMARY].preset, "dev") == 0;
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
    vota_progress_end(&settling->progress);
    vota_text_print(cli, cli->err, key, "id", id, "what",
                    vota_text(cli, vota_session_kind_text(event->operation->kind)), "tx", hash,
                    "detail", event->detail != NULL ? event->detail : "", NULL);
    (void)fputc('\n', cli->err);
}

static void set_up_sender(struct settling *settling)
{
    struct vota_session *session = settling->session;
    const struct vota_config *config = &session->config;
    settling->sender =
        (struct vota_sender){.store = session->store,
                             .network_id = session->network.id,
                             .network_name = session->config.network[VOTA_CONFIG_PRIMARY].preset,
                             .provider = vota_connect_first(&session->connections),
                             .broadcast = session->broadcast,
                             .n_broadcast = session->n_broadcast,
                             .signer = session->anchorer,
                             .sender = vota_tx_signer_address(session->anchorer),
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
    if (strcmp(config->network[VOTA_CONFIG_PRIMARY].preset, "dev") == 0)
        settling->sender.policy.resend_after = 2;
}

/*
 * Steps still to go: two for what is not mined, one for what is not final.
 * *ret_unsettled: operations that a reorganisation may still take back.
 */
static int count_open(struct settling *settling, uint64_t *ret_left, uint64_t *ret_unsettled)
{
    uint64_t counts[VOTA_OP_STATES];
    struct vota_error err = {0};
    struct vota_session *session = settling->session;
    if (vota_store_outbox_count(counts, session->store, session->network.id, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    const uint64_t unmined = counts[VOTA_OP_QUEUED] + counts[VOTA_OP_SIGNED] + counts[VOTA_OP_SENT];
    *ret_left =
        settling->wait == VOTA_WAIT_FINAL ? 2 * unmined + counts[VOTA_OP_MINED] : 2 * unmined;
    *ret_unsettled = unmined + counts[VOTA_OP_MINED];
    if (counts[VOTA_OP_HALTED] > 0)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.halted", NULL);
    return VOTA_EXIT_OK;
}

static void show(struct settling *settling, uint64_t left)
{
    settling->progress.total = settling->total;
    vota_progress_at(&settling->progress, settling->total > left ? settling->total - left : 0);
}

/* Why nothing moves, said once each time the reason changes. */
static void tell_held(struct settling *settling, const char *reason)
{
    if (strcmp(settling->held, reason) == 0)
        return;
    (void)snprintf(settling->held, sizeof settling->held, "%s", reason);
    if (reason[0] == '\0')
        return;
    vota_progress_end(&settling->progress);
    vota_cli_warn(settling->session->cli, "warning.held", "reason",
                  vota_cli_reason(settling->session->cli, reason), NULL);
}

/* One turn of our own; what could not be read is tried again until the deadline. */
static int take_turn(struct settling *settling)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    const enum vota_status status =
        vota_sender_turn(&turn, &settling->sender, vota_session_now(), &err);
    if (status == VOTA_OK) {
        tell_held(settling, turn.held);
        return VOTA_EXIT_OK;
    }
    if (status == VOTA_REMOTE || status == VOTA_CONFLICT) {
        tell_held(settling, err.text);
        return VOTA_EXIT_OK;
    }
    return vota_cli_fail_error(settling->session->cli, &err, "error.sender", NULL);
}

static int settle_loop(struct settling *settling, bool is_sender)
{
    uint64_t left = 0;
    uint64_t unsettled = 0;
    for (;;) {
        int code = is_sender ? take_turn(settling) : VOTA_EXIT_OK;
        if (code == VOTA_EXIT_OK)
            code = count_open(settling, &left, &unsettled);
        if (code != VOTA_EXIT_OK || left == 0)
            return code;
        show(settling, left);
        if (vota_session_now() >= settling->deadline)
            return vota_cli_fail(settling->session->cli, VOTA_EXIT_UNCHECKED, "error.still-waiting",
                                 NULL);
        sleep_a_poll(settling);
    }
}

static int load_anchorer(struct vota_session *session)
{
    if (session->anchorer != NULL)
        return VOTA_EXIT_OK;
    struct vota_signer *key = NULL;
    struct vota_error err = {0};
    const int code = vota_session_key_open(session, &key, "anchorer");
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_tx_signer_local(&session->anchorer, key, &err) != VOTA_OK)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    return VOTA_EXIT_OK;
}

int vota_session_settle(struct vota_session *session, enum vota_session_wait wait, uint64_t timeout)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    struct settling settling = {
        .session = session, .wait = wait, .deadline = vota_session_now() + timeout};
    uint64_t unsettled = 0;
    int lock = -1;
    int code = count_open(&settling, &settling.total, &unsettled);
    if (code != VOTA_EXIT_OK || unsettled == 0)
        return code;
    enum vota_status status = vota_directory_path(&session->cli->dir, path, "sender.lock", &err);
    if (status == VOTA_OK)
        status = vota_lock_take(&lock, path, &err);
    if (status != VOTA_OK && status != VOTA_CONFLICT)
        return vota_cli_fail_error(session->cli, &err, "error.sender", NULL);
    if (status == VOTA_OK) {
        code = load_anchorer(session);
        if (code == VOTA_EXIT_OK)
            set_up_sender(&settling);
    }
    if (code == VOTA_EXIT_OK) {
        vota_progress_start(&settling.progress, session->cli, "progress.anchoring", settling.total);
        code = settle_loop(&settling, status == VOTA_OK);
        vota_progress_end(&settling.progress);
    }
    vota_lock_release(lock);
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
            vota_store_batch_pending(&pending, session->store, session->network.id, &err);
        if (status == VOTA_OK && !vota_batch_is_due(&pending, &policy, now, press))
            return VOTA_EXIT_OK;
        if (status == VOTA_OK)
            status =
                vota_batch_seal(&batch, session->store, session->network.id, &policy, now, &err);
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
