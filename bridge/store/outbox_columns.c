/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the outbox to structs: see outbox_columns.h. */
#include "bridge/store/outbox_columns.h"

#include <string.h>

static const char *const kind_names[] = {
    [VOTA_OP_DEPLOY] = "deploy",  [VOTA_OP_REGISTER] = "register", [VOTA_OP_BATCH] = "batch",
    [VOTA_OP_RESULT] = "result",  [VOTA_OP_KEY] = "key",           [VOTA_OP_DISAVOW] = "disavow",
    [VOTA_OP_SUCCEED] = "succeed"};

static const char *const state_names[VOTA_OP_STATES] = {
    [VOTA_OP_QUEUED] = "queued", [VOTA_OP_SIGNED] = "signed", [VOTA_OP_SENT] = "sent",
    [VOTA_OP_MINED] = "mined",   [VOTA_OP_FINAL] = "final",   [VOTA_OP_HALTED] = "halted"};

static const char *const wish_names[] = {
    [VOTA_WISH_NONE] = "", [VOTA_WISH_BUMP] = "bump", [VOTA_WISH_CANCEL] = "cancel"};

static const char *const attempt_names[] = {[VOTA_ATTEMPT_SIGNED] = "signed",
                                            [VOTA_ATTEMPT_SENT] = "sent",
                                            [VOTA_ATTEMPT_MINED] = "mined",
                                            [VOTA_ATTEMPT_REPLACED] = "replaced",
                                            [VOTA_ATTEMPT_DROPPED] = "dropped"};

#define COUNT(names) ((unsigned)(sizeof(names) / sizeof((names)[0])))

const char *vota_outbox_kind_name(enum vota_op_kind kind)
{
    VOTA_ASSERT((unsigned)kind < COUNT(kind_names));
    return kind_names[kind];
}

const char *vota_outbox_state_name(enum vota_op_state state)
{
    VOTA_ASSERT((unsigned)state < COUNT(state_names));
    return state_names[state];
}

const char *vota_outbox_wish_name(enum vota_op_wish wish)
{
    VOTA_ASSERT((unsigned)wish < COUNT(wish_names));
    return wish_names[wish];
}

unsigned vota_outbox_number_of(struct vota_query *q, int column, const char *const *names,
                               unsigned n)
{
    char name[16];
    vota_query_text(q, column, name, sizeof name);
    for (unsigned i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    if (q->code == SQLITE_OK)
        q->code = SQLITE_CORRUPT;
    return 0;
}

enum vota_op_kind vota_outbox_kind_read(struct vota_query *q, int column)
{
    return (enum vota_op_kind)vota_outbox_number_of(q, column, kind_names, COUNT(kind_names));
}

/* Column numbers of VOTA_OUTBOX_SELECT. */
enum {
    ID,
    NETWORK,
    KIND,
    REGISTER,
    BATCH,
    ARGUMENTS,
    STATE,
    CREATED_AT,
    ROUND,
    SENDER,
    NONCE,
    PARENT,
    CALLDATA,
    ENTRY_NUMBER,
    ENTRY_BLOCK,
    ENTRY_TIME,
    WORD_A,
    WORD_B,
    WORD_C,
    HEAD,
    TX_HASH,
    BLOCK_HASH,
    GAS_USED,
    EFFECTIVE_PRICE,
    REASON,
    WISH
};

static struct vota_entry read_entry(struct vota_query *q, enum vota_op_kind kind)
{
    return (struct vota_entry){.kind = (uint64_t)kind,
                               .number = vota_query_u64(q, ENTRY_NUMBER),
                               .block = vota_query_u64(q, ENTRY_BLOCK),
                               .time = vota_query_u64(q, ENTRY_TIME),
                               .a = vota_query_hash(q, WORD_A),
                               .b = vota_query_hash(q, WORD_B),
                               .c = vota_query_hash(q, WORD_C)};
}

void vota_outbox_columns_read(struct vota_query *q, struct vota_store_operation *ret_operation)
{
    *ret_operation = (struct vota_store_operation){
        .id = vota_query_i64(q, ID),
        .network = vota_query_i64(q, NETWORK),
        .kind = vota_outbox_kind_read(q, KIND),
        .reg = vota_query_i64(q, REGISTER),
        .batch = vota_query_i64(q, BATCH),
        .arguments = vota_query_slice(q, ARGUMENTS),
        .state = (enum vota_op_state)vota_outbox_number_of(q, STATE, state_names, VOTA_OP_STATES),
        .created_at = vota_query_u64(q, CREATED_AT),
        .round = (uint32_t)vota_query_u64(q, ROUND),
        .assigned = !vota_query_is_null(q, NONCE),
        .sender = vota_query_addr(q, SENDER),
        .nonce = vota_query_u64(q, NONCE),
        .parent = vota_query_hash(q, PARENT),
        .calldata = vota_query_slice(q, CALLDATA),
        .entered = !vota_query_is_null(q, ENTRY_NUMBER),
        .head = vota_query_hash(q, HEAD),
        .tx_hash = vota_query_hash(q, TX_HASH),
        .block_hash = vota_query_hash(q, BLOCK_HASH),
        .gas_used = vota_query_u64(q, GAS_USED),
        .effective_price = vota_query_u64(q, EFFECTIVE_PRICE),
        .wish = (enum vota_op_wish)vota_outbox_number_of(q, WISH, wish_names, COUNT(wish_names)),
    };
    vota_query_text(q, REASON, ret_operation->reason, sizeof ret_operation->reason);
    if (ret_operation->entered)
        ret_operation->entry = read_entry(q, ret_operation->kind);
}

/* Column numbers of VOTA_ATTEMPT_SELECT. */
enum {
    ATTEMPT_ID,
    OPERATION,
    ATTEMPT_ROUND,
    NUMBER,
    ATTEMPT_NONCE,
    RAW,
    ATTEMPT_TX_HASH,
    MAX_FEE,
    TIP,
    GAS_LIMIT,
    BLOCK,
    AT_CAP,
    ATTEMPT_CREATED_AT,
    SENT_AT,
    ATTEMPT_STATE,
    CANCELS
};

void vota_attempt_columns_read(struct vota_query *q, struct vota_store_attempt *ret_attempt)
{
    const unsigned state =
        vota_outbox_number_of(q, ATTEMPT_STATE, attempt_names, COUNT(attempt_names));
    *ret_attempt = (struct vota_store_attempt){
        .id = vota_query_i64(q, ATTEMPT_ID),
        .operation = vota_query_i64(q, OPERATION),
        .round = (uint32_t)vota_query_u64(q, ATTEMPT_ROUND),
        .number = (uint32_t)vota_query_u64(q, NUMBER),
        .nonce = vota_query_u64(q, ATTEMPT_NONCE),
        .raw = vota_query_slice(q, RAW),
        .tx_hash = vota_query_hash(q, ATTEMPT_TX_HASH),
        .max_fee = vota_query_u64(q, MAX_FEE),
        .tip = vota_query_u64(q, TIP),
        .gas_limit = vota_query_u64(q, GAS_LIMIT),
        .block = vota_query_u64(q, BLOCK),
        .at_cap = vota_query_i64(q, AT_CAP) != 0,
        .cancels = vota_query_i64(q, CANCELS) != 0,
        .created_at = vota_query_u64(q, ATTEMPT_CREATED_AT),
        .sent_at = vota_query_u64(q, SENT_AT),
        .state = (enum vota_attempt_state)state,
    };
}
