/*
 * pooling.c - windows reduced: with indices, averages, adaptive, back again, and resizing (docs/reference/pooling.md).
 */
#include "show.h"

static strided_tensor *counting(int ndim, const int64_t *shape, double n) {
    STRIDED_AUTO strided_tensor *line = strided_arange(NULL, STRIDED_F32, 0, n, 1);
    return strided_reshape(line, ndim, shape);
}

/* The chapter's calls: the stride is the size if left out. */
static strided_status as_in_the_chapter(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *image = strided_reshape(x, STRIDED_DIMS(1, 1, 4, 4));
    STRIDED_AUTO strided_tensor *rows = strided_reshape(x, STRIDED_DIMS(1, 4, 4));
    STRIDED_AUTO strided_tensor *largest = strided_maxpool2d(image, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *mean = strided_avgpool2d(image, STRIDED_DIMS(4, 2), STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *lines = strided_maxpool1d(rows, STRIDED_DIMS(3), STRIDED_DIMS(1), STRIDED_DIMS(1));

    show("maxpool2d", largest);
    show("avgpool2d, (4, 2)", mean);
    show("maxpool1d, stride 1, padding 1", lines);
    return strided_error_status();
}

/* The last axes of any tensor, as many as `size` has entries. Padding is never the largest, and no average counts it. */
static strided_status in_full(const strided_tensor *x) {
    const strided_pool_params largest = {.size = {3, 3}, .stride = {2, 2}, .pad = {{1, 1}, {1, 1}}};
    const strided_pool_params mean = {.kind = STRIDED_POOL_AVG, .size = {3}, .stride = {2}, .ceil_mode = 1};
    STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &largest);
    STRIDED_AUTO strided_tensor *where = strided_empty(NULL, STRIDED_I64, strided_ndim(y), strided_shape(y));
    STRIDED_AUTO strided_tensor *means = strided_pool_empty(x, &mean);
    strided_status s = strided_pool(y, where, x, &largest);

    if (!s) s = strided_pool(means, NULL, x, &mean);
    if (s) return s;
    show("largest of 3 by 3", y);
    show("where they were", where);
    show("means of three along the rows", means);
    return STRIDED_OK;
}

/* As many windows as the result has room for; of one, it is the mean of everything. */
static strided_status adaptive(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *thirds = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(4, 3));
    STRIDED_AUTO strided_tensor *global = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 1));
    strided_status s = strided_adaptive_pool(thirds, NULL, x, STRIDED_POOL_MAX, 1);

    if (!s) s = strided_adaptive_pool(global, NULL, x, STRIDED_POOL_AVG, 2);
    if (!s) show("three windows over four", thirds);
    if (!s) show("global average", global);
    return s;
}

/* Every maximum back to where it was. */
static strided_status unpool(const strided_tensor *x) {
    const strided_pool_params pairs = {.size = {2}};
    STRIDED_AUTO strided_tensor *row = strided_select(x, 0, 0);
    STRIDED_AUTO strided_tensor *y = strided_pool_empty(row, &pairs);
    STRIDED_AUTO strided_tensor *where = strided_empty(NULL, STRIDED_I64, STRIDED_DIMS(2));
    STRIDED_AUTO strided_tensor *back = strided_empty_like(row);
    strided_status s = strided_pool(y, where, row, &pairs);

    if (!s) s = strided_unpool(back, y, where, 1);
    if (!s) show("unpool", back);
    return s;
}

static strided_status resize(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 2), 2);
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 4));
    strided_status s = strided_resize(y, x, STRIDED_RESIZE_NEAREST, 2);

    if (!s) show("nearest", y);
    if (!s) s = strided_resize(y, x, STRIDED_RESIZE_BILINEAR, 2);
    if (!s) show("bilinear", y);
    return s;
}

int main(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(4, 4), 16);
    strided_status s = as_in_the_chapter(x);

    if (!s) s = in_full(x);
    if (!s) s = adaptive(x);
    if (!s) s = unpool(x);
    if (!s) s = resize();
    return finish(s);
}
