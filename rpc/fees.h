/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deciding fees (EIP-1559): pure arithmetic on what a provider reported, under
 * absolute caps of the configuration. All amounts are wei per gas in uint64_t.
 */
#ifndef VOTA_RPC_FEES_H
#define VOTA_RPC_FEES_H

#include "rpc/quantity.h"

#define VOTA_FEES_BLOCKS_MAX 64u

/* eth_feeHistory with one percentile, oldest block first. */
struct vota_fee_history {
    uint64_t oldest_block;
    size_t count;                                /* blocks */
    uint64_t base_fee[VOTA_FEES_BLOCKS_MAX + 1]; /* [count] is the next block's */
    uint64_t tip[VOTA_FEES_BLOCKS_MAX];          /* the percentile; 0 for an empty block */
    bool has_tips;                               /* false: the answer had no reward array */
};

struct vota_fee_caps {
    uint64_t tip_min;
    uint64_t tip_max;
    uint64_t fee_max; /* max_fee_per_gas never exceeds this */
};

struct vota_fees {
    uint64_t max_priority_fee_per_gas;
    uint64_t max_fee_per_gas;
};

enum vota_fee_state {
    VOTA_FEE_FREE,   /* twice the base fee plus tip fits under fee_max */
    VOTA_FEE_CAPPED, /* cut to fee_max; still enough for the next block */
    VOTA_FEE_WAITING /* fee_max is below next base fee plus tip: will wait */
};

/* CHAIN 4.6 for one network kind. Testnet: 0.05..2 gwei, 50 gwei; else 0.01..2 gwei, 30 gwei. */
struct vota_fee_caps vota_fees_caps_default(bool testnet);

/*
 * tip = median of the history's tips of non-empty blocks, clamped to
 * [tip_min, tip_max]; max fee = 2 * base_fee + tip, cut to fee_max; tip <= max
 * fee. base_fee: that of the next block, from a header whose hash was checked
 * where there is one (vota_fees_next_base). Assumes tip_min <= tip_max.
 */
enum vota_fee_state vota_fees_suggest(struct vota_fees *ret_fees,
                                      const struct vota_fee_history *history, uint64_t base_fee,
                                      const struct vota_fee_caps *caps);

/*
 * Fees that replace `old` in every pool: both fields the larger of
 * ceil(old * 1.125) + 1 and the suggestion. LIMIT "fee-cap-reached" when the
 * max fee would exceed fee_max: keep sending the old bytes and wait.
 */
VOTA_MUST_USE enum vota_status vota_fees_bump(struct vota_fees *ret_fees,
                                              const struct vota_fees *old,
                                              const struct vota_fees *suggestion, uint64_t fee_max,
                                              struct vota_error *err);

/* EIP-1559: the base fee a block must have whose parent is this. Assumes gas_limit >= 2. False on
 * overflow. */
VOTA_MUST_USE bool vota_fees_next_base(uint64_t *ret_base_fee, uint64_t parent_base_fee,
                                       uint64_t parent_gas_used, uint64_t parent_gas_limit);

/* max estimate * 1.25 + 10,000, at least `previous`. LIMIT "gas-cap-reached" above gas_max. */
VOTA_MUST_USE enum vota_status vota_fees_gas_limit(uint64_t *ret_gas, uint64_t estimate,
                                                   uint64_t previous, uint64_t gas_max,
                                                   struct vota_error *err);

#endif
