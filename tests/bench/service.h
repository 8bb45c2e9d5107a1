/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service's parts in a process of their own, as `serve` runs them, but for
 * the network: nothing is anchored. For benchmarks that speak HTTP.
 */
#ifndef VOTA_TESTS_BENCH_SERVICE_H
#define VOTA_TESTS_BENCH_SERVICE_H

#include <sys/types.h>

#include "bridge/http/api.h"

struct bench_service {
    const char *store; /* borrowed; it has the network and the register of bench_store_new */
    char token[VOTA_TOKEN_CHARS + 1];
    struct vota_signer *signer;
    unsigned port;
    pid_t process;
    int pipe; /* open while it is to run */
};

/* Makes a key and a token, which may submit and read; signals of gone peers are ignored. */
void bench_service_init(struct bench_service *ret_service, const char *store);
void bench_service_done(struct bench_service *service);

/* The seconds until it answers. */
double bench_service_start(struct bench_service *service);
void bench_service_stop(struct bench_service *service);

/* "VmRSS:" or "VmHWM:" of /proc/PID/status, in MiB. */
double bench_service_mib(const struct bench_service *service, const char *what);
double bench_service_descriptors(const struct bench_service *service);

/* Seconds of processor that it has used. */
double bench_service_cpu(const struct bench_service *service);

#endif
