/* SPDX-License-Identifier: Apache-2.0 */
/* Signing here or elsewhere, and never on trust: see tx_signer.h. */
#include "rpc/tx_signer.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/eth_sign.h"

/* One of the two halves is in use: key, or provider with what it sends over. */
struct vota_tx_signer {
    struct vota_signer *key; /* owned; NULL: elsewhere */
    struct vota_tx_signer_remote remote;
    struct vota_provider provider;
    vota_addr address;
};

/* ---- what came back ---- */

/* The field that differs; NULL: none. */
static const char *difference(const struct vota_tx *a, const struct vota_tx *b)
{
    const struct {
        const char *name;
        bool same;
    } fields[] = {
        {"chain_id", a->chain_id == b->chain_id},
        {"nonce", a->nonce == b->nonce},
        {"max_priority_fee_per_gas", a->max_priority_fee_per_gas == b->max_priority_fee_per_gas},
        {"max_fee_per_gas", a->max_fee_per_gas == b->max_fee_per_gas},
        {"gas_limit", a->gas_limit == b->gas_limit},
        {"to", a->create == b->create && vota_addr_equal(&a->to, &b->to)},
        {"value", vota_u256_compare(&a->value, &b->value) == 0},
        {"data",
         a->data.len == b->data.len && vota_bytes_equal(a->data.at, b->data.at, a->data.len)},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!fields[i].same)
            return fields[i].name;
    }
    return NULL;
}

static enum vota_status decode(struct vota_tx *ret_tx, struct vota_signature *ret_signature,
                               struct vota_slice raw, struct vota_error *err)
{
    struct vota_error detail = {0};
    if (vota_tx_decode(ret_tx, ret_signature, raw.at, raw.len, &detail) == VOTA_OK)
        return VOTA_OK;
    /* The decoder knows one access list, the empty one, which is what was asked. */
    if (strcmp(detail.text, "not-empty") == 0)
        return vota_fail(err, VOTA_REMOTE, "access_list", "signed-differs");
    return vota_fail(err, VOTA_REMOTE, detail.where, detail.text);
}

static enum vota_status check_author(const struct vota_tx *tx, const vota_addr *address,
                                     const struct vota_signature *signature, struct vota_error *err)
{
    vota_hash sighash;
    vota_addr author;
    if (vota_recover_is_high_s(signature))
        return vota_fail(err, VOTA_REMOTE, "signature", "high-s");
    vota_tx_sighash(&sighash, tx);
    if (vota_recover_address(&author, &sighash, signature) != VOTA_OK)
        return vota_fail(err, VOTA_REMOTE, "signature", "bad-signature");
    if (!vota_addr_equal(&author, address))
        return vota_fail(err, VOTA_REMOTE, "signature", "other-signer");
    return VOTA_OK;
}

enum vota_status vota_tx_signer_check(const struct vota_tx *tx, const vota_addr *address,
                                      struct vota_slice raw, struct vota_error *err)
{
    struct vota_tx read;
    struct vota_signature signature;
    const enum vota_status status = decode(&read, &signature, raw, err);
    if (status != VOTA_OK)
        return status;
    const char *field = difference(tx, &read);
    if (field != NULL)
        return vota_fail(err, VOTA_REMOTE, field, "signed-differs");
    return check_author(tx, address, &signature, err);
}

/* ---- getting it ---- */

static enum vota_status sign_here(struct vota_tx_signer *signer, struct vota_wr *wr,
                                  const struct vota_tx *tx, struct vota_error *err)
{
    vota_hash sighash;
    struct vota_signature signature;
    vota_tx_sighash(&sighash, tx);
    const enum vota_status status = vota_signer_sign(signer->key, &signature, &sighash, err);
    if (status != VOTA_OK)
        return status;
    vota_tx_encode(wr, tx, &signature);
    if (!vota_wr_fits(wr))
        return vota_fail(err, VOTA_LIMIT, "transaction", "calldata-too-long");
    return VOTA_OK;
}

/* What an operator does about it: starts the signer, asks it why not, or replaces it. */
static const char *remote_reason(const struct vota_rpc_failure *failure)
{
    const unsigned http = failure->http_status;
    const bool too_large = failure->transport == VOTA_TRANSPORT_TOO_LARGE;
    if (failure->fault == VOTA_RPC_FAULT_ERROR)
        return "signer-refused";
    if (failure->fault != VOTA_RPC_FAULT_TRANSPORT || too_large)
        return "signer-answer";
    if (failure->transport == VOTA_TRANSPORT_TLS)
        return "signer-tls";
    /* 408 and 429 are about time, not about us. */
    return http >= 400 && http < 500 && http != 408 && http != 429 ? "signer-refused"
                                                                   : "signer-down";
}

static enum vota_status sign_elsewhere(struct vota_tx_signer *signer, struct vota_wr *wr,
                                       const struct vota_tx *tx, struct vota_error *err)
{
    static const char *const methods[] = {[VOTA_TX_SIGNER_ETH] = "eth_signTransaction",
                                          [VOTA_TX_SIGNER_ACCOUNT] = "account_signTransaction"};
    struct vota_error detail = {0};
    struct vota_provider *provider = &signer->provider;
    provider->failure = (struct vota_rpc_failure){0};
    const enum vota_status status =
        vota_eth_sign(provider, wr, methods[signer->remote.method], &signer->address, tx, &detail);
    if (status == VOTA_OK)
        return VOTA_OK;
    if (provider->failure.fault == VOTA_RPC_FAULT_NONE) /* it is not the signer's fault */
        return vota_fail(err, status, detail.where, detail.text);
    return vota_fail(err, VOTA_REMOTE, "signer", remote_reason(&provider->failure));
}

static enum vota_status get(struct vota_tx_signer *signer, struct vota_wr *wr,
                            const struct vota_tx *tx, struct vota_error *err)
{
    const size_t start = wr->len;
    enum vota_status status =
        signer->key != NULL ? sign_here(signer, wr, tx, err) : sign_elsewhere(signer, wr, tx, err);
    if (status != VOTA_OK)
        return status;
    struct vota_error detail = {0};
    const struct vota_slice raw = {wr->to + start, wr->len - start};
    status = vota_tx_signer_check(tx, &signer->address, raw, &detail);
    if (status == VOTA_OK)
        return VOTA_OK;
    return vota_fail(err, signer->key != NULL ? VOTA_INTERNAL : status, detail.where, detail.text);
}

enum vota_status vota_tx_signer_sign(struct vota_tx_signer *signer, struct vota_wr *wr,
                                     vota_hash *ret_hash, const struct vota_tx *tx,
                                     struct vota_error *err)
{
    const size_t start = wr->len;
    const enum vota_status status = get(signer, wr, tx, err);
    if (status != VOTA_OK) {
        wr->len = start;
        return status;
    }
    vota_tx_hash(ret_hash, wr->to + start, wr->len - start);
    return VOTA_OK;
}

/* ---- life ---- */

enum vota_status vota_tx_signer_local(struct vota_tx_signer **ret_signer, struct vota_signer *key,
                                      struct vota_error *err)
{
    struct vota_tx_signer *signer = calloc(1, sizeof *signer);
    if (signer == NULL) {
        vota_signer_free(key);
        return vota_fail(err, VOTA_NO_MEMORY, "signer", "no-memory");
    }
    signer->key = key;
    signer->address = vota_signer_address(key);
    *ret_signer = signer;
    return VOTA_OK;
}

static void release(const struct vota_tx_signer_remote *remote)
{
    if (remote->release != NULL)
        remote->release(remote->transport);
}

enum vota_status vota_tx_signer_remote(struct vota_tx_signer **ret_signer,
                                       const struct vota_tx_signer_remote *remote,
                                       struct vota_error *err)
{
    if (vota_addr_is_zero(&remote->address)) {
        release(remote);
        return vota_fail(err, VOTA_BAD_INPUT, "signer.address", "no-address");
    }
    struct vota_tx_signer *signer = calloc(1, sizeof *signer);
    if (signer == NULL) {
        release(remote);
        return vota_fail(err, VOTA_NO_MEMORY, "signer", "no-memory");
    }
    signer->remote = *remote;
    signer->address = remote->address;
    vota_provider_init(&signer->provider, "signer", remote->transport);
    if (remote->timeout_ms != 0)
        signer->provider.timeout_ms = remote->timeout_ms;
    *ret_signer = signer;
    return VOTA_OK;
}

void vota_tx_signer_free(struct vota_tx_signer *signer)
{
    if (signer == NULL)
        return;
    vota_signer_free(signer->key);
    release(&signer->remote);
    free(signer);
}

vota_addr vota_tx_signer_address(const struct vota_tx_signer *signer)
{
    return signer->address;
}

bool vota_tx_signer_is_remote(const struct vota_tx_signer *signer)
{
    return signer->key == NULL;
}

const struct vota_rpc_failure *vota_tx_signer_failure(const struct vota_tx_signer *signer)
{
    return &signer->provider.failure;
}
