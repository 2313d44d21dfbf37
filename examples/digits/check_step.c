/*
 * check_step.c - two steps of training from given weights against what PyTorch makes of the same: loss, every parameter,
 * running means and variances. Takes the folders of the digits and of the fixture.
 */
#include "saved.h"
#include "training.h"

#include <math.h>
#include <stdio.h>

enum { BATCH = 16, STEPS = 2 };

static const int64_t widths[BLOCKS] = {4, 6, 8};
static const double rates[STEPS] = {0.1, 0.05}, tolerance = 2e-5;

/* The parameters of both are in the same order. The largest difference, measured by the largest element there. */
static double difference(const strided_tensor *ours, const strided_tensor *theirs) {
    STRIDED_AUTO strided_tensor *a = strided_clone(ours), *b = strided_clone(theirs);
    const float *x = strided_const_data(a), *y = strided_const_data(b);
    double largest = 0, apart = 0;

    for (int64_t i = 0; i < strided_count(b); i++) {
        largest = fmax(largest, fabs((double)y[i]));
        apart = fmax(apart, fabs((double)x[i] - (double)y[i]));
    }
    return apart / largest;
}

static int compare(const struct network *ours, const struct network *theirs, int step) {
    int bad = 0;

    for (int i = 0; i < ours->parameters.count; i++) {
        const struct parameter *q = &ours->parameters.list[i];
        double apart = difference(q->value, theirs->parameters.list[i].value);
        if (apart <= tolerance) continue;
        printf("after step %d: %s is %.2g of its largest element away\n", step, q->name, apart);
        bad = 1;
    }
    return bad;
}

/* The weights after this many steps, and the loss before the last of them. */
static int load(const struct network *net, double *loss, const char *folder, int step) {
    struct parameters losses;
    char path[4096], why[WEIGHTS_TEXT];

    snprintf(path, sizeof path, "%s/step_%d.npz", folder, step);
    parameters_open(&losses, NULL, 0);
    const struct parameter *q = parameters_keep(&losses, "step", "loss", 1, 0);
    int bad = parameters_load(&net->parameters, path, why) || parameters_load(&losses, path, why);
    if (bad) printf("%s: %s\n", path, why);
    else *loss = strided_item(q->value);
    parameters_close(&losses);
    return bad;
}

static strided_status targets_of(const struct digits *d, const struct batch *b) {
    strided_status s = strided_fill(b->targets, 0);
    for (int64_t i = 0; i < BATCH && !s; i++) s = strided_set(b->targets, 2, STRIDED_LIST(i, digits_label(d, i)), 1);
    return s;
}

static strided_status take_step(const struct network *net, const struct digits *part, const struct batch *b, double rate,
                                double *loss) {
    strided_status s = targets_of(part, b);
    if (!s) s = network_forward(net, part->images); /* the view in its frame, as it lies */
    if (!s) s = network_loss(net, b->targets, loss);
    if (!s) s = network_backward(net, part->images);
    return s ? s : parameters_step(&net->parameters, rate, 0.9, 5e-4);
}

static int check(const struct network *ours, const struct network *theirs, const struct digits *d, const struct batch *b,
                 const char *folder, int step) {
    double loss = 0, wanted = 0;
    struct digits part;
    strided_status s = digits_part(&part, d, step * BATCH, BATCH);

    if (!s) s = take_step(ours, &part, b, rates[step], &loss);
    digits_free(&part);
    if (s) return printf("step %d: %s\n", step + 1, strided_error()), 1;
    if (load(theirs, &wanted, folder, step + 1)) return 1;
    printf("step %d: loss %.6f, PyTorch's %.6f\n", step + 1, loss, wanted);
    return compare(ours, theirs, step + 1) | !(fabs(loss - wanted) <= tolerance * wanted);
}

int main(int argc, char **argv) {
    struct network ours, theirs;
    struct digits d;
    struct batch b;
    double none;

    if (argc != 3) return fputs("usage: check_step DIGITS FIXTURE\n", stderr), 2;
    if (digits_load(&d, NULL, argv[1]) || batch_open(&b, NULL, BATCH) || network_open(&ours, NULL, BATCH, widths) ||
        network_open(&theirs, NULL, BATCH, widths))
        return printf("%s\n", strided_error()), 1;
    int bad = load(&ours, &none, argv[2], 0);
    for (int i = 0; i < STEPS && !bad; i++) bad = check(&ours, &theirs, &d, &b, argv[2], i);
    network_close(&ours), network_close(&theirs);
    batch_close(&b);
    digits_free(&d);
    return bad;
}
