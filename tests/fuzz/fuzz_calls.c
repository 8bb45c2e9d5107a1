/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page's calls with any JSON and any bytes: an answer, or a refusal with its
 * reason, from one arena, twice the same. The first byte chooses the call, the
 * JSON ends at the first NUL.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "web/wasm/call.h"

#define ARENA_BYTES ((size_t)8 * 1024 * 1024)

bool vota_arena_grow(struct vota_arena *arena, size_t missing)
{
    (void)arena;
    (void)missing;
    return false;
}

bool vota_outside_recover(uint8_t ret_key[64], const uint8_t digest[32],
                          const uint8_t signature[65])
{
    memcpy(ret_key, digest, 32);
    memcpy(ret_key + 32, signature, 32);
    return signature[0] != 0;
}

static vota_call_fn *const calls[] = {
    vota_call_read,    vota_call_write,  vota_call_reduce, vota_call_verify,  vota_call_deployment,
    vota_call_state,   vota_call_fold,   vota_call_batch,  vota_call_leaves,  vota_call_list,
    vota_call_promise, vota_call_count,  vota_call_digest, vota_call_recover, vota_call_salt,
    vota_call_content, vota_call_phrase,
};

static enum vota_status make(struct vota_call *call, vota_call_fn *fn, uint8_t *memory,
                             struct vota_slice input)
{
    static struct vota_arena arena;
    const uint8_t *end = input.len == 0 ? NULL : memchr(input.at, 0, input.len);
    const size_t text_len = end == NULL ? input.len : (size_t)(end - input.at);
    const size_t rest = end == NULL ? input.len : text_len + 1;
    arena = (struct vota_arena){memory, ARENA_BYTES};
    *call = (struct vota_call){.arena = &arena, .bytes = {input.at + rest, input.len - rest}};
    return vota_call_run(call, fn, (struct vota_slice){input.at, text_len});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t *memory[2];
    struct vota_call call[2];
    enum vota_status status[2];
    if (size == 0)
        return 0;
    vota_call_fn *fn = calls[data[0] % (sizeof calls / sizeof calls[0])];
    for (size_t i = 0; i < 2; i++) {
        if (memory[i] == NULL)
            memory[i] = malloc(ARENA_BYTES);
        VOTA_ASSERT(memory[i] != NULL);
        status[i] = make(&call[i], fn, memory[i], (struct vota_slice){data + 1, size - 1});
    }
    VOTA_ASSERT(status[0] == status[1] && call[0].ret_text.len == call[1].ret_text.len &&
                call[0].ret_bytes.len == call[1].ret_bytes.len);
    VOTA_ASSERT(call[0].ret_text.len == 0 ||
                memcmp(call[0].ret_text.at, call[1].ret_text.at, call[0].ret_text.len) == 0);
    if (status[0] == VOTA_OK || status[0] == VOTA_NO_MEMORY)
        return 0;
    VOTA_ASSERT(status[0] == VOTA_BAD_INPUT || status[0] == VOTA_LIMIT ||
                status[0] == VOTA_NOT_FOUND);
    VOTA_ASSERT(call[0].err.text[0] != '\0' && call[0].ret_text.len > 0);
    return 0;
}
