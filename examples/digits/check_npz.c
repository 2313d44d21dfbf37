/*
 * check_npz.c - weights come back as they were saved; of a file cut short anywhere, or with any one byte changed, they are
 * refused or are still the same, and a refusal leaves the network as it was. Takes the name of a file to write.
 */
#include "network.h"
#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int same(const struct network *a, const struct network *b) {
    size_t bytes = (size_t)strided_count(a->parameters.values) * sizeof(float);
    return !memcmp(strided_const_data(a->parameters.values), strided_const_data(b->parameters.values), bytes);
}

static int complain(const char *what, size_t at) { return printf("%s at byte %zu\n", what, at), 1; }

static int check_cut(const struct network *other, const struct network *fresh, const uint8_t *bytes, size_t size) {
    for (size_t n = 0; n < size; n++) {
        uint8_t *cut = malloc(n + !n); /* of its own, so that a step beyond its end is seen */
        if (!cut) return complain("no memory", n);
        memcpy(cut, bytes, n);
        const char *why = npz_read(&other->parameters, cut, n);
        free(cut);
        if (!why) return complain("accepted though cut short", n);
        if (!same(other, fresh)) return complain("refused, but the weights have changed: cut", n);
    }
    return 0;
}

static int check_changed(struct network *other, const struct network *fresh, const struct network *saved, uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        uint8_t kept = bytes[i];
        bytes[i] ^= (uint8_t)(1 + i % 255);
        const char *why = npz_read(&other->parameters, bytes, size);
        bytes[i] = kept;
        if (!same(other, why ? fresh : saved)) return complain(why ? "refused, but the weights have changed" : "other weights", i);
        if (!why && network_draw(other, 2)) return complain("no memory", i);
    }
    return 0;
}

static uint8_t *read_whole(const char *path, size_t *size) {
    static uint8_t bytes[1 << 16];
    FILE *f = fopen(path, "rb");

    *size = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (f) fclose(f);
    return bytes;
}

int main(int argc, char **argv) {
    struct network saved, other, fresh;
    const int64_t widths[BLOCKS] = {1, 2, 2};
    size_t size;

    if (argc != 2) return fputs("usage: check_npz FILE\n", stderr), 2;
    if (network_open(&saved, NULL, 1, widths) || network_open(&other, NULL, 1, widths) || network_open(&fresh, NULL, 1, widths) ||
        network_draw(&saved, 1) || network_draw(&other, 2) || network_draw(&fresh, 2))
        return printf("%s\n", strided_error()), 1;
    const char *why = npz_save(&saved.parameters, argv[1]);
    uint8_t *bytes = read_whole(argv[1], &size);
    int bad = why != NULL || size < 1000;
    if (!bad) bad = check_cut(&other, &fresh, bytes, size);
    if (!bad) bad = check_changed(&other, &fresh, &saved, bytes, size);
    if (!bad && (npz_load(&other.parameters, argv[1]) || !same(&other, &saved))) bad = complain("other weights than saved", 0);
    network_close(&saved), network_close(&other), network_close(&fresh);
    return bad;
}
