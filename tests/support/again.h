/*
 * again.h - one case alone: the line that a failing trial prints, and that runs nothing else when it is given back.
 *
 *     again: build/tests/test_copy '*' 'copy f32 | seed 1, context 0, layouts 7.0, sides 0.1'
 */
#ifndef STRIDED_TESTS_AGAIN_H
#define STRIDED_TESTS_AGAIN_H

#include "stage.h"

/* argv[2], if there, is the only case that trials run. */
void again_choose(int argc, char **argv);
/* To standard error. */
void again_print(const struct stage *s);
/* Some case of t is to run; this one is. */
int  again_has(const struct trial *t);
int  again_is(const struct stage *s);

#endif
