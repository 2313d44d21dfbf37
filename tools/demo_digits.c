/*
 * demo_digits.c - a network learns to read: examples/digits with a short schedule.
 */
#include "demo.h"

#include "report.h"
#include "session.h"

enum { EPOCHS = 6 };

int demo_digits(struct demo *d) {
    if (!*d->digits) return fail("the digits that come with the tool are not where they were installed");
    demo_title(d, "a residual network, trained by these operators alone");
    demo_step(d, "1437 handwritten digits, six times");
    demo_ready(d);
    return session_run(&(struct session){
        .terminal = d->terminal, .data = d->digits, .epochs = EPOCHS, .runs = 1, .threads = 1, .at_least = 90});
}
