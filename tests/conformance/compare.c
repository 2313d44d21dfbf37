/*
 * compare.c - what came out against what the suite says, and proof that nothing else was written.
 *
 * Elements are found by index arithmetic of this file's own, never through the library.
 */
#include "conformance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A walk over all indices in C order; `at` counts elements from element 0,0,... */
struct walk { const struct layout *shape; const int64_t *strides; int64_t index[STRIDED_MAX_NDIM], at; };

static void step(struct walk *w)
{
    for (int a = w->shape->ndim - 1; a >= 0; a--) {
        w->at += w->strides[a];
        if (++w->index[a] < w->shape->shape[a])
            return;
        w->at -= w->index[a] * w->strides[a];
        w->index[a] = 0;
    }
}

static int same(const struct oracle_case *c, wide want, wide got)
{
    if (isnan(want) || isnan(got))
        return isnan(want) && isnan(got);
    if (want == got)
        return 1;
    return !c->exact && isfinite(want) && isfinite(got)
        && fabsl(got - want) <= (wide)c->atol + (wide)c->rtol * fabsl(want);
}

static void complain_of_element(struct call *k, const struct operand *o, const struct walk *w, int64_t flat,
                                wide want, wide got)
{
    char index[256] = "";
    size_t used = 0;
    for (int a = 0; a < o->layout.ndim && used < sizeof index - 24; a++)
        used += (size_t)snprintf(index + used, sizeof index - used, "%s%lld", a ? ", " : "", (long long)w->index[a]);
    complain(k, "%s[%s] (element %lld): want %.20Lg, got %.20Lg", o->name, index, (long long)flat, want, got);
}

static int matches_stored(struct call *k, const struct operand *o, strided_dtype dtype, const unsigned char *first,
                          const int64_t *strides)
{
    struct walk w = {&o->layout, strides, {0}, 0};
    int64_t count = layout_count(&o->layout), size = (int64_t)dtype_bytes(dtype);
    const unsigned char *want = k->suite->data + o->at;
    for (int64_t i = 0; i < count; i++, step(&w)) {
        wide expected = value_at(o->dtype, want + (size_t)i * dtype_bytes(o->dtype));
        wide got = value_at(dtype, first + w.at * size);
        if (!same(k->c, expected, got)) {
            complain_of_element(k, o, &w, i, expected, got);
            return 0;
        }
    }
    return 1;
}

/* Does "index value index value ..." have element i, and is it this? */
static int matches_sample(struct call *k, const struct operand *o, const char **samples, const struct walk *w, int64_t i,
                          wide got)
{
    char *end;
    while (*samples) {
        long long index = strtoll(*samples, &end, 10);
        if (end == *samples || index > i)
            return 1;
        wide want = strtold(end, &end);
        *samples = end;
        if (index == i && !same(k->c, want, got)) {
            complain_of_element(k, o, w, i, want, got);
            return 0;
        }
    }
    return 1;
}

static int matches_checksum(struct call *k, const struct operand *o, strided_dtype dtype, const unsigned char *first,
                            const int64_t *strides)
{
    struct walk w = {&o->layout, strides, {0}, 0};
    int64_t count = layout_count(&o->layout), size = (int64_t)dtype_bytes(dtype);
    const char *samples = o->samples;
    uint64_t sum = 0;
    for (int64_t i = 0; i < count; i++, step(&w)) {
        wide got = value_at(dtype, first + w.at * size);
        if (!matches_sample(k, o, &samples, &w, i, got))
            return 0;
        wide scaled = got * (wide)o->scale;
        sum += (uint64_t)(fabsl(scaled) < 9e18L ? llroundl(scaled) : 0) * (2 * (uint64_t)i + 1);
    }
    if (sum != o->at)
        complain(k, "%s: want checksum %llu, got %llu", o->name, (unsigned long long)o->at, (unsigned long long)sum);
    return sum == o->at;
}

int matches(struct call *k, const struct operand *o, strided_dtype dtype, const void *first, const int64_t *strides)
{
    return (o->source == 'H' ? matches_checksum : matches_stored)(k, o, dtype, first, strides);
}

/* One byte per element of the storage: 1 inside the view. */
static unsigned char *mark_inside(const struct layout *l)
{
    unsigned char *inside = calloc((size_t)l->length + 1, 1);
    struct walk w = {l, l->strides, {0}, l->offset};
    int64_t count = layout_count(l);
    for (int64_t i = 0; inside && i < count; i++, step(&w))
        inside[w.at] = 1;
    return inside;
}

static int canaries(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != CANARY)
            return 0;
    return 1;
}

static int outside_untouched(struct call *k, const struct slot *slot)
{
    const struct operand *o = slot->spec;
    size_t size = dtype_bytes(o->dtype);
    unsigned char *inside = mark_inside(&o->layout), *storage = slot->block + GUARD_BYTES;
    if (!inside)
        complain(k, "no memory to look around %s", slot->name);
    for (int64_t i = 0; inside && i < o->layout.length; i++)
        if (!inside[i] && !canaries(storage + (size_t)i * size, size))
            complain(k, "%s: storage element %lld outside the view was written", slot->name, (long long)i);
    free(inside);
    if (!canaries(slot->block, GUARD_BYTES) || !canaries(slot->block + slot->bytes - GUARD_BYTES, GUARD_BYTES))
        complain(k, "%s: bytes outside its storage were written", slot->name);
    return k->complaint[0] == 0;
}

int output_matches(struct call *k, const struct slot *slot)
{
    const struct operand *o = slot->spec;
    const unsigned char *first = slot->block + GUARD_BYTES + (size_t)o->layout.offset * dtype_bytes(o->dtype);
    return matches(k, o, o->dtype, first, o->layout.strides) && outside_untouched(k, slot);
}
