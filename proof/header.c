/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block headers by position: see header.h. Zero-based items:
 *
 *    0 parentHash   3 stateRoot   8 number   9 gasLimit   10 gasUsed
 *   11 timestamp   15 baseFeePerGas (EIP-1559, the 16th)   16 .. later forks
 */
#include "proof/header.h"

#include "keccak/keccak.h"
#include "proof/rlp.h"

enum position {
    PARENT_HASH = 0,
    STATE_ROOT = 3,
    NUMBER = 8,
    GAS_LIMIT = 9,
    GAS_USED = 10,
    TIME = 11,
    BASE_FEE = 15
};

struct items {
    struct vota_rlp_item at[VOTA_HEADER_MIN_ITEMS];
    size_t count; /* of all, also those beyond the array */
};

static enum vota_header_fault read_items(struct items *ret_items, struct vota_slice rlp)
{
    if (rlp.len > VOTA_HEADER_MAX_BYTES || vota_rlp_check(rlp.at, rlp.len, NULL) != VOTA_OK)
        return VOTA_HEADER_FORM;
    struct vota_rlp_item list;
    if (vota_rlp_read(&list, rlp.at, rlp.len, NULL) != VOTA_OK || !list.is_list)
        return VOTA_HEADER_FORM;
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    struct items items = {.count = 0};
    struct vota_rlp_item item;
    while (vota_rlp_next(&rd, &item, NULL) == VOTA_OK) {
        if (items.count < VOTA_HEADER_MIN_ITEMS)
            items.at[items.count] = item;
        items.count++;
    }
    if (items.count < VOTA_HEADER_MIN_ITEMS)
        return VOTA_HEADER_ITEMS;
    *ret_items = items;
    return VOTA_HEADER_READ;
}

enum vota_header_fault vota_header_examine(struct vota_header *ret_header, struct vota_slice rlp)
{
    struct items items;
    const enum vota_header_fault fault = read_items(&items, rlp);
    if (fault != VOTA_HEADER_READ)
        return fault;
    struct vota_header header = {.items = items.count};
    if (vota_rlp_fixed(header.state_root.bytes, 32, &items.at[STATE_ROOT], NULL) != VOTA_OK)
        return VOTA_HEADER_FORM;
    if (vota_rlp_uint64(&header.number, &items.at[NUMBER], NULL) != VOTA_OK ||
        vota_rlp_uint64(&header.time, &items.at[TIME], NULL) != VOTA_OK)
        return VOTA_HEADER_INTEGER;
    vota_keccak_hash(header.hash.bytes, rlp.at, rlp.len);
    *ret_header = header;
    return VOTA_HEADER_READ;
}

static enum vota_header_fault examine_gas(struct vota_header_gas *ret_gas, struct vota_slice rlp)
{
    struct items items;
    const enum vota_header_fault fault = read_items(&items, rlp);
    if (fault != VOTA_HEADER_READ)
        return fault;
    struct vota_header_gas gas;
    if (vota_rlp_fixed(gas.parent_hash.bytes, 32, &items.at[PARENT_HASH], NULL) != VOTA_OK)
        return VOTA_HEADER_FORM;
    if (vota_rlp_uint64(&gas.gas_limit, &items.at[GAS_LIMIT], NULL) != VOTA_OK ||
        vota_rlp_uint64(&gas.gas_used, &items.at[GAS_USED], NULL) != VOTA_OK ||
        vota_rlp_uint64(&gas.base_fee, &items.at[BASE_FEE], NULL) != VOTA_OK)
        return VOTA_HEADER_INTEGER;
    *ret_gas = gas;
    return VOTA_HEADER_READ;
}

static enum vota_status status_of(enum vota_header_fault fault, struct vota_error *err)
{
    static const char *const reasons[] = {[VOTA_HEADER_FORM] = "header-form",
                                          [VOTA_HEADER_ITEMS] = "header-items",
                                          [VOTA_HEADER_INTEGER] = "rlp-integer"};
    if (fault == VOTA_HEADER_READ)
        return VOTA_OK;
    return vota_fail(err, VOTA_BAD_INPUT, "header", reasons[fault]);
}

enum vota_status vota_header_read(struct vota_header *ret_header, struct vota_slice rlp,
                                  struct vota_error *err)
{
    return status_of(vota_header_examine(ret_header, rlp), err);
}

enum vota_status vota_header_read_gas(struct vota_header_gas *ret_gas, struct vota_slice rlp,
                                      struct vota_error *err)
{
    return status_of(examine_gas(ret_gas, rlp), err);
}
