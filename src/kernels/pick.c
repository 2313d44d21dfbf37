/*
 * pick.c - from an instruction set to its kernels.
 */
#include "kernels.h"

extern const struct kernels strided__kernels_scalar;
#ifdef STRIDED_HAVE_AVX2
extern const struct kernels strided__kernels_avx2;
#endif
#ifdef STRIDED_HAVE_AVX512
extern const struct kernels strided__kernels_avx512;
#endif

const struct kernels *strided__kernels(enum isa isa)
{
#ifdef STRIDED_HAVE_AVX512
    if (isa >= ISA_AVX512) return &strided__kernels_avx512;
#endif
#ifdef STRIDED_HAVE_AVX2
    if (isa >= ISA_AVX2) return &strided__kernels_avx2;
#endif
    (void)isa;
    return &strided__kernels_scalar;
}

nest_kernel *strided__nest_kernel(const struct kernels *k, enum work_kind kind, enum compute compute)
{
    return k->nest[kind][compute] ? k->nest[kind][compute] : strided__kernels_scalar.nest[kind][compute];
}
