/*
 * by_hand.c - convolution is a view and a sum of products: the window view of x contracted with w is what strided_conv() gives.
 */
#include <stdio.h>
#include <string.h>
#include <strided.h>

static int report(void) {
    fprintf(stderr, "by_hand: %s\n", strided_error());
    return 1;
}

int main(void) {
    strided_tensor *numbers = strided_arange(NULL, STRIDED_F32, 0, 2 * 3 * 8, 1);
    STRIDED_AUTO strided_tensor *x = strided_reshape(numbers, STRIDED_DIMS(2, 3, 8)); /* batch, channels, width */
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(4, 3, 3), 0.5);
    strided_release(numbers); /* x keeps the memory */

    /* Positions 6, taps 3, no copy: (b, ic, w) -> (b, ic, ow, kw). */
    STRIDED_AUTO strided_tensor *windows = strided_window(x, 1, &(strided_window_axis){.axis = 2, .size = 3});
    const char *product = "b ic ow kw, oc ic kw -> b oc ow";
    STRIDED_AUTO strided_tensor *hand = strided_einsum_named_empty(product, STRIDED_TENSORS(windows, w));
    STRIDED_AUTO strided_tensor *call = strided_conv_empty(x, w, NULL);
    if (!hand || !call) return report(); /* a failure anywhere above ends here, with its own message */

    if (strided_einsum_named(hand, product, STRIDED_TENSORS(windows, w))) return report();
    if (strided_conv(call, x, w, NULL, NULL)) return report();

    char text[1000];
    strided_describe(call, text, sizeof text);
    puts(text);
    int same = !memcmp(strided_const_data(hand), strided_const_data(call), (size_t)strided_count(call) * sizeof(float));
    puts(same ? "the same, bit for bit, by einsum over windows" : "not the same by einsum over windows");
    return same ? 0 : 1;
}
