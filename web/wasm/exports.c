/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What JavaScript sees of the verifier: memory, a place to put what is asked, and
 * one function for each call. Nothing is kept from one call to the next but the
 * place where memory begins. Only for WebAssembly.
 */
#include "web/wasm/call.h"

#define PAGE         65536u
#define EXPORT(name) __attribute__((export_name(name)))

/* Where the linker's own data ends. */
extern uint8_t __heap_base; /* NOLINT(bugprone-reserved-identifier): the linker's name */

static struct vota_arena arena;
static uint8_t *input;

/* What a call answers: read by JavaScript as five little-endian 32-bit words. */
struct answer {
    uint32_t refused; /* the text is {"reason","where"} */
    uint32_t text_at, text_len, bytes_at, bytes_len;
};

bool vota_arena_grow(struct vota_arena *grown, size_t missing)
{
    const size_t pages = missing / PAGE + (missing % PAGE != 0);
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1)
        return false;
    grown->left += pages * PAGE;
    return true;
}

/* Begins a call: room for what is given to it, JSON first, then bytes; NULL without memory. */
EXPORT("begin") uint8_t *vota_begin(size_t len);

uint8_t *vota_begin(size_t len)
{
    arena = (struct vota_arena){&__heap_base, (size_t)__builtin_wasm_memory_size(0) * PAGE -
                                                  (size_t)(uintptr_t)&__heap_base};
    input = vota_arena_take(&arena, len);
    return input;
}

static struct answer *run(vota_call_fn *fn, size_t text_len, size_t bytes_len)
{
    struct vota_call call = {.arena = &arena, .bytes = {input + text_len, bytes_len}};
    const enum vota_status status = vota_call_run(&call, fn, (struct vota_slice){input, text_len});
    struct answer *answer = vota_arena_take(&arena, sizeof *answer);
    if (answer == NULL || status == VOTA_NO_MEMORY || status == VOTA_INTERNAL)
        return NULL;
    *answer = (struct answer){status != VOTA_OK, (uint32_t)(uintptr_t)call.ret_text.at,
                              (uint32_t)call.ret_text.len, (uint32_t)(uintptr_t)call.ret_bytes.at,
                              (uint32_t)call.ret_bytes.len};
    return answer;
}

#define CALL(name)                                                                                 \
    EXPORT(#name) struct answer *vota_export_##name(size_t text_len, size_t bytes_len);            \
    struct answer *vota_export_##name(size_t text_len, size_t bytes_len)                           \
    {                                                                                              \
        return run(vota_call_##name, text_len, bytes_len);                                         \
    }

CALL(read)
CALL(write)
CALL(reduce)
CALL(verify)
CALL(deployment)
CALL(state)
CALL(fold)
CALL(batch)
CALL(leaves)
CALL(list)
CALL(promise)
CALL(count)
CALL(digest)
CALL(recover)
CALL(salt)
CALL(content)
CALL(phrase)
