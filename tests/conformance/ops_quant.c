/*
 * ops_quant.c - 8-bit convolution and matrix products.
 *
 * The library takes one zero point and one scale for the left operand of a product. ONNX also allows one per row:
 * such a case is composed of one call per row, on views.
 */
#include "ops.h"

static double scale_of(const struct call *k, const char *name, int64_t i)
{
    const strided_tensor *t = input(k, name);
    if (!t)
        return 0;
    if (strided_count(t) == 1)
        return strided_item(t);
    return strided_get(t, 1, &i);
}

static int64_t zero_of(const struct call *k, const char *name, int64_t i)
{
    const strided_tensor *t = input(k, name);
    if (!t)
        return 0;
    if (strided_count(t) == 1)
        return strided_item_int(t);
    return strided_get_int(t, 1, &i);
}

strided_status run_conv_integer(struct call *k)
{
    strided_conv_params p = conv_params(k);
    strided_quantization q = {.x_zero = zero_of(k, "x_zp", 0), .w_zero = input(k, "w_zp")};
    return strided_conv_quantized(output(k, "y"), input(k, "x"), input(k, "w"), NULL, &q, &p);
}

strided_status run_qlinear_conv(struct call *k)
{
    strided_conv_params p = conv_params(k);
    strided_quantization q = {
        .x_scale = scale_of(k, "x_scale", 0), .x_zero = zero_of(k, "x_zp", 0),
        .w_scale = input(k, "w_scale"), .w_zero = input(k, "w_zp"),
        .y_scale = scale_of(k, "y_scale", 0), .y_zero = zero_of(k, "y_zp", 0),
    };
    return strided_conv_quantized(output(k, "y"), input(k, "x"), input(k, "w"), input(k, "b"), &q, &p);
}

static strided_quantization product(const struct call *k, int64_t row)
{
    return (strided_quantization){
        .x_scale = scale_of(k, "a_scale", row), .x_zero = zero_of(k, "a_zp", row),
        .w_scale = input(k, "b_scale"), .w_zero = input(k, "b_zp"),
        .y_scale = scale_of(k, "y_scale", 0), .y_zero = zero_of(k, "y_zp", 0),
    };
}

static int per_row(const struct call *k)
{
    return strided_count(input(k, "a_zp")) > 1 || strided_count(input(k, "a_scale")) > 1;
}

static strided_status run_product(struct call *k)
{
    strided_tensor *y = output(k, "y"), *a = input(k, "a"), *b = input(k, "b");
    strided_quantization q = product(k, 0);
    strided_status status = STRIDED_OK;
    if (!per_row(k))
        return strided_matmul_quantized(y, a, b, &q);
    for (int64_t row = 0; row < strided_dim(a, -2) && !status; row++) {
        STRIDED_AUTO strided_tensor *y_row = strided_narrow(y, -2, row, 1);
        STRIDED_AUTO strided_tensor *a_row = strided_narrow(a, -2, row, 1);
        q = product(k, row);
        status = strided_matmul_quantized(y_row, a_row, b, &q);
    }
    return status;
}

strided_status run_matmul_integer(struct call *k) { return run_product(k); }
strided_status run_qlinear_matmul(struct call *k) { return run_product(k); }
