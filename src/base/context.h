/*
 * context.h - the inside of a context, and how work is handed to threads.
 */
#ifndef STRIDED_SRC_CONTEXT_H
#define STRIDED_SRC_CONTEXT_H

#include <stdatomic.h>
#include <strided/context.h>

/* Instruction sets that kernels are compiled for, worst first. A build may lack some. */
enum isa { ISA_SCALAR, ISA_NEON, ISA_AVX2, ISA_AVX512, ISA_AVX512_VNNI, ISA_AVX512_AMX, ISAS };

struct workers; /* a pool of threads */

struct strided_context {
    atomic_int         refs;
    strided_allocator  allocator;
    strided_executor   executor; /* run NULL: the calling thread */
    struct workers    *workers;  /* owned; its executor is `executor` */
    enum isa           isa;
    strided_arithmetic arithmetic;
    void             (*log)(void *user, const char *line);
    void              *log_user;
    int                eager;    /* threads share every work, however little it is: for tests */
};

/* All four accept NULL, the default context. */
enum isa           strided__context_isa(const strided_context *ctx);
strided_arithmetic strided__context_arithmetic(const strided_context *ctx);
int                strided__context_workers(const strided_context *ctx); /* >= 1 */
/* Runs task(job, i, worker) for i in [0, count), worker in [0, workers); back when all are done. */
void               strided__context_run(strided_context *ctx, int64_t count, strided_task *task, void *job);

/* cpu.c: the best instruction set of this machine (CPUID and XCR0; capped by STRIDED_MAX_ISA, read once). */
enum isa    strided__cpu_isa(void);
/* Whether the system lets this process use tiles (AMX), which a processor of that set has: asked the first time, for it makes the frames of
 * signals longer. */
int         strided__cpu_tiles(void);
int         strided__cpu_halves(void); /* whether the processor works on vectors of 64 bytes in halves */
/* Whether it multiplies and adds pairs of bf16 (VDPBF16PS) one after the other, each with one rounding, and no slower than floats. */
int         strided__cpu_dots(void);
enum isa    strided__isa_built(enum isa isa);          /* this set, or the best below it that was built */
const char *strided__isa_name(enum isa isa);           /* "scalar", "neon", "avx2", "avx512", "avx512_vnni", "avx512_amx" */
int         strided__isa_parse(const char *name, enum isa *isa); /* 1 = known */

/* workers.c */
struct workers *strided__workers_new(strided_context *ctx, int threads);
void            strided__workers_release(strided_context *ctx, struct workers *w);
void            strided__workers_run(void *user, int64_t count, strided_task *task, void *job); /* an executor's run */

#endif
