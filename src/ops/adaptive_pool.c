/*
 * adaptive_pool.c - pooling to a given extent: position j of o takes the elements from floor(j n/o) up to ceil((j+1) n/o).
 */
#include "../base/error.h"
#include "pool.h"

strided_status strided_adaptive_pool(strided_tensor *y, strided_tensor *idx, const strided_tensor *x, strided_pool_kind kind,
                                     int nspatial)
{
    static const char who[] = "adaptive_pool";
    struct pool_table t;
    if (!y) return strided__fail_null(who, "y");
    if (!x) return strided__fail_null(who, "x");
    strided_status s = strided__adaptive_table(&t, who, "x", x, "y", y, kind, nspatial);
    if (!s) s = strided__pool_check_results(&t, y, idx, x);
    return s ? s : strided__pool_run(&t, y, idx, x);
}
