/*
 * check_saved.c - weights come back as they were saved, and other networks' are refused without a trace. Takes the name of
 * a file to write.
 */
#include "network.h"
#include "saved.h"

#include <stdio.h>
#include <string.h>

static int failures;

static void expect(int ok, const char *what, const char *why) {
    if (!ok) failures++, printf("check_saved: %s (%s)\n", what, why);
}

static int same(const struct network *a, const struct network *b) {
    size_t bytes = (size_t)strided_count(a->parameters.values) * sizeof(float);
    return !memcmp(strided_const_data(a->parameters.values), strided_const_data(b->parameters.values), bytes);
}

static void begin(struct network *net, int64_t width, uint64_t seed) {
    strided_status s = network_open(net, NULL, 1, STRIDED_LIST(width, width, 2));
    expect(!s && !network_draw(net, seed), "a network", strided_error());
}

static void check(const char *path, const struct network *saved, const struct network *other, const struct network *wider) {
    struct network fresh;
    char why[WEIGHTS_TEXT] = "";

    begin(&fresh, 3, 3);
    expect(!parameters_save(&saved->parameters, path, why), "saving", why);
    expect(parameters_load(&wider->parameters, path, why) && *why, "another network's weights are taken", why);
    expect(same(wider, &fresh), "a refusal leaves other weights behind", why);
    expect(!parameters_load(&other->parameters, path, why), "loading", why);
    expect(same(other, saved), "other weights than saved", why);
    network_close(&fresh);
}

int main(int argc, char **argv) {
    struct network saved, other, wider;

    if (argc != 2) return fputs("usage: check_saved FILE\n", stderr), 2;
    begin(&saved, 2, 1), begin(&other, 2, 2), begin(&wider, 3, 3);
    check(argv[1], &saved, &other, &wider);
    network_close(&saved), network_close(&other), network_close(&wider);
    return failures != 0;
}
