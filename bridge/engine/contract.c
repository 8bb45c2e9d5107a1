/* SPDX-License-Identifier: Apache-2.0 */
/* Calls and events of VoteAnchor: see contract.h. The signatures are the Solidity source's. */
#include "bridge/engine/contract.h"

#include "keccak/keccak.h"
#include "proof/journal.h"
#include "rpc/abi.h"

/* The owner's calls, which are written here and read back. */
#define SET_KEY            "setKey(uint8,address,uint64)"
#define DISAVOW            "disavow(uint64,uint64,string)"
#define SUCCEEDED_BY       "succeededBy(uint256,address)"
#define TRANSFER_OWNERSHIP "transferOwnership(address)"
#define ACCEPT_OWNERSHIP   "acceptOwnership()"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

void vota_contract_open_register(struct vota_wr *wr, const vota_hash *parent,
                                 struct vota_slice definition)
{
    const struct vota_abi_value values[] = {vota_abi_hash(parent),
                                            vota_abi_bytes(definition.at, definition.len)};
    vota_abi_call(wr, "openRegister(bytes32,string)", values, COUNT_OF(values));
}

void vota_contract_anchor(struct vota_wr *wr, const vota_hash *parent, const vota_hash *root,
                          uint32_t count)
{
    const struct vota_abi_value values[] = {vota_abi_hash(parent), vota_abi_hash(root),
                                            vota_abi_u64(count)};
    vota_abi_call(wr, "anchor(bytes32,bytes32,uint32)", values, COUNT_OF(values));
}

void vota_contract_publish_result(struct vota_wr *wr, const vota_hash *parent,
                                  const vota_hash *register_hash, uint64_t last_entry,
                                  const uint64_t *counts, size_t n)
{
    const struct vota_abi_value values[] = {vota_abi_hash(parent), vota_abi_hash(register_hash),
                                            vota_abi_u64(last_entry), vota_abi_u64s(counts, n)};
    vota_abi_call(wr, "publishResult(bytes32,bytes32,uint64,uint64[])", values, COUNT_OF(values));
}

void vota_contract_set_key(struct vota_wr *wr, enum vota_entry_role role, const vota_addr *key,
                           uint64_t untrusted_since)
{
    const struct vota_abi_value values[] = {vota_abi_u64((uint64_t)role), vota_abi_addr(key),
                                            vota_abi_u64(untrusted_since)};
    vota_abi_call(wr, SET_KEY, values, COUNT_OF(values));
}

void vota_contract_disavow(struct vota_wr *wr, uint64_t first, uint64_t last,
                           struct vota_slice reason)
{
    const struct vota_abi_value values[] = {vota_abi_u64(first), vota_abi_u64(last),
                                            vota_abi_bytes(reason.at, reason.len)};
    vota_abi_call(wr, DISAVOW, values, COUNT_OF(values));
}

void vota_contract_succeeded_by(struct vota_wr *wr, uint64_t chain_id, const vota_addr *successor)
{
    const struct vota_abi_value values[] = {vota_abi_u64(chain_id), vota_abi_addr(successor)};
    vota_abi_call(wr, SUCCEEDED_BY, values, COUNT_OF(values));
}

void vota_contract_transfer_ownership(struct vota_wr *wr, const vota_addr *owner)
{
    const struct vota_abi_value value = vota_abi_addr(owner);
    vota_abi_call(wr, TRANSFER_OWNERSHIP, &value, 1);
}

void vota_contract_accept_ownership(struct vota_wr *wr)
{
    vota_abi_call(wr, ACCEPT_OWNERSHIP, NULL, 0);
}

static vota_hash keccak_of(struct vota_slice bytes)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, bytes.at, bytes.len);
    return hash;
}

#define WORDS_MAX 3u

/* An owner's call, how much of it is words, and what they are in the entry. */
struct owner_call {
    const char *signature;
    enum vota_entry_kind kind; /* 0: makes no entry */
    size_t words;
};

static const struct owner_call owner_calls[] = {
    {SET_KEY, VOTA_ENTRY_KEY, 3},
    {DISAVOW, VOTA_ENTRY_DISAVOWED, 3},
    {SUCCEEDED_BY, VOTA_ENTRY_SUCCEEDED, 2},
    {ACCEPT_OWNERSHIP, VOTA_ENTRY_KEY, 0},
    {TRANSFER_OWNERSHIP, 0, 1},
};

static const struct owner_call *owner_call_of(struct vota_slice call)
{
    for (size_t i = 0; call.len >= 4 && i < COUNT_OF(owner_calls); i++) {
        vota_hash topic;
        vota_abi_topic(&topic, owner_calls[i].signature);
        if (vota_bytes_equal(topic.bytes, call.at, 4))
            return &owner_calls[i];
    }
    return NULL;
}

/* The word for the reason is where its bytes begin; the entry keeps their hash. */
static enum vota_status read_reason(vota_hash *ret_word, struct vota_slice arguments)
{
    struct vota_slice reason = {NULL, 0};
    uint64_t first = 0;
    uint64_t last = 0;
    struct vota_abi_rd rd = vota_abi_rd_of(arguments, 3);
    enum vota_status status = vota_abi_get_u64(&rd, &first, UINT64_MAX);
    if (status == VOTA_OK)
        status = vota_abi_get_u64(&rd, &last, UINT64_MAX);
    if (status == VOTA_OK)
        status = vota_abi_get_bytes(&rd, &reason, VOTA_CONTRACT_REASON_MAX);
    if (status != VOTA_OK)
        return VOTA_BAD_INPUT;
    *ret_word = keccak_of(reason);
    return VOTA_OK;
}

enum vota_status vota_contract_call_words(struct vota_entry *ret_entry, struct vota_slice call,
                                          const vota_addr *owner)
{
    const struct owner_call *known = owner_call_of(call);
    if (known == NULL || call.len < 4 + 32 * known->words)
        return VOTA_BAD_INPUT;
    vota_hash words[WORDS_MAX] = {{{0}}};
    for (size_t i = 0; i < known->words && i < WORDS_MAX; i++)
        vota_bytes_copy(words[i].bytes, call.at + 4 + 32 * i, 32);
    struct vota_entry entry = {.kind = known->kind, .a = words[0], .b = words[1], .c = words[2]};
    if (known->kind == VOTA_ENTRY_DISAVOWED &&
        read_reason(&entry.c, (struct vota_slice){call.at + 4, call.len - 4}) != VOTA_OK)
        return VOTA_BAD_INPUT;
    if (known->kind == 0 || (known->words == 0 && owner == NULL))
        return VOTA_NOT_FOUND;
    if (known->words == 0) {
        entry.a = vota_word_of_u64(VOTA_ROLE_OWNER);
        entry.b = vota_word_of_addr(owner);
    }
    *ret_entry = entry;
    return VOTA_OK;
}

void vota_contract_state_read(struct vota_contract_state *ret_state,
                              const vota_hash slots[VOTA_CONTRACT_SLOTS])
{
    /* Slot 1 packs from the right: anchorer in the low 20 bytes, length in the 8 before it. */
    ret_state->head = slots[0];
    vota_bytes_copy(ret_state->anchorer.bytes, slots[1].bytes + 12, 20);
    ret_state->length = vota_load_be(slots[1].bytes + 4, 8);
    vota_bytes_copy(ret_state->acceptance_key.bytes, slots[2].bytes + 12, 20);
}

/* One kind of entry: its event, and how the event's data becomes words a, b, c and text. */
struct event_kind {
    enum vota_entry_kind kind;
    const char *signature;
    size_t topics; /* with topic 0; topic 1 is the number, topic 2 the register */
    size_t words;  /* head words of the data, the new head last */
    enum vota_status (*read)(struct vota_contract_event *event, struct vota_abi_rd *rd);
};

static enum vota_status read_opened(struct vota_contract_event *event, struct vota_abi_rd *rd)
{
    const enum vota_status status =
        vota_abi_get_bytes(rd, &event->text, VOTA_CONTRACT_DEFINITION_MAX);
    if (status != VOTA_OK)
        return status;
    const vota_hash hash = keccak_of(event->text);
    return vota_hash_equal(&hash, &event->entry.a) ? VOTA_OK : VOTA_BAD_INPUT;
}

static enum vota_status read_batch(struct vota_contract_event *event, struct vota_abi_rd *rd)
{
    uint64_t count = 0;
    enum vota_status status = vota_abi_get_word(rd, &event->entry.a);
    if (status == VOTA_OK)
        status = vota_abi_get_u64(rd, &count, UINT32_MAX);
    event->entry.b = vota_word_of_u64(count);
    return status;
}

static enum vota_status read_result(struct vota_contract_event *event, struct vota_abi_rd *rd)
{
    uint64_t last_entry = 0;
    enum vota_status status = vota_abi_get_u64(rd, &last_entry, UINT64_MAX);
    if (status == VOTA_OK)
        status = vota_abi_get_u64s(rd, event->counts, &event->count, VOTA_CONTRACT_COUNTS_MAX);
    if (status != VOTA_OK)
        return status;
    event->entry.b = vota_word_of_u64(last_entry);
    vota_journal_counts_hash(&event->entry.c, event->counts, event->count);
    return VOTA_OK;
}

static enum vota_status read_key(struct vota_contract_event *event, struct vota_abi_rd *rd)
{
    uint64_t role = 0;
    uint64_t untrusted_since = 0;
    vota_addr key = {{0}};
    enum vota_status status = vota_abi_get_u64(rd, &role, UINT8_MAX);
    if (status == VOTA_OK)
        status = vota_abi_get_addr(rd, &key);
    if (status == VOTA_OK)
        status = vota_abi_get_u64(rd, &untrusted_since, UINT64_MAX);
    event->entry.a = vota_word_of_u64(role);
    event->entry.b = vota_word_of_addr(&key);
    event->entry.c = vota_word_of_u64(untrusted_since);
    return status;
}

static enum vota_status read_disavowed(struct vota_contract_event *event, struct vota_abi_rd *rd)
{
    uint64_t first = 0;
    uint64_t last = 0;
    enum vota_status status = vota_abi_get_u64(rd, &first, UINT64_MAX);
    if (status == VOTA_OK)
        status = vota_abi_get_u64(rd, &last, UINT64_MAX);
    if (status == VOTA_OK)
        status = vota_abi_get_bytes(rd, &event->text, VOTA_CONTRACT_REASON_MAX);
    if (status != VOTA_OK)
        return status;
    event->entry.a = vota_word_of_u64(first);
    event->entry.b = vota_word_of_u64(last);
    event->entry.c = keccak_of(event->text);
    return VOTA_OK;
}

static enum vota_status read_succeeded(struct vota_contract_event *event, struct vota_abi_rd *rd)
{
    vota_addr successor = {{0}};
    enum vota_status status = vota_abi_get_word(rd, &event->entry.a);
    if (status == VOTA_OK)
        status = vota_abi_get_addr(rd, &successor);
    event->entry.b = vota_word_of_addr(&successor);
    return status;
}

static const struct event_kind event_kinds[] = {
    {VOTA_ENTRY_REGISTER, "RegisterOpened(uint64,bytes32,string,bytes32)", 3, 2, read_opened},
    {VOTA_ENTRY_BATCH, "BatchAnchored(uint64,bytes32,uint32,bytes32)", 2, 3, read_batch},
    {VOTA_ENTRY_RESULT, "ResultPublished(uint64,bytes32,uint64,uint64[],bytes32)", 3, 3,
     read_result},
    {VOTA_ENTRY_KEY, "KeySet(uint64,uint8,address,uint64,bytes32)", 2, 4, read_key},
    {VOTA_ENTRY_DISAVOWED, "Disavowed(uint64,uint64,uint64,string,bytes32)", 2, 4, read_disavowed},
    {VOTA_ENTRY_SUCCEEDED, "SucceededBy(uint64,uint256,address,bytes32)", 2, 3, read_succeeded},
};

static const struct event_kind *kind_of(const struct vota_eth_log *log)
{
    for (size_t i = 0; log->topic_count > 0 && i < COUNT_OF(event_kinds); i++) {
        vota_hash topic;
        vota_abi_topic(&topic, event_kinds[i].signature);
        if (vota_hash_equal(&topic, &log->topics[0]))
            return &event_kinds[i];
    }
    return NULL;
}

enum vota_status vota_contract_event_read(struct vota_contract_event *ret_event,
                                          const struct vota_eth_log *log, struct vota_error *err)
{
    const struct event_kind *kind = kind_of(log);
    if (kind == NULL)
        return VOTA_NOT_FOUND;
    ret_event->entry = (struct vota_entry){.kind = kind->kind, .block = log->block_number};
    ret_event->text = (struct vota_slice){0};
    ret_event->count = 0;
    if (log->topic_count != kind->topics ||
        vota_word_u64(&ret_event->entry.number, &log->topics[1]) != VOTA_OK)
        return vota_fail(err, VOTA_BAD_INPUT, "event", "event-topics");
    if (kind->topics == 3)
        ret_event->entry.a = log->topics[2];
    struct vota_abi_rd rd = vota_abi_rd_of(log->data, kind->words);
    if (kind->read(ret_event, &rd) != VOTA_OK ||
        vota_abi_get_word(&rd, &ret_event->head) != VOTA_OK || vota_abi_end(&rd) != VOTA_OK)
        return vota_fail(err, VOTA_BAD_INPUT, "event", "event-data");
    return VOTA_OK;
}
