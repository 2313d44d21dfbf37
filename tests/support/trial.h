/*
 * trial.h - one operator on trial: its operands, the call, and the reference.
 *
 *     static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
 *     {
 *         return strided_copy(out[0], in[0]);
 *     }
 *     static void reference(struct array *const *out, const struct array *const *in, const void *params) { ... }
 *
 *     struct trial t = trial_new("copy f32", call, reference, NULL);
 *     trial_out(&t, STRIDED_F32, 2, shape);
 *     trial_in(&t, STRIDED_F32, values);
 *     trial_run(&t);        every layout of every operand, alone and mixed; 1 and 3 threads; several instruction sets
 *     trial_refuse(&t);     what every operator refuses
 *     trial_oom(&t);        every allocation failing in turn: ERR_NO_MEMORY and nothing written, or the same bits
 *
 * Each call is checked for its status, its values, untouched gaps and inputs, and for the same bits as the same values
 * lying contiguously. A failure prints every operand with dtype, shape, strides and layout, and the command that runs this
 * case alone.
 */
#ifndef STRIDED_TESTS_TRIAL_H
#define STRIDED_TESTS_TRIAL_H

#include "number.h"
#include "reference.h"

enum { TRIAL_OUTS = 5, TRIAL_INS = 9 };

typedef strided_status trial_call(strided_tensor *const *out, const strided_tensor *const *in, const void *params);
/* out[i] comes with the initial values of an operand that has some, else with zeros; NULL for what is absent. */
typedef void trial_reference(struct array *const *out, const struct array *const *in, const void *params);

struct trial_operand {
    int           absent;   /* NULL is passed */
    int           optional; /* NULL is no error */
    int           loose;    /* another extent is no error (or not always) */
    int           any_rank; /* one axis more, of extent 1 in front, is no error */
    int           may_meet; /* outputs: overlapping itself is no error */
    strided_dtype dtype;
    int           ndim;
    int64_t       shape[STRIDED_MAX_NDIM];
    const struct array *values; /* outputs: NULL, or what is there before the call */
};

struct trial {
    const char      *name;
    trial_call      *call;
    trial_reference *reference;
    const void      *params;
    int outs, ins;
    struct trial_operand out[TRIAL_OUTS], in[TRIAL_INS];
    enum store store;          /* how results become elements; set it where the operands are integers */
    double     ulp, absolute;  /* tolerance; 0, 0: exact */
    int        elementwise;    /* a destination may be the identical view of an input */
    int        fused;          /* sums of products that round: other bits where there is no fused multiply-add */
    int        mixes;          /* random combinations of layouts to try; 24 */
    uint64_t   seed;
};

struct trial trial_new(const char *name, trial_call *call, trial_reference *reference, const void *params);
struct trial_operand *trial_out(struct trial *t, strided_dtype dtype, int ndim, const int64_t *shape);
struct trial_operand *trial_inout(struct trial *t, strided_dtype dtype, const struct array *values);
struct trial_operand *trial_in(struct trial *t, strided_dtype dtype, const struct array *values);
void trial_no_out(struct trial *t);
void trial_no_in(struct trial *t);
/* STORE_WRAP if every input is an integer (or bool), else STORE_ROUND. */
void trial_store_by_inputs(struct trial *t);

void trial_run(const struct trial *t);
void trial_mixed(const struct trial *t); /* less: everything contiguous, and the random combinations */
void trial_refuse(const struct trial *t);
void trial_oom(const struct trial *t);
void trial_all(const struct trial *t); /* the three */
/* Contiguous operands only: this status, and nothing touched. */
void trial_refused(const struct trial *t, strided_status want);

/* Contexts shared by the tests of a program: 0 is NULL. They live until trial_end(). */
enum { TRIAL_CONTEXTS = 5 };
strided_context *trial_context(int i);
void             trial_end(void);

#endif
