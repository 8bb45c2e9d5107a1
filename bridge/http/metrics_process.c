/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operating system says of this process, under the names that every
 * exporter uses. What cannot be read is left out.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bridge/http/metrics_parts.h"

/* The next number of a line of digits and blanks; false when there is none. */
static bool next_number(uint64_t *ret_number, const char **text)
{
    const char *at = *text + strspn(*text, " ");
    uint64_t number = 0;
    if (*at < '0' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (uint64_t)(*at - '0');
    *ret_number = number;
    *text = at;
    return true;
}

/* /proc/self/statm begins with pages of address space, and pages that are resident. */
static void put_memory(struct vota_exposition *ex)
{
    char line[128] = "";
    const char *at = line;
    uint64_t size = 0;
    uint64_t resident = 0;
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    FILE *from = fopen("/proc/self/statm", "re");
    if (from == NULL)
        return;
    const bool is_read = fgets(line, sizeof line, from) != NULL;
    (void)fclose(from);
    if (!is_read || !next_number(&size, &at) || !next_number(&resident, &at))
        return;
    vota_exposition_gauge(ex, "process_virtual_memory_bytes", "Virtual memory size in bytes.");
    vota_exposition_number(ex, size * page);
    vota_exposition_gauge(ex, "process_resident_memory_bytes", "Resident memory size in bytes.");
    vota_exposition_number(ex, resident * page);
}

static void put_descriptors(struct vota_exposition *ex)
{
    struct rlimit limit;
    uint64_t open = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (dir != NULL) {
        while (readdir(dir) != NULL)
            open++;
        (void)closedir(dir);
        vota_exposition_gauge(ex, "process_open_fds", "Number of open file descriptors.");
        vota_exposition_number(ex, open - 3); /* without ".", "..", and the listing's own */
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    vota_exposition_gauge(ex, "process_max_fds", "Maximum number of open file descriptors.");
    vota_exposition_number(ex, limit.rlim_cur);
}

void vota_metrics_put_process(struct vota_exposition *ex, uint64_t started_at)
{
    struct timespec cpu = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    vota_exposition_counter(ex, "process_cpu_seconds_total",
                            "Total user and system CPU time spent in seconds.");
    vota_exposition_seconds(ex, (uint64_t)cpu.tv_sec * 1000000000u + (uint64_t)cpu.tv_nsec);
    vota_exposition_gauge(ex, "process_start_time_seconds",
                          "Start time of the process since unix epoch in seconds.");
    vota_exposition_number(ex, started_at);
    put_memory(ex);
    put_descriptors(ex);
}
