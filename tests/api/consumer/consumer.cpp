// The same from C++: a handle in a unique_ptr, a sum over a transposed view.
#include <cstdio>
#include <memory>
#include <strided.h>

struct release {
    void operator()(strided_tensor *x) const { strided_release(x); }
};
using tensor = std::unique_ptr<strided_tensor, release>;

int main() {
    const int64_t shape[] = {2, 3};
    const int64_t index[] = {2, 1};
    double data[] = {0, 1, 2, 3, 4, 5};
    tensor x(strided_wrap(nullptr, data, STRIDED_F64, 2, shape, nullptr));
    tensor t(strided_transpose(x.get(), 0, 1));
    bool right = strided_version() == STRIDED_VERSION && strided_dim(t.get(), 0) == 3 &&
                 strided_get(t.get(), 2, index) == 5;
    std::printf("%s: version %d, %s\n", right ? "ok" : "wrong", strided_version(), strided_error());
    return right ? 0 : 1;
}
