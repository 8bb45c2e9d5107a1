/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls of verifier.wasm, compiled for this machine: what both answer must be
 * the same, byte for byte. Signers are recovered by libsecp256k1 here, and by
 * JavaScript there.
 */
#include "tests/oracle/probe.h"

#include <stdlib.h>
#include <string.h>

#include "web/wasm/call.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

bool vota_arena_grow(struct vota_arena *arena, size_t missing)
{
    (void)arena;
    (void)missing;
    return false;
}

bool vota_outside_recover(uint8_t ret_key[64], const uint8_t digest[32],
                          const uint8_t signature[65])
{
    secp256k1_ecdsa_recoverable_signature recoverable;
    secp256k1_pubkey key;
    uint8_t bytes[65];
    size_t len = sizeof bytes;
    if (signature[64] < 27 || signature[64] > 28 ||
        !secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &recoverable,
                                                             signature, signature[64] - 27) ||
        !secp256k1_ecdsa_recover(secp256k1_context_static, &key, &recoverable, digest))
        return false;
    (void)secp256k1_ec_pubkey_serialize(secp256k1_context_static, bytes, &len, &key,
                                        SECP256K1_EC_UNCOMPRESSED);
    memcpy(ret_key, bytes + 1, 64);
    return true;
}

static const struct {
    const char *name;
    vota_call_fn *fn;
} calls[] = {
    {"read", vota_call_read},
    {"write", vota_call_write},
    {"reduce", vota_call_reduce},
    {"verify", vota_call_verify},
    {"deployment", vota_call_deployment},
    {"state", vota_call_state},
    {"fold", vota_call_fold},
    {"batch", vota_call_batch},
    {"leaves", vota_call_leaves},
    {"list", vota_call_list},
    {"promise", vota_call_promise},
    {"count", vota_call_count},
    {"digest", vota_call_digest},
    {"recover", vota_call_recover},
    {"salt", vota_call_salt},
    {"content", vota_call_content},
    {"phrase", vota_call_phrase},
};

static vota_call_fn *find(struct vota_slice name)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (name.len == strlen(calls[i].name) && memcmp(name.at, calls[i].name, name.len) == 0)
            return calls[i].fn;
    }
    return NULL;
}

/* call NAME TEXT BYTES -> status, text and bytes of the answer */
static void run_call(struct probe *probe)
{
    static uint8_t *memory;
    vota_call_fn *fn = find(probe_bytes(probe, 0));
    const struct vota_slice text = probe_bytes(probe, 1);
    if (memory == NULL)
        memory = malloc(ARENA_BYTES);
    if (memory == NULL || fn == NULL) {
        probe_fail(probe, "no-such-call");
        return;
    }
    struct vota_arena arena = {memory, ARENA_BYTES};
    struct vota_call call = {.arena = &arena, .bytes = probe_bytes(probe, 2)};
    const enum vota_status status = vota_call_run(&call, fn, text);
    if (status == VOTA_NO_MEMORY || status == VOTA_INTERNAL) {
        probe_fail(probe, "failed");
        return;
    }
    probe_answer_text(probe, status == VOTA_OK ? "ok" : "refused");
    probe_answer_hex(probe, call.ret_text.at, call.ret_text.len);
    probe_answer_hex(probe, call.ret_bytes.at, call.ret_bytes.len);
}

int main(void)
{
    static const struct probe_op ops[] = {{"call", run_call}, {NULL, NULL}};
    static const struct probe_op *const tables[] = {ops, NULL};
    return probe_main(tables);
}
