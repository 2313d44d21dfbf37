/*
 * trial.c - see trial.h.
 */
#define _POSIX_C_SOURCE 200809L
#include "trial.h"

#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_compat.h"
#include "compare.h"
#include "oom.h"
#include "operand.h"

enum { OPERANDS = TRIAL_OUTS + TRIAL_INS };

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

/* ---- contexts ----------------------------------------------------------------------------------- */

enum { UNFUSED = 2 }; /* the context without fused multiply-add */

/* An executor that takes the last task first. */
static void backwards(void *user, int64_t count, strided_task *task, void *job)
{
    (void)user;
    for (int64_t i = count - 1; i >= 0; i--) task(job, i, (int)(i % 2));
}

static const strided_config configs[TRIAL_CONTEXTS] = {
    { .threads = 0 }, { .threads = 3 }, [UNFUSED] = { .isa = "scalar" }, { .isa = "avx2" },
    { .executor = { .workers = 2, .run = backwards } }
};
static strided_context *contexts[TRIAL_CONTEXTS];

/* An instruction set that this build or machine lacks gives the default. */
strided_context *trial_context(int i)
{
    if (i > 0 && contexts[i] == NULL) contexts[i] = strided_context_new(&configs[i]);
    return contexts[i];
}

void trial_end(void)
{
    for (int i = 1; i < TRIAL_CONTEXTS; i++) {
        strided_context_release(contexts[i]);
        contexts[i] = NULL;
    }
}

/* ---- one call ----------------------------------------------------------------------------------- */

/* A layout and a side for each operand: outputs first. */
struct mix { int layout[OPERANDS]; enum guard_side side[OPERANDS]; int context; };

struct stage {
    const struct trial *t;
    struct mix          mix;
    struct operand     *operand[OPERANDS]; /* NULL: absent */
    strided_tensor     *out[TRIAL_OUTS];   /* what is passed: the operands' tensors unless a refusal changes them */
    const strided_tensor *in[TRIAL_INS];
};

static const struct trial_operand *described(const struct trial *t, int i)
{
    return i < t->outs ? &t->out[i] : &t->in[i - t->outs];
}

static enum layout_role role_of(const struct trial *t, int i)
{
    return i < t->outs ? LAYOUT_OUTPUT : LAYOUT_INPUT;
}

static void pass(struct stage *s)
{
    for (int i = 0; i < s->t->outs; i++) s->out[i] = s->operand[i] ? s->operand[i]->tensor : NULL;
    for (int i = 0; i < s->t->ins; i++) {
        const struct operand *o = s->operand[s->t->outs + i];
        s->in[i] = o ? o->tensor : NULL;
    }
}

/* values: what the inputs say, NULL = the trial's. 0 if a layout does not apply. */
static int set_up(struct stage *s, const struct trial *t, const struct mix *m, strided_context *ctx,
                  struct array *const *values)
{
    memset(s, 0, sizeof *s);
    s->t = t;
    s->mix = *m;
    for (int i = 0; i < t->outs + t->ins; i++) {
        const struct trial_operand *d = described(t, i);
        if (d->absent) continue;
        const struct array *v = values && i >= t->outs ? values[i] : d->values;
        s->operand[i] = operand_new(ctx, m->layout[i], role_of(t, i), m->side[i], d->dtype, d->ndim, d->shape, v);
        if (s->operand[i] == NULL) return 0;
    }
    pass(s);
    return 1;
}

static void tear_down(struct stage *s)
{
    for (int i = 0; i < OPERANDS; i++) operand_free(s->operand[i]);
}

static void print_stage(const struct stage *s)
{
    char text[500];
    print_error("%s (seed %" PRIu64 ", context %d)\n", s->t->name, s->t->seed, s->mix.context);
    for (int i = 0; i < s->t->outs + s->t->ins; i++)
        print_error("    %s %d: %s\n", i < s->t->outs ? "out" : "in", i < s->t->outs ? i : i - s->t->outs,
                    s->operand[i] ? operand_text(s->operand[i], text, sizeof text) : "NULL");
}

static const struct stage *under_test;
static struct sigaction   usual_fault;

/* A guard page was touched: says in which case, and lets the fault happen again for cmocka. */
static void fault(int sig)
{
    print_stage(under_test);
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

static strided_status call(const struct stage *s)
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

static void check_inputs(const struct stage *s)
{
    for (int i = s->t->outs; i < s->t->outs + s->t->ins; i++) {
        if (s->operand[i] == NULL || operand_untouched(s->operand[i])) continue;
        print_stage(s);
        fail_msg("%s: input %d was written to", s->t->name, i - s->t->outs);
    }
}

static void check_gaps(const struct stage *s)
{
    for (int i = 0; i < s->t->outs; i++) {
        if (s->operand[i] == NULL || operand_gaps_kept(s->operand[i])) continue;
        print_stage(s);
        fail_msg("%s: output %d: written outside the view", s->t->name, i);
    }
}

static void check_untouched(const struct stage *s, const char *what)
{
    for (int i = 0; i < s->t->outs; i++) {
        if (s->operand[i] == NULL || operand_untouched(s->operand[i])) continue;
        print_stage(s);
        fail_msg("%s: %s: refused, but output %d was written to", s->t->name, what, i);
    }
    check_inputs(s);
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
        print_stage(s);
        fail_msg("%s: output %d, element %" PRId64 " (row-major) is %.17g, wanted %.17g", s->t->name, i, bad, got->v[bad],
                 number_stored(dtype, w->value[i]->v[bad], s->t->store));
    }
}

/* ---- bits --------------------------------------------------------------------------------------- */

struct bits { unsigned char *out[TRIAL_OUTS]; };

static void take_bits(struct bits *b, const struct stage *s)
{
    for (int i = 0; i < TRIAL_OUTS; i++)
        b->out[i] = i < s->t->outs && s->operand[i] ? operand_bytes(s->operand[i]) : NULL;
}

static void free_bits(struct bits *b)
{
    for (int i = 0; i < TRIAL_OUTS; i++) free(b->out[i]);
}

/* Which of two NaN survives an addition is the machine's business: they count as the same bits. */
static int same_element(strided_dtype dtype, const unsigned char *a, const unsigned char *b)
{
    return memcmp(a, b, number_size(dtype)) == 0 || (isnan(number_read(dtype, a)) && isnan(number_read(dtype, b)));
}

static void check_bits(const struct stage *s, const struct bits *base)
{
    for (int i = 0; i < s->t->outs; i++) {
        const struct operand *o = s->operand[i];
        if (o == NULL) continue;
        size_t size = number_size(o->dtype), count = (size_t)o->count, at = 0;
        unsigned char *now = operand_bytes(o);
        while (at < count && same_element(o->dtype, now + at * size, base->out[i] + at * size)) at++;
        free(now);
        if (at == count) continue;
        print_stage(s);
        fail_msg("%s: output %d, element %zu (row-major): other bits than with everything contiguous, one thread",
                 s->t->name, i, at);
    }
}

static void succeed(const struct stage *s)
{
    strided_status status = call(s);
    if (status == STRIDED_OK) return;
    print_stage(s);
    fail_msg("%s: %s: %s", s->t->name, strided_status_name(status), strided_error());
}

/* The bits of these values with everything contiguous; values NULL: the trial's. */
static void base_bits(struct bits *b, const struct trial *t, int context, struct array *const *values)
{
    struct stage s;
    struct mix plain = { .context = context };
    set_up(&s, t, &plain, trial_context(context), values);
    succeed(&s);
    take_bits(b, &s);
    tear_down(&s);
}

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
    if (!set_up(&s, t, m, trial_context(m->context), NULL)) {
        tear_down(&s);
        return;
    }
    int other = meets(&s), unfused = t->fused && m->context == UNFUSED;
    if (other) want(&w, &s);
    if (other || unfused) base_bits(&own, t, unfused ? UNFUSED : 0, other ? w.value : NULL);
    succeed(&s);
    check_inputs(&s);
    check_gaps(&s);
    check_values(&s, other ? &w : usual);
    check_bits(&s, other || unfused ? &own : base);
    if (other || unfused) free_bits(&own);
    tear_down(&s);
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
                if (!described(t, i)->absent) try_mix(t, &m, base, w);
            }
}

static void mixed(const struct trial *t, const struct bits *base, const struct wanted *w)
{
    struct rng r = rng_seed(t->seed);
    for (int n = 0; n < t->mixes; n++) {
        struct mix m = { .context = n % TRIAL_CONTEXTS };
        for (int i = 0; i < t->outs + t->ins; i++) {
            struct place place;
            const struct trial_operand *d = described(t, i);
            m.side[i] = (enum guard_side)rng_between(&r, 0, 1);
            do m.layout[i] = (int)rng_between(&r, 0, LAYOUTS - 1);
            while (!layout_place(m.layout[i], role_of(t, i), d->ndim, d->shape, &place));
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
    set_up(&s, t, &(struct mix){0}, NULL, NULL);
    want(&w, &s);
    tear_down(&s);
    base_bits(&base, t, 0, NULL);
    everywhere(t, &base, &w);
    if (also_alone) alone(t, &base, &w);
    mixed(t, &base, &w);
    free_bits(&base);
}

void trial_run(const struct trial *t)   { run(t, 1); }
void trial_mixed(const struct trial *t) { run(t, 0); }

/* ---- refusals ----------------------------------------------------------------------------------- */

/* One line, and it is of this failure. (A NULL handle keeps the line of the call that gave it.) */
static void check_message(const struct stage *s, strided_status status, const char *what)
{
    const char *line = strided_error();
    if (status == STRIDED_ERR_NULL) return;
    if (strided_error_status() != status)
        fail_msg("%s: %s: the status kept is %s", s->t->name, what, strided_status_name(strided_error_status()));
    if (strchr(line, ':') == NULL || strchr(line, '\n') != NULL) fail_msg("%s: %s: the line is \"%s\"", s->t->name, what, line);
}

static void expect(struct stage *s, strided_status want_status, const char *what, int operand)
{
    strided_status status = call(s);
    if (status != want_status) {
        print_stage(s);
        fail_msg("%s: %s (operand %d): %s (%s), wanted %s", s->t->name, what, operand, strided_status_name(status),
                 status ? strided_error() : "", strided_status_name(want_status));
    }
    check_message(s, want_status, what);
    check_untouched(s, what);
}

static void put(struct stage *s, int i, strided_tensor *x)
{
    if (i < s->t->outs) s->out[i] = x;
    else s->in[i - s->t->outs] = x;
}

/* Operand i replaced by x (released), everything else as it should be. */
static void expect_with(struct stage *s, int i, strided_tensor *x, strided_status want_status, const char *what)
{
    if (x == NULL && want_status != STRIDED_ERR_NULL) fail_msg("%s: %s: %s", s->t->name, what, strided_error());
    put(s, i, x);
    expect(s, want_status, what, i);
    pass(s);
    strided_release(x);
}

static void refuse_null(struct stage *s, int i)
{
    const struct trial_operand *d = described(s->t, i);
    if (!d->optional) expect_with(s, i, NULL, STRIDED_ERR_NULL, "NULL");
    if (s->operand[i]->count == 0) return;
    expect_with(s, i, strided_wrap(NULL, NULL, d->dtype, d->ndim, d->shape, NULL), STRIDED_ERR_NULL, "a geometry only");
}

static void refuse_shape(struct stage *s, int i)
{
    const struct trial_operand *d = described(s->t, i);
    int64_t shape[STRIDED_MAX_NDIM + 1];
    if (d->loose) return;
    for (int a = 0; a < d->ndim; a++) {
        if (s->t->elementwise && i < s->t->outs && d->shape[a] == 1) continue; /* inputs broadcast */
        memcpy(shape, d->shape, sizeof d->shape);
        shape[a] += d->shape[a] < 2 ? 2 : 1;
        struct guard *g = guard_new((size_t)shape_count(d->ndim, shape) * number_size(d->dtype), GUARD_AFTER);
        memset(g->data, 0, g->bytes);
        expect_with(s, i, strided_wrap(NULL, g->data, d->dtype, d->ndim, shape, NULL), STRIDED_ERR_SHAPE, "a larger extent");
        guard_free(g);
    }
}

static void refuse_read_only(struct stage *s, int i)
{
    const struct trial_operand *d = described(s->t, i);
    const struct operand *o = s->operand[i];
    expect_with(s, i, strided_wrap_const(NULL, o->memory->data, d->dtype, d->ndim, d->shape, NULL),
                STRIDED_ERR_READ_ONLY, "a read-only destination");
}

static void refuse_self_overlap(struct stage *s, int i)
{
    const struct trial_operand *d = described(s->t, i);
    const struct operand *o = s->operand[i];
    for (int a = 0; a < d->ndim; a++) {
        int64_t strides[STRIDED_MAX_NDIM];
        if (d->shape[a] < 2 || o->count == 0) continue;
        memcpy(strides, o->place.strides, sizeof strides);
        strides[a] = 0;
        expect_with(s, i, strided_wrap(NULL, o->memory->data, d->dtype, d->ndim, d->shape, strides),
                    STRIDED_ERR_OVERLAP, "a destination that overlaps itself");
    }
}

/* Operand j (an input, or another output) begins where the last element of output i lies. */
static void refuse_shared(const struct trial *t, int i, int j)
{
    struct stage s;
    const struct trial_operand *to = described(t, i), *from = described(t, j);
    set_up(&s, t, &(struct mix){0}, NULL, NULL);
    struct operand *out = s.operand[i], *in = s.operand[j];
    int same = t->elementwise && out->count == 1 && in->count == 1 && to->dtype == from->dtype;
    if (out->count > 0 && in->count > 0 && !same) {
        size_t size = number_size(from->dtype), start = (out->memory->bytes - 1) / size * size;
        struct guard *g = guard_new(start + in->memory->bytes + 16, GUARD_BEFORE);
        memset(g->data, 0, g->bytes);
        memcpy(g->data, out->memory->data, out->memory->bytes);
        memcpy(g->data + start, in->memory->data, in->memory->bytes);
        unsigned char *before = malloc(g->bytes);
        assert_non_null(before);
        memcpy(before, g->data, g->bytes);
        strided_tensor *y = strided_wrap(NULL, g->data, to->dtype, to->ndim, to->shape, NULL);
        strided_tensor *x = strided_wrap(NULL, g->data + start, from->dtype, from->ndim, from->shape, NULL);
        assert_non_null(y);
        assert_non_null(x);
        put(&s, i, y);
        put(&s, j, x);
        expect(&s, STRIDED_ERR_OVERLAP, "an operand that shares an element with the destination", j);
        if (memcmp(before, g->data, g->bytes) != 0) fail_msg("%s: refused an overlap, but wrote", t->name);
        strided_release(x);
        strided_release(y);
        free(before);
        guard_free(g);
    }
    tear_down(&s);
}

void trial_refuse(const struct trial *t)
{
    struct stage s;
    set_up(&s, t, &(struct mix){0}, NULL, NULL);
    for (int i = 0; i < t->outs + t->ins; i++) {
        if (s.operand[i] == NULL) continue;
        refuse_null(&s, i);
        refuse_shape(&s, i);
        if (i >= t->outs) continue;
        refuse_read_only(&s, i);
        if (!described(t, i)->may_meet) refuse_self_overlap(&s, i);
    }
    tear_down(&s);
    for (int i = 0; i < t->outs; i++)
        for (int j = i + 1; j < t->outs + t->ins; j++)
            if (!t->out[i].absent && !described(t, j)->absent) refuse_shared(t, i, j);
}

void trial_refused(const struct trial *t, strided_status want_status)
{
    struct stage s;
    set_up(&s, t, &(struct mix){0}, NULL, NULL);
    expect(&s, want_status, "refused", -1);
    tear_down(&s);
}

/* ---- memory ------------------------------------------------------------------------------------- */

/* 0 once it has succeeded. */
static int fail_nth(const struct trial *t, const struct mix *m, struct oom *o, int64_t nth, const struct bits *base)
{
    struct stage s;
    set_up(&s, t, m, o->ctx, NULL);
    int64_t blocks = o->blocks;
    oom_arm(o, nth);
    strided_status status = call(&s);
    int failed = o->failed;
    oom_arm(o, 0);
    if (o->blocks != blocks) fail_msg("%s: allocation %" PRId64 " fails: leaks", t->name, nth);
    if (status != STRIDED_OK && !(failed && status == STRIDED_ERR_NO_MEMORY))
        fail_msg("%s: allocation %" PRId64 " fails: %s", t->name, nth, strided_error());
    if (status != STRIDED_OK) check_untouched(&s, "out of memory");
    else check_bits(&s, base); /* memory that only makes it faster may fail */
    tear_down(&s);
    return failed;
}

void trial_oom(const struct trial *t)
{
    static const int layouts[] = { LAYOUT_CONTIGUOUS, 1, 7, 8 };
    struct bits base;
    base_bits(&base, t, 0, NULL);
    struct oom *o = oom_new();
    for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
        struct mix m = {0};
        struct place place;
        for (int i = 0; i < t->outs + t->ins; i++) {
            const struct trial_operand *d = described(t, i);
            if (layout_place(layouts[k], role_of(t, i), d->ndim, d->shape, &place)) m.layout[i] = layouts[k];
        }
        for (int64_t nth = 1; fail_nth(t, &m, o, nth, &base); nth++) continue;
    }
    oom_free(o);
    free_bits(&base);
}

void trial_all(const struct trial *t)
{
    trial_run(t);
    trial_refuse(t);
    trial_oom(t);
}
