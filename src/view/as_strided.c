/*
 * as_strided.c - the view that all others are. The checks are strided__view()'s.
 */
#include <strided/view.h>
#include "../tensor/tensor.h"
#include "../base/checked.h"
#include "../base/error.h"

strided_tensor *strided_as_strided(const strided_tensor *x, int ndim, const int64_t *shape, const int64_t *strides,
                                   int64_t offset)
{
    int64_t start;
    if (x && !add_size(&start, x->offset, offset)) {
        strided__fail(STRIDED_ERR_BOUNDS, "as_strided: offset %" PRId64 " from element %" PRId64
                      " does not fit in 64 bits", offset, x->offset);
        return NULL;
    }
    return strided__view("as_strided", x, x ? start : 0, ndim, shape, strides);
}
