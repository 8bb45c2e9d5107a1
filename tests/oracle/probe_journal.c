/* SPDX-License-Identifier: Apache-2.0 */
/* Probe ops of entry.h, journal.h, create2.h and acceptance.h. */
#include "tests/oracle/probe_proof.h"

#include "proof/acceptance.h"
#include "proof/create2.h"
#include "proof/journal.h"

/* Nine arguments: chain id, contract, then what the constructor takes. */
static struct vota_genesis genesis_of(struct probe *probe, size_t first)
{
    return (struct vota_genesis){
        .chain_id = probe_number(probe, first),
        .contract = probe_addr(probe, first + 1),
        .owner = probe_addr(probe, first + 2),
        .anchorer = probe_addr(probe, first + 3),
        .acceptance_key = probe_addr(probe, first + 4),
        .pred_chain_id = probe_number(probe, first + 5),
        .pred_contract = probe_addr(probe, first + 6),
        .pred_length = probe_number(probe, first + 7),
        .pred_head = probe_hash(probe, first + 8),
    };
}

/* genesis GENESIS... -> head */
static void run_genesis(struct probe *probe)
{
    const struct vota_genesis genesis = genesis_of(probe, 0);
    vota_hash head;
    vota_journal_genesis(&head, &genesis);
    probe_answer_hash(probe, &head);
}

/* entry HEAD KIND NUMBER BLOCK TIME A B C -> bytes, hash, head after it */
static void run_entry(struct probe *probe)
{
    const vota_hash parent = probe_hash(probe, 0);
    const struct vota_entry entry = {
        .kind = probe_number(probe, 1),
        .number = probe_number(probe, 2),
        .block = probe_number(probe, 3),
        .time = probe_number(probe, 4),
        .a = probe_hash(probe, 5),
        .b = probe_hash(probe, 6),
        .c = probe_hash(probe, 7),
    };
    uint8_t bytes[VOTA_ENTRY_BYTES];
    vota_hash hash;
    vota_hash head;
    vota_entry_encode(bytes, &entry);
    vota_entry_hash(&hash, &entry);
    vota_journal_next(&head, &parent, &hash);
    probe_answer_hex(probe, bytes, sizeof bytes);
    probe_answer_hash(probe, &hash);
    probe_answer_hash(probe, &head);
}

/* decode BYTES -> kind, number, block, time, a, b, c, or the reason */
static void run_decode(struct probe *probe)
{
    static struct vota_error err; /* outlives the call, as probe_fail wants */
    const struct vota_slice bytes = probe_bytes(probe, 0);
    struct vota_entry entry;
    err = (struct vota_error){0};
    if (vota_entry_decode(&entry, bytes.at, bytes.len, &err) != VOTA_OK) {
        probe_fail(probe, err.text);
        return;
    }
    probe_answer_number(probe, entry.kind);
    probe_answer_number(probe, entry.number);
    probe_answer_number(probe, entry.block);
    probe_answer_number(probe, entry.time);
    probe_answer_hash(probe, &entry.a);
    probe_answer_hash(probe, &entry.b);
    probe_answer_hash(probe, &entry.c);
}

/* fold PARENT HASHES -> head */
static void run_fold(struct probe *probe)
{
    const vota_hash parent = probe_hash(probe, 0);
    const struct vota_slice bytes = probe_bytes(probe, 1);
    vota_hash *hashes = probe_alloc(bytes.len, 1);
    vota_bytes_copy(hashes, bytes.at, bytes.len);
    vota_hash head;
    vota_journal_fold(&head, &parent, hashes, bytes.len / sizeof *hashes);
    probe_answer_hash(probe, &head);
}

/* counts_hash COUNTS -> hash of counts that are 8 bytes each */
static void run_counts_hash(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    const size_t n = bytes.len / 8;
    uint64_t *counts = probe_alloc(n, sizeof *counts);
    for (size_t i = 0; i < n; i++)
        counts[i] = vota_load_be(bytes.at + 8 * i, 8);
    vota_hash hash;
    vota_journal_counts_hash(&hash, counts, n);
    probe_answer_hash(probe, &hash);
}

/* create2 DEPLOYER SALT CODE GENESIS... -> init code, its hash, address, proxy call, bootstrap */
static void run_create2(struct probe *probe)
{
    const vota_addr deployer = probe_addr(probe, 0);
    const vota_hash salt = probe_hash(probe, 1);
    const struct vota_slice code = probe_bytes(probe, 2);
    const struct vota_genesis genesis = genesis_of(probe, 3);
    const size_t room = code.len + 512;
    uint8_t *init_code = probe_alloc(room, 1);
    uint8_t *data = probe_alloc(room, 1);
    vota_hash hash;
    vota_addr address;
    struct vota_wr init = vota_wr_of(init_code, room);
    vota_create2_init_code(&init, code, &genesis);
    vota_create2_init_code_hash(&hash, code, &genesis);
    vota_create2_address(&address, &deployer, &salt, &hash);
    probe_answer_hex(probe, init_code, init.len);
    probe_answer_hash(probe, &hash);
    probe_answer_hex(probe, address.bytes, sizeof address.bytes);

    struct vota_wr wr = vota_wr_of(data, room);
    vota_create2_proxy_call(&wr, &salt, (struct vota_slice){init_code, init.len});
    probe_answer_hex(probe, data, wr.len);
    wr = vota_wr_of(data, room);
    vota_create2_bootstrap(&wr, &salt, (struct vota_slice){init_code, init.len});
    probe_answer_hex(probe, data, wr.len);
}

/* sender_address SENDER NONCE -> address */
static void run_sender_address(struct probe *probe)
{
    const vota_addr sender = probe_addr(probe, 0);
    vota_addr address;
    vota_create2_sender_address(&address, &sender, probe_number(probe, 1));
    probe_answer_hex(probe, address.bytes, sizeof address.bytes);
}

/* acceptance LEAF CHAIN_ID CONTRACT ACCEPTED_AT ANCHOR_BY -> digest */
static void run_acceptance(struct probe *probe)
{
    const vota_hash leaf = probe_hash(probe, 0);
    const struct vota_acceptance acceptance = {
        .chain_id = probe_number(probe, 1),
        .contract = probe_addr(probe, 2),
        .accepted_at = probe_number(probe, 3),
        .anchor_by = probe_number(probe, 4),
    };
    vota_hash digest;
    vota_acceptance_digest(&digest, &leaf, &acceptance);
    probe_answer_hash(probe, &digest);
}

/* signature BYTES -> ok, or the reason */
static void run_signature(struct probe *probe)
{
    static struct vota_error err;
    const struct vota_slice bytes = probe_bytes(probe, 0);
    err = (struct vota_error){0};
    if (vota_acceptance_signature_check(bytes.at, bytes.len, &err) != VOTA_OK)
        probe_fail(probe, err.text);
    probe_answer_text(probe, "ok");
}

const struct probe_op probe_journal_ops[] = {
    {"genesis", run_genesis},
    {"entry", run_entry},
    {"decode", run_decode},
    {"fold", run_fold},
    {"counts_hash", run_counts_hash},
    {"create2", run_create2},
    {"sender_address", run_sender_address},
    {"acceptance", run_acceptance},
    {"signature", run_signature},
    {NULL, NULL},
};
