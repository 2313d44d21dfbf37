/*
 * npy_header.h - the dictionary at the head of a .npy file, as text: read and written without touching a file.
 */
#ifndef STRIDED_SRC_NPY_HEADER_H
#define STRIDED_SRC_NPY_HEADER_H

#include <stddef.h>
#include <strided/base.h>

struct npy_header {
    strided_dtype dtype;
    int     fortran_order, swapped; /* swapped: the bytes of an element lie in the other machines' order */
    int     ndim;
    int64_t shape[STRIDED_MAX_NDIM];
};

/* From text[0..length), not terminated, of the file at `path`. ERR_FORMAT with a line that names it if it is anything else
 * than the three keys, in any order, with values that the library has. */
strided_status strided__npy_parse(const char *path, const char *text, size_t length, struct npy_header *h);

/* The whole head of a version 1 file, magic and padding included, into buf; returns its length. The dtype is not bf16;
 * C order. */
enum { NPY_HEAD = 1024 };
size_t strided__npy_write(const struct npy_header *h, char buf[NPY_HEAD]);

#endif
