/* SPDX-License-Identifier: Apache-2.0 */
/* Turns of the sender, told in sentences: see sending.h. */
#include "bridge/cli/sending.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/output.h"
#include "bridge/engine/lock.h"
#include "bridge/engine/settings.h"
#include "proof/hex.h"

static void tell(void *context, const struct vota_sender_event *event)
{
    const struct vota_sending *sending = context;
    const struct vota_cli *cli = sending->session->cli;
    char key[64];
    char id[24];
    char hash[VOTA_HASH_HEX_CHARS + 1] = "";
    if (cli->json || strcmp(event->name, "held") == 0 || event->operation == NULL)
        return;
    (void)snprintf(key, sizeof key, "sender.%s", event->name);
    (void)snprintf(id, sizeof id, "%lld", (long long)event->operation->id);
    if (event->attempt != NULL)
        vota_hex_of_hash(hash, &event->attempt->tx_hash);
    if (sending->progress != NULL)
        vota_progress_end(sending->progress);
    if (sending->session->network.role == VOTA_NETWORK_SECONDARY) /* beside the primary's lines */
        (void)fprintf(cli->err, "%s: ", sending->session->network.name);
    vota_text_print(cli, cli->err, key, "id", id, "what",
                    vota_text(cli, vota_session_kind_text(event->operation->kind)), "tx", hash,
                    "detail", event->detail != NULL ? vota_cli_reason(cli, event->detail) : "",
                    NULL);
    (void)fputc('\n', cli->err);
}

void vota_sending_start(struct vota_sending *ret_sending, struct vota_session *session,
                        unsigned kinds, struct vota_tx_signer *signer)
{
    *ret_sending = (struct vota_sending){.session = session,
                                         .sender = {.store = session->store,
                                                    .network_id = session->network.id,
                                                    .network_name = session->network.name,
                                                    .quorum = &session->quorum,
                                                    .signer = signer,
                                                    .kinds = kinds,
                                                    .address = vota_tx_signer_address(signer),
                                                    .on_event = tell,
                                                    .context = ret_sending}};
    vota_settings_sender(&ret_sending->sender, &session->config, vota_session_is_local(session));
}

void vota_sending_done(struct vota_sending *sending)
{
    vota_sender_done(&sending->sender);
}

/* Why nothing moves, said once each time the reason changes. */
static void tell_held(struct vota_sending *sending, const char *reason)
{
    const struct vota_cli *cli = sending->session->cli;
    if (strcmp(sending->held, reason) == 0)
        return;
    (void)snprintf(sending->held, sizeof sending->held, "%s", reason);
    if (reason[0] == '\0')
        return;
    if (sending->progress != NULL)
        vota_progress_end(sending->progress);
    vota_cli_warn(cli, "warning.held", "reason", vota_cli_reason(cli, reason), NULL);
}

int vota_sending_tell_stop(const struct vota_session *session, const struct vota_store_stop *stop)
{
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = session->cli;
    if (stop->entry == 0)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.restored", NULL);
    vota_output_number(entry, stop->entry);
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.stopped", "reason",
                         vota_cli_reason(cli, stop->reason), "entry", entry, NULL);
}

int vota_sending_turn(struct vota_sending *sending)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    const enum vota_status status =
        vota_sender_turn(&turn, &sending->sender, vota_session_now(), &err);
    if (status == VOTA_OK) {
        if (turn.stop.reason[0] != '\0')
            return vota_sending_tell_stop(sending->session, &turn.stop);
        tell_held(sending, turn.held);
        return VOTA_EXIT_OK;
    }
    if (status == VOTA_REMOTE || status == VOTA_CONFLICT) {
        tell_held(sending, err.text);
        return VOTA_EXIT_OK;
    }
    return vota_cli_fail_error(sending->session->cli, &err, "error.sender", NULL);
}

void vota_sending_pause(const struct vota_session *session)
{
    const unsigned ms = vota_settings_pause_ms(vota_session_is_local(session));
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)nanosleep(&pause, NULL);
}

struct counting {
    uint64_t counts[VOTA_OP_STATES];
    unsigned kinds;
};

static enum vota_status count(void *context, const struct vota_store_operation *operation)
{
    struct counting *counting = context;
    counting->counts[operation->state] += (counting->kinds & 1u << operation->kind) != 0;
    return VOTA_OK;
}

enum vota_status vota_sending_count(uint64_t ret_counts[VOTA_OP_STATES],
                                    const struct vota_session *session, unsigned kinds,
                                    struct vota_error *err)
{
    struct counting counting = {.kinds = kinds};
    const enum vota_status status =
        vota_store_outbox_each(session->store, session->network.id, ~0u, count, &counting, err);
    if (status == VOTA_OK)
        memcpy(ret_counts, counting.counts, sizeof counting.counts);
    return status;
}

int vota_sending_lock(const struct vota_session *session, unsigned kinds, int *ret_fd)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    const char *name = (kinds & VOTA_SENDER_OWNER) != 0 ? "owner.lock" : "sender.lock";
    int fd = -1;
    enum vota_status status = vota_directory_path(&session->cli->dir, path, name, &err);
    if (status == VOTA_OK)
        status = vota_lock_take(&fd, path, &err);
    if (status != VOTA_OK && status != VOTA_CONFLICT)
        return vota_cli_fail_error(session->cli, &err, "error.sender", NULL);
    *ret_fd = status == VOTA_OK ? fd : -1;
    return VOTA_EXIT_OK;
}
