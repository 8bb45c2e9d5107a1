/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for the outbox: this process becomes the sender, or watches the one
 * there is. See session.h.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/sending.h"
#include "bridge/engine/lock.h"

#define SLOT 12u

/* The outbox of one network. */
struct settling {
    struct vota_session *session;
    struct settle *whole;
    struct vota_sending sending;
    bool is_secondary; /* holds nothing up, and its failures are warnings */
    bool given_up;     /* until the next run */
    uint64_t left;     /* steps still to go */
    uint64_t moved_at; /* when that changed last */
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

/* As often as the network that needs it most. */
static void sleep_a_poll(const struct settle *settle)
{
    const struct vota_session *chosen = settle->item[0].session;
    for (size_t i = 1; i < settle->n; i++) {
        if (vota_session_is_local(settle->item[i].session))
            chosen = settle->item[i].session;
    }
    vota_sending_pause(chosen);
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
    if (vota_sending_count(counts, session, VOTA_SENDER_ANCHORER, &err) != VOTA_OK)
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

static int take_turns(struct settle *settle, bool is_sender)
{
    for (size_t i = 0; i < settle->n; i++) {
        struct settling *item = &settle->item[i];
        uint64_t unsettled = 0;
        if (item->given_up)
            continue;
        int code = is_sender ? vota_sending_turn(&item->sending) : VOTA_EXIT_OK;
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
    const uint64_t patience = vota_session_is_local(item->session) ? 3 : 3 * SLOT;
    return item->sending.held[0] != '\0' || vota_session_now() > item->moved_at + patience;
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
        struct settling *item = &settle->item[i];
        const int code = vota_session_load_anchorer(item->session);
        if (code == VOTA_EXIT_OK) {
            vota_sending_start(&item->sending, item->session, VOTA_SENDER_ANCHORER,
                               item->session->anchorer);
            item->sending.progress = &settle->progress;
        } else if (give_up(item, code) != VOTA_EXIT_OK) {
            return code;
        }
    }
    return VOTA_EXIT_OK;
}

static int run_settle(struct settle *settle, struct vota_session *session)
{
    int lock = -1;
    int code = vota_sending_lock(session, VOTA_SENDER_ANCHORER, &lock);
    if (code == VOTA_EXIT_OK && lock >= 0)
        code = set_up_senders(settle);
    if (code == VOTA_EXIT_OK) {
        vota_progress_start(&settle->progress, session->cli, "progress.anchoring", settle->total);
        code = settle_loop(settle, lock >= 0);
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
        code = run_settle(settle, session);
    for (size_t i = 0; i < settle->n; i++)
        vota_sending_done(&settle->item[i].sending);
    free(settle);
    return code;
}

/* Rows that stay behind, and until when: a person who asked to anchor should know. */
static void tell_left(const struct vota_session *session, const struct vota_store_pending *pending,
                      const struct vota_batch_due *due)
{
    char count[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    if (due->why == VOTA_BATCH_NOTHING)
        return;
    vota_output_number(count, pending->count);
    vota_output_time(session->cli, time, due->at);
    vota_cli_warn(session->cli, "warning.left", "count", count, "time", time, NULL);
}

/* Batches until none is due. */
static int seal_all(struct vota_session *session, enum vota_batch_press press)
{
    struct vota_batch_rest rest;
    struct vota_error err = {0};
    const struct vota_batch_round round = {.network = session->network.line,
                                           .policy = vota_session_batch_policy(session),
                                           .press = press,
                                           .now = vota_session_now()};
    if (vota_batch_seal_due(&rest, session->store, &round, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.seal", NULL);
    if (rest.due.at > round.now)
        tell_left(session, &rest.pending, &rest.due);
    return VOTA_EXIT_OK;
}

/*
 * Nothing is sealed on a journal that we have not seen: rows that an older copy of this store
 * knows as waiting may be in a batch already.
 */
static int look_first(struct vota_session *session)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    const enum vota_status status = vota_session_look(session, &turn, &err);
    if (status == VOTA_OK && turn.stop.reason[0] != '\0')
        return vota_sending_tell_stop(session, &turn.stop);
    if (status == VOTA_OK || (status == VOTA_CONFLICT && strcmp(err.text, "sender-running") == 0))
        return VOTA_EXIT_OK;
    const int code = vota_cli_fail_error(session->cli, &err, "error.sender", NULL);
    return status == VOTA_REMOTE ? VOTA_EXIT_UNCHECKED : code;
}

int vota_session_anchor(struct vota_session *session, enum vota_batch_press press,
                        enum vota_session_wait wait, uint64_t timeout)
{
    /* Openings first: rows may be sealed only when their register is in the journal. */
    int code = vota_session_settle(session, VOTA_WAIT_MINED, timeout);
    if (code == VOTA_EXIT_OK)
        code = look_first(session);
    if (code == VOTA_EXIT_OK)
        code = seal_all(session, press);
    if (code == VOTA_EXIT_OK)
        code = vota_session_settle(session, wait, timeout);
    return code;
}
