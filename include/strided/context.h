/*
 * context.h - where memory comes from and who runs the loops.
 *
 * NULL stands for malloc and the calling thread: the library starts no thread that you did not ask
 * for. Only the makers of new storage take a context; views, results and plans inherit it from the
 * tensors they are made from (an operator uses its destination's). A context is counted: tensors
 * and plans keep theirs alive.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_CONTEXT_H
#define STRIDED_CONTEXT_H

#include <strided/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct strided_allocator {
    void *(*alloc)(void *user, size_t size, size_t alignment); /* NULL = malloc and free, large sizes in huge pages */
    void  (*free)(void *user, void *ptr, size_t size);         /* both or neither */
    void   *user;
} strided_allocator;

typedef void strided_task(void *job, int64_t index, int worker);

typedef struct strided_executor {
    int    workers; /* most tasks that run at once; worker ids are 0 .. workers-1 */
    void (*run)(void *user, int64_t count, strided_task *task, void *job); /* back when all are done */
    void  *user;
} strided_executor;

/* How f32 sums may be formed. Each level gives the same bits for any layout and thread count.
 * STRICT: one chain of fused multiply-adds per output. DEFAULT: also transforms whose error is no
 * larger than that chain's. FAST: also transforms within a documented bound.
 * Transforms are for convolutions (their gradients of x, transposed ones) with 3x3 taps, step and
 * dilation 1, one group, zero padding, 12 tiles or more: by default Winograd's F(2x2,3x3), of 24 channels or
 * more to 32 or more, rms of the error 0.6 to 0.7 of the chain's; FAST F(4x4,3x3), of 32 or more to 16 or more,
 * 2 times the chain's. They are taken where they save enough. What is not finite is summed by the chain. They may
 * want memory: a plan's scratch, at most 2 MiB a thread.
 * FAST also takes the processor's own sums of bf16 by bf16 (AMX; TDPBF16PS in Intel's Software Developer's
 * Manual), for convolutions of one group with zero padding and 16 outputs or more, and for matmul, mm,
 * gemm and linear of a context at FAST with 16 rows and 16 columns or more. The longest axis of the sum
 * (of equals the last; channels, taps along each axis), if it is 32 or more and is not padded, goes 32
 * terms at a time: the even ones and the odd ones are a chain each from 0, and these two together are
 * added to the output's sum, all in f32; what is subnormal is 0. The error is no larger than the chain's,
 * but for what is subnormal; the bits are those of such processors, while all else has one meaning on all
 * of them. */
typedef enum strided_arithmetic {
    STRIDED_ARITHMETIC_DEFAULT = 0, STRIDED_ARITHMETIC_STRICT = 1, STRIDED_ARITHMETIC_FAST = 2,
    STRIDED_ARITHMETIC_FORCE_INT = 0x7fffffff
} strided_arithmetic;

typedef struct strided_config {
    strided_allocator  allocator;
    strided_executor   executor;
    int                threads;    /* > 1, with no executor: a pool owned by the context, of no more than this process
                                    * has processors to use */
    strided_arithmetic arithmetic;
    const char        *isa;        /* to use: "scalar", "neon", "avx2", ...; NULL = the best this CPU has, capped by the
                                    * environment variable STRIDED_MAX_ISA (what names none there caps nothing). One that
                                    * is better than that best is ERR_UNSUPPORTED, an unknown one ERR_ARG */
    void             (*log)(void *user, const char *line); /* one line, when the context is made; NULL = silent */
    void              *log_user;
    uint64_t           reserved[8]; /* zero; anything else is ERR_UNSUPPORTED, in every options struct */
} strided_config;

/* ERR_ARG: an executor and threads above 1, workers below 1 or without run(), negative threads, alloc without free. */
STRIDED_API STRIDED_CHECKED strided_context *strided_context_new(const strided_config *config);
STRIDED_API strided_context *strided_context_retain(strided_context *ctx);
STRIDED_API void             strided_context_release(strided_context *ctx);
STRIDED_API const char      *strided_context_isa(const strided_context *ctx); /* NULL ctx: the default's */
STRIDED_API int              strided_context_threads(const strided_context *ctx); /* NULL ctx: 1 */

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_CONTEXT_H */
