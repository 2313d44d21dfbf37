/*
 * fuzz_safetensors.c - a target for libFuzzer: whatever the bytes are, the reader takes them or refuses with a sentence.
 *
 *     cmake -B build-fuzz -DSTRIDED_BUILD_FUZZERS=ON -DCMAKE_C_COMPILER=clang
 *     build-fuzz/examples/resnet/fuzz_safetensors -max_len=4096
 */
#include "safetensors.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size) {
    char why[SAFETENSORS_TEXT] = "";
    struct safetensors f;
    int bad = safetensors_parse(&f, NULL, bytes, size, why);

    if (bad ? !*why || f.all || f.count : *why) abort();
    safetensors_free(&f);
    return 0;
}
