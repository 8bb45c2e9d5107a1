/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors, parsed once for all tests of a file: RUN_WITH_VECTORS(tests). */
#ifndef VOTA_TESTS_PROOF_VECTORS_H
#define VOTA_TESTS_PROOF_VECTORS_H

#include "tests/test.h"

#define RUN_WITH_VECTORS(tests) cmocka_run_group_tests(tests, load_vectors, unload_vectors)

static json_t *vectors;

static inline int load_vectors(void **state)
{
    (void)state;
    vectors = test_vectors();
    return 0;
}

static inline int unload_vectors(void **state)
{
    (void)state;
    json_decref(vectors);
    return 0;
}

#endif
