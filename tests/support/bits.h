/*
 * bits.h - the same values give the same bits, however they lie and whoever computes.
 */
#ifndef STRIDED_TESTS_BITS_H
#define STRIDED_TESTS_BITS_H

#include "stage.h"

struct bits { unsigned char *out[TRIAL_OUTS]; };

/* Of a call with everything contiguous; values NULL: the trial's. */
void bits_base(struct bits *b, const struct trial *t, int context, struct array *const *values);
void bits_free(struct bits *b);
/* The stage's outputs have these bits. */
void bits_check(const struct stage *s, const struct bits *base);

#endif
