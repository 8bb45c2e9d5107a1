/* SPDX-License-Identifier: Apache-2.0 */
/* What the actions of `register` share: see register.h. */
#include "bridge/cli/register.h"

#include <string.h>

#include "proof/hex.h"
#include "proof/jcs.h"

int vota_register_find(struct vota_session *session, struct vota_store_register_copy *ret_copy,
                       const char *name)
{
    vota_hash hash;
    struct vota_error err = {0};
    const bool is_hash =
        vota_hex_read(hash.bytes, sizeof hash.bytes, name, strlen(name)) == VOTA_OK;
    const enum vota_status status =
        is_hash
            ? vota_store_register_get_hash(ret_copy, session->store, session->network.line, &hash,
                                           &err)
            : vota_store_register_get(ret_copy, session->store, session->network.line, name, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-register", "id", name, NULL);
    return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
}

const char *vota_register_state_text(const struct vota_store_register *reg, uint64_t now)
{
    if (reg->opened_entry == 0)
        return "register.state.waiting";
    if (reg->closed_at != 0 || now >= reg->closes_at)
        return "register.state.closed";
    return now < reg->opens_at ? "register.state.planned" : "register.state.open";
}

void vota_register_label(char ret_text[VOTA_REGISTER_LABEL_CAP], struct vota_slice raw)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_REGISTER_LABEL_CAP - 1);
    vota_jcs_unescape(&wr, raw);
    ret_text[wr.len < wr.cap ? wr.len : wr.cap] = '\0';
}

struct vota_slice vota_register_in_language(const struct vota_cli *cli, struct vota_slice en,
                                            struct vota_slice ko)
{
    return cli->lang == VOTA_LANG_KO ? ko : en;
}
