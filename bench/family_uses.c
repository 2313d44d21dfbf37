/*
 * family_uses.c - what programs convolve that are no networks of floats: pictures of bytes and colours that lie beside each other, sound of 16 bits,
 * depthwise layers of short types, borders that are read. Beside each the same in f32, planes apart, zero padding: what it might cost.
 */
#include "bench.h"
#include <string.h>

static const struct use {
    const char *name;
    strided_dtype x, w, y;
    int64_t c, h, width, k, r, s, stride, pad_h, pad_w, groups;
    int last;                          /* channels, in memory */
    strided_pad_mode pad_mode;
} uses[] = {
    {"grey_3x3_u8@1080p", STRIDED_U8, STRIDED_F32, STRIDED_U8, 1, 1080, 1920, 1, 3, 3, 1, 1, 1, 1, 0, 0},
    {"grey_3x3_u8_i8_i16@1080p", STRIDED_U8, STRIDED_I8, STRIDED_I16, 1, 1080, 1920, 1, 3, 3, 1, 1, 1, 1, 0, 0},
    {"grey_32x32_u8_u8_i32@512", STRIDED_U8, STRIDED_U8, STRIDED_I32, 1, 512, 512, 1, 32, 32, 1, 0, 0, 1, 0, 0},
    {"rgb_3x3_u8@1080p", STRIDED_U8, STRIDED_F32, STRIDED_U8, 3, 1080, 1920, 3, 3, 3, 1, 1, 1, 3, 1, 0},
    {"rgb_5x5_u8@1080p", STRIDED_U8, STRIDED_F32, STRIDED_U8, 3, 1080, 1920, 3, 5, 5, 1, 2, 2, 3, 1, 0},
    {"rgb_3x3_f32@1080p", STRIDED_F32, STRIDED_F32, STRIDED_F32, 3, 1080, 1920, 3, 3, 3, 1, 1, 1, 3, 1, 0},
    {"rgb_1x5_f32@1080p", STRIDED_F32, STRIDED_F32, STRIDED_F32, 3, 1080, 1920, 3, 1, 5, 1, 0, 2, 3, 1, 0},
    {"rgb_5x1_f32@1080p", STRIDED_F32, STRIDED_F32, STRIDED_F32, 3, 1080, 1920, 3, 5, 1, 1, 2, 0, 3, 1, 0},
    {"rgb_matrix_f32@1080p", STRIDED_F32, STRIDED_F32, STRIDED_F32, 3, 1080, 1920, 3, 1, 1, 1, 0, 0, 1, 1, 0},
    {"rgb_matrix_u8@1080p", STRIDED_U8, STRIDED_F32, STRIDED_U8, 3, 1080, 1920, 3, 1, 1, 1, 0, 0, 1, 1, 0},
    {"rgb_to_grey_f32@1080p", STRIDED_F32, STRIDED_F32, STRIDED_F32, 3, 1080, 1920, 1, 1, 1, 1, 0, 0, 1, 1, 0},
    {"sound_128_i16@48000", STRIDED_I16, STRIDED_F32, STRIDED_I16, 1, 1, 48000, 1, 1, 128, 1, 0, 0, 1, 0, 0},
    {"stereo_128_i16@48000", STRIDED_I16, STRIDED_F32, STRIDED_I16, 2, 1, 48000, 2, 1, 128, 1, 0, 0, 2, 1, 0},
    {"dw_3x3_bf16_128@56", STRIDED_BF16, STRIDED_BF16, STRIDED_BF16, 128, 56, 56, 128, 3, 3, 1, 1, 1, 128, 1, 0},
    {"dw_3x3_f16_128@56", STRIDED_F16, STRIDED_F16, STRIDED_F16, 128, 56, 56, 128, 3, 3, 1, 1, 1, 128, 1, 0},
    {"dw_3x3_i8_128@56", STRIDED_I8, STRIDED_I8, STRIDED_I32, 128, 56, 56, 128, 3, 3, 1, 1, 1, 128, 1, 0},
    {"dw_3x3_f32_reflect_128@56", STRIDED_F32, STRIDED_F32, STRIDED_F32, 128, 56, 56, 128, 3, 3, 1, 1, 1, 128, 1, STRIDED_PAD_REFLECT},
    {"3x3_f32_reflect_64@56", STRIDED_F32, STRIDED_F32, STRIDED_F32, 64, 56, 56, 64, 3, 3, 1, 1, 1, 1, 1, STRIDED_PAD_REFLECT},
    {"3x3_f32_circular_64@56", STRIDED_F32, STRIDED_F32, STRIDED_F32, 64, 56, 56, 64, 3, 3, 1, 1, 1, 1, 0, STRIDED_PAD_CIRCULAR},
};

static int make(struct problem *p, const struct use *u, int plain)
{
    strided_context *ctx = bench_context(options.threads);
    const int64_t oh = (u->h + 2 * u->pad_h - u->r) / u->stride + 1, ow = (u->width + 2 * u->pad_w - u->s) / u->stride + 1;
    const int64_t x[] = {1, u->c, u->h, u->width}, w[] = {u->k, u->c / u->groups, u->r, u->s}, y[] = {1, u->k, oh, ow};
    memset(p, 0, sizeof *p);
    p->op = OP_CONV;
    p->threads = options.threads;
    p->conv = (strided_conv_params){.stride = {u->stride, u->stride}, .pad = {{u->pad_h, u->pad_h}, {u->pad_w, u->pad_w}}, .groups = u->groups,
                                    .pad_mode = plain ? STRIDED_PAD_CONSTANT : u->pad_mode};
    p->x = layout_tensor(ctx, plain ? STRIDED_F32 : u->x, 4, x, !plain && u->last, VIEW_NONE);
    p->w = layout_tensor(ctx, plain ? STRIDED_F32 : u->w, 4, w, 0, VIEW_NONE);
    p->y = layout_tensor(ctx, plain ? STRIDED_F32 : u->y, 4, y, !plain && u->last, VIEW_NONE);
    if (p->x && p->w && p->y && tensor_fill(p->x, 1, 7) && tensor_fill(p->w, 1, 11)) return 1;
    fprintf(stderr, "bench: %s: %s\n", u->name, strided_error());
    problem_release(p);
    return 0;
}

static void measure(struct trial *t, const struct use *u)
{
    struct problem plain;
    if (!make(&t->p, u, 0)) return;
    const double flops = 2.0 * (double)(strided_count(t->p.y) * u->c / u->groups * u->r * u->s);
    trial_begin(t, "uses", "uses", u->name, u->last ? "nhwc" : "nchw");
    trial_yard(t, YARD_FMA, flops, tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_STRICT, "plan");
    trial_admit(t, &ours, OURS_CALL_STRICT, "call");
    if (make(&plain, u, 1)) {
        trial_admit_other(t, &ours, OURS_STRICT, "f32 planes", &plain);
        trial_end(t);
        problem_release(&plain);
    } else
        trial_end(t);
    problem_release(&t->p);
}

void family_uses(void)
{
    static struct trial trial;
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (option_filter(uses[i].name)) measure(&trial, &uses[i]);
}
