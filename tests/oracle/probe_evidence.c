/* SPDX-License-Identifier: Apache-2.0 */
/* Probe ops of rlp.h, header.h, trie.h, evidence.h, receipt.h and base45.h. */
#include "tests/oracle/probe_proof.h"

#include <stdlib.h>

#include "proof/base45.h"
#include "proof/evidence.h"
#include "proof/receipt.h"
#include "proof/rlp.h"

/* The reason of a refusal outlives the call that gave it. */
static void refuse(struct probe *probe, const struct vota_error *err)
{
    char *reason = probe_alloc(sizeof err->text, 1);
    vota_bytes_copy(reason, err->text, sizeof err->text);
    probe_fail(probe, reason);
}

/* rlp BYTES -> the same bytes, read item by item and written again */
static void run_rlp(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    struct vota_error err = {.status = VOTA_OK};
    if (vota_rlp_check(bytes.at, bytes.len, &err) != VOTA_OK) {
        refuse(probe, &err);
        return;
    }
    struct vota_wr wr = vota_wr_of(probe_alloc(bytes.len, 1), bytes.len);
    struct vota_rd rd = vota_rd_of_slice(bytes);
    struct vota_rlp_item item;
    while (vota_rlp_next(&rd, &item, NULL) == VOTA_OK) {
        if (!item.is_list) {
            vota_rlp_put_string(&wr, item.payload.at, item.payload.len);
            continue;
        }
        /* What is inside follows in rd as it stands: step back into it. */
        vota_rlp_put_list(&wr, item.payload.len);
        rd = vota_rd_of(item.payload.at, item.payload.len + rd.left);
    }
    probe_answer_hex(probe, wr.to, wr.len);
}

/* One item on the stack of rlp_build. */
struct built {
    uint8_t *at;
    size_t len;
};

static struct built build_string(struct vota_slice bytes)
{
    struct built item = {NULL, vota_rlp_size_of_string(bytes.at, bytes.len)};
    item.at = probe_alloc(item.len, 1);
    struct vota_wr wr = vota_wr_of(item.at, item.len);
    vota_rlp_put_string(&wr, bytes.at, bytes.len);
    return item;
}

static struct built build_list(const struct built *items, size_t count)
{
    size_t payload = 0;
    for (size_t i = 0; i < count; i++)
        payload += items[i].len;
    struct built list = {NULL, vota_rlp_size_of_frame(payload) + payload};
    list.at = probe_alloc(list.len, 1);
    struct vota_wr wr = vota_wr_of(list.at, list.len);
    vota_rlp_put_list(&wr, payload);
    for (size_t i = 0; i < count; i++)
        vota_wr_put(&wr, items[i].at, items[i].len);
    return list;
}

/*
 * rlp_build STEPS -> RLP. Steps in postfix order: 00 and a length of 4 bytes and
 * a string; 01 and a count of 4 bytes: the last so many items become a list.
 */
static void run_rlp_build(struct probe *probe)
{
    struct vota_rd rd = vota_rd_of_slice(probe_bytes(probe, 0));
    struct built *stack = probe_alloc(rd.left / 5 + 1, sizeof *stack);
    size_t depth = 0;
    const uint8_t *step;
    while ((step = vota_rd_take(&rd, 5)) != NULL) {
        const size_t n = (size_t)vota_load_be(step + 1, 4);
        if (step[0] == 0) {
            const uint8_t *bytes = vota_rd_take(&rd, n);
            if (bytes == NULL)
                break;
            stack[depth++] = build_string((struct vota_slice){bytes, n});
        } else if (n <= depth) {
            stack[depth - n] = build_list(stack + depth - n, n);
            depth = depth - n + 1;
        }
    }
    if (depth != 1)
        probe_fail(probe, "steps");
    else
        probe_answer_hex(probe, stack[0].at, stack[0].len);
}

/* rlp_integer BYTES -> RLP of the big-endian integer, and read back as 32 bytes */
static void run_rlp_integer(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    uint8_t buffer[64];
    uint8_t back[32];
    struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
    struct vota_rlp_item item;
    vota_rlp_put_integer(&wr, bytes.at, bytes.len);
    if (!vota_wr_fits(&wr) || vota_rlp_read(&item, buffer, wr.len, NULL) != VOTA_OK ||
        vota_rlp_integer(back, sizeof back, &item, NULL) != VOTA_OK) {
        probe_fail(probe, "integer");
        return;
    }
    probe_answer_hex(probe, buffer, wr.len);
    probe_answer_hex(probe, back, sizeof back);
}

/* header RLP -> hash, state root, number, time, items, parent hash, gas limit, gas used, base fee
 */
static void run_header(struct probe *probe)
{
    const struct vota_slice rlp = probe_bytes(probe, 0);
    struct vota_error err = {.status = VOTA_OK};
    struct vota_header header;
    struct vota_header_gas gas;
    if (vota_header_read(&header, rlp, &err) != VOTA_OK ||
        vota_header_read_gas(&gas, rlp, &err) != VOTA_OK) {
        refuse(probe, &err);
        return;
    }
    probe_answer_hash(probe, &header.hash);
    probe_answer_hash(probe, &header.state_root);
    probe_answer_number(probe, header.number);
    probe_answer_number(probe, header.time);
    probe_answer_number(probe, header.items);
    probe_answer_hash(probe, &gas.parent_hash);
    probe_answer_number(probe, gas.gas_limit);
    probe_answer_number(probe, gas.gas_used);
    probe_answer_number(probe, gas.base_fee);
}

/* trie ROOT KEY NODE... -> "present" VALUE, "absent", or an error */
static void run_trie(struct probe *probe)
{
    static const char *const errors[] = {[VOTA_TRIE_MISSING_NODE] = "missing-node",
                                         [VOTA_TRIE_UNUSED_NODE] = "unused-node",
                                         [VOTA_TRIE_NODE_HASH] = "node-hash",
                                         [VOTA_TRIE_NODE_FORM] = "node-form"};
    const vota_hash root = probe_hash(probe, 0);
    const vota_hash key = probe_hash(probe, 1);
    struct vota_slice value = {NULL, 0};
    const enum vota_trie_result result =
        vota_trie_prove(&value, &root, &key, probe->args + 2, probe->n - 2);
    if (result == VOTA_TRIE_PRESENT) {
        probe_answer_text(probe, "present");
        probe_answer_hex(probe, value.at, value.len);
    } else if (result == VOTA_TRIE_ABSENT) {
        probe_answer_text(probe, "absent");
    } else {
        probe_fail(probe, errors[result]);
    }
}

/* prove_head BLOCK CONTRACT CODE HEADER ACCOUNT_COUNT NODE... -> code, and the head if proven */
static void run_prove_head(struct probe *probe)
{
    const struct vota_evidence_trust trust = {.block_hash = probe_hash(probe, 0),
                                              .contract = probe_addr(probe, 1),
                                              .code_hash = probe_hash(probe, 2)};
    struct vota_evidence evidence = {.header = probe_bytes(probe, 3),
                                     .account_count = (size_t)probe_number(probe, 4)};
    struct vota_evidence_detail detail;
    if (probe->n < 5 + evidence.account_count) {
        probe_fail(probe, "missing-argument");
        return;
    }
    evidence.storage_count = probe->n - 5 - evidence.account_count;
    for (size_t i = 0; i < evidence.account_count; i++)
        evidence.account[i] = probe->args[5 + i];
    for (size_t i = 0; i < evidence.storage_count; i++)
        evidence.storage[i] = probe->args[5 + evidence.account_count + i];
    const enum vota_evidence_code code = vota_evidence_prove_head(&detail, &evidence, &trust, NULL);
    probe_answer_text(probe, vota_evidence_name(code));
    if (code == VOTA_EVIDENCE_INCLUDED)
        probe_answer_hash(probe, &detail.head);
}

/* receipt CBOR -> the same bytes, decoded and encoded again */
static void run_receipt(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    struct vota_error err = {.status = VOTA_OK};
    struct vota_receipt *receipt = probe_alloc(1, sizeof *receipt);
    struct vota_wr wr = vota_wr_of(probe_alloc(bytes.len, 1), bytes.len);
    if (vota_receipt_decode(receipt, bytes.at, bytes.len, &err) != VOTA_OK)
        refuse(probe, &err);
    else if (vota_receipt_encode(&wr, receipt, &err) != VOTA_OK || !vota_wr_fits(&wr))
        probe_fail(probe, "encode");
    else
        probe_answer_hex(probe, wr.to, wr.len);
}

/* base45 BYTES -> the text as bytes, and those it stands for */
static void run_base45(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    struct vota_wr wr = vota_wr_of(probe_alloc(bytes.len * 2 + 1, 1), bytes.len * 2 + 1);
    uint8_t *back = probe_alloc(bytes.len, 1);
    size_t len;
    vota_base45_write(&wr, bytes.at, bytes.len);
    if (vota_base45_read(back, bytes.len, &len, (const char *)wr.to, wr.len, NULL) != VOTA_OK) {
        probe_fail(probe, "base45");
        return;
    }
    probe_answer_hex(probe, wr.to, wr.len);
    probe_answer_hex(probe, back, len);
}

/* base45_read TEXT -> bytes, or an error */
static void run_base45_read(struct probe *probe)
{
    const struct vota_slice text = probe_bytes(probe, 0);
    uint8_t *bytes = probe_alloc(text.len, 1);
    size_t len;
    if (vota_base45_read(bytes, text.len, &len, (const char *)text.at, text.len, NULL) != VOTA_OK)
        probe_fail(probe, "base45");
    else
        probe_answer_hex(probe, bytes, len);
}

const struct probe_op probe_evidence_ops[] = {
    {"rlp", run_rlp},
    {"rlp_build", run_rlp_build},
    {"rlp_integer", run_rlp_integer},
    {"header", run_header},
    {"trie", run_trie},
    {"prove_head", run_prove_head},
    {"receipt", run_receipt},
    {"base45", run_base45},
    {"base45_read", run_base45_read},
    {NULL, NULL},
};
