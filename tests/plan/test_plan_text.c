/*
 * test_plan_text.c - what a plan says of its kernels is what it has prepared; what it says against the others names the right thing.
 */
#include "planned.h"
#include "src/plan/plan.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct subject {
    const char *name;
    strided_dtype dtype;
    int ndim;
    int64_t x[5], w[5];       /* w[0] 0: a pool */
    int64_t x_step;           /* x is every so manyth element of its last axis; 0 = 1 */
    strided_conv_params conv;
    strided_pool_params pool;
    const char *says[3];
};

static const struct subject subjects[] = {
    { .name = "dense", .dtype = STRIDED_F32, .ndim = 4, .x = { 1, 16, 20, 18 }, .w = { 32, 16, 3, 3 },
      .conv = { .pad = { { 1, 1 }, { 1, 1 } } }, .says = { "classes of positions: 3 x 3, the largest 18 x 16\n" } },
    { .name = "wide padding", .dtype = STRIDED_F32, .ndim = 3, .x = { 1, 4, 9 }, .w = { 4, 4, 3 },
      .conv = { .pad = { { 3, 0 } } }, .says = { "classes of positions: 4, the largest 7\n" } },
    { .name = "circular", .dtype = STRIDED_F32, .ndim = 3, .x = { 1, 4, 9 }, .w = { 4, 4, 3 },
      .conv = { .pad = { { 1, 1 } }, .pad_mode = STRIDED_PAD_CIRCULAR }, .says = { "classes of positions: 3, the largest 7\n" } },
    { .name = "depthwise", .dtype = STRIDED_F32, .ndim = 3, .x = { 1, 8, 40 }, .w = { 8, 1, 3 }, .conv = { .groups = 8 },
      .says = { "windows: vectors along axis ", "packed product: no, windows do it\n" } },
    { .name = "depthwise, circular", .dtype = STRIDED_F32, .ndim = 3, .x = { 1, 8, 800 }, .w = { 8, 1, 3 },
      .conv = { .groups = 8, .pad = { { 1, 1 } }, .pad_mode = STRIDED_PAD_CIRCULAR },
      .says = { "class by class\n", "packed product: no, windows do it\n" } },
    { .name = "transform", .dtype = STRIDED_F32, .ndim = 4, .x = { 1, 64, 28, 28 }, .w = { 64, 64, 3, 3 },
      .says = { "kernel winograd", "windows: no, the transform does it\n", "packed product: no, the transform does it\n" } },
    { .name = "every third pixel", .dtype = STRIDED_F64, .ndim = 3, .x = { 1, 1, 40 }, .w = { 1, 1, 3 }, .x_step = 3,
      .says = { "windows: no, neighbours in the result are none in what is read\n", "packed product: no, too few outputs share what they read\n" } },
    { .name = "halves", .dtype = STRIDED_F16, .ndim = 4, .x = { 1, 16, 20, 18 }, .w = { 32, 16, 3, 3 }, .says = { "conv in f32, kernel " } },
    { .name = "max pool", .dtype = STRIDED_F32, .ndim = 4, .x = { 1, 2, 20, 20 },
      .pool = { .size = { 3, 3 }, .stride = { 1, 1 }, .pad = { { 1, 1 }, { 1, 1 } } }, .says = { "tiles of rows along axis ", "packed product: no, windows do it\n" } },
    { .name = "large windows", .dtype = STRIDED_F32, .ndim = 4, .x = { 1, 2, 20, 20 },
      .pool = { .size = { 9, 9 }, .stride = { 1, 1 }, .pad = { { 4, 4 }, { 4, 4 } } },
      .says = { "kernel sliding maxima, ", "windows one axis after the other: 3 2\n", "windows: no, sliding maxima do it\n" } },
    { .name = "bytes", .dtype = STRIDED_U8, .ndim = 4, .x = { 1, 2, 20, 20 },
      .pool = { .size = { 2, 2 }, .stride = { 1, 1 } }, .says = { "kernel sliding maxima, ", "windows: no, sliding maxima do it\n" } },
    { .name = "every third pixel of a pool", .dtype = STRIDED_F64, .ndim = 3, .x = { 1, 2, 40 }, .x_step = 3,
      .pool = { .kind = STRIDED_POOL_AVG, .size = { 3 }, .stride = { 1 } }, .says = { "windows: no, neighbours in the result are none in what is read\n",
                                                            "packed product: no, there is no second operand to pack\n" } },
    { .name = "products of bytes", .dtype = STRIDED_I8, .ndim = 4, .x = { 1, 64, 20, 20 }, .w = { 64, 64, 3, 3 },
      .says = { "conv in i32, kernel packed product", " of axis 7 at once" } },
    { .name = "lp pool", .dtype = STRIDED_F32, .ndim = 4, .x = { 1, 2, 20, 20 },
      .pool = { .kind = STRIDED_POOL_LP, .size = { 3, 3 }, .stride = { 1, 1 }, .p = 3 },
      .says = { "windows: no, neither a sum nor the largest\n" } },
};

static strided_tensor *input(strided_context *ctx, const struct subject *s)
{
    int64_t shape[5], last = s->ndim - 1, step = s->x_step ? s->x_step : 1;
    memcpy(shape, s->x, sizeof shape);
    shape[last] *= step;
    STRIDED_AUTO strided_tensor *all = strided_zeros(ctx, s->dtype, s->ndim, shape);
    return strided_slice(all, (int)last, 0, STRIDED_NONE, step);
}

static strided_plan *plan_of(strided_context *ctx, const struct subject *s)
{
    STRIDED_AUTO strided_tensor *x = input(ctx, s);
    if (!s->w[0]) {
        STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &s->pool);
        return strided_pool_plan(y, x, &s->pool);
    }
    STRIDED_AUTO strided_tensor *w = strided_zeros(ctx, s->dtype, s->ndim, s->w);
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &s->conv);
    return strided_conv_plan(y, x, w, NULL, &s->conv);
}

/* The line "  NAME: ..." tells along which axis if the form fits, and a reason if it does not. */
static void check_form(const struct subject *s, const char *text, const char *name, int fits, const char *along)
{
    char head[64];
    int n = snprintf(head, sizeof head, "\n  %s: ", name);
    const char *line = strstr(text, head);
    if (!line) fail_msg("%s: nothing about the %s in\n%s", s->name, name, text);
    const char *want = fits ? along : "no, ";
    if (strncmp(line + n, want, strlen(want)) != 0) fail_msg("%s: the %s should begin with '%s':\n%s", s->name, name, want, text);
}

static void check_in(strided_context *ctx, const struct subject *s)
{
    char text[4096];
    strided_plan *plan = plan_of(ctx, s);
    if (!plan) fail_msg("%s: %s", s->name, strided_error());
    assert_true(strided_plan_describe(plan, text, sizeof text) < (int)sizeof text);
    check_form(s, text, "windows", plan->prepared.window.fits, "vectors along axis ");
    check_form(s, text, "packed product", plan->prepared.product.fits, "columns axis ");
    for (size_t i = 0; i < COUNT(s->says) && s->says[i]; i++)
        if (!strstr(text, s->says[i])) fail_msg("%s: does not say '%s':\n%s", s->name, s->says[i], text);
    strided_plan_release(plan);
}

static void says_what_is_prepared(void **state)
{
    (void)state;
    strided_context *scalar = strided_context_new(&(strided_config){ .isa = "scalar" });
    for (size_t i = 0; i < COUNT(subjects); i++) {
        check_in(NULL, &subjects[i]);
        check_in(scalar, &subjects[i]);
    }
    strided_context_release(scalar);
}

/* More positions than anyone wants counted: the plan is made at once, and is silent about them. */
static void counts_no_more_than_it_should(void **state)
{
    (void)state;
    char text[4096];
    const int64_t far = INT64_C(1) << 40;
    const strided_conv_params params = { .pad = { { far, far } } };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 8), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2 * far + 8), NULL);
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 1));
    strided_plan *plan = strided_conv_plan(y, x, w, NULL, &params);
    assert_non_null(plan);
    strided_plan_describe(plan, text, sizeof text);
    assert_null(strstr(text, "classes"));
    strided_plan_release(plan);
}

STRIDED_TEST_GROUP("plan/plan_text",
    cmocka_unit_test(says_what_is_prepared),
    cmocka_unit_test(counts_no_more_than_it_should))
