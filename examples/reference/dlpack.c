/*
 * dlpack.c - tensors of other array libraries, and for them (docs/reference/dlpack.md).
 */
#include "show.h"

#include <stdlib.h>
#include <strided/dlpack.h>

/* What another library does: columns 1 and 3 of a (2, 4) array, last row first. */
struct theirs {
    strided_dlpack managed;
    float          values[8];
    int64_t        shape[2], strides[2];
};

static void they_free(strided_dlpack *self) {
    printf("theirs: deleted\n");
    free(self);
}

static strided_dlpack *from_elsewhere(uint64_t flags) {
    struct theirs *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    for (int i = 0; i < 8; i++) a->values[i] = (float)i;
    a->shape[0] = 2, a->shape[1] = 2;
    a->strides[0] = -4, a->strides[1] = 2;
    a->managed.version.major = 1;
    a->managed.deleter = they_free;
    a->managed.flags = flags;
    strided_dlpack_tensor *t = &a->managed.dl_tensor;
    t->data = a->values, t->byte_offset = 5 * sizeof(float);
    t->device.device_type = 1;                                 /* kDLCPU */
    t->dtype.code = 2, t->dtype.bits = 32, t->dtype.lanes = 1; /* kDLFloat */
    t->ndim = 2, t->shape = a->shape, t->strides = a->strides;
    return &a->managed;
}

/* Their memory as a tensor. The deleter runs with the last view; a refusal leaves the struct yours. */
static strided_status in(void) {
    strided_dlpack *managed = from_elsewhere(0);
    strided_tensor *x = strided_from_dlpack(NULL, managed);
    strided_tensor *row = strided_select(x, 0, 0);

    if (!x && managed) managed->deleter(managed);
    show("from_dlpack", x);
    strided_release(x);
    show("a row", row);
    strided_release(row);
    return x ? STRIDED_OK : strided_error_status();
}

/* Read-only memory is a read-only tensor. */
static strided_status constant(void) {
    strided_dlpack *managed = from_elsewhere(STRIDED_DLPACK_READ_ONLY);
    strided_tensor *x = strided_from_dlpack(NULL, managed);

    if (!x && managed) managed->deleter(managed);
    show("constant", x);
    if (x && strided_fill(x, 0)) printf("fill: %s\n", strided_error());
    strided_release(x);
    return x ? STRIDED_OK : strided_error_status();
}

/* A tensor for others. It lives until they call the deleter, whatever becomes of x. */
static strided_status out(void) {
    strided_tensor *x = strided_arange(NULL, STRIDED_I32, 0, 6, 1);
    strided_tensor *backwards = strided_flip(x, STRIDED_NO_DIMS);
    strided_dlpack *managed = strided_to_dlpack(backwards);

    strided_release(x);
    strided_release(backwards);
    if (!managed) return strided_error_status();
    const strided_dlpack_tensor *t = &managed->dl_tensor;
    printf("to_dlpack: version %u.%u, code %d, %d bits, %d long, stride %d, first %d\n", managed->version.major, managed->version.minor,
           t->dtype.code, t->dtype.bits, (int)t->shape[0], (int)t->strides[0], *(int32_t *)t->data);
    managed->deleter(managed);
    return STRIDED_OK;
}

int main(void) {
    strided_status s = in();

    if (!s) s = constant();
    if (!s) s = out();
    return finish(s);
}
