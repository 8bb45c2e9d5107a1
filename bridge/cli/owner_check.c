/* SPDX-License-Identifier: Apache-2.0 */
/* Who the contract's owner is, proven: see owner_send.h. */
#include "bridge/cli/owner_send.h"
#include "proof/hex.h"
#include "proof/word.h"
#include "rpc/state.h"

/* Slots of OpenZeppelin's Ownable2Step behind the contract's own (contracts/artifacts). */
#define SLOT_OWNER   3u
#define SLOT_PENDING 4u

struct ownership {
    const struct vota_session *session;
    vota_hash owner, pending;
};

static enum vota_status ask_ownership(void *context, struct vota_provider *provider,
                                      struct vota_error *err)
{
    struct ownership *ownership = context;
    struct vota_state state = {0};
    const struct vota_session *session = ownership->session;
    const struct vota_eth_query query =
        vota_eth_first_slots(&session->network.deployment.genesis.contract, SLOT_PENDING + 1);
    const enum vota_status status =
        vota_state_read_in(provider, &state, &query, &session->quorum.latest, err);
    if (status == VOTA_OK) {
        ownership->owner = state.values[SLOT_OWNER];
        ownership->pending = state.values[SLOT_PENDING];
    }
    vota_state_done(&state);
    return status;
}

int vota_owner_check(struct vota_session *session, const vota_addr *signer, bool accepts,
                     bool *ret_done)
{
    struct ownership ownership = {.session = session};
    struct vota_error err = {0};
    char given[VOTA_ADDR_HEX_CHARS + 1];
    const vota_hash word = vota_word_of_addr(signer);
    enum vota_status status = vota_quorum_look(&session->quorum, vota_connect_clock(), &err);
    if (status == VOTA_OK)
        status = vota_quorum_ask(&session->quorum, ask_ownership, &ownership, &err);
    if (status != VOTA_OK)
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.owner-unchecked", "reason",
                             vota_cli_reason(session->cli, err.text), NULL);
    *ret_done = accepts && vota_hash_equal(&word, &ownership.owner);
    if (*ret_done || vota_hash_equal(&word, accepts ? &ownership.pending : &ownership.owner))
        return VOTA_EXIT_OK;
    vota_hex_of_addr(given, signer);
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED,
                         accepts ? "error.not-pending-owner" : "error.not-the-owner", "address",
                         given, NULL);
}
