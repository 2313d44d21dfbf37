/*
 * operand.h - a tensor in a layout, in guarded memory, with poison or canaries in its gaps.
 *
 * An input's gaps hold poison (NaN, max-3): a result that shows it has read too much. An output's gaps and elements
 * hold a canary. After a call the storage is compared, byte by byte, with what it was.
 */
#ifndef STRIDED_TESTS_OPERAND_H
#define STRIDED_TESTS_OPERAND_H

#include "guard.h"
#include "layouts.h"
#include "number.h"
#include "reference.h"

struct operand {
    strided_tensor  *tensor;
    strided_dtype    dtype;
    int              layout;
    enum guard_side  side;
    int              ndim;
    int64_t          shape[STRIDED_MAX_NDIM], count;
    struct place     place;
    struct guard    *memory;
    unsigned char   *image; /* the storage after filling */
};

/* NULL if the layout does not apply. values NULL: an output, full of canaries. Elements that meet hold the last
 * value written to them: what the tensor then says is operand_read(). */
struct operand *operand_new(strided_context *ctx, int layout, enum layout_role role, enum guard_side side,
                            strided_dtype dtype, int ndim, const int64_t *shape, const struct array *values);
void operand_free(struct operand *x); /* NULL is fine */

struct array *operand_read(const struct operand *x);
/* The elements in row-major order, as bytes; free() it. */
unsigned char *operand_bytes(const struct operand *x);
/* No byte has changed; no byte outside the view has. */
int operand_untouched(const struct operand *x);
int operand_gaps_kept(const struct operand *x);

/* "f32 (2, 3) strides (3, 1) offset 0 of 6, contiguous, page after"; returns buf. */
const char *operand_text(const struct operand *x, char *buf, size_t size);

#endif
