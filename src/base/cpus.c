/*
 * cpus.c - how many processors this process may really use.
 *
 * A pool with more threads than that only waits for itself; in a container the machine's count says nothing. Read
 * when a pool is made, never otherwise.
 */
#define _GNU_SOURCE
#include "cpus.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { PATH_SIZE = 1024 };

static int smaller(int a, int b) { return a < b ? a : b; }

/* quota per period as processors, rounded up; 0 = none. */
static int processors(long long quota, long long period)
{
    if (quota <= 0 || period <= 0) return 0;
    long long n = (quota - 1) / period + 1;
    return n > 1 << 16 ? 0 : (int)n;
}

/* cpu.max of version 2: "QUOTA PERIOD" or "max PERIOD". */
static int quota_of(const char *path)
{
    long long quota, period;
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    int fields = fscanf(f, "%lld %lld", &quota, &period);
    fclose(f);
    return fields == 2 ? processors(quota, period) : 0;
}

static long long number_in(const char *path)
{
    long long n;
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    int fields = fscanf(f, "%lld", &n);
    fclose(f);
    return fields == 1 ? n : 0;
}

static int quota_v1(const char *root)
{
    char quota[PATH_SIZE], period[PATH_SIZE];
    snprintf(quota, sizeof quota, "%s/cpu/cpu.cfs_quota_us", root);
    snprintf(period, sizeof period, "%s/cpu/cpu.cfs_period_us", root);
    return processors(number_in(quota), number_in(period));
}

/* The path after "0::" in the membership file, "" if there is none. */
static void find_group(const char *membership, char *group, int size)
{
    char line[PATH_SIZE];
    group[0] = 0;
    FILE *f = fopen(membership, "re");
    if (!f) return;
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "0::/", 4) == 0) {
            char *end = strrchr(line, '\n');
            if (end) *end = 0;
            snprintf(group, (size_t)size, "%s", line + 3);
        }
    fclose(f);
}

static int smaller_quota(int a, int b) { return !a ? b : !b ? a : smaller(a, b); }

/* A group is bound by its own quota and by those of all groups around it. */
int strided__cgroup_cpus(const char *root, const char *membership)
{
    char group[PATH_SIZE], path[2 * PATH_SIZE + 16];
    int cpus = quota_v1(root);
    find_group(membership, group, sizeof group);
    for (;;) {
        snprintf(path, sizeof path, "%.1000s%s/cpu.max", root, group);
        cpus = smaller_quota(cpus, quota_of(path));
        char *last = strrchr(group, '/');
        if (!last) return cpus;
        *last = 0;
    }
}

static int affinity(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 && n < 1 << 16 ? (int)n : 1;
}

int strided__usable_cpus(int wanted)
{
    int cpus = smaller_quota(affinity(), strided__cgroup_cpus("/sys/fs/cgroup", "/proc/self/cgroup"));
    return cpus > 0 ? smaller(wanted, cpus) : 1;
}
