/* SPDX-License-Identifier: Apache-2.0 */
/* What VoteAnchor does, in C: calldata to state, events and reverts. contracts/VoteAnchor.sol. */
#include <string.h>

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"
#include "rpc/abi.h"
#include "tests/chain/chain_inside.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* One call: the contract as it will be, unless it is refused. */
struct call {
    struct chain_outcome *out;
    struct chain_contract *contract;
    const struct chain_message *message;
    struct vota_abi_rd rd;
};

void chain_revert(struct chain_outcome *out, const char *error, const vota_hash *words, size_t n)
{
    struct vota_wr wr = vota_wr_of(out->revert, sizeof out->revert);
    vota_hash topic;
    out->ok = false;
    if (error != NULL) {
        vota_abi_topic(&topic, error);
        vota_wr_put(&wr, topic.bytes, 4);
    }
    for (size_t i = 0; i < n; i++)
        vota_wr_put(&wr, words[i].bytes, 32);
    out->revert_len = wr.len;
}

struct chain_event *chain_emit(struct chain_outcome *out, const vota_addr *address,
                               const char *signature, size_t start)
{
    chain_must(vota_wr_fits(&out->data), "an event is too long");
    struct chain_event *event = &out->events[out->n_events++];
    *event = (struct chain_event){.address = *address, .n_topics = 1};
    vota_abi_topic(&event->topics[0], signature);
    event->data = (struct vota_slice){out->data.to + start, out->data.len - start};
    return event;
}

/* ---- who may ---- */

static bool by_owner(struct call *call)
{
    if (vota_addr_equal(&call->message->from, &call->contract->owner))
        return true;
    const vota_hash who = vota_word_of_addr(&call->message->from);
    chain_revert(call->out, "OwnableUnauthorizedAccount(address)", &who, 1);
    return false;
}

static bool by_anchorer(struct call *call, const vota_hash *parent)
{
    const vota_hash who = vota_word_of_addr(&call->message->from);
    const vota_hash heads[] = {*parent, call->contract->head};
    if (!vota_addr_equal(&call->message->from, &call->contract->anchorer))
        chain_revert(call->out, "NotAnchorer(address)", &who, 1);
    else if (!vota_hash_equal(parent, &call->contract->head))
        chain_revert(call->out, "StaleParent(bytes32,bytes32)", heads, 2);
    else
        return true;
    return false;
}

bool chain_keys_distinct(struct chain_outcome *out, const struct chain_contract *contract)
{
    const vota_addr *cold = &contract->owner;
    const vota_addr *hot = &contract->anchorer;
    const vota_addr *signer = &contract->acceptance_key;
    const vota_addr *shared = NULL;
    if (vota_addr_equal(cold, hot) || vota_addr_equal(cold, signer))
        shared = cold;
    else if (vota_addr_equal(hot, signer) && !vota_addr_is_zero(hot))
        shared = hot;
    if (shared == NULL)
        return true;
    const vota_hash word = vota_word_of_addr(shared);
    chain_revert(out, "SharedKey(address)", &word, 1);
    return false;
}

/* ---- appending ---- */

static void append(struct call *call, struct vota_entry entry)
{
    struct chain_outcome *out = call->out;
    vota_hash hash;
    entry.number = ++call->contract->length;
    entry.block = call->message->block;
    entry.time = call->message->time;
    vota_entry_hash(&hash, &entry);
    vota_journal_next(&call->contract->head, &call->contract->head, &hash);
    out->has_entry = true;
    out->entry = entry;
    out->head = call->contract->head;
}

/* The event of the entry just appended: its data is these values, the head among them. */
static void tell(struct call *call, const char *signature, const struct vota_abi_value *values,
                 size_t n, bool with_register)
{
    struct chain_outcome *out = call->out;
    const size_t start = out->data.len;
    vota_abi_encode(&out->data, values, n);
    struct chain_event *event = chain_emit(out, &call->contract->address, signature, start);
    event->topics[event->n_topics++] = vota_word_of_u64(out->entry.number);
    if (with_register)
        event->topics[event->n_topics++] = out->entry.a;
    event->head_at = 32 * (n - 1); /* last in all of them */
}

static vota_hash keccak_of(struct vota_slice bytes)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, bytes.at, bytes.len);
    return hash;
}

/* ---- the anchorer's calls; false: the calldata does not decode ---- */

static bool open_register(struct call *call)
{
    vota_hash parent;
    struct vota_slice text;
    if (vota_abi_get_word(&call->rd, &parent) != VOTA_OK ||
        vota_abi_get_bytes(&call->rd, &text, SIZE_MAX) != VOTA_OK)
        return false;
    if (!by_anchorer(call, &parent))
        return true;
    const vota_hash sizes[] = {vota_word_of_u64(text.len),
                               vota_word_of_u64(VOTA_CONTRACT_DEFINITION_MAX)};
    if (text.len > VOTA_CONTRACT_DEFINITION_MAX) {
        chain_revert(call->out, "DefinitionTooLong(uint256,uint256)", sizes, 2);
        return true;
    }
    append(call, (struct vota_entry){.kind = VOTA_ENTRY_REGISTER, .a = keccak_of(text)});
    const struct vota_abi_value values[] = {vota_abi_bytes(text.at, text.len),
                                            vota_abi_hash(&call->contract->head)};
    tell(call, "RegisterOpened(uint64,bytes32,string,bytes32)", values, COUNT_OF(values), true);
    return true;
}

static bool anchor(struct call *call)
{
    vota_hash parent;
    vota_hash root;
    uint64_t count;
    if (vota_abi_get_word(&call->rd, &parent) != VOTA_OK ||
        vota_abi_get_word(&call->rd, &root) != VOTA_OK ||
        vota_abi_get_u64(&call->rd, &count, UINT32_MAX) != VOTA_OK)
        return false;
    if (!by_anchorer(call, &parent))
        return true;
    if (vota_hash_is_zero(&root) || count == 0) {
        chain_revert(call->out, vota_hash_is_zero(&root) ? "ZeroRoot()" : "ZeroCount()", NULL, 0);
        return true;
    }
    append(call,
           (struct vota_entry){.kind = VOTA_ENTRY_BATCH, .a = root, .b = vota_word_of_u64(count)});
    const struct vota_abi_value values[] = {vota_abi_hash(&root), vota_abi_u64(count),
                                            vota_abi_hash(&call->contract->head)};
    tell(call, "BatchAnchored(uint64,bytes32,uint32,bytes32)", values, COUNT_OF(values), false);
    return true;
}

static bool publish_result(struct call *call)
{
    vota_hash parent;
    vota_hash register_hash;
    uint64_t last = 0;
    uint64_t counts[VOTA_CONTRACT_COUNTS_MAX];
    size_t n = 0;
    if (vota_abi_get_word(&call->rd, &parent) != VOTA_OK ||
        vota_abi_get_word(&call->rd, &register_hash) != VOTA_OK ||
        vota_abi_get_u64(&call->rd, &last, UINT64_MAX) != VOTA_OK ||
        vota_abi_get_u64s(&call->rd, counts, &n, VOTA_CONTRACT_COUNTS_MAX) != VOTA_OK)
        return false;
    if (!by_anchorer(call, &parent))
        return true;
    const vota_hash range[] = {vota_word_of_u64(last), vota_word_of_u64(call->contract->length)};
    if (last > call->contract->length) {
        chain_revert(call->out, "LastEntryBeyondLength(uint64,uint64)", range, 2);
        return true;
    }
    struct vota_entry entry = {.kind = VOTA_ENTRY_RESULT, .a = register_hash, .b = range[0]};
    vota_journal_counts_hash(&entry.c, counts, n);
    append(call, entry);
    const struct vota_abi_value values[] = {vota_abi_u64(last), vota_abi_u64s(counts, n),
                                            vota_abi_hash(&call->contract->head)};
    tell(call, "ResultPublished(uint64,bytes32,uint64,uint64[],bytes32)", values, COUNT_OF(values),
         true);
    return true;
}

/* ---- the owner's ---- */

static void append_key(struct call *call, uint64_t role, const vota_addr *key, uint64_t untrusted)
{
    if (!chain_keys_distinct(call->out, call->contract))
        return;
    append(call, (struct vota_entry){.kind = VOTA_ENTRY_KEY,
                                     .a = vota_word_of_u64(role),
                                     .b = vota_word_of_addr(key),
                                     .c = vota_word_of_u64(untrusted)});
    const struct vota_abi_value values[] = {vota_abi_u64(role), vota_abi_addr(key),
                                            vota_abi_u64(untrusted),
                                            vota_abi_hash(&call->contract->head)};
    tell(call, "KeySet(uint64,uint8,address,uint64,bytes32)", values, COUNT_OF(values), false);
}

static bool set_key(struct call *call)
{
    uint64_t role = 0;
    uint64_t untrusted = 0;
    vota_addr key;
    if (vota_abi_get_u64(&call->rd, &role, UINT8_MAX) != VOTA_OK ||
        vota_abi_get_addr(&call->rd, &key) != VOTA_OK ||
        vota_abi_get_u64(&call->rd, &untrusted, UINT64_MAX) != VOTA_OK)
        return false;
    const vota_hash word = vota_word_of_u64(role);
    if (!by_owner(call))
        return true;
    if (role == VOTA_ROLE_ANCHORER)
        call->contract->anchorer = key;
    else if (role == VOTA_ROLE_ACCEPTANCE)
        call->contract->acceptance_key = key;
    else
        chain_revert(call->out, "UnknownRole(uint8)", &word, 1);
    if (call->out->ok)
        append_key(call, role, &key, untrusted);
    return true;
}

static bool disavow(struct call *call)
{
    uint64_t first = 0;
    uint64_t last = 0;
    struct vota_slice reason;
    if (vota_abi_get_u64(&call->rd, &first, UINT64_MAX) != VOTA_OK ||
        vota_abi_get_u64(&call->rd, &last, UINT64_MAX) != VOTA_OK ||
        vota_abi_get_bytes(&call->rd, &reason, SIZE_MAX) != VOTA_OK)
        return false;
    if (!by_owner(call))
        return true;
    const vota_hash range[] = {vota_word_of_u64(first), vota_word_of_u64(last),
                               vota_word_of_u64(call->contract->length)};
    if (first == 0 || first > last || last > call->contract->length) {
        chain_revert(call->out, "InvalidRange(uint64,uint64,uint64)", range, 3);
        return true;
    }
    append(call,
           (struct vota_entry){
               .kind = VOTA_ENTRY_DISAVOWED, .a = range[0], .b = range[1], .c = keccak_of(reason)});
    const struct vota_abi_value values[] = {vota_abi_u64(first), vota_abi_u64(last),
                                            vota_abi_bytes(reason.at, reason.len),
                                            vota_abi_hash(&call->contract->head)};
    tell(call, "Disavowed(uint64,uint64,uint64,string,bytes32)", values, COUNT_OF(values), false);
    return true;
}

static bool succeeded_by(struct call *call)
{
    vota_hash id;
    vota_addr successor;
    if (vota_abi_get_word(&call->rd, &id) != VOTA_OK ||
        vota_abi_get_addr(&call->rd, &successor) != VOTA_OK)
        return false;
    if (!by_owner(call))
        return true;
    append(call, (struct vota_entry){
                     .kind = VOTA_ENTRY_SUCCEEDED, .a = id, .b = vota_word_of_addr(&successor)});
    const struct vota_abi_value values[] = {vota_abi_hash(&id), vota_abi_addr(&successor),
                                            vota_abi_hash(&call->contract->head)};
    tell(call, "SucceededBy(uint64,uint256,address,bytes32)", values, COUNT_OF(values), false);
    return true;
}

static void tell_transfer(struct call *call, const char *signature, const vota_addr *from,
                          const vota_addr *to)
{
    struct chain_event *event =
        chain_emit(call->out, &call->contract->address, signature, call->out->data.len);
    event->topics[event->n_topics++] = vota_word_of_addr(from);
    event->topics[event->n_topics++] = vota_word_of_addr(to);
}

static bool transfer_ownership(struct call *call)
{
    vota_addr to;
    if (vota_abi_get_addr(&call->rd, &to) != VOTA_OK)
        return false;
    if (!by_owner(call))
        return true;
    call->contract->pending_owner = to;
    tell_transfer(call, "OwnershipTransferStarted(address,address)", &call->contract->owner, &to);
    return true;
}

static bool accept_ownership(struct call *call)
{
    struct chain_contract *contract = call->contract;
    const vota_addr before = contract->owner;
    const vota_hash who = vota_word_of_addr(&call->message->from);
    if (!vota_addr_equal(&call->message->from, &contract->pending_owner)) {
        chain_revert(call->out, "OwnableUnauthorizedAccount(address)", &who, 1);
        return true;
    }
    contract->owner = contract->pending_owner;
    contract->pending_owner = (vota_addr){{0}};
    tell_transfer(call, "OwnershipTransferred(address,address)", &before, &contract->owner);
    append_key(call, VOTA_ROLE_OWNER, &contract->owner, 0);
    return true;
}

static bool renounce(struct call *call)
{
    chain_revert(call->out, "RenouncingDisabled()", NULL, 0);
    return true;
}

/* ---- getters ---- */

static bool give(struct call *call, vota_hash word)
{
    memcpy(call->out->value, word.bytes, 32);
    call->out->value_len = 32;
    return true;
}

static bool get_head(struct call *call)
{
    return give(call, call->contract->head);
}

static bool get_length(struct call *call)
{
    return give(call, vota_word_of_u64(call->contract->length));
}

static bool get_anchorer(struct call *call)
{
    return give(call, vota_word_of_addr(&call->contract->anchorer));
}

static bool get_acceptance_key(struct call *call)
{
    return give(call, vota_word_of_addr(&call->contract->acceptance_key));
}

static bool get_owner(struct call *call)
{
    return give(call, vota_word_of_addr(&call->contract->owner));
}

static bool get_pending_owner(struct call *call)
{
    return give(call, vota_word_of_addr(&call->contract->pending_owner));
}

/* ---- by selector ---- */

static const struct function {
    const char *signature;
    size_t words;
    bool (*run)(struct call *call);
} functions[] = {
    {"openRegister(bytes32,string)", 2, open_register},
    {"anchor(bytes32,bytes32,uint32)", 3, anchor},
    {"publishResult(bytes32,bytes32,uint64,uint64[])", 4, publish_result},
    {"setKey(uint8,address,uint64)", 3, set_key},
    {"disavow(uint64,uint64,string)", 3, disavow},
    {"succeededBy(uint256,address)", 2, succeeded_by},
    {"transferOwnership(address)", 1, transfer_ownership},
    {"acceptOwnership()", 0, accept_ownership},
    {"renounceOwnership()", 0, renounce},
    {"head()", 0, get_head},
    {"length()", 0, get_length},
    {"anchorer()", 0, get_anchorer},
    {"acceptanceKey()", 0, get_acceptance_key},
    {"owner()", 0, get_owner},
    {"pendingOwner()", 0, get_pending_owner},
};

static const struct function *function_of(struct vota_slice data)
{
    for (size_t i = 0; data.len >= 4 && i < COUNT_OF(functions); i++) {
        vota_hash topic;
        vota_abi_topic(&topic, functions[i].signature);
        if (memcmp(topic.bytes, data.at, 4) == 0)
            return &functions[i];
    }
    return NULL;
}

void chain_call_contract(struct chain_outcome *out, struct chain_contract *contract,
                         const struct chain_message *message)
{
    const struct function *function = function_of(message->data);
    struct chain_contract changed = *contract;
    if (function == NULL || !vota_u256_is_zero(&message->value)) {
        chain_revert(out, NULL, NULL, 0);
        return;
    }
    const struct vota_slice arguments = {message->data.at + 4, message->data.len - 4};
    struct call call = {out, &changed, message, vota_abi_rd_of(arguments, function->words)};
    if (!function->run(&call))
        chain_revert(out, NULL, NULL, 0);
    if (out->ok)
        *contract = changed;
    else
        out->has_entry = false;
    out->gas = 12600 + 16 * message->data.len / 32;
}
