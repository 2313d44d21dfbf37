/*
 * probe_isa.c - as many independent chains of multiply-adds as the registers hold, and plain loads and stores. Compiled
 * once per instruction set with PROBE naming it. Where there is no fused multiply-add a product and a sum take its
 * place.
 *
 * The chains converge to term / (1 - factor), a normal number, so nothing is denormal and nothing overflows; factor and
 * term come from outside, so nothing can be computed beforehand.
 */
#include "probe_isa.h"
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#  define VECTOR_BYTES 64
#  define CHAINS       16
#elif defined(__AVX2__)
#  define VECTOR_BYTES 32
#  define CHAINS       12
#else
#  define VECTOR_BYTES 16
#  define CHAINS       12
#endif

enum { LANES = VECTOR_BYTES / 4, CHUNK = 4096 };

typedef float vec __attribute__((vector_size(VECTOR_BYTES)));
typedef unsigned words __attribute__((vector_size(VECTOR_BYTES), may_alias));

/* One result to fold at the end, by the caller: nothing but the chains lives in registers here. */
static __attribute__((noinline)) void chains(vec *total, long rounds, vec m, vec a)
{
    vec sum[CHAINS];
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++) sum[i] = a * (float)(i + 1);
    for (long r = 0; r < rounds; r++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++) sum[i] = sum[i] * m + a;
    }
#pragma GCC unroll 16
    for (int i = 1; i < CHAINS; i++) sum[0] += sum[i];
    *total = sum[0];
}

/* Half the chains, which still keep the multipliers busy, and a load into a plain register beside each step: twice
 * the instructions, about as many as a core takes up in a cycle. */
static __attribute__((noinline)) void chains_and_loads(vec *total, long rounds, vec m, vec a, const uint64_t *line)
{
    enum { FEW = 8 };
    vec sum[FEW];
    uint64_t even = 0, odd = 0;
#pragma GCC unroll 8
    for (int i = 0; i < FEW; i++) sum[i] = a * (float)(i + 1);
    for (long r = 0; r < rounds; r++) {
#pragma GCC unroll 8
        for (int i = 0; i < FEW; i += 2) {
            sum[i] = sum[i] * m + a;
            even |= line[i];
            sum[i + 1] = sum[i + 1] * m + a;
            odd |= line[i + 1];
            __asm__ volatile("" ::: "memory");
        }
    }
#pragma GCC unroll 8
    for (int i = 1; i < FEW; i++) sum[0] += sum[i];
    sum[0][0] += (float)((even | odd) & 1);
    *total = sum[0];
}

static double folded(vec total)
{
    double sum = 0;
    for (int l = 0; l < LANES; l++) sum += (double)total[l];
    return sum;
}

static double fma_rounds(long rounds, float factor, float term)
{
    vec total;
    chains(&total, rounds, factor - (vec){0}, term - (vec){0});
    return folded(total);
}

static double whole_rounds(long rounds, float factor, float term, const uint64_t *line)
{
    vec total;
    chains_and_loads(&total, rounds, factor - (vec){0}, term - (vec){0}, line);
    return folded(total);
}

static words read_words(const char *from, size_t bytes, words seen)
{
    words s0 = seen, s1 = seen, s2 = seen, s3 = seen;
    const words *w = (const words *)(const void *)from;
    size_t n = bytes / VECTOR_BYTES, i = 0;
    for (; i + 4 <= n; i += 4) {
        s0 |= w[i];
        s1 |= w[i + 1];
        s2 |= w[i + 2];
        s3 |= w[i + 3];
    }
    for (; i < n; i++) s0 |= w[i];
    return s0 | s1 | s2 | s3;
}

/* The empty statement keeps the compiler from making this a call of memset, which chooses other stores by size. */
static void write_words(char *to, size_t bytes, words value)
{
    words *w = (words *)(void *)to;
    for (size_t i = 0; i < bytes / VECTOR_BYTES; i++) {
        w[i] = value;
        __asm__ volatile("" ::: "memory");
    }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static unsigned stream(void *to, size_t written, const void *from, size_t read)
{
    size_t longer = read > written ? read : written, turns = (longer + CHUNK - 1) / CHUNK;
    size_t r = turns ? (read / turns + 63) / 64 * 64 : 0, w = turns ? (written / turns + 63) / 64 * 64 : 0;
    words seen = {0};
    for (size_t i = 0, at = 0, put = 0; i < turns; i++) {
        size_t nr = smaller(r, read - at), nw = smaller(w, written - put);
        seen = read_words((const char *)from + at, nr, seen);
        write_words((char *)to + put, nw, seen);
        at += nr;
        put += nw;
    }
    unsigned any = 0;
    for (int l = 0; l < LANES; l++) any |= seen[l];
    return any;
}

#define JOIN(a, b)  a##b
#define NAME(isa)   JOIN(probe_, isa)
#define TEXT(isa)   #isa
#define STRING(isa) TEXT(isa)

const struct probe_isa NAME(PROBE) = {
    .name = STRING(PROBE), .fma = fma_rounds, .flops = 2.0 * CHAINS * LANES, .whole = whole_rounds, .stream = stream};
