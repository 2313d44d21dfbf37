/*
 * ops_conv.c - convolution, its gradients, transposed and causal convolution, unfold and fold.
 */
#include "ops.h"

#include <string.h>

static strided_auto_pad auto_pad_parse(const char *word)
{
    static const struct { const char *name; strided_auto_pad value; } rows[] = {
        {"same", STRIDED_AUTO_PAD_SAME}, {"same_upper", STRIDED_AUTO_PAD_SAME_UPPER},
        {"same_lower", STRIDED_AUTO_PAD_SAME_LOWER}, {"valid", STRIDED_AUTO_PAD_VALID},
    };
    for (size_t i = 0; word && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, word) == 0)
            return rows[i].value;
    return STRIDED_AUTO_PAD_EXPLICIT;
}

static void read_axes(const struct call *k, const char *key, int64_t *to)
{
    int n = attr_ints(k->c, key, to, STRIDED_MAX_SPATIAL);
    for (int i = 0; i < n; i++)
        to[i] = stated(to[i]);
}

strided_conv_params conv_params(const struct call *k)
{
    strided_conv_params p = {.groups = stated(attr_int(k->c, "groups", 1))};
    int64_t begin[STRIDED_MAX_SPATIAL] = {0}, end[STRIDED_MAX_SPATIAL] = {0};
    const char *mode = attr_text(k->c, "pad_mode");
    read_axes(k, "stride", p.stride);
    read_axes(k, "dilation", p.dilation);
    attr_ints(k->c, "output_padding", p.output_padding, STRIDED_MAX_SPATIAL);
    if (mode)
        pad_mode_parse(mode, &p.pad_mode);
    if (k->variant == AUTO_PAD) {
        p.auto_pad = auto_pad_parse(attr_text(k->c, "auto_pad"));
        return p;
    }
    attr_ints(k->c, "pad_begin", begin, STRIDED_MAX_SPATIAL);
    attr_ints(k->c, "pad_end", end, STRIDED_MAX_SPATIAL);
    for (int i = 0; i < STRIDED_MAX_SPATIAL; i++) {
        p.pad[i][0] = begin[i];
        p.pad[i][1] = end[i];
    }
    return p;
}

static strided_status planned(struct call *k, const strided_conv_params *p)
{
    strided_tensor *y = output(k, "y"), *x = input(k, "x");
    strided_plan *plan = strided_conv_plan(y, x, input(k, "w"), input(k, "b"), p);
    strided_status status = !plan ? strided_error_status() : strided_count(y) == 0 ? STRIDED_OK
        : strided_plan_run(plan, strided_data(y), strided_const_data(x), NULL);
    strided_plan_release(plan);
    return status;
}

strided_status run_conv(struct call *k)
{
    strided_conv_params p = conv_params(k);
    if (k->variant == PLAN)
        return planned(k, &p);
    return strided_conv(output(k, "y"), input(k, "x"), input(k, "w"), input(k, "b"), &p);
}

strided_tensor *make_conv(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_empty(input(k, "x"), input(k, "w"), &p);
}

strided_status run_conv_bwd_x(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_grad_input(output(k, "gx"), input(k, "gy"), input(k, "w"), &p);
}

strided_status run_conv_bwd_w(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_grad_weight(output(k, "gw"), input(k, "gy"), input(k, "x"), &p);
}

strided_status run_conv_bwd_b(struct call *k)
{
    return strided_conv_grad_bias(output(k, "gb"), input(k, "gy"));
}

strided_status run_conv_transpose(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_transpose(output(k, "y"), input(k, "x"), input(k, "w"), input(k, "b"), &p);
}

strided_tensor *make_conv_transpose(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_transpose_empty(input(k, "x"), input(k, "w"), &p);
}

strided_status run_conv_transpose_bwd_x(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_transpose_grad_input(output(k, "gx"), input(k, "gy"), input(k, "w"), &p);
}

strided_status run_conv_transpose_bwd_w(struct call *k)
{
    strided_conv_params p = conv_params(k);
    return strided_conv_transpose_grad_weight(output(k, "gw"), input(k, "gy"), input(k, "x"), &p);
}

/* The state goes in as `past` (zeros if there is none) and comes out as `present`, in place. */
strided_status run_causal_conv1d(struct call *k)
{
    const char *act = attr_text(k->c, "act");
    strided_tensor *past = input(k, "past"), *present = output(k, "present");
    STRIDED_AUTO strided_tensor *kept = !present && past ? strided_clone(past) : NULL;
    strided_status status = !present ? STRIDED_OK : past ? strided_copy(present, past) : strided_fill(present, 0);
    if (status)
        return status;
    return strided_causal_conv1d(output(k, "y"), input(k, "x"), input(k, "w"), input(k, "b"), present ? present : kept,
                                 act && strcmp(act, "none") != 0 ? STRIDED_ACT_SILU : STRIDED_ACT_NONE);
}

strided_status run_unfold(struct call *k)
{
    strided_conv_params p = conv_params(k);
    int64_t size[STRIDED_MAX_SPATIAL];
    int nd = attr_ints(k->c, "kernel", size, STRIDED_MAX_SPATIAL);
    return strided_im2col(output(k, "y"), input(k, "x"), nd, size, &p);
}

strided_status run_fold(struct call *k)
{
    strided_conv_params p = conv_params(k);
    int64_t size[STRIDED_MAX_SPATIAL];
    int nd = attr_ints(k->c, "kernel", size, STRIDED_MAX_SPATIAL);
    return strided_col2im(output(k, "y"), input(k, "x"), nd, size, &p);
}
