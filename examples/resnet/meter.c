/*
 * meter.c - malloc, counted. The library allocates from one thread at a time here.
 */
#include "meter.h"

#include <stdlib.h>

static void *take(void *user, size_t size, size_t alignment) {
    struct meter *m = user;
    void *p = size <= SIZE_MAX - alignment ? aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment) : NULL;

    if (p) m->now += size;
    if (m->now > m->most) m->most = m->now;
    return p;
}

static void give(void *user, void *p, size_t size) {
    struct meter *m = user;

    m->now -= size;
    free(p);
}

strided_allocator meter_allocator(struct meter *meter) { return (strided_allocator){take, give, meter}; }
