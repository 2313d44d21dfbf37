/*
 * window_whole.c - sums of whole numbers by windows of floats: a float holds every whole number up to 2^24, and so every sum of products whose
 * magnitudes add up to no more is exact, in any order. What becomes of the sums, and their dtype, is the integers' matter again (stage.c).
 */
#include "window_plan.h"
#include "../base/checked.h"

/* The largest magnitude of what is so much less than this; 0: it may be too large to be of use. */
static double most_of(strided_dtype t, int64_t less)
{
    static const struct { strided_dtype t; double lo, hi; } small[] = { { STRIDED_U8, 0, UINT8_MAX },          { STRIDED_I8, INT8_MIN, INT8_MAX },
                                                                        { STRIDED_U16, 0, UINT16_MAX },        { STRIDED_I16, INT16_MIN, INT16_MAX },
                                                                        { STRIDED_BOOL, 0, 1 } };
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (small[i].t == t) return fmax(small[i].hi - (double)less, (double)less - small[i].lo);
    return 0;
}

/* The largest magnitude of b along an axis and those inside of it. */
static double most_at(const struct work *w, int axis, const char *b)
{
    const int64_t step = axis < w->nest.keep + w->nest.fold ? w->nest.axis[axis].stride[NEST_B] * (int64_t)strided_dtype_size(w->dtype[NEST_B]) : 0;
    double most = 0;
    if (axis == w->nest.keep + w->nest.fold) return fabs((double)strided__load_int(w->dtype[NEST_B], b));
    for (int64_t i = 0; i < (step ? w->nest.axis[axis].len : 1); i++) most = fmax(most, most_at(w, axis + 1, b + i * step));
    return most;
}

/* Of all of b, if there is no more of it than it is worth to look at. */
static double most_of_b(const struct work *w)
{
    enum { LOOKED_AT = 1 << 12 };
    const double most = most_of(w->dtype[NEST_B], 0);
    int64_t all = 1;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len == 0 || !mul_size(&all, all, a->stride[NEST_B] ? a->len : 1)) return INFINITY;
    }
    return most == 0 ? INFINITY : all > LOOKED_AT || !w->data[NEST_B] ? most : most_at(w, 0, w->data[NEST_B]);
}

double strided__windows_as_floats(struct work *floats, const struct work *w)
{
    enum { EXACT = 1 << 24 };
    const double of_a = most_of(w->dtype[NEST_A], w->a_zero);
    if (w->kind != WORK_CONTRACT || w->compute != COMPUTE_I32 || of_a == 0) return 0;
    if (w->dtype[NEST_DST] == STRIDED_F32 && !epilogue_is_trivial(w)) return 0; /* it would be left to floats, in place */
    const double most = work_terms(w) * of_a * fmax(1, most_of_b(w));
    if (most > EXACT) return 0;
    strided__work_copy(floats, w);
    floats->compute = COMPUTE_F32;
    floats->a_zero = 0;
    floats->dtype[NEST_C] = floats->dtype[NEST_D] = 0;
    floats->epilogue = (struct epilogue){ .alpha = 1 };
    return most;
}

/* Rounded and saturated they are what they were. */
static int holds(strided_dtype t, double most) { return t == STRIDED_I32 || (t == STRIDED_I16 && most <= INT16_MAX); }

void strided__windows_end_whole(struct window_plan *p, struct work *planned, const struct work *w, double most)
{
    p->whole = p->fits && !(epilogue_is_trivial(w) && holds(w->dtype[NEST_DST], most));
    planned->a_zero = w->a_zero;
    planned->dtype[NEST_C] = w->dtype[NEST_C];
    planned->dtype[NEST_D] = w->dtype[NEST_D];
    planned->epilogue = w->epilogue;
}
