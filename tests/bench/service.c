/* SPDX-License-Identifier: Apache-2.0 */
/* A child that serves: see service.h. */
#include "tests/bench/service.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bridge/store/store_line.h"
#include "proof/hex.h"
#include "tests/bench/bare.h"

static const uint8_t secret[32] = {1}; /* of the token */

static void complain(void *context, const struct vota_error *err)
{
    (void)context;
    (void)fprintf(stderr, "bench: %s: %s\n", err->where, err->text);
}

static void give_token(struct vota_api *api)
{
    static struct vota_tokens tokens = {.n = 1};
    tokens.token[0] =
        (struct vota_token){.client = "bench", .scopes = VOTA_TOKEN_SUBMIT | VOTA_TOKEN_READ};
    if (vota_crypto_sha256(tokens.token[0].hash, secret, sizeof secret) != VOTA_OK)
        bench_die("sha256");
    vota_api_set_tokens(api, &tokens);
}

static void serve(const struct bench_service *service, int from, int to)
{
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store *store = NULL;
    struct vota_writer *writer = NULL;
    struct vota_receipts *receipts = NULL;
    struct vota_api *api = NULL;
    struct vota_server *server = NULL;
    const struct vota_intake_options intake = {.network = 1, .pepper = bench_pepper};
    const struct vota_writer_options writing = {.store_path = service->store,
                                                .intake = intake,
                                                .max_jobs = 256,
                                                .now = bench_time,
                                                .failed = complain};
    struct vota_receipts_options making = {.store_path = service->store,
                                           .acceptance = service->signer,
                                           .threads = 2,
                                           .desk = {.intake = intake, .now = bench_time}};
    bench_must(vota_store_open(&store, service->store, VOTA_STORE_READ_ONLY, &err), &err);
    bench_must(vota_store_line_get(&making.network, store, 1, &err), &err);
    vota_store_free(store);
    bench_must(vota_writer_new(&writer, &writing, &err), &err);
    bench_must(vota_receipts_new(&receipts, &making, &err), &err);
    const struct vota_api_options serving = {.writer = writer, .receipts = receipts};
    bench_must(vota_api_new(&api, &serving, &err), &err);
    give_token(api);
    const struct vota_server_options listening = {.listen = "127.0.0.1:0",
                                                  .threads = 1,
                                                  .connections = 256,
                                                  .head_max = 16384,
                                                  .body_max = 1u << 20,
                                                  .deadline = 30,
                                                  .handler = vota_api_handle,
                                                  .open_stream = vota_api_open_stream,
                                                  .run_stream = vota_api_stream_run,
                                                  .context = api};
    bench_must(vota_server_start(&server, &listening, &err), &err);
    const unsigned port = vota_server_port(server);
    char end;
    if (write(to, &port, sizeof port) != sizeof port || read(from, &end, 1) != 0)
        bench_die("pipe");
    vota_server_stop(server);
    vota_writer_free(writer);
    vota_receipts_free(receipts);
    vota_api_free(api);
}

double bench_service_start(struct bench_service *service)
{
    int there[2] = {-1, -1};
    int back[2] = {-1, -1};
    const double begun = bench_now();
    if (pipe(there) != 0 || pipe(back) != 0)
        bench_die("pipe");
    service->process = fork();
    if (service->process < 0)
        bench_die("fork");
    if (service->process == 0) {
        (void)close(there[1]);
        serve(service, there[0], back[1]);
        _exit(0);
    }
    (void)close(there[0]);
    (void)close(back[1]);
    service->pipe = there[1];
    if (read(back[0], &service->port, sizeof service->port) != sizeof service->port)
        bench_die("the service did not start");
    (void)close(back[0]);
    return bench_now() - begun;
}

void bench_service_stop(struct bench_service *service)
{
    int status = 0;
    (void)close(service->pipe);
    if (waitpid(service->process, &status, 0) != service->process || status != 0)
        bench_die("the service ended badly");
}

double bench_service_mib(const struct bench_service *service, const char *what)
{
    char path[64];
    char line[256];
    double kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", service->process);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, what, strlen(what)) == 0)
            kib = strtod(line + strlen(what) + 1, NULL);
    }
    if (file != NULL)
        (void)fclose(file);
    return kib / 1024;
}

double bench_service_descriptors(const struct bench_service *service)
{
    char path[64];
    double n = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", service->process);
    DIR *dir = opendir(path);
    while (dir != NULL && readdir(dir) != NULL)
        n++;
    if (dir != NULL)
        (void)closedir(dir);
    return n - 2;
}

double bench_service_cpu(const struct bench_service *service)
{
    clockid_t clock;
    struct timespec used = {.tv_sec = 0};
    if (clock_getcpuclockid(service->process, &clock) != 0 || clock_gettime(clock, &used) != 0)
        bench_die("clock_getcpuclockid");
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

void bench_service_init(struct bench_service *ret_service, const char *store)
{
    struct vota_error err = {.status = VOTA_OK};
    *ret_service = (struct bench_service){.store = store};
    struct vota_wr wr = vota_wr_of(ret_service->token, VOTA_TOKEN_CHARS);
    (void)signal(SIGPIPE, SIG_IGN);
    vota_wr_text(&wr, "vota_");
    vota_hex_write_bare(&wr, secret, sizeof secret);
    ret_service->token[wr.len] = '\0';
    bench_must(vota_signer_generate(&ret_service->signer, &err), &err);
}

void bench_service_done(struct bench_service *service)
{
    vota_signer_free(service->signer);
}
