/*
 * test_stack.c - how much stack a call takes: no more than docs/reference/contexts.md says. Each runs in a thread on memory of ours, which
 * shows afterwards how far it was written.
 */
#include "strided.h"
#include "support/cmocka_compat.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { OTHER_FRAMES = 1 };
#else
enum { OTHER_FRAMES = 0 };
#endif

enum { ROOM = 1 << 20, PROMISED = 256 << 10, PAINT = 0xA5 };

static strided_dtype dtype;
static strided_status status;

static strided_tensor *ones(strided_dtype t, int ndim, const int64_t *shape) { return strided_full(NULL, t, ndim, shape, 1); }

static void convolve(const int64_t *weights, const strided_conv_params *p)
{
    const int64_t image[] = { 1, 64, 28, 28 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 4, image), *y = ones(dtype, 4, image), *w = ones(dtype, 4, weights), *bias = ones(dtype, 1, weights);
    status = strided_conv(y, x, w, bias, p);
}

static void conv(void)
{
    convolve((const int64_t[]){ 64, 64, 3, 3 }, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .arithmetic = STRIDED_ARITHMETIC_STRICT });
}

static void conv_by_transforms(void) { convolve((const int64_t[]){ 64, 64, 3, 3 }, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } } }); }

/* bf16 by the processor's own sums, f32 by larger transforms. */
static void conv_at_fast(void)
{
    convolve((const int64_t[]){ 64, 64, 3, 3 }, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .arithmetic = STRIDED_ARITHMETIC_FAST });
}

/* Lines of x are columns of y. */
static void conv_of_swapped(void)
{
    const int64_t image[] = { 1, 192, 28, 28 }, result[] = { 1, 64, 28, 28 }, weights[] = { 64, 192, 1, 1 };
    STRIDED_AUTO strided_tensor *made = ones(dtype, 4, image), *x = strided_transpose(made, 2, 3);
    STRIDED_AUTO strided_tensor *w = ones(dtype, 4, weights), *y = ones(dtype, 4, result);
    status = strided_conv(y, x, w, NULL, NULL);
}

/* Every second pixel, which is gathered, of many columns that lie apart. */
static void conv_by_steps(void)
{
    const int64_t image[] = { 1, 64, 28, 28 }, result[] = { 1, 520, 14, 14 }, weights[] = { 520, 64, 3, 3 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 4, image), *w = ones(dtype, 4, weights), *y = ones(dtype, 4, result), *bias = ones(dtype, 1, weights);
    status = strided_conv(y, x, w, bias, &(strided_conv_params){ .stride = { 2, 2 }, .pad = { { 1, 1 }, { 1, 1 } } });
}

static void gradient(void)
{
    const int64_t image[] = { 1, 128, 14, 14 }, weights[] = { 128, 128, 3, 3 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 4, image), *dy = ones(dtype, 4, image), *dw = ones(dtype, 4, weights);
    status = strided_conv_grad_weight(dw, dy, x, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } } });
}

static void depthwise(void)
{
    convolve((const int64_t[]){ 64, 1, 3, 3 }, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .groups = 64 });
}

static void depthwise_by_blocks(void)
{
    convolve((const int64_t[]){ 64, 1, 9, 9 }, &(strided_conv_params){ .pad = { { 4, 4 }, { 4, 4 } }, .groups = 64 });
}

/* Sums are formed elsewhere and moved: of groups of one channel and two outputs. */
static void results_apart(void)
{
    const int64_t lines[] = { 3, 113, 20 }, wide[] = { 3, 226, 60 }, weights[] = { 226, 1, 5 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 3, lines), *made = ones(dtype, 3, wide), *w = ones(dtype, 3, weights);
    STRIDED_AUTO strided_tensor *y = strided_slice(made, 2, STRIDED_NONE, STRIDED_NONE, 3);
    status = strided_conv(y, x, w, NULL, &(strided_conv_params){ .pad = { { 2, 2 } }, .groups = 113, .activation = STRIDED_ACT_RELU });
}

/* The same, of blocks that are copied. */
static void results_of_swapped(void)
{
    const int64_t image[] = { 1, 64, 28, 28 }, weights[] = { 64, 1, 3, 3 };
    STRIDED_AUTO strided_tensor *of_x = ones(dtype, 4, image), *of_y = ones(dtype, 4, image), *w = ones(dtype, 4, weights);
    STRIDED_AUTO strided_tensor *bias = ones(dtype, 1, weights), *x = strided_transpose(of_x, 2, 3), *y = strided_transpose(of_y, 2, 3);
    status = strided_conv(y, x, w, bias, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .groups = 64, .activation = STRIDED_ACT_RELU });
}

/* The same of groups, beside blocks that lie flat: every fourth channel, and every third bias. */
static void results_of_groups(void)
{
    const int64_t image[] = { 1, 86, 6, 6 }, wide[] = { 1, 6, 7, 128 }, weights[] = { 32, 43, 1, 3 }, biases[] = { 96 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 4, image), *made = ones(dtype, 4, wide), *w = ones(dtype, 4, weights), *all = ones(dtype, 1, biases);
    STRIDED_AUTO strided_tensor *some = strided_slice(made, 3, STRIDED_NONE, STRIDED_NONE, 4), *bias = strided_slice(all, 0, STRIDED_NONE, STRIDED_NONE, 3);
    STRIDED_AUTO strided_tensor *turned = strided_transpose(some, 1, 3), *y = strided_transpose(turned, 2, 3);
    status = strided_conv(y, x, w, bias, &(strided_conv_params){ .pad = { { 0, 0 }, { 2, 1 } }, .groups = 2 });
}

/* Sums apart, beside blocks of bytes that are copied less a zero: lines of x are columns, and channels lie between them. */
static void quantized_of_swapped(void)
{
    const int64_t image[] = { 1, 9, 3, 6 }, weights[] = { 12, 3, 4, 5 }, result[] = { 1, 12, 2, 3 };
    STRIDED_AUTO strided_tensor *made = ones(STRIDED_U8, 4, image), *turned = strided_transpose(made, 1, 2), *x = strided_transpose(turned, 2, 3);
    STRIDED_AUTO strided_tensor *w = ones(STRIDED_I8, 4, weights), *y = ones(STRIDED_I32, 4, result), *bias = ones(STRIDED_I32, 1, weights);
    status = strided_conv_quantized(y, x, w, bias, &(strided_quantization){ .x_zero = 255 },
                                    &(strided_conv_params){ .stride = { 2, 2 }, .dilation = { 1, 2 }, .pad = { { 0, 0 }, { 2, 2 } } });
}

/* The same of volumes, of which each axis is a call that waits for the next one's: what is left of steps in all three, backwards. */
static void quantized_of_volumes(void)
{
    const int64_t image[] = { 3, 10, 3, 1, 1 }, weights[] = { 25, 2, 2, 2, 2 }, result[] = { 3, 25, 2, 1, 2 };
    const int64_t of_x[] = { 78, 6, 2, 1, 1 }, of_y[] = { 100, 4, -2, 1, 1 };
    STRIDED_AUTO strided_tensor *in = ones(STRIDED_I8, 1, (const int64_t[]){ 256 }), *out = ones(STRIDED_I32, 1, (const int64_t[]){ 320 });
    STRIDED_AUTO strided_tensor *x = strided_as_strided(in, 5, image, of_x, 0), *y = strided_as_strided(out, 5, result, of_y, 2);
    STRIDED_AUTO strided_tensor *w = ones(STRIDED_I8, 5, weights), *bias = ones(STRIDED_I32, 1, weights);
    status = strided_conv_quantized(y, x, w, bias, &(strided_quantization){ .x_zero = -112 },
                                    &(strided_conv_params){ .stride = { 2, 3, 1 }, .pad = { { 1, 1 }, { 1, 1 }, { 1, 1 } }, .groups = 5 });
}

static void pool(void)
{
    const int64_t image[] = { 1, 8, 64, 64 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 4, image), *y = ones(dtype, 4, image);
    status = strided_pool(y, NULL, x, &(strided_pool_params){ .size = { 9, 9 }, .stride = { 1, 1 }, .pad = { { 4, 4 }, { 4, 4 } } });
}

/* Weights so many that a call packs some at a time. */
static void conv_of_many_channels(void)
{
    const int64_t image[] = { 1, 420, 14, 14 }, taps[] = { 420, 420, 1, 1 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 4, image), *w = ones(dtype, 4, taps), *y = ones(dtype, 4, image);
    status = strided_conv(y, x, w, NULL, NULL);
}

/* More columns, that lie apart, than there is room for at once when they are stored as another type. */
static void wide_product(void)
{
    STRIDED_AUTO strided_tensor *a = ones(dtype, STRIDED_DIMS(2, 20)), *b = ones(dtype, STRIDED_DIMS(20, 9000));
    STRIDED_AUTO strided_tensor *made = ones(dtype, STRIDED_DIMS(9000, 2)), *dst = strided_transpose(made, 0, 1);
    strided_plan *plan = strided_einsum_plan(dst, "ij,jk->ik", 2, (const strided_tensor *[]){ a, b });
    status = plan ? strided_plan_run(plan, strided_data(dst), strided_data(a), NULL) : strided_error_status();
    strided_plan_release(plan);
}

static void einsum(void)
{
    const int64_t square[] = { 64, 64 };
    STRIDED_AUTO strided_tensor *a = ones(dtype, 2, square), *y = ones(dtype, 2, square);
    const strided_tensor *operands[] = { a, a, a };
    status = strided_einsum(y, "ij,jk,kl->il", 3, operands);
}

static void reduce(void)
{
    const int64_t square[] = { 128, 128 }, row[] = { 128 }, axes[] = { 1 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 2, square), *y = ones(STRIDED_F64, 1, row);
    status = strided_reduce(y, STRIDED_REDUCE_LOG_SUM_EXP, x, 1, axes);
}

static void add(void)
{
    const int64_t square[] = { 128, 128 };
    STRIDED_AUTO strided_tensor *x = ones(dtype, 2, square), *y = ones(STRIDED_F64, 2, square);
    status = strided_binary(y, STRIDED_ADD, x, x);
}

struct call { const char *name; void (*run)(void); };

static void *in_thread(void *call)
{
    ((struct call *)call)->run();
    return NULL;
}

static size_t stack_of(struct call *call, unsigned char *room)
{
    pthread_attr_t attr;
    pthread_t thread;
    size_t untouched = 0;
    memset(room, PAINT, ROOM);
    status = STRIDED_ERR_ARG;
    assert_int_equal(pthread_attr_init(&attr), 0);
    assert_int_equal(pthread_attr_setstack(&attr, room, ROOM), 0);
    assert_int_equal(pthread_create(&thread, &attr, in_thread, call), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attr);
    assert_int_equal(status, STRIDED_OK);
    while (untouched < ROOM && room[untouched] == PAINT) untouched++;
    return ROOM - untouched;
}

static void no_more_than_is_promised(void **state)
{
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_BF16, STRIDED_I8, STRIDED_I64 };
    static struct call calls[] = {
        { "conv", conv }, { "conv of many channels", conv_of_many_channels }, { "conv by transforms", conv_by_transforms },
        { "conv at fast", conv_at_fast }, { "conv of swapped lines", conv_of_swapped }, { "conv by steps", conv_by_steps },
        { "gradient", gradient }, { "depthwise", depthwise },
        { "depthwise 9x9", depthwise_by_blocks }, { "results apart", results_apart }, { "results of swapped", results_of_swapped },
        { "results of groups", results_of_groups }, { "quantized of swapped", quantized_of_swapped },
        { "quantized of volumes", quantized_of_volumes },
        { "pool", pool }, { "wide product", wide_product }, { "einsum", einsum },
        { "reduce", reduce }, { "add", add },
    };
    void *room = NULL;
    (void)state;
    if (OTHER_FRAMES) {
        print_message("not the frames that are promised: a build without optimisation, or with sanitizers\n");
        skip();
    }
    assert_int_equal(posix_memalign(&room, 65536, ROOM), 0);
    for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++)
        for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
            dtype = dtypes[d];
            const size_t taken = stack_of(&calls[c], room);
            if (taken > PROMISED) fail_msg("%s of dtype %d takes %zu KiB of stack", calls[c].name, (int)dtype, taken >> 10);
        }
    free(room);
}

STRIDED_TEST_GROUP("ops/stack", cmocka_unit_test(no_more_than_is_promised))
