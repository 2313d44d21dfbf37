/*
 * chirp.h - a recording for who has none.
 */
#ifndef FIR_CHIRP_H
#define FIR_CHIRP_H

#include "wav.h"

/* Ten seconds of 16-bit stereo: a tone that rises from 40 Hz to 10 kHz, and clicks in noise. 0, or -1 and a sentence. */
int chirp(struct wav *w, char why[WAV_TEXT]);

#endif
