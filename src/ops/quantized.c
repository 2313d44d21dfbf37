/*
 * quantized.c - 8-bit convolution and matrix product: sums of (x - x_zero)(w - w_zero) in i32, scaled back to 8 bits.
 *
 * x_zero is subtracted as x is read. w_zero is subtracted once, into a copy in i16, and only if it is not zero. The
 * scales of a channel become one factor.
 */
#include <math.h>
#include <strided/quant.h>
#include "../base/error.h"
#include "../base/options.h"
#include "check.h"
#include "conv_table.h"
#include "operands.h"
#include "factors.h"

/* What a NULL stands for: the numbers themselves. */
static const strided_quantization plain = { .x_zero = 0 };

struct quantized {
    const char *who;
    const char *x_name, *w_name;
    const strided_quantization *q;
    const strided_tensor *y, *x, *w, *bias;
    int     axis;         /* of w, along which its zeros lie; -1: one for all */
    int64_t channels;     /* its extent, 1 without */
};

/* What a run reads instead of the caller's parameters. */
struct ready {
    strided_tensor *w;       /* w - w_zero; NULL: w as it is */
    strided_tensor *factor;  /* x_scale w_scale / y_scale, (1) or (channels), f64; NULL: y takes the sums */
};

/* ---- checks ------------------------------------------------------------------------------------------ */

static int is_8_bit(strided_dtype t) { return t == STRIDED_U8 || t == STRIDED_I8; }
static int64_t lowest(strided_dtype t) { return t == STRIDED_U8 ? 0 : INT8_MIN; }
static int64_t highest(strided_dtype t) { return t == STRIDED_U8 ? UINT8_MAX : INT8_MAX; }
static int in_range(strided_dtype t, int64_t v) { return v >= lowest(t) && v <= highest(t); }

static strided_status check_dtypes(const struct quantized *k)
{
    const strided_dtype y = k->y->dtype;
    if (!is_8_bit(k->x->dtype) || !is_8_bit(k->w->dtype))
        return strided__fail(STRIDED_ERR_DTYPE, "%s: %s is %s and %s is %s; both should be u8 or i8", k->who, k->x_name,
                             strided_dtype_name(k->x->dtype), k->w_name, strided_dtype_name(k->w->dtype));
    if (y != STRIDED_I32 && !is_8_bit(y))
        return strided__fail(STRIDED_ERR_DTYPE, "%s: y is %s, not i32, u8 or i8", k->who, strided_dtype_name(y));
    if (k->bias && k->bias->dtype != STRIDED_I32)
        return strided__fail(STRIDED_ERR_DTYPE, "%s: bias is %s, not i32", k->who, strided_dtype_name(k->bias->dtype));
    if (k->q->w_zero && strided__dtype_is_float(k->q->w_zero->dtype))
        return strided__fail(STRIDED_ERR_DTYPE, "%s: w_zero is %s, not an integer", k->who, strided_dtype_name(k->q->w_zero->dtype));
    return STRIDED_OK;
}

static strided_status check_scale(const struct quantized *k, const char *name, double scale)
{
    if (isfinite(scale) && scale >= 0) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_ARG, "%s: %s is %g", k->who, name, scale);
}

static strided_status check_numbers(const struct quantized *k)
{
    const strided_quantization *q = k->q;
    strided_status s = check_scale(k, "x_scale", q->x_scale);
    if (!s) s = check_scale(k, "y_scale", q->y_scale);
    if (s) return s;
    if (!in_range(k->x->dtype, q->x_zero))
        return strided__fail(STRIDED_ERR_ARG, "%s: x_zero %" PRId64 " is no %s", k->who, q->x_zero, strided_dtype_name(k->x->dtype));
    if (k->y->dtype == STRIDED_I32 && (q->y_scale != 0 || q->y_zero != 0))
        return strided__fail(STRIDED_ERR_ARG, "%s: y is i32 and takes the sums: no y_scale (%g), no y_zero (%" PRId64 ")", k->who,
                             q->y_scale, q->y_zero);
    if (k->y->dtype != STRIDED_I32 && !in_range(k->y->dtype, q->y_zero))
        return strided__fail(STRIDED_ERR_ARG, "%s: y_zero %" PRId64 " is no %s", k->who, q->y_zero, strided_dtype_name(k->y->dtype));
    return STRIDED_OK;
}

/* A scalar, (1), or one for each channel. */
static strided_status check_vector(const struct quantized *k, const char *name, const strided_tensor *v)
{
    if (!v) return STRIDED_OK;
    if (v->ndim > 1 || (v->count != 1 && v->count != k->channels)) return strided__check_shape(k->who, name, v, 1, &k->channels);
    return strided__check_input(k->who, name, v);
}

/* Element i of a vector; of one that is for all, that. Absent: the scale 1, the zero 0. */
static double scale_at(const strided_tensor *v, int64_t i)
{
    if (!v) return 1;
    return v->count == 1 ? strided_item(v) : strided_get(v, 1, &i);
}

static int64_t zero_at(const strided_tensor *v, int64_t i)
{
    if (!v) return 0;
    return v->count == 1 ? strided_item_int(v) : strided_get_int(v, 1, &i);
}

static strided_status check_scales(const struct quantized *k)
{
    const strided_tensor *v = k->q->w_scale;
    strided_status s = STRIDED_OK;
    for (int64_t i = 0; v && !s && i < v->count; i++) s = check_scale(k, "an element of w_scale", scale_at(v, i));
    return s;
}

static strided_status check_zeros(const struct quantized *k)
{
    const strided_tensor *v = k->q->w_zero;
    for (int64_t i = 0; v && i < v->count; i++)
        if (!in_range(k->w->dtype, zero_at(v, i)))
            return strided__fail(STRIDED_ERR_ARG, "%s: w_zero %" PRId64 " (element %" PRId64 ") is no %s", k->who, zero_at(v, i), i,
                                 strided_dtype_name(k->w->dtype));
    return STRIDED_OK;
}

static strided_status check_vectors(const struct quantized *k)
{
    strided_status s = check_vector(k, "w_scale", k->q->w_scale);
    if (!s) s = check_vector(k, "w_zero", k->q->w_zero);
    if (!s) s = check_scales(k);
    return s ? s : check_zeros(k);
}

static strided_status check_memory(const struct quantized *k)
{
    const struct operand ops[] = { { .name = "y", .x = k->y }, { .name = k->x_name, .x = k->x }, { .name = k->w_name, .x = k->w },
                                   { .name = "bias", .x = k->bias, .optional = 1 },
                                   { .name = "w_scale", .x = k->q->w_scale, .optional = 1 },
                                   { .name = "w_zero", .x = k->q->w_zero, .optional = 1 } };
    return strided__check_memory(k->who, 6, ops);
}

static strided_status check_given(const struct quantized *k)
{
    const struct operand ops[] = { { .name = "y", .x = k->y }, { .name = k->x_name, .x = k->x }, { .name = k->w_name, .x = k->w } };
    strided_status s = strided__check_given(k->who, 3, ops);
    if (s) return s;
    return strided__check_reserved(k->who, k->q->reserved);
}

/* ---- parameters made ready --------------------------------------------------------------------------- */

static int has_zeros(const strided_tensor *v)
{
    for (int64_t i = 0; v && i < v->count; i++)
        if (zero_at(v, i) != 0) return 1;
    return 0;
}

/* The zeros as i16, with w's rank, so that they broadcast to it. */
static strided_tensor *zeros_of(const struct quantized *k, strided_context *ctx)
{
    const strided_tensor *v = k->q->w_zero;
    int64_t shape[STRIDED_MAX_NDIM];
    for (int a = 0; a < k->w->ndim; a++) shape[a] = a == k->axis ? v->count : 1;
    strided_tensor *t = strided__empty(k->who, ctx, STRIDED_I16, k->w->ndim, shape);
    int16_t *p = t ? strided__data(t) : NULL;
    for (int64_t i = 0; t && i < t->count; i++) p[i] = (int16_t)zero_at(v, i);
    return t;
}

static strided_status shift_weights(struct ready *r, const struct quantized *k, strided_context *ctx)
{
    if (!has_zeros(k->q->w_zero)) return STRIDED_OK;
    strided_tensor *zeros = zeros_of(k, ctx);
    r->w = zeros ? strided__empty(k->who, ctx, STRIDED_I16, k->w->ndim, k->w->shape) : NULL;
    strided_status s = r->w ? strided_binary(r->w, STRIDED_SUB, k->w, zeros) : strided__failed();
    strided_release(zeros);
    return s;
}

static double or_one(double scale) { return scale == 0 ? 1 : scale; }

static strided_status make_factor(struct ready *r, const struct quantized *k, strided_context *ctx)
{
    const strided_quantization *q = k->q;
    int64_t n = q->w_scale ? q->w_scale->count : 1;
    if (k->y->dtype == STRIDED_I32) return STRIDED_OK;
    r->factor = strided__empty(k->who, ctx, STRIDED_F64, 1, &n);
    if (!r->factor) return strided__failed();
    double *p = strided__data(r->factor);
    for (int64_t i = 0; i < n; i++) p[i] = or_one(q->x_scale) * scale_at(q->w_scale, i) / or_one(q->y_scale);
    return STRIDED_OK;
}

static void release_ready(struct ready *r)
{
    strided_release(r->w);
    strided_release(r->factor);
}

static strided_status make_ready(struct ready *r, const struct quantized *k)
{
    strided_context *ctx = strided_context_of(k->y);
    *r = (struct ready){ NULL, NULL };
    strided_status s = shift_weights(r, k, ctx);
    if (!s) s = make_factor(r, k, ctx);
    if (s) release_ready(r);
    return s;
}

static void set_zeros(struct work *w, const struct quantized *k)
{
    w->a_zero = k->q->x_zero;
    w->epilogue.requantize = k->y->dtype != STRIDED_I32;
    w->epilogue.y_zero = k->q->y_zero;
}

/* ---- convolution ------------------------------------------------------------------------------------- */

static strided_status check_conv_params(const char *who, const strided_conv_params *p)
{
    if (p->pad_mode == STRIDED_PAD_CONSTANT && p->activation == STRIDED_ACT_NONE && !p->accumulate) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_ARG, "%s: pad_mode %d, activation %d, accumulate %d; none of them may be set", who,
                         (int)p->pad_mode, (int)p->activation, p->accumulate);
}

static strided_status check_conv(struct quantized *k, struct conv_table *t, const strided_conv_params *params)
{
    struct conv_roles roles = { .who = k->who, .in_name = "x", .w_name = "w", .out_name = "y", .in = k->x, .w = k->w, .out = k->y };
    strided_status s = check_given(k);
    if (!s) s = strided__conv_check_tail(k->who, params);
    if (!s) s = check_dtypes(k);
    if (!s) s = check_numbers(k);
    if (!s) s = check_conv_params(k->who, strided__conv_params(params));
    if (!s) s = strided__conv_table(t, &roles, params);
    if (!s) s = strided__conv_check_shape(t);
    if (!s) s = strided__conv_check_bias(t, k->bias);
    if (s) return s;
    k->channels = k->w->shape[0];
    s = check_vectors(k);
    return s ? s : check_memory(k);
}

strided_status strided_conv_quantized(strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias,
                                      const strided_quantization *q, const strided_conv_params *params)
{
    struct quantized k = { .who = "conv_quantized", .x_name = "x", .w_name = "w", .q = q ? q : &plain, .y = y, .x = x, .w = w, .bias = bias };
    struct conv_table t;
    struct ready r;
    struct work work;
    strided_status s = check_conv(&k, &t, params);
    if (!s) s = make_ready(&r, &k);
    if (s) return s;
    if (r.w) t.roles.w = r.w;
    strided__conv_forward(&work, &t, COMPUTE_I32, (struct conv_epilogue){ .bias = bias, .factor = r.factor });
    set_zeros(&work, &k);
    strided__work_run(&work);
    release_ready(&r);
    return STRIDED_OK;
}

/* ---- matrix product ---------------------------------------------------------------------------------- */

static strided_status check_matmul(struct quantized *k, const struct factors *p)
{
    strided_status s = check_given(k);
    if (!s) s = check_dtypes(k);
    if (!s) s = check_numbers(k);
    if (!s) s = strided__matmul_check(p, "y");
    if (s) return s;
    k->axis = k->w->ndim > 1 ? k->w->ndim - 1 : -1;
    k->channels = k->w->ndim > 1 ? k->w->shape[k->axis] : 1;
    s = check_vectors(k);
    return s ? s : check_memory(k);
}

strided_status strided_matmul_quantized(strided_tensor *y, const strided_tensor *a, const strided_tensor *b,
                                        const strided_quantization *q)
{
    struct quantized k = { .who = "matmul_quantized", .x_name = "a", .w_name = "b", .q = q ? q : &plain, .y = y, .x = a, .w = b };
    struct factors p = { .who = k.who, .dst = y, .a = a, .b = b, .b_name = "b" };
    struct ready r;
    struct work work;
    strided_status s = check_matmul(&k, &p);
    if (!s) s = make_ready(&r, &k);
    if (s) return s;
    if (r.w) p.b = r.w;
    strided__matmul_work(&work, &p);
    if (r.factor) {
        strided__work_operand(&work, NEST_D, r.factor);
        if (r.factor->count > 1) strided__work_stride(&work, work.nest.keep - 1, NEST_D, 1);
    }
    set_zeros(&work, &k);
    strided__work_run(&work);
    release_ready(&r);
    return STRIDED_OK;
}
