/*
 * stage.h - one call of a trial: its operands in the layouts of a mix, in guarded memory, and what it must leave alone.
 *
 * Internal to tests/support; tests use trial.h.
 */
#ifndef STRIDED_TESTS_STAGE_H
#define STRIDED_TESTS_STAGE_H

#include "operand.h"
#include "trial.h"

enum { OPERANDS = TRIAL_OUTS + TRIAL_INS };
enum { STAGE_UNFUSED = 2 }; /* the context without fused multiply-add */

/* A layout and a side for each operand: outputs first. */
struct mix { int layout[OPERANDS]; enum guard_side side[OPERANDS]; int context; };

struct stage {
    const struct trial *t;
    struct mix          mix;
    struct operand     *operand[OPERANDS]; /* NULL: absent */
    strided_tensor     *out[TRIAL_OUTS];   /* what is passed: the operands' tensors unless a refusal changes them */
    const strided_tensor *in[TRIAL_INS];
};

/* Operand i of a trial, outputs first. */
const struct trial_operand *trial_described(const struct trial *t, int i);
enum layout_role            trial_role(const struct trial *t, int i);

/* values: what the inputs say, NULL = the trial's. 0 if a layout does not apply. */
int  stage_set_up(struct stage *s, const struct trial *t, const struct mix *m, strided_context *ctx, struct array *const *values);
void stage_tear_down(struct stage *s);
/* The operands' own tensors are passed, whatever was. */
void stage_pass(struct stage *s);
/* A guard page that is touched, and another way of rounding afterwards, fail the test. */
strided_status stage_call(const struct stage *s);
/* The same, and success is all that will do. */
void stage_succeed(const struct stage *s);
/* All that the case is, and how to run it alone, to standard error. */
void stage_print(const struct stage *s);

void stage_check_inputs(const struct stage *s);                       /* no byte has changed */
void stage_check_gaps(const struct stage *s);                         /* of the outputs: nor one outside the view */
void stage_check_untouched(const struct stage *s, const char *what);  /* nor any at all */

#endif
