/*
 * prepared.h - a work with its kernel chosen and its constant operand packed: what a plan keeps, and what the immediate
 * call makes, uses once and drops.
 */
#ifndef STRIDED_SRC_PREPARED_H
#define STRIDED_SRC_PREPARED_H

#include "product_plan.h"

struct prepared {
    struct work    work;
    struct product product[2]; /* the packed form, and the direct one: each class takes the first that suits it */
    void          *packed;     /* operand b in the kernel's order, or NULL */
    size_t         bytes;
};

/* Chooses, and packs w->data[NEST_B]. With b_is_constant the work will run on other data for a and dst. Cannot fail: for
 * want of memory the generic kernels run, to the same bits. */
void strided__prepare(struct prepared *p, const struct work *w, int b_is_constant);
void strided__prepared_run(const struct prepared *p, void *const data[NEST_OPERANDS]);
void strided__prepared_release(struct prepared *p);
/* The kernel that most of the work falls to, in words. */
const char *strided__prepared_name(const struct prepared *p);

#endif
