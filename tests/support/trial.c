/*
 * trial.c - see trial.h: describing a trial, and running it in every layout. What it refuses is trial_refuse.c's.
 */
#include "trial.h"

#include <inttypes.h>
#include <string.h>

#include "again.h"
#include "bits.h"
#include "cmocka_compat.h"
#include "compare.h"

/* ---- describing a trial ------------------------------------------------------------------------- */

struct trial trial_new(const char *name, trial_call *call, trial_reference *reference, const void *params)
{
    return (struct trial){ .name = name, .call = call, .reference = reference, .params = params,
                           .store = STORE_ROUND, .mixes = 24, .seed = 1 };
}

static struct trial_operand *describe(struct trial_operand *o, strided_dtype dtype, int ndim, const int64_t *shape,
                                      const struct array *values)
{
    *o = (struct trial_operand){ .dtype = dtype, .ndim = ndim, .values = values };
    for (int a = 0; a < ndim; a++) o->shape[a] = shape[a];
    return o;
}

struct trial_operand *trial_out(struct trial *t, strided_dtype dtype, int ndim, const int64_t *shape)
{
    return describe(&t->out[t->outs++], dtype, ndim, shape, NULL);
}

struct trial_operand *trial_inout(struct trial *t, strided_dtype dtype, const struct array *values)
{
    return describe(&t->out[t->outs++], dtype, values->ndim, values->shape, values);
}

struct trial_operand *trial_in(struct trial *t, strided_dtype dtype, const struct array *values)
{
    return describe(&t->in[t->ins++], dtype, values->ndim, values->shape, values);
}

void trial_no_out(struct trial *t)
{
    t->out[t->outs++] = (struct trial_operand){ .absent = 1, .optional = 1 };
}

void trial_no_in(struct trial *t)
{
    t->in[t->ins++] = (struct trial_operand){ .absent = 1, .optional = 1 };
}

void trial_store_by_inputs(struct trial *t)
{
    t->store = STORE_WRAP;
    for (int i = 0; i < t->ins; i++)
        if (!t->in[i].absent && number_is_float(t->in[i].dtype)) t->store = STORE_ROUND;
}

/* ---- values ------------------------------------------------------------------------------------- */

struct wanted { struct array *value[OPERANDS]; /* outputs after, inputs as they are */ };

static struct array *initial(const struct trial_operand *d, const struct operand *o)
{
    return d->values ? operand_read(o) : array_new(d->ndim, d->shape);
}

static void want(struct wanted *w, const struct stage *s)
{
    const struct trial *t = s->t;
    const struct array *in[TRIAL_INS] = {0};
    memset(w, 0, sizeof *w);
    for (int i = 0; i < t->outs + t->ins; i++) {
        if (s->operand[i] == NULL) continue;
        w->value[i] = i < t->outs ? initial(&t->out[i], s->operand[i]) : operand_read(s->operand[i]);
        if (i >= t->outs) in[i - t->outs] = w->value[i];
    }
    t->reference(w->value, in, t->params);
}

static void check_values(const struct stage *s, const struct wanted *w)
{
    for (int i = 0; i < s->t->outs; i++) {
        if (s->operand[i] == NULL) continue;
        struct array *got = operand_read(s->operand[i]);
        strided_dtype dtype = s->operand[i]->dtype;
        int64_t bad = compare_arrays(got, w->value[i], dtype, s->t->store, s->t->ulp, s->t->absolute);
        if (bad < 0) continue;
        stage_print(s);
        fail_msg("%s: output %d, element %" PRId64 " (row-major) is %.17g, wanted %.17g", s->t->name, i, bad, got->v[bad],
                 number_stored(dtype, w->value[i]->v[bad], s->t->store));
    }
}

/* ---- one mix -------------------------------------------------------------------------------------- */

/* Elements meet in some input, so that it does not say what the trial does. */
static int meets(const struct stage *s)
{
    for (int i = s->t->outs; i < s->t->outs + s->t->ins; i++)
        if (s->operand[i] && strided_is_overlapping(s->operand[i]->tensor)) return 1;
    return 0;
}

static void try_mix(const struct trial *t, const struct mix *m, const struct bits *base, const struct wanted *usual)
{
    struct stage s;
    struct wanted w;
    struct bits own;
    if (!stage_set_up(&s, t, m, trial_context(m->context), NULL) || !again_is(&s)) {
        stage_tear_down(&s);
        return;
    }
    int other = meets(&s), unfused = t->fused && m->context == STAGE_UNFUSED;
    if (other) want(&w, &s);
    if (other || unfused) bits_base(&own, t, unfused ? STAGE_UNFUSED : 0, other ? w.value : NULL);
    stage_succeed(&s);
    stage_check_inputs(&s);
    stage_check_gaps(&s);
    check_values(&s, other ? &w : usual);
    bits_check(&s, other || unfused ? &own : base);
    if (other || unfused) bits_free(&own);
    stage_tear_down(&s);
}

/* ---- all of them -------------------------------------------------------------------------------- */

static void alone(const struct trial *t, const struct bits *base, const struct wanted *w)
{
    for (int i = 0; i < t->outs + t->ins; i++)
        for (int layout = 0; layout < LAYOUTS; layout++)
            for (int side = 0; side < 2; side++) {
                struct mix m = {0};
                m.layout[i] = layout;
                m.side[i] = (enum guard_side)side;
                if (!trial_described(t, i)->absent) try_mix(t, &m, base, w);
            }
}

static void mixed(const struct trial *t, const struct bits *base, const struct wanted *w)
{
    struct rng r = rng_seed(t->seed);
    for (int n = 0; n < t->mixes; n++) {
        struct mix m = { .context = n % TRIAL_CONTEXTS };
        for (int i = 0; i < t->outs + t->ins; i++) {
            struct place place;
            const struct trial_operand *d = trial_described(t, i);
            m.side[i] = (enum guard_side)rng_between(&r, 0, 1);
            do m.layout[i] = (int)rng_between(&r, 0, LAYOUTS - 1);
            while (!layout_place(m.layout[i], trial_role(t, i), d->ndim, d->shape, &place));
        }
        try_mix(t, &m, base, w);
    }
}

static void everywhere(const struct trial *t, const struct bits *base, const struct wanted *w)
{
    for (int c = 0; c < TRIAL_CONTEXTS; c++) try_mix(t, &(struct mix){ .context = c }, base, w);
}

static void run(const struct trial *t, int also_alone)
{
    struct stage s;
    struct wanted w;
    struct bits base;
    if (!again_has(t)) return;
    stage_set_up(&s, t, &(struct mix){0}, NULL, NULL);
    want(&w, &s);
    stage_tear_down(&s);
    bits_base(&base, t, 0, NULL);
    everywhere(t, &base, &w);
    if (also_alone) alone(t, &base, &w);
    mixed(t, &base, &w);
    bits_free(&base);
}

void trial_run(const struct trial *t)   { run(t, 1); }
void trial_mixed(const struct trial *t) { run(t, 0); }

void trial_all(const struct trial *t)
{
    trial_run(t);
    trial_refuse(t);
    trial_oom(t);
}
