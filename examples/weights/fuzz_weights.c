/*
 * fuzz_weights.c - a target for libFuzzer: whatever the bytes are, the readers take them or refuse with a sentence.
 *
 *     cmake -B build-fuzz -DSTRIDED_BUILD_FUZZERS=ON -DCMAKE_C_COMPILER=clang
 *     cmake --build build-fuzz --target fuzz_weights
 *     build-fuzz/examples/weights/fuzz_weights -max_total_time=60 -max_len=4096 new examples/weights/fixture
 *
 * with `new` an empty folder, for what it finds on the way.
 */
#include "weights.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size) {
    struct weights w;

    weights_open(&w, NULL);
    int bad = weights_parse(&w, bytes, size);
    if (bad ? !*w.why || w.all || w.count : *w.why) abort();
    weights_close(&w);
    return 0;
}
