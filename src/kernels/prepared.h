/*
 * prepared.h - a work with its kernel chosen and its constant operand packed: what a plan keeps, and what the immediate
 * call makes, uses once and drops.
 */
#ifndef STRIDED_SRC_PREPARED_H
#define STRIDED_SRC_PREPARED_H

#include "product_plan.h"
#include "sliding_plan.h"
#include "small_product.h"
#include "window_plan.h"

struct prepared {
    struct work    work;
    struct winograd winograd;  /* if its m is not 0, it does all of it */
    struct sliding_plan sliding; /* if it fits, likewise */
    struct window_plan window; /* if it fits, it does all of it, or each class that it can */
    struct product product;    /* if it fits, each class that is read in place */
    int            handful;    /* if not 0, rows go by handfuls (handful_plan.h) */
    struct small_product small; /* the same product, if its `run` is not NULL */
    int64_t        some;       /* of a product whose large b is used once: the run packs and multiplies so many at a time; 0: all is packed before */
    int            cut;        /* along this axis */
    void          *packed;     /* operand b in the kernel's order, or NULL */
    size_t         bytes;
    void          *scratch;    /* of one run at a time, or NULL */
    size_t         scratch_bytes;
};

/* Chooses, and packs w->data[NEST_B] (a large one that is not constant is packed by the run). With b_is_constant the work will run on other data for
 * a and dst. For want of memory the generic kernels take the place of products, to the same bits; a transform has no such stand-in: ERR_NO_MEMORY. */
strided_status strided__prepare(struct prepared *p, const struct work *w, int b_is_constant);
/* A constant b would be packed, given room, and no run would read it otherwise: transforms look at it where results are not finite, windows are other
 * kernels'. */
int strided__prepare_packs_alone(const struct work *w);
/* With scratch of the caller's (scratch_bytes, aligned to 64) as often at once as one likes; with NULL once at a time. */
void strided__prepared_run(const struct prepared *p, void *const data[NEST_OPERANDS], void *scratch);
/* What is prepared for one run, b not being constant; p changes meanwhile. */
void strided__prepared_run_once(struct prepared *p, void *const data[NEST_OPERANDS]);
void strided__prepared_release(struct prepared *p);
/* The kernel that most of the work falls to, in words. */
const char *strided__prepared_name(const struct prepared *p);

#endif
