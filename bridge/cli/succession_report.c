/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a succession: see succession_report.h. */
#include "bridge/cli/succession_report.h"

#include <stdio.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/store/store_journal.h"
#include "proof/hex.h"

static const char *const step_texts[VOTA_SUCCESSION_STEPS] = {
    [VOTA_SUCCESSION_DRAIN] = "succession.step.drain",
    [VOTA_SUCCESSION_CLOSE] = "succession.step.close",
    [VOTA_SUCCESSION_SETTLE] = "succession.step.settle",
    [VOTA_SUCCESSION_DEPLOY] = "succession.step.deploy",
    [VOTA_SUCCESSION_NAME] = "succession.step.name",
    [VOTA_SUCCESSION_CONFIRM] = "succession.step.confirm",
    [VOTA_SUCCESSION_MOVE] = "succession.step.move",
    [VOTA_SUCCESSION_DONE] = "succession.step.done",
    [VOTA_SUCCESSION_FORKED] = "succession.step.forked"};

static const char *const next_texts[VOTA_SUCCESSION_STEPS] = {
    [VOTA_SUCCESSION_DRAIN] = "succession.next.start",
    [VOTA_SUCCESSION_CLOSE] = "succession.next.owner",
    [VOTA_SUCCESSION_SETTLE] = "succession.next.start",
    [VOTA_SUCCESSION_DEPLOY] = "succession.next.start",
    [VOTA_SUCCESSION_NAME] = "succession.next.owner",
    [VOTA_SUCCESSION_CONFIRM] = "succession.next.start",
    [VOTA_SUCCESSION_MOVE] = "succession.next.start",
    [VOTA_SUCCESSION_DONE] = "succession.next.done",
    [VOTA_SUCCESSION_FORKED] = "succession.next.forked"};

void vota_succession_tell(const struct vota_succession *succession)
{
    const struct vota_cli *cli = succession->session.cli;
    if (cli->json)
        return;
    vota_text_print(cli, cli->err, step_texts[succession->step], NULL);
    (void)fputc('\n', cli->err);
}

/* Both ends of what is reported. */
struct ends {
    struct vota_store_network old, next;
    bool has_next;  /* a successor was begun */
    bool confirmed; /* both ends name each other, under final heads */
};

/* After the move the store alone knows them, by the successor's row. */
static enum vota_status find_ends(const struct vota_succession *succession, struct ends *ret_ends,
                                  struct vota_error *err)
{
    struct vota_succession_view view = {.dead = false};
    const struct vota_session *session = &succession->session;
    *ret_ends = (struct ends){.old = session->network, .has_next = succession->next != NULL};
    if (succession->next != NULL)
        ret_ends->next = succession->next->network;
    if (succession->next == NULL && succession->step == VOTA_SUCCESSION_DONE) {
        ret_ends->next = session->network;
        ret_ends->has_next = true;
        const enum vota_status status =
            vota_store_line_get(&ret_ends->old, session->store, session->network.predecessor, err);
        if (status != VOTA_OK)
            return status;
    }
    if (!ret_ends->has_next)
        return VOTA_OK;
    const enum vota_status status =
        vota_succession_look(&view, session->store, &ret_ends->old, &ret_ends->next, err);
    ret_ends->confirmed = view.named && view.final > view.pred_length;
    return status;
}

static void end_json(struct vota_json *json, const char *name,
                     const struct vota_store_network *network)
{
    vota_json_object(json, name);
    vota_json_text(json, "network", network->name);
    vota_json_number(json, "chain_id", network->chain_id);
    if (network->has_contract)
        vota_json_addr(json, "contract", &network->deployment.genesis.contract);
    vota_json_end(json);
}

static void report_json(const struct vota_succession *succession, const struct ends *ends)
{
    struct vota_json json;
    vota_json_begin(&json, succession->session.cli->out);
    vota_json_text(&json, "step", vota_succession_step_name(succession->step));
    end_json(&json, "old", &ends->old);
    if (ends->has_next) {
        end_json(&json, "successor", &ends->next);
        vota_json_number(&json, "last_entry", ends->next.deployment.genesis.pred_length);
        vota_json_bool(&json, "confirmed", ends->confirmed);
    }
    vota_json_finish(&json);
}

/* "sepolia 0x..." */
static void end_text(char ret_text[VOTA_STORE_NAME_MAX + VOTA_ADDR_HEX_CHARS + 2],
                     const struct vota_store_network *network)
{
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(contract, &network->deployment.genesis.contract);
    (void)snprintf(ret_text, VOTA_STORE_NAME_MAX + VOTA_ADDR_HEX_CHARS + 2,
                   network->has_contract ? "%s %s" : "%s", network->name, contract);
}

static void report_text(const struct vota_succession *succession, const struct ends *ends)
{
    char old[VOTA_STORE_NAME_MAX + VOTA_ADDR_HEX_CHARS + 2];
    char next[VOTA_STORE_NAME_MAX + VOTA_ADDR_HEX_CHARS + 2];
    char last[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = succession->session.cli;
    const bool done = succession->step == VOTA_SUCCESSION_DONE;
    const char *link = ends->confirmed ? "succession.link.confirmed" : "succession.link.claimed";
    end_text(old, &ends->old);
    end_text(next, &ends->next);
    vota_output_number(last, ends->next.deployment.genesis.pred_length);
    const struct vota_table_line fields[] = {
        {"field.succession-old", old},
        {"field.succession-new", ends->has_next ? next : vota_text(cli, "field.none")},
        {"field.succession-last", ends->has_next && ends->next.has_contract ? last : NULL},
        {"field.succession-link", done ? vota_text(cli, link) : NULL},
        {"field.succession-step", vota_text(cli, step_texts[succession->step])},
        {"field.succession-next", vota_text(cli, next_texts[succession->step])},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
}

int vota_succession_report(struct vota_succession *succession)
{
    struct ends ends;
    struct vota_error err = {0};
    const struct vota_cli *cli = succession->session.cli;
    if (find_ends(succession, &ends, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    if (cli->json)
        report_json(succession, &ends);
    else
        report_text(succession, &ends);
    return succession->step == VOTA_SUCCESSION_FORKED ? VOTA_EXIT_FAILED : VOTA_EXIT_OK;
}
