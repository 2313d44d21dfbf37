/*
 * probe.c - the yards: what the core can do at this moment.
 *
 * Clocks drift by several percent and other programs come and go, so every sample of the benchmark is taken beside one
 * of these. Each probe is the best of a few tries of about a hundred microseconds, on memory of its own.
 */
#include "bench.h"
#include "probe_isa.h"
#include <stdlib.h>
#include <string.h>

static const struct probe_isa *isa = &probe_sse2;
static volatile float factor = 0.75F, term = 0.25F;
static volatile double sink;
static struct {
    void *bytes;
    size_t size;
} from, to;

void probe_open(void)
{
    const char *cap = options.isa ? options.isa : "avx512";
#if defined(__x86_64__)
    if (strcmp(cap, "scalar") != 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        isa = &probe_avx2;
    if (strncmp(cap, "avx512", 6) == 0 && __builtin_cpu_supports("avx512f")) isa = &probe_avx512;
#else
    (void)cap;
#endif
}

const char *probe_isa(void) { return isa->name; }

double probe_peak(void)
{
    enum { ROUNDS = 40000, TRIES = 4 };
    double best = 1e9;
    for (int i = 0; i < TRIES; i++) {
        double start = worked();
        sink = isa->fma(ROUNDS, factor, term);
        double took = worked() - start;
        if (took < best) best = took;
    }
    return isa->flops * ROUNDS / best;
}

double probe_whole(void)
{
    enum { ROUNDS = 5000 };
    static const volatile uint64_t none;
    const uint64_t line[LINE] = {none};
    double start = now();
    sink = isa->whole(ROUNDS, factor, term, line);
    return now() - start;
}

static void *room(void **bytes, size_t *size, size_t want)
{
    if (*size < want) {
        free(*bytes);
        *size = want;
        *bytes = room_of(want);
    }
    return *bytes;
}

static size_t whole_lines(size_t bytes) { return (bytes + 63) / 64 * 64; }

/* The least seconds of one call among tries that take about 50 microseconds each, a millisecond in all but for the
 * largest sizes. */
static double least(void (*call)(size_t, size_t), size_t a, size_t b)
{
    call(a, b);
    double start = worked();
    call(a, b);
    double once = worked() - start, best = once, until = worked() + 1e-3;
    int repeat = once < 50e-6 ? (int)(50e-6 / (once + 1e-9)) + 1 : 1, tries = 0;
    do {
        start = worked();
        for (int i = 0; i < repeat; i++) call(a, b);
        double took = (worked() - start) / repeat;
        if (took < best) best = took;
    } while (++tries < 3 || worked() < until);
    return best;
}

static void call_stream(size_t read, size_t written) { sink = isa->stream(to.bytes, written, from.bytes, read); }

static void call_memcpy(size_t bytes, size_t unused)
{
    (void)unused;
    memcpy(to.bytes, from.bytes, bytes);
    __asm__ volatile("" ::: "memory");
}

double probe_stream(size_t read, size_t written)
{
    read = whole_lines(read);
    written = whole_lines(written);
    room(&from.bytes, &from.size, read);
    room(&to.bytes, &to.size, written);
    return least(call_stream, read, written);
}

double probe_memcpy(size_t bytes)
{
    room(&from.bytes, &from.size, bytes);
    room(&to.bytes, &to.size, bytes);
    return least(call_memcpy, bytes, 0);
}

/* Working sets that live well inside each level. */
static struct bandwidth levels[LEVELS] = {
    {24u << 10, 0, 0, 0}, {512u << 10, 0, 0, 0}, {8u << 20, 0, 0, 0}, {128u << 20, 0, 0, 0}};
static const char *const level_names[LEVELS] = {"L1", "L2", "L3", "DRAM"};

const struct bandwidth *probe_levels(void)
{
    for (int i = 0; i < LEVELS && levels[LEVELS - 1].copy == 0; i++) {
        double n = (double)levels[i].bytes;
        quiet_wait();
        levels[i].read = n / probe_stream(levels[i].bytes, 0);
        levels[i].write = n / probe_stream(0, levels[i].bytes);
        levels[i].copy = n / probe_memcpy(levels[i].bytes / 2);
    }
    return levels;
}

const char *probe_level_name(int level) { return level_names[level]; }

/* Sizes of the caches where the system says them, else usual ones. */
int probe_level(size_t bytes)
{
    static size_t cache[LEVELS - 1];
    if (!cache[0]) {
        cache[0] = 32u << 10, cache[1] = 1u << 20, cache[2] = 32u << 20;
        for (int i = 0; i < LEVELS - 1; i++) {
            static const int index[] = {0, 2, 3};
            char path[96], text[32];
            snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", index[i]);
            FILE *f = fopen(path, "r");
            if (f && fgets(text, sizeof text, f))
                cache[i] = (size_t)strtoul(text, NULL, 10) << (strchr(text, 'M') ? 20 : 10);
            if (f) fclose(f);
        }
    }
    for (int i = 0; i < LEVELS - 1; i++)
        if (bytes <= cache[i]) return i;
    return LEVELS - 1;
}

double probe_roof(double flops, size_t read, size_t written, double peak)
{
    const struct bandwidth *b = &probe_levels()[probe_level(read + written)];
    double move = (double)read / b->read + (double)written / b->write, compute = flops / peak;
    return move > compute ? move : compute;
}
