/*
 * axis_set.c - see axis_set.h.
 */
#include "axis_set.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../view/axes.h"

strided_status strided__axis_set(const char *who, struct axis_set *set, const strided_tensor *x, int naxes, const int64_t *axes)
{
    int place[STRIDED_MAX_NDIM];
    *set = (struct axis_set){ .ndim = x->ndim, .count = 1 };
    if (axes && !strided__axes_list(who, x->ndim, naxes, axes, place)) return strided__failed();
    for (int a = 0; !axes && a < x->ndim; a++) set->chosen[a] = 1;
    for (int i = 0; axes && i < naxes; i++) set->chosen[place[i]] = 1;
    for (int a = 0; a < x->ndim; a++)
        if (!set->chosen[a]) set->kept++;
        else if (!mul_size(&set->count, set->count, x->shape[a])) set->count = INT64_MAX; /* some other extent is 0 */
    return STRIDED_OK;
}

int strided__axis_set_left(const struct axis_set *set, const strided_tensor *x, int keepdims, int64_t shape[STRIDED_MAX_NDIM])
{
    int n = 0;
    for (int a = 0; a < set->ndim; a++)
        if (!set->chosen[a]) shape[n++] = x->shape[a];
        else if (keepdims) shape[n++] = 1;
    return n;
}

void strided__axis_set_operand(struct work *w, const struct axis_set *set, int operand, const strided_tensor *x)
{
    int dropped = x->ndim != set->ndim;
    strided__work_operand(w, operand, x);
    for (int a = 0, i = 0; a < set->ndim; a++)
        if (!set->chosen[a]) {
            strided__work_stride(w, i, operand, axis_stride(x, dropped ? i : a));
            i++;
        }
}

void strided__axis_set_rows(struct work *w, const struct axis_set *set, const strided_tensor *dst, int dst_operand,
                        const strided_tensor *x)
{
    for (int a = 0; a < set->ndim; a++)
        if (!set->chosen[a]) keep_row(w, x->shape[a], 0, 0, 0);
    for (int a = 0; a < set->ndim; a++)
        if (set->chosen[a]) fold_row(w, x->shape[a], axis_stride(x, a), 0);
    strided__axis_set_operand(w, set, NEST_A, x);
    strided__axis_set_operand(w, set, dst_operand, dst);
}
