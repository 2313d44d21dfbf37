/*
 * peak.h - what one core can do at this moment: clocks drift, so it is measured beside whatever is held against it.
 */
#ifndef STRIDED_TOOL_PEAK_H
#define STRIDED_TOOL_PEAK_H

/* Seconds of processor time of this thread, which leaves out what other programs took. */
double worked(void);
/* Multiply-adds in registers, by the instruction set that the library uses: flops a second. */
double fma_peak(void);

#endif
