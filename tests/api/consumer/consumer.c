/* A program of somebody who uses libstrided: the every-other-column view of a caller's array, and its version. */
#include <inttypes.h>
#include <stdio.h>
#include <strided.h>

int main(void) {
    float data[6] = {0, 1, 2, 3, 4, 5};
    strided_tensor *x = strided_wrap(NULL, data, STRIDED_F32, STRIDED_DIMS(2, 3), NULL);
    strided_tensor *y = strided_slice(x, 1, STRIDED_NONE, STRIDED_NONE, -2);
    int right = strided_version() == STRIDED_VERSION && strided_dim(y, 1) == 2 && strided_stride(y, 1) == -2 &&
                strided_get(y, STRIDED_DIMS(1, 0)) == 5;
    printf("%s: version %d, %" PRId64 " columns, stride %" PRId64 " %s\n", right ? "ok" : "wrong", strided_version(),
           strided_dim(y, 1), strided_stride(y, 1), strided_error());
    strided_release(y);
    strided_release(x);
    return right ? 0 : 1;
}
