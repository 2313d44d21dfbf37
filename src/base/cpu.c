/*
 * cpu.c - which kernels this machine can run.
 *
 * CPUID says what the processor has, XCR0 what the operating system saves; both must agree. 64-bit Arm always has NEON. The variable
 * STRIDED_MAX_ISA lowers the answer. Asked once; the answer never changes after that.
 */
#define _DEFAULT_SOURCE /* syscall() */
#include "context.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[ISAS] = {[ISA_SCALAR] = "scalar", [ISA_NEON] = "neon", [ISA_AVX2] = "avx2", [ISA_AVX512] = "avx512",
                                        [ISA_AVX512_VNNI] = "avx512_vnni", [ISA_AVX512_AMX] = "avx512_amx"};

const char *strided__isa_name(enum isa isa) { return names[isa]; }

int strided__isa_parse(const char *name, enum isa *isa)
{
    for (int i = 0; i < ISAS; i++)
        if (strcmp(name, names[i]) == 0) {
            *isa = (enum isa)i;
            return 1;
        }
    return 0;
}

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

static int has(unsigned reg, unsigned bits) { return (reg & bits) == bits; }

/* XCR0: the register files that the operating system saves. Only with OSXSAVE. */
static unsigned saved_state(void)
{
    unsigned lo, hi;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return lo;
}

static enum isa probe(void)
{
    enum { SSE_AVX = 0x06, AVX512 = 0xe6, AMX = 0x60000 }; /* XCR0 bits 1-2, and 5-7; 17-18 */
    enum { TILES = 3 << 24 | 1 << 22 };                    /* EDX of leaf 7: AMX-TILE, AMX-INT8, AMX-BF16 */
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return ISA_SCALAR;
    if (!has(c, bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C)) return ISA_SCALAR;
    unsigned saved = saved_state();
    if (!has(saved, SSE_AVX) || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !has(b, bit_AVX2)) return ISA_SCALAR;
    if (!has(saved, AVX512) || !has(b, bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL)) return ISA_AVX2;
    if (!has(c, bit_AVX512VNNI)) return ISA_AVX512;
    return has(saved, AMX) && has(d, TILES) ? ISA_AVX512_AMX : ISA_AVX512_VNNI;
}

/* Leaf 0x8000001a of AMD's processors says how wide their data paths are: 256 bits (Zen 2 to 4), 512 (Zen 5). Others do not have it. */
static int probe_halves(void)
{
    enum { WIDTHS = (int)0x8000001a, FP256 = 4, FP512 = 8 };
    unsigned a, b, c, d;
    return __get_cpuid((unsigned)WIDTHS, &a, &b, &c, &d) && (a & (FP256 | FP512)) == FP256;
}
#else
static enum isa probe(void) { return ISA_NEON; } /* where that was built, every processor has it */
static int probe_halves(void) { return 0; }
#endif

enum isa strided__isa_built(enum isa isa)
{
#ifndef STRIDED_HAVE_AVX512
    if (isa >= ISA_AVX512) isa = ISA_AVX2;
#endif
#ifndef STRIDED_HAVE_AMX
    if (isa == ISA_AVX512_AMX) isa = ISA_AVX512_VNNI;
#endif
#ifndef STRIDED_HAVE_AVX2
    if (isa == ISA_AVX2) isa = ISA_NEON;
#endif
#ifndef STRIDED_HAVE_NEON
    if (isa == ISA_NEON) isa = ISA_SCALAR;
#endif
    return isa;
}

static enum isa capped(enum isa best)
{
    enum isa cap;
    const char *name = getenv("STRIDED_MAX_ISA");
    return name && strided__isa_parse(name, &cap) && cap < best ? cap : best;
}

#if defined(STRIDED_HAVE_AMX)
#include <sys/syscall.h>
#include <unistd.h>

int strided__cpu_tiles(void)
{
    enum { REQUEST = 0x1023, TILE_DATA = 18 }; /* ARCH_REQ_XCOMP_PERM, of Linux 5.16 */
    static atomic_int answer;                  /* 0: not asked; 1 no, 2 yes */
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (!known) {
        known = syscall(SYS_arch_prctl, REQUEST, TILE_DATA) == 0 ? 2 : 1;
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == 2;
}
#else
int strided__cpu_tiles(void) { return 0; }
#endif

int strided__cpu_halves(void)
{
    static atomic_int answer = -1;
    int halves = atomic_load_explicit(&answer, memory_order_relaxed);
    if (halves < 0) atomic_store_explicit(&answer, halves = probe_halves(), memory_order_relaxed);
    return halves;
}

#if defined(STRIDED_HAVE_AMX) /* and so an assembler that knows these, too */
/* c + high + low, by the instruction; these are bf16. */
static float dots(float c, float high, float low)
{
    typedef float lanes __attribute__((vector_size(16)));
    const uint32_t ones = 0x3f803f80;
    uint32_t pair, half;
    lanes sum = { c }, a = { 0 }, b = { 0 };
    memcpy(&pair, &high, sizeof pair);
    memcpy(&half, &low, sizeof half);
    pair |= half >> 16;
    memcpy(&a, &pair, sizeof pair);
    memcpy(&b, &ones, sizeof ones);
    __asm__("vdpbf16ps %2, %1, %0" : "+x"(sum) : "x"(a), "x"(b));
    return sum[0];
}

/* AMD's have them; Intel's take four times as long for them as for floats. Two sums tell the chain from the other order, and from one rounding of both
 * products. */
static int has_dots(void)
{
    enum { BF16 = 1 << 5 };
    unsigned a, b, c, d;
    if (!__get_cpuid(0, &a, &b, &c, &d) || b != signature_AMD_ebx || !__get_cpuid_count(7, 1, &a, &b, &c, &d) || !has(a, BF16)) return 0;
    return dots(0x1p24f, 1, 1) == 0x1p24f && dots(1, 0x1p24f, -0x1p24f) == 0;
}

int strided__cpu_dots(void)
{
    static atomic_int answer; /* 0: not asked; 1 no, 2 yes */
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (!known) {
        known = 1 + has_dots();
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == 2;
}
#else
int strided__cpu_dots(void) { return 0; }
#endif

/* Threads that race here compute the same. */
enum isa strided__cpu_isa(void)
{
    static atomic_int known = -1;
    int isa = atomic_load_explicit(&known, memory_order_relaxed);
    if (isa < 0) {
        isa = (int)strided__isa_built(capped(probe()));
        atomic_store_explicit(&known, isa, memory_order_relaxed);
    }
    return (enum isa)isa;
}
