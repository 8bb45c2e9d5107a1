/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte says which values to read; what reads to the end must be its own encoding. */
#include "tests/fuzz/fuzz.h"

#include "rpc/abi.h"

#define VALUES  4u
#define NUMBERS 64u

struct reading {
    struct vota_abi_rd rd;
    struct vota_abi_value values[VALUES];
    uint64_t numbers[VALUES][NUMBERS];
};

static enum vota_status read_one(struct reading *reading, size_t i, unsigned kind)
{
    struct vota_abi_value *value = &reading->values[i];
    struct vota_slice bytes = {NULL, 0};
    vota_hash word = {{0}};
    vota_addr addr = {{0}};
    uint64_t number = 0;
    size_t count = 0;
    enum vota_status status;
    switch (kind) {
    case 0:
        status = vota_abi_get_word(&reading->rd, &word);
        *value = vota_abi_hash(&word);
        return status;
    case 1:
        status = vota_abi_get_bytes(&reading->rd, &bytes, 4096);
        *value =
            status == VOTA_OK ? vota_abi_bytes(bytes.at, bytes.len) : (struct vota_abi_value){0};
        return status;
    case 2:
        status = vota_abi_get_u64s(&reading->rd, reading->numbers[i], &count, NUMBERS);
        *value = vota_abi_u64s(reading->numbers[i], count);
        return status;
    default:
        if (i % 2 == 1) {
            status = vota_abi_get_addr(&reading->rd, &addr);
            *value = vota_abi_addr(&addr);
        } else {
            status = vota_abi_get_u64(&reading->rd, &number, UINT64_MAX);
            *value = vota_abi_u64(number);
        }
        return status;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unsigned kinds = data[0];
    struct reading reading = {.rd =
                                  vota_abi_rd_of((struct vota_slice){data + 1, size - 1}, VALUES)};
    (void)vota_abi_revert_text(reading.rd.data);
    for (size_t i = 0; i < VALUES; i++) {
        if (read_one(&reading, i, kinds % 4) != VOTA_OK)
            return 0;
        kinds /= 4;
    }
    if (vota_abi_end(&reading.rd) != VOTA_OK)
        return 0;
    static uint8_t back[VALUES * 8192];
    struct vota_wr wr = vota_wr_of(back, sizeof back);
    vota_abi_encode(&wr, reading.values, VALUES);
    VOTA_ASSERT(vota_wr_fits(&wr) && wr.len == size - 1 &&
                vota_bytes_equal(back, data + 1, wr.len));
    return 0;
}
