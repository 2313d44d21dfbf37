/*
 * products.c - matrices, batches of them, and einsum (docs/reference/products.md).
 */
#include "show.h"

static strided_tensor *matrix(int64_t rows, int64_t columns, const float *values) {
    return strided_wrap_const(NULL, values, STRIDED_F32, STRIDED_DIMS(rows, columns), NULL);
}

/* A transposed operand is a view; so is a transposed result. */
static strided_status two_matrices(const strided_tensor *a, const strided_tensor *b) {
    STRIDED_AUTO strided_tensor *v = strided_select(b, 1, 0);
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2));
    STRIDED_AUTO strided_tensor *c = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2));
    STRIDED_AUTO strided_tensor *turned = strided_transpose(c, 0, 1);
    strided_status s = strided_mv(y, a, v);

    if (!s) show("mv", y);
    if (!s) s = strided_mm(turned, a, b); /* c = (a b)^T */
    if (!s) show("mm, written transposed", c);
    if (!s) s = strided_gemm(c, 2, a, b, -1, c); /* c = 2 a b - c */
    if (!s) show("gemm", c);
    return s;
}

/* numpy.matmul: leading axes are a batch. Two times (2, 3) and one (3, 2). */
static strided_status batches(const strided_tensor *a, const strided_tensor *b) {
    STRIDED_AUTO strided_tensor *twice = strided_expand(a, STRIDED_DIMS(2, 2, 3));
    STRIDED_AUTO strided_tensor *y = strided_matmul_empty(twice, b);
    strided_status s = strided_matmul(y, twice, b);

    if (!s) show("matmul", y);
    return s;
}

/* A layer: rows of w are outputs. */
static strided_status layer(const strided_tensor *a) {
    STRIDED_AUTO strided_tensor *w = matrix(1, 3, (const float[]){1, 1, 1});
    STRIDED_AUTO strided_tensor *bias = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1), 0.5);
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 1));
    strided_status s = strided_linear(y, a, w, bias);

    if (!s) show("linear", y);
    return s;
}

/* The sum of products over named axes, with letters or with words. */
static strided_status einsum(const strided_tensor *a, const strided_tensor *b) {
    STRIDED_AUTO strided_tensor *outer = strided_einsum_empty("ik,kj->kij", STRIDED_TENSORS(a, b));
    STRIDED_AUTO strided_tensor *sum = strided_einsum_named_empty("row k, k column ->", STRIDED_TENSORS(a, b));
    strided_status s = strided_einsum(outer, "ik,kj->kij", STRIDED_TENSORS(a, b));

    if (!s) show("every product", outer);
    if (!s) s = strided_einsum_named(sum, "row k, k column ->", STRIDED_TENSORS(a, b));
    if (!s) printf("all of them added: %g\n", strided_item(sum));
    return s;
}

/* 8-bit values that stand for scale (q - zero). Sums are exact; here they are kept. */
static strided_status eight_bits(void) {
    const uint8_t a[2][2] = {{128, 129}, {130, 0}};
    const int8_t b[2][1] = {{10}, {100}};
    STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, a, STRIDED_U8, STRIDED_DIMS(2, 2), NULL);
    STRIDED_AUTO strided_tensor *w = strided_wrap_const(NULL, b, STRIDED_I8, STRIDED_DIMS(2, 1), NULL);
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_I32, STRIDED_DIMS(2, 1));
    strided_status s = strided_matmul_quantized(y, x, w, &(strided_quantization){.x_zero = 128});

    if (!s) show("matmul_quantized", y);
    return s;
}

int main(void) {
    STRIDED_AUTO strided_tensor *a = matrix(2, 3, (const float[]){1, 2, 3, 4, 5, 6});
    STRIDED_AUTO strided_tensor *b = matrix(3, 2, (const float[]){1, 0, 0, 1, 2, 2});
    strided_status s = two_matrices(a, b);

    if (!s) s = batches(a, b);
    if (!s) s = layer(a);
    if (!s) s = einsum(a, b);
    if (!s) s = eight_bits();
    return finish(s);
}
