/*
 * operand.c - see operand.h.
 */
#include "operand.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
    if (p == NULL) abort();
    return p;
}

static size_t storage_bytes(const struct operand *x)
{
    return (size_t)x->place.count * number_size(x->dtype);
}

static unsigned char *address(const struct operand *x, unsigned char *base, const int64_t *index)
{
    int64_t at = x->place.offset;
    for (int a = 0; a < x->ndim; a++)
        if (index[a] != 0) at += index[a] * x->place.strides[a];
    return base + (size_t)at * number_size(x->dtype);
}

static void fill_gaps(struct operand *x, enum layout_role role)
{
    size_t size = number_size(x->dtype);
    if (role == LAYOUT_OUTPUT) memset(x->memory->data, 0xA5, storage_bytes(x));
    else
        for (size_t i = 0; i < (size_t)x->place.count; i++) number_poison(x->dtype, x->memory->data + i * size);
}

static void fill_values(struct operand *x, const struct array *values)
{
    int64_t index[STRIDED_MAX_NDIM] = {0};
    for (int64_t i = 0; i < x->count; i++) {
        number_write(x->dtype, address(x, x->memory->data, index), values->v[i], STORE_WRAP);
        shape_next(x->ndim, x->shape, index);
    }
}

struct operand *operand_new(strided_context *ctx, int layout, enum layout_role role, enum guard_side side,
                            strided_dtype dtype, int ndim, const int64_t *shape, const struct array *values)
{
    struct place place;
    if (!layout_place(layout, role, ndim, shape, &place)) return NULL;
    struct operand *x = must(calloc(1, sizeof *x));
    x->dtype = dtype, x->layout = layout, x->side = side, x->ndim = ndim, x->place = place;
    memcpy(x->shape, shape, (size_t)ndim * sizeof *shape);
    x->count = shape_count(ndim, shape);
    x->memory = guard_new(storage_bytes(x), side);
    fill_gaps(x, role);
    if (values != NULL) fill_values(x, values);
    x->image = must(malloc(storage_bytes(x) + 1));
    memcpy(x->image, x->memory->data, storage_bytes(x));
    unsigned char *first = x->memory->data + (size_t)place.offset * number_size(dtype);
    x->tensor = role == LAYOUT_OUTPUT ? strided_wrap(ctx, first, dtype, ndim, shape, place.strides)
                                      : strided_wrap_const(ctx, first, dtype, ndim, shape, place.strides);
    if (x->tensor == NULL) {
        char text[400];
        fprintf(stderr, "operand: %s: %s\n", operand_text(x, text, sizeof text), strided_error());
        abort();
    }
    return x;
}

void operand_free(struct operand *x)
{
    if (x == NULL) return;
    strided_release(x->tensor);
    guard_free(x->memory);
    free(x->image);
    free(x);
}

struct array *operand_read(const struct operand *x)
{
    struct array *v = array_new(x->ndim, x->shape);
    int64_t index[STRIDED_MAX_NDIM] = {0};
    for (int64_t i = 0; i < x->count; i++) {
        v->v[i] = number_read(x->dtype, address(x, x->memory->data, index));
        shape_next(x->ndim, x->shape, index);
    }
    return v;
}

unsigned char *operand_bytes(const struct operand *x)
{
    size_t size = number_size(x->dtype);
    unsigned char *bytes = must(malloc((size_t)x->count * size + 1));
    int64_t index[STRIDED_MAX_NDIM] = {0};
    for (int64_t i = 0; i < x->count; i++) {
        memcpy(bytes + (size_t)i * size, address(x, x->memory->data, index), size);
        shape_next(x->ndim, x->shape, index);
    }
    return bytes;
}

int operand_untouched(const struct operand *x)
{
    return memcmp(x->image, x->memory->data, storage_bytes(x)) == 0;
}

/* The image as it is now, with the view's own elements as they were. */
int operand_gaps_kept(const struct operand *x)
{
    size_t size = number_size(x->dtype);
    unsigned char *now = must(malloc(storage_bytes(x) + 1));
    memcpy(now, x->memory->data, storage_bytes(x));
    int64_t index[STRIDED_MAX_NDIM] = {0};
    for (int64_t i = 0; i < x->count; i++) {
        memcpy(address(x, now, index), address(x, x->image, index), size);
        shape_next(x->ndim, x->shape, index);
    }
    int kept = memcmp(now, x->image, storage_bytes(x)) == 0;
    free(now);
    return kept;
}

static int list(char *buf, size_t size, const char *before, int n, const int64_t *v)
{
    int used = snprintf(buf, size, "%s(", before);
    for (int i = 0; i < n && (size_t)used < size; i++)
        used += snprintf(buf + used, size - (size_t)used, i ? ", %" PRId64 : "%" PRId64, v[i]);
    if ((size_t)used < size) used += snprintf(buf + used, size - (size_t)used, ")");
    return (size_t)used < size ? used : (int)size - 1;
}

const char *operand_text(const struct operand *x, char *buf, size_t size)
{
    int used = snprintf(buf, size, "%s ", strided_dtype_name(x->dtype));
    used += list(buf + used, size - (size_t)used, "", x->ndim, x->shape);
    used += list(buf + used, size - (size_t)used, " strides ", x->ndim, x->place.strides);
    snprintf(buf + used, size - (size_t)used, " offset %" PRId64 " of %" PRId64 ", %s, page %s", x->place.offset,
             x->place.count, layout_name(x->layout), x->side == GUARD_AFTER ? "after" : "before");
    return buf;
}
