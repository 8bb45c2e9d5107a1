/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amounts of wei, and the two ways they are written: as JSON-RPC hex
 * quantities ("0x1a", "0x0") and for people ("1.5 gwei", "0.02 ETH").
 *
 * Balances and sums are struct vota_u256. Fees per gas, gas and nonces are
 * uint64_t: 2^64 wei per gas is 18 ETH per gas, so what does not fit is a
 * node's lie and is refused where it is read. No floating point anywhere.
 */
#ifndef VOTA_RPC_QUANTITY_H
#define VOTA_RPC_QUANTITY_H

#include "proof/bytes.h"

/* An unsigned 256-bit integer, big-endian. All zero bytes is zero. */
struct vota_u256 {
    uint8_t be[32];
};

enum vota_unit { VOTA_UNIT_WEI, VOTA_UNIT_GWEI, VOTA_UNIT_ETH };

/* The longest text vota_amount_write makes: 78 digits, a dot, a blank, a unit. */
#define VOTA_AMOUNT_TEXT_MAX 96u

struct vota_u256 vota_u256_of(uint64_t value);
struct vota_u256 vota_u256_of_be(const uint8_t *bytes, size_t len); /* len <= 32 */
bool vota_u256_is_zero(const struct vota_u256 *a);
int vota_u256_compare(const struct vota_u256 *a, const struct vota_u256 *b); /* <0, 0, >0 */

/* False, ret untouched, when the result needs more than 256 bits (or is below zero). ret may be a
 * or b. */
VOTA_MUST_USE bool vota_u256_add(struct vota_u256 *ret, const struct vota_u256 *a,
                                 const struct vota_u256 *b);
VOTA_MUST_USE bool vota_u256_sub(struct vota_u256 *ret, const struct vota_u256 *a,
                                 const struct vota_u256 *b);
VOTA_MUST_USE bool vota_u256_mul(struct vota_u256 *ret, const struct vota_u256 *a, uint64_t factor);

/* a / divisor, remainder in *ret_remainder (may be NULL). Assumes divisor > 0. ret may be a. */
void vota_u256_div(struct vota_u256 *ret, uint32_t *ret_remainder, const struct vota_u256 *a,
                   uint32_t divisor);

/* False, ret untouched, when it does not fit. */
VOTA_MUST_USE bool vota_u256_to_u64(uint64_t *ret, const struct vota_u256 *a);

/* The bytes without leading zeros, as RLP wants integers; empty for zero. Borrowed from a. */
struct vota_slice vota_u256_trim(const struct vota_u256 *a);

/*
 * Reads a JSON-RPC quantity: 0x and 1..64 hex digits without leading zeros,
 * zero is "0x0". Digits of either case. BAD_INPUT for anything else ("0x",
 * "0x01", "1a", a sign), LIMIT never: 64 digits always fit.
 */
VOTA_MUST_USE enum vota_status vota_quantity_read(struct vota_u256 *ret, const char *text,
                                                  size_t len);

/* The same, and LIMIT when it needs more than 64 bits. */
VOTA_MUST_USE enum vota_status vota_quantity_read_u64(uint64_t *ret, const char *text, size_t len);

/* Appends "0x0", "0x1a", ... */
void vota_quantity_write(struct vota_wr *wr, const struct vota_u256 *value);
void vota_quantity_write_u64(struct vota_wr *wr, uint64_t value);

/*
 * Reads what a person writes in a configuration: digits, at most one dot with
 * digits on both sides, one optional blank, then wei | gwei | eth in any case;
 * the unit is required (a number alone has cost people money). BAD_INPUT:
 * not of that form, or a fraction of one wei. LIMIT: beyond 256 bits.
 */
VOTA_MUST_USE enum vota_status vota_amount_read(struct vota_u256 *ret, const char *text,
                                                size_t len);
VOTA_MUST_USE enum vota_status vota_amount_read_u64(uint64_t *ret, const char *text, size_t len);

/* Appends "1.5 gwei": exact, no trailing zeros, no rounding. Units wei, gwei, ETH. */
void vota_amount_write(struct vota_wr *wr, const struct vota_u256 *wei, enum vota_unit unit);

/* Appends decimal digits. */
void vota_quantity_write_decimal(struct vota_wr *wr, const struct vota_u256 *value);

#endif
