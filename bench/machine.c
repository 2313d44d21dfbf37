/*
 * machine.c - the clock, the processor, where we run, and how much memory we hold. Linux; elsewhere sizes are 0 and
 * nothing is pinned.
 */
#define _GNU_SOURCE
#include "bench.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__GLIBC__)
#  include <malloc.h>
#endif

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double now(void) { return seconds_of(CLOCK_MONOTONIC); }

static int by_wall;

void clock_by_wall(int wall) { by_wall = wall; }
double worked(void) { return seconds_of(by_wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID); }

/* The rest of the first line of a file that begins with `key`, in *line; NULL if there is none. */
static const char *line_of(const char *path, const char *key, char *line, int size)
{
    FILE *f = fopen(path, "r");
    const char *found = NULL;
    while (f && !found && fgets(line, size, f))
        if (strncmp(line, key, strlen(key)) == 0) found = line + strlen(key);
    if (f) fclose(f);
    return found;
}

const char *machine_cpu(void)
{
    static char line[256];
    const char *name = line_of("/proc/cpuinfo", "model name", line, sizeof line);
    if (!name) return "unknown processor";
    line[strcspn(line, "\n")] = 0;
    return name + strspn(name, "\t :");
}

int machine_cpus(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }

static size_t status_bytes(const char *key)
{
    char line[256];
    const char *text = line_of("/proc/self/status", key, line, sizeof line);
    return text ? (size_t)strtoul(text, NULL, 10) << 10 : 0;
}

size_t machine_resident(void) { return status_bytes("VmRSS:"); }
size_t machine_peak(void) { return status_bytes("VmHWM:"); }

void machine_forget_peak(void)
{
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (f) {
        fputs("5", f);
        fclose(f);
    }
}

void machine_pin(int pinned)
{
#if defined(__linux__)
    static cpu_set_t allowed;
    static int known;
    if (!known) known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    if (!known) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    size_t cpu = (size_t)options.cpu;
    for (size_t i = 0; options.cpu < 0 && i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &allowed)) cpu = i;
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, pinned ? &one : &allowed);
#else
    (void)pinned;
#endif
}
