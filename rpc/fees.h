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
 * The tip that blocks took: of each history the lower median of its non-empty
 * blocks, and the lower median of those. Fewer providers than those that tell
 * the truth cannot raise it above what one of these says. 0 without any tip.
 * At most VOTA_FEES_HISTORIES_MAX histories.
 */
#define VOTA_FEES_HISTORIES_MAX 16u
uint64_t vota_fees_median_tip(const struct vota_fee_history *histories, size_t n);

/*
 * The tip clamped to [tip_min, tip_max]; max fee = 2 * base_fee + tip, cut to
 * fee_max; tip <= max fee. base_fee: that of the next block, computed from a
 * header whose hash was checked (vota_fees_next_base). Assumes tip_min <=
 * tip_max.
 */
enum vota_fee_state vota_fees_suggest_tip(struct vota_fees *ret_fees, uint64_t tip,
                                          uint64_t base_fee, const struct vota_fee_caps *caps);

/* The same from one history. */
enum vota_fee_state vota_fees_suggest(struct vota_fees *ret_fees,
                                      const struct vota_fee_history *history, uint64_t base_fee,
                                      const struct vota_fee_caps *caps);

/*
 * Fees that replace `old` in every pool: both fields the larger of
 * ceil(old * 1.125) + 1 and the suggestion; the max fee cut to fee_max as long
 * as that is still ceil(old * 1.1) + 1, the least that pools take. Pools take
 * no replacement of which only one field grew: LIMIT "fee-cap-reached" when
 * either cannot: keep sending the old bytes and wait. The tip of a replacement
 * may so pass tip_max, which bounds what is offered unasked; never fee_max.
 */
VOTA_MUST_USE enum vota_status vota_fees_bump(struct vota_fees *ret_fees,
                                              const struct vota_fees *old,
                                              const struct vota_fees *suggestion, uint64_t fee_max,
                                              struct vota_error *err);

/* Whether no fees can replace these under fee_max: vota_fees_bump would be LIMIT. */
bool vota_fees_are_last(const struct vota_fees *fees, uint64_t fee_max);

/*
 * The highest max fee that a transaction of this gas limit may offer: fee_max,
 * or less where gas times it would cost more than spend_max wei.
 */
uint64_t vota_fees_ceiling(uint64_t fee_max, uint64_t spend_max, uint64_t gas_limit);

/* EIP-1559: the base fee a block must have whose parent is this. Assumes gas_limit >= 2. False on
 * overflow. */
VOTA_MUST_USE bool vota_fees_next_base(uint64_t *ret_base_fee, uint64_t parent_base_fee,
                                       uint64_t parent_gas_used, uint64_t parent_gas_limit);

/* estimate * 1.25 + 10,000, at least `previous`. LIMIT "gas-cap-reached" above gas_max. */
VOTA_MUST_USE enum vota_status vota_fees_gas_limit(uint64_t *ret_gas, uint64_t estimate,
                                                   uint64_t previous, uint64_t gas_max,
                                                   struct vota_error *err);

/*
 * The same from several providers' estimates (n >= 1, at most
 * VOTA_FEES_HISTORIES_MAX): the median of those that gas_max can hold, the
 * higher of two. Of three, one that is too high would bind funds until nothing
 * can be signed, and one that is too low would cost a round.
 */
VOTA_MUST_USE enum vota_status vota_fees_gas_limit_of(uint64_t *ret_gas, const uint64_t *estimates,
                                                      size_t n, uint64_t previous, uint64_t gas_max,
                                                      struct vota_error *err);

/* The least gas of the round after one that ran out of `gas_limit`: half as much again. */
uint64_t vota_fees_gas_floor(uint64_t gas_limit);

#endif
