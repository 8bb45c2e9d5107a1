/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's calls, made and printed: see owner_call.h. */
#include "bridge/cli/owner_call.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/engine/contract.h"
#include "proof/hex.h"
#include "proof/time.h"
#include "rpc/recover.h"

static int need_address(const struct vota_cli *cli, vota_addr *ret_addr, const char *text)
{
    if (vota_recover_address_read(ret_addr, NULL, text, strlen(text)) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_usage(cli, "error.bad-address", text, NULL);
}

static int need_number(const struct vota_cli *cli, uint64_t *ret_number, const char *text)
{
    char *end = NULL;
    const bool digits = text[0] >= '0' && text[0] <= '9';
    const unsigned long long number = digits ? strtoull(text, &end, 10) : 0;
    if (!digits || end == NULL || *end != '\0' || number == ULLONG_MAX)
        return vota_cli_usage(cli, "error.bad-number", text, NULL);
    *ret_number = number;
    return VOTA_EXIT_OK;
}

/* Room for the call; finish() notes how long it became. */
static struct vota_wr begin(struct vota_owner_call *ret_call, enum vota_op_kind kind)
{
    *ret_call = (struct vota_owner_call){.kind = kind, .enters = true};
    return vota_wr_of(ret_call->bytes, sizeof ret_call->bytes);
}

static int finish(struct vota_owner_call *call, const struct vota_wr *wr)
{
    VOTA_ASSERT(vota_wr_fits(wr)); /* a reason of VOTA_CONTRACT_REASON_MAX has room */
    call->len = wr->len;
    return VOTA_EXIT_OK;
}

int vota_owner_call_set_key(struct vota_owner_call *ret_call, const struct vota_cli *cli,
                            const struct vota_args *args)
{
    const char *role = vota_args_value(args, "role");
    const char *since = vota_args_value(args, "untrusted-since");
    const bool anchorer = strcmp(role, "anchorer") == 0;
    vota_addr key = {{0}};
    uint64_t untrusted_since = 0;
    if (!anchorer && strcmp(role, "acceptance") != 0)
        return vota_cli_usage(cli, "error.bad-role", role, NULL);
    const int code = need_address(cli, &key, vota_args_value(args, "address"));
    if (code != VOTA_EXIT_OK)
        return code;
    if (since != NULL && vota_time_read(&untrusted_since, since, strlen(since)) != VOTA_OK)
        return vota_cli_usage(cli, "error.bad-time", since, NULL);
    struct vota_wr wr = begin(ret_call, VOTA_OP_KEY);
    vota_contract_set_key(&wr, anchorer ? VOTA_ROLE_ANCHORER : VOTA_ROLE_ACCEPTANCE, &key,
                          untrusted_since);
    return finish(ret_call, &wr);
}

int vota_owner_call_disavow(struct vota_owner_call *ret_call, const struct vota_cli *cli,
                            const struct vota_args *args)
{
    const char *reason = vota_args_value(args, "reason");
    uint64_t first = 0;
    uint64_t last = 0;
    int code = need_number(cli, &first, args->positional[0]);
    if (code == VOTA_EXIT_OK)
        code = need_number(cli, &last, args->positional[1]);
    if (code != VOTA_EXIT_OK)
        return code;
    if (first == 0 || first > last)
        return vota_cli_usage(cli, "error.bad-range", args->positional[0], NULL);
    if (strlen(reason) > VOTA_CONTRACT_REASON_MAX)
        return vota_cli_usage(cli, "error.reason-too-long", "--reason", NULL);
    struct vota_wr wr = begin(ret_call, VOTA_OP_DISAVOW);
    ret_call->last_disavowed = last;
    vota_contract_disavow(&wr, first, last,
                          (struct vota_slice){(const uint8_t *)reason, strlen(reason)});
    return finish(ret_call, &wr);
}

int vota_owner_call_succeeded_by(struct vota_owner_call *ret_call, const struct vota_cli *cli,
                                 const struct vota_args *args)
{
    vota_addr successor = {{0}};
    uint64_t chain_id = 0;
    int code = need_number(cli, &chain_id, vota_args_value(args, "chain-id"));
    if (code == VOTA_EXIT_OK)
        code = need_address(cli, &successor, vota_args_value(args, "address"));
    if (code != VOTA_EXIT_OK)
        return code;
    struct vota_wr wr = begin(ret_call, VOTA_OP_SUCCEED);
    vota_contract_succeeded_by(&wr, chain_id, &successor);
    return finish(ret_call, &wr);
}

int vota_owner_call_transfer(struct vota_owner_call *ret_call, const struct vota_cli *cli,
                             const struct vota_args *args)
{
    vota_addr owner = {{0}};
    const int code = need_address(cli, &owner, args->positional[0]);
    if (code != VOTA_EXIT_OK)
        return code;
    struct vota_wr wr = begin(ret_call, VOTA_OP_KEY);
    ret_call->enters = false;
    vota_contract_transfer_ownership(&wr, &owner);
    return finish(ret_call, &wr);
}

int vota_owner_call_accept(struct vota_owner_call *ret_call, const struct vota_cli *cli,
                           const struct vota_args *args)
{
    (void)cli;
    (void)args;
    struct vota_wr wr = begin(ret_call, VOTA_OP_KEY);
    ret_call->accepts = true;
    vota_contract_accept_ownership(&wr);
    return finish(ret_call, &wr);
}

int vota_owner_call_print(const struct vota_owner_call *call, const struct vota_session *session)
{
    static char data[2 * VOTA_OWNER_CALL_MAX + 3];
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    char chain[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = session->cli;
    const struct vota_store_network *network = &session->network;
    struct vota_wr wr = vota_wr_of(data, sizeof data - 1);
    vota_hex_write(&wr, call->bytes, call->len);
    data[wr.len] = '\0';
    vota_hex_of_addr(contract, &network->deployment.genesis.contract);
    (void)snprintf(chain, sizeof chain, "%llu", (unsigned long long)network->chain_id);
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_number(&json, "chain_id", network->chain_id);
        vota_json_text(&json, "to", contract);
        vota_json_text(&json, "value", "0x0");
        vota_json_text(&json, "data", data);
        vota_json_finish(&json);
        return VOTA_EXIT_OK;
    }
    const struct vota_table_line fields[] = {{"field.chain-id", chain},
                                             {"field.to", contract},
                                             {"field.value", "0"},
                                             {"field.data", data}};
    vota_cli_say(cli, "owner.sign-elsewhere", NULL);
    vota_table_fields(cli, VOTA_TABLE(fields));
    vota_cli_say(cli, "owner.watch", NULL);
    return VOTA_EXIT_OK;
}
