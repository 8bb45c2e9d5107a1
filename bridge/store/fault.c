/* SPDX-License-Identifier: Apache-2.0 */
/* Faults on order: see fault.h. Must stay out of releases. */
#include "bridge/store/fault.h"

#ifdef VOTA_FAULT

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proof/bytes.h"

void vota_fault_init(struct vota_fault *ret_fault)
{
    *ret_fault = (struct vota_fault){.mode = VOTA_FAULT_NONE};
    const char *order = getenv("VOTEANCHOR_FAULT");
    if (order == NULL)
        return;
    if (strncmp(order, "exit:", 5) == 0)
        ret_fault->mode = VOTA_FAULT_EXIT;
    else if (strncmp(order, "fail:", 5) == 0)
        ret_fault->mode = VOTA_FAULT_FAIL;
    /* A wrong order in a test must not look like a run without faults. */
    VOTA_ASSERT(ret_fault->mode != VOTA_FAULT_NONE);
    ret_fault->left = strtoull(order + 5, NULL, 10);
}

bool vota_fault_step(struct vota_fault *fault)
{
    if (fault->mode == VOTA_FAULT_NONE)
        return false;
    if (fault->left > 1) {
        fault->left--;
        return false;
    }
    if (fault->mode == VOTA_FAULT_EXIT)
        _exit(VOTA_FAULT_EXIT_CODE);
    return true;
}

#else

void vota_fault_init(struct vota_fault *ret_fault)
{
    *ret_fault = (struct vota_fault){.mode = VOTA_FAULT_NONE};
}

bool vota_fault_step(struct vota_fault *fault)
{
    (void)fault;
    return false;
}

#endif
