/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts that k providers agree on: see told.h. */
#include "bridge/engine/told.h"

struct asking {
    const vota_hash *tx_hash;
    struct vota_told of[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n;
};

static enum vota_status ask_receipt(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct asking *asking = context;
    struct vota_tx_receipt receipt = {0};
    if (asking->n == VOTA_CONNECT_PROVIDERS_MAX)
        return VOTA_OK;
    const enum vota_status status = vota_eth_receipt(provider, &receipt, asking->tx_hash, err);
    if (status != VOTA_OK)
        return status;
    asking->of[asking->n++] = (struct vota_told){receipt.succeeded, receipt.gas_used,
                                                 receipt.effective_gas_price, receipt.block_hash};
    vota_tx_receipt_done(&receipt);
    return VOTA_OK;
}

static bool is_same(const struct vota_told *a, const struct vota_told *b)
{
    return a->succeeded == b->succeeded && a->gas_used == b->gas_used && a->price == b->price &&
           vota_hash_equal(&a->block_hash, &b->block_hash);
}

bool vota_told_of(struct vota_told *ret_told, struct vota_quorum *quorum, const vota_hash *tx_hash)
{
    struct asking asking = {.tx_hash = tx_hash};
    (void)!vota_quorum_ask_all(quorum, ask_receipt, &asking, NULL);
    for (size_t i = 0; i < asking.n; i++) {
        const struct vota_told *told = &asking.of[i];
        size_t voices = 0;
        for (size_t j = 0; j < asking.n; j++)
            voices += is_same(told, &asking.of[j]);
        if (voices < quorum->k || told->gas_used > INT64_MAX || told->price > INT64_MAX)
            continue;
        *ret_told = *told;
        return true;
    }
    return false;
}
