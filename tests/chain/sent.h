/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions signed by the production code with the anchorer's key. */
#ifndef VOTA_TESTS_CHAIN_SENT_H
#define VOTA_TESTS_CHAIN_SENT_H

#include "rpc/tx.h"
#include "tests/chain/chain.h"
#include "tests/test.h"

/* As bytes, and their hash. */
struct sent {
    uint8_t raw[512];
    size_t len;
    vota_hash hash;
};

/* To oneself, and nothing. */
static inline struct vota_tx sent_transfer(const struct chain *chain, uint64_t nonce, uint64_t tip,
                                           uint64_t fee)
{
    return (struct vota_tx){.chain_id = chain_id(chain),
                            .nonce = nonce,
                            .max_priority_fee_per_gas = tip,
                            .max_fee_per_gas = fee,
                            .gas_limit = 21000,
                            .to = chain_address(CHAIN_ANCHORER)};
}

static inline struct sent sent_sign(const struct vota_tx *tx)
{
    struct sent sent = {.len = 0};
    struct vota_wr wr = vota_wr_of(sent.raw, sizeof sent.raw);
    struct vota_signer *signer = NULL;
    struct vota_signature signature;
    vota_hash sighash;
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    chain_key(CHAIN_ANCHORER, key);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    vota_tx_sighash(&sighash, tx);
    assert_int_equal(vota_signer_sign(signer, &signature, &sighash, NULL), VOTA_OK);
    vota_signer_free(signer);
    vota_tx_encode(&wr, tx, &signature);
    assert_true(vota_wr_fits(&wr));
    sent.len = wr.len;
    vota_tx_hash(&sent.hash, sent.raw, sent.len);
    return sent;
}

#endif
