/*
 * resnet_block.c - y = relu(conv2(relu(conv1(x))) + around(x)), on activations in NCHW and in NHWC memory: the block
 * does not know which, and gives the same bits.
 */
#include <stdio.h>
#include <string.h>
#include <strided.h>

typedef struct block {
    strided_tensor *w1, *b1, *w2, *b2; /* 3x3 convolutions, batch norm folded in */
    strided_tensor *wd, *bd;           /* 1x1 on the way around, or NULL */
    int64_t stride;
} block;

/* h and y come from strided_conv_empty() at start-up: x's own order of axes in memory. */
static strided_status run(strided_tensor *y, strided_tensor *h, const strided_tensor *x, const block *b) {
    const strided_conv_params first = {.stride = {b->stride, b->stride}, .pad = {{1, 1}, {1, 1}},
                                       .activation = STRIDED_ACT_RELU};
    const strided_conv_params around = {.stride = {b->stride, b->stride}};
    const strided_conv_params second = {.pad = {{1, 1}, {1, 1}}, .accumulate = 1, .activation = STRIDED_ACT_RELU};
    strided_status s = strided_conv(h, x, b->w1, b->b1, &first);

    if (s) return s;
    s = b->wd ? strided_conv(y, x, b->wd, b->bd, &around) : strided_copy(y, x);
    return s ? s : strided_conv(y, h, b->w2, b->b2, &second);
}

/* ---- weights and activations to try it on -------------------------------------------------------- */

static strided_tensor *numbers(unsigned seed, int ndim, const int64_t *shape) {
    strided_tensor *t = strided_empty(NULL, STRIDED_F32, ndim, shape);
    float *p = strided_data(t);

    for (int64_t i = 0; p && i < strided_count(t); i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
    }
    return t;
}

static void drop(block *b) {
    strided_release(b->w1), strided_release(b->b1), strided_release(b->w2), strided_release(b->b2);
    strided_release(b->wd), strided_release(b->bd);
}

static strided_tensor *forward(const strided_tensor *x, const block *b) {
    const strided_conv_params first = {.stride = {b->stride, b->stride}, .pad = {{1, 1}, {1, 1}}};
    STRIDED_AUTO strided_tensor *h = strided_conv_empty(x, b->w1, &first);
    strided_tensor *y = strided_conv_empty(x, b->w1, &first);

    if (!run(y, h, x, b)) return y;
    strided_release(y);
    return NULL;
}

static int same_in_both_layouts(const block *b) {
    STRIDED_AUTO strided_tensor *nchw = numbers(1, STRIDED_DIMS(2, 16, 14, 14));
    STRIDED_AUTO strided_tensor *nhwc = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 14, 14, 16));
    STRIDED_AUTO strided_tensor *seen =
        strided_permute(nhwc, STRIDED_DIMS(0, 3, 1, 2)); /* (N, C, H, W) of NHWC memory */
    if (strided_copy(seen, nchw)) return 0;

    STRIDED_AUTO strided_tensor *y1 = forward(nchw, b);
    STRIDED_AUTO strided_tensor *y2 = forward(seen, b);
    STRIDED_AUTO strided_tensor *dense = strided_clone(y2); /* back in the order of y1, to compare bytes */
    if (!y1 || !dense) return 0;
    printf("y from NCHW: strides %d %d %d %d, from NHWC: %d %d %d %d\n", (int)strided_stride(y1, 0),
           (int)strided_stride(y1, 1), (int)strided_stride(y1, 2), (int)strided_stride(y1, 3),
           (int)strided_stride(y2, 0), (int)strided_stride(y2, 1), (int)strided_stride(y2, 2),
           (int)strided_stride(y2, 3));
    return !memcmp(strided_const_data(y1), strided_const_data(dense), (size_t)strided_count(y1) * sizeof(float));
}

int main(void) {
    block b = {.w1 = numbers(2, STRIDED_DIMS(32, 16, 3, 3)), .b1 = numbers(3, STRIDED_DIMS(32)),
               .w2 = numbers(4, STRIDED_DIMS(32, 32, 3, 3)), .b2 = numbers(5, STRIDED_DIMS(32)),
               .wd = numbers(6, STRIDED_DIMS(32, 16, 1, 1)), .bd = numbers(7, STRIDED_DIMS(32)), .stride = 2};
    int ok = same_in_both_layouts(&b);

    drop(&b);
    if (ok) puts("the same bits from both");
    else fprintf(stderr, "resnet_block: %s\n", *strided_error() ? strided_error() : "the layouts differ");
    return ok ? 0 : 1;
}
