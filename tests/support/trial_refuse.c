/*
 * trial_refuse.c - what every operator refuses: each operand absent, without data, of another shape, read-only, overlapping
 * itself or another. Nothing is written, and one line says why.
 */
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "cmocka_compat.h"
#include "stage.h"

/* One line, and it is of this failure: it begins with a function's name. */
static void check_message(const struct stage *s, strided_status status, const char *what)
{
    const char *line = strided_error();
    size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz_0123456789");
    if (strided_error_status() != status)
        fail_msg("%s: %s: the status kept is %s", s->t->name, what, strided_status_name(strided_error_status()));
    if (name == 0 || line[name] != ':' || strchr(line, '\n') != NULL) fail_msg("%s: %s: the line is \"%s\"", s->t->name, what, line);
}

static void expect(struct stage *s, strided_status want_status, const char *what, int operand)
{
    (void)strided_error(); /* what failed before this is no part of it */
    strided_status status = stage_call(s);
    if (status != want_status) {
        stage_print(s);
        fail_msg("%s: %s (operand %d): %s (%s), wanted %s", s->t->name, what, operand, strided_status_name(status),
                 status ? strided_error() : "", strided_status_name(want_status));
    }
    check_message(s, want_status, what);
    stage_check_untouched(s, what);
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
    stage_pass(s);
    strided_release(x);
}

static void refuse_null(struct stage *s, int i)
{
    const struct trial_operand *d = trial_described(s->t, i);
    if (!d->optional) expect_with(s, i, NULL, STRIDED_ERR_NULL, "NULL");
    if (s->operand[i]->count == 0) return;
    expect_with(s, i, strided_wrap(NULL, NULL, d->dtype, d->ndim, d->shape, NULL), STRIDED_ERR_NULL, "a geometry only");
}

static void refuse_shape(struct stage *s, int i)
{
    const struct trial_operand *d = trial_described(s->t, i);
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

/* One axis more, of extent 1, in front. */
static void refuse_rank(struct stage *s, int i)
{
    const struct trial_operand *d = trial_described(s->t, i);
    int64_t shape[STRIDED_MAX_NDIM] = { 1 };
    if (d->loose || d->any_rank || d->ndim == STRIDED_MAX_NDIM || (s->t->elementwise && i < s->t->outs)) return; /* inputs broadcast */
    memcpy(shape + 1, d->shape, (size_t)d->ndim * sizeof *shape);
    expect_with(s, i, strided_wrap(NULL, s->operand[i]->memory->data, d->dtype, d->ndim + 1, shape, NULL), STRIDED_ERR_SHAPE,
                "another rank");
}

static void refuse_read_only(struct stage *s, int i)
{
    const struct trial_operand *d = trial_described(s->t, i);
    const struct operand *o = s->operand[i];
    expect_with(s, i, strided_wrap_const(NULL, o->memory->data, d->dtype, d->ndim, d->shape, NULL),
                STRIDED_ERR_READ_ONLY, "a read-only destination");
}

static void refuse_self_overlap(struct stage *s, int i)
{
    const struct trial_operand *d = trial_described(s->t, i);
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
    const struct trial_operand *to = trial_described(t, i), *from = trial_described(t, j);
    stage_set_up(&s, t, &(struct mix){0}, NULL, NULL);
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
    stage_tear_down(&s);
}

void trial_refuse(const struct trial *t)
{
    struct stage s;
    if (!again_has(t)) return;
    stage_set_up(&s, t, &(struct mix){0}, NULL, NULL);
    for (int i = 0; i < t->outs + t->ins; i++) {
        if (s.operand[i] == NULL) continue;
        refuse_null(&s, i);
        refuse_shape(&s, i);
        refuse_rank(&s, i);
        if (i >= t->outs) continue;
        refuse_read_only(&s, i);
        if (!trial_described(t, i)->may_meet) refuse_self_overlap(&s, i);
    }
    stage_tear_down(&s);
    for (int i = 0; i < t->outs; i++)
        for (int j = i + 1; j < t->outs + t->ins; j++)
            if (!t->out[i].absent && !trial_described(t, j)->absent) refuse_shared(t, i, j);
}

void trial_refused(const struct trial *t, strided_status want_status)
{
    struct stage s;
    if (!again_has(t)) return;
    stage_set_up(&s, t, &(struct mix){0}, NULL, NULL);
    expect(&s, want_status, "refused", -1);
    stage_tear_down(&s);
}
