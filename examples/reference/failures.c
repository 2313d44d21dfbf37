/*
 * failures.c - how calls say no, and .npy files (docs/reference/failures.md).
 */
#include "show.h"

#include <math.h>

static void tell(const char *call, strided_status s) {
    printf("%s\n  %s: %s\n", call, strided_status_name(s), s ? strided_error() : strided_status_meaning(s));
}

/* Doers return a status; the sentence names the function and the numbers. Nothing was written. */
static void a_doer(void) {
    STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2));

    tell("mm(y, a, a)", strided_mm(y, a, a));
    tell("copy(y, y)", strided_copy(y, y));
}

/* Makers return NULL. NULL runs through a chain, and the first failure's sentence is the one that stays: check once. */
static void a_chain(void) {
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 4));
    STRIDED_AUTO strided_tensor *rows = strided_narrow(x, 0, 2, 3); /* there are only two */
    STRIDED_AUTO strided_tensor *turned = strided_transpose(rows, 0, 1);
    STRIDED_AUTO strided_tensor *y = strided_empty_like(turned);

    tell("narrow, transpose, empty_like, fill", strided_fill(y, 0));
    printf("  at first it was %s\n", strided_status_name(strided_error_status()));
}

/* Getters have no way to fail but their value. */
static void a_getter(void) {
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2));
    double beyond = strided_get(x, STRIDED_DIMS(2));

    printf("get beyond the end is NaN: %s\n  %s\n", isnan(beyond) ? "yes" : "no", strided_error());
}

static strided_status files(void) {
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_F32, 0, 6, 1);
    STRIDED_AUTO strided_tensor *odd = strided_slice(x, 0, 1, STRIDED_NONE, 2);
    strided_status s = strided_save_npy("odd.npy", odd); /* numpy.load("odd.npy") */
    STRIDED_AUTO strided_tensor *back = strided_load_npy(NULL, "odd.npy");

    remove("odd.npy");
    if (!s) show("load_npy", back);
    STRIDED_AUTO strided_tensor *missing = strided_load_npy(NULL, "no-such-file.npy");
    tell("load_npy of nothing", missing ? STRIDED_OK : strided_error_status());
    return s;
}

int main(void) {
    printf("header and library agree: %s\n", strided_version() == STRIDED_VERSION ? "yes" : "no");
    a_doer();
    a_chain();
    a_getter();
    return finish(files());
}
