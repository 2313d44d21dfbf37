/*
 * stage.c - see stage.h.
 */
#define _POSIX_C_SOURCE 200809L
#include "stage.h"

#include <fenv.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "again.h"
#include "cmocka_compat.h"

const struct trial_operand *trial_described(const struct trial *t, int i)
{
    return i < t->outs ? &t->out[i] : &t->in[i - t->outs];
}

enum layout_role trial_role(const struct trial *t, int i)
{
    return i < t->outs ? LAYOUT_OUTPUT : LAYOUT_INPUT;
}

void stage_pass(struct stage *s)
{
    for (int i = 0; i < s->t->outs; i++) s->out[i] = s->operand[i] ? s->operand[i]->tensor : NULL;
    for (int i = 0; i < s->t->ins; i++) {
        const struct operand *o = s->operand[s->t->outs + i];
        s->in[i] = o ? o->tensor : NULL;
    }
}

int stage_set_up(struct stage *s, const struct trial *t, const struct mix *m, strided_context *ctx, struct array *const *values)
{
    memset(s, 0, sizeof *s);
    s->t = t;
    s->mix = *m;
    for (int i = 0; i < t->outs + t->ins; i++) {
        const struct trial_operand *d = trial_described(t, i);
        if (d->absent) continue;
        const struct array *v = values && i >= t->outs ? values[i] : d->values;
        s->operand[i] = operand_new(ctx, m->layout[i], trial_role(t, i), m->side[i], d->dtype, d->ndim, d->shape, v);
        if (s->operand[i] == NULL) return 0;
    }
    stage_pass(s);
    return 1;
}

void stage_tear_down(struct stage *s)
{
    for (int i = 0; i < OPERANDS; i++) operand_free(s->operand[i]);
}

void stage_print(const struct stage *s)
{
    char text[500];
    print_error("%s (seed %" PRIu64 ", context %d)\n", s->t->name, s->t->seed, s->mix.context);
    for (int i = 0; i < s->t->outs + s->t->ins; i++)
        print_error("    %s %d: %s\n", i < s->t->outs ? "out" : "in", i < s->t->outs ? i : i - s->t->outs,
                    s->operand[i] ? operand_text(s->operand[i], text, sizeof text) : "NULL");
    again_print(s);
}

static const struct stage *under_test;
static struct sigaction   usual_fault;

/* A guard page was touched: says in which case, and lets the fault happen again for cmocka. */
static void fault(int sig)
{
    stage_print(under_test);
    sigaction(sig, &usual_fault, NULL);
}

/* Rounding, and what becomes of denormals: no call may change them. */
static unsigned float_state(void)
{
#if defined(__SSE__)
    return __builtin_ia32_stmxcsr() & 0xffc0u;
#else
    return (unsigned)fegetround();
#endif
}

strided_status stage_call(const struct stage *s)
{
    struct sigaction telling = { .sa_handler = fault };
    unsigned before = float_state();
    under_test = s;
    sigaction(SIGSEGV, &telling, &usual_fault);
    strided_status status = s->t->call(s->out, s->in, s->t->params);
    sigaction(SIGSEGV, &usual_fault, NULL);
    if (float_state() != before) fail_msg("%s: changes how the processor rounds", s->t->name);
    return status;
}

void stage_succeed(const struct stage *s)
{
    strided_status status = stage_call(s);
    if (status == STRIDED_OK) return;
    stage_print(s);
    fail_msg("%s: %s: %s", s->t->name, strided_status_name(status), strided_error());
}

void stage_check_inputs(const struct stage *s)
{
    for (int i = s->t->outs; i < s->t->outs + s->t->ins; i++) {
        if (s->operand[i] == NULL || operand_untouched(s->operand[i])) continue;
        stage_print(s);
        fail_msg("%s: input %d was written to", s->t->name, i - s->t->outs);
    }
}

void stage_check_gaps(const struct stage *s)
{
    for (int i = 0; i < s->t->outs; i++) {
        if (s->operand[i] == NULL || operand_gaps_kept(s->operand[i])) continue;
        stage_print(s);
        fail_msg("%s: output %d: written outside the view", s->t->name, i);
    }
}

void stage_check_untouched(const struct stage *s, const char *what)
{
    for (int i = 0; i < s->t->outs; i++) {
        if (s->operand[i] == NULL || operand_untouched(s->operand[i])) continue;
        stage_print(s);
        fail_msg("%s: %s: refused, but output %d was written to", s->t->name, what, i);
    }
    stage_check_inputs(s);
}
