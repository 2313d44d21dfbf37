/*
 * memory.h - all memory of the library goes through here: the context's allocator, or malloc.
 */
#ifndef STRIDED_SRC_MEMORY_H
#define STRIDED_SRC_MEMORY_H

#include <stddef.h>
#include <strided/context.h>

/* `size` bytes aligned to 64 (uninitialised), or NULL with ERR_NO_MEMORY recorded for the public function `who`.
 * size 0 gives a pointer too. */
void *strided__alloc(const char *who, strided_context *ctx, size_t size);
/* The same, and NULL is no failure to report: the caller can do without. */
void *strided__try_alloc(strided_context *ctx, size_t size);
/* The same size again; NULL is fine. */
void  strided__free(strided_context *ctx, void *ptr, size_t size);

#endif
