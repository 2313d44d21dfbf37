/*
 * meter.h - an allocator that counts: how much memory the library holds, and how much it ever held.
 */
#ifndef RESNET_METER_H
#define RESNET_METER_H

#include <strided.h>

struct meter {
    size_t now, most; /* bytes */
};

/* For a strided_config; the meter outlives the context. */
strided_allocator meter_allocator(struct meter *meter);

#endif
