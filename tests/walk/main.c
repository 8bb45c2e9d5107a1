/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk: puts the sender through seeded worlds (walks) and through its own death
 * at every step (sweeps). The last line is `N passed, M failed`; exit code 1
 * when M is not 0, 2 when the walk could not be made.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/walk/pool.h"
#include "tests/walk/schedule.h"

static const char usage[] =
    "usage: walk [--seeds N] [--from S] [--jobs J] [--trace]\n"
    "       walk --sweep [--stride K] [--jobs J]\n"
    "       walk --sweep SCENARIO END STEP [--trace]\n"
    "  --seeds N   so many walks (200), from seed S (1); each tells how to replay it\n"
    "  --sweep     ends the service at every step, or at every K-th write and every send; or at "
    "one\n"
    "  --stop      after the first failure\n"
    "  --jobs J    so many at once (one a processor)\n"
    "  --trace     tells what happens; for one walk or one step\n";

/* The ends that a sweep goes through; each scenario with each is a job. */
static const struct {
    const char *name;
    enum life_end end;
    bool few; /* steps: none is left out */
} sweeps[] = {
    {"writing", LIFE_ENDS_WRITING, false},
    {"before-send", LIFE_ENDS_BEFORE_SEND, true},
    {"after-send", LIFE_ENDS_AFTER_SEND, true},
    {"disk-full", LIFE_DISK_FULL, false},
};
#define SWEEPS (sizeof sweeps / sizeof sweeps[0])

static const char *const scenarios[SCHEDULE_SCENARIOS] = {"calm", "replace"};

struct options {
    uint64_t seeds, from, stride;
    unsigned jobs;
    bool trace, stop, sweep, one;
    unsigned scenario, sweep_end;
    uint64_t step;
    uint64_t jobs_of[SCHEDULE_SCENARIOS][SWEEPS]; /* steps of each sweep that are taken */
};

static bool walk_job(const void *context, uint64_t number, char ret_reason[POOL_REASON_MAX])
{
    const struct options *options = context;
    return schedule_walk(number, options->trace, ret_reason, POOL_REASON_MAX);
}

static bool step_job(const void *context, uint64_t number, char ret_reason[POOL_REASON_MAX])
{
    char reason[POOL_REASON_MAX] = "";
    const struct options *options = context;
    (void)number;
    const bool well =
        schedule_step((enum schedule_scenario)options->scenario, sweeps[options->sweep_end].end,
                      options->step, options->trace, reason, sizeof reason);
    if (!well)
        (void)snprintf(ret_reason, POOL_REASON_MAX, "%.180s (replay: --sweep %s %s %" PRIu64 ")",
                       reason, scenarios[options->scenario], sweeps[options->sweep_end].name,
                       options->step);
    return well;
}

static uint64_t stride_of(const struct options *options, unsigned sweep)
{
    return sweeps[sweep].few ? 1 : options->stride;
}

/* The number-th step of all sweeps together. */
static bool sweep_job(const void *context, uint64_t number, char ret_reason[POOL_REASON_MAX])
{
    struct options options = *(const struct options *)context;
    for (options.scenario = 0; options.scenario < SCHEDULE_SCENARIOS; options.scenario++) {
        for (options.sweep_end = 0; options.sweep_end < SWEEPS; options.sweep_end++) {
            const uint64_t jobs = options.jobs_of[options.scenario][options.sweep_end];
            if (number < jobs) {
                options.step = 1 + number * stride_of(&options, options.sweep_end);
                return step_job(&options, 0, ret_reason);
            }
            number -= jobs;
        }
    }
    return false;
}

static uint64_t count_steps(struct options *options)
{
    uint64_t total = 0;
    for (unsigned scenario = 0; scenario < SCHEDULE_SCENARIOS; scenario++) {
        for (unsigned i = 0; i < SWEEPS; i++) {
            const uint64_t steps = schedule_count((enum schedule_scenario)scenario, sweeps[i].end);
            const uint64_t stride = stride_of(options, i);
            options->jobs_of[scenario][i] = (steps + stride - 1) / stride;
            total += options->jobs_of[scenario][i];
            (void)fprintf(stderr, "%s, %s: %" PRIu64 " steps\n", scenarios[scenario],
                          sweeps[i].name, steps);
        }
    }
    return total;
}

static bool read_number(uint64_t *ret_number, const char *text)
{
    char *end = NULL;
    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    *ret_number = strtoull(text, &end, 10);
    return *end == '\0';
}

static bool read_name(unsigned *ret_index, const char *text, const char *const *names, size_t n)
{
    for (unsigned i = 0; text != NULL && i < n; i++) {
        if (strcmp(text, names[i]) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

/* `--sweep` alone, or the three words that make it one step. */
static bool read_sweep(struct options *options, char ***at)
{
    const char *names[SWEEPS];
    for (size_t i = 0; i < SWEEPS; i++)
        names[i] = sweeps[i].name;
    options->sweep = true;
    if ((*at)[1] == NULL || (*at)[1][0] == '-')
        return true;
    options->one = read_name(&options->scenario, (*at)[1], scenarios, SCHEDULE_SCENARIOS) &&
                   read_name(&options->sweep_end, (*at)[2], names, SWEEPS) &&
                   read_number(&options->step, (*at)[3]) && options->step > 0;
    *at += 3;
    return options->one;
}

static bool read_option(struct options *options, char ***at)
{
    const char *name = **at;
    uint64_t jobs = 0;
    if (strcmp(name, "--trace") == 0) {
        options->trace = true;
        return true;
    }
    if (strcmp(name, "--stop") == 0) {
        options->stop = true;
        return true;
    }
    if (strcmp(name, "--sweep") == 0)
        return read_sweep(options, at);
    const char *value = *++*at;
    if (strcmp(name, "--seeds") == 0)
        return read_number(&options->seeds, value) && options->seeds > 0;
    if (strcmp(name, "--from") == 0)
        return read_number(&options->from, value);
    if (strcmp(name, "--stride") == 0)
        return read_number(&options->stride, value) && options->stride > 0;
    if (strcmp(name, "--jobs") != 0 || !read_number(&jobs, value) || jobs == 0 || jobs > 64)
        return false;
    options->jobs = (unsigned)jobs;
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.seeds = 200, .from = 1, .stride = 1};
    uint64_t passed = 0;
    uint64_t failed = 0;
    (void)argc;
    for (char **at = argv + 1; *at != NULL; at++) {
        if (!read_option(&options, &at)) {
            (void)fputs(usage, stderr);
            return 2;
        }
    }
    struct pool_order order = {.first = options.from,
                               .count = options.seeds,
                               .jobs = options.jobs,
                               .stops = options.stop,
                               .quiet = options.trace,
                               .label = "seed",
                               .replay = "./test.sh --walk --seeds 1 --from %" PRIu64 " --trace",
                               .job = walk_job,
                               .context = &options};
    if (options.sweep) {
        order.label = "step";
        order.replay = NULL;
        order.first = 0;
        order.count = options.one ? 1 : count_steps(&options);
        order.job = options.one ? step_job : sweep_job;
    }
    pool_run(&order, &passed, &failed);
    (void)printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
