/*
 * tensors.c - where tensors come from, who owns what, and what can be asked of them (docs/reference/tensors.md).
 */
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>

/* Memory of the library's own. */
static strided_status new_ones(void) {
    STRIDED_AUTO strided_tensor *zeros = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(2, 3));
    STRIDED_AUTO strided_tensor *halves = strided_full(NULL, STRIDED_F16, STRIDED_DIMS(3), 0.5);
    STRIDED_AUTO strided_tensor *count = strided_arange(NULL, STRIDED_I32, 10, 0, -3);
    STRIDED_AUTO strided_tensor *scalar = strided_full(NULL, STRIDED_F64, STRIDED_NO_DIMS, 0.25);

    show("zeros", zeros);
    show("full", halves);
    show("arange", count);
    printf("item: %g\n", strided_item(scalar));
    return strided_error_status();
}

/* The same shape and order in memory, and a dense copy in row-major order. */
static strided_status like_another(void) {
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3));
    STRIDED_AUTO strided_tensor *columns = strided_transpose(x, 0, 1);
    STRIDED_AUTO strided_tensor *like = strided_empty_like(columns); /* not filled */
    STRIDED_AUTO strided_tensor *dense = strided_clone(columns);

    printf("like: strides %" PRId64 " %" PRId64 "\n", strided_stride(like, 0), strided_stride(like, 1));
    show("clone", dense);
    return strided_error_status();
}

/* An array of the program's: rows of 3 that are 4 apart. It has to live until the last view is released. */
static strided_status memory_of_yours(void) {
    float rows[2][4] = {{1, 2, 3, -1}, {4, 5, 6, -1}};
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, rows, STRIDED_F32, STRIDED_DIMS(2, 3), STRIDED_LIST(4, 1));
    STRIDED_AUTO strided_tensor *constant = strided_wrap_const(NULL, rows, STRIDED_F32, STRIDED_DIMS(2, 4), NULL);
    strided_status s = strided_set(x, STRIDED_DIMS(1, -1), 60);

    show("wrap", x);
    printf("rows[1][2]: %g\n", (double)rows[1][2]);
    printf("read-only: %d, so its data is %s\n", strided_is_read_only(constant), strided_data(constant) ? "there" : "NULL");
    return s;
}

/* Memory that is given away: free() is called with the last handle. */
static strided_status memory_given_away(void) {
    int16_t *samples = calloc(4, sizeof *samples);
    strided_tensor *x = strided_adopt(NULL, samples, STRIDED_I16, STRIDED_DIMS(4), NULL, free, samples);

    if (!x) return free(samples), strided_error_status(); /* a refusal leaves it yours */
    strided_tensor *second_owner = strided_retain(x);
    strided_release(x);
    show("adopt", second_owner);
    strided_release(second_owner);
    return STRIDED_OK;
}

static void print_list(const char *name, int n, const int64_t *list) {
    printf("%s:", name);
    for (int i = 0; i < n; i++) printf(" %" PRId64, list[i]);
    printf("\n");
}

/* The same, and nothing may write to it. */
static strided_status constant_given_away(void) {
    int16_t *samples = calloc(4, sizeof *samples);
    strided_tensor *x = strided_adopt_const(NULL, samples, STRIDED_I16, STRIDED_DIMS(4), NULL, free, samples);

    if (!x) return free(samples), strided_error_status();
    show("adopt_const", x);
    strided_release(x);
    return STRIDED_OK;
}

static strided_status questions(void) {
    STRIDED_AUTO strided_tensor *all = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 5));
    STRIDED_AUTO strided_tensor *x = strided_slice(all, 1, 1, STRIDED_NONE, 2); /* columns 1 and 3 */
    STRIDED_AUTO strided_tensor *rest = strided_slice(all, 1, 0, STRIDED_NONE, 2);
    STRIDED_AUTO strided_tensor *repeated = strided_expand(x, STRIDED_DIMS(3, 4, 2));

    printf("dtype: %s, %zu bytes\n", strided_dtype_name(strided_dtype_of(x)), strided_dtype_size(strided_dtype_of(x)));
    print_list("shape", strided_ndim(x), strided_shape(x));
    print_list("strides", strided_ndim(x), strided_strides(x));
    printf("last axis: %" PRId64 ", stride %" PRId64 "\n", strided_dim(x, -1), strided_stride(x, -1));
    printf("elements: %" PRId64 " from %" PRId64 " on, of %" PRId64 "\n", strided_count(x), strided_offset(x),
           strided_storage_count(x));
    printf("first: %+d bytes\n", (int)((const char *)strided_const_data(x) - (const char *)strided_const_data(all)));
    printf("contiguous: %d, overlapping: %d and %d\n", strided_is_contiguous(x), strided_is_overlapping(x),
           strided_is_overlapping(repeated));
    printf("shares memory with all: %d, with the other columns: %d\n", strided_shares_memory(x, all),
           strided_shares_memory(x, rest));
    return strided_error_status();
}

static strided_status elements(void) {
    STRIDED_AUTO strided_tensor *x = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(2, 2), 2.75);
    STRIDED_AUTO strided_tensor *big = strided_full(NULL, STRIDED_I64, STRIDED_DIMS(1), 9007199254740992.0);

    printf("get: %g, as an integer: %" PRId64 "\n", strided_get(x, STRIDED_DIMS(0, 1)), strided_get_int(x, STRIDED_DIMS(0, 1)));
    printf("item: %" PRId64 "\n", strided_item_int(big));
    return strided_error_status();
}

int main(void) {
    strided_status s = new_ones();

    if (!s) s = like_another();
    if (!s) s = memory_of_yours();
    if (!s) s = memory_given_away();
    if (!s) s = constant_given_away();
    if (!s) s = questions();
    if (!s) s = elements();
    return finish(s);
}
