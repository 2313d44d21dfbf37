/*
 * number.h - elements as text in columns. A first pass over all elements measures, a second one puts.
 */
#ifndef STRIDED_SRC_NUMBER_H
#define STRIDED_SRC_NUMBER_H

#include "../base/dtype.h"
#include "../base/text.h"

struct number_style {
    strided_dtype dtype;
    int    scientific;           /* decided by the largest and smallest finite magnitude */
    double largest, smallest;    /* non-zero finite magnitudes; 0 = none yet */
    int    whole[2], fraction[2];/* most characters before and after the point; [0] positional, [1] scientific */
    int    exponent;             /* most digits of an exponent */
    int    other;                /* characters of the longest inf or nan */
    int    width;                /* integers and bool: the longest */
};

void strided__number_measure(struct number_style *s, const void *element);
void strided__number_put(struct text *t, const struct number_style *s, const void *element);

#endif
