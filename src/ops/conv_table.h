/*
 * conv_table.h - one table for convolution, its gradients, its transposed form, in one to three dimensions.
 *
 * Three tensors meet in every one of them: `in`, over which windows move (n elements an axis), `w`, the taps, and
 * `out`, one element for each position. Whichever is the destination, the axes are the same rows:
 *
 *              extent         in           w          out
 *     n        batch          n            0          n
 *     g        groups         c * C/g      o * O/g    c * O/g
 *     o        O/g            0            o          c
 *     c        C/g            c            c          0
 *     p (1-3)  positions      x * step     0          p         in and w are tied by an edge:
 *     k (1-3)  taps           x * dilation k          0         position p*step + k*dilation - before
 *
 *     forward  out <- in, w      strided_conv, strided_conv_transpose_grad_input
 *     weight   w   <- in, out    both gradients of the weights
 *     gather   in  <- out, w     strided_conv_grad_input, strided_conv_transpose; p and k by phases (window_axes.h)
 */
#ifndef STRIDED_SRC_CONV_TABLE_H
#define STRIDED_SRC_CONV_TABLE_H

#include "../nest/nest.h"
#include "../tensor/tensor.h"
#include "window_geometry.h"

/* Which of the caller's tensors play the roles; the names are for messages. */
struct conv_roles {
    const char *who;
    const char *in_name, *w_name, *out_name;
    const strided_tensor *in, *w, *out;
    int transposed;   /* the caller's channels follow `out`: it decides the shape of `in`, not the reverse */
};

struct conv_table {
    struct conv_roles roles;
    int nd, batched;
    int64_t batch, groups, oc, ic;     /* oc, ic: channels of out and of in, in one group */
    struct window window;
    strided_pad_mode mode;
    strided_arithmetic arithmetic;
    int64_t shape[STRIDED_MAX_NDIM];   /* of out; transposed: of in */
};

/* NULL params are all zero. The result is never NULL. */
const strided_conv_params *strided__conv_params(const strided_conv_params *params);
/* The options tail. */
strided_status strided__conv_check_tail(const char *who, const strided_conv_params *params);

/* Ranks, dtypes, parameters, geometry, shapes, in this order. Of the tensor whose shape follows from the others
 * (out; transposed: in) nothing is checked, and it may be NULL; see strided__conv_check_shape(). */
strided_status strided__conv_table(struct conv_table *t, const struct conv_roles *roles, const strided_conv_params *params);
strided_status strided__conv_check_shape(const struct conv_table *t);

/* bias is (channels) or NULL. */
strided_status strided__conv_check_bias(const struct conv_table *t, const strided_tensor *bias);
/* Activation and what it needs; `compute` is what the sums are formed in. */
strided_status strided__conv_check_epilogue(const char *who, const strided_conv_params *params, enum compute compute);
/* What the sums are formed in: strided__compute_for(), and of dst too where it is accumulated to. */
enum compute   strided__conv_compute(const strided_tensor *dst, const strided_tensor *a, const strided_tensor *b,
                                     const strided_tensor *bias, int accumulate);

/* What becomes of the sums; all absent for gradients. */
struct conv_epilogue {
    const strided_tensor *bias;
    const strided_tensor *factor;        /* of requantising: (1) or (channels), f64 */
    const strided_conv_params *params;   /* activation and accumulate; NULL: none */
};

/* The work that makes out (w) of the other two. */
void strided__conv_forward(struct work *w, const struct conv_table *t, enum compute compute, struct conv_epilogue e);
void strided__conv_weight(struct work *w, const struct conv_table *t, enum compute compute);
/* Makes `in` of the other two, phase by phase. Zero padding only. */
strided_status strided__conv_gather(const struct conv_table *t, enum compute compute, struct conv_epilogue e);

#endif
