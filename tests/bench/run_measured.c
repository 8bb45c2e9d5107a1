/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one command and writes what it took as a JSON object: seconds of wall
 * clock, user and system time, and the peak of its memory. bench.sh uses it
 * because a fresh system has no time(1) that knows memory. It must not know
 * what it runs.
 *
 *   run_measured OUT.json COMMAND [ARGUMENT]...
 *
 * Exits as the command did; 126 when it could not be run or measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOT_RUN 126

struct measured {
    double seconds;
    struct rusage usage;
    int status;
};

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double monotonic_seconds(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run(struct measured *ret_measured, char **command)
{
    const double started = monotonic_seconds();
    const pid_t child = fork();
    if (child < 0) {
        perror("run_measured: fork");
        return -1;
    }
    if (child == 0) {
        (void)execvp(command[0], command);
        perror(command[0]);
        _exit(NOT_RUN);
    }
    if (wait4(child, &ret_measured->status, 0, &ret_measured->usage) != child) {
        perror("run_measured: wait4");
        return -1;
    }
    ret_measured->seconds = monotonic_seconds() - started;
    return 0;
}

static int write_json(const char *path, const struct measured *measured, int code)
{
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        return -1;
    }
    /* Linux counts ru_maxrss in KiB. */
    const int written =
        fprintf(out,
                "{\"seconds\": %.3f, \"user\": %.3f, \"system\": %.3f, "
                "\"peak_kib\": %ld, \"exit\": %d}\n",
                measured->seconds, seconds_of(&measured->usage.ru_utime),
                seconds_of(&measured->usage.ru_stime), measured->usage.ru_maxrss, code);
    if (fclose(out) != 0 || written < 0) {
        perror(path);
        return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct measured measured = {.seconds = 0};
    if (argc < 3) {
        (void)fputs("usage: run_measured OUT.json COMMAND [ARGUMENT]...\n", stderr);
        return 2;
    }
    if (run(&measured, argv + 2) != 0)
        return NOT_RUN;
    /* a command that a signal ended counts as a shell would count it */
    const int code =
        WIFEXITED(measured.status) ? WEXITSTATUS(measured.status) : 128 + WTERMSIG(measured.status);
    return write_json(argv[1], &measured, code) == 0 ? code : NOT_RUN;
}
