/*
 * saved.c - the parameters, by their names.
 */
#include "saved.h"

#include <stdio.h>
#include <string.h>

int parameters_save(const struct parameters *p, const char *path, char why[WEIGHTS_TEXT]) {
    struct weights w;
    int bad = 0;

    weights_open(&w, p->ctx);
    for (int i = 0; i < p->count && !bad; i++) bad = weights_add(&w, p->list[i].name, strided_retain(p->list[i].value));
    if (!bad) bad = weights_write(&w, path);
    memcpy(why, w.why, WEIGHTS_TEXT);
    weights_close(&w);
    return bad;
}

static int same_shape(const strided_tensor *a, const strided_tensor *b) {
    size_t extents = (size_t)strided_ndim(a) * sizeof(int64_t);
    return strided_ndim(a) == strided_ndim(b) && !memcmp(strided_shape(a), strided_shape(b), extents);
}

static const strided_tensor *find(const struct parameter *q, const struct weights *w, char why[WEIGHTS_TEXT]) {
    const strided_tensor *t = weights_find(w, q->name);

    if (!t) return snprintf(why, WEIGHTS_TEXT, "there is no %s", q->name), NULL;
    if (same_shape(t, q->value)) return t;
    return snprintf(why, WEIGHTS_TEXT, "%s has another shape: these are the weights of another network", q->name), NULL;
}

int parameters_take(const struct parameters *p, const struct weights *w, char why[WEIGHTS_TEXT]) {
    for (int i = 0; i < p->count; i++)
        if (!find(&p->list[i], w, why)) return -1;
    for (int i = 0; i < p->count; i++)
        if (strided_copy(p->list[i].value, weights_find(w, p->list[i].name)))
            return snprintf(why, WEIGHTS_TEXT, "%s", strided_error()), -1;
    return 0;
}

int parameters_load(const struct parameters *p, const char *path, char why[WEIGHTS_TEXT]) {
    struct weights w;

    weights_open(&w, p->ctx);
    int bad = weights_read(&w, path);
    memcpy(why, w.why, WEIGHTS_TEXT);
    if (!bad) bad = parameters_take(p, &w, why);
    weights_close(&w);
    return bad;
}
