/*
 * pick.c - from an instruction set to its kernels.
 */
#include "kernels.h"

extern const struct kernels strided__kernels_scalar, strided__kernels_neon, strided__kernels_avx2, strided__kernels_avx512;

/* Those that were built, the best first: each serves the sets above it as well. */
static const struct { enum isa isa; const struct kernels *kernels; } built[] = {
#ifdef STRIDED_HAVE_AVX512
    { ISA_AVX512, &strided__kernels_avx512 },
#endif
#ifdef STRIDED_HAVE_AVX2
    { ISA_AVX2, &strided__kernels_avx2 },
#endif
#ifdef STRIDED_HAVE_NEON
    { ISA_NEON, &strided__kernels_neon },
#endif
    { ISA_SCALAR, &strided__kernels_scalar },
};

const struct kernels *strided__kernels(enum isa isa)
{
    int i = 0;
    while (built[i].isa > isa) i++;
    return built[i].kernels;
}

static int number_of(const struct kernels *k)
{
    int i = 0;
    while (built[i].kernels != k) i++;
    return i;
}

nest_kernel *strided__nest_kernel(const struct kernels *k, enum work_kind kind, enum compute compute)
{
    int i = number_of(k);
    while (!built[i].kernels->nest[kind][compute]) i++;
    return built[i].kernels->nest[kind][compute];
}

const struct kernels *strided__windows_of(const struct kernels *k, enum compute compute)
{
    int i = number_of(k);
    while (!built[i].kernels->window[compute] && built[i].isa != ISA_SCALAR) i++;
    return built[i].kernels;
}

const struct sliding_kernels *strided__sliding_kernels(const struct kernels *k, enum compute compute)
{
    int i = number_of(k);
    while (!built[i].kernels->sliding[compute] && built[i].isa != ISA_SCALAR) i++;
    return built[i].kernels->sliding[compute];
}

maxima_kernel *strided__maxima_kernel(const struct kernels *k, strided_dtype dtype)
{
    int i = number_of(k);
    while (!built[i].kernels->maxima[dtype] && built[i].isa != ISA_SCALAR) i++;
    return built[i].kernels->maxima[dtype];
}
