/*
 * picture.c - which cells of memory a view shows, how often, and under which outermost indices.
 */
#include "picture.h"

#include "report.h"

#include <inttypes.h>
#include <stdlib.h>

int64_t picture_place(const strided_tensor *t, const int64_t *index) {
    int64_t place = strided_offset(t);
    for (int a = 0; a < strided_ndim(t); a++) place += index[a] * strided_stride(t, a);
    return place;
}

int picture_next(int ndim, const int64_t *shape, int64_t *index) {
    for (int a = ndim; a-- > 0;) {
        if (++index[a] < shape[a]) return 1;
        index[a] = 0;
    }
    return 0;
}

void picture_value(const struct picture *p, int64_t place, char text[32]) {
    strided_dtype dtype = strided_dtype_of(p->memory);

    if (dtype == STRIDED_F16 || dtype == STRIDED_BF16 || dtype == STRIDED_F32 || dtype == STRIDED_F64)
        snprintf(text, 32, "%.4g", strided_get(p->memory, 1, &place));
    else
        snprintf(text, 32, "%" PRId64, strided_get_int(p->memory, 1, &place));
}

static void own(struct cell *c, int64_t owner) {
    for (int i = 0; i < c->owners; i++)
        if (c->owner[i] == owner) return;
    if (c->owners == PICTURE_OWNERS) c->more = 1;
    else c->owner[c->owners++] = owner;
}

static void touch(struct picture *p) {
    int64_t index[STRIDED_MAX_NDIM] = {0};
    int ndim = strided_ndim(p->view);

    if (!strided_count(p->view)) return;
    do {
        struct cell *c = &p->cells[picture_place(p->view, index)];
        c->touches++;
        own(c, index[0]);
    } while (picture_next(ndim, strided_shape(p->view), index));
}

static void count(struct picture *p) {
    for (int64_t i = 0; i < p->count; i++) {
        int64_t n = p->cells[i].touches;
        p->touched += n > 0;
        p->repeated += n > 1;
        if (n > p->most) p->most = n;
    }
}

int picture_make(struct picture *p, const strided_tensor *tensor, const strided_tensor *view) {
    *p = (struct picture){.tensor = tensor, .view = view, .count = strided_storage_count(tensor)};
    p->hues = strided_ndim(view) ? strided_dim(view, 0) : 1;
    p->memory = strided_as_strided(tensor, STRIDED_DIMS(p->count), STRIDED_LIST(1), -strided_offset(tensor));
    if (!p->memory) return fail_call(NULL);
    if (p->count > PICTURE_COUNTED || strided_count(view) > PICTURE_COUNTED) return DONE;
    p->cells = calloc((size_t)p->count + 1, sizeof *p->cells);
    if (!p->cells) return picture_free(p), fail("out of memory");
    touch(p);
    count(p);
    return DONE;
}

void picture_free(struct picture *p) {
    strided_release(p->memory);
    free(p->cells);
    *p = (struct picture){0};
}

int picture_is_drawable(const struct picture *p) {
    return p->cells && p->count <= PICTURE_DRAWN && strided_count(p->view) <= PICTURE_DRAWN;
}
