/* SPDX-License-Identifier: Apache-2.0 */
/* A short code that is read is written back as the same digits; what is written is read. */
#include "tests/fuzz/fuzz.h"

#include "bridge/paper/code.h"

/* The digits of a text in capitals, without what may stand between them. */
static size_t digits_of(char ret_digits[VOTA_CODE_CHARS], const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '-' || text[i] == ' ')
            continue;
        VOTA_ASSERT(n < VOTA_CODE_CHARS);
        ret_digits[n++] = (char)(text[i] >= 'a' ? text[i] - ('a' - 'A') : text[i]);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vota_hash leaf = {{0}};
    char text[VOTA_CODE_CHARS + 1];
    char given[VOTA_CODE_CHARS];
    char written[VOTA_CODE_CHARS];
    uint8_t start[VOTA_CODE_BYTES];
    if (size >= VOTA_CODE_BYTES) {
        vota_bytes_copy(leaf.bytes, data, VOTA_CODE_BYTES);
        vota_code_write(text, &leaf);
        VOTA_ASSERT(vota_code_read(start, text, VOTA_CODE_CHARS, NULL) == VOTA_OK);
        VOTA_ASSERT(vota_bytes_equal(start, data, sizeof start));
    }
    if (vota_code_read(start, (const char *)data, size, NULL) != VOTA_OK)
        return 0;
    vota_bytes_copy(leaf.bytes, start, sizeof start);
    vota_code_write(text, &leaf);
    const size_t n = digits_of(given, (const char *)data, size);
    VOTA_ASSERT(digits_of(written, text, VOTA_CODE_CHARS) == n);
    VOTA_ASSERT(vota_bytes_equal(given, written, n));
    return 0;
}
