/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry <-> its seven words, and the rules of each kind: see entry.h. The rules
 * are those of the contract: an entry that it cannot have written is no entry.
 */
#include "proof/entry.h"

#include "keccak/keccak.h"

static enum vota_status refuse(struct vota_error *err, const char *where, const char *reason)
{
    return vota_fail(err, VOTA_BAD_INPUT, where, reason);
}

static enum vota_status check_unused(const vota_hash *word, const char *where,
                                     struct vota_error *err)
{
    return vota_hash_is_zero(word) ? VOTA_OK : refuse(err, where, "unused-word");
}

static enum vota_status read_u64(uint64_t *ret_value, const vota_hash *word, const char *where,
                                 struct vota_error *err)
{
    if (vota_word_u64(ret_value, word) != VOTA_OK)
        return refuse(err, where, "entry-range");
    return VOTA_OK;
}

static enum vota_status check_addr(const vota_hash *word, const char *where, struct vota_error *err)
{
    vota_addr addr;
    return vota_word_addr(&addr, word) == VOTA_OK ? VOTA_OK : refuse(err, where, "entry-range");
}

static enum vota_status check_register(const struct vota_entry *entry, struct vota_error *err)
{
    const enum vota_status status = check_unused(&entry->b, "b", err);
    return status != VOTA_OK ? status : check_unused(&entry->c, "c", err);
}

static enum vota_status check_batch(const struct vota_entry *entry, struct vota_error *err)
{
    uint64_t count;
    const enum vota_status status = read_u64(&count, &entry->b, "b", err);
    if (status != VOTA_OK)
        return status;
    if (count > UINT32_MAX)
        return refuse(err, "b", "entry-range");
    if (count == 0)
        return refuse(err, "b", "empty-batch");
    if (vota_hash_is_zero(&entry->a))
        return refuse(err, "a", "zero-root");
    return check_unused(&entry->c, "c", err);
}

static enum vota_status check_result(const struct vota_entry *entry, struct vota_error *err)
{
    uint64_t last_entry;
    const enum vota_status status = read_u64(&last_entry, &entry->b, "b", err);
    if (status != VOTA_OK)
        return status;
    return last_entry < entry->number ? VOTA_OK : refuse(err, "b", "last-entry");
}

static enum vota_status check_key(const struct vota_entry *entry, struct vota_error *err)
{
    uint64_t role;
    if (vota_word_u64(&role, &entry->a) != VOTA_OK || role < VOTA_ROLE_ANCHORER ||
        role > VOTA_ROLE_OWNER)
        return refuse(err, "a", "unknown-role");
    const enum vota_status status = check_addr(&entry->b, "b", err);
    if (status != VOTA_OK)
        return status;
    uint64_t untrusted_since;
    return read_u64(&untrusted_since, &entry->c, "c", err);
}

static enum vota_status check_disavowed(const struct vota_entry *entry, struct vota_error *err)
{
    uint64_t first;
    uint64_t last;
    enum vota_status status = read_u64(&first, &entry->a, "a", err);
    if (status != VOTA_OK)
        return status;
    status = read_u64(&last, &entry->b, "b", err);
    if (status != VOTA_OK)
        return status;
    if (first == 0 || first > last || last >= entry->number)
        return refuse(err, "a", "bad-range");
    return VOTA_OK;
}

static enum vota_status check_succeeded(const struct vota_entry *entry, struct vota_error *err)
{
    const enum vota_status status = check_addr(&entry->b, "b", err);
    return status != VOTA_OK ? status : check_unused(&entry->c, "c", err);
}

/* By kind; there is no kind 0. */
static enum vota_status (*const rules[])(const struct vota_entry *, struct vota_error *) = {
    [VOTA_ENTRY_REGISTER] = check_register,   [VOTA_ENTRY_BATCH] = check_batch,
    [VOTA_ENTRY_RESULT] = check_result,       [VOTA_ENTRY_KEY] = check_key,
    [VOTA_ENTRY_DISAVOWED] = check_disavowed, [VOTA_ENTRY_SUCCEEDED] = check_succeeded,
};

bool vota_entry_is_known(const struct vota_entry *entry)
{
    return entry->kind >= VOTA_ENTRY_REGISTER && entry->kind <= VOTA_ENTRY_SUCCEEDED;
}

enum vota_status vota_entry_check(const struct vota_entry *entry, struct vota_error *err)
{
    if (!vota_entry_is_known(entry))
        return refuse(err, "kind", "unknown-kind");
    if (entry->number == 0)
        return refuse(err, "number", "entry-range");
    return rules[entry->kind](entry, err);
}

void vota_entry_encode(uint8_t ret_bytes[VOTA_ENTRY_BYTES], const struct vota_entry *entry)
{
    struct vota_wr wr = vota_wr_of(ret_bytes, VOTA_ENTRY_BYTES);
    vota_word_write_u64(&wr, entry->kind);
    vota_word_write_u64(&wr, entry->number);
    vota_word_write_u64(&wr, entry->block);
    vota_word_write_u64(&wr, entry->time);
    vota_word_write(&wr, &entry->a);
    vota_word_write(&wr, &entry->b);
    vota_word_write(&wr, &entry->c);
    VOTA_ASSERT(wr.len == VOTA_ENTRY_BYTES);
}

enum vota_status vota_entry_decode(struct vota_entry *ret_entry, const void *bytes, size_t len,
                                   struct vota_error *err)
{
    if (len != VOTA_ENTRY_BYTES)
        return refuse(err, "entry", "entry-length");
    vota_hash words[VOTA_ENTRY_BYTES / VOTA_WORD_BYTES];
    vota_bytes_copy(words, bytes, sizeof words);
    struct vota_entry entry = {.a = words[4], .b = words[5], .c = words[6]};
    if (vota_word_u64(&entry.kind, &words[0]) != VOTA_OK)
        return refuse(err, "kind", "unknown-kind");
    enum vota_status status = read_u64(&entry.number, &words[1], "number", err);
    if (status == VOTA_OK)
        status = read_u64(&entry.block, &words[2], "block", err);
    if (status == VOTA_OK)
        status = read_u64(&entry.time, &words[3], "time", err);
    if (status == VOTA_OK)
        status = vota_entry_check(&entry, err);
    if (status == VOTA_OK)
        *ret_entry = entry;
    return status;
}

void vota_entry_hash(vota_hash *ret_hash, const struct vota_entry *entry)
{
    uint8_t bytes[VOTA_ENTRY_BYTES];
    vota_entry_encode(bytes, entry);
    vota_keccak_hash(ret_hash->bytes, bytes, sizeof bytes);
}

void vota_entry_batch(struct vota_entry *ret_entry, const vota_hash *root, uint32_t count)
{
    ret_entry->kind = VOTA_ENTRY_BATCH;
    ret_entry->a = *root;
    ret_entry->b = vota_word_of_u64(count);
    ret_entry->c = vota_word_of_u64(0);
}

bool vota_entry_get_batch(vota_hash *ret_root, uint32_t *ret_count, const struct vota_entry *entry)
{
    uint64_t count;
    if (entry->kind != VOTA_ENTRY_BATCH || vota_word_u64(&count, &entry->b) != VOTA_OK ||
        count > UINT32_MAX)
        return false;
    *ret_root = entry->a;
    *ret_count = (uint32_t)count;
    return true;
}

bool vota_entry_get_disavowed(uint64_t *ret_first, uint64_t *ret_last,
                              const struct vota_entry *entry)
{
    uint64_t first;
    uint64_t last;
    if (entry->kind != VOTA_ENTRY_DISAVOWED || vota_word_u64(&first, &entry->a) != VOTA_OK ||
        vota_word_u64(&last, &entry->b) != VOTA_OK)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

bool vota_entry_get_key(enum vota_entry_role *ret_role, vota_addr *ret_key, uint64_t *ret_untrusted,
                        const struct vota_entry *entry)
{
    if (entry->kind != VOTA_ENTRY_KEY || check_key(entry, NULL) != VOTA_OK)
        return false;
    uint64_t role = 0;
    const bool read = vota_word_u64(&role, &entry->a) == VOTA_OK &&
                      vota_word_addr(ret_key, &entry->b) == VOTA_OK &&
                      vota_word_u64(ret_untrusted, &entry->c) == VOTA_OK;
    VOTA_ASSERT(read);
    *ret_role = (enum vota_entry_role)role;
    return true;
}
