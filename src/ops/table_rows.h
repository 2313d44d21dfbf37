/*
 * table_rows.h - the rows of an operator's table: one axis of the nest with its strides in dst, a and b.
 *
 *     keep_row(w, rows,    y, a, 0);
 *     keep_row(w, columns, y, 0, b);
 *     fold_row(w, inner,      a, b);
 */
#ifndef STRIDED_SRC_TABLE_ROWS_H
#define STRIDED_SRC_TABLE_ROWS_H

#include "../nest/nest.h"
#include "../tensor/tensor.h"

/* The stride of an axis, negative axes from the end; 0 where it cannot matter and may be anything: extent 1, no element. */
static inline int64_t axis_stride(const strided_tensor *x, int axis)
{
    int a = axis < 0 ? axis + x->ndim : axis;
    return x->count == 0 || x->shape[a] == 1 ? 0 : x->strides[a];
}

static inline int keep_row(struct work *w, int64_t len, int64_t dst, int64_t a, int64_t b)
{
    int axis = strided__work_keep(w, len);
    strided__work_stride(w, axis, NEST_DST, dst);
    strided__work_stride(w, axis, NEST_A, a);
    strided__work_stride(w, axis, NEST_B, b);
    return axis;
}

static inline int fold_row(struct work *w, int64_t len, int64_t a, int64_t b)
{
    int axis = strided__work_fold(w, len);
    strided__work_stride(w, axis, NEST_A, a);
    strided__work_stride(w, axis, NEST_B, b);
    return axis;
}

/* The operand begins so many elements further on. */
static inline void advance(struct work *w, int operand, int64_t elements)
{
    if (w->data[operand])
        w->data[operand] = (char *)w->data[operand] + elements * (int64_t)strided_dtype_size(w->dtype[operand]);
}

#endif
