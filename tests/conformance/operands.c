/*
 * operands.c - the tensors of one replay: inputs over read-only storage full of poison, outputs over canaries.
 *
 * Every storage is a block of its own of exactly the right size, so that a sanitizer sees a read outside it; outputs
 * have guard bytes on both sides as well. Inputs are wrapped as constants and their bytes are summed before and after.
 */
#include "conformance.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(struct call *k, const char *format, ...)
{
    va_list args;
    if (k->complaint[0])
        return;
    va_start(args, format);
    vsnprintf(k->complaint, sizeof k->complaint, format, args);
    va_end(args);
}

static uint64_t digest(const unsigned char *bytes, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
    return h;
}

static void fill_input(unsigned char *block, const struct operand *o, const struct suite *s)
{
    size_t size = dtype_bytes(o->dtype);
    if (o->source == 'D')
        memcpy(block, s->data + o->at, (size_t)o->layout.length * size);
    else
        for (int64_t i = 0; i < o->layout.length; i++)
            generate(o->dtype, block + (size_t)i * size, o->at, (uint64_t)i);
}

static int view_storage(struct call *k, struct slot *slot, const struct layout *l)
{
    if (slot->storage)
        slot->tensor = strided_as_strided(slot->storage, l->ndim, l->shape, l->strides, l->offset);
    if (!slot->tensor)
        complain(k, "%s cannot be made: %s", slot->name, strided_error());
    return slot->tensor != NULL;
}

static int open_input(struct call *k, struct slot *slot, const struct operand *o)
{
    slot->name = o->name;
    slot->spec = o;
    if (!operand_fits(o, k->suite)) {
        complain(k, "%s lies outside data.npy", o->name);
        return 0;
    }
    slot->bytes = (size_t)o->layout.length * dtype_bytes(o->dtype);
    slot->block = malloc(slot->bytes ? slot->bytes : 1);
    if (!slot->block) {
        complain(k, "no memory for %s", o->name);
        return 0;
    }
    fill_input(slot->block, o, k->suite);
    slot->digest = digest(slot->block, slot->bytes);
    slot->storage = strided_wrap_const(k->ctx, slot->block, o->dtype, STRIDED_DIMS(o->layout.length), NULL);
    return view_storage(k, slot, &o->layout);
}

int slot_open_output(struct call *k, struct slot *slot, const char *name, strided_dtype dtype,
                     const struct layout *layout)
{
    slot->name = name;
    slot->bytes = 2 * GUARD_BYTES + (size_t)layout->length * dtype_bytes(dtype);
    slot->block = malloc(slot->bytes);
    if (!slot->block) {
        complain(k, "no memory for %s", name);
        return 0;
    }
    memset(slot->block, CANARY, slot->bytes);
    slot->storage = strided_wrap(k->ctx, slot->block + GUARD_BYTES, dtype, STRIDED_DIMS(layout->length), NULL);
    return view_storage(k, slot, layout);
}

static int open_output(struct call *k, struct slot *slot, const struct operand *o)
{
    if (!operand_fits(o, k->suite)) {
        complain(k, "%s lies outside data.npy", o->name);
        return 0;
    }
    slot->spec = o;
    return slot_open_output(k, slot, o->name, o->dtype, &o->layout);
}

int call_open(struct call *k, const struct suite *s, const struct oracle_case *c, strided_context *ctx,
              enum variant variant)
{
    memset(k, 0, sizeof *k);
    k->c = c;
    k->suite = s;
    k->ctx = ctx;
    k->variant = variant;
    for (int i = 0; i < c->nins; i++)
        if (!open_input(k, &k->ins[k->nins++], &c->ins[i]))
            return 0;
    for (int i = 0; i < c->nouts; i++)
        if (!open_output(k, &k->outs[k->nouts++], &c->outs[i]))
            return 0;
    return 1;
}

void slot_close(struct slot *slot)
{
    strided_release(slot->tensor);
    strided_release(slot->storage);
    free(slot->block);
    memset(slot, 0, sizeof *slot);
}

void call_close(struct call *k)
{
    for (int i = 0; i < k->nins; i++)
        slot_close(&k->ins[i]);
    for (int i = 0; i < k->nouts; i++)
        slot_close(&k->outs[i]);
}

int inputs_untouched(struct call *k)
{
    for (int i = 0; i < k->nins; i++)
        if (k->ins[i].block && digest(k->ins[i].block, k->ins[i].bytes) != k->ins[i].digest) {
            complain(k, "the input %s was written to", k->ins[i].name);
            return 0;
        }
    return 1;
}

int all_canary(const struct slot *slot)
{
    for (size_t i = 0; i < slot->bytes; i++)
        if (slot->block[i] != CANARY)
            return 0;
    return 1;
}

static strided_tensor *find(const struct slot *slots, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(slots[i].name, name) == 0)
            return slots[i].tensor;
    return NULL;
}

strided_tensor *input(const struct call *k, const char *name)
{
    return find(k->ins, k->nins, name);
}

strided_tensor *output(const struct call *k, const char *name)
{
    return find(k->outs, k->nouts, name);
}
