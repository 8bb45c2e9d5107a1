/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever vota_tx_decode accepts must be the one encoding of what it returns. */
#include "tests/fuzz/fuzz.h"

#include "rpc/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_error err = {0};
    struct vota_tx tx;
    struct vota_signature signature;
    vota_hash hash;
    vota_addr sender;
    if (vota_tx_decode(&tx, &signature, data, size, &err) != VOTA_OK) {
        VOTA_ASSERT(err.status == VOTA_BAD_INPUT && err.text[0] != '\0');
        return 0;
    }
    static uint8_t back[VOTA_TX_DATA_MAX + VOTA_TX_OVERHEAD_MAX];
    struct vota_wr wr = vota_wr_of(back, sizeof back);
    vota_tx_encode(&wr, &tx, &signature);
    VOTA_ASSERT(vota_wr_fits(&wr) && wr.len == size && vota_bytes_equal(back, data, size));
    vota_tx_sighash(&hash, &tx);
    (void)vota_recover_address(&sender, &hash, &signature);
    return 0;
}
