/*
 * move.h - the works that only bring elements somewhere else: copies and fills. Axes and addresses are the caller's.
 *
 * A move between equal dtypes keeps the bits, NaN payloads included. Otherwise COPY converts as strided_copy() does
 * (float to integer truncates), STORE as an operator stores its result (to nearest even).
 */
#ifndef STRIDED_SRC_MOVE_H
#define STRIDED_SRC_MOVE_H

#include "../nest/nest.h"

enum move { MOVE_COPY, MOVE_STORE };

void strided__move_init(struct work *w, enum move how, strided_context *ctx, strided_dtype dst, strided_dtype src);
void strided__fill_init(struct work *w, strided_context *ctx, strided_dtype dst, double value);

/* All of dst at once; shapes and memory are checked. src broadcasts. */
void strided__move_run(enum move how, const strided_tensor *dst, const strided_tensor *src);
void strided__fill_run(const strided_tensor *dst, double value);

#endif
