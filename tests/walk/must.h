/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness itself needs to go well: anything else ends the process, and is no verdict. */
#ifndef VOTA_TESTS_WALK_MUST_H
#define VOTA_TESTS_WALK_MUST_H

#include <stdio.h>
#include <stdlib.h>

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: the walk itself failed: %s\n", __FILE__, __LINE__,       \
                          #condition);                                                             \
            exit(2);                                                                               \
        }                                                                                          \
    } while (0)

#define MUST_OK(call) MUST((call) == VOTA_OK)

#endif
