/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the contract ABI that calls and events of ours need.
 *
 * Arguments are a row of 32-byte head words, then the tails of the dynamic
 * ones in order. A head word is the value (big-endian, left-padded; bytes32 as
 * it is) or, for a dynamic value, the offset of its tail from the first head.
 * Tail of string/bytes: length word, bytes, zero padding to 32. Tail of
 * uint64[]: length word, one word each. The reader accepts only this packed
 * form: tails in order, without gaps, padding zero, nothing after the end.
 */
#ifndef VOTA_RPC_ABI_H
#define VOTA_RPC_ABI_H

#include "rpc/quantity.h"

enum vota_abi_kind {
    VOTA_ABI_WORD,  /* any static value, already a 32-byte word */
    VOTA_ABI_BYTES, /* bytes or string */
    VOTA_ABI_U64S   /* uint64[] */
};

/* One argument; make it with the functions below. Borrows what it points to. */
struct vota_abi_value {
    enum vota_abi_kind kind;
    vota_hash word;
    struct vota_slice bytes;
    const uint64_t *numbers;
    size_t count;
};

struct vota_abi_value vota_abi_u64(uint64_t value); /* also uint8, uint32, bool */
struct vota_abi_value vota_abi_u256(const struct vota_u256 *value);
struct vota_abi_value vota_abi_hash(const vota_hash *hash); /* bytes32 */
struct vota_abi_value vota_abi_addr(const vota_addr *addr);
struct vota_abi_value vota_abi_bytes(const void *bytes, size_t len); /* bytes, string */
struct vota_abi_value vota_abi_u64s(const uint64_t *numbers, size_t count);

/* Appends abi.encode(values). */
void vota_abi_encode(struct vota_wr *wr, const struct vota_abi_value *values, size_t count);

/* Appends the selector of e.g. "anchor(bytes32,bytes32,uint32)", then abi.encode(values). */
void vota_abi_call(struct vota_wr *wr, const char *signature, const struct vota_abi_value *values,
                   size_t count);

/* keccak(signature): topic 0 of an event; its first 4 bytes are a selector. */
void vota_abi_topic(vota_hash *ret_topic, const char *signature);

/* Reads values from left to right; every value is asked for, then the end. */
struct vota_abi_rd {
    struct vota_slice data;
    size_t at;    /* next head word */
    size_t heads; /* where the head words end */
    size_t tail;  /* where the next tail must begin */
};

/* Assumes: head_words values, static and dynamic, will be read. Borrows data. */
struct vota_abi_rd vota_abi_rd_of(struct vota_slice data, size_t head_words);

/* BAD_INPUT: too short, or bits set that the type has not. ret untouched then. */
VOTA_MUST_USE enum vota_status vota_abi_get_word(struct vota_abi_rd *rd, vota_hash *ret_word);
VOTA_MUST_USE enum vota_status vota_abi_get_u64(struct vota_abi_rd *rd, uint64_t *ret_value,
                                                uint64_t max);
VOTA_MUST_USE enum vota_status vota_abi_get_addr(struct vota_abi_rd *rd, vota_addr *ret_addr);

/* The bytes borrow from the data. LIMIT when longer than max. */
VOTA_MUST_USE enum vota_status vota_abi_get_bytes(struct vota_abi_rd *rd,
                                                  struct vota_slice *ret_bytes, size_t max);

/* Writes at most cap numbers; LIMIT when there are more. */
VOTA_MUST_USE enum vota_status vota_abi_get_u64s(struct vota_abi_rd *rd, uint64_t *ret_numbers,
                                                 size_t *ret_count, size_t cap);

/* BAD_INPUT unless every byte was read. */
VOTA_MUST_USE enum vota_status vota_abi_end(const struct vota_abi_rd *rd);

/*
 * The text of a revert: `data` of an error answer that is Error(string), or
 * empty when it is something else. Borrowed.
 */
struct vota_slice vota_abi_revert_text(struct vota_slice data);

#endif
