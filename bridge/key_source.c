/* SPDX-License-Identifier: Apache-2.0 */
/* The words for a key's place: see key_source.h. */
#include "bridge/key_source.h"

#include <string.h>

#include "bridge/config_value.h"
#include "proof/bytes.h"
#include "rpc/recover.h"

#define FD_MAX 1023u

static const char *after(const char *text, const char *prefix)
{
    const size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

const char *vota_key_source_read(struct vota_key_source *ret_source, const char *text)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE, .file = text, .fd = -1};
    const char *fd = after(text, "fd:");
    const char *address = after(text, "signer:");
    uint64_t number = 0;
    if (fd != NULL) {
        if (!vota_config_value_count(&number, fd) || number > FD_MAX || number == 1 || number == 2)
            return "bad-fd";
        source.kind = VOTA_KEY_FD;
        source.fd = (int)number;
    }
    if (address != NULL) {
        if (vota_recover_address_read(&source.address, NULL, address, strlen(address)) != VOTA_OK ||
            vota_addr_is_zero(&source.address))
            return "bad-address";
        source.kind = VOTA_KEY_SIGNER;
    }
    *ret_source = source;
    return NULL;
}

const char *vota_key_source_problem(const char *text, bool may_be_signer)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    const char *problem = vota_key_source_read(&source, text);
    if (problem == NULL && source.kind == VOTA_KEY_SIGNER && !may_be_signer)
        return "signer-not-here";
    return problem;
}

bool vota_key_source_is_signer(const char *text)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    return vota_key_source_read(&source, text) == NULL && source.kind == VOTA_KEY_SIGNER;
}
