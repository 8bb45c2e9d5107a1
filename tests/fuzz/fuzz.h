/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzz target includes: libFuzzer's entry point, which has no header of its own. */
#ifndef VOTA_TESTS_FUZZ_H
#define VOTA_TESTS_FUZZ_H

#include "proof/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
