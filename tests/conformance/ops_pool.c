/*
 * ops_pool.c - pooling of every kind, its gradients, unpooling, resizing.
 */
#include "ops.h"

#include <string.h>

/* Window attributes have the same names as a convolution's. */
static strided_pool_params pool_params(const struct call *k, strided_pool_kind kind)
{
    strided_conv_params c = conv_params(k);
    strided_pool_params p = {
        .kind = kind, .ceil_mode = (int)attr_int(k->c, "ceil_mode", 0), .auto_pad = c.auto_pad,
        .count_include_pad = (int)attr_int(k->c, "count_include_pad", 0),
        .divisor = attr_text(k->c, "divisor") ? stated(attr_int(k->c, "divisor", 0)) : 0,
        .p = attr_text(k->c, "p") ? attr_real(k->c, "p", 2) : 0,
    };
    int n = attr_ints(k->c, "kernel", p.size, STRIDED_MAX_SPATIAL);
    for (int i = 0; i < n; i++)
        p.size[i] = stated(p.size[i]);
    memcpy(p.stride, c.stride, sizeof p.stride);
    memcpy(p.dilation, c.dilation, sizeof p.dilation);
    memcpy(p.pad, c.pad, sizeof p.pad);
    return p;
}

static strided_status planned(struct call *k, const strided_pool_params *p)
{
    strided_tensor *y = output(k, "y"), *x = input(k, "x");
    strided_plan *plan = strided_pool_plan(y, x, p);
    strided_status status = !plan ? strided_error_status() : strided_count(y) == 0 ? STRIDED_OK
        : strided_plan_run(plan, strided_data(y), strided_const_data(x), NULL);
    strided_plan_release(plan);
    return status;
}

static strided_status pool(struct call *k, strided_pool_kind kind)
{
    strided_pool_params p = pool_params(k, kind);
    if (k->variant == PLAN)
        return planned(k, &p);
    return strided_pool(output(k, "y"), output(k, "idx"), input(k, "x"), &p);
}

static strided_tensor *make(struct call *k, strided_pool_kind kind)
{
    strided_pool_params p = pool_params(k, kind);
    return strided_pool_empty(input(k, "x"), &p);
}

strided_status run_maxpool(struct call *k) { return pool(k, STRIDED_POOL_MAX); }
strided_status run_avgpool(struct call *k) { return pool(k, STRIDED_POOL_AVG); }
strided_status run_lppool(struct call *k)  { return pool(k, STRIDED_POOL_LP); }

strided_tensor *make_maxpool(struct call *k) { return make(k, STRIDED_POOL_MAX); }
strided_tensor *make_avgpool(struct call *k) { return make(k, STRIDED_POOL_AVG); }
strided_tensor *make_lppool(struct call *k)  { return make(k, STRIDED_POOL_LP); }

static int nd(const struct call *k) { return (int)attr_int(k->c, "nd", 0); }

/* From the indices if the case has them, else from x. */
strided_status run_maxpool_bwd(struct call *k)
{
    strided_pool_params p = pool_params(k, STRIDED_POOL_MAX);
    if (input(k, "idx"))
        return strided_pool_grad_indices(output(k, "gx"), input(k, "gy"), input(k, "idx"), nd(k));
    return strided_pool_grad(output(k, "gx"), input(k, "gy"), input(k, "x"), &p);
}

strided_status run_avgpool_bwd(struct call *k)
{
    strided_pool_params p = pool_params(k, STRIDED_POOL_AVG);
    return strided_pool_grad(output(k, "gx"), input(k, "gy"), NULL, &p);
}

strided_status run_lppool_bwd(struct call *k)
{
    strided_pool_params p = pool_params(k, STRIDED_POOL_LP);
    return strided_pool_grad(output(k, "gx"), input(k, "gy"), input(k, "x"), &p);
}

strided_status run_maxunpool(struct call *k)
{
    return strided_unpool(output(k, "y"), input(k, "x"), input(k, "idx"), nd(k));
}

strided_status run_adaptive_avgpool(struct call *k)
{
    return strided_adaptive_pool(output(k, "y"), NULL, input(k, "x"), STRIDED_POOL_AVG, nd(k));
}

strided_status run_adaptive_maxpool(struct call *k)
{
    return strided_adaptive_pool(output(k, "y"), output(k, "idx"), input(k, "x"), STRIDED_POOL_MAX, nd(k));
}

strided_status run_adaptive_avgpool_bwd(struct call *k)
{
    return strided_adaptive_pool_grad(output(k, "gx"), input(k, "gy"), NULL, STRIDED_POOL_AVG, nd(k));
}

strided_status run_adaptive_maxpool_bwd(struct call *k)
{
    if (input(k, "idx"))
        return strided_pool_grad_indices(output(k, "gx"), input(k, "gy"), input(k, "idx"), nd(k));
    return strided_adaptive_pool_grad(output(k, "gx"), input(k, "gy"), input(k, "x"), STRIDED_POOL_MAX, nd(k));
}

strided_status run_resize(struct call *k)
{
    const char *mode = attr_text(k->c, "mode");
    strided_resize_mode m = strcmp(mode, "nearest") == 0 ? STRIDED_RESIZE_NEAREST
        : attr_int(k->c, "align_corners", 0) ? STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS : STRIDED_RESIZE_BILINEAR;
    return strided_resize(output(k, "y"), input(k, "x"), m, nd(k));
}
