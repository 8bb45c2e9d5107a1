/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fault on order, for tests that crash the program at every step that
 * writes. VOTEANCHOR_FAULT=exit:N ends the process at the N-th step without
 * cleaning up, fail:N makes that step and all after it fail as a full disk
 * would. Only debug builds read it; a release has nothing here but `false`.
 */
#ifndef VOTA_BRIDGE_STORE_FAULT_H
#define VOTA_BRIDGE_STORE_FAULT_H

#include "proof/voteanchor.h"

#define VOTA_FAULT_EXIT_CODE 77

struct vota_fault {
    enum vota_fault_mode { VOTA_FAULT_NONE = 0, VOTA_FAULT_EXIT, VOTA_FAULT_FAIL } mode;
    uint64_t left; /* steps until it happens */
};

void vota_fault_init(struct vota_fault *ret_fault);

/* A step is about to be made: true if it must fail. Does not return when the process is to end. */
bool vota_fault_step(struct vota_fault *fault);

#endif
