/*
 * contexts.h - contexts whose threads share works that are too small for it, so that small tests meet what large works do.
 */
#ifndef STRIDED_TESTS_CONTEXTS_H
#define STRIDED_TESTS_CONTEXTS_H

#include <strided/context.h>

/* NULL: this build or machine has no such context. */
strided_context *eager_context(const strided_config *config);
/* As many workers as that, of which one caller does all the work, the last part first. */
strided_context *backward_context(int workers);

#endif
