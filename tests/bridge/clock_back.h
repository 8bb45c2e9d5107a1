/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wall clock that is an hour ahead for whoever reads it, and was set right for
 * the kernel's waits: as if it had been set back in between. Only for one file of
 * a program: it takes the C library's place.
 */
#ifndef VOTA_TESTS_BRIDGE_CLOCK_BACK_H
#define VOTA_TESTS_BRIDGE_CLOCK_BACK_H

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *ret_time)
{
    const long code = syscall(SYS_clock_gettime, id, ret_time);
    if (code == 0 && id == CLOCK_REALTIME)
        ret_time->tv_sec += 3600;
    return (int)code;
}

#endif
