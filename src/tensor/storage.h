/*
 * storage.h - making and counting storages. Only src/tensor includes this.
 */
#ifndef STRIDED_SRC_STORAGE_H
#define STRIDED_SRC_STORAGE_H

#include "tensor.h"

/* `count` elements of `size` bytes of fresh memory aligned to 64; count*size fits. */
struct storage *strided__storage_new(const char *who, strided_context *ctx, int64_t count, size_t size);
/* Memory of someone else; drop may be NULL. */
struct storage *strided__storage_borrow(const char *who, strided_context *ctx, char *data, int64_t count,
                                        void (*drop)(void *user), void *user);
void strided__storage_retain(struct storage *s);
void strided__storage_release(struct storage *s);
/* Ends the storage without calling drop(). */
void strided__storage_forget(struct storage *s);

/* A handle with this geometry, checked by the caller, that takes over one count of the storage; NULL: no memory,
 * and the count stays with the caller. strides NULL: row-major. */
strided_tensor *strided__tensor_new(const char *who, struct storage *s, strided_dtype dtype, int64_t offset, int ndim,
                                    const int64_t *shape, const int64_t *strides);

#endif
