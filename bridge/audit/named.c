/* SPDX-License-Identifier: Apache-2.0 */
/* [NETWORK:]ADDRESS: see named.h. */
#include "bridge/audit/named.h"

#include <string.h>

#include "bridge/network.h"
#include "proof/bytes.h"
#include "rpc/recover.h"

#define NETWORK_CAP 33u

static bool read_chain_id(uint64_t *ret_chain_id, const char *text)
{
    uint64_t value = 0;
    if (*text == '\0' || *text == '0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || value > (UINT64_MAX - 9) / 10)
            return false;
        value = 10 * value + (uint64_t)(*text - '0');
    }
    *ret_chain_id = value;
    return true;
}

static enum vota_status read_network(struct vota_named *named, const char *text, size_t len,
                                     struct vota_error *err)
{
    char name[NETWORK_CAP] = {0};
    if (len < sizeof name)
        memcpy(name, text, len);
    const struct vota_network *preset = vota_network_preset(name);
    if (preset != NULL) {
        named->chain_id = preset->chain_id;
        named->chain_genesis = preset->genesis;
        return VOTA_OK;
    }
    return read_chain_id(&named->chain_id, name)
               ? VOTA_OK
               : vota_fail(err, VOTA_BAD_INPUT, "network", "unknown-network");
}

enum vota_status vota_named_read(struct vota_named *ret_named, const char *text,
                                 struct vota_error *err)
{
    struct vota_named named = {.chain_id = 0};
    const char *colon = strchr(text, ':');
    const char *address = colon == NULL ? text : colon + 1;
    if (colon != NULL) {
        const enum vota_status status = read_network(&named, text, (size_t)(colon - text), err);
        if (status != VOTA_OK)
            return status;
    }
    if (vota_recover_address_read(&named.address, NULL, address, strlen(address)) != VOTA_OK)
        return vota_fail(err, VOTA_BAD_INPUT, "contract", "bad-address");
    *ret_named = named;
    return VOTA_OK;
}

bool vota_named_fits(const struct vota_named *named, uint64_t chain_id, const vota_hash *genesis,
                     const vota_addr *address)
{
    return (named->chain_id == 0 || named->chain_id == chain_id) &&
           (vota_hash_is_zero(&named->chain_genesis) ||
            vota_hash_equal(&named->chain_genesis, genesis)) &&
           vota_addr_equal(&named->address, address);
}
