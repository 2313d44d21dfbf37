/*
 * prepared.h - a work with its kernel chosen and its constant operand packed: what a plan keeps, and what the immediate
 * call makes, uses once and drops.
 */
#ifndef STRIDED_SRC_PREPARED_H
#define STRIDED_SRC_PREPARED_H

#include "product_plan.h"

struct prepared {
    struct work    work;
    struct product product; /* counts if packed */
    void          *packed;  /* operand b in the kernel's order; NULL: the generic kernels run */
    size_t         bytes;
};

/* Chooses, and packs w->data[NEST_B]. With b_is_constant the work will run on other data for a and dst. Cannot fail: for
 * want of memory the generic kernels run, to the same bits. Returns whether something was packed. */
int  strided__prepare(struct prepared *p, const struct work *w, int b_is_constant);
void strided__prepared_run(const struct prepared *p, void *const data[NEST_OPERANDS]);
void strided__prepared_release(struct prepared *p);

#endif
