/*
 * factors.h - what the matrix products share: dst = alpha a b + beta c, summed over inner extents that must agree.
 */
#ifndef STRIDED_SRC_FACTORS_H
#define STRIDED_SRC_FACTORS_H

#include "../nest/nest.h"
#include "../tensor/tensor.h"

struct factors {
    const char *who;
    const strided_tensor *dst, *a, *b;
    const strided_tensor *c;          /* NULL = none */
    const char *b_name, *c_name;      /* as the public function calls them */
};

/* b's and c's rank and shape are the caller's business; this checks that a and b sum over the same extent. */
strided_status strided__factors_inner(const struct factors *p, int64_t of_a, int64_t of_b);
/* Memory: dst apart from a and b, and from c unless it is c. */
strided_status strided__factors_memory(const struct factors *p);
/* A contraction of the operands, without axes; c stays out until strided__factors_addend(). */
void strided__factors_init(struct work *w, const struct factors *p);
/* c, broadcast to the kept axes (which must be dst's), is operand C. */
void strided__factors_addend(struct work *w, const struct factors *p);
/* Once all axes are set: the order of the sum, and, with rows enough, the processor's own sums (strided__work_runs). */
void strided__factors_order(struct work *w, int64_t rows, int64_t columns);

/* matmul.c: ranks and shapes of strided_matmul(), memory not; then its work. */
strided_status strided__matmul_check(const struct factors *p, const char *dst_name);
void strided__matmul_work(struct work *w, const struct factors *p);

#endif
