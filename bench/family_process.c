/*
 * family_process.c - a whole process that makes three tensors and convolves once: time from start to end, and memory.
 */
#define _GNU_SOURCE
#include "bench.h"
#include <string.h>
#include <unistd.h>

/* What tiny.c says, which lies beside this program. */
static int ask(double *seconds, size_t *kib)
{
    char command[4200], folder[4096];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (n <= 0) return 0;
    folder[n] = 0;
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    snprintf(command, sizeof command, "'%s/strided-bench-tiny' 30", folder);
    FILE *f = popen(command, "r");
    int ok = f && fscanf(f, "%lf %zu", seconds, kib) == 2;
    if (f) pclose(f);
    return ok;
}

void family_process(void)
{
    static struct trial t;
    double seconds;
    size_t kib;
    if (!option_filter("process_tiny") || !ask(&seconds, &kib)) return;
    trial_begin(&t, "process", "process", "process_tiny", "-");
    struct entry *e = &t.r->entry[0];
    snprintf(e->name, sizeof e->name, "default");
    e->seconds = seconds;
    e->extra = kib << 10;
    e->threads = 1;
    t.r->entries = 1;
}
