/*
 * bars.c - what the project promises about speed, as a table: which results, which figure of each, how they are put
 * together, and the least (or most) that it may be.
 *
 * Shares are of the FMA peak or bandwidth measured beside each sample. A goal given in GFLOP/s on the machine that the
 * newest peers were measured on (FMA peak 246) stands here as its share of that peak; and a goal in milliseconds is
 * compared with what the share of the peak measured here would take at that peak.
 */
#include "bench.h"
#include <math.h>
#include <string.h>

enum metric {
    SHARE,      /* of the yard, by `entry` */
    SPEEDUP,    /* of `entry` over `other` */
    OVER_PEER,  /* of `entry` over the best peer */
    OVER_DIRECT,/* of `entry` over the best peer that forms direct sums */
    ROOF,       /* share of the least time that compute or memory allow */
    SECONDS, SECONDS_THERE /* with that share of the goals' peak */, MAKE_NET, PACKING, SCRATCH, EXTRA
};

static const double goals_peak = 246e9; /* FLOP/s */

enum fold { GEOMEAN, LEAST, MOST, MEDIAN, TOTAL, BY_WORK, SPREAD /* least / most */ };

typedef int selector(const struct result *r);

struct bar {
    const char   *group, *label, *family, *layout; /* layout NULL: any; a group's name or a layout's own */
    selector     *of;
    const char   *entry, *other;
    enum metric   metric;
    enum fold     fold;
    double        bar;
    int           at_most;
    const char   *unit;
};

/* ---- which results ------------------------------------------------------------------------------- */

static int is(const struct result *r, const char *class_name) { return strcmp(r->class_name, class_name) == 0; }
static int begins(const struct result *r, const char *with) { return strncmp(r->name, with, strlen(with)) == 0; }
static int64_t sum_length(const struct result *r)
{
    const struct layer *l = &r->layer;
    return l->c / (l->groups ? l->groups : 1) * l->r * l->s;
}

static int any(const struct result *r) { return r != NULL; }
static int plain_dense(const struct result *r)
{
    return is(r, "3x3") || is(r, "3x3 s2") || is(r, "1x1") || is(r, "1x1 s2") || is(r, "1x1 mobile") || is(r, "stem") ||
           is(r, "other dense");
}
static int dense(const struct result *r) { return plain_dense(r) && sum_length(r) >= 256; }
static int small_k(const struct result *r) { return plain_dense(r) && sum_length(r) < 256; }
static int transforms(const struct result *r)
{
    return layer_transforms(&r->layer) && layer_spatial(&r->layer) == 2 && r->layer.c >= 48 && r->layer.k >= 48 && r->layer.n == 1;
}
static int transforms64(const struct result *r) { return transforms(r) && r->layer.c >= 64 && r->layer.k >= 64; }
static int direct_goal1(const struct result *r)
{
    return is(r, "3x3 s2") || is(r, "1x1") || is(r, "1x1 s2") || is(r, "stem") || is(r, "dilated") ||
           begins(r, "odd_5x5");
}
static int direct_goal2(const struct result *r)
{
    return is(r, "3x3") || is(r, "3x3 s2") || is(r, "1x1") || is(r, "1x1 s2") || is(r, "stem");
}
static int on(const char *isa) { return strcmp(probe_isa(), isa) == 0; }
static int avx2_goal18(const struct result *r) { return on("avx2") && (is(r, "3x3") || is(r, "1x1")); }
static int base_goal18(const struct result *r) { return on("sse2") && (is(r, "3x3") || is(r, "1x1")); }
static int stem(const struct result *r) { return is(r, "stem"); }
static int dw3(const struct result *r) { return is(r, "dw 3-5") && r->layer.r == 3; }
static int avx2_dw3(const struct result *r) { return on("avx2") && dw3(r); }
static int base_dw3(const struct result *r) { return on("sse2") && dw3(r); }
static int dw35(const struct result *r) { return is(r, "dw 3-5"); }
static int dw7(const struct result *r) { return is(r, "dw 7"); }
static int dw13(const struct result *r) { return is(r, "dw 13+"); }
static int dw_large(const struct result *r) { return dw7(r) || dw13(r); }
static int dw_multiplier(const struct result *r) { return is(r, "dw multiplier"); }
static int grouped(const struct result *r) { return is(r, "grouped") && r->layer.c / r->layer.groups <= 8; }
static int grouped4(const struct result *r) { return is(r, "grouped") && r->layer.c / r->layer.groups == 4; }
static int grouped8(const struct result *r) { return is(r, "grouped") && r->layer.c / r->layer.groups == 8; }
static int dilated(const struct result *r) { return is(r, "dilated"); }
static int odd(const struct result *r) { return is(r, "odd"); }
static int oc16(const struct result *r) { return is(r, "oc 16-24"); }
static int images(const struct result *r) { return is(r, "image") || is(r, "fir"); }
static int outputs3(const struct result *r) { return begins(r, "sr_3x3_32_3"); }
static int conv1d(const struct result *r) { return is(r, "conv1d"); }
static int conv3d(const struct result *r) { return is(r, "conv3d"); }
static int conv3d_dw(const struct result *r) { return is(r, "conv3d dw"); }
static int dw_1d_long(const struct result *r) { return is(r, "dw 1-d long"); }
static int dw_1d_short(const struct result *r) { return is(r, "dw 1-d short"); }
static int dw_1d(const struct result *r) { return dw_1d_long(r) || dw_1d_short(r); }
static int conv1d_conv3d(const struct result *r) { return conv1d(r) || conv3d(r); }
static int resnet_vgg(const struct result *r) { return begins(r, "rn50") || begins(r, "vgg16"); }
static int resnet(const struct result *r) { return begins(r, "rn50") && r->layer.count > 0; }
static int vgg(const struct result *r) { return begins(r, "vgg16"); }
static int mobilenet(const struct result *r) { return begins(r, "mbv2") && r->layer.count > 0; }
static int large_layer(const struct result *r) { return r->flops >= 50e6; }
static int dense_view(const struct result *r) { return dense(r) || dilated(r); }
static int dear_view(const struct result *r) { return strstr(r->layout, "step") || strstr(r->layout, "swap"); }
static int cheap_view(const struct result *r) { return !dear_view(r); }
static int transposed(const struct result *r) { return is(r, "transposed"); }
static int grad_x(const struct result *r) { return is(r, "grad x"); }
static int grad_w(const struct result *r) { return is(r, "grad w"); }
static int mm_square(const struct result *r) { return is(r, "mm"); }
static int mm_2048(const struct result *r) { return begins(r, "sq2048"); }
static int mm_views(const struct result *r) { return is(r, "mm of views") && begins(r, "s2s2_128") == 0; }
static int mm_8(const struct result *r) { return strcmp(r->name, "sq8") == 0; }
static int mm_16(const struct result *r) { return strcmp(r->name, "sq16") == 0; }
static int mm_32(const struct result *r) { return strcmp(r->name, "sq32") == 0; }
static int mm_tiny(const struct result *r) { return is(r, "tiny"); }
static int mm_s2_512(const struct result *r) { return begins(r, "s2s2_512"); }
static int mm_s2_32(const struct result *r) { return begins(r, "s2s2_32"); }
static int mv(const struct result *r) { return is(r, "mv"); }
static int mv_s2(const struct result *r) { return begins(r, "s2mv"); }
static int copies(const struct result *r) { return is(r, "copy"); }
static int stepped(const struct result *r) { return is(r, "copy stepped"); }
static int changes(const struct result *r) { return is(r, "layout change"); }
static int transposes(const struct result *r) { return is(r, "transpose"); }
static int elementwise(const struct result *r) { return is(r, "elementwise"); }
static int reductions(const struct result *r) { return is(r, "reduction"); }
static int small_pools(const struct result *r)
{
    return is(r, "pool 2x2") || is(r, "pool 3x3") || is(r, "pool global");
}
static int pools(const struct result *r) { return !is(r, "sliding max") && !is(r, "pool u8"); }
static int pool5(const struct result *r) { return is(r, "pool 5x5"); }
static int pool13(const struct result *r) { return is(r, "pool 13x13"); }
static int sliding_long(const struct result *r) { return is(r, "sliding max") && r->layer.s >= 31; }
static int ten_megaflop(const struct result *r) { return r->flops >= 10e6; }
static int few_weights(const struct result *r) { return r->layer.k * sum_length(r) * 4 <= 64 << 10; }
static int many_weights(const struct result *r) { return r->layer.k * sum_length(r) * 4 >= 1 << 20; }
static int not_winograd(const struct result *r) { return !layer_transforms(&r->layer); }

/* ---- the bars ------------------------------------------------------------------------------------ */

/* The usual ends of a row: a geometric mean of shares; so many times as fast as a peer, as a peer's direct sums, as another entry. */
#define SHARE_OF(bar)         NULL, SHARE, GEOMEAN, bar, 0, "%"
#define PEER_TIMES(fold, bar) NULL, OVER_PEER, fold, bar, 0, "x"
#define DIRECT_TIMES(fold, bar) ANY, OVER_DIRECT, fold, bar, 0, "x"
#define TIMES(fold, bar)      SPEEDUP, fold, bar, 0, "x"
#define TIME_THERE(bar)       NULL, SECONDS_THERE, TOTAL, bar, 1, "ms"
#define ANY                   NULL

static const struct bar bars[] = {
    {"dense", "K >= 256, nchw, direct", "conv", "nchw", dense, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, nhwc, direct", "conv", "nhwc", dense, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, mixed, direct", "conv", "mixed", dense, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, flipped", "views", "nchw flip w", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, cropped", "views", "nchw crop", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, every 2nd channel", "views", "nchw channel 2", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, every 2nd pixel", "views", "nchw step 2", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, H and W swapped", "views", "nchw swap hw", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, batch repeated", "views", "nchw batch 0", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, nhwc flipped", "views", "nhwc flip w", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, nhwc cropped", "views", "nhwc crop", dense_view, "strict", SHARE_OF(90)},
    {"dense", "K >= 256, nhwc every 2nd pixel", "views", "nhwc step 2", dense_view, "strict", SHARE_OF(90)},
    {"dense", "small K, nchw", "conv", "nchw", small_k, "strict", SHARE_OF(85)},
    {"dense", "goal 1: nhwc against the newest peers", "conv", "nhwc", direct_goal1, "strict", SHARE_OF(97)},
    {"dense", "goal 2: nchw, 1.15 x oneDNN 3.13", "conv", "nchw", direct_goal2, "strict", SHARE_OF(89)},
    {"dense", "goal 2: nchw stems, 1.25 x", "conv", "nchw", stem, "default", SHARE_OF(75)},

    {"winograd", "3x3 s1, >= 48 channels, default, nchw", "conv", "nchw", transforms, "default", SHARE_OF(150)},
    {"winograd", "3x3 s1, >= 48 channels, default, nhwc", "conv", "nhwc", transforms, "default", SHARE_OF(150)},
    {"winograd", "3x3 s1, >= 48 channels, fast, nchw", "conv", "nchw", transforms, "fast", SHARE_OF(200)},
    {"winograd", "3x3 s1, >= 48 channels, fast, nhwc", "conv", "nhwc", transforms, "fast", SHARE_OF(200)},
    {"winograd", "goal 3: fast over oneDNN 3.13 nhwc (88 %)", "conv", "nhwc", transforms64, "fast", SHARE_OF(176)},
    {"winograd", "goal 3: fast nchw, 1.15 x ncnn", "conv", "nchw", transforms64, "fast", SHARE_OF(144)},
    {"winograd", "goal 3: no layer below direct, nchw", "conv", "nchw", transforms64, "default",
     "strict", TIMES(LEAST, 0.97)},
    {"winograd", "goal 3: no layer below direct, nhwc", "conv", "nhwc", transforms64, "default",
     "strict", TIMES(LEAST, 0.97)},
    {"winograd", "goal 3: no layer below direct, fast", "conv", ANY, transforms64, "fast",
     "strict", TIMES(LEAST, 0.97)},

    {"depthwise", "3x3, nchw", "conv", "nchw", dw3, "default", SHARE_OF(50)},
    {"depthwise", "3x3, nhwc", "conv", "nhwc", dw3, "default", SHARE_OF(50)},
    {"depthwise", "7x7, nchw", "conv", "nchw", dw7, "default", SHARE_OF(60)},
    {"depthwise", "7x7, nhwc", "conv", "nhwc", dw7, "default", SHARE_OF(60)},
    {"depthwise", ">= 13x13, nchw", "conv", "nchw", dw13, "default", SHARE_OF(85)},
    {"depthwise", ">= 13x13, nhwc", "conv", "nhwc", dw13, "default", SHARE_OF(85)},
    {"depthwise", "goal 5: 3x3 and 5x5, nhwc, 140 GFLOP/s", "conv", "nhwc", dw35, "default", SHARE_OF(57)},
    {"depthwise", "goal 5: 3x3 and 5x5, nchw, 120 GFLOP/s", "conv", "nchw", dw35, "default", SHARE_OF(49)},
    {"depthwise", "goal 6: 7x7 to 31x31, nhwc, 200 GFLOP/s", "conv", "nhwc", dw_large, "default", SHARE_OF(81)},
    {"depthwise", "goal 6: 7x7 to 31x31, nchw, 200 GFLOP/s", "conv", "nchw", dw_large, "default", SHARE_OF(81)},
    {"depthwise", "1-d, k = 31 and 64, ncw", "conv", "nchw", dw_1d_long, "default", SHARE_OF(70)},
    {"depthwise", "1-d, k = 31 and 64, nwc", "conv", "nhwc", dw_1d_long, "default", SHARE_OF(70)},
    {"depthwise", "1-d, k = 4: of its roof, ncw", "conv", "nchw", dw_1d_short, "default", ANY, ROOF, GEOMEAN, 80, 0,
     "%"},
    {"depthwise", "1-d, k = 4: of its roof, nwc", "conv", "nhwc", dw_1d_short, "default", ANY, ROOF, GEOMEAN, 80, 0,
     "%"},
    {"depthwise", "goal 8b: 1-d over the best peer, nwc", "conv", "nhwc", dw_1d, "default", PEER_TIMES(GEOMEAN, 1.15)},
    {"depthwise", "goal 8b: 1-d over the best peer, ncw", "conv", "nchw", dw_1d, "default", PEER_TIMES(GEOMEAN, 1.5)},

    {"others", "grouped, 4 to 8 channels, nchw", "conv", "nchw", grouped, "default", SHARE_OF(60)},
    {"others", "grouped, 4 to 8 channels, nhwc", "conv", "nhwc", grouped, "default", SHARE_OF(60)},
    {"others", "goal 7: 4 channels a group, 124 GFLOP/s", "conv", ANY, grouped4, "default", SHARE_OF(50)},
    {"others", "goal 7: 8 channels a group, 185 GFLOP/s", "conv", ANY, grouped8, "default", SHARE_OF(75)},
    {"others", "goal 7: multiplier 4, 123 GFLOP/s", "conv", ANY, dw_multiplier, "default", SHARE_OF(50)},
    {"others", "goal 7: 3 outputs, 126 GFLOP/s", "conv", ANY, outputs3, "default", SHARE_OF(51)},
    {"others", "dilated, nchw", "conv", "nchw", dilated, "strict", SHARE_OF(90)},
    {"others", "dilated, nhwc", "conv", "nhwc", dilated, "strict", SHARE_OF(90)},
    {"others", "17 -> 19 channels at 31x31", "conv", ANY, odd, "default", SHARE_OF(55)},
    {"others", "16 to 24 outputs, nchw", "conv", "nchw", oc16, "default", SHARE_OF(60)},
    {"others", "16 to 24 outputs, nhwc", "conv", "nhwc", oc16, "default", SHARE_OF(60)},
    {"others", "1 to 4 outputs and FIR filters", "conv", "nchw", images, "default", SHARE_OF(60)},
    {"others", "goal 8a: the same over plain C loops, least", "conv", "nchw", images, "default",
     "c loops", TIMES(LEAST, 2.5)},
    {"others", "conv1d, ncw", "conv", "nchw", conv1d, "default", SHARE_OF(80)},
    {"others", "conv1d, nwc", "conv", "nhwc", conv1d, "default", SHARE_OF(80)},
    {"others", "conv3d, ncdhw", "conv", "nchw", conv3d, "default", SHARE_OF(80)},
    {"others", "conv3d, ndhwc", "conv", "nhwc", conv3d, "default", SHARE_OF(80)},
    {"others", "conv1d and conv3d, no layer below a peer", "conv", ANY, conv1d_conv3d,
     "default", PEER_TIMES(LEAST, 1.0)},
    {"others", "goal 9: conv1d nwc, 1.05 x 182 GFLOP/s", "conv", "nhwc", conv1d, "default", SHARE_OF(78)},
    {"others", "goal 9: conv3d ndhwc, 1.05 x 224 GFLOP/s", "conv", "nhwc", conv3d, "default", SHARE_OF(95)},
    {"others", "goal 9: conv1d ncw, 1.15 x 188 GFLOP/s", "conv", "nchw", conv1d, "default", SHARE_OF(88)},
    {"others", "goal 9: conv3d ncdhw, 1.15 x 185 GFLOP/s", "conv", "nchw", conv3d, "default", SHARE_OF(86)},
    {"others", "goal 9: 3-d depthwise, 153 GFLOP/s", "conv", ANY, conv3d_dw, "default", SHARE_OF(62)},

    {"lesser sets", "goal 18: avx2, nhwc, 3x3 and 1x1, oneDNN's 105 of 122 GFLOP/s", "conv", "nhwc", avx2_goal18, "strict",
     SHARE_OF(86)},
    {"lesser sets", "goal 18: avx2, nchw, 1.2 x oneDNN's 92", "conv", "nchw", avx2_goal18, "strict", SHARE_OF(90.5)},
    {"lesser sets", "goal 18: avx2, nchw, depthwise, 10 x oneDNN's 4.4", "conv", "nchw", avx2_dw3, "default", SHARE_OF(36)},
    {"lesser sets", "goal 18: baseline, nhwc, 1.3 x oneDNN's 34 of 61", "conv", "nhwc", base_goal18, "strict", SHARE_OF(72)},
    {"lesser sets", "goal 18: baseline, nchw, 1.3 x oneDNN's 36", "conv", "nchw", base_goal18, "strict", SHARE_OF(77)},
    {"lesser sets", "goal 18: baseline, nhwc, depthwise, 1.3 x oneDNN's 38", "conv", "nhwc", base_dw3, "default", SHARE_OF(81)},
    {"lesser sets", "goal 18: baseline, nchw, depthwise, 1.3 x oneDNN's 3.8", "conv", "nchw", base_dw3, "default", SHARE_OF(8)},

    {"gradients", "transposed convolution, nchw", "grad", "nchw", transposed, "default", SHARE_OF(75)},
    {"gradients", "transposed convolution, nhwc", "grad", "nhwc", transposed, "default", SHARE_OF(75)},
    {"gradients", "of x, nchw", "grad", "nchw", grad_x, "default", SHARE_OF(75)},
    {"gradients", "of x, nhwc", "grad", "nhwc", grad_x, "default", SHARE_OF(75)},
    {"gradients", "of w, nchw", "grad", "nchw", grad_w, "default", SHARE_OF(75)},
    {"gradients", "of w, nhwc", "grad", "nhwc", grad_w, "default", SHARE_OF(75)},

    {"products", "64 to 1024", "product", ANY, mm_square, "call", SHARE_OF(90)},
    {"products", "transposed, stepped, reversed", "product", ANY, mm_views, "call", SHARE_OF(90)},
    {"products", "2048", "product", ANY, mm_2048, "call", SHARE_OF(80)},
    {"products", "matrix times vector, of memcpy", "product", ANY, mv, "call", SHARE_OF(80)},
    {"products", "goal 13: 64 to 1024 over the best peer, least", "product", ANY, mm_square,
     "call", PEER_TIMES(LEAST, 0.97)},
    {"products", "goal 13: 8, with a plan, 49 GFLOP/s", "product", ANY, mm_8, "plan", SHARE_OF(20)},
    {"products", "goal 13: 16, with a plan, 158 GFLOP/s", "product", ANY, mm_16, "plan", SHARE_OF(64)},
    {"products", "goal 13: 32, with a plan, 208 GFLOP/s", "product", ANY, mm_32, "plan", SHARE_OF(85)},
    {"products", "goal 13: 8 to 32, with a plan, over OpenBLAS", "product", ANY, mm_tiny, "plan",
     "openblas", TIMES(LEAST, 1.3)},
    {"products", "goal 12: 512 stepped over BLIS", "product", ANY, mm_s2_512, "call", "blis", TIMES(LEAST, 0.97)},
    {"products", "goal 12: 512 stepped over oneDNN on the view", "product", ANY, mm_s2_512, "call",
     "onednn", TIMES(LEAST, 1000)},
    {"products", "goal 12: 32 stepped over the best peer", "product", ANY, mm_s2_32, "call", PEER_TIMES(LEAST, 1.5)},
    {"products", "goal 12: stepped mv over the best peer", "product", ANY, mv_s2, "call", PEER_TIMES(LEAST, 2)},

    {"moving", "copies, of memcpy", "move", ANY, copies, "call", SHARE_OF(80)},
    {"moving", "copies of every 2nd element, of memcpy", "move", ANY, stepped, "call", SHARE_OF(80)},
    {"moving", "changes of layout, of memcpy", "move", ANY, changes, "call", SHARE_OF(80)},
    {"moving", "transposes, of memcpy", "move", ANY, transposes, "call", SHARE_OF(60)},
    {"moving", "elementwise, of memcpy", "move", ANY, elementwise, "call", SHARE_OF(80)},
    {"moving", "reductions, of memcpy", "move", ANY, reductions, "call", SHARE_OF(80)},

    {"pools", "2x2, 3x3, global, nchw, of the bandwidth", "pool", "nchw", small_pools, "default", SHARE_OF(80)},
    {"pools", "2x2, 3x3, global, nhwc, of the bandwidth", "pool", "nhwc", small_pools, "default", SHARE_OF(80)},
    {"pools", "sliding max, 31 to 2000: slowest / fastest", "pool", ANY, sliding_long,
     "default", ANY, SHARE, SPREAD, 70, 0, "%"},
    {"pools", "nchw over the best peer", "pool", "nchw", pools, "default", PEER_TIMES(GEOMEAN, 2)},
    {"pools", "goal 10: nhwc over the best peer", "pool", "nhwc", pools, "default", PEER_TIMES(GEOMEAN, 1.1)},
    {"pools", "goal 10: 5x5 over the best peer", "pool", ANY, pool5, "default", PEER_TIMES(LEAST, 2)},
    {"pools", "goal 10: 13x13 over the best peer", "pool", ANY, pool13, "default", PEER_TIMES(LEAST, 4)},
    {"pools", "goal 12: views over the best peer", "pool", "views", pools, "default", PEER_TIMES(GEOMEAN, 1.5)},
    {"pools", "goal 12: views over oneDNN on the view", "pool", "views", pools, "default",
     "onednn", TIMES(GEOMEAN, 100)},

    {"types", "bf16 over f32, nhwc", "types", "nhwc", any, "bf16", "f32", TIMES(GEOMEAN, 1.8)},
    {"types", "bf16 over f32, nchw", "types", "nchw", any, "bf16", "f32", TIMES(GEOMEAN, 1.8)},
    {"types", "bf16 at FAST over f32, nhwc", "types", "nhwc", any, "bf16 fast", "f32", TIMES(GEOMEAN, 1.8)},
    {"types", "bf16 at FAST over f32, nchw", "types", "nchw", any, "bf16 fast", "f32", TIMES(GEOMEAN, 1.8)},
    {"types", "int8 over f32, nhwc", "types", "nhwc", any, "int8", "f32", TIMES(GEOMEAN, 3.5)},
    {"types", "int8 over f32, nchw", "types", "nchw", any, "int8", "f32", TIMES(GEOMEAN, 3.5)},
    {"types", "goal 19: bf16 at FAST over oneDNN", "types", "nhwc", any, "bf16 fast", "onednn bf16", TIMES(GEOMEAN, 0.95)},
    {"types", "goal 19: int8 over oneDNN", "types", "nhwc", any, "int8", "onednn int8", TIMES(GEOMEAN, 0.95)},

    {"threads", "two, every ResNet-50 layer, nchw", "threads", "nchw", resnet, "2 threads",
     "1 thread", TIMES(LEAST, 1.9)},
    {"threads", "two, every ResNet-50 layer, nhwc", "threads", "nhwc", resnet, "2 threads",
     "1 thread", TIMES(LEAST, 1.9)},
    {"threads", "goal 17: layers of 50 MFLOP and more", "threads", ANY, large_layer, "2 threads",
     "1 thread", TIMES(LEAST, 1.9)},
    {"threads", "goal 17: no layer slower", "threads", ANY, any, "2 threads", "1 thread", TIMES(LEAST, 1.0)},

    {"einsum", "plans: einsum over conv", "einsum", ANY, any, "einsum plan", "conv plan", TIMES(GEOMEAN, 0.95)},
    {"einsum", "calls: einsum over conv, direct", "einsum", ANY, any, "einsum", "conv strict", TIMES(GEOMEAN, 0.95)},
    {"einsum", "the chapter's conv2d over conv", "einsum", ANY, any, "chapter", "conv", TIMES(GEOMEAN, 0.95)},

    {"peers", "nchw, default", "conv", "nchw", resnet_vgg, "default", PEER_TIMES(GEOMEAN, 1.4)},
    {"peers", "nhwc, default", "conv", "nhwc", resnet_vgg, "default", PEER_TIMES(GEOMEAN, 1.25)},
    {"peers", "nchw, default (peers' direct sums)", "conv", "nchw", resnet_vgg,
     "default", DIRECT_TIMES(GEOMEAN, 1.4)},
    {"peers", "nhwc, default (peers' direct sums)", "conv", "nhwc", resnet_vgg,
     "default", DIRECT_TIMES(GEOMEAN, 1.25)},
    {"peers", "nchw, default (peers' direct sums), worst layer", "conv", "nchw", resnet_vgg,
     "default", DIRECT_TIMES(LEAST, 0.9)},
    {"peers", "nhwc, default (peers' direct sums), worst layer", "conv", "nhwc", resnet_vgg,
     "default", DIRECT_TIMES(LEAST, 0.9)},
    {"peers", "nchw, fast", "conv", "nchw", resnet_vgg, "fast", PEER_TIMES(GEOMEAN, 1.4)},
    {"peers", "nhwc, fast", "conv", "nhwc", resnet_vgg, "fast", PEER_TIMES(GEOMEAN, 1.25)},
    {"peers", "nchw, strict (peers' direct sums)", "conv", "nchw", resnet_vgg,
     "strict", DIRECT_TIMES(GEOMEAN, 1.0)},
    {"peers", "nhwc, strict (peers' direct sums)", "conv", "nhwc", resnet_vgg,
     "strict", DIRECT_TIMES(GEOMEAN, 1.0)},
    {"peers", "nchw, default, worst layer", "conv", "nchw", resnet_vgg, "default", PEER_TIMES(LEAST, 0.9)},
    {"peers", "nhwc, default, worst layer", "conv", "nhwc", resnet_vgg, "default", PEER_TIMES(LEAST, 0.9)},
    {"peers", "goal 1: nhwc, direct, worst layer", "conv", "nhwc", direct_goal1,
     "strict", DIRECT_TIMES(LEAST, 0.93)},
    {"peers", "goal 2: nchw, direct, worst layer", "conv", "nchw", direct_goal2,
     "strict", DIRECT_TIMES(LEAST, 1.05)},
    {"peers", "mixed layouts, default", "conv", "mixed", resnet_vgg, "default", PEER_TIMES(GEOMEAN, 1.25)},
    {"peers", "strided views", "views", ANY, any, "default", PEER_TIMES(GEOMEAN, 2)},

    {"views", "goal 11: own contiguous time / time: crop, channels, flip, batch", "views", ANY, cheap_view,
     "strict", "contiguous", TIMES(GEOMEAN, 1 / 1.05)},
    {"views", "goal 11: the same, step 2 and swapped", "views", ANY, dear_view, "strict",
     "contiguous", TIMES(GEOMEAN, 1 / 1.2)},
    {"views", "goal 11: over oneDNN's reorder and nhwc, least", "views", ANY, any, "default",
     "onednn any", TIMES(LEAST, 1)},
    {"views", "goal 11: over oneDNN on the view, least", "views", ANY, any, "default", "onednn", TIMES(LEAST, 300)},

    {"networks", "ResNet-50, nhwc, default, x of peak", "conv", "nhwc", resnet,
     "default", ANY, SHARE, BY_WORK, 115, 0, "%"},
    {"networks", "ResNet-50, nhwc, fast", "conv", "nhwc", resnet, "fast", ANY, SHARE, BY_WORK, 128, 0, "%"},
    {"networks", "ResNet-50, nchw, default", "conv", "nchw", resnet, "default", ANY, SHARE, BY_WORK, 115, 0, "%"},
    {"networks", "ResNet-50, nchw, fast", "conv", "nchw", resnet, "fast", ANY, SHARE, BY_WORK, 128, 0, "%"},
    {"networks", "VGG-16, nhwc, default", "conv", "nhwc", vgg, "default", ANY, SHARE, BY_WORK, 160, 0, "%"},
    {"networks", "VGG-16, nhwc, fast", "conv", "nhwc", vgg, "fast", ANY, SHARE, BY_WORK, 240, 0, "%"},
    {"networks", "VGG-16, nchw, default", "conv", "nchw", vgg, "default", ANY, SHARE, BY_WORK, 160, 0, "%"},
    {"networks", "VGG-16, nchw, fast", "conv", "nchw", vgg, "fast", ANY, SHARE, BY_WORK, 240, 0, "%"},
    {"networks", "MobileNetV2, nhwc, of its roof", "conv", "nhwc", mobilenet, "default", ANY, ROOF, BY_WORK, 90, 0,
     "%"},
    {"networks", "MobileNetV2, nchw, of its roof", "conv", "nchw", mobilenet, "default", ANY, ROOF, BY_WORK, 90, 0,
     "%"},
    {"networks", "goal 4: ResNet-50, nhwc, fast, at 246 GFLOP/s", "conv", "nhwc", resnet, "fast", TIME_THERE(26.5)},
    {"networks", "goal 4: VGG-16, nhwc, fast, at 246 GFLOP/s", "conv", "nhwc", vgg, "fast", TIME_THERE(65)},
    {"networks", "goal 4: MobileNetV2, nhwc, at 246 GFLOP/s", "conv", "nhwc", mobilenet, "default", TIME_THERE(2.6)},
    {"networks", "goal 4: MobileNetV2, nchw, at 246 GFLOP/s", "conv", "nchw", mobilenet, "default", TIME_THERE(2.9)},

    {"plans", "immediate call over a plan's run, >= 10 MFLOP", "plan", ANY, ten_megaflop, "call",
     "plan", TIMES(GEOMEAN, 0.9)},
    {"plans", "goal 15: making one, less packing at 4 GB/s, median", "plan", ANY, any,
     "plan", ANY, MAKE_NET, MEDIAN, 10, 1, "us"},
    {"plans", "goal 15: the same with few weights, worst", "plan", ANY, few_weights,
     "plan", ANY, MAKE_NET, MOST, 1000, 1, "us"},
    {"plans", "goal 15: packing of 1 MiB and more, least", "plan", ANY, many_weights,
     "plan", ANY, PACKING, LEAST, 4, 0, "GB/s"},
    {"memory", "goal 14: scratch, direct", "conv", ANY, any, "strict", ANY, SCRATCH, MOST, 128, 1, "KiB"},
    {"memory", "nhwc direct: none", "conv", "nhwc", not_winograd, "default", ANY, SCRATCH, MOST, 0, 1, "KiB"},
    {"memory", "nchw direct", "conv", "nchw", not_winograd, "default", ANY, SCRATCH, MOST, 64, 1, "KiB"},
    {"memory", "winograd, default", "conv", ANY, transforms, "default", ANY, SCRATCH, MOST, 2048, 1, "KiB"},
    {"memory", "winograd, fast", "conv", ANY, transforms, "fast", ANY, SCRATCH, MOST, 2048, 1, "KiB"},
    {"process", "goal 16: a process that convolves once", "process", ANY, any,
     "default", ANY, SECONDS, LEAST, 2.2, 1, "ms"},
    {"process", "goal 16: its memory", "process", ANY, any, "default", ANY, EXTRA, LEAST, 2560, 1, "KiB"},
};

int bars_count(void) { return (int)(sizeof bars / sizeof *bars); }

/* ---- figures ------------------------------------------------------------------------------------- */

static const struct entry *best_direct_peer(const struct result *r)
{
    const struct entry *best = NULL;
    for (int i = 0; i < r->entries; i++)
        if (r->entry[i].peer && !strstr(r->entry[i].name, "winograd") && (!best || r->entry[i].share > best->share))
            best = &r->entry[i];
    return best;
}

static double speed(const struct entry *e) { return e ? e->share * e->threads : NAN; }

static double weight_bytes(const struct result *r) { return 4.0 * (double)r->layer.k * (double)sum_length(r); }

/* NAN where the result does not say it. */
static double figure_of(const struct bar *b, const struct result *r)
{
    const struct entry *e = result_entry(r, b->entry);
    if (!e) return NAN;
    switch (b->metric) {
    case SHARE: return 100 * e->share;
    case SPEEDUP: return speed(e) / speed(result_entry(r, b->other));
    case OVER_PEER: return speed(e) / speed(result_best_peer(r));
    case OVER_DIRECT: return speed(e) / speed(best_direct_peer(r));
    case ROOF: return 100 * r->roof / e->seconds;
    case SECONDS: return 1e3 * e->seconds;
    case SECONDS_THERE: return 1e3 * r->flops / (e->share * goals_peak);
    case MAKE_NET: return 1e6 * (e->make - weight_bytes(r) / 4e9);
    case PACKING: return 1e-9 * weight_bytes(r) / e->make;
    case SCRATCH: return (double)e->scratch / 1024;
    case EXTRA: return (double)e->extra / 1024;
    }
    return NAN;
}

static double folded(enum fold fold, int n, double *v, const double *work, const double *times)
{
    double sum = 0, weight = 0, low = INFINITY, high = -INFINITY;
    for (int i = 0; i < n; i++) {
        if (v[i] < low) low = v[i];
        if (v[i] > high) high = v[i];
        sum += fold == BY_WORK ? work[i] / v[i] : v[i] * times[i];
        weight += work[i];
    }
    switch (fold) {
    case GEOMEAN: return geomean(n, v);
    case LEAST: return low;
    case MOST: return high;
    case MEDIAN: return median(n, v);
    case TOTAL: return sum;
    case BY_WORK: return weight / sum;
    case SPREAD: return 100 * low / high;
    }
    return NAN;
}

static int in_layout(const struct bar *b, const struct result *r)
{
    if (!b->layout || strcmp(b->layout, r->layout) == 0) return 1;
    for (int i = 0; i < layout_count; i++)
        if (strcmp(layouts[i].name, r->layout) == 0) return strcmp(layouts[i].group, b->layout) == 0;
    return 0;
}

/* Dense sums promise 2 % less on AVX2, whose registers are few. */
static double bar_of(const struct bar *b)
{
    return (b->of == dense || b->of == dense_view) && on("avx2") ? b->bar - 2 : b->bar;
}

struct bar_figure bar_at(int i)
{
    enum { MOST_RESULTS = 4096 };
    static double v[MOST_RESULTS], work[MOST_RESULTS], times[MOST_RESULTS];
    const struct bar *b = &bars[i];
    int n = 0, whole_network = b->fold == TOTAL || b->fold == BY_WORK;
    for (int k = 0; k < results_count() && n < MOST_RESULTS && !(whole_network && options.filter); k++) {
        const struct result *r = result_at(k);
        if (strcmp(r->family, b->family) != 0 || !in_layout(b, r) || !b->of(r)) continue;
        double f = figure_of(b, r);
        if (isnan(f)) continue;
        times[n] = r->layer.count > 0 ? (double)r->layer.count : 1;
        work[n] = times[n] * (b->metric == ROOF ? r->roof : r->flops);
        v[n++] = f;
    }
    double figure = n ? folded(b->fold, n, v, work, times) : NAN;
    return (struct bar_figure){b->group, b->label, figure, bar_of(b), b->at_most, n, b->unit};
}
