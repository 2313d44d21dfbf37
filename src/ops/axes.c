/*
 * axes.c - see axes.h.
 */
#include "axes.h"
#include "rows.h"
#include "../base/checked.h"
#include "../base/error.h"

static strided_status choose(const char *who, struct axes *set, int64_t axis)
{
    int64_t a = axis < 0 ? axis + set->ndim : axis;
    if (a < 0 || a >= set->ndim)
        return strided__fail(STRIDED_ERR_ARG, "%s: axis %" PRId64 " of a tensor with %d", who, axis, set->ndim);
    if (set->chosen[a]) return strided__fail(STRIDED_ERR_ARG, "%s: axis %" PRId64 " is named twice", who, a);
    set->chosen[a] = 1;
    return STRIDED_OK;
}

strided_status strided__axes(const char *who, struct axes *set, const strided_tensor *x, int naxes, const int64_t *axes)
{
    *set = (struct axes){ .ndim = x->ndim, .count = 1 };
    if (axes && naxes < 0) return strided__fail(STRIDED_ERR_ARG, "%s: %d axes", who, naxes);
    for (int a = 0; !axes && a < x->ndim; a++) set->chosen[a] = 1;
    for (int i = 0; axes && i < naxes; i++) {
        strided_status s = choose(who, set, axes[i]);
        if (s) return s;
    }
    for (int a = 0; a < x->ndim; a++)
        if (!set->chosen[a]) set->kept++;
        else if (!mul_size(&set->count, set->count, x->shape[a])) set->count = INT64_MAX; /* some other extent is 0 */
    return STRIDED_OK;
}

int strided__axes_left(const struct axes *set, const strided_tensor *x, int keepdims, int64_t shape[STRIDED_MAX_NDIM])
{
    int n = 0;
    for (int a = 0; a < set->ndim; a++)
        if (!set->chosen[a]) shape[n++] = x->shape[a];
        else if (keepdims) shape[n++] = 1;
    return n;
}

void strided__axes_operand(struct work *w, const struct axes *set, int operand, const strided_tensor *x)
{
    int dropped = x->ndim != set->ndim;
    strided__work_operand(w, operand, x);
    for (int a = 0, i = 0; a < set->ndim; a++)
        if (!set->chosen[a]) {
            strided__work_stride(w, i, operand, axis_stride(x, dropped ? i : a));
            i++;
        }
}

void strided__axes_rows(struct work *w, const struct axes *set, const strided_tensor *dst, int dst_operand,
                        const strided_tensor *x)
{
    for (int a = 0; a < set->ndim; a++)
        if (!set->chosen[a]) keep_row(w, x->shape[a], 0, 0, 0);
    for (int a = 0; a < set->ndim; a++)
        if (set->chosen[a]) fold_row(w, x->shape[a], axis_stride(x, a), 0);
    strided__axes_operand(w, set, NEST_A, x);
    strided__axes_operand(w, set, dst_operand, dst);
}
