/*
 * channels.h - one value per channel: what batch normalisation computes with besides x itself.
 *
 * Whatever is one value per channel is formed in f64 and kept there, in the rows of one temporary; the passes over x are
 * maps and reductions in which these have stride 0 along all other axes.
 */
#ifndef STRIDED_SRC_CHANNELS_H
#define STRIDED_SRC_CHANNELS_H

#include "../nest/nest.h"
#include "../tensor/tensor.h"
#include "operands.h"

enum { CHANNEL_AXIS = 1 };

/* A tensor's values, or a row of the temporary. dtype 0: absent. */
struct channels {
    strided_dtype dtype;
    void   *data;
    int64_t stride;
};

/* An absent tensor gives absent values. */
struct channels strided__channels_of(const strided_tensor *x);
/* `rows` rows of f64 for so many channels: a tensor, yours to release. */
strided_tensor *strided__channels_new(const char *who, strided_context *ctx, int rows, int64_t channels);
struct channels strided__channels_row(const strided_tensor *rows, int row);

/* Operand `operand` moves along this kept axis only. Absent: nothing happens. */
void strided__channels_put(struct work *w, int operand, struct channels c, int axis);

/* in[NEST_DST] = op(in[NEST_A], ...) with x and y, for n channels, in f64; MAP_BINARY multiplies. */
void strided__channels_map(strided_context *ctx, enum map_op op, double x, double y, int64_t n,
                           const struct channels in[NEST_OPERANDS]);
/* dst = scale / sqrt(var + eps) */
void strided__channels_inverse_root(strided_context *ctx, int64_t n, struct channels dst, struct channels var,
                                    struct channels scale, double eps);
/* y = (x - b) * c + d, with b, c, d along axis `axis` of y. */
void strided__channels_scale_shift(const strided_tensor *y, const strided_tensor *x, int axis, enum compute compute,
                                   struct channels b, struct channels c, struct channels d);

/* All operands are floating; those from `from` on are vectors of so many channels. Absent ones are fine. */
strided_status strided__channels_check(const char *who, int n, const struct operand *operands, int from, int64_t channels);
strided_status strided__channels_check_x(const char *who, const strided_tensor *x);
strided_status strided__channels_check_eps(const char *who, double eps);
/* operands[0..dsts) may be written and are apart from all others; the rest may be read. Absent ones are fine. */
strided_status strided__channels_check_memory(const char *who, int dsts, int n, const struct operand *operands);

#endif
